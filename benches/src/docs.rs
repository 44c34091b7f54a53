//! Puts a report into `docs/benchmarks.md`, between two comments, and its picture beside it.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::report::Report;
use crate::{Result, picture};

const BEGIN: &str = "<!-- chat: written by `cargo xtask bench chat` -->\n";
const END: &str = "<!-- end of chat -->";

pub(crate) fn write(report: &Report) -> Result {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    let page = docs.join("benchmarks.md");
    let text = fs::read_to_string(&page)?;
    fs::create_dir_all(docs.join("benchmarks"))?;
    fs::write(docs.join("benchmarks/chat.svg"), picture::svg(report))?;
    fs::write(&page, replaced(&text, &section(report)).ok_or("docs/benchmarks.md has lost its comments")?)?;
    eprintln!("wrote docs/benchmarks.md and docs/benchmarks/chat.svg");
    Ok(())
}

fn section(report: &Report) -> String {
    let mut out = format!("\n{}.\n\n![engage beside the limit and a peer](benchmarks/chat.svg)\n", report.machine);
    for load in report.loads() {
        let _ = write!(out, "\n### {}\n\n{}", load.0.title(load.1), report.table(load));
    }
    let _ = write!(out, "\n### Goals\n\n{}\n", report.goals());
    out
}

fn replaced(text: &str, section: &str) -> Option<String> {
    let (before, rest) = text.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}{section}{END}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_between_the_comments_changes() {
        let page = format!("# Title\n{BEGIN}old\n{END}\nafter\n");
        assert_eq!(replaced(&page, "new\n").unwrap(), format!("# Title\n{BEGIN}new\n{END}\nafter\n"));
        assert_eq!(replaced("# Title\n", "new"), None);
    }

    #[test]
    fn the_page_has_a_place_for_it() {
        assert!(replaced(include_str!("../../docs/benchmarks.md"), "").is_some());
    }
}
