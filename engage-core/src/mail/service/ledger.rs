//! What became of mails, and who gets none.

use std::time::Duration;

use super::{Inner, Mails, Promised, TO_MAIL};
use crate::audit::AuditEntry;
use crate::effects::Effects;
use crate::error::{Error, ErrorKind, Result};
use crate::identity::Actor;
use crate::ids::OutboxId;
use crate::mail::address::{Address, Mailbox};
use crate::mail::model::{MailRecord, MailState, Outgoing, Suppression, SuppressionReason};
use crate::mail::store::{Begun, MailQuery, Settled, SuppressionQuery};
use crate::outbox::OutboxMessage;

/// How long a record stays.
pub(super) const KEPT_FOR: Duration = Duration::from_secs(30 * 24 * 3600);
/// How many mails the development mailbox holds.
pub(super) const KEPT: usize = 200;

impl Mails {
    /// A page of the ledger, newest first, without the mails themselves.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn ledger(&self, query: &MailQuery) -> Result<Vec<MailRecord>> {
        self.0.store.list(query).await
    }

    /// What became of a mail, with the mail itself while it is kept.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn record(&self, id: OutboxId) -> Result<MailRecord> {
        self.0.store.get(id).await?.ok_or_else(|| Error::not_found("the mail"))
    }

    /// Tries a mail again that was refused or suppressed, under the same `Message-ID`.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` (`mail_not_refused`) when it is neither, or is gone.
    pub async fn resend(&self, actor: &Actor, id: OutboxId) -> Result<()> {
        let Inner { context, store, relay, .. } = &*self.0;
        let (record, now) = (self.record(id).await?, context.clock.now());
        let told =
            || Error::new(ErrorKind::Conflict, "only what was refused can be sent again").with_code("mail_not_refused");
        let mail = record.mail.ok_or_else(told)?;
        // What is composed already is not composed again: of the promise only its id counts.
        let outgoing = Outgoing::new(record.template, mail.to, serde_json::json!({}));
        let promised = Promised { outgoing, locale: String::new(), version: 0 };
        let payload = serde_json::json!({ TO_MAIL: serde_json::to_value(promised)? });
        let message = OutboxMessage { id, topic: TO_MAIL.to_owned(), payload, due: now };
        let audit = AuditEntry::new(context.ids.next(), now, actor, "mail.resend", format!("mail:{id}"));
        if !store.resend(id, now, &Effects::none().and_send(message).and_audit(audit)).await? {
            return Err(told());
        }
        relay.nudge();
        Ok(())
    }

    /// Notes that a mail is not tried any more, as its promise was discarded: it counts as refused from then on, and can be sent
    /// again. Of what the ledger does not know, or is done with, nothing is noted.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn gave_up(&self, id: OutboxId) -> Result<()> {
        let Inner { context, store, .. } = &*self.0;
        let (Some(record), now) = (store.get(id).await?, context.clock.now()) else { return Ok(()) };
        let Begun::Attempt(record) = store.begin(&MailRecord { updated_at: now, ..record }).await? else {
            return Ok(());
        };
        let refused = Settled { error: Some("given_up".to_owned()), ..Settled::new(MailState::Refused, now) };
        store.settle(record.id, record.attempts, &refused).await?;
        Ok(())
    }

    /// Sends a mail that says nothing but that it arrives. Gives its id, under which the ledger knows it soon.
    ///
    /// # Errors
    /// `Invalid` at `/to`.
    pub async fn test(&self, actor: &Actor, to: &str) -> Result<OutboxId> {
        let Inner { context, store, relay, site, .. } = &*self.0;
        let to = Mailbox::new(None, Address::checked("/to", to)?);
        let by = match actor {
            Actor::Staff(staff) => staff.agent.name.clone(),
            Actor::Visitor(_) | Actor::Bot(_) | Actor::System => site.clone(),
        };
        let (id, now) = (context.ids.next(), context.clock.now());
        let effects = self.promise_as(id, Outgoing::new("mail.test", to, serde_json::json!({ "by": by })))?;
        let audit = AuditEntry::new(context.ids.next(), now, actor, "mail.test", format!("mail:{id}"));
        store.promise(&effects.and_audit(audit)).await?;
        relay.nudge();
        Ok(id)
    }

    /// A page of the addresses that get no mail, in their order.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn suppressions(&self, query: &SuppressionQuery) -> Result<Vec<Suppression>> {
        self.0.store.suppressions(query).await
    }

    /// Sends no more mail to an address. The suppression as it is now.
    ///
    /// # Errors
    /// `Invalid` at `/address`.
    pub async fn suppress(&self, actor: &Actor, address: &str, reason: SuppressionReason) -> Result<Suppression> {
        let Inner { context, store, .. } = &*self.0;
        let (address, now) = (Address::checked("/address", address)?, context.clock.now());
        let suppression = Suppression::new(&address, reason, now);
        // Not the address: the log outlives it.
        let audit = AuditEntry::new(context.ids.next(), now, actor, "mail.suppress", "suppression".to_owned());
        if store.suppress(&suppression, &Effects::none().and_audit(audit)).await? {
            return Ok(suppression);
        }
        Ok(store.suppression(&suppression.address).await?.unwrap_or(suppression))
    }

    /// Sends mail to an address again.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn unsuppress(&self, actor: &Actor, address: &str) -> Result<()> {
        let Inner { context, store, .. } = &*self.0;
        let audit = AuditEntry::new(
            context.ids.next(),
            context.clock.now(),
            actor,
            "mail.unsuppress",
            "suppression".to_owned(),
        );
        match store.unsuppress(&address.to_lowercase(), &Effects::none().and_audit(audit)).await? {
            true => Ok(()),
            false => Err(Error::not_found("the suppression")),
        }
    }
}
