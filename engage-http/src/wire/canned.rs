//! Canned replies.

use engage_core::canned::CannedReply;
use engage_core::ids::CannedId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::scalar::{Time, nullable};

/// A text that agents say often.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Canned {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: CannedId,
    /// What agents type to find it. Unique.
    pub shortcode: String,
    /// With variables as they were written.
    pub text: String,
    /// The team whose it is; null: everybody's.
    #[schema(required)]
    pub team: Option<String>,
    /// Counts changes, from 1.
    pub version: i64,
    /// When it was last changed.
    pub updated_at: Time,
}

/// A page of canned replies, in the order of the shortcodes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CannedPage {
    /// The replies.
    pub replies: Vec<Canned>,
    /// What `after` takes for the page after this one; null on the last.
    #[schema(required)]
    pub next: Option<String>,
}

/// A new canned reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCanned {
    /// 1 to 50 of `a-z 0-9 - _`; upper case is made lower.
    pub shortcode: String,
    /// 1 to 4,000 characters, with at most 20 variables.
    pub text: String,
    /// 1 to 64 characters; null: everybody's.
    #[serde(deserialize_with = "nullable")]
    #[schema(required)]
    pub team: Option<String>,
}

/// A canned reply's new content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetCanned {
    /// 1 to 50 of `a-z 0-9 - _`; upper case is made lower.
    pub shortcode: String,
    /// 1 to 4,000 characters, with at most 20 variables.
    pub text: String,
    /// 1 to 64 characters; null: everybody's.
    #[serde(deserialize_with = "nullable")]
    #[schema(required)]
    pub team: Option<String>,
    /// The version that the caller has seen.
    pub expected_version: i64,
}

/// A text with its variables filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CannedText {
    /// At most 10,000 characters.
    pub text: String,
}

impl From<&CannedReply> for Canned {
    fn from(reply: &CannedReply) -> Self {
        Self {
            id: reply.id,
            shortcode: reply.shortcode.clone(),
            text: reply.text.as_str().to_owned(),
            team: reply.team.clone(),
            version: reply.version,
            updated_at: reply.updated_at.into(),
        }
    }
}
