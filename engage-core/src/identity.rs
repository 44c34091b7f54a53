//! Who the host says is there, and as whom they act in engage.

use std::fmt::Debug;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::ids::ContactId;

/// A signed-in person, as the host knows them. engage owns no users.
///
/// ```
/// use engage_core::Identity;
/// let agent = Identity::agent("7").name("Ada").teams(["sales"]);
/// let member = Identity::member("42").name("Bob").email("bob@example.com");
/// # let _ = (agent, member);
/// ```
#[non_exhaustive]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The host's id of the person, 1 to 200 bytes; opaque to engage.
    pub id: String,
    /// What to call them.
    pub name: Option<String>,
    /// Where to write to them.
    pub email: Option<String>,
    /// What they may do.
    pub role: Role,
    /// The teams of an agent. Admins see every team.
    pub teams: Vec<String>,
}

/// What a signed-in person may do in engage.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A customer of the host: a visitor with a name.
    Member,
    /// Answers visitors; sees conversations of their teams and of no team.
    Agent,
    /// Sees and sets everything.
    Admin,
}

impl Identity {
    fn new(id: impl Into<String>, role: Role) -> Self {
        Self { id: id.into(), name: None, email: None, role, teams: Vec::new() }
    }

    /// A customer of the host.
    pub fn member(id: impl Into<String>) -> Self {
        Self::new(id, Role::Member)
    }

    /// Somebody who answers visitors.
    pub fn agent(id: impl Into<String>) -> Self {
        Self::new(id, Role::Agent)
    }

    /// Somebody who runs the site.
    pub fn admin(id: impl Into<String>) -> Self {
        Self::new(id, Role::Admin)
    }

    /// Sets the name.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets the e-mail address.
    #[must_use]
    pub fn email(mut self, email: impl Into<String>) -> Self {
        self.email = Some(email.into());
        self
    }

    /// Sets an agent's teams.
    #[must_use]
    pub fn teams<T: Into<String>>(mut self, teams: impl IntoIterator<Item = T>) -> Self {
        self.teams = teams.into_iter().map(Into::into).collect();
        self
    }

    /// As staff, when the role allows it.
    pub fn staff(&self) -> Option<Staff> {
        (self.role >= Role::Agent).then(|| Staff {
            agent: AgentRef { id: self.id.clone(), name: self.name.clone().unwrap_or_else(|| self.id.clone()) },
            teams: self.teams.clone(),
            admin: self.role == Role::Admin,
        })
    }
}

/// The host's word on its staff, for when one of them is written to who is not there. engage keeps no addresses of staff: it asks
/// each time, so that whoever is no agent any more, or of another team, hears nothing more.
#[async_trait]
pub trait AgentDirectory: Debug + Send + Sync + 'static {
    /// Who has this id now, with role, teams and [`Identity::email`]; `None`: nobody. It has 10 s to answer.
    ///
    /// # Errors
    /// It is asked again later.
    async fn agent(&self, id: &str) -> Result<Option<Identity>>;
}

/// Who does something in engage. Stores check what they may see under the row's lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// The visitor who is this contact.
    Visitor(ContactId),
    /// An agent or admin.
    Staff(Staff),
    /// The host's bot, by the name that people read. It acts in conversations that are its.
    Bot(String),
    /// engage itself: automation, merging, the host's own code.
    System,
}

/// An agent or admin at work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    /// Who.
    pub agent: AgentRef,
    /// Their teams.
    pub teams: Vec<String>,
    /// Whether they see every team and the administration.
    pub admin: bool,
}

/// An agent by the host's id and the name to show.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AgentRef {
    /// The host's id.
    pub id: String,
    /// The name to show.
    pub name: String,
}

/// Which numbering of a conversation a reader follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Audience {
    /// What the visitor sees.
    Visitor,
    /// What staff see: everything.
    Staff,
}

impl Actor {
    /// The numbering that this actor follows.
    pub fn audience(&self) -> Audience {
        match self {
            Self::Visitor(_) => Audience::Visitor,
            Self::Staff(_) | Self::Bot(_) | Self::System => Audience::Staff,
        }
    }
}

impl Staff {
    /// Whether conversations of `team` are theirs to see.
    pub fn sees_team(&self, team: Option<&str>) -> bool {
        self.admin || team.is_none_or(|team| self.teams.iter().any(|own| own == team))
    }
}
