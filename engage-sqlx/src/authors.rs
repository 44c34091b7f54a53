//! Who did something and who looks, as columns and values.

use engage_core::chat::{Author, Sight};
use engage_core::{AgentRef, Error, Result};

use crate::driver::Columns;
use crate::error::unknown;

/// An author's kind, id and name.
pub(crate) fn author_columns(author: &Author) -> (&'static str, Option<String>, Option<&str>) {
    match author {
        Author::Visitor { id } => ("visitor", Some(id.to_string()), None),
        Author::Agent(agent) => ("agent", Some(agent.id.clone()), Some(agent.name.as_str())),
        Author::Bot { name } => ("bot", None, Some(name.as_str())),
        Author::System => ("system", None, None),
    }
}

/// The same columns read.
pub(crate) fn read_author(columns: &mut Columns<'_>) -> Result<Author> {
    let kind: String = columns.take()?;
    let id: Option<String> = columns.take()?;
    let name: Option<String> = columns.take()?;
    Ok(match (kind.as_str(), id) {
        ("visitor", Some(id)) => Author::Visitor { id: id.parse().map_err(Error::internal)? },
        ("agent", Some(id)) => Author::Agent(AgentRef { name: name.unwrap_or_else(|| id.clone()), id }),
        ("bot", _) => Author::Bot { name: name.unwrap_or_default() },
        ("system", _) => Author::System,
        (kind, _) => return Err(unknown("author", kind)),
    })
}

/// Whether staff see what is of every team (1 or 0), and the teams of which they see it, as a JSON array; `None` for visitors.
pub(crate) fn seen_teams(sight: &Sight) -> Result<Option<(i64, String)>> {
    Ok(match sight {
        Sight::Visitor(_) => None,
        Sight::Staff(staff) => Some((i64::from(staff.admin), serde_json::to_string(&staff.teams)?)),
        Sight::All => Some((1, "[]".to_owned())),
    })
}
