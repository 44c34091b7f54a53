//! Lists: one statement for each index that a list may walk. Which one follows from what is asked for, not from what the
//! database guesses; whatever else is asked for is passed over on the way.

use engage_core::Result;
use engage_core::chat::{AssigneeFilter, Priority, Sight, TeamFilter};
use engage_core::ids::TicketId;
use engage_core::tickets::{Category, ListQuery, Listed, StatusFilter};
use uuid::Uuid;

use super::Tickets;
use super::rows::{self, ticket_columns};
use crate::driver::{Param, params};
use crate::sql::Statement;

/// What every list asks besides. `$1` and `$2`: after which place; `$3`: how many; `$4`: 1 when all teams are seen, else `$5`:
/// which; `$6` to `$13`: what is filtered, null for what is not: category, the site's own status, assignee and team (empty for
/// none), requester, tag, priority, and awake at which moment; `$14`: below which category.
macro_rules! list {
    ($from:literal, $at:literal, $id:literal, $condition:literal) => {
        concat!(
            "SELECT ",
            ticket_columns!(),
            ", k.name, k.email FROM (SELECT t.id FROM ",
            $from,
            " WHERE (",
            $at,
            ", ",
            $id,
            ") < (CAST($1 AS bigint), $2) AND ",
            $condition,
            " AND (CAST($4 AS bigint) = 1 OR t.team IS NULL OR t.team IN (SELECT own.value FROM {@each $5 AS own}))
              AND (CAST($6 AS bigint) IS NULL OR t.category = $6)
              AND (CAST($7 AS text) IS NULL OR t.status = $7)
              AND (CAST($8 AS text) IS NULL OR COALESCE(t.assignee_id, '') = $8)
              AND (CAST($9 AS text) IS NULL OR COALESCE(t.team, '') = $9)
              AND (CAST($10 AS uuid) IS NULL OR t.requester_id = $10)
              AND (CAST($11 AS text) IS NULL OR t.id IN
                  (SELECT o.ticket_id FROM {ticket_tags} o WHERE o.ticket_id = t.id AND o.tag = $11))
              AND (CAST($12 AS bigint) IS NULL OR t.priority = $12)
              AND (CAST($13 AS bigint) IS NULL OR t.snoozed_until IS NULL OR t.snoozed_until <= $13)
              AND t.category < CAST($14 AS bigint)
             ORDER BY ",
            $at,
            " DESC, ",
            $id,
            " DESC LIMIT $3) AS page JOIN {tickets} t ON t.id = page.id LEFT JOIN {contacts} k ON k.id = t.requester_id
             ORDER BY t.updated_at DESC, t.id DESC"
        )
    };
}

statements! {
    /// Named after the index that they walk.
    struct ListStatements {
        latest = list!("{tickets} t {@indexed tickets_latest}", "t.updated_at", "t.id", "true");
        unsolved = list!("{tickets} t {@indexed tickets_unsolved}", "t.updated_at", "t.id", "t.category < 4");
        category = list!("{tickets} t {@indexed tickets_category}", "t.updated_at", "t.id", "t.category = $6");
        status = list!("{tickets} t {@indexed tickets_status}", "t.updated_at", "t.id", "t.status = $7");
        assigned = list!("{tickets} t {@indexed tickets_assigned}", "t.updated_at", "t.id", "t.assignee_id = $8 AND t.category < 4");
        assignee = list!("{tickets} t {@indexed tickets_assignee}", "t.updated_at", "t.id", "t.assignee_id = $8");
        team = list!("{tickets} t {@indexed tickets_team}", "t.updated_at", "t.id", "t.team = $9");
        priority = list!("{tickets} t {@indexed tickets_priority}", "t.updated_at", "t.id", "t.priority = $12 AND t.priority <> 1");
        requester = list!("{tickets} t {@indexed tickets_requester}", "t.updated_at", "t.id", "t.requester_id = $10");
        own = list!("{tickets} t {@indexed tickets_requester}", "t.updated_at", "t.id", "t.requester_id = $10 AND t.merged_into IS NULL");
        tag = list!("{ticket_tags} g {@indexed ticket_tags_tag} CROSS JOIN {tickets} t", "g.updated_at", "g.ticket_id", "g.tag = $11 AND t.id = g.ticket_id");
    }
}

impl ListStatements {
    /// The one that looks at the fewest.
    fn of(&self, query: &ListQuery) -> &Statement {
        let is_undone = match &query.status {
            StatusFilter::Unsolved => true,
            StatusFilter::Category(category) => !category.is_done(),
            StatusFilter::All | StatusFilter::Custom(_) => false,
        };
        match (query, &query.assignee) {
            (ListQuery { sight: Sight::Visitor(_), .. }, _) => &self.own,
            (ListQuery { requester: Some(_), .. }, _) => &self.requester,
            (ListQuery { tag: Some(_), .. }, _) => &self.tag,
            (ListQuery { status: StatusFilter::Custom(_), .. }, _) => &self.status,
            (_, AssigneeFilter::Is(_)) if is_undone => &self.assigned,
            (_, AssigneeFilter::Is(_)) => &self.assignee,
            _ if is_undone => &self.unsolved,
            // Few have one that is not the usual, and few are of one team, beside all that are done.
            (ListQuery { priority: Some(Priority::Low | Priority::High | Priority::Urgent), .. }, _) => &self.priority,
            (ListQuery { status: StatusFilter::Category(Category::Closed), team: TeamFilter::Is(_), .. }, _) => {
                &self.team
            }
            (ListQuery { status: StatusFilter::Category(_), .. }, _) => &self.category,
            (ListQuery { team: TeamFilter::Is(_), .. }, _) => &self.team,
            _ => &self.latest,
        }
    }
}

impl Tickets {
    pub(super) async fn read_list(&self, query: &ListQuery) -> Result<Vec<Listed>> {
        let (all, teams, requester) = match &query.sight {
            Sight::Visitor(contact) => match query.requester {
                Some(other) if other != *contact => return Ok(Vec::new()),
                _ => (1_i64, "[]".to_owned(), Some(*contact)),
            },
            Sight::Staff(staff) => (i64::from(staff.admin), serde_json::to_string(&staff.teams)?, query.requester),
            Sight::All => (1, "[]".to_owned(), query.requester),
        };
        let (category, status) = match &query.status {
            StatusFilter::All | StatusFilter::Unsolved => (None, None),
            StatusFilter::Category(category) => (Some(category.rank()), None),
            StatusFilter::Custom(status) => (None, Some(status.as_str())),
        };
        let assignee = match &query.assignee {
            AssigneeFilter::Any => None,
            AssigneeFilter::None => Some(""),
            AssigneeFilter::Is(id) => Some(id.as_str()),
        };
        let team = match &query.team {
            TeamFilter::Any => None,
            TeamFilter::None => Some(""),
            TeamFilter::Is(team) => Some(team.as_str()),
        };
        let (at, id) = match query.after {
            Some((at, id)) => (at.timestamp_micros(), id),
            None => (i64::MAX, TicketId(Uuid::max())),
        };
        let priority = query.priority.map(Priority::rank);
        let values: &[Param<'_>] = params![
            at,
            id,
            query.limit,
            all,
            &teams,
            category,
            status,
            assignee,
            team,
            requester,
            query.tag.as_deref(),
            priority,
            query.awake_at,
            if query.status == StatusFilter::Unsolved { Category::Solved.rank() } else { i64::MAX },
        ];
        self.db.fetch(self.sql.list.of(query), values).await?.iter().map(rows::listed).collect()
    }
}
