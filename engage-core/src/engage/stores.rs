//! What a database supplies.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

use super::Context;
use crate::audit::AuditStore;
use crate::canned::CannedStore;
use crate::chat::ChatStore;
use crate::contacts::ContactStore;
use crate::error::Result;
use crate::faq::FaqStore;
use crate::files::FileStore;
use crate::forms::FormStore;
use crate::idempotency::IdempotencyStore;
use crate::mail::MailStore;
use crate::outbox::Outbox;
use crate::sessions::SessionStore;
use crate::settings::SettingStore;
use crate::signing::KeyStore;
use crate::tickets::TicketStore;
use crate::views::ViewStore;
use crate::webhooks::WebhookStore;

/// Every store that engage needs.
#[derive(Debug, Clone)]
pub struct Stores {
    /// Conversations.
    pub chat: Arc<dyn ChatStore>,
    /// People.
    pub contacts: Arc<dyn ContactStore>,
    /// Visitors' sessions.
    pub sessions: Arc<dyn SessionStore>,
    /// What the site has set.
    pub settings: Arc<dyn SettingStore>,
    /// The audit log.
    pub audit: Arc<dyn AuditStore>,
    /// Answers by `Idempotency-Key`.
    pub idempotency: Arc<dyn IdempotencyStore>,
    /// Webhooks.
    pub webhooks: Arc<dyn WebhookStore>,
    /// Canned replies.
    pub canned: Arc<dyn CannedStore>,
    /// The help centre.
    pub faq: Arc<dyn FaqStore>,
    /// Saved views.
    pub views: Arc<dyn ViewStore>,
    /// Forms and what is sent by them.
    pub forms: Arc<dyn FormStore>,
    /// What became of mails, and their templates.
    pub mail: Arc<dyn MailStore>,
    /// Tickets.
    pub tickets: Arc<dyn TicketStore>,
    /// Keys that engage makes by itself.
    pub keys: Arc<dyn KeyStore>,
    /// What is known of files.
    pub files: Arc<dyn FileStore>,
    /// A cheap question to the database, for the health endpoint.
    pub health: Arc<dyn Health>,
}

/// Says whether the database answers.
#[async_trait]
pub trait Health: fmt::Debug + Send + Sync + 'static {
    /// Asks it something that costs nothing.
    async fn check(&self) -> Result<()>;
}

/// What [`Engage::builder`](super::Engage::builder) takes: a database that can be opened.
#[async_trait]
pub trait Backend: fmt::Debug + Send + 'static {
    /// Checks and, when `migrations` says so, migrates the database, and gives its stores.
    ///
    /// # Errors
    /// Every problem that was found, each a sentence that says what to do.
    async fn open(self: Box<Self>, context: &Context, migrations: Migrations) -> Result<Stores, Vec<String>>;
}

/// Who applies migrations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Migrations {
    /// [`Builder::build`](super::Builder::build) does, safely beside other booting nodes.
    #[default]
    Automatic,
    /// The host does, before; building fails when one is missing.
    Manual,
}

impl Stores {
    /// Every outbox, each once.
    pub fn outboxes(&self) -> Vec<Arc<dyn Outbox>> {
        let mut distinct: Vec<Arc<dyn Outbox>> = Vec::new();
        let outboxes = [
            self.chat.outbox(),
            self.contacts.outbox(),
            self.settings.outbox(),
            self.webhooks.outbox(),
            self.canned.outbox(),
            self.faq.outbox(),
            self.views.outbox(),
            self.forms.outbox(),
            self.mail.outbox(),
            self.tickets.outbox(),
        ];
        for outbox in outboxes {
            if !distinct.iter().any(|known| Arc::ptr_eq(known, &outbox)) {
                distinct.push(outbox);
            }
        }
        distinct
    }
}
