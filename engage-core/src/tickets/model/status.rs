//! How far a ticket has got, in the site's own words.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// How many statuses of its own a site may have.
const STATUSES: usize = 50;
/// How long the name of one may be, in Unicode scalar values, and its id, in bytes.
const NAME_CHARS: usize = 60;
const ID_BYTES: usize = 40;
/// How long the prefix of numbers may be, in bytes.
const PREFIX_BYTES: usize = 8;

/// What a status means, whatever it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Nobody has looked at it.
    New,
    /// Staff are to act.
    Open,
    /// The requester is to answer.
    Pending,
    /// Somebody else is to act.
    OnHold,
    /// Done, as staff say. A reply of the requester opens it again.
    Solved,
    /// Done for good.
    Closed,
}

/// What the requester sees of a category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// It is being worked on.
    Open,
    /// They are to answer.
    Pending,
    /// Done.
    Solved,
    /// Done for good.
    Closed,
}

/// A category, and the site's own status in it if it is one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Status {
    /// What it means.
    pub category: Category,
    /// The id of the site's own status; `None`: the category's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom: Option<String>,
}

/// A status that the site has made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusDef {
    /// 1 to 40 of `a-z 0-9 _`, no category's name. Unique.
    pub id: String,
    /// What people read, 1 to 60 characters.
    pub name: String,
    /// What it means.
    pub category: Category,
}

impl Category {
    /// All of them, in the order of their ranks.
    pub const ALL: [Self; 6] = [Self::New, Self::Open, Self::Pending, Self::OnHold, Self::Solved, Self::Closed];

    /// Its place, from 0; what stores keep. Whatever is below 4 is not done.
    pub fn rank(self) -> i64 {
        self as i64
    }

    /// The category of a rank.
    pub fn of_rank(rank: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.rank() == rank)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Open => "open",
            Self::Pending => "pending",
            Self::OnHold => "on_hold",
            Self::Solved => "solved",
            Self::Closed => "closed",
        }
    }

    /// The category of a name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.name() == name)
    }

    /// Whether there is nothing left to do.
    pub fn is_done(self) -> bool {
        self >= Self::Solved
    }

    /// What the requester sees of it.
    pub fn stage(self) -> Stage {
        match self {
            Self::New | Self::Open | Self::OnHold => Stage::Open,
            Self::Pending => Stage::Pending,
            Self::Solved => Stage::Solved,
            Self::Closed => Stage::Closed,
        }
    }
}

impl Status {
    /// Its name: the site's own, or the category's.
    pub fn name(&self) -> &str {
        self.custom.as_deref().unwrap_or(self.category.name())
    }
}

impl From<Category> for Status {
    fn from(category: Category) -> Self {
        Self { category, custom: None }
    }
}

/// The status of a name: a category's, or one that the site has made.
///
/// # Errors
/// `Invalid` at `/status` when there is none.
pub fn status_of(name: &str, defined: &[StatusDef]) -> Result<Status> {
    if let Some(category) = Category::of_name(name) {
        return Ok(category.into());
    }
    let found = defined.iter().find(|status| status.id == name);
    let found = found.map(|status| Status { category: status.category, custom: Some(status.id.clone()) });
    found.ok_or_else(|| Error::invalid("/status", "unknown", "there is no such status"))
}

/// The number in what people call a ticket by: `1042`, `#1042` or with the site's prefix.
pub fn parse_reference(reference: &str, prefix: &str) -> Option<i64> {
    let text = reference.trim();
    let is_prefixed = text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    let digits = if is_prefixed { &text[prefix.len()..] } else { text.strip_prefix('#').unwrap_or(text) };
    let is_number = (1..=18).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { digits.parse().ok() } else { None }
}

/// Checks what a site has set.
///
/// # Errors
/// `Invalid` below `/value`.
pub(crate) fn check_statuses(statuses: &[StatusDef]) -> Result<()> {
    if statuses.len() > STATUSES {
        return Err(Error::invalid("/value", "too_many", format!("at most {STATUSES} statuses")));
    }
    for (place, status) in statuses.iter().enumerate() {
        let fits = (1..=ID_BYTES).contains(&status.id.len())
            && status.id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        if !fits || Category::of_name(&status.id).is_some() {
            let told = "1 to 40 letters without accents, digits or _, and no category's name";
            return Err(Error::invalid(&format!("/value/{place}/id"), "format", told));
        }
        if statuses[..place].iter().any(|other| other.id == status.id) {
            return Err(Error::invalid(&format!("/value/{place}/id"), "taken", "two statuses have this id"));
        }
        let name = status.name.trim();
        if name != status.name
            || !(1..=NAME_CHARS).contains(&name.chars().count())
            || name.chars().any(char::is_control)
        {
            return Err(Error::invalid(&format!("/value/{place}/name"), "format", "1 to 60 characters on one line"));
        }
    }
    Ok(())
}

/// Checks the prefix of numbers.
///
/// # Errors
/// `Invalid` at `/value`.
pub(crate) fn check_prefix(prefix: &str) -> Result<()> {
    let fits = prefix.len() <= PREFIX_BYTES
        && prefix.bytes().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'#' | b'_'));
    if fits { Ok(()) } else { Err(Error::invalid("/value", "format", "at most 8 letters, -, _ or #")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, number) in
            [("T-1042", 1042), ("t-7", 7), ("#7", 7), (" 0042 ", 42), ("999999999999999999", 999_999_999_999_999_999)]
        {
            assert_eq!(parse_reference(text, "T-"), Some(number), "{text:?}");
        }
        for text in ["", "T-", "-1", "T--1", "1.5", "1e3", "T-1042x", "٣", "é", "9999999999999999999"] {
            assert_eq!(parse_reference(text, "T-"), None, "{text:?}");
        }
        assert_eq!(parse_reference("7", ""), Some(7));
    }

    #[test]
    fn a_status_is_a_category_or_the_sites_own() {
        let own = |id: &str| StatusDef { id: id.to_owned(), name: "Waits".to_owned(), category: Category::OnHold };
        let status = status_of("vendor", &[own("vendor")]).unwrap();
        assert_eq!((status.category, status.name()), (Category::OnHold, "vendor"));
        assert_eq!(status_of("solved", &[]).unwrap(), Category::Solved.into());
        assert_eq!(status_of("vendor", &[]).unwrap_err().fields()[0].field, "/status");
        assert!(check_statuses(&[own("vendor"), own("legal")]).is_ok());
        for (wrong, field) in [
            (vec![own("open")], "/value/0/id"),
            (vec![own("")], "/value/0/id"),
            (vec![own("A")], "/value/0/id"),
            (vec![own("a"), own("a")], "/value/1/id"),
            (vec![StatusDef { name: " x".to_owned(), ..own("a") }], "/value/0/name"),
            (vec![own("a"); 51], "/value"),
        ] {
            assert_eq!(check_statuses(&wrong).unwrap_err().fields()[0].field, field);
        }
        assert!(check_prefix("T-").is_ok() && check_prefix("").is_ok() && check_prefix("1").is_err());
    }

    #[test]
    fn ranks_and_names_lead_back() {
        for category in Category::ALL {
            assert_eq!(Category::of_rank(category.rank()), Some(category));
            assert_eq!(Category::of_name(category.name()), Some(category));
            assert_eq!(category.is_done(), category.rank() >= 4, "stores ask by the rank");
        }
    }
}
