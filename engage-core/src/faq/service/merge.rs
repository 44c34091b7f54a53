//! What somebody has voted and searched for goes along when they turn out to be somebody else.

use std::sync::Arc;

use async_trait::async_trait;

use super::Faq;
use crate::contacts::{ContactMerged, Contacts};
use crate::error::Result;
use crate::outbox::{Handler, OutboxMessage};

impl Faq {
    /// Keeps the promise that a merge makes.
    pub(crate) fn merge_handler(&self, contacts: &Contacts) -> Arc<dyn Handler> {
        Arc::new(OnMerged(self.clone(), contacts.clone()))
    }
}

#[derive(Debug)]
struct OnMerged(Faq, Contacts);

#[async_trait]
impl Handler for OnMerged {
    async fn handle(&self, message: &OutboxMessage) -> Result<()> {
        let merged: ContactMerged = serde_json::from_value(message.payload.clone())?;
        // They may have become another one since.
        let Some(into) = self.1.get(merged.into).await? else { return Ok(()) };
        self.0.0.store.move_contact(merged.from, into.id).await
    }
}
