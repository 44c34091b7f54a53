//! Lists: statements that differ by who looks and what they filter, each composed once of constants.

use std::sync::OnceLock;

use engage_core::Result;
use engage_core::chat::{AssigneeFilter, ListQuery, Listed, Priority, Reader, Sight, Status, StatusFilter, TeamFilter};

use super::Chat;
use super::read::{listed_columns, listed_joins};
use super::rows::{self, status_name};
use crate::driver::Param;
use crate::names::Names;
use crate::sql::Statement;

/// The statements of every combination. Few are ever asked for, so those of lists are rendered by who asks first.
#[derive(Debug)]
pub(crate) struct FilterStatements {
    names: Names,
    /// By the index of a [`Shape`].
    list: Vec<OnceLock<Statement>>,
    /// By the index of a [`SightShape`].
    changed: Vec<Statement>,
}

/// What a list's statement depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shape {
    sight: SightShape,
    status: StatusShape,
    assignee: AssigneeShape,
    priority: PriorityShape,
    /// Whether a team is asked for.
    team: bool,
    /// Whether a label is asked for.
    label: bool,
    /// Whether a note for the reader is asked for.
    mentioned: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SightShape {
    Contact,
    Teams,
    All,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum StatusShape {
    Any,
    Is,
    NotClosed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AssigneeShape {
    Any,
    None,
    Is,
}

/// The usual one is nearly everywhere, the others have an index of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PriorityShape {
    Any,
    Normal,
    Other,
}

const SIGHTS: [SightShape; 3] = [SightShape::Contact, SightShape::Teams, SightShape::All];
const STATUSES: [StatusShape; 3] = [StatusShape::Any, StatusShape::Is, StatusShape::NotClosed];
const ASSIGNEES: [AssigneeShape; 3] = [AssigneeShape::Any, AssigneeShape::None, AssigneeShape::Is];
const PRIORITIES: [PriorityShape; 3] = [PriorityShape::Any, PriorityShape::Normal, PriorityShape::Other];

impl FilterStatements {
    pub(crate) fn render(names: &Names) -> Self {
        let list = shapes().map(|_| OnceLock::new()).collect();
        let changed = SIGHTS.map(|sight| Statement::new("chat::filter::changed", &changed_template(sight), names));
        Self { names: names.clone(), list, changed: changed.into() }
    }

    pub(crate) fn all(&self) -> Vec<&Statement> {
        shapes().map(|shape| self.list(shape)).chain(&self.changed).collect()
    }

    fn list(&self, shape: Shape) -> &Statement {
        let render = || Statement::new("chat::filter::list", &list_template(shape), &self.names);
        self.list[shape.index()].get_or_init(render)
    }
}

impl Chat {
    pub(super) async fn read_list(&self, query: &ListQuery) -> Result<Vec<Listed>> {
        let reader = query.sight.reader();
        let teams = teams_json(&query.sight)?;
        let shape = Shape::of(query);
        let mut values = vec![
            Param::from(reader.as_ref().map(Reader::key)),
            Param::from(query.before.unwrap_or(i64::MAX)),
            Param::from(query.limit),
        ];
        values.extend(sight_param(&query.sight, &teams));
        if let (StatusShape::Is, StatusFilter::Is(status)) = (shape.status, query.status) {
            values.push(Param::from(status_name(status)));
        }
        if let AssigneeFilter::Is(agent) = &query.assignee {
            values.push(Param::from(agent));
        }
        match &query.team {
            TeamFilter::Any => {}
            TeamFilter::None => values.push(Param::from("")),
            TeamFilter::Is(team) => values.push(Param::from(team)),
        }
        if let (PriorityShape::Other, Some(priority)) = (shape.priority, query.priority) {
            values.push(Param::from(priority.rank()));
        }
        if let Some(label) = &query.label {
            values.push(Param::from(label));
        }
        let rows = self.db.fetch(self.sql.filter.list(shape), &values).await?;
        rows.iter().map(|row| rows::listed(row, reader.as_ref())).collect()
    }

    pub(super) async fn read_changed(&self, sight: &Sight, inbox_seq: i64, limit: usize) -> Result<Vec<Listed>> {
        let reader = sight.reader();
        let teams = teams_json(sight)?;
        let mut values =
            vec![Param::from(reader.as_ref().map(Reader::key)), Param::from(inbox_seq), Param::from(limit)];
        values.extend(sight_param(sight, &teams));
        let rows = self.db.fetch(&self.sql.filter.changed[SightShape::of(sight) as usize], &values).await?;
        rows.iter().map(|row| rows::listed(row, reader.as_ref())).collect()
    }
}

impl Shape {
    fn of(query: &ListQuery) -> Self {
        Self {
            sight: SightShape::of(&query.sight),
            status: match (query.status, &query.sight) {
                (StatusFilter::All, _) => StatusShape::Any,
                (StatusFilter::Is(Status::Open), Sight::Visitor(_)) => StatusShape::NotClosed,
                (StatusFilter::Is(_), _) => StatusShape::Is,
            },
            assignee: match query.assignee {
                AssigneeFilter::Any => AssigneeShape::Any,
                AssigneeFilter::None => AssigneeShape::None,
                AssigneeFilter::Is(_) => AssigneeShape::Is,
            },
            priority: match query.priority {
                None => PriorityShape::Any,
                Some(Priority::Normal) => PriorityShape::Normal,
                Some(_) => PriorityShape::Other,
            },
            team: query.team != TeamFilter::Any,
            label: query.label.is_some(),
            mentioned: query.mentioned,
        }
    }

    /// Its place among [`shapes`].
    fn index(self) -> usize {
        let of_status = self.sight as usize * STATUSES.len() + self.status as usize;
        let of_assignee = of_status * ASSIGNEES.len() + self.assignee as usize;
        let of_priority = of_assignee * PRIORITIES.len() + self.priority as usize;
        ((of_priority * 2 + usize::from(self.team)) * 2 + usize::from(self.label)) * 2 + usize::from(self.mentioned)
    }
}

impl SightShape {
    fn of(sight: &Sight) -> Self {
        match sight {
            Sight::Visitor(_) => Self::Contact,
            Sight::Staff(staff) if !staff.admin => Self::Teams,
            Sight::Staff(_) | Sight::All => Self::All,
        }
    }
}

fn shapes() -> impl Iterator<Item = Shape> {
    let statuses = |sight| STATUSES.into_iter().map(move |status| (sight, status));
    let assignees = |(sight, status)| ASSIGNEES.into_iter().map(move |assignee| (sight, status, assignee));
    let besides = PRIORITIES.into_iter().flat_map(|priority| {
        [0, 1, 2, 3, 4, 5, 6, 7].map(|set: u8| (priority, set & 4 != 0, set & 2 != 0, set & 1 != 0))
    });
    SIGHTS.into_iter().flat_map(statuses).flat_map(assignees).flat_map(move |(sight, status, assignee)| {
        let shape = move |(priority, team, label, mentioned)| Shape {
            sight,
            status,
            assignee,
            priority,
            team,
            label,
            mentioned,
        };
        besides.clone().map(shape)
    })
}

/// `$1` reader, `$2` before, `$3` limit, then what the shape asks for. The page is found in an index alone, walked from its
/// newest end; only its rows are then read and joined.
fn list_template(shape: Shape) -> String {
    let conditions = conditions(shape);
    let page = |condition: &str| {
        format!(
            "SELECT p.inbox_seq FROM {{conversations}} p WHERE {conditions}{condition}
             ORDER BY p.inbox_seq DESC LIMIT $3"
        )
    };
    // Where an agent's are, those of each status lie apart: three walks then, and no sorting of all that they ever answered.
    let page = match (shape.sight, shape.status, shape.assignee, shape.priority) {
        (SightShape::Contact, ..) | (.., PriorityShape::Other) => page(""),
        (_, StatusShape::Any, AssigneeShape::Is, _) => {
            let walk =
                |status| format!("SELECT w.inbox_seq FROM ({}) AS w", page(&format!(" AND p.status = '{status}'")));
            let walks = ["open", "snoozed", "closed"].map(walk).join(" UNION ALL ");
            format!("SELECT m.inbox_seq FROM ({walks}) AS m ORDER BY m.inbox_seq DESC LIMIT $3")
        }
        _ => page(""),
    };
    let (columns, joins) = (listed_columns!(), listed_joins!());
    format!(
        "SELECT {columns} FROM ({page}) AS page
         JOIN {{conversations}} c ON c.inbox_seq = page.inbox_seq{joins} ORDER BY c.inbox_seq DESC"
    )
}

fn conditions(shape: Shape) -> String {
    let mut next = 4;
    let mut parameter = || {
        next += 1;
        format!("${}", next - 1)
    };
    let mut conditions = vec!["p.inbox_seq < $2".to_owned()];
    match shape.sight {
        SightShape::Contact => conditions.push(format!("p.contact_id = {}", parameter())),
        SightShape::Teams => conditions.push(sees_team("p", &parameter())),
        SightShape::All => {}
    }
    // A contact has few conversations, and so has a priority that is not the usual one: an expression keeps SQLite from
    // looking among all of a status instead.
    let (status, assignee) = match (shape.sight, shape.priority) {
        (SightShape::Contact, _) | (_, PriorityShape::Other) => ("p.status || ''", "p.assignee_id || ''"),
        (SightShape::Teams | SightShape::All, _) => ("p.status", "p.assignee_id"),
    };
    match shape.status {
        StatusShape::Any => {}
        StatusShape::Is => conditions.push(format!("{status} = {}", parameter())),
        StatusShape::NotClosed => conditions.push(format!("{status} <> 'closed'")),
    }
    match shape.assignee {
        AssigneeShape::Any => {}
        AssigneeShape::None => conditions.push(format!("{assignee} IS NULL")),
        AssigneeShape::Is => conditions.push(format!("{assignee} = {}", parameter())),
    }
    if shape.team {
        let team = parameter();
        conditions.push(format!("COALESCE(p.team, '') = {team}"));
    }
    match shape.priority {
        PriorityShape::Any => {}
        PriorityShape::Normal => conditions.push("p.priority = 1".to_owned()),
        // The second is what the index says of itself.
        PriorityShape::Other => conditions.push(format!("p.priority = {} AND p.priority <> 1", parameter())),
    }
    if shape.label {
        let label = parameter();
        conditions.push(format!("p.id IN (SELECT l.conversation_id FROM {{labels}} l WHERE l.label = {label})"));
    }
    if shape.mentioned {
        // As the index says of itself.
        let mine = "SELECT n.conversation_id FROM {marks} n WHERE n.reader = $1 AND n.mention > 0";
        conditions.push(format!("p.id IN ({mine})"));
    }
    conditions.join(" AND ")
}

/// `$1` reader, `$2` after, `$3` limit, then what the sight asks for. Those who used to see a conversation learn of it once
/// more.
fn changed_template(sight: SightShape) -> String {
    let condition = match sight {
        SightShape::Contact => " AND c.contact_id = $4".to_owned(),
        SightShape::Teams => format!(
            " AND ({} OR EXISTS (SELECT 1 FROM {{@each c.past_teams AS past}} JOIN {{@each $4 AS own}}
                ON own.value = past.value))",
            sees_team("c", "$4")
        ),
        SightShape::All => String::new(),
    };
    let (columns, joins) = (listed_columns!(), listed_joins!());
    format!(
        "SELECT {columns} FROM {{conversations}} c{joins} WHERE c.inbox_seq > $2{condition} ORDER BY c.inbox_seq LIMIT $3"
    )
}

fn sees_team(table: &str, parameter: &str) -> String {
    format!("({table}.team IS NULL OR {table}.team IN (SELECT own.value FROM {{@each {parameter} AS own}}))")
}

fn sight_param<'p>(sight: &Sight, teams: &'p str) -> Option<Param<'p>> {
    match SightShape::of(sight) {
        SightShape::Teams => Some(Param::from(teams)),
        SightShape::All => None,
        SightShape::Contact => match sight {
            Sight::Visitor(contact) => Some(Param::from(*contact)),
            Sight::Staff(_) | Sight::All => None,
        },
    }
}

fn teams_json(sight: &Sight) -> Result<String> {
    match sight {
        // What was everybody's is an empty name among the past teams, and everybody's past.
        Sight::Staff(staff) => {
            let teams = staff.teams.iter().map(String::as_str).chain([""]);
            Ok(serde_json::to_string(&teams.collect::<Vec<_>>())?)
        }
        Sight::Visitor(_) | Sight::All => Ok(String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_is_found_at_its_index() {
        for (index, shape) in shapes().enumerate() {
            assert_eq!(shape.index(), index);
        }
        assert_eq!(shapes().count(), 648);
    }
}
