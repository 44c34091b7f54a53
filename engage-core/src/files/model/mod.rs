//! What a file is.

mod kind;
mod name;

pub use kind::{Kind, Looked};
pub use name::cleaned_name;
pub(super) use name::with_extension;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::blobs::BlobKey;
use crate::clock::Timestamp;
use crate::error::{Error, ErrorKind, Result};
use crate::identity::{Actor, Audience};
use crate::ids::{ContactId, ConversationId, FileId, TicketId};

/// A file that somebody has sent, or is sending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its id.
    pub id: FileId,
    /// What people read as its name: 1 to 150 characters without paths, control characters and direction marks. Never a
    /// name on a disk.
    pub name: String,
    /// How many bytes it was said to have when it was begun.
    pub declared: i64,
    /// How far it is.
    pub state: FileState,
    /// Who sent it.
    pub uploader: Uploader,
    /// What it belongs to; `None`: nothing yet, so only its uploader knows it.
    pub attached: Option<Attached>,
    /// Counts changes, from 1.
    pub version: i64,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// How far a file is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum FileState {
    /// Parts come in, in order.
    Uploading {
        /// What has come.
        parts: Vec<Part>,
    },
    /// Checked, and to be read.
    Ready(Content),
    /// Looked at and not taken; its content is gone.
    Refused(Refusal),
}

/// What came in one go. Never changed once it is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Where it lies.
    pub blob: BlobKey,
    /// How many bytes.
    pub size: i64,
}

/// What there is to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// Where it lies.
    pub blob: BlobKey,
    /// What it is, as its bytes say.
    pub media_type: String,
    /// How many bytes.
    pub size: i64,
    /// SHA-256 of them, in lower-case hex.
    pub sha256: String,
    /// Of an image that was written anew, so that nothing but the picture is in it: it may be shown in place. All else is only
    /// ever to be saved.
    pub pixels: Option<Pixels>,
}

/// The extent of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Pixels {
    /// From left to right.
    pub width: u32,
    /// From top to bottom.
    pub height: u32,
}

/// Why a file was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The stable code: `type_not_allowed`, `image_broken`, `too_many_pixels` or `scan_refused`.
    pub code: String,
    /// A sentence for people.
    pub reason: String,
}

/// Who has sent a file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Uploader {
    /// A visitor.
    Visitor(ContactId),
    /// An agent or admin, by the host's id.
    Agent(String),
    /// engage or the host.
    System,
}

/// What a file belongs to, once and for all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    /// To what.
    pub to: Owner,
    /// The key under which its sender attached it, such as a client message id: the same again is the same.
    pub key: String,
    /// Whether only staff may read it.
    pub staff_only: bool,
}

/// What a file can belong to. Who may read that may read the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Owner {
    /// A conversation.
    Conversation(ConversationId),
    /// A ticket.
    Ticket(TicketId),
}

/// A file as what it belongs to shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileCard {
    /// Its id.
    pub id: FileId,
    /// Its name.
    pub name: String,
    /// What it is.
    pub media_type: String,
    /// How many bytes.
    pub size: i64,
    /// Of an image that may be shown in place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pixels: Option<Pixels>,
}

impl File {
    /// How many bytes have come.
    pub fn offset(&self) -> i64 {
        match &self.state {
            FileState::Uploading { parts } => parts.iter().map(|part| part.size).sum(),
            FileState::Ready(_) | FileState::Refused(_) => self.declared,
        }
    }

    /// How many bytes it takes of what the site may keep.
    pub fn held(&self) -> i64 {
        match &self.state {
            FileState::Uploading { .. } => self.declared,
            FileState::Ready(content) => content.size,
            FileState::Refused(_) => 0,
        }
    }

    /// Where it lies, all of it.
    pub fn blobs(&self) -> Vec<BlobKey> {
        match &self.state {
            FileState::Uploading { parts } => parts.iter().map(|part| part.blob.clone()).collect(),
            FileState::Ready(content) => vec![content.blob.clone()],
            FileState::Refused(_) => Vec::new(),
        }
    }

    /// What there is to read, when it is ready.
    pub fn content(&self) -> Option<&Content> {
        match &self.state {
            FileState::Ready(content) => Some(content),
            FileState::Uploading { .. } | FileState::Refused(_) => None,
        }
    }

    /// As what it belongs to shows it, when it is ready.
    pub fn card(&self) -> Option<FileCard> {
        let content = self.content()?;
        let (media_type, size, pixels) = (content.media_type.clone(), content.size, content.pixels);
        Some(FileCard { id: self.id, name: self.name.clone(), media_type, size, pixels })
    }

    /// What became of it when its sender attaches it: the rule that stores apply under their lock. Attached like this before,
    /// it stays as it is.
    ///
    /// # Errors
    /// `NotFound` when it is not the uploader's or not ready; `Conflict` with code `file_attached` when it belongs to something
    /// else.
    pub fn attached_to(mut self, uploader: &Uploader, attached: &Attached, at: Timestamp) -> Result<Self> {
        if self.uploader != *uploader || self.content().is_none() {
            return Err(Error::not_found("the file"));
        }
        match &self.attached {
            None => {
                (self.attached, self.updated_at) = (Some(attached.clone()), at.max(self.updated_at));
                self.version += 1;
                Ok(self)
            }
            Some(before) if before == attached => Ok(self),
            Some(_) => {
                let told = "the file belongs to something else";
                Err(Error::new(ErrorKind::Conflict, told).with_code("file_attached"))
            }
        }
    }

    /// Whether `actor` sent it.
    pub fn is_of(&self, actor: &Actor) -> bool {
        self.uploader == actor.into()
    }
}

impl Attached {
    /// Whether readers of that kind may read it.
    pub fn is_for(&self, audience: Audience) -> bool {
        audience == Audience::Staff || !self.staff_only
    }
}

impl From<&Actor> for Uploader {
    fn from(actor: &Actor) -> Self {
        match actor {
            Actor::Visitor(contact) => Self::Visitor(*contact),
            Actor::Staff(staff) => Self::Agent(staff.agent.id.clone()),
            Actor::Bot(_) | Actor::System => Self::System,
        }
    }
}

/// As stores keep it.
impl fmt::Display for Uploader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Visitor(contact) => write!(f, "visitor:{contact}"),
            Self::Agent(id) => write!(f, "agent:{id}"),
            Self::System => f.write_str("system"),
        }
    }
}

impl FromStr for Uploader {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text.split_once(':') {
            Some(("visitor", id)) => Ok(Self::Visitor(id.parse()?)),
            Some(("agent", id)) => Ok(Self::Agent(id.to_owned())),
            None if text == "system" => Ok(Self::System),
            _ => Err(Error::internal(format!("no uploader: {text:?}"))),
        }
    }
}

/// As stores keep it.
impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Conversation(id) => write!(f, "conversation:{id}"),
            Self::Ticket(id) => write!(f, "ticket:{id}"),
        }
    }
}

impl FromStr for Owner {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text.split_once(':') {
            Some(("conversation", id)) => Ok(Self::Conversation(id.parse()?)),
            Some(("ticket", id)) => Ok(Self::Ticket(id.parse()?)),
            _ => Err(Error::internal(format!("no owner of files: {text:?}"))),
        }
    }
}
