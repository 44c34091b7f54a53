//! What somebody searches for: words, what else they are called, and how they may be misspelt.

use std::collections::{BTreeMap, BTreeSet};

use super::index::{Indexed, TYPO_CHARS};
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::ids::{ArticleId, CategoryId};
use crate::words::{Highlight, Term, listed};

/// How long a query or a text to find suggestions for may be, in Unicode scalar values.
const QUERY_CHARS: usize = 500;
/// How many groups of synonyms a language may have, and how many words one of them.
const GROUPS: usize = 500;
const GROUP: usize = 12;
/// How long one of these may be: in characters, and in words.
const SYNONYM_CHARS: usize = 60;
const SYNONYM_WORDS: usize = 3;
/// Words that are shorter do not go on.
const PREFIX_CHARS: usize = 3;

/// One thing that is searched for: any of these, each of which is all of its terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause(pub Vec<Vec<Term>>);

/// What is found, without its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The article.
    pub article: ArticleId,
    /// In which category.
    pub category: CategoryId,
    /// Its name in addresses.
    pub slug: String,
    /// The language of the text.
    pub locale: String,
    /// The title, with where the words stand.
    pub title: Highlight,
    /// At most 200 characters of the text, with where the words stand.
    pub excerpt: Highlight,
}

/// Which words mean the same in one language.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Synonyms {
    /// Of which language.
    pub locale: String,
    /// At most 500 groups of 2 to 12 words or phrases of up to three words.
    pub groups: Vec<Vec<String>>,
    /// Counts changes; 0: never set.
    pub version: i64,
    /// When they were last changed; `None`: never.
    pub updated_at: Option<Timestamp>,
}

impl Clause {
    /// Every term in it.
    pub fn terms(&self) -> impl Iterator<Item = &Term> {
        self.0.iter().flatten()
    }

    /// Whether a text with these words has it.
    pub fn is_in(&self, words: &BTreeSet<&str>) -> bool {
        let has = |term: &Term| words.iter().any(|word| term.matches(word));
        self.0.iter().any(|all| all.iter().all(has))
    }

    fn word(word: &str) -> Vec<Term> {
        vec![Term { word: word.to_owned(), is_prefix: word.chars().count() >= PREFIX_CHARS }]
    }

    /// With one more word.
    pub(in crate::faq) fn or(&mut self, word: &str) {
        self.0.push(vec![Term { word: word.to_owned(), is_prefix: false }]);
    }
}

impl Synonyms {
    /// Checked groups: the words of each, white space apart.
    ///
    /// # Errors
    /// `Invalid` below `/groups`.
    pub(in crate::faq) fn checked(groups: &[Vec<String>]) -> Result<Vec<Vec<String>>> {
        if groups.len() > GROUPS {
            return Err(Error::invalid("/groups", "too_many", format!("at most {GROUPS} groups")));
        }
        let checked = groups.iter().enumerate().map(|(place, group)| {
            let at = format!("/groups/{place}");
            if !(2..=GROUP).contains(&group.len()) {
                return Err(Error::invalid(&at, "count", format!("2 to {GROUP} words that mean the same")));
            }
            let words = group.iter().enumerate().map(|(word, text)| {
                let count = listed(text).count();
                let fits = (1..=SYNONYM_WORDS).contains(&count) && text.chars().count() <= SYNONYM_CHARS;
                let told = || {
                    let detail = format!("1 to {SYNONYM_WORDS} words of together at most {SYNONYM_CHARS} characters");
                    Error::invalid(&format!("{at}/{word}"), "format", detail)
                };
                if fits { Ok(text.split_whitespace().collect::<Vec<_>>().join(" ")) } else { Err(told()) }
            });
            words.collect()
        });
        checked.collect()
    }

    /// By the words of a phrase, the groups that have it.
    fn by_phrase(&self) -> BTreeMap<Vec<String>, Vec<&Vec<String>>> {
        let mut found: BTreeMap<Vec<String>, Vec<&Vec<String>>> = BTreeMap::new();
        for group in &self.groups {
            for phrase in group {
                found.entry(listed(phrase).collect()).or_default().push(group);
            }
        }
        found
    }
}

/// What a query asks for: at most `most` things, the words of each once.
///
/// # Errors
/// `Invalid` at `/query` when it has no word or more than 500 characters.
pub(in crate::faq) fn asked(query: &str, synonyms: &Synonyms, most: usize) -> Result<Vec<Clause>> {
    if query.chars().count() > QUERY_CHARS {
        return Err(Error::invalid("/query", "too_long", format!("at most {QUERY_CHARS} characters")));
    }
    let mut seen = BTreeSet::new();
    let words: Vec<String> = listed(query).filter(|word| seen.insert(word.clone())).collect();
    if words.is_empty() {
        return Err(Error::invalid("/query", "blank", "there is no word to search for"));
    }
    let phrases = synonyms.by_phrase();
    let mut clauses = Vec::new();
    let mut rest = words.as_slice();
    while !rest.is_empty() && clauses.len() < most {
        let longest = (1..=SYNONYM_WORDS.min(rest.len())).rev().find(|length| phrases.contains_key(&rest[..*length]));
        let taken = longest.unwrap_or(1);
        let mut clause = Clause(vec![rest[..taken].iter().flat_map(|word| Clause::word(word)).collect()]);
        let groups = longest.and_then(|length| phrases.get(&rest[..length])).into_iter().flatten();
        for phrase in groups.flat_map(|group| group.iter()) {
            let words: Vec<String> = listed(phrase).collect();
            if words != rest[..taken] && clause.0.len() < 2 * GROUP {
                clause.0.push(words.into_iter().map(|word| Term { word, is_prefix: false }).collect());
            }
        }
        clauses.push(clause);
        rest = &rest[taken..];
    }
    Ok(clauses)
}

/// Under what a store knows words that are at most one letter away from one that is searched for.
pub(in crate::faq) fn spellings(clauses: &[Clause]) -> BTreeSet<String> {
    let words = clauses.iter().filter_map(|clause| clause.0.first()).flatten().map(|term| &term.word);
    words.flat_map(|word| Indexed::misspellings(word).into_iter().chain([word.clone()])).collect()
}

/// Whether of two words at most one letter differs, is missing, or has changed places with its neighbour.
pub(in crate::faq) fn is_near(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if one.len().max(other.len()) < TYPO_CHARS {
        return one == other;
    }
    let start = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let (one, other) = (&one[start..], &other[start..]);
    let end = one.iter().rev().zip(other.iter().rev()).take_while(|(a, b)| a == b).count();
    match (&one[..one.len() - end], &other[..other.len() - end]) {
        ([] | [_], [] | [_]) => true,
        ([a, b], [c, d]) => a == d && b == c,
        _ => false,
    }
}

/// The form in which searches are counted together.
pub(in crate::faq) fn told(query: &str) -> String {
    let mut seen = BTreeSet::new();
    listed(query).filter(|word| seen.insert(word.clone())).take(12).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn synonyms(groups: &[&[&str]]) -> Synonyms {
        let groups = groups.iter().map(|group| group.iter().map(|word| (*word).to_owned()).collect()).collect();
        Synonyms { groups, ..Synonyms::default() }
    }

    fn shown(clauses: &[Clause]) -> Vec<Vec<String>> {
        let word = |term: &Term| format!("{}{}", term.word, if term.is_prefix { "*" } else { "" });
        let one = |all: &Vec<Term>| all.iter().map(word).collect::<Vec<_>>().join(" ");
        clauses.iter().map(|clause| clause.0.iter().map(one).collect()).collect()
    }

    #[test]
    fn a_query_is_words_and_what_else_they_are_called() {
        let known = synonyms(&[&["log in", "sign in", "login"], &["invoice", "bill"]]);
        let clauses = asked("Can't LOG in to a bill", &known, 8).unwrap();
        assert_eq!(
            shown(&clauses),
            [
                vec!["can*"],
                vec!["t"],
                vec!["log* in", "sign in", "login"],
                vec!["to"],
                vec!["a"],
                vec!["bill*", "invoice"]
            ]
        );
        assert_eq!(asked("a b c d", &known, 2).unwrap().len(), 2);
        for (nothing, code) in [("", "blank"), ("🦀 ()", "blank"), (&*"a ".repeat(300), "too_long")] {
            assert_eq!(asked(nothing, &known, 8).unwrap_err().fields()[0].code, code);
        }
    }

    #[test]
    fn one_letter_may_be_wrong() {
        for (one, other) in
            [("password", "pasword"), ("password", "passwrod"), ("password", "passward"), ("invoice", "invoices")]
        {
            assert!(is_near(one, other) && is_near(other, one), "{one} {other}");
        }
        for (one, other) in [("password", "passrowd"), ("cat", "cut"), ("abcd", "badc"), ("invoice", "voice")] {
            assert!(!is_near(one, other) && !is_near(other, one), "{one} {other}");
        }
    }

    #[test]
    fn groups_are_checked() {
        let group = |words: &[&str]| vec![words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>()];
        assert_eq!(Synonyms::checked(&group(&["sign  in", "login"])).unwrap(), [["sign in", "login"]]);
        for wrong in [group(&["one"]), group(&["a", "!"]), group(&["a", "b c d e"]), group(&["a", &"b".repeat(61)])] {
            assert!(Synonyms::checked(&wrong).is_err(), "{wrong:?}");
        }
    }

    proptest! {
        /// What is near shares a spelling, so that a store that looks for these misses nothing.
        #[test]
        fn what_is_near_shares_a_spelling(word in "[a-z]{4,12}", at in 0usize..12, letter in "[a-z]", kind in 0..4) {
            let mut chars: Vec<char> = word.chars().collect();
            let at = at % chars.len();
            let letter = letter.chars().next().unwrap();
            match kind {
                0 => { chars.remove(at); }
                1 => chars.insert(at, letter),
                2 => chars[at] = letter,
                _ => if at > 0 { chars.swap(at - 1, at) },
            }
            let typed: String = chars.into_iter().collect();
            prop_assume!(typed.len() >= TYPO_CHARS);
            prop_assert!(is_near(&word, &typed));
            let all = |word: &str| { let mut all = Indexed::misspellings(word); all.insert(word.to_owned()); all };
            prop_assert!(!all(&word).is_disjoint(&all(&typed)));
        }
    }
}
