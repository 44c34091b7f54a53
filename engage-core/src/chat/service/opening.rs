//! How conversations begin.

use super::super::events::{CONVERSATION_ASSIGNED, CONVERSATION_OPENED, ConversationAssigned, ConversationOpened};
use super::super::model::{Command, text};
use super::super::store::{Appended, Open, Opened};
use super::{Chat, Inner};
use crate::attributes::Attributes;
use crate::error::{Error, ErrorKind, Result};
use crate::files::{FileCard, Owner};
use crate::identity::{Actor, Audience};
use crate::ids::{ContactId, ConversationId, FileId};

/// A conversation to begin.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Opening {
    /// The sender's own id of the first message: 1 to 64 of `A-Z a-z 0-9 - _ . :`.
    pub client_message_id: String,
    /// The first message: 1 to 10,000 characters; with files it may be nothing at all.
    pub body: String,
    /// What goes with it: files of the visitor's that are ready and went nowhere else.
    pub files: Vec<FileId>,
    /// Whose it is; `None`: everybody's.
    pub team: Option<String>,
    /// In which language the visitor wants to be answered: a BCP 47 tag.
    pub language: Option<String>,
    /// What the site keeps of it from the beginning.
    pub attributes: Attributes,
    /// What the site had said by itself, which the first message answers: 1 to 10,000 characters.
    pub invitation: Option<String>,
}

impl Opening {
    /// A conversation that begins with a message, of everybody's and in no language.
    pub fn new(client_message_id: impl Into<String>, body: impl Into<String>) -> Self {
        let (client_message_id, body) = (client_message_id.into(), body.into());
        let (files, attributes) = (Vec::new(), Attributes::default());
        Self { client_message_id, body, files, team: None, language: None, attributes, invitation: None }
    }

    /// Of a team.
    #[must_use]
    pub fn team(mut self, team: impl Into<String>) -> Self {
        self.team = Some(team.into());
        self
    }

    /// In a language: a BCP 47 tag.
    #[must_use]
    pub fn language(mut self, language: impl Into<String>) -> Self {
        self.language = Some(language.into());
        self
    }
}

impl Chat {
    /// Begins a conversation of `contact` with its first message. The same again gives the same conversation.
    ///
    /// # Errors
    /// `Invalid` for the text; `Forbidden` (`blocked`) for who may not write; `Conflict` (`client_message_id_reused`) when the
    /// id began another one.
    pub async fn open(
        &self,
        contact: ContactId,
        client_message_id: &str,
        body: &str,
        team: Option<&str>,
    ) -> Result<Opened> {
        let mut opening = Opening::new(client_message_id, body);
        opening.team = team.map(str::to_owned);
        self.open_with(contact, opening).await
    }

    /// The same with everything that a conversation can begin with.
    ///
    /// # Errors
    /// As [`Chat::open`]; `Invalid` at `/language` when it is no tag, and below `/files`.
    pub async fn open_with(&self, contact: ContactId, opening: Opening) -> Result<Opened> {
        self.open_by(Actor::Visitor(contact), contact, opening).await
    }

    /// Begins a conversation with `contact` by a message of staff, whose conversation it becomes, or of the site itself. The
    /// same again gives the same conversation.
    ///
    /// # Errors
    /// As [`Chat::open_with`], which alone takes files; `Forbidden` for visitors; `NotFound` for a team that `actor` does not see.
    pub async fn write_to(&self, actor: Actor, contact: ContactId, opening: Opening) -> Result<Opened> {
        if actor.audience() == Audience::Visitor {
            return Err(Error::new(ErrorKind::Forbidden, "only staff may do this"));
        }
        self.open_by(actor, contact, opening).await
    }

    async fn open_by(&self, actor: Actor, contact: ContactId, opening: Opening) -> Result<Opened> {
        let Opening { client_message_id, body, files, team, language, attributes, invitation } = opening;
        text::checked_client_message_id(&client_message_id)?;
        let body = text::checked_body_beside(&body, !files.is_empty())?;
        team.as_deref().map(text::checked_team).transpose()?;
        let language = language.map(|tag| text::checked_language(&tag, "/language")).transpose()?;
        let Inner { store, news, context, .. } = &*self.0;
        let invitation = invitation.map(|text| text::checked_body(&text)).transpose()?;
        let (conversation, files) = match files.is_empty() {
            true => (context.ids.next(), Vec::new()),
            false => self.take_files_to_begin(&actor, &files, &client_message_id).await?,
        };
        let says = |body, files| Command::Message { body, reply_to: None, files };
        let before = invitation.map(|text| self.command(conversation, Actor::System, says(text, Vec::new())));
        let mut effects = self.event(CONVERSATION_OPENED, &ConversationOpened { conversation, contact })?;
        effects.absorb(self.to_mail(&actor, conversation)?);
        effects.absorb(self.to_tell_staff(&actor, conversation)?);
        let first = self.command(conversation, actor.clone(), says(body, files)).client_message_id(client_message_id);
        let first = self.to_hear(first.effects(effects))?;
        let mut open = Open::new(contact, team, first).language(language);
        open.attributes = attributes;
        open.before.extend(before);
        if let Actor::Staff(staff) = &actor {
            let agent = Some(staff.agent.clone());
            let assigned = ConversationAssigned { conversation, agent: agent.clone() };
            let take = self.command(conversation, actor.clone(), Command::Assign { agent, expected: None });
            open.after.push(take.effects(self.event(CONVERSATION_ASSIGNED, &assigned)?));
        }
        let promised = [&open.first]
            .into_iter()
            .chain(&open.after)
            .any(|part| part.heard.is_some() || !part.effects.outbox.is_empty());
        let opened = store.open(&open).await?;
        let appended = Appended {
            entries: opened.entries.clone(),
            replayed: opened.replayed,
            conversation: opened.conversation.clone(),
            epoch: opened.epoch,
        };
        news.tell(&[Ok(appended)], promised);
        Ok(opened)
    }

    /// The conversation that files are to begin, and the files.
    async fn take_files_to_begin(
        &self,
        actor: &Actor,
        files: &[FileId],
        client_message_id: &str,
    ) -> Result<(ConversationId, Vec<FileCard>)> {
        let taken = self.files_taken()?;
        if !matches!(actor, Actor::Visitor(_)) {
            return Err(Error::invalid("/files", "unexpected", "only visitors begin with files"));
        }
        let fresh = Owner::Conversation(self.0.context.ids.next());
        match taken.attach_to_new(actor, files, fresh, client_message_id).await? {
            (Owner::Conversation(id), cards) => Ok((id, cards)),
            _ => Err(Error::internal("files of a conversation that are another's")),
        }
    }

    /// What opening would refuse, but for the team.
    pub(super) fn check_opening(&self, opening: &Opening) -> Result<()> {
        text::checked_client_message_id(&opening.client_message_id)?;
        opening.language.as_deref().map(|tag| text::checked_language(tag, "/language")).transpose()?;
        text::checked_body_beside(&opening.body, !opening.files.is_empty()).map(drop)
    }
}
