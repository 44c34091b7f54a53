//! Mails of the chat: answers to visitors who are away, word to staff that somebody waits, transcripts; and what visitors
//! answer by mail.

mod inbound;
mod replies;
mod transcripts;
mod waiting;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::chat::Chat;
use crate::contacts::{Contact, Contacts};
use crate::crowd::Whereabouts;
use crate::engage::{Base, Context};
use crate::error::Result;
use crate::ids::{ContactId, ConversationId};
use crate::mail::{Address, Mailbox, Mails, Thread};
use crate::outbox::{OutboxMessage, Relay};
use crate::settings::Settings;

pub(in crate::chat::service) use replies::{TO_REPLY, WAIT};
pub(in crate::chat::service) use waiting::{GRACE, TO_WAITING};

/// The kind of the chat's threads.
const KIND: &str = "chat";

/// Mails of the chat. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Letters {
    context: Context,
    settings: Settings,
    chat: Chat,
    contacts: Contacts,
    whereabouts: Whereabouts,
    mails: Mails,
    relay: Relay,
}

/// What promises to look after a conversation say.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::chat::service) struct Of {
    conversation: ConversationId,
}

impl Letters {
    pub(crate) fn start(
        base: &Base,
        chat: &Chat,
        contacts: &Contacts,
        whereabouts: Whereabouts,
        mails: &Mails,
    ) -> Self {
        let Base { context, settings, relay, .. } = base;
        let letters = Self {
            context: context.clone(),
            settings: settings.clone(),
            chat: chat.clone(),
            contacts: contacts.clone(),
            whereabouts,
            mails: mails.clone(),
            relay: relay.clone(),
        };
        relay.handle(TO_REPLY, Arc::new(replies::Replies(letters.clone())));
        relay.handle(TO_WAITING, Arc::new(waiting::Waiting(letters.clone())));
        mails.claims(KIND, Arc::new(inbound::Answers(letters.clone())));
        mails.attachments_from(transcripts::SOURCE, Arc::new(transcripts::Transcripts(letters.clone())));
        letters
    }

    /// Whom a mail to a contact goes to; `None` when no address is known, or they may not write.
    async fn mailbox(&self, contact: ContactId) -> Result<Option<(Contact, Mailbox)>> {
        let contact = self.contacts.get(contact).await?.filter(|contact| contact.blocked.is_none());
        Ok(contact.and_then(|contact| {
            let address = Address::checked("/email", contact.email.as_deref()?).ok()?;
            let mailbox = Mailbox::new(contact.name.as_deref(), address);
            Some((contact, mailbox))
        }))
    }
}

impl Of {
    pub(in crate::chat::service) fn new(conversation: ConversationId) -> Self {
        Self { conversation }
    }

    fn read(message: &OutboxMessage) -> Result<ConversationId> {
        Ok(serde_json::from_value::<Self>(message.payload.clone())?.conversation)
    }
}

fn thread(conversation: ConversationId) -> Result<Thread> {
    Thread::new(KIND, conversation.0)
}
