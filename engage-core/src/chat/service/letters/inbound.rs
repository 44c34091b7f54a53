//! What visitors answer by mail becomes their messages.

use async_trait::async_trait;

use super::Letters;
use crate::chat::Send;
use crate::error::{ErrorKind, Result};
use crate::identity::Actor;
use crate::ids::ConversationId;
use crate::mail::{Inbound, Letter, Received};

/// How much of a letter is a message, in Unicode scalar values; the rest is told to be left out.
const CHARS: usize = 9_000;

/// Takes them.
#[derive(Debug)]
pub(super) struct Answers(pub(super) Letters);

#[async_trait]
impl Inbound for Answers {
    async fn claim(&self, received: &Received, letter: &Letter) -> Result<bool> {
        let Some(thread) = &received.thread else { return Ok(false) };
        let conversation = ConversationId(thread.id());
        let Some(listed) = self.0.chat.seen(&(&Actor::System).into(), conversation).await? else { return Ok(false) };
        let actor = Actor::Visitor(listed.contact.id);
        // What they may not say must not fill the place of files.
        if listed.conversation.blocked.is_some() {
            return Ok(false);
        }
        let said = self.0.mails.said(&actor, received, letter, CHARS).await?;
        if said.is_empty() {
            return Ok(false);
        }
        let send = Send {
            conversation,
            client_message_id: format!("mail:{}", received.id),
            body: said.body,
            reply_to: None,
            note: false,
            files: said.files,
            mentions: Vec::new(),
        };
        match self.0.chat.send(actor, send).await {
            Ok(_) => Ok(true),
            // Said before, when some of its files could not be kept that now can.
            Err(error) if error.code() == "client_message_id_reused" => Ok(true),
            // Who may not write on the site may not by mail; it is kept for people to read.
            Err(error) if matches!(error.kind(), ErrorKind::Forbidden | ErrorKind::NotFound | ErrorKind::Invalid) => {
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }
}
