//! The way to their tickets, for people without an account: a link that is mailed to their address and leads there once.

use std::time::Duration;

use async_trait::async_trait;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::super::super::store::TicketLink;
use super::{Inner, TicketLetters};
use crate::contacts::Contact;
use crate::effects::Effects;
use crate::error::Result;
use crate::identity::Actor;
use crate::ids::OutboxId;
use crate::mail::{Address, Mailbox, Outgoing};
use crate::outbox::{Handler, OutboxMessage};
use crate::rate::Quota;
use crate::secret::SecretToken;
use crate::sessions::Visitor;

/// Topic of the promises to send links.
pub(super) const TO_LINK: &str = "tickets.link";
/// For how long a link leads anywhere.
const LIVES: TimeDelta = TimeDelta::hours(1);
/// How many links one address is sent in a day.
const LINKS: Quota = Quota { burst: 3, per: Duration::from_secs(24 * 60 * 60) };
/// How many contacts of one address are looked at.
const CONTACTS: usize = 50;

#[derive(Debug, Serialize, Deserialize)]
struct ToLink {
    address: String,
    page: String,
    locale: Option<String>,
}

/// Keeps the promises.
#[derive(Debug)]
pub(super) struct Linking(pub(super) TicketLetters);

#[async_trait]
impl Handler for Linking {
    async fn handle(&self, message: &OutboxMessage) -> Result<()> {
        self.0.send_link(message.id, serde_json::from_value(message.payload.clone())?).await
    }
}

impl TicketLetters {
    /// Mails a link to an address, if there are tickets of whoever has it. That is found out later: whether there are, and
    /// whether the address is known at all, shows neither in the answer nor in the time that it takes. `page` is where the link
    /// leads; the secret follows it as `?token=`.
    ///
    /// # Errors
    /// `Invalid` at `/email` for what is no address; when the database does not answer.
    pub async fn ask_link(&self, email: &str, page: &str, locale: Option<&str>) -> Result<()> {
        let context = &self.0.context;
        let address = Address::checked("/email", email.trim())?.folded();
        let to = ToLink { address, page: page.to_owned(), locale: locale.map(str::to_owned) };
        let promise = OutboxMessage::command(context.ids.next(), context.clock.now(), TO_LINK, &to)?;
        self.0.mails.store().promise(&Effects::none().and_send(promise)).await?;
        self.0.relay.nudge();
        Ok(())
    }

    /// A session of whoever has the address that a link was mailed to, with the secret for the browser. A link is used up by this;
    /// `None`: it leads nowhere, or no longer, or to somebody whom the host knows and who signs in there.
    ///
    /// Tickets that somebody opened who only said that they have this address are theirs from now on.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn open_link(&self, token: &SecretToken) -> Result<Option<(Visitor, SecretToken)>> {
        let (store, now) = (&self.0.tickets.0.store, self.0.context.clock.now());
        let taken = store.take_link(&token.hash()).await?.filter(|link| link.expires_at > now);
        let Some(link) = taken else { return Ok(None) };
        let address = Address::checked("/email", &link.address)?;
        let own = self.0.contacts.of_address(&self.0.signer, &address, None).await?;
        if own.external_id.is_some() {
            return Ok(None);
        }
        for contact in self.who_say_so(&address).await? {
            if contact.id != own.id {
                self.0.tickets.give_tickets(contact.id, own.id).await?;
            }
        }
        self.0.sessions.open(own).await.map(Some)
    }

    async fn send_link(&self, promise: OutboxId, to: ToLink) -> Result<()> {
        let Inner { context, tickets, contacts, .. } = &*self.0;
        let address = Address::checked("/email", &to.address)?;
        let mut has_any = false;
        for contact in self.who_say_so(&address).await? {
            has_any |= !tickets.0.store.of_contact(contact.id, 1).await?.is_empty();
        }
        if !has_any || !self.has_left("tickets:l", &address, LINKS).await {
            return Ok(());
        }
        if contacts.of_address(&self.0.signer, &address, None).await?.external_id.is_some() {
            return Ok(());
        }
        let token = SecretToken::generate(&*context.entropy);
        let expires_at = context.clock.now() + LIVES;
        let link = TicketLink { token: token.hash(), address: address.folded(), expires_at };
        tickets.0.store.put_link(&link, context.clock.now()).await?;
        let variables = json!({ "link": format!("{}?token={}", to.page, token.reveal()) });
        let mut outgoing = Outgoing::new("tickets.link", Mailbox::new(None, address), variables);
        outgoing.locale = to.locale;
        self.post(self.id_from(promise, "link"), outgoing).await?;
        self.0.relay.nudge();
        Ok(())
    }

    /// Whoever says to have this address, and is nobody whom the host knows.
    async fn who_say_so(&self, address: &Address) -> Result<Vec<Contact>> {
        let found = self.0.contacts.search(&Actor::System, address.as_str(), None, CONTACTS).await?;
        let is_it = |contact: &Contact| {
            let same = contact.email.as_ref().is_some_and(|email| email.to_lowercase() == address.folded());
            same && contact.external_id.is_none() && contact.merged_into.is_none()
        };
        Ok(found.into_iter().filter(is_it).collect())
    }
}
