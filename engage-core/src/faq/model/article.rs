//! What an article is.

use serde::{Deserialize, Serialize};

use crate::chat::checked_text;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::identity::AgentRef;
use crate::ids::{ArticleId, CategoryId, ContactId};

/// How long a title may be, in Unicode scalar values.
const TITLE_CHARS: usize = 150;
/// How long a text may be as markdown, in Unicode scalar values.
const BODY_CHARS: usize = 50_000;
/// How long a comment may be, in Unicode scalar values.
const COMMENT_CHARS: usize = 1_000;

/// An article: where it stands, who sees it, and how its texts stand. The texts themselves are [`Revision`]s.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// Its id.
    pub id: ArticleId,
    /// In which category.
    pub category: CategoryId,
    /// Its name in addresses, 1 to 80 of `a-z 0-9 -`. Unique among articles.
    pub slug: String,
    /// The smaller, the earlier.
    pub position: i64,
    /// Who sees it.
    pub visibility: Visibility,
    /// The language that it is translated from.
    pub locale: String,
    /// Not seen before; `None`: no such time.
    pub publish_at: Option<Timestamp>,
    /// Not seen from then on; `None`: no such time.
    pub unpublish_at: Option<Timestamp>,
    /// How many found it helpful.
    pub helpful: i64,
    /// How many did not.
    pub unhelpful: i64,
    /// Counts changes of what stands above, from 1.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// By language.
    pub texts: Vec<TextState>,
}

/// How a text of an article stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextState {
    /// The language.
    pub locale: String,
    /// The title of the newest revision.
    pub title: String,
    /// The number of the newest revision.
    pub head: i64,
    /// The number of the revision that readers see; `None`: they see none.
    pub live: Option<i64>,
    /// The revision of the article's own language that the newest one was translated from; of the own language itself 0.
    pub source: i64,
    /// When the newest revision was written.
    pub updated_at: Timestamp,
}

/// Who sees an article.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Everybody.
    #[default]
    Public,
    /// Who is signed in at the host.
    Members,
    /// Agents and admins.
    Agents,
}

/// Who reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reader {
    /// Anybody.
    Public,
    /// Somebody who is signed in at the host.
    Member,
    /// An agent or admin.
    Staff,
}

/// A text as it was saved once. Never changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// Of which article.
    pub article: ArticleId,
    /// In which language.
    pub locale: String,
    /// Counts the revisions of this text, from 1.
    pub number: i64,
    /// 1 to 150 characters.
    pub title: String,
    /// 1 to 50,000 characters.
    pub markdown: String,
    /// The same as HTML, safe to show.
    pub html: String,
    /// As [`TextState::source`].
    pub source: i64,
    /// Who wrote it; `None`: the host's code.
    pub by: Option<AgentRef>,
    /// When.
    pub created_at: Timestamp,
}

/// A revision without its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevisionLine {
    /// Its number.
    pub number: i64,
    /// Its title.
    pub title: String,
    /// As [`TextState::source`].
    pub source: i64,
    /// Who wrote it; `None`: the host's code.
    pub by: Option<AgentRef>,
    /// When.
    pub created_at: Timestamp,
}

/// An article on a reader's shelf, in the language that was found for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its id.
    pub id: ArticleId,
    /// In which category.
    pub category: CategoryId,
    /// Its name in addresses.
    pub slug: String,
    /// The language of the title.
    pub locale: String,
    /// The title.
    pub title: String,
    /// When this text or where it stands was last changed.
    pub updated_at: Timestamp,
}

/// An article as a reader sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Where it stands.
    pub article: Article,
    /// The text.
    pub text: Revision,
    /// In which languages there is one.
    pub locales: Vec<String>,
}

/// How a text stands in its article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Readers see nothing of it.
    Draft,
    /// Readers will see it.
    Scheduled,
    /// Readers see the newest revision.
    Live,
    /// Readers see an older revision than the newest.
    Changed,
    /// Readers do not see it any more.
    Ended,
}

/// What somebody says of an article. One for each person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vote {
    /// Of which article.
    pub article: ArticleId,
    /// Who.
    pub contact: ContactId,
    /// Whether it helped.
    pub helpful: bool,
    /// What else they say; at most 1,000 characters.
    pub comment: Option<String>,
    /// When they said so last.
    pub at: Timestamp,
}

impl Article {
    /// The text of a language.
    pub fn text(&self, locale: &str) -> Option<&TextState> {
        self.texts.iter().find(|text| text.locale == locale)
    }

    /// Whether readers of `visibility` may see it at `now`, if there is a text.
    pub fn is_seen_by(&self, reader: Reader, now: Timestamp) -> bool {
        reader.sees(self.visibility)
            && self.publish_at.is_none_or(|from| from <= now)
            && self.unpublish_at.is_none_or(|until| until > now)
    }

    /// The text for somebody who reads these languages: the first that there is, else the article's own, else any.
    pub fn live_for(&self, locales: &[String]) -> Option<&TextState> {
        let live = || self.texts.iter().filter(|text| text.live.is_some());
        let wanted = locales.iter().chain([&self.locale]).find_map(|locale| live().find(|text| text.locale == *locale));
        wanted.or_else(|| live().min_by(|one, other| one.locale.cmp(&other.locale)))
    }

    /// Whether a text is a translation of what the article's own language does not say any more.
    pub fn is_outdated(&self, locale: &str) -> bool {
        let own = self.text(&self.locale).map_or(0, |text| text.head);
        locale != self.locale && self.text(locale).is_some_and(|text| text.source < own)
    }

    /// How a text stands at `now`.
    pub fn standing(&self, text: &TextState, now: Timestamp) -> Standing {
        match text.live {
            None => Standing::Draft,
            Some(_) if self.unpublish_at.is_some_and(|until| until <= now) => Standing::Ended,
            Some(_) if self.publish_at.is_some_and(|from| from > now) => Standing::Scheduled,
            Some(live) if live == text.head => Standing::Live,
            Some(_) => Standing::Changed,
        }
    }
}

impl Reader {
    /// Whether articles of `visibility` are theirs to see.
    pub fn sees(self, visibility: Visibility) -> bool {
        visibility.rank() <= self.rank()
    }

    /// 0, 1 or 2: sees all visibilities up to this rank.
    pub fn rank(self) -> i64 {
        match self {
            Self::Public => 0,
            Self::Member => 1,
            Self::Staff => 2,
        }
    }
}

impl Visibility {
    /// 0, 1 or 2, by how few see it.
    pub fn rank(self) -> i64 {
        match self {
            Self::Public => 0,
            Self::Members => 1,
            Self::Agents => 2,
        }
    }

    /// The visibility of a rank; of one that is unknown the closest.
    pub fn of_rank(rank: i64) -> Self {
        match rank {
            0 => Self::Public,
            1 => Self::Members,
            _ => Self::Agents,
        }
    }
}

pub(in crate::faq) fn checked_title(title: &str) -> Result<String> {
    let title = checked_text("/title", title, TITLE_CHARS)?;
    let told = || Error::invalid("/title", "control_character", "a title is one line");
    if title.contains(['\n', '\t']) { Err(told()) } else { Ok(title) }
}

pub(in crate::faq) fn checked_body(markdown: &str) -> Result<String> {
    checked_text("/markdown", markdown, BODY_CHARS)
}

pub(in crate::faq) fn checked_comment(comment: Option<&str>) -> Result<Option<String>> {
    match comment.map(str::trim) {
        None | Some("") => Ok(None),
        Some(text) => checked_text("/comment", text, COMMENT_CHARS).map(Some),
    }
}

/// # Errors
/// `Invalid` at `/unpublish_at` when it is not after `publish_at`.
pub(in crate::faq) fn check_times(publish_at: Option<Timestamp>, unpublish_at: Option<Timestamp>) -> Result<()> {
    match (publish_at, unpublish_at) {
        (Some(from), Some(until)) if until <= from => {
            Err(Error::invalid("/unpublish_at", "range", "it ends before it begins"))
        }
        _ => Ok(()),
    }
}
