//! The files of the project: what git knows, and what it would know after `git add`.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use crate::shell::{self, Result};

/// Paths relative to the root, with `/`, and their text; binary files have none.
#[derive(Debug, Default)]
pub(super) struct Tree {
    files: BTreeMap<String, Option<String>>,
}

impl Tree {
    pub(super) fn load() -> Result<Self> {
        let root = shell::root();
        let mut git = Command::new("git");
        git.current_dir(&root).args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
        let mut files = BTreeMap::new();
        for path in shell::output(&mut git)?.split_terminator('\0') {
            // Deleted, but not yet from the index.
            let Ok(bytes) = fs::read(root.join(path)) else { continue };
            files.insert(path.to_owned(), String::from_utf8(bytes).ok());
        }
        Ok(Self { files })
    }

    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Text files, by path.
    pub(super) fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().filter_map(|(path, text)| Some((path.as_str(), text.as_deref()?)))
    }

    pub(super) fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path)?.as_deref()
    }

    pub(super) fn has_file(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// A file, or a folder with something in it.
    pub(super) fn has(&self, path: &str) -> bool {
        let folder = format!("{}/", path.trim_end_matches('/'));
        self.has_file(path) || self.paths().any(|file| file.starts_with(&folder))
    }

    /// Names directly in a folder, of files and of folders, each once.
    pub(super) fn names_in(&self, folder: &str) -> Vec<&str> {
        let prefix = format!("{folder}/");
        let mut names: Vec<_> = self.paths().filter_map(|path| path.strip_prefix(&prefix)?.split('/').next()).collect();
        names.dedup();
        names
    }
}

#[cfg(test)]
impl Tree {
    pub(super) fn of(files: &[(&str, &str)]) -> Self {
        Self { files: files.iter().map(|(path, text)| ((*path).to_owned(), Some((*text).to_owned()))).collect() }
    }
}

/// Runs one check over files given by a test.
#[cfg(test)]
pub(super) fn errors(check: impl FnOnce(&Tree, &mut super::Findings), files: &[(&str, &str)]) -> Vec<String> {
    let mut findings = super::Findings::default();
    check(&Tree::of(files), &mut findings);
    findings.errors
}
