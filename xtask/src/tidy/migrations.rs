//! Migrations: the same for both databases, and never changed once released.

use std::collections::BTreeMap;

use super::Findings;
use super::tree::Tree;
use crate::shell::{self, Result};

const FOLDER: &str = "engage-sqlx/migrations";
const DIALECTS: [&str; 2] = ["postgres", "sqlite"];
const CHECKSUMS: &str = "engage-sqlx/migrations/CHECKSUMS";

pub(super) fn check(tree: &Tree, findings: &mut Findings) {
    for (one, other) in [(DIALECTS[0], DIALECTS[1]), (DIALECTS[1], DIALECTS[0])] {
        for name in tree.names_in(&format!("{FOLDER}/{one}")) {
            if !tree.has_file(&format!("{FOLDER}/{other}/{name}")) {
                findings.error(format!("{FOLDER}/{one}/{name} has no counterpart in {FOLDER}/{other}"));
            }
        }
    }
    for (path, released) in released(tree) {
        match tree.text(&format!("{FOLDER}/{path}")) {
            None => findings.error(format!("{FOLDER}/{path} was released and is gone: restore it")),
            Some(text) if shell::sha256(text.as_bytes()) != released => findings.error(format!(
                "{FOLDER}/{path} was released and has changed: databases that ran it would differ from new ones. \
                 Restore it and write another migration"
            )),
            Some(_) => {}
        }
    }
}

/// Adds what is not in `CHECKSUMS`; lines that are there stay as they are.
pub(super) fn release(tree: &Tree) -> Result {
    let mut all = released(tree);
    let before = all.len();
    for dialect in DIALECTS {
        let folder = format!("{FOLDER}/{dialect}");
        for name in tree.names_in(&folder) {
            if let Some(text) = tree.text(&format!("{folder}/{name}")) {
                all.entry(format!("{dialect}/{name}")).or_insert_with(|| shell::sha256(text.as_bytes()));
            }
        }
    }
    let lines: String = all.iter().map(|(path, checksum)| format!("{checksum}  {path}\n")).collect();
    shell::write(&shell::root().join(CHECKSUMS), lines)?;
    println!("{CHECKSUMS}: {} added", all.len() - before);
    Ok(())
}

/// Checksums by path; the file has the format of `sha256sum`.
fn released(tree: &Tree) -> BTreeMap<String, String> {
    let lines = tree.text(CHECKSUMS).unwrap_or_default().lines();
    lines.filter_map(|line| line.split_once("  ")).map(|(sum, path)| (path.to_owned(), sum.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tree::errors;
    use super::*;

    const POSTGRES: &str = "engage-sqlx/migrations/postgres/0001_start.sql";
    const SQLITE: &str = "engage-sqlx/migrations/sqlite/0001_start.sql";

    #[test]
    fn a_migration_for_one_database_only_is_found() {
        assert_eq!(errors(check, &[(POSTGRES, "a"), (SQLITE, "b")]), [""; 0]);
        assert!(errors(check, &[(POSTGRES, "a")])[0].contains("no counterpart in engage-sqlx/migrations/sqlite"));
        assert!(errors(check, &[(SQLITE, "a")])[0].contains("no counterpart in engage-sqlx/migrations/postgres"));
    }

    #[test]
    fn a_released_migration_may_neither_change_nor_go() {
        let sums = format!("{}  postgres/0001_start.sql\n", shell::sha256(b"a"));
        assert_eq!(errors(check, &[(POSTGRES, "a"), (SQLITE, "b"), (CHECKSUMS, &sums)]), [""; 0]);
        assert!(errors(check, &[(POSTGRES, "A"), (SQLITE, "b"), (CHECKSUMS, &sums)])[0].contains("has changed"));
        assert!(errors(check, &[(CHECKSUMS, &sums)])[0].contains("is gone"));
    }
}
