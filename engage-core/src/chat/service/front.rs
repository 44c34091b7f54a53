//! The front desk: whether the site is open, what it asks, and how visitors begin.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::{Chat, Opening};
use crate::attributes::AttributePatch;
use crate::chat::model::{Asked, Field, Invitation, Page, asked_of, check_answers};
use crate::chat::store::Opened;
use crate::clock::Timestamp;
use crate::contacts::{Contact, Contacts};
use crate::engage::{Base, Context};
use crate::error::{Error, Result};
use crate::settings::Settings;

/// What a conversation bears as an attribute that was begun while nobody was there.
pub const OFFLINE: &str = "offline";

/// Where visitors come in. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Front {
    context: Context,
    settings: Settings,
    chat: Chat,
    contacts: Contacts,
}

/// What those who come are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reception {
    /// Whether it is within the business hours; always, when there are none.
    pub is_open: bool,
    /// When it opens next; `None` when it is open, or for long closed.
    pub opens_at: Option<Timestamp>,
    /// What to say while it is closed; empty: nothing.
    pub message: String,
    /// Whether an agent takes chats now.
    pub agents_online: bool,
    /// Whether who writes now has to leave an address.
    pub needs_email: bool,
}

/// How a visitor begins.
#[derive(Debug, Clone)]
pub struct Begin {
    /// The first message, and in which language the visitor reads.
    pub opening: Opening,
    /// The answers to what the site asks, by the fields' names.
    pub answers: Map<String, Value>,
    /// Which of the site's invitations the first message answers.
    pub invitation: Option<String>,
    /// What the browser says that the visitor has looked at: at most [`Page::KEPT`], in any order. What cannot be kept of it is
    /// left out.
    pub pages: Vec<Page>,
}

impl Front {
    pub(crate) fn new(base: &Base, chat: &Chat, contacts: &Contacts) -> Self {
        let Base { context, settings, .. } = base;
        Self { context: context.clone(), settings: settings.clone(), chat: chat.clone(), contacts: contacts.clone() }
    }

    /// Whether the site is open now.
    pub fn reception(&self) -> Reception {
        let (settings, now) = (self.settings.get(), self.context.clock.now());
        let hours = settings.chat_hours.as_ref();
        let is_open = hours.is_none_or(|hours| hours.is_open(now));
        let agents_online = self.chat.hub().agents().borrow().is_anybody_online();
        Reception {
            is_open,
            opens_at: hours.filter(|_| !is_open).and_then(|hours| hours.opens_at(now)),
            message: hours.filter(|_| !is_open).map(|hours| hours.message.clone()).unwrap_or_default(),
            agents_online,
            needs_email: settings.chat_offline_email && !(is_open && agents_online),
        }
    }

    /// What the site asks before a conversation begins.
    pub fn fields(&self) -> Arc<[Field]> {
        self.settings.get().chat_fields.as_slice().into()
    }

    /// What the site says to visitors by itself.
    pub fn invitations(&self) -> Arc<[Invitation]> {
        self.settings.get().chat_invitations.as_slice().into()
    }

    /// Whether staff see what visitors look at.
    pub fn page_trail(&self) -> bool {
        self.settings.get().chat_page_trail
    }

    /// What has to be asked of `contact` now, `None` being nobody yet: with an address where one is needed, without what is known.
    pub fn asked(&self, contact: Option<&Contact>) -> Vec<Field> {
        asked_of(&self.settings.get().chat_fields, self.reception().needs_email, contact)
    }

    /// Begins a conversation of `contact`, when what the site asks is answered. The same again gives the same conversation.
    /// `is_managed`: the host says who they are, so no answer changes name or address.
    ///
    /// Answers are kept with the contact and, as attributes, with the conversation, which bears [`OFFLINE`] when the site was
    /// closed or no agent took chats.
    ///
    /// # Errors
    /// `Invalid` below `/answers` for what is missing or wrong, at `/invitation` for one
    /// that is no more, and at `/pages` for more than there may be; `Forbidden`
    /// (`blocked`); what [`Chat::open`] says.
    pub async fn begin(&self, contact: &Contact, is_managed: bool, begin: Begin) -> Result<Opened> {
        contact.may_write()?;
        if begin.pages.len() > Page::KEPT {
            return Err(Error::invalid("/pages", "too_many", format!("at most {} pages", Page::KEPT)));
        }
        let settings = self.settings.get();
        let known = |id: &String| {
            // As it is set now, whatever the browser showed.
            let found = settings.chat_invitations.iter().find(|invitation| invitation.id == *id);
            let gone = || Error::invalid("/invitation", "unknown", "there is no such invitation any more");
            found.map(|invitation| invitation.text.clone()).ok_or_else(gone)
        };
        let invitation = begin.invitation.as_ref().map(known).transpose()?;
        let reception = self.reception();
        let asked = Asked { contact, is_managed, needs_email: reception.needs_email };
        let answers = check_answers(&settings.chat_fields, begin.answers, asked)?;
        self.chat.check_opening(&begin.opening)?;
        self.contacts.patch(contact.id, answers.contact).await?;
        let is_offline = !(reception.is_open && reception.agents_online);
        let marked = AttributePatch::default().with(OFFLINE, is_offline.then(|| true.into()));
        let mut opening = begin.opening;
        opening.invitation = invitation;
        opening.attributes.apply(&answers.conversation);
        opening.attributes.apply(&marked);
        let opened = self.chat.open_with(contact.id, opening).await?;
        // What was said is stored; for the rest nobody is told that it was not.
        if let Err(error) = self.chat.keep_gathered(contact.id, &begin.pages).await {
            tracing::warn!(target: "engage::chat", %error, "what a visitor had looked at was lost");
        }
        Ok(opened)
    }
}
