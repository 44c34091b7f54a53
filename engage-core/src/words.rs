//! Words of texts, and of what is searched for: the same on every store, so that all find the same.
//!
//! Stores index what [`words`] gives and nothing else. It holds letters and digits alone, so that no query is ever a
//! language of its own.

use std::collections::BTreeSet;
use std::iter::{Enumerate, Peekable};
use std::ops::Range;
use std::str::Chars;

use crate::error::{Error, Result};

/// How many characters of a word count.
const WORD_CHARS: usize = 64;
/// How many words of a query count.
const TERMS: usize = 8;
/// How long a query may be, in Unicode scalar values.
const QUERY_CHARS: usize = 500;
/// How long an excerpt is, in Unicode scalar values, and how much of it stands before the first find.
const EXCERPT_CHARS: usize = 200;
const LEAD_CHARS: usize = 40;

/// What is searched for: all of these words; the last one may go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms(Vec<Term>);

/// One word that is searched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The word, as [`words`] gives it.
    pub word: String,
    /// Whether words that begin like it are meant too.
    pub is_prefix: bool,
}

/// A piece of a text, with where the words that were searched for stand in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Highlight {
    /// At most 200 characters and an ellipsis at each end that is cut.
    pub text: String,
    /// In Unicode scalar values of `text`, in order, apart from each other.
    pub ranges: Vec<Range<usize>>,
}

/// The words of a text, each once: runs of letters and digits in lower case, at most 64 characters of each. Characters of
/// scripts without spaces are words by themselves.
pub fn words(text: &str) -> BTreeSet<String> {
    spans(text).map(|(word, _)| word).collect()
}

/// The same in the order of the text, each as often as it stands there.
pub fn listed(text: &str) -> impl Iterator<Item = String> {
    spans(text).map(|(word, _)| word)
}

impl Terms {
    /// These, of which there is at least one.
    pub(crate) fn of(terms: Vec<Term>) -> Self {
        Self(terms)
    }

    /// What a person typed. Its first 8 different words count; of a word of one letter nothing goes on.
    ///
    /// # Errors
    /// `Invalid` at `/query` when it holds no word, or over 500 characters.
    pub fn checked(query: &str) -> Result<Self> {
        if query.chars().count() > QUERY_CHARS {
            return Err(Error::invalid("/query", "too_long", format!("at most {QUERY_CHARS} characters")));
        }
        let mut terms: Vec<Term> = Vec::new();
        for (word, _) in spans(query) {
            if terms.len() < TERMS && terms.iter().all(|term| term.word != word) {
                terms.push(Term { word, is_prefix: false });
            }
        }
        let last =
            terms.last_mut().ok_or_else(|| Error::invalid("/query", "blank", "there is no word to search for"))?;
        last.is_prefix = last.word.chars().count() > 1;
        Ok(Self(terms))
    }

    /// Each; never none.
    pub fn iter(&self) -> impl Iterator<Item = &Term> {
        self.0.iter()
    }

    /// Whether a text with these words is found.
    pub fn match_words(&self, words: &BTreeSet<String>) -> bool {
        self.0.iter().all(|term| words.iter().any(|word| term.matches(word)))
    }

    /// The piece of `text` around the first find.
    pub fn highlight(&self, text: &str) -> Highlight {
        let mut scan = Scan::of(text);
        let (mut start, mut found) = (None, Vec::new());
        while let Some((word, range)) = scan.next() {
            let is_found = self.0.iter().any(|term| term.matches(word));
            if is_found {
                start.get_or_insert(range.start.saturating_sub(LEAD_CHARS));
            }
            match start {
                Some(start) if range.end > start + EXCERPT_CHARS => break,
                Some(_) if is_found => found.push(range),
                _ => {}
            }
        }
        let start = start.unwrap_or(0);
        let mut rest = text.chars().skip(start);
        let piece: String = rest.by_ref().take(EXCERPT_CHARS).collect();
        let lead = usize::from(start > 0);
        let ranges = found.into_iter().map(|range| range.start - start + lead..range.end - start + lead).collect();
        let (before, after) = (if start > 0 { "…" } else { "" }, if rest.next().is_some() { "…" } else { "" });
        Highlight { text: format!("{before}{piece}{after}"), ranges }
    }
}

impl Term {
    /// Whether `word`, as [`words`] gives it, is meant.
    pub fn matches(&self, word: &str) -> bool {
        if self.is_prefix { word.starts_with(&self.word) } else { word == self.word }
    }
}

/// Each word with where it stands, in Unicode scalar values.
fn spans(text: &str) -> impl Iterator<Item = (String, Range<usize>)> {
    let mut scan = Scan::of(text);
    std::iter::from_fn(move || scan.next().map(|(word, range)| (word.to_owned(), range)))
}

/// Walks through the words of a text, and keeps none but the last.
struct Scan<'t> {
    chars: Peekable<Enumerate<Chars<'t>>>,
    word: String,
    /// Of how many characters of the text it is made.
    length: usize,
}

impl<'t> Scan<'t> {
    fn of(text: &'t str) -> Self {
        Self { chars: text.chars().enumerate().peekable(), word: String::new(), length: 0 }
    }

    /// The next word with where it stands, in Unicode scalar values.
    fn next(&mut self) -> Option<(&str, Range<usize>)> {
        let (start, first) = self.chars.find(|(_, c)| c.is_alphanumeric())?;
        self.word.clear();
        self.length = 0;
        self.push(first);
        let mut end = start + 1;
        if !stands_alone(first) {
            while let Some((at, c)) = self.chars.next_if(|(_, c)| is_inner(*c) && !stands_alone(*c)) {
                self.push(c);
                end = at + 1;
            }
        }
        Some((&self.word, start..end))
    }

    fn push(&mut self, c: char) {
        if self.length < WORD_CHARS && c.is_alphanumeric() {
            if c.is_ascii() {
                self.word.push(c.to_ascii_lowercase());
            } else {
                // Lower case may be several characters, of which some are marks.
                self.word.extend(c.to_lowercase().filter(|lower| lower.is_alphanumeric()));
            }
            self.length += 1;
        }
    }
}

/// Accents that are characters of their own stand within words and do not count.
fn is_inner(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '\u{300}'..='\u{36F}')
}

/// Han, Hiragana, Katakana, Thai, Lao, Khmer and Myanmar put no spaces between words.
fn stands_alone(c: char) -> bool {
    matches!(c, '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' | '\u{3040}'..='\u{30FF}'
        | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn list(text: &str) -> Vec<String> {
        words(text).into_iter().collect()
    }

    #[test]
    fn words_are_runs_of_letters_and_digits() {
        assert_eq!(list("Hello, hello WORLD-2 x_y"), ["2", "hello", "world", "x", "y"]);
        assert_eq!(list("ann@example.com"), ["ann", "com", "example"]);
        assert_eq!(list("cafe\u{301} Ünïcødé"), ["cafe", "ünïcødé"]);
        assert_eq!(list("東京タワー abc東"), ["abc", "タ", "ワ", "ー", "京", "東"]);
        assert_eq!(list("\" * ' NEAR( - : & | ! <-> 🦀"), ["near"]);
        assert_eq!(list("İ"), ["i"]);
        assert_eq!(words(&"a".repeat(500)).first().unwrap().len(), 64);
    }

    #[test]
    fn a_query_is_bounded_and_holds_a_word() {
        for nothing in ["", " ", "\"*'", "🦀", "()"] {
            assert_eq!(Terms::checked(nothing).unwrap_err().fields()[0].code, "blank", "{nothing:?}");
        }
        assert_eq!(Terms::checked(&"a ".repeat(300)).unwrap_err().fields()[0].code, "too_long");
        let many: String = (0..50).map(|n| format!("w{n} ")).collect();
        let terms = Terms::checked(&many).unwrap();
        assert_eq!(
            terms.iter().map(|term| term.is_prefix).collect::<Vec<_>>(),
            [false, false, false, false, false, false, false, true]
        );
    }

    #[test]
    fn finds_are_told_by_ranges() {
        let terms = Terms::checked("über wor").unwrap();
        let told = terms.highlight("Die WORDS über <b>");
        assert_eq!((told.text.as_str(), told.ranges), ("Die WORDS über <b>", vec![4..9, 10..14]));
        let told = terms.highlight(&format!("{}über{}", "🦀 ".repeat(100), " x".repeat(200)));
        let shown: String = told.text.chars().skip(told.ranges[0].start).take(told.ranges[0].len()).collect();
        assert_eq!((shown.as_str(), told.text.chars().count()), ("über", 202));
        let told = terms.highlight(&format!("wor{} über", "d".repeat(300)));
        assert_eq!((told.text.chars().count(), told.ranges), (201, vec![]));
    }

    proptest! {
        #[test]
        fn ranges_are_where_the_words_stand(text in "\\PC{0,400}", query in "\\PC{1,20}") {
            if let Ok(terms) = Terms::checked(&query) {
                let told = terms.highlight(&text);
                let chars: Vec<char> = told.text.chars().collect();
                prop_assert!(chars.len() <= 202);
                let mut last = 0;
                for range in told.ranges {
                    prop_assert!(range.start >= last && range.start < range.end && range.end <= chars.len());
                    last = range.end;
                }
                prop_assert!(words(&text).iter().all(|word| word.chars().all(char::is_alphanumeric)));
            }
        }

        #[test]
        fn every_word_of_a_text_finds_it(text in "\\PC{0,200}") {
            let all = words(&text);
            for word in &all {
                prop_assert!(Terms::checked(word).unwrap().match_words(&all), "{word:?}");
            }
        }
    }
}
