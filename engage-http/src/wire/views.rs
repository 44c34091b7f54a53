//! Saved views.

use engage_core::chat::Priority;
use engage_core::ids::ViewId;
use engage_core::views::{ChatFilter, SavedView, TicketFilter, ViewFilter as CoreFilter, ViewKind, ViewStatus};
use engage_core::{Error, Result};
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
    /// Which list it is of: `chat`, the conversations, or `tickets`.
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

/// Which conversations or tickets, as the query of the list takes them. Absent or null: not asked for, but for the status of
/// conversations.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// Of conversations `open`, `snoozed`, `closed` or `all`, absent: `open`. Of tickets `all`, `unsolved`, a category, or the id
    /// of one of the site's own.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// `any`, `none`, `me`, who is whoever looks, or the host's id of an agent.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    pub assignee: Option<String>,
    /// A team's name; empty: of no team.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// One exact label of conversations.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// One exact tag of tickets.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// Which.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<super::Priority>)]
    pub priority: Option<Priority>,
    /// Whether only conversations with a note that asks whoever looks to look.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    pub mentioned: Option<bool>,
    /// Of tickets: `yes`, or `no` to leave out what is out of sight.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    pub snoozed: Option<String>,
}

/// A new view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewView {
    /// Which list it is of: `chat`, the conversations, or `tickets`.
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
        Self {
            id: view.id,
            kind: view.filter.kind(),
            name: view.name.clone(),
            filter: view.filter.clone().into(),
            shared: view.shared,
            owner: Assignee { id: Some(view.owner.id.clone()), name: Some(view.owner.name.clone()) },
            version: view.version,
        }
    }
}

impl From<CoreFilter> for Filter {
    fn from(filter: CoreFilter) -> Self {
        match filter {
            CoreFilter::Chat(ChatFilter { status, assignee, team, label, priority, mentioned }) => {
                let status = status.map(|status| status.name().to_owned());
                let mentioned = mentioned.then_some(true);
                Self { status, assignee, team, label, priority, mentioned, ..Self::default() }
            }
            CoreFilter::Tickets(TicketFilter { status, assignee, team, tag, priority, awake }) => {
                let snoozed = awake.then(|| "no".to_owned());
                Self { status, assignee, team, tag, priority, snoozed, ..Self::default() }
            }
        }
    }
}

impl Filter {
    /// What it says of a list.
    ///
    /// # Errors
    /// `Invalid` below `/filter` for what that list does not take.
    pub fn of(self, kind: ViewKind) -> Result<CoreFilter> {
        let Self { status, assignee, team, label, tag, priority, mentioned, snoozed } = self;
        let unexpected = |said: &[(bool, &str)]| match said.iter().find(|(is_said, _)| *is_said) {
            Some((_, member)) => {
                let told = "this list takes no such filter";
                Err(Error::invalid(&format!("/filter/{member}"), "unexpected", told))
            }
            None => Ok(()),
        };
        match kind {
            ViewKind::Chat => {
                unexpected(&[(tag.is_some(), "tag"), (snoozed.is_some(), "snoozed")])?;
                let wrong = || Error::invalid("/filter/status", "unknown", "open, snoozed, closed or all");
                let status = status.map(|name| ViewStatus::of_name(&name).ok_or_else(wrong)).transpose()?;
                let mentioned = mentioned.unwrap_or_default();
                Ok(CoreFilter::Chat(ChatFilter { status, assignee, team, label, priority, mentioned }))
            }
            ViewKind::Tickets => {
                unexpected(&[(label.is_some(), "label"), (mentioned.is_some(), "mentioned")])?;
                let awake = match snoozed.as_deref() {
                    None | Some("yes") => false,
                    Some("no") => true,
                    Some(_) => return Err(Error::invalid("/filter/snoozed", "unknown", "yes or no")),
                };
                Ok(CoreFilter::Tickets(TicketFilter { status, assignee, team, tag, priority, awake }))
            }
        }
    }
}
