//! What a view of tickets filters by.

use serde::{Deserialize, Serialize};

use super::{assignee_filter, check_people, team_filter};
use crate::chat::{Priority, Sight, checked_label};
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::tickets::{ListQuery, StatusDef, StatusFilter, status_of};

/// Which tickets. What is `None` is not asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TicketFilter {
    /// How far they have got: `all`, `unsolved`, a category, or the id of one of the site's own statuses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Who sees to them: `any`, `none`, `me`, who is whoever looks, or the host's id of an agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<String>,
    /// Of which team; an empty one: of none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// With this tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// Of this priority.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    /// Whether to leave out what is out of sight for now.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub awake: bool,
}

impl TicketFilter {
    /// The list that this filter asks for at `now`, as `sight` sees it: at most `limit`, latest change first. `statuses` are the
    /// site's own.
    ///
    /// # Errors
    /// `Invalid` at `/filter/status` when there is no such status any more.
    pub fn query(&self, sight: Sight, statuses: &[StatusDef], now: Timestamp, limit: usize) -> Result<ListQuery> {
        let (status, assignee) = (self.status(statuses)?, assignee_filter(self.assignee.as_deref(), &sight));
        let mut query = ListQuery::new(sight, limit);
        (query.status, query.assignee, query.team) = (status, assignee, team_filter(self.team.as_deref()));
        query.tag.clone_from(&self.tag);
        query.priority = self.priority;
        query.awake_at = self.awake.then_some(now);
        Ok(query)
    }

    pub(super) fn check(&self, statuses: &[StatusDef]) -> Result<()> {
        self.status(statuses)?;
        check_people(self.assignee.as_deref(), self.team.as_deref())?;
        self.tag.as_deref().map_or(Ok(()), |tag| checked_label("/filter/tag", tag))
    }

    fn status(&self, statuses: &[StatusDef]) -> Result<StatusFilter> {
        match self.status.as_deref() {
            None | Some("all") => Ok(StatusFilter::All),
            Some("unsolved") => Ok(StatusFilter::Unsolved),
            Some(name) => {
                let unknown = || Error::invalid("/filter/status", "unknown", "all, unsolved, a category or a status");
                let status = status_of(name, statuses).map_err(|_| unknown())?;
                Ok(status.custom.map_or(StatusFilter::Category(status.category), StatusFilter::Custom))
            }
        }
    }
}
