//! Tickets by mail, on a site that sends.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use engage_core::chat::EntryRange;
use engage_core::contacts::ContactPatch;
use engage_core::files::{FileLimits, FileSetup, MemoryBlobs, NewFile, collected};
use engage_core::mail::{MemoryMailer, ReceivedState};
use engage_core::secret::SecretToken;
use engage_core::tickets::{Change, Edit, Entry, NewTicket, Said, Source};
use engage_core::{Actor, AgentDirectory, Engage, ErrorKind, Identity, async_trait, memory};
use serde_json::json;

use crate::support::agent;

/// Whom the host knows.
#[derive(Debug, Clone, Default)]
struct People(Arc<Mutex<HashMap<&'static str, Identity>>>);

impl People {
    fn are(&self, people: impl IntoIterator<Item = (&'static str, Identity)>) {
        self.0.lock().unwrap().extend(people);
    }
}

#[async_trait]
impl AgentDirectory for People {
    async fn agent(&self, id: &str) -> engage_core::Result<Option<Identity>> {
        Ok(self.0.lock().unwrap().get(id).cloned())
    }
}

struct Site {
    engage: Engage,
    mailer: MemoryMailer,
    visitor: Actor,
}

impl Site {
    /// Somebody has typed in an address.
    async fn new() -> Self {
        Self::with(People::default()).await
    }

    async fn with(people: People) -> Self {
        let mailer = MemoryMailer::default();
        let builder = Engage::builder(memory::backend()).site("Acme").public_url("https://acme.example");
        let limits = FileLimits { size: 3 * 1024 * 1024, ..FileLimits::default() };
        let builder = builder.files(FileSetup::new(MemoryBlobs::default()).limits(limits));
        let builder = builder.agent_directory(people).mailer(mailer.clone());
        let builder = builder.without_rate_limits().without_background_jobs();
        let engage = builder.build().await.unwrap();
        engage.settings().set(&Actor::System, "tickets.mail_received", json!(true), 0).await.unwrap();
        let contact = engage.contacts().create_anonymous().await.unwrap();
        let email = Some(Some("dee@example.com".to_owned()));
        engage.contacts().patch(contact.id, ContactPatch { email, ..Default::default() }).await.unwrap();
        Self { engage, mailer, visitor: Actor::Visitor(contact.id) }
    }

    /// Hands a mail over as the last server does, with attachments of these names and contents.
    async fn receives(&self, from: &str, to: &str, id: &str, text: &str, files: &[(&str, &str)]) -> ReceivedState {
        let part = |(name, content): &(&str, &str)| {
            format!(
                "--x\r\nContent-Type: image/png\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n\r\n{content}\r\n"
            )
        };
        let parts: String = files.iter().map(part).collect();
        let mail = format!(
            "From: {from}\r\nTo: {to}\r\nSubject: Papers\r\nMessage-ID: <{id}@example.com>\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\n{text}\r\n{parts}--x--\r\n"
        );
        let received = self.engage.mail().receive(mail.as_bytes()).await.unwrap();
        self.settle().await;
        self.engage.mail().received(received.id).await.unwrap().0.state
    }

    async fn last(&self, ticket: engage_core::ids::TicketId) -> Entry {
        let entries = self.engage.tickets().entries(&Actor::System, ticket, EntryRange::Latest, 1).await.unwrap();
        entries.into_iter().next_back().unwrap()
    }

    async fn uploads(&self, actor: &Actor, name: &str, size: usize) -> engage_core::ids::FileId {
        let files = self.engage.files().unwrap();
        let new = NewFile { name: name.to_owned(), size: size as i64 };
        let file = files.create(actor, new).await.unwrap();
        files.write(actor, file.id, 0, Bytes::from(vec![b'a'; size])).await.unwrap().id
    }

    async fn read(&self, actor: &Actor, entry: &Entry, place: usize) -> engage_core::Result<Bytes> {
        let id = entry.change.files()[place].id;
        collected(self.engage.files().unwrap().open(actor, id, None).await?.bytes, u64::MAX).await
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

#[tokio::test]
async fn what_comes_with_a_letter_becomes_files_of_what_it_says() {
    let site = Site::new().await;
    let settings = site.engage.settings();
    settings.set(&Actor::System, "mail.reply_domain", json!("in.acme.example"), 0).await.unwrap();
    settings.set(&Actor::System, "tickets.mail_address", json!("help@acme.example"), 0).await.unwrap();
    let ticket = site.asks().await.id;
    site.settle().await;
    let answers = site.mailer.mails()[0].reply_to.clone().unwrap().address.to_string();
    let large = "a".repeat(3 * 1024 * 1024 + 1);
    let files = [("a.txt", "one"), ("b.png", "<script>alert(1)</script>"), ("c.txt", large.as_str()), ("a.txt", "two")];
    for _ in 0..2 {
        let state = site.receives("dee@example.com", &answers, "1", "See these.", &files).await;
        assert_eq!(state, ReceivedState::Claimed);
    }
    let said = site.last(ticket).await;
    let Change::Reply { body, .. } = &said.change else { panic!("a reply: {said:?}") };
    assert_eq!(
        body,
        "See these.\n[b.png, 1 KiB: files of this type are not taken]\n[c.txt, 3073 KiB: at most 3145728 bytes]"
    );
    assert_eq!(said.change.files().len(), 2);
    assert_eq!(site.read(&site.visitor, &said, 0).await.unwrap(), "one");
    assert_eq!(site.read(&agent("ada", &[]), &said, 1).await.unwrap(), "two");

    // Of somebody else it is a note, and so are its files.
    site.receives("Boss <boss@example.com>", &answers, "2", "", &[("secret.txt", "x")]).await;
    let noted = site.last(ticket).await;
    assert!(matches!(noted.change, Change::Note { .. }), "{noted:?}");
    assert_eq!(site.read(&agent("ada", &[]), &noted, 0).await.unwrap(), "x");
    assert_eq!(site.read(&site.visitor, &noted, 0).await.unwrap_err().kind(), ErrorKind::NotFound);

    // More than go with one message are named; a letter of nothing but files is a request too.
    let names: Vec<_> = (0..12).map(|turn| format!("{turn}.txt")).collect();
    let many: Vec<_> = names.iter().map(|name| (name.as_str(), "y")).collect();
    let state = site.receives("cy@example.com", "help@acme.example", "3", "", &many).await;
    assert_eq!(state, ReceivedState::Claimed);
    let opened = site.engage.tickets().by_reference(&Actor::System, "T-2").await.unwrap().ticket;
    assert_eq!(opened.source, Source::Mail);
    let opened = site.engage.tickets().entries(&Actor::System, opened.id, EntryRange::After(0), 1).await.unwrap();
    let Change::Opened { body, files, .. } = &opened[0].change else { panic!("{opened:?}") };
    assert_eq!((files.len(), body.as_str()), (10, "[10.txt, 1 KiB: too many files]\n[11.txt, 1 KiB: too many files]"));
}

#[tokio::test]
async fn who_may_not_write_fills_no_place_by_mail() {
    let site = Site::new().await;
    let settings = site.engage.settings();
    settings.set(&Actor::System, "mail.reply_domain", json!("in.acme.example"), 0).await.unwrap();
    site.asks().await;
    site.settle().await;
    let answers = site.mailer.mails()[0].reply_to.clone().unwrap().address.to_string();
    let Actor::Visitor(contact) = site.visitor else { panic!("a visitor") };
    site.engage.contacts().block(&Actor::System, contact, None).await.unwrap();
    let state = site.receives("dee@example.com", &answers, "1", "See.", &[("a.txt", "one")]).await;
    assert_eq!(state, ReceivedState::Unclaimed, "it is kept for people to read");
}

#[tokio::test]
async fn a_mailed_reply_brings_small_files_and_names_the_others() {
    let site = Site::new().await;
    let ticket = site.asks().await;
    let ada = agent("ada", &[]);
    let (small, large) =
        (site.uploads(&ada, "small.txt", 9).await, site.uploads(&ada, "large.txt", 2 * 1024 * 1024).await);
    let said = Said::new("r", "").files(vec![small, large]);
    site.engage.tickets().reply(&ada, ticket.id, said, Default::default(), None).await.unwrap();
    let secret = site.uploads(&ada, "secret.txt", 9).await;
    site.engage.tickets().note(&ada, ticket.id, Said::new("n", "").files(vec![secret]), &[]).await.unwrap();
    site.settle().await;
    let mail = site.mailer.mails().pop().unwrap();
    let attached: Vec<_> = mail.attachments.iter().map(|file| (file.name.as_str(), file.content.len())).collect();
    assert_eq!(attached, [("small.txt", 9)]);
    assert!(mail.text.contains("large.txt") && mail.html.contains("large.txt"), "{}", mail.text);
    assert!(!mail.text.contains("secret"), "{}", mail.text);
}

#[tokio::test]
async fn staff_are_mailed_what_they_want_to_follow_and_may_see() {
    let people = People::default();
    let known =
        |id: &'static str| (id, Identity::agent(id).name(id.to_uppercase()).email(format!("{id}@acme.example")));
    people.are(["ada", "eve", "max", "zoe"].map(known));
    let site = Site::with(people.clone()).await;
    let settings = site.engage.settings();
    settings.set(&Actor::System, "mail.reply_domain", json!("in.acme.example"), 0).await.unwrap();
    let (letters, tickets) = (site.engage.ticket_letters(), site.engage.tickets());
    let (ada, eve, max, zoe) = (agent("ada", &[]), agent("eve", &[]), agent("max", &[]), agent("zoe", &[]));
    assert!(letters.staff_mails(&site.visitor).await.is_err());
    let before = letters.staff_mails(&ada).await.unwrap();
    assert_eq!((before.available, before.address.as_deref(), before.wanted), (true, Some("ada@acme.example"), false));
    for who in [&ada, &eve, &zoe] {
        assert!(letters.want_staff_mails(who, true).await.unwrap().wanted);
    }
    let ticket = site.asks().await.id;
    let mailed = async || {
        site.settle().await;
        let sent = site.mailer.mails();
        let staff = sent.iter().filter(|mail| mail.to.address.as_str().ends_with("@acme.example"));
        staff.map(|mail| format!("{} {}", mail.to.address.as_str(), mail.text)).collect::<Vec<_>>()
    };
    assert!(mailed().await.is_empty(), "nobody sees to it yet");
    for (who, edit) in [
        (&ada, Edit { assignee: Some(Some("ada".to_owned())), ..Edit::default() }),
        (&eve, Edit { add_followers: vec!["eve".to_owned()], ..Edit::default() }),
        (&max, Edit { add_followers: vec!["max".to_owned()], ..Edit::default() }),
        (&zoe, Edit { add_followers: vec!["zoe".to_owned()], ..Edit::default() }),
    ] {
        tickets.edit(who, ticket, edit, None).await.unwrap();
    }
    people.are([("zoe", Identity::member("zoe").email("zoe@acme.example"))]);
    assert!(mailed().await.is_empty(), "they did it themselves");
    tickets.reply(&site.visitor, ticket, Said::new("1", "Well?"), Edit::default(), None).await.unwrap();
    let mut told = mailed().await;
    told.sort();
    assert_eq!(told.len(), 2, "max wants none, and zoe is no agent any more: {told:?}");
    assert!(told[0].starts_with("ada@") && told[1].starts_with("eve@") && told[1].contains("Well?"), "{told:?}");
    tickets.note(&ada, ticket, Said::new("2", "Hm."), &[]).await.unwrap();
    let told = mailed().await;
    assert!(told.len() == 3 && told[2].starts_with("eve@") && told[2].contains("Hm."), "never to who wrote: {told:?}");

    // What eve answers is a note, of which she is not told.
    let answers = site.mailer.mails().pop().unwrap().reply_to.unwrap().address.to_string();
    let state = site.receives("eve@acme.example", &answers, "e", "I see.", &[]).await;
    assert_eq!(state, ReceivedState::Claimed);
    assert!(matches!(site.last(ticket).await.change, Change::Note { .. }));
    let told = mailed().await;
    assert!(told.len() == 4 && told[3].starts_with("ada@"), "{told:?}");

    // What becomes another team's is not told to who does not see it.
    let team = Edit { team: Some(Some("law".to_owned())), ..Edit::default() };
    tickets.edit(&ada, ticket, team, None).await.unwrap();
    people.are([("eve", Identity::agent("eve").email("eve@acme.example").teams(["law"]))]);
    tickets.reply(&site.visitor, ticket, Said::new("3", "Hello?"), Edit::default(), None).await.unwrap();
    let told = mailed().await;
    assert!(told.len() == 5 && told[4].starts_with("eve@"), "{told:?}");
    assert!(!letters.want_staff_mails(&eve, false).await.unwrap().wanted);
    tickets.reply(&site.visitor, ticket, Said::new("4", "Hello??"), Edit::default(), None).await.unwrap();
    assert_eq!(mailed().await.len(), 5);
}
