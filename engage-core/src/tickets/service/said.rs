//! What is said on a ticket, with the files that go with it.

use super::super::model::{Create, Ticket, checked_body_beside, checked_key};
use super::{Tickets, edit::CHAIN};
use crate::error::{Error, ErrorKind, Result};
use crate::files::{FileCard, Files, Owner};
use crate::identity::Actor;
use crate::ids::{FileId, TicketId};

/// A reply or a note. [`Said::new`] has what it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Said {
    /// The sender's own id of it: 1 to 64 of `A-Z a-z 0-9 - _ . :`, unique in the ticket.
    pub client_message_id: String,
    /// 1 to 50,000 characters; with files it may be empty.
    pub body: String,
    /// What goes with it: files of the sender's that are ready and went nowhere else, as many as the site takes.
    pub files: Vec<FileId>,
}

impl Said {
    /// Without files.
    pub fn new(client_message_id: impl Into<String>, body: impl Into<String>) -> Self {
        Self { client_message_id: client_message_id.into(), body: body.into(), files: Vec::new() }
    }

    /// With files.
    #[must_use]
    pub fn files(mut self, files: Vec<FileId>) -> Self {
        self.files = files;
        self
    }

    /// The text as it is kept.
    pub(super) fn checked(&self) -> Result<String> {
        checked_key(&self.client_message_id)?;
        checked_body_beside(&self.body, !self.files.is_empty())
    }
}

impl Tickets {
    /// The sender's files become the ticket's, or those of the one that it goes on in. What is wrong with what is said is found
    /// before, so that nothing that is refused has used them up.
    pub(super) async fn take_files(
        &self,
        actor: &Actor,
        ticket: TicketId,
        said: &Said,
        expected: Option<i64>,
        staff_only: bool,
    ) -> Result<Vec<FileCard>> {
        if said.files.is_empty() {
            return Ok(Vec::new());
        }
        let (files, key) = (self.files_taken()?, said.client_message_id.as_str());
        let row = self.get(actor, ticket).await?.ticket;
        let (mut chain, mut next) = (vec![Owner::Ticket(ticket)], row.merged_into);
        while let Some(into) = next.filter(|_| chain.len() < CHAIN) {
            chain.push(Owner::Ticket(into));
            next = self.get(actor, into).await?.ticket.merged_into;
        }
        let before = files.given(actor, &said.files, key).await?.filter(|owner| chain.contains(owner));
        if before.is_none() {
            refused(&row, expected, staff_only)?;
        }
        let owner = before.or(chain.last().copied()).unwrap_or(Owner::Ticket(ticket));
        files.give(actor, &said.files, owner, key, staff_only).await
    }

    /// The same for a ticket that is about to be opened, which may be the one that the same attempt was about to open before.
    pub(super) async fn take_files_to_open(&self, create: &mut Create, ids: &[FileId]) -> Result<()> {
        if ids.is_empty() {
            return Ok(());
        }
        let ticket = &mut create.ticket;
        let key = ticket.opening.clone().unwrap_or_else(|| ticket.id.to_string());
        let taken = self.files_taken()?.attach_to_new(&create.actor, ids, Owner::Ticket(ticket.id), &key).await?;
        let (Owner::Ticket(id), cards) = taken else {
            return Err(Error::internal("files of a ticket that are another's"));
        };
        ticket.id = id;
        create.effects = self.opened(ticket)?;
        create.files = cards;
        Ok(())
    }

    fn files_taken(&self) -> Result<&Files> {
        let off = || Error::invalid("/files", "files_off", "this site takes no files");
        self.0.files.as_ref().ok_or_else(off)
    }
}

/// What the step would refuse too; what was said before is not asked.
fn refused(row: &Ticket, expected: Option<i64>, is_note: bool) -> Result<()> {
    let conflict = |told: &str, code| Err(Error::new(ErrorKind::Conflict, told).with_code(code));
    match row.merged_into {
        Some(_) if is_note => conflict("it has become a part of another ticket", "merged"),
        None if expected.is_some_and(|expected| expected != row.version) => {
            conflict("it was changed meanwhile", "version")
        }
        _ => Ok(()),
    }
}
