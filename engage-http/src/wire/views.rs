//! Saved views.

use engage_core::chat::Priority;
use engage_core::ids::ViewId;
use engage_core::views::{ChatFilter, SavedView, ViewFilter as CoreFilter, ViewKind, ViewStatus};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::conversation::Assignee;
use super::scalar::{nullable, object};

/// A filter of a list, under a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct View {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: ViewId,
    /// Which list it is of: `chat`, the conversations.
    #[schema(value_type = String)]
    pub kind: ViewKind,
    /// What people call it.
    pub name: String,
    /// What it shows.
    pub filter: Filter,
    /// Whether all staff see it.
    pub shared: bool,
    /// Whose it is.
    pub owner: Assignee,
    /// Counts changes, from 1.
    pub version: i64,
}

/// All views that the caller sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ViewList {
    /// By name.
    pub views: Vec<View>,
}

/// Which conversations, as the query of the list takes them. Absent or null: not asked for, but for the status.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// `open`, `snoozed`, `closed` or `all`; absent: `open`.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub status: Option<ViewStatus>,
    /// `any`, `none`, `me`, who is whoever looks, or the host's id of an agent.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    pub assignee: Option<String>,
    /// A team's name; empty: of no team.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// One exact label.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Which.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<super::Priority>)]
    pub priority: Option<Priority>,
    /// Whether only those with a note that asks whoever looks to look.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    pub mentioned: Option<bool>,
}

/// A new view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewView {
    /// Which list it is of: `chat`, the conversations.
    #[schema(value_type = String)]
    pub kind: ViewKind,
    /// 1 to 60 characters.
    #[schema(min_length = 1, max_length = 60)]
    pub name: String,
    /// What it shows.
    #[serde(deserialize_with = "object")]
    pub filter: Filter,
    /// Whether all staff see it.
    pub shared: bool,
}

/// A view's new content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetView {
    /// 1 to 60 characters.
    #[schema(min_length = 1, max_length = 60)]
    pub name: String,
    /// What it shows.
    #[serde(deserialize_with = "object")]
    pub filter: Filter,
    /// Whether all staff see it.
    pub shared: bool,
    /// The version that the caller has seen.
    pub expected_version: i64,
}

impl From<&SavedView> for View {
    fn from(view: &SavedView) -> Self {
        let CoreFilter::Chat(filter) = &view.filter;
        Self {
            id: view.id,
            kind: view.filter.kind(),
            name: view.name.clone(),
            filter: filter.clone().into(),
            shared: view.shared,
            owner: Assignee { id: Some(view.owner.id.clone()), name: Some(view.owner.name.clone()) },
            version: view.version,
        }
    }
}

impl From<ChatFilter> for Filter {
    fn from(filter: ChatFilter) -> Self {
        let ChatFilter { status, assignee, team, label, priority, mentioned } = filter;
        Self { status, assignee, team, label, priority, mentioned: mentioned.then_some(true) }
    }
}

impl From<Filter> for CoreFilter {
    fn from(filter: Filter) -> Self {
        let Filter { status, assignee, team, label, priority, mentioned } = filter;
        let mentioned = mentioned.unwrap_or_default();
        Self::Chat(ChatFilter { status, assignee, team, label, priority, mentioned })
    }
}
