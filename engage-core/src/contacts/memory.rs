//! Contacts in memory.

use std::sync::Arc;

use async_trait::async_trait;

use super::model::Contact;
use super::store::{ContactQuery, ContactStore};
use crate::chat::Sight;
use crate::effects::Effects;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::ContactId;
use crate::memory::{Memory, Tables};
use crate::outbox::Outbox;

#[async_trait]
impl ContactStore for Memory {
    async fn create(&self, contact: &Contact, effects: &Effects) -> Result<()> {
        let mut transaction = self.begin();
        if transaction.tables.contacts.contains_key(&contact.id) {
            return Err(Error::new(ErrorKind::Conflict, "a contact with this id exists"));
        }
        check_external_id(&transaction.tables, contact)?;
        transaction.write(effects)?;
        transaction.tables.contacts.insert(contact.id, contact.clone());
        Ok(())
    }

    async fn get(&self, id: ContactId) -> Result<Option<Contact>> {
        Ok(self.tables.lock().contacts.get(&id).cloned())
    }

    async fn by_external_id(&self, external_id: &str) -> Result<Option<Contact>> {
        let tables = self.tables.lock();
        Ok(tables.contacts.values().find(|contact| contact.external_id.as_deref() == Some(external_id)).cloned())
    }

    async fn update(&self, contact: &Contact, effects: &Effects) -> Result<()> {
        let mut transaction = self.begin();
        if transaction.tables.contacts.get(&contact.id).is_none_or(|stored| stored.version + 1 != contact.version) {
            return Err(Error::new(ErrorKind::Conflict, "the contact was changed meanwhile"));
        }
        check_external_id(&transaction.tables, contact)?;
        transaction.write(effects)?;
        transaction.tables.contacts.insert(contact.id, contact.clone());
        Ok(())
    }

    async fn merge(&self, from: ContactId, into: ContactId, effects: &Effects) -> Result<bool> {
        let mut transaction = self.begin();
        let missing = || Error::not_found("the contact");
        let target = transaction.tables.contacts.get(&into).ok_or_else(missing)?;
        let source = transaction.tables.contacts.get(&from).ok_or_else(missing)?.clone();
        if !source.is_to_merge_into(target)? {
            return Ok(false);
        }
        let (source, target) = source.merged_into(target);
        transaction.write(effects)?;
        transaction.tables.contacts.extend([Some(source), target].into_iter().flatten().map(|row| (row.id, row)));
        Ok(true)
    }

    async fn search(&self, query: &ContactQuery) -> Result<Vec<Contact>> {
        let tables = self.tables.lock();
        let sees = |contact: &Contact| match &query.sight {
            Sight::Visitor(_) => false,
            Sight::Staff(staff) if !staff.admin => {
                tables.conversations.values().any(|row| row.contact == contact.id && query.sight.sees(row))
            }
            Sight::Staff(_) | Sight::All => true,
        };
        let has_terms = |contact: &Contact| {
            let words = contact.words();
            query.terms.iter().all(|term| words.iter().any(|word| word.starts_with(&term.word)))
        };
        let found = tables.contacts.values().filter(|contact| contact.merged_into.is_none());
        let found = found.filter(|contact| query.before.is_none_or(|before| contact.id < before));
        let mut found: Vec<_> = found.filter(|contact| has_terms(contact) && sees(contact)).cloned().collect();
        found.sort_by_key(|contact| std::cmp::Reverse(contact.id));
        found.truncate(query.limit);
        Ok(found)
    }

    fn outbox(&self) -> Arc<dyn Outbox> {
        self.outbox.clone()
    }
}

fn check_external_id(tables: &Tables, contact: &Contact) -> Result<()> {
    let taken = contact.external_id.is_some()
        && tables.contacts.values().any(|other| other.id != contact.id && other.external_id == contact.external_id);
    if taken { Err(Error::new(ErrorKind::Conflict, "the host knows another contact by this id")) } else { Ok(()) }
}
