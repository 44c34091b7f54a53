//! Puts what a run says into `docs/benchmarks.md`, between two comments, and the picture of the chat's beside it.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::report::Report;
use crate::{Result, picture};

/// What stands around the part of a run.
fn comments(run: &str) -> (String, String) {
    (format!("<!-- {run}: written by `cargo xtask bench {run}` -->\n"), format!("<!-- end of {run} -->"))
}

pub(crate) fn write(report: &Report) -> Result {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    fs::create_dir_all(docs.join("benchmarks"))?;
    fs::write(docs.join("benchmarks/chat.svg"), picture::svg(report))?;
    put("chat", &section(report))
}

/// The same for the desk, which has tables only.
pub(crate) fn write_desk(text: &str) -> Result {
    put("desk", &format!("\n{text}\n"))
}

fn put(run: &str, section: &str) -> Result {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/benchmarks.md");
    let text = fs::read_to_string(&page)?;
    fs::write(&page, replaced(&text, run, section).ok_or("docs/benchmarks.md has lost its comments")?)?;
    eprintln!("wrote docs/benchmarks.md");
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

fn replaced(text: &str, run: &str, section: &str) -> Option<String> {
    let (begin, end) = comments(run);
    let (before, rest) = text.split_once(&begin)?;
    let (_, after) = rest.split_once(&end)?;
    Some(format!("{before}{begin}{section}{end}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_between_the_comments_changes() {
        let (begin, end) = comments("chat");
        let page = format!("# Title\n{begin}old\n{end}\nafter\n");
        assert_eq!(replaced(&page, "chat", "new\n").unwrap(), format!("# Title\n{begin}new\n{end}\nafter\n"));
        assert_eq!(replaced(&page, "desk", "new"), None);
    }

    #[test]
    fn the_page_has_a_place_for_each() {
        for run in ["chat", "desk"] {
            assert!(replaced(include_str!("../../docs/benchmarks.md"), run, "").is_some(), "{run}");
        }
    }
}
