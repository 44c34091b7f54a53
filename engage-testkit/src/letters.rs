//! What came to a mail server, against what was promised: nothing is lost, whoever gets a mail twice gets the same twice, and
//! who asked for none gets none. It knows nothing of the sender: it judges promises and arrivals.
//!
//! ```
//! # use engage_testkit::letters::{Promise, Wrong, check};
//! let promised = [Promise::new("mark-1", "ann@example.com")];
//! assert_eq!(check(&promised, &[]).unwrap_err()[0].wrong, Wrong::Lost);
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use aho_corasick::AhoCorasick;

use crate::smtp::Arrived;

/// That somebody is mailed, committed by a database.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Promise {
    /// What stands in this mail and in no other, as its bytes have it.
    pub mark: String,
    /// Whom it is for.
    pub to: String,
    /// Whether no mail may go there.
    pub suppressed: bool,
}

/// What may not be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Wrong {
    /// What was promised never came.
    Lost,
    /// It came again, and its receiver cannot tell that it is the same mail.
    TwoNames,
    /// It came again under the same `Message-ID`, and differs.
    Differs,
    /// It came to somebody else, or to several.
    Astray,
    /// It came to somebody who gets no mail.
    Suppressed,
    /// Nobody promised it, or it is made of several.
    Unasked,
}

/// A broken rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The rule.
    pub wrong: Wrong,
    /// What was seen.
    pub seen: String,
}

impl Promise {
    /// A mail with `mark` to `to`.
    pub fn new(mark: impl Into<String>, to: impl Into<String>) -> Self {
        Self { mark: mark.into(), to: to.into(), suppressed: false }
    }
}

/// How many mails came a second time or more.
///
/// # Errors
/// With all that is wrong, at least one.
pub fn check(promised: &[Promise], arrived: &[Arrived]) -> Result<usize, Vec<Violation>> {
    let mut wrongs = Vec::new();
    let mut wrong = |wrong, seen: String| wrongs.push(Violation { wrong, seen });
    let mut by_promise: BTreeMap<&Promise, Vec<&Arrived>> = BTreeMap::new();
    let mut by_mark: BTreeMap<&str, Vec<&Promise>> = BTreeMap::new();
    for promise in promised {
        by_mark.entry(&promise.mark).or_default().push(promise);
    }
    let marks: Vec<&str> = by_mark.keys().copied().collect();
    // All marks at once: a long run has thousands of mails, and of marks.
    let finder = AhoCorasick::new(&marks).expect("marks that fit into memory");
    for mail in arrived {
        let found: BTreeSet<_> = finder.find_overlapping_iter(&mail.content).map(|mark| mark.pattern()).collect();
        let marked = match Vec::from_iter(found)[..] {
            [mark] => &by_mark[marks[mark.as_usize()]],
            _ => {
                wrong(Wrong::Unasked, format!("{mail:?}"));
                continue;
            }
        };
        match marked.iter().find(|promise| mail.to == [promise.to.as_str()]) {
            Some(promise) if promise.suppressed => wrong(Wrong::Suppressed, format!("{promise:?}")),
            Some(promise) => by_promise.entry(promise).or_default().push(mail),
            None => {
                let to_silent = promised.iter().any(|other| other.suppressed && mail.to.contains(&other.to));
                let kind = if to_silent { Wrong::Suppressed } else { Wrong::Astray };
                wrong(kind, format!("{:?} got what was for {:?}", mail.to, marked[0].to));
            }
        }
    }
    for promise in promised.iter().filter(|promise| !promise.suppressed) {
        let Some([first, others @ ..]) = by_promise.get(promise).map(Vec::as_slice) else {
            wrong(Wrong::Lost, format!("{promise:?}"));
            continue;
        };
        for other in others {
            if other.header("Message-ID") != first.header("Message-ID") {
                wrong(
                    Wrong::TwoNames,
                    format!("{promise:?}: {:?}", [first, other].map(|one| one.header("Message-ID"))),
                );
            } else if other != first {
                wrong(Wrong::Differs, format!("{promise:?}"));
            }
        }
    }
    let kept: usize = by_promise.len();
    if wrongs.is_empty() { Ok(arrived.len() - kept) } else { Err(wrongs) }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.wrong, self.seen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(id: &str, to: &str, text: &str) -> Arrived {
        Arrived {
            from: "a@b.example".to_owned(),
            to: vec![to.to_owned()],
            content: format!("Message-ID: <{id}>\r\n\r\n{text}\r\n").into_bytes(),
        }
    }

    #[test]
    fn what_is_wrong_is_found() {
        let silent = Promise { suppressed: true, ..Promise::new("[1]", "cat@x.example") };
        let promised = [Promise::new("[1]", "ann@x.example"), Promise::new("[2]", "bob@x.example"), silent];
        let (one, two) = (mail("1", "ann@x.example", "[1]"), mail("2", "bob@x.example", "[2]"));
        let judged = |more: &[Arrived]| {
            let all = [&[one.clone(), two.clone()], more].concat();
            check(&promised, &all).map_err(|wrongs| wrongs.iter().map(|wrong| wrong.wrong).collect::<Vec<_>>())
        };
        assert_eq!(judged(&[]), Ok(0));
        assert_eq!(judged(std::slice::from_ref(&one)), Ok(1));
        for (more, wrong) in [
            (mail("3", "ann@x.example", "[1]"), Wrong::TwoNames),
            (mail("1", "ann@x.example", "[1] and more"), Wrong::Differs),
            (mail("1", "bob@x.example", "[1]"), Wrong::Astray),
            (mail("1", "cat@x.example", "[1]"), Wrong::Suppressed),
            (mail("2", "cat@x.example", "[2]"), Wrong::Suppressed),
            (mail("3", "ann@x.example", "Hello"), Wrong::Unasked),
            (mail("1", "ann@x.example", "[1] [2]"), Wrong::Unasked),
        ] {
            assert_eq!(judged(std::slice::from_ref(&more)), Err(vec![wrong]), "{more:?}");
        }
        assert_eq!(check(&promised, &[one]).unwrap_err()[0].wrong, Wrong::Lost);
    }
}
