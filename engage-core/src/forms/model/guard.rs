//! What is suspicious about a submission: a list of reasons that people can read, and never a number alone.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::check::Answer;
use crate::error::FieldError;

/// How many words, domains and addresses a form may block, and how long each may be.
const LISTED: usize = 500;
const LISTED_CHARS: usize = 254;
/// How many others may send the same text within a day before it is suspicious.
const OTHERS: i64 = 2;

/// What keeps a form from being filled in by programs. A trap that people do not see and a form that knows when it was given
/// out belong to each; nothing is ever thrown away, but held back for somebody to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Protection {
    /// How much a browser has to work before it can send: up to how many numbers it tries, 0 to 10,000,000. 0: none. A browser
    /// without JavaScript cannot; what it sends is looked at more strictly.
    pub work: u32,
    /// In how many seconds nobody fills it in, 0 to 60.
    pub min_seconds: u32,
    /// How many links an answer may hold, all answers together; `None`: any number.
    pub max_links: Option<u32>,
    /// Words that make it suspicious, whatever their case: at most 500.
    pub words: Vec<String>,
    /// Domains of addresses and links that make it suspicious, with all below them: at most 500.
    pub domains: Vec<String>,
    /// Addresses that make it suspicious: at most 500.
    pub addresses: Vec<String>,
}

/// Why somebody should look at a submission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Reason {
    /// What people do not see was filled in.
    Trap,
    /// It came sooner than anybody types.
    TooFast {
        /// In how many seconds.
        seconds: i64,
    },
    /// It says that the work was done, and it was not.
    BadWork,
    /// It holds more links than the form allows.
    Links {
        /// How many.
        count: usize,
    },
    /// It holds a word that the form blocks.
    Word {
        /// Which.
        word: String,
    },
    /// It holds an address or a link of a domain that the form blocks.
    Domain {
        /// Which.
        domain: String,
    },
    /// It holds an address that the form blocks.
    Address {
        /// Which.
        address: String,
    },
    /// Others sent the same text within a day.
    SameText {
        /// How many.
        others: i64,
    },
    /// Its sender may not write.
    Blocked,
}

/// What the guard looks at.
#[derive(Debug, Clone, Copy)]
pub(in crate::forms) struct Sent<'a> {
    pub(in crate::forms) answers: &'a [Answer],
    /// Since the form was given out.
    pub(in crate::forms) took: Duration,
    pub(in crate::forms) is_trapped: bool,
    /// Whether work was done; `None`: no browser says so.
    pub(in crate::forms) work: Option<bool>,
    /// How many others sent the same text within a day.
    pub(in crate::forms) others: i64,
    pub(in crate::forms) is_blocked: bool,
}

impl Default for Protection {
    fn default() -> Self {
        let (words, domains, addresses) = (Vec::new(), Vec::new(), Vec::new());
        Self { work: 0, min_seconds: 2, max_links: Some(3), words, domains, addresses }
    }
}

/// All reasons; none: it is taken for good.
pub(in crate::forms) fn judge(protection: &Protection, sent: &Sent<'_>) -> Vec<Reason> {
    // A browser that should have worked, and did not say so, has no JavaScript, or is none.
    let is_strict = protection.work > 0 && sent.work.is_none();
    let least = Duration::from_secs(u64::from(protection.min_seconds) * if is_strict { 2 } else { 1 });
    let allowed = if is_strict { protection.max_links.map(|_| 0) } else { protection.max_links };
    let texts: Vec<String> = texts(sent.answers);
    let hosts: Vec<String> = texts.iter().flat_map(|text| hosts(text)).collect();
    let links = texts.iter().map(|text| links(text)).sum::<usize>();
    let mut reasons = Vec::new();
    if sent.is_trapped {
        reasons.push(Reason::Trap);
    }
    if sent.took < least {
        reasons.push(Reason::TooFast { seconds: i64::try_from(sent.took.as_secs()).unwrap_or(i64::MAX) });
    }
    if protection.work > 0 && sent.work == Some(false) {
        reasons.push(Reason::BadWork);
    }
    if allowed.is_some_and(|most| links > most as usize) {
        reasons.push(Reason::Links { count: links });
    }
    let has_word = |word: &&String| texts.iter().any(|text| has_word(text, &word.to_lowercase()));
    reasons.extend(protection.words.iter().filter(has_word).map(|word| Reason::Word { word: word.clone() }));
    let has_domain = |domain: &&String| hosts.iter().any(|host| is_below(host, &domain.to_lowercase()));
    reasons
        .extend(protection.domains.iter().filter(has_domain).map(|domain| Reason::Domain { domain: domain.clone() }));
    let has_address = |address: &&String| texts.iter().any(|text| holds(text, &address.to_lowercase()));
    let addresses = protection.addresses.iter().filter(has_address);
    reasons.extend(addresses.map(|address| Reason::Address { address: address.clone() }));
    if sent.others >= OTHERS {
        reasons.push(Reason::SameText { others: sent.others });
    }
    if sent.is_blocked {
        reasons.push(Reason::Blocked);
    }
    reasons
}

impl Protection {
    /// With work: up to how many numbers a browser tries.
    #[must_use]
    pub fn work(mut self, numbers: u32) -> Self {
        self.work = numbers;
        self
    }

    pub(super) fn broken_rules(&self) -> Vec<FieldError> {
        let mut wrong = Vec::new();
        let mut refuse = |member: &str, code, detail: &str| {
            wrong.push(FieldError { field: format!("/protection/{member}"), code, detail: detail.to_owned() });
        };
        if self.work > 10_000_000 {
            refuse("work", "range", "0 to 10,000,000");
        }
        if self.min_seconds > 60 {
            refuse("min_seconds", "range", "0 to 60 seconds");
        }
        for (member, list) in [("words", &self.words), ("domains", &self.domains), ("addresses", &self.addresses)] {
            let fits = |text: &String| {
                (1..=LISTED_CHARS).contains(&text.trim().chars().count()) && !text.chars().any(char::is_control)
            };
            if list.len() > LISTED || !list.iter().all(fits) {
                refuse(member, "length", "at most 500 of 1 to 254 characters");
            }
        }
        wrong
    }
}

/// What people could have typed, in lower case.
fn texts(answers: &[Answer]) -> Vec<String> {
    let text = |answer: &Answer| match &answer.value {
        Value::String(text) => Some(text.to_lowercase()),
        _ => None,
    };
    answers.iter().filter_map(text).collect()
}

fn links(text: &str) -> usize {
    let written = text.matches("http://").count() + text.matches("https://").count();
    // What forums take for a link, and no person types.
    written + text.matches("[url").count() + text.matches("<a ").count()
}

/// The hosts of addresses and links.
fn hosts(text: &str) -> Vec<String> {
    let ends = |c: char| !(c.is_alphanumeric() || matches!(c, '.' | '-'));
    let after = |mark: &'static str| {
        text.match_indices(mark).map(move |(at, mark)| text[at + mark.len()..].split(ends).next().unwrap_or_default())
    };
    let found = after("://")
        .chain(after("@"))
        .chain(text.split(|c: char| c.is_whitespace() || c == '/').filter(|word| word.starts_with("www.")));
    found.map(|host| host.trim_matches('.').to_owned()).filter(|host| !host.is_empty()).collect()
}

fn is_below(host: &str, domain: &str) -> bool {
    let domain = domain.trim().trim_start_matches('@').trim_start_matches('.');
    host.strip_suffix(domain).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

/// Whole words alone: "class" holds no "ass". A script without spaces has none to go by.
fn has_word(text: &str, word: &str) -> bool {
    let word = word.trim();
    let is_bound = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() || !c.is_ascii());
    text.match_indices(word).any(|(at, _)| {
        let begins = !word.starts_with(|c: char| c.is_ascii_alphanumeric()) || is_bound(text[..at].chars().next_back());
        let ends =
            !word.ends_with(|c: char| c.is_ascii_alphanumeric()) || is_bound(text[at + word.len()..].chars().next());
        begins && ends
    })
}

fn holds(text: &str, address: &str) -> bool {
    let address = address.trim();
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '+');
    text.match_indices(address).any(|(at, _)| {
        !text[..at].chars().next_back().is_some_and(is_part)
            && !text[at + address.len()..].trim_start_matches('.').chars().next().is_some_and(is_part)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn answer(text: &str) -> Vec<Answer> {
        vec![Answer { name: "message".to_owned(), label: "Message".to_owned(), value: text.into() }]
    }

    fn good(answers: &[Answer]) -> Sent<'_> {
        let took = Duration::from_secs(30);
        Sent { answers, took, is_trapped: false, work: None, others: 0, is_blocked: false }
    }

    fn lists() -> Protection {
        let list = |text: &str| vec![text.to_owned()];
        let (words, domains, addresses) = (list("Casino"), list("spam.example"), list("eve@evil.example"));
        Protection { words, domains, addresses, ..Protection::default() }
    }

    #[test]
    fn what_people_write_is_not_suspicious() {
        for text in [
            "Hello! Where is my order 5? I wrote to help@example.com.",
            "See https://example.com/a and https://example.com/b",
            "Casinos are not my thing, nor notspam.example or spam.example.org",
            "Write to steve@evil.example or eve@evil.example.org",
            "http://",
            "",
        ] {
            assert_eq!(judge(&lists(), &good(&answer(text))), [], "{text}");
        }
    }

    #[test]
    fn each_reason_says_what_it_saw() {
        let told = |text: &str| judge(&lists(), &good(&answer(text)));
        assert_eq!(told(&"https://a.example ".repeat(4)), [Reason::Links { count: 4 }]);
        assert_eq!(told("the CASINO!"), [Reason::Word { word: "Casino".to_owned() }]);
        for text in ["x@spam.example", "http://www.spam.example/a", "www.spam.example", "HTTPS://SPAM.EXAMPLE"] {
            assert_eq!(told(text), [Reason::Domain { domain: "spam.example".to_owned() }], "{text}");
        }
        assert_eq!(told("I am Eve@evil.example."), [Reason::Address { address: "eve@evil.example".to_owned() }]);
        let answers = answer("hello");
        let besides = |sent: Sent<'_>| judge(&lists(), &sent);
        assert_eq!(besides(Sent { is_trapped: true, ..good(&answers) }), [Reason::Trap]);
        assert_eq!(
            besides(Sent { took: Duration::from_millis(1_900), ..good(&answers) }),
            [Reason::TooFast { seconds: 1 }]
        );
        assert_eq!(besides(Sent { others: 2, ..good(&answers) }), [Reason::SameText { others: 2 }]);
        assert_eq!(besides(Sent { is_blocked: true, ..good(&answers) }), [Reason::Blocked]);
        assert_eq!(besides(Sent { others: 1, ..good(&answers) }), []);
    }

    #[test]
    fn without_the_work_it_is_looked_at_more_strictly() {
        let protection = Protection { work: 1_000, ..Protection::default() };
        let answers = answer("see https://example.com");
        let sent = Sent { took: Duration::from_secs(3), ..good(&answers) };
        assert_eq!(judge(&protection, &Sent { work: Some(true), ..sent }), []);
        assert_eq!(judge(&protection, &Sent { work: Some(false), ..sent }), [Reason::BadWork]);
        assert_eq!(judge(&protection, &sent), [Reason::TooFast { seconds: 3 }, Reason::Links { count: 1 }]);
        assert_eq!(judge(&Protection::default(), &sent), []);
    }

    proptest! {
        #[test]
        fn no_text_panics(text in ".{0,80}", word in ".{1,5}", domain in ".{1,5}") {
            let (words, domains, addresses) = (vec![word.clone()], vec![domain], vec![word]);
            let protection = Protection { words, domains, addresses, ..Protection::default() };
            judge(&protection, &good(&answer(&text)));
        }
    }
}
