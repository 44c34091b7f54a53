//! Tickets by mail, on a site that sends.

use engage_core::contacts::ContactPatch;
use engage_core::mail::MemoryMailer;
use engage_core::secret::SecretToken;
use engage_core::tickets::{NewTicket, Said};
use engage_core::{Actor, Engage, memory};
use serde_json::json;

use crate::support::agent;

struct Site {
    engage: Engage,
    mailer: MemoryMailer,
    visitor: Actor,
}

impl Site {
    /// Somebody has typed in an address.
    async fn new() -> Self {
        let mailer = MemoryMailer::default();
        let builder = Engage::builder(memory::backend()).site("Acme").public_url("https://acme.example");
        let builder = builder.mailer(mailer.clone()).without_rate_limits().without_background_jobs();
        let engage = builder.build().await.unwrap();
        engage.settings().set(&Actor::System, "tickets.mail_received", json!(true), 0).await.unwrap();
        let contact = engage.contacts().create_anonymous().await.unwrap();
        let email = Some(Some("dee@example.com".to_owned()));
        engage.contacts().patch(contact.id, ContactPatch { email, ..Default::default() }).await.unwrap();
        Self { engage, mailer, visitor: Actor::Visitor(contact.id) }
    }

    async fn settle(&self) {
        while self.engage.relay().drain().await.unwrap() > 0 {}
    }

    async fn asks(&self) -> engage_core::tickets::Ticket {
        let Actor::Visitor(contact) = self.visitor else { panic!("a visitor") };
        let new = NewTicket::new(contact, "Order 9", "Where is it?");
        let new = {
            let mut new = new;
            new.source = engage_core::tickets::Source::Web;
            new
        };
        self.engage.tickets().create(&self.visitor, new).await.unwrap().ticket
    }
}

#[tokio::test]
async fn each_reply_is_mailed_once_to_each() {
    let site = Site::new().await;
    let ticket = site.asks().await;
    site.settle().await;
    assert_eq!(site.mailer.mails().len(), 1);
    assert!(!site.mailer.mails()[0].text.contains("Where is it?"));
    let ada = agent("ada", &[]);
    site.engage
        .tickets()
        .reply(&ada, ticket.id, Said::new("r", "On its way."), Default::default(), None)
        .await
        .unwrap();
    site.settle().await;
    let sent = site.mailer.mails();
    assert_eq!((sent.len(), sent[1].subject.as_str()), (2, "Order 9 [T-1]"));
    assert_eq!(sent[1].to.address.as_str(), "dee@example.com");
    site.engage
        .tickets()
        .reply(&site.visitor, ticket.id, Said::new("v", "Thanks."), Default::default(), None)
        .await
        .unwrap();
    site.settle().await;
    assert_eq!(site.mailer.mails().len(), 2, "nobody is mailed what they have said");
}

#[tokio::test]
async fn a_link_goes_to_who_has_tickets_and_opens_once() {
    let site = Site::new().await;
    let letters = site.engage.ticket_letters();
    let page = "https://acme.example/engage/tickets/link";
    letters.ask_link("dee@example.com", page, None).await.unwrap();
    site.settle().await;
    assert_eq!(site.mailer.mails().len(), 0, "there are no tickets");
    let ticket = site.asks().await;
    site.settle().await;
    letters.ask_link("Dee@Example.com", page, None).await.unwrap();
    site.settle().await;
    let sent = site.mailer.mails();
    let token = sent.last().and_then(|mail| mail.text.split("?token=").nth(1)).expect("a link");
    let token = SecretToken::parse(&token[..43]).unwrap();
    let (visitor, _) = letters.open_link(&token).await.unwrap().expect("it opens");
    assert!(letters.open_link(&token).await.unwrap().is_none());
    let own = Actor::Visitor(visitor.contact.id);
    assert_ne!(own, site.visitor);
    assert!(site.engage.tickets().get(&own, ticket.id).await.is_ok());
    assert!(site.engage.tickets().get(&site.visitor, ticket.id).await.is_err());
}
