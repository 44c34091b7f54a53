//! What files belong to, and who reads them by that.

use std::mem::discriminant;

use super::super::model::{Attached, File, FileCard, Owner, Uploader};
use super::{Files, Inner, gone};
use crate::chat::{EntryRange, Sight};
use crate::error::{Error, ErrorKind, Result};
use crate::identity::Actor;
use crate::ids::{ConversationId, FileId, TicketId};
use crate::tickets::EntryQuery;

/// How many entries a ticket that was split off begins with, at most: those that were copied, and two of its own.
const COPIED: usize = 52;

impl Files {
    /// Makes files of the actor's belong to a conversation, which they may see, under a key. The same again changes nothing.
    pub(crate) async fn attach(
        &self,
        actor: &Actor,
        ids: &[FileId],
        conversation: ConversationId,
        key: &str,
        staff_only: bool,
    ) -> Result<Vec<FileCard>> {
        self.check_ids(ids)?;
        // Before the files are taken: what is refused then must not have used them up.
        let found = self.0.chat.get(conversation, &actor.into()).await?;
        let row = found.ok_or_else(|| Error::not_found("the conversation"))?;
        if matches!(actor, Actor::Visitor(_)) && row.conversation.blocked.is_some() {
            return Err(crate::contacts::Blocked::refusal());
        }
        self.give(actor, ids, Owner::Conversation(conversation), key, staff_only).await
    }

    /// Makes files of the actor's belong to what they are about to begin by the attempt `key`: `fresh`, or what the same attempt
    /// was about to begin before. Gives which.
    pub(crate) async fn attach_to_new(
        &self,
        actor: &Actor,
        ids: &[FileId],
        fresh: Owner,
        key: &str,
    ) -> Result<(Owner, Vec<FileCard>)> {
        // No message bears such a key, so that what it names is never what was begun by another. And what never came to be is
        // found by it.
        let key = format!("~{key}");
        // Of the same attempt twice at once, the later finds what the earlier has done.
        for is_last in [false, true] {
            let before = self.given(actor, ids, &key).await?;
            let owner = before.filter(|owner| discriminant(owner) == discriminant(&fresh)).unwrap_or(fresh);
            match self.give(actor, ids, owner, &key, false).await {
                Err(error) if error.kind() == ErrorKind::Conflict && !is_last => {}
                done => return Ok((owner, done?)),
            }
        }
        Err(gone())
    }

    /// What the first of `ids`, which is the actor's, was given to under `key`: by the same attempt, before.
    pub(crate) async fn given(&self, actor: &Actor, ids: &[FileId], key: &str) -> Result<Option<Owner>> {
        let Some(first) = ids.first() else { return Ok(None) };
        let file = self.0.store.get(*first).await?.filter(|file| file.is_of(actor));
        let attached = file.and_then(|file| file.attached).filter(|attached| attached.key == key);
        Ok(attached.map(|attached| attached.to))
    }

    /// Makes files of the actor's belong to what they may write in, under a key. The same again changes nothing.
    pub(crate) async fn give(
        &self,
        actor: &Actor,
        ids: &[FileId],
        to: Owner,
        key: &str,
        staff_only: bool,
    ) -> Result<Vec<FileCard>> {
        let Inner { store, context, .. } = &*self.0;
        self.check_ids(ids)?;
        let attached = Attached { to, key: key.to_owned(), staff_only };
        let files = store.attach(ids, &Uploader::from(actor), &attached, context.clock.now()).await;
        let files = files.map_err(|error| at_files(ids, error))?;
        files.iter().map(|file| file.card().ok_or_else(gone)).collect()
    }

    fn check_ids(&self, ids: &[FileId]) -> Result<()> {
        let most = self.limits().per_message;
        if ids.len() > most {
            return Err(Error::invalid("/files", "too_many", format!("at most {most} files")));
        }
        let twice = ids.iter().enumerate().find(|(place, id)| ids[..*place].contains(id));
        match twice {
            Some((place, _)) => Err(Error::invalid(&format!("/files/{place}"), "repeated", "each file once")),
            None => Ok(()),
        }
    }

    /// Who may read what it belongs to; before it belongs to something, its uploader.
    pub(super) async fn sees(&self, actor: &Actor, file: &File) -> Result<bool> {
        let sight = actor.into();
        match &file.attached {
            None => Ok(file.is_of(actor) || *actor == Actor::System),
            Some(attached) if !attached.is_for(actor.audience()) => Ok(false),
            Some(Attached { to: Owner::Conversation(id), .. }) => Ok(self.0.chat.get(*id, &sight).await?.is_some()),
            Some(_) if matches!(actor, Actor::Bot(_)) => Ok(false),
            Some(Attached { to: Owner::Ticket(id), .. }) => {
                Ok(self.0.tickets.get(*id, &sight).await?.is_some()
                    || self.sees_copy(actor, &sight, *id, file.id).await?)
            }
        }
    }

    /// Whether an entry that shows the file was copied into a ticket that `sight` sees. Such a ticket may have become another
    /// team's or requester's than the one that it was split off.
    async fn sees_copy(&self, actor: &Actor, sight: &Sight, ticket: TicketId, file: FileId) -> Result<bool> {
        let tickets = &self.0.tickets;
        let Some(source) = tickets.get(ticket, &Sight::All).await? else { return Ok(false) };
        for link in source.ticket.links {
            if tickets.get(link, sight).await?.is_none() {
                continue;
            }
            let first = EntryQuery::new(link, actor.audience(), EntryRange::After(0), COPIED);
            let shows = |entry: &crate::tickets::Entry| entry.change.files().iter().any(|card| card.id == file);
            if tickets.entries(&first).await?.iter().any(shows) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether what files were to begin has come to be.
    pub(super) async fn exists(&self, owner: &Owner) -> Result<bool> {
        match owner {
            Owner::Conversation(id) => Ok(self.0.chat.get(*id, &Sight::All).await?.is_some()),
            Owner::Ticket(id) => Ok(self.0.tickets.get(*id, &Sight::All).await?.is_some()),
        }
    }
}

/// A file that is not there is a wrong field of the message.
fn at_files(ids: &[FileId], error: Error) -> Error {
    match error.kind() {
        ErrorKind::NotFound if ids.len() == 1 => {
            Error::invalid("/files/0", "unknown", "there is no such file, or it is not ready")
        }
        ErrorKind::NotFound => Error::invalid("/files", "unknown", "one of the files does not exist or is not ready"),
        _ => error,
    }
}
