//! What visitors look at.

use engage_core::chat::Page as CorePage;
use engage_core::ids::ConversationId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::scalar::Time;

/// A page that the visitor looks at now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PageSeen {
    /// Its address, `http` or `https`. Query and fragment are cut off; what is left has at most 2,048 bytes.
    pub url: String,
    /// What it is called; at most 200 characters.
    pub title: String,
}

/// A page and when it was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// Its address, without query and fragment.
    pub url: String,
    /// What it is called.
    pub title: String,
    /// When.
    pub at: Time,
}

/// What a visitor has looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PageList {
    /// Latest first, at most 20 of the last day.
    pub pages: Vec<Page>,
}

/// The visitor of a conversation looks at another page. Staff only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PageTold {
    /// In which conversation.
    #[schema(value_type = Uuid)]
    pub conversation: ConversationId,
    /// Which page.
    pub page: Page,
}

impl From<CorePage> for Page {
    fn from(page: CorePage) -> Self {
        Self { url: page.url, title: page.title, at: page.at.into() }
    }
}

impl From<Page> for CorePage {
    fn from(page: Page) -> Self {
        Self { url: page.url, title: page.title, at: page.at.0 }
    }
}
