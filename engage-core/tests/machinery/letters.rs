//! The chat by mail: what goes out when nobody reads, and what comes back.

use std::time::Duration;

use engage_core::chat::{Author, Change, EntryRange, Opening, Send};
use engage_core::clock::ManualClock;
use engage_core::contacts::{Contact, ContactPatch};
use engage_core::ids::ConversationId;
use engage_core::mail::{MailQuery, MailState, MemoryMailer, ReceivedQuery, ReceivedState};
use engage_core::{Actor, Engage, memory};
use serde_json::json;

use crate::support::agent;

pub(crate) struct Site {
    pub(crate) engage: Engage,
    pub(crate) mailer: MemoryMailer,
    clock: ManualClock,
    contact: Contact,
    conversation: ConversationId,
}

impl Site {
    /// A visitor has written, and left an address.
    pub(crate) async fn new() -> Self {
        let (mailer, clock) = (MemoryMailer::default(), ManualClock::default());
        let builder = Engage::builder(memory::backend()).site("Acme").public_url("https://acme.example");
        let builder = builder.mailer(mailer.clone()).clock(clock.clone()).without_background_jobs();
        let engage = builder.build().await.unwrap();
        engage.settings().set(&Actor::System, "mail.reply_domain", json!("in.acme.example"), 0).await.unwrap();
        let contact = engage.contacts().create_anonymous().await.unwrap();
        let email = Some(Some("ann@example.com".to_owned()));
        let contact = engage.contacts().patch(contact.id, ContactPatch { email, ..Default::default() }).await.unwrap();
        let opening = Opening::new("first", "Hello?").language("de");
        let conversation = engage.chat().open_with(contact.id, opening).await.unwrap().conversation.id;
        Self { engage, mailer, clock, contact, conversation }
    }

    pub(crate) async fn says(&self, id: &str, body: &str) {
        let send = Send {
            conversation: self.conversation,
            client_message_id: id.to_owned(),
            body: body.to_owned(),
            reply_to: None,
            note: false,
            files: Vec::new(),
            mentions: Vec::new(),
        };
        self.engage.chat().send(agent("ada", &[]), send).await.unwrap();
    }

    pub(crate) async fn after(&self, minutes: u64) {
        self.clock.advance(Duration::from_secs(minutes * 60));
        while self.engage.relay().drain().await.unwrap() > 0 {}
    }

    async fn reads(&self, seq: i64) {
        let visitor = Actor::Visitor(self.contact.id);
        self.engage.chat().mark_read(&visitor, self.conversation, seq).await.unwrap();
    }

    fn texts(&self) -> Vec<String> {
        self.mailer.mails().into_iter().map(|mail| mail.text).collect()
    }

    pub(crate) async fn messages(&self) -> Vec<(bool, String)> {
        let entries =
            self.engage.chat().entries(&Actor::System, self.conversation, EntryRange::After(0), 100).await.unwrap().1;
        let said = entries.into_iter().filter_map(|entry| match entry.change {
            Change::Message { body, .. } => Some((matches!(entry.author, Author::Visitor { .. }), body)),
            _ => None,
        });
        said.collect()
    }

    /// A fixture as it would come in now.
    fn mail(&self, fixture: &str) -> Vec<u8> {
        let mail = self.mailer.mails().pop().unwrap();
        let to = mail.reply_to.map(|to| to.address.to_string()).unwrap_or_default();
        let filled = fixture.replace("PARENT", &mail.message_id).replace("TO", &to);
        filled.replace("RETURN", mail.return_path.as_str()).replace("WHO", mail.to.address.as_str()).into_bytes()
    }

    pub(crate) async fn receives(&self, mail: &[u8]) -> ReceivedState {
        let received = self.engage.mail().receive(mail).await.unwrap();
        self.engage.relay().drain().await.unwrap();
        self.engage.mail().received(received.id).await.unwrap().0.state
    }
}

#[tokio::test]
async fn what_is_not_read_is_mailed_once() {
    let site = Site::new().await;
    site.says("1", "One <b>").await;
    site.says("2", "Two").await;
    site.after(9).await;
    assert!(site.texts().is_empty(), "there is time to read");
    site.after(2).await;
    let [mail] = site.mailer.mails().try_into().unwrap();
    assert_eq!(mail.to.address.as_str(), "ann@example.com");
    assert!(mail.text.contains("One <b>") && mail.text.contains("Two"), "{}", mail.text);
    assert!(mail.html.contains("One &lt;b&gt;") && mail.text.contains("Sie haben eine Antwort"), "{}", mail.text);
    site.after(120).await;
    assert_eq!(site.texts().len(), 1);
}

#[tokio::test]
async fn who_is_connected_is_mailed_when_they_have_gone() {
    let site = Site::new().await;
    let visitor = Actor::Visitor(site.contact.id).audit_name();
    let here = site.engage.crowd().seat(visitor, 1);
    site.says("1", "One").await;
    site.after(11).await;
    site.after(60).await;
    assert!(site.texts().is_empty(), "it is before their eyes");
    drop(here);
    site.after(11).await;
    let [text] = site.texts().try_into().unwrap();
    assert!(text.contains("One"));
}

#[tokio::test]
async fn what_was_read_is_not_mailed() {
    let site = Site::new().await;
    site.says("1", "One").await;
    site.reads(100).await;
    site.after(60).await;
    assert!(site.texts().is_empty());
}

#[tokio::test]
async fn mails_are_a_quarter_of_an_hour_apart_and_hold_ten() {
    let site = Site::new().await;
    for turn in 0..12 {
        site.says(&format!("a{turn}"), &format!("<{turn}>")).await;
    }
    site.after(11).await;
    site.says("b", "later").await;
    site.after(11).await;
    assert_eq!(site.texts().len(), 1);
    assert!(site.texts()[0].contains("<9>") && !site.texts()[0].contains("<10>"));
    site.after(5).await;
    let texts = site.texts();
    assert_eq!(texts.len(), 2);
    assert!(texts[1].contains("<10>") && texts[1].contains("<11>") && texts[1].contains("later"), "{}", texts[1]);
    let [first, second] = site.mailer.mails().try_into().unwrap();
    assert_eq!(second.in_reply_to, Some(first.message_id));
}

#[tokio::test]
async fn who_has_no_address_or_may_not_write_gets_nothing() {
    let site = Site::new().await;
    let contacts = site.engage.contacts();
    contacts.patch(site.contact.id, ContactPatch { email: Some(None), ..Default::default() }).await.unwrap();
    site.says("1", "One").await;
    site.after(60).await;
    assert!(site.texts().is_empty());
    let told = site.engage.letters().send_transcript(&Actor::Visitor(site.contact.id), site.conversation).await;
    assert_eq!(told.unwrap_err().code(), "no_address");
}

#[tokio::test]
async fn a_transcript_comes_as_a_file() {
    let site = Site::new().await;
    site.says("1", "One").await;
    site.engage.letters().send_transcript(&Actor::Visitor(site.contact.id), site.conversation).await.unwrap();
    site.after(0).await;
    let [mail] = site.mailer.mails().try_into().unwrap();
    let text = String::from_utf8(mail.attachments[0].content.clone()).unwrap();
    assert!(text.contains("Hello?") && text.contains("One"), "{text}");
    let stranger = site.engage.contacts().create_anonymous().await.unwrap();
    assert!(site.engage.letters().send_transcript(&Actor::Visitor(stranger.id), site.conversation).await.is_err());
}

#[tokio::test]
async fn staff_are_told_once_that_somebody_waits() {
    let site = Site::new().await;
    let to = json!(["desk@acme.example"]);
    site.engage.settings().set(&Actor::System, "mail.waiting_to", to, 0).await.unwrap();
    site.engage.chat().open(site.contact.id, "second", "Is anybody there?", None).await.unwrap();
    site.after(2).await;
    site.after(60).await;
    let [mail] = site.mailer.mails().try_into().unwrap();
    assert_eq!(mail.to.address.as_str(), "desk@acme.example");
    assert!(mail.text.contains("Is anybody there?") && mail.subject.contains("ann@example.com"));
}

#[tokio::test]
async fn answers_by_mail_are_messages_once() {
    let site = Site::new().await;
    site.says("1", "Shall we?").await;
    site.after(11).await;
    for (fixture, expected) in [
        (include_str!("mails/gmail.eml"), "Yes, café at ten."),
        (include_str!("mails/outlook.eml"), "Grüße und ja."),
        (include_str!("mails/apple.eml"), "Here it is.\n[.. .. plan.txt, 1 KiB]"),
    ] {
        let mail = site.mail(fixture);
        assert_eq!(site.receives(&mail).await, ReceivedState::Claimed, "{fixture}");
        assert_eq!(site.receives(&mail).await, ReceivedState::Claimed, "the same again");
        assert_eq!(site.messages().await.pop(), Some((true, expected.to_owned())));
    }
    assert_eq!(site.messages().await.len(), 5);
    assert_eq!(site.engage.mail().inbox(&ReceivedQuery::new(10)).await.unwrap().len(), 3);
}

#[tokio::test]
async fn an_answer_without_the_signed_address_counts_from_the_recipient_alone() {
    let site = Site::new().await;
    site.says("1", "Shall we?").await;
    site.after(11).await;
    let id = site.mailer.mails()[0].message_id.clone();
    let mail = |from: &str, message: &str| {
        format!(
            "From: {from}\r\nTo: noreply@acme.test\r\nMessage-ID: <{message}>\r\nIn-Reply-To: <{id}>\r\n\r\nYes {message}\r\n"
        )
    };
    let eve = mail("eve@example.com", "1@x.example");
    assert_eq!(site.receives(eve.as_bytes()).await, ReceivedState::Unclaimed);
    assert_eq!(site.receives(mail("ANN@example.com", "2@x.example").as_bytes()).await, ReceivedState::Claimed);
    assert_eq!(site.messages().await.pop(), Some((true, "Yes 2@x.example".to_owned())));
}

#[tokio::test]
async fn programs_are_not_answered_and_do_not_speak() {
    let site = Site::new().await;
    site.says("1", "Shall we?").await;
    site.after(11).await;
    let before = site.messages().await;
    assert_eq!(site.receives(&site.mail(include_str!("mails/away.eml"))).await, ReceivedState::Automatic);
    let own = site.mail("From: Acme <noreply@acme.example>\r\nTo: TO\r\nMessage-ID: <PARENT>\r\n\r\nx\r\n");
    assert_eq!(site.receives(&own).await, ReceivedState::Loop);
    assert_eq!(site.messages().await, before);
    assert_eq!(site.mailer.mails().len(), 1);
}

#[tokio::test]
async fn a_bounce_suppresses_whom_it_was_sent_to() {
    let site = Site::new().await;
    site.says("1", "Shall we?").await;
    site.after(11).await;
    let forged =
        site.mail(&include_str!("mails/bounce.eml").replace("RETURN", "x@y.example").replace("WHO", "bob@example.com"));
    assert_eq!(site.receives(&forged).await, ReceivedState::Bounce);
    let suppressed = async |address| site.engage.stores().mail.suppression(address).await.unwrap().is_some();
    assert!(!suppressed("bob@example.com").await, "it was never sent there");
    let honest = site.mail(&include_str!("mails/bounce.eml").replace("bounce-1", "bounce-2"));
    assert_eq!(site.receives(&honest).await, ReceivedState::Bounce);
    assert!(suppressed("ann@example.com").await);
    site.says("2", "Still there?").await;
    site.after(30).await;
    let newest = site.engage.mail().ledger(&MailQuery::new(1)).await.unwrap().remove(0);
    assert_eq!(newest.state, MailState::Suppressed);
}

#[tokio::test]
async fn what_is_no_mail_is_refused() {
    let site = Site::new().await;
    for nothing in [&b""[..], b"\r\n\r\n", b"\xff\xfe\x00", &vec![b'x'; 11 * 1024 * 1024]] {
        assert!(site.engage.mail().receive(nothing).await.is_err());
    }
    let token = site.engage.mail().inbound_token();
    assert!(site.engage.mail().is_inbound_token(&token));
    for wrong in ["", "x", &token[1..], &token.to_lowercase()] {
        assert!(!site.engage.mail().is_inbound_token(wrong), "{wrong}");
    }
    let next = site.engage.mail().rotate_inbound_token(&Actor::System).await.unwrap();
    assert_ne!(next, token);
    assert!(site.engage.mail().is_inbound_token(&next) && !site.engage.mail().is_inbound_token(&token));
}
