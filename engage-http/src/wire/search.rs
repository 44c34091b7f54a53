//! What searches find.

use engage_core::Audience;
use engage_core::chat::Found;
use engage_core::words::Terms;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::admin::ContactInfo;
use super::conversation::Contact;
use super::entry::Entry;

/// Messages and notes that were found, latest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SearchPage {
    /// Each.
    pub results: Vec<SearchResult>,
    /// What `before` takes for the page after this one; null on the last.
    #[schema(required)]
    pub next: Option<String>,
}

/// A message or note that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SearchResult {
    /// The message or note.
    pub entry: Entry,
    /// Whose conversation it is in.
    pub contact: Contact,
    /// The part of its text around the first find: plain text, at most 202 characters.
    pub excerpt: String,
    /// Where the words stand in the excerpt, in order: from and to, counted in characters (Unicode scalar values).
    pub ranges: Vec<[usize; 2]>,
}

/// Contacts that were found, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ContactPage {
    /// Each.
    pub contacts: Vec<ContactInfo>,
    /// What `before` takes for the page after this one; null on the last.
    #[schema(required)]
    pub next: Option<String>,
}

impl SearchResult {
    /// What staff see of what was found by `terms`.
    pub fn new(found: &Found, terms: &Terms) -> Option<Self> {
        let told = terms.highlight(&found.entry.searched()?);
        Some(Self {
            entry: Entry::new(&found.entry, Audience::Staff)?,
            contact: (&found.contact).into(),
            excerpt: told.text,
            ranges: told.ranges.into_iter().map(|range| [range.start, range.end]).collect(),
        })
    }
}
