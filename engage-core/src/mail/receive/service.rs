//! What can be done with mail that comes in.

use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::letter::{Bounce, Letter};
use super::{Inbound, MAIL_BYTES, Received, ReceivedState};
use crate::clock::Timestamp;
use crate::effects::Effects;
use crate::error::{Error, Result};
use crate::identity::Actor;
use crate::ids::{OutboxId, ReceivedId};
use crate::mail::model::{MailRecord, Suppression, SuppressionReason, Thread};
use crate::mail::service::Mails;
use crate::mail::store::ReceivedQuery;
use crate::outbox::{Handler, OutboxMessage};
use crate::settings::SiteSettings;

/// Topic of the promises to give mails to whoever owns their threads.
pub(in crate::mail) const TO_CLAIM: &str = "mail.received";
/// How long what came in is kept.
const KEPT_FOR: chrono::TimeDelta = chrono::TimeDelta::days(90);
/// What the inbound token is signed as.
const PURPOSE: &str = "mail.inbound";
/// The setting that counts the tokens.
const TURN: &str = "mail.inbound_turn";

/// What the promise says.
#[derive(Debug, Serialize, Deserialize)]
struct ToClaim {
    received: ReceivedId,
}

/// Keeps the promises.
#[derive(Debug)]
pub(in crate::mail) struct Claim(pub(in crate::mail) Mails);

impl Mails {
    /// Takes a mail in, as RFC 5322 writes it: what the last server hands to the webhook or to a pipe. When this answers, the mail
    /// is kept; the same mail again, by its `Message-ID`, is answered alike and changes nothing.
    ///
    /// # Errors
    /// `Invalid` (`too_long`, `not_a_mail`) at the root; when the database does not answer, and then it is to come again.
    pub async fn receive(&self, bytes: &[u8]) -> Result<Received> {
        if bytes.len() > MAIL_BYTES {
            return Err(Error::invalid("", "too_long", "a mail is at most 10 MiB"));
        }
        let (context, store) = (self.context(), self.store());
        let letter = Letter::read(bytes)?;
        let (thread, is_signed) = self.thread_of_letter(&letter).await?;
        let sender = letter.from.as_ref().map(|from| from.address.folded()).unwrap_or_default();
        let bounced = self.bounced(&letter, thread.as_ref()).await?;
        let is_own =
            store.by_message_id(&letter.message_id).await?.is_some() || sender == self.sender().address.folded();
        let state = match () {
            () if letter.bounce.is_some() => ReceivedState::Bounce,
            () if is_own => ReceivedState::Loop,
            () if letter.is_automatic => ReceivedState::Automatic,
            () => ReceivedState::Waiting,
        };
        let (id, now): (ReceivedId, Timestamp) = (context.ids.next(), context.clock.now());
        let (message_id, subject) = (letter.message_id, letter.subject);
        let raw = Some(bytes.to_vec());
        let thread = thread.filter(|thread| thread.kind() != "bounce");
        let received = Received { id, message_id, sender, subject, thread, is_signed, state, received_at: now, raw };
        let mut effects = Effects::none();
        if state == ReceivedState::Waiting {
            let promise = OutboxMessage::command(context.ids.next(), now, TO_CLAIM, &ToClaim { received: id })?;
            effects = effects.and_send(promise);
        }
        if !store.receive(&received, &effects).await? {
            let known = store.received_by_message_id(&received.message_id).await?;
            return Ok(known.unwrap_or(received));
        }
        if let Some((record, bounce)) = bounced {
            tracing::info!(target: "engage::mail", mail = %record.id, status = bounce.status, "a mail came back");
            if bounce.status.starts_with("5.1.") {
                let own = Suppression { address: record.recipient, reason: SuppressionReason::Bounced, since: now };
                store.suppress(&own, &Effects::none()).await?;
            }
        }
        self.nudge();
        Ok(received)
    }

    /// Gives letters of threads of this kind to `inbound`.
    pub fn claims(&self, kind: &str, inbound: Arc<dyn Inbound>) {
        self.inbounds().write().insert(Some(kind.to_owned()), inbound);
    }

    /// Gives letters to `inbound` that belong to no thread, or that nobody of theirs wanted.
    pub fn claims_the_rest(&self, inbound: Arc<dyn Inbound>) {
        self.inbounds().write().insert(None, inbound);
    }

    /// A page of what came in, newest first, without the mails themselves.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn inbox(&self, query: &ReceivedQuery) -> Result<Vec<Received>> {
        self.store().received_list(query).await
    }

    /// A mail that came in, and what it says while it is kept.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn received(&self, id: ReceivedId) -> Result<(Received, Option<Letter>)> {
        let received = self.store().received(id).await?.ok_or_else(|| Error::not_found("the mail"))?;
        let letter = received.raw.as_deref().and_then(|raw| Letter::read(raw).ok());
        Ok((received, letter))
    }

    /// What whoever hands mails over has to know: 43 characters.
    pub fn inbound_token(&self) -> String {
        use base64::Engine as _;
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(self.signer().sign(PURPOSE, &self.turn()))
    }

    /// Makes another token, and the one of before none at once. Other nodes know of it with the settings, within 30 s at most.
    ///
    /// # Errors
    /// `Conflict` when somebody else makes one at the same time.
    pub async fn rotate_inbound_token(&self, actor: &Actor) -> Result<String> {
        let stored = self.settings().stored().await?;
        let version = stored.iter().find(|setting| setting.key == TURN).map_or(0, |setting| setting.version);
        let turn = SiteSettings::from_stored(&stored).mail_inbound_turn.wrapping_add(1);
        self.settings().set(actor, TURN, turn.into(), version).await?;
        Ok(self.inbound_token())
    }

    /// Whether somebody knows it.
    pub fn is_inbound_token(&self, token: &str) -> bool {
        use base64::Engine as _;
        let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(token).unwrap_or_default();
        bytes.len() == 32 && self.signer().verify(PURPOSE, &self.turn(), &bytes)
    }

    /// What makes the token another one.
    fn turn(&self) -> [u8; 4] {
        self.settings().get().mail_inbound_turn.to_be_bytes()
    }

    /// By the address that it came to, or else by what it answers, when that was sent to whoever says to have written it.
    async fn thread_of_letter(&self, letter: &Letter) -> Result<(Option<Thread>, bool)> {
        if let Some(thread) = letter.to.iter().find_map(|address| self.thread_of(address)) {
            return Ok((Some(thread), true));
        }
        let Some(from) = &letter.from else { return Ok((None, false)) };
        for id in letter.references.iter().rev() {
            let record = self.store().by_message_id(id).await?;
            let own = record.filter(|record| record.recipient == from.address.folded());
            if let Some(thread) = own.and_then(|record| record.thread) {
                return Ok((Some(thread), false));
            }
        }
        Ok((None, false))
    }

    /// The mail that did not arrive, when it was one of ours to that address: nobody else's word suppresses anybody.
    async fn bounced(&self, letter: &Letter, thread: Option<&Thread>) -> Result<Option<(MailRecord, Bounce)>> {
        let Some(bounce) = letter.bounce.clone() else { return Ok(None) };
        let record = match (thread.filter(|thread| thread.kind() == "bounce"), &bounce.message_id) {
            (Some(thread), _) => self.store().get(OutboxId(thread.id())).await?,
            (None, Some(id)) => self.store().by_message_id(id).await?,
            (None, None) => None,
        };
        Ok(record.filter(|record| record.recipient == bounce.recipient).map(|record| (record, bounce)))
    }

    /// Deletes up to `limit` mails that came in long ago.
    pub(crate) async fn prune_received(&self, limit: usize) -> Result<u64> {
        self.store().prune_received(self.context().clock.now() - KEPT_FOR, limit).await
    }
}

#[async_trait]
impl Handler for Claim {
    async fn handle(&self, message: &OutboxMessage) -> Result<()> {
        let ToClaim { received } = serde_json::from_value(message.payload.clone())?;
        let (Some(received), mails) = (self.0.store().received(received).await?, &self.0) else { return Ok(()) };
        let Some(raw) = received.raw.as_deref().filter(|_| received.state == ReceivedState::Waiting) else {
            return Ok(());
        };
        let letter = Letter::read(raw)?;
        let kinds = [received.thread.as_ref().map(|thread| Some(thread.kind().to_owned())), Some(None)];
        for kind in kinds.into_iter().flatten() {
            let inbound = mails.inbounds().read().get(&kind).cloned();
            let Some(inbound) = inbound else { continue };
            if inbound.claim(&received, &letter).await? {
                return mails.store().settle_received(received.id, ReceivedState::Claimed).await;
            }
        }
        mails.store().settle_received(received.id, ReceivedState::Unclaimed).await
    }
}
