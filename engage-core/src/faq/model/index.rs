//! What stores index of a text.

use std::collections::BTreeSet;

use crate::words::listed;

/// How many words of a text count.
const WORDS: usize = 10_000;
/// Words from this many letters on may have a wrong one.
pub(super) const TYPO_CHARS: usize = 4;
/// Words beyond have too many neighbours to keep.
pub(super) const TYPO_MOST: usize = 24;

/// The words of a text in their order: letters and digits alone, so that nothing has to be escaped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Indexed {
    /// Of the title.
    pub title: Vec<String>,
    /// Of what stands below, at most 10,000.
    pub body: Vec<String>,
}

impl Indexed {
    /// The words of a title and of a text without markup.
    pub fn of(title: &str, text: &str) -> Self {
        Self { title: listed(title).collect(), body: listed(text).take(WORDS).collect() }
    }

    /// Each word once, in order.
    pub fn distinct(&self) -> BTreeSet<&str> {
        self.title.iter().chain(&self.body).map(String::as_str).collect()
    }

    /// What `word` may be misspelt as, each without one of its letters: two words of which at most one letter differs, is
    /// missing or has changed places with its neighbour have one in common, or one is among the other's. None for a short
    /// word, nor for one with a digit.
    pub fn misspellings(word: &str) -> BTreeSet<String> {
        let chars: Vec<char> = word.chars().collect();
        if !(TYPO_CHARS..=TYPO_MOST).contains(&chars.len()) || chars.iter().any(|c| c.is_numeric()) {
            return BTreeSet::new();
        }
        (0..chars.len())
            .map(|gone| chars.iter().enumerate().filter(|(at, _)| *at != gone).map(|(_, c)| c).collect())
            .collect()
    }
}
