//! Everything in memory: for tests, and for trying things out. What it holds ends with the process.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use async_trait::async_trait;
use parking_lot::{Mutex, MutexGuard};

use crate::audit::AuditEntry;
use crate::canned::CannedReply;
use crate::chat::{AgentProfile, AgentSeen, Conversation, Entry, Epoch, Page, ReadMark};
use crate::clock::Timestamp;
use crate::contacts::Contact;
use crate::effects::Effects;
use crate::engage::{Backend, Context, Health, Migrations, Stores};
use crate::error::{Error, ErrorKind, Result};
use crate::faq::FaqTables;
use crate::files::File;
use crate::forms::FormTables;
use crate::idempotency::Begun;
use crate::ids::{AuditId, CannedId, ContactId, ConversationId, FileId, OutboxId, ReceivedId, ViewId, WebhookId};
use crate::mail::template::StoredTemplate;
use crate::mail::{MailRecord, Received, Suppression, Thread};
use crate::outbox::OutboxMessage;
use crate::secret::TokenHash;
use crate::sessions::Session;
use crate::settings::Setting;
use crate::signing::Key;
use crate::tickets::TicketTables;
use crate::views::SavedView;
use crate::webhooks::{Delivery, Webhook};

/// The backend for `Engage::builder(memory::backend())`.
pub fn backend() -> MemoryBackend {
    MemoryBackend(Arc::default())
}

/// The stores by themselves.
pub fn stores() -> Stores {
    stores_of(Arc::default())
}

fn stores_of(memory: Arc<Memory>) -> Stores {
    Stores {
        chat: memory.clone(),
        contacts: memory.clone(),
        sessions: memory.clone(),
        settings: memory.clone(),
        audit: memory.clone(),
        idempotency: memory.clone(),
        webhooks: memory.clone(),
        canned: memory.clone(),
        faq: memory.clone(),
        views: memory.clone(),
        files: memory.clone(),
        forms: memory.clone(),
        keys: memory.clone(),
        mail: memory.clone(),
        tickets: memory.clone(),
        health: memory,
    }
}

/// A database in memory. Clones are the same database, so that two engages can be two nodes on it.
#[derive(Debug, Clone)]
pub struct MemoryBackend(Arc<Memory>);

/// What a database in memory held at one moment. Cheap to clone.
#[derive(Debug, Clone)]
pub struct MemoryBackup(Arc<(Tables, BTreeMap<OutboxId, OutboxRow>)>);

#[async_trait]
impl Backend for MemoryBackend {
    async fn open(self: Box<Self>, _context: &Context, _migrations: Migrations) -> Result<Stores, Vec<String>> {
        Ok(stores_of(self.0))
    }
}

impl MemoryBackend {
    /// Its stores.
    pub fn stores(&self) -> Stores {
        stores_of(Arc::clone(&self.0))
    }

    /// All that it holds now.
    pub fn backup(&self) -> MemoryBackup {
        let Transaction { tables, outbox } = self.0.begin();
        MemoryBackup(Arc::new((tables.clone(), outbox.clone())))
    }

    /// Puts it back, under running engages too: what came after it is gone, and another [`Epoch`] begins.
    /// As when a standby takes over that had not everything.
    pub fn restore(&self, backup: &MemoryBackup) {
        let Transaction { mut tables, mut outbox } = self.0.begin();
        let epoch = Epoch(tables.epoch.0 + 1);
        (*tables, *outbox) = (*backup.0).clone();
        tables.epoch = epoch;
    }
}

/// Implements every port; the rooms' `memory.rs` hold the implementations. One lock stands for the transaction.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    pub(crate) tables: Mutex<Tables>,
    pub(crate) outbox: Arc<MemoryOutbox>,
}

/// The tables.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tables {
    pub(crate) conversations: BTreeMap<ConversationId, Conversation>,
    pub(crate) entries: HashMap<ConversationId, Vec<Entry>>,
    pub(crate) openings: HashMap<(ContactId, String), ConversationId>,
    pub(crate) marks: HashMap<ConversationId, Vec<ReadMark>>,
    /// With the keys of the readers who did so.
    pub(crate) marked_unread: HashSet<(ConversationId, String)>,
    /// Latest first.
    pub(crate) pages: HashMap<ContactId, Vec<Page>>,
    pub(crate) inbox_head: i64,
    pub(crate) epoch: Epoch,
    pub(crate) agents: BTreeMap<String, (AgentSeen, Option<Timestamp>)>,
    pub(crate) profiles: BTreeMap<String, AgentProfile>,
    pub(crate) contacts: HashMap<ContactId, Contact>,
    pub(crate) sessions: HashMap<TokenHash, Session>,
    pub(crate) settings: BTreeMap<String, Setting>,
    pub(crate) forms: FormTables,
    pub(crate) keys: BTreeMap<String, Key>,
    pub(crate) audit: BTreeMap<AuditId, AuditEntry>,
    pub(crate) canned: BTreeMap<CannedId, CannedReply>,
    pub(crate) views: BTreeMap<ViewId, SavedView>,
    pub(crate) files: BTreeMap<FileId, File>,
    pub(crate) tickets: TicketTables,
    pub(crate) faq: FaqTables,
    pub(crate) idempotency: HashMap<(String, String), ([u8; 32], Timestamp, Begun)>,
    pub(crate) webhooks: BTreeMap<WebhookId, Webhook>,
    pub(crate) deliveries: BTreeMap<OutboxId, Delivery>,
    pub(crate) mails: BTreeMap<OutboxId, MailRecord>,
    pub(crate) received: BTreeMap<ReceivedId, Received>,
    pub(crate) told: HashMap<Thread, (i64, Timestamp)>,
    pub(crate) suppressions: BTreeMap<String, Suppression>,
    /// By name and language, oldest version first.
    pub(crate) templates: BTreeMap<(String, String), Vec<StoredTemplate>>,
}

/// The outbox's table.
#[derive(Debug, Default)]
pub(crate) struct MemoryOutbox(pub(crate) Mutex<BTreeMap<OutboxId, OutboxRow>>);

#[derive(Debug, Clone)]
pub(crate) struct OutboxRow {
    pub(crate) message: OutboxMessage,
    pub(crate) attempts: i32,
    pub(crate) error: String,
    pub(crate) dead: bool,
}

impl OutboxRow {
    pub(crate) fn new(message: &OutboxMessage) -> Self {
        Self { message: message.clone(), attempts: 0, error: String::new(), dead: false }
    }
}

/// A change under way. Everything is locked until it ends, so nobody sees half of it. Nothing is undone: check first,
/// then write the effects, which may fail, then the tables.
pub(crate) struct Transaction<'a> {
    pub(crate) tables: MutexGuard<'a, Tables>,
    outbox: MutexGuard<'a, BTreeMap<OutboxId, OutboxRow>>,
}

impl Memory {
    pub(crate) fn begin(&self) -> Transaction<'_> {
        Transaction { tables: self.tables.lock(), outbox: self.outbox.0.lock() }
    }
}

impl Transaction<'_> {
    /// Writes all effects, or none when an id is taken.
    pub(crate) fn write(&mut self, effects: &Effects) -> Result<()> {
        let mut ids = HashSet::new();
        let promised =
            effects.outbox.iter().any(|message| self.outbox.contains_key(&message.id) || !ids.insert(message.id.0));
        let told =
            effects.audit.iter().any(|entry| self.tables.audit.contains_key(&entry.id) || !ids.insert(entry.id.0));
        if promised || told {
            return Err(Error::new(ErrorKind::Conflict, "an effect with this id exists"));
        }
        self.outbox.extend(effects.outbox.iter().map(|message| (message.id, OutboxRow::new(message))));
        self.tables.audit.extend(effects.audit.iter().map(|entry| (entry.id, entry.clone())));
        Ok(())
    }
}

#[async_trait]
impl Health for Memory {
    async fn check(&self) -> Result<()> {
        Ok(())
    }
}
