//! A conversation to keep, by mail.

use async_trait::async_trait;
use serde_json::json;

use super::{Letters, thread};
use crate::chat::service::TranscriptFormat;
use crate::error::{Error, ErrorKind, Result};
use crate::identity::Actor;
use crate::ids::{ContactId, ConversationId};
use crate::mail::{Attachment, AttachmentSource, Outgoing};

/// By this name mails know who fetches transcripts.
pub(super) const SOURCE: &str = "chat.transcript";

/// Fetches them as the visitor sees them.
#[derive(Debug)]
pub(super) struct Transcripts(pub(super) Letters);

impl Letters {
    /// Mails a conversation to the address of its visitor, as the visitor sees it when the mail is made.
    ///
    /// # Errors
    /// `NotFound` when it does not exist for `actor`; `Conflict` (`no_address`) when none is known, or the visitor may not write.
    pub async fn send_transcript(&self, actor: &Actor, conversation: ConversationId) -> Result<()> {
        let listed = self.chat.get(actor, conversation).await?;
        let told =
            || Error::new(ErrorKind::Conflict, "no e-mail address is known to send it to").with_code("no_address");
        let (_, to) = self.mailbox(listed.contact.id).await?.ok_or_else(told)?;
        let outgoing = Outgoing::new("chat.transcript", to, json!({}));
        let outgoing = outgoing.thread(thread(conversation)?).locale(listed.conversation.routing.language);
        let key = format!("{}:{conversation}", listed.contact.id);
        self.mails.store().promise(&self.mails.promise(outgoing.attach(SOURCE, key))?).await?;
        self.relay.nudge();
        Ok(())
    }
}

#[async_trait]
impl AttachmentSource for Transcripts {
    async fn fetch(&self, key: &str) -> Result<Option<Attachment>> {
        let (contact, conversation) = key.split_once(':').ok_or_else(|| Error::internal("a transcript of nothing"))?;
        let (contact, conversation): (ContactId, ConversationId) = (contact.parse()?, conversation.parse()?);
        let actor = Actor::Visitor(contact);
        match self.0.chat.transcript(&actor, conversation, TranscriptFormat::Text, false).await {
            Ok(text) => Ok(Some(Attachment::new("transcript.txt", "text/plain; charset=utf-8", text.into_bytes()))),
            // Erased meanwhile.
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}
