//! Mail in memory.

use std::sync::Arc;

use async_trait::async_trait;

use super::model::{Automatic, MailRecord, MailState, Suppression, Thread};
use super::receive::{Received, ReceivedState};
use super::store::{Begun, MailQuery, MailStore, ReceivedQuery, Settled, SuppressionQuery};
use super::template::StoredTemplate;
use crate::clock::Timestamp;
use crate::effects::Effects;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::{OutboxId, ReceivedId};
use crate::memory::Memory;
use crate::outbox::Outbox;

/// How many versions of a template stay.
const VERSIONS: i64 = 100;

#[async_trait]
impl MailStore for Memory {
    async fn promise(&self, effects: &Effects) -> Result<()> {
        Self::begin(self).write(effects)
    }

    async fn begin(&self, fresh: &MailRecord) -> Result<Begun> {
        let mut transaction = Self::begin(self);
        let mails = &mut transaction.tables.mails;
        let next = match mails.get(&fresh.id) {
            None if mails.values().any(|other| other.message_id == fresh.message_id) => {
                return Err(Error::new(ErrorKind::Conflict, "another mail has this Message-ID"));
            }
            None => Some(fresh.clone()),
            Some(known) => known.begin_again(fresh.updated_at),
        };
        let Some(next) = next else { return Ok(Begun::Done) };
        mails.insert(next.id, next.clone());
        Ok(Begun::Attempt(Box::new(next)))
    }

    async fn settle(&self, id: OutboxId, attempt: i32, settled: &Settled) -> Result<bool> {
        let mut transaction = Self::begin(self);
        let tables = &mut transaction.tables;
        let Some(record) = tables.mails.get_mut(&id) else { return Ok(false) };
        if record.attempts != attempt || record.state != MailState::Sending {
            return Ok(false);
        }
        (record.state, record.updated_at) = (settled.state, settled.at);
        record.error.clone_from(&settled.error);
        record.uncertain |= settled.state == MailState::Uncertain;
        if settled.forget {
            record.mail = None;
        }
        if let Some(suppression) = &settled.suppress {
            tables.suppressions.entry(suppression.address.clone()).or_insert_with(|| suppression.clone());
        }
        Ok(true)
    }

    async fn get(&self, id: OutboxId) -> Result<Option<MailRecord>> {
        Ok(self.tables.lock().mails.get(&id).cloned())
    }

    async fn by_message_id(&self, message_id: &str) -> Result<Option<MailRecord>> {
        Ok(self.tables.lock().mails.values().find(|record| record.message_id == message_id).cloned())
    }

    async fn list(&self, query: &MailQuery) -> Result<Vec<MailRecord>> {
        let tables = self.tables.lock();
        let fits = |record: &&MailRecord| {
            query.state.is_none_or(|state| record.state == state)
                && query.recipient.as_ref().is_none_or(|recipient| record.recipient == *recipient)
                && query.before.is_none_or(|before| record.id < before)
        };
        let bare = |record: &MailRecord| MailRecord { mail: None, ..record.clone() };
        Ok(tables.mails.values().rev().filter(fits).take(query.limit).map(bare).collect())
    }

    async fn thread(&self, thread: &Thread, recipient: &str, limit: usize) -> Result<Vec<String>> {
        let tables = self.tables.lock();
        let own = tables.mails.values().rev();
        let own = own.filter(|record| record.thread.as_ref() == Some(thread) && record.recipient == recipient);
        let mut ids: Vec<String> = own.take(limit).map(|record| record.message_id.clone()).collect();
        ids.reverse();
        Ok(ids)
    }

    async fn replied_since(&self, recipient: &str, since: Timestamp, besides: OutboxId) -> Result<bool> {
        let replied = |record: &MailRecord| {
            record.recipient == recipient
                && record.id != besides
                && record.automatic == Automatic::Replied
                && record.updated_at > since
                && !matches!(record.state, MailState::Refused | MailState::Suppressed)
        };
        Ok(self.tables.lock().mails.values().any(replied))
    }

    async fn resend(&self, id: OutboxId, now: Timestamp, effects: &Effects) -> Result<bool> {
        let mut transaction = Self::begin(self);
        let refused = |record: &&MailRecord| {
            matches!(record.state, MailState::Refused | MailState::Suppressed) && record.mail.is_some()
        };
        let Some(record) = transaction.tables.mails.get(&id).filter(refused).cloned() else { return Ok(false) };
        transaction.write(effects)?;
        transaction.tables.mails.insert(id, MailRecord { state: MailState::Deferred, updated_at: now, ..record });
        Ok(true)
    }

    async fn prune(&self, before: Timestamp, keep: usize, limit: usize) -> Result<u64> {
        let mut transaction = Self::begin(self);
        let mails = &mut transaction.tables.mails;
        let done = |record: &&MailRecord| {
            !matches!(record.state, MailState::Sending | MailState::Deferred | MailState::Uncertain)
        };
        let old = mails.values().filter(done).filter(|record| record.updated_at < before);
        let kept = mails.values().rev().filter(|record| record.state == MailState::Kept).skip(keep);
        let mut gone: Vec<_> = old.chain(kept).map(|record| record.id).collect();
        gone.sort_unstable();
        gone.dedup();
        gone.truncate(limit);
        for id in &gone {
            mails.remove(id);
        }
        Ok(gone.len() as u64)
    }

    async fn suppression(&self, address: &str) -> Result<Option<Suppression>> {
        Ok(self.tables.lock().suppressions.get(address).cloned())
    }

    async fn suppress(&self, suppression: &Suppression, effects: &Effects) -> Result<bool> {
        let mut transaction = Self::begin(self);
        if transaction.tables.suppressions.contains_key(&suppression.address) {
            return Ok(false);
        }
        transaction.write(effects)?;
        transaction.tables.suppressions.insert(suppression.address.clone(), suppression.clone());
        Ok(true)
    }

    async fn unsuppress(&self, address: &str, effects: &Effects) -> Result<bool> {
        let mut transaction = Self::begin(self);
        if !transaction.tables.suppressions.contains_key(address) {
            return Ok(false);
        }
        transaction.write(effects)?;
        transaction.tables.suppressions.remove(address);
        Ok(true)
    }

    async fn suppressions(&self, query: &SuppressionQuery) -> Result<Vec<Suppression>> {
        let tables = self.tables.lock();
        let found = tables.suppressions.values().filter(|own| own.address.starts_with(&query.prefix));
        let found = found.filter(|own| query.after.as_ref().is_none_or(|after| own.address > *after));
        Ok(found.take(query.limit).cloned().collect())
    }

    async fn template_heads(&self) -> Result<Vec<StoredTemplate>> {
        let tables = self.tables.lock();
        let heads = tables.templates.values().filter_map(|versions| versions.last());
        Ok(heads.cloned().collect())
    }

    async fn template(&self, name: &str, locale: &str, version: i64) -> Result<Option<StoredTemplate>> {
        let tables = self.tables.lock();
        let versions = tables.templates.get(&(name.to_owned(), locale.to_owned()));
        Ok(versions.into_iter().flatten().find(|stored| stored.version == version).cloned())
    }

    async fn template_versions(&self, name: &str, locale: &str, limit: usize) -> Result<Vec<StoredTemplate>> {
        let tables = self.tables.lock();
        let versions = tables.templates.get(&(name.to_owned(), locale.to_owned()));
        Ok(versions.into_iter().flatten().rev().take(limit).cloned().collect())
    }

    async fn put_template(&self, template: &StoredTemplate, effects: &Effects) -> Result<()> {
        let mut transaction = Self::begin(self);
        let key = (template.name.clone(), template.locale.clone());
        let newest = transaction.tables.templates.get(&key).and_then(|versions| versions.last());
        if newest.map_or(0, |newest| newest.version) + 1 != template.version {
            return Err(Error::new(ErrorKind::Conflict, "the template was changed meanwhile"));
        }
        transaction.write(effects)?;
        let versions = transaction.tables.templates.entry(key).or_default();
        versions.push(template.clone());
        versions.retain(|stored| stored.version > template.version - VERSIONS);
        Ok(())
    }

    async fn told(&self, thread: &Thread) -> Result<Option<(i64, Timestamp)>> {
        Ok(self.tables.lock().told.get(thread).copied())
    }

    async fn tell(
        &self,
        thread: &Thread,
        from: Option<i64>,
        upto: i64,
        at: Timestamp,
        effects: &Effects,
    ) -> Result<bool> {
        let mut transaction = Self::begin(self);
        if transaction.tables.told.get(thread).map(|(upto, _)| *upto) != from {
            return Ok(false);
        }
        transaction.write(effects)?;
        transaction.tables.told.insert(thread.clone(), (upto, at));
        Ok(true)
    }

    async fn receive(&self, received: &Received, effects: &Effects) -> Result<bool> {
        let mut transaction = Self::begin(self);
        if transaction.tables.received.values().any(|known| known.message_id == received.message_id) {
            return Ok(false);
        }
        transaction.write(effects)?;
        transaction.tables.received.insert(received.id, received.clone());
        Ok(true)
    }

    async fn received(&self, id: ReceivedId) -> Result<Option<Received>> {
        Ok(self.tables.lock().received.get(&id).cloned())
    }

    async fn received_by_message_id(&self, message_id: &str) -> Result<Option<Received>> {
        let tables = self.tables.lock();
        Ok(tables.received.values().find(|known| known.message_id == message_id).map(bare))
    }

    async fn received_list(&self, query: &ReceivedQuery) -> Result<Vec<Received>> {
        let tables = self.tables.lock();
        let fits = |received: &&Received| {
            query.state.is_none_or(|state| received.state == state)
                && query.before.is_none_or(|before| received.id < before)
        };
        Ok(tables.received.values().rev().filter(fits).take(query.limit).map(bare).collect())
    }

    async fn settle_received(&self, id: ReceivedId, state: ReceivedState) -> Result<()> {
        let mut tables = self.tables.lock();
        if let Some(received) = tables.received.get_mut(&id).filter(|own| own.state == ReceivedState::Waiting) {
            received.state = state;
            received.raw = received.raw.take().filter(|_| state != ReceivedState::Claimed);
        }
        Ok(())
    }

    async fn prune_received(&self, before: Timestamp, limit: usize) -> Result<u64> {
        let mut tables = self.tables.lock();
        let old = tables.received.values();
        let old = old.filter(|own| own.received_at < before && own.state != ReceivedState::Waiting);
        let old: Vec<_> = old.take(limit).map(|own| own.id).collect();
        for id in &old {
            tables.received.remove(id);
        }
        let told = tables.told.iter().filter(|(_, (_, at))| *at < before).take(limit);
        let told: Vec<_> = told.map(|(thread, _)| thread.clone()).collect();
        for thread in &told {
            tables.told.remove(thread);
        }
        Ok((old.len() + told.len()) as u64)
    }

    fn outbox(&self) -> Arc<dyn Outbox> {
        self.outbox.clone()
    }
}

fn bare(received: &Received) -> Received {
    Received { raw: None, ..received.clone() }
}
