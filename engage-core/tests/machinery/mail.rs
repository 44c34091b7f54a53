//! Promises, attempts and what came of them.

use engage_core::clock::ManualClock;
use engage_core::mail::{
    Address, Automatic, Failure, FailureKind, MailQuery, MailRecord, MailState, Mailbox, MemoryMailer, Outgoing,
    SuppressionReason, Thread,
};
use engage_core::{Actor, Engage, memory};
use serde_json::json;
use std::time::Duration;

struct Site {
    engage: Engage,
    mailer: MemoryMailer,
    clock: ManualClock,
}

impl Site {
    async fn new() -> Self {
        let (mailer, clock) = (MemoryMailer::default(), ManualClock::default());
        let builder = Engage::builder(memory::backend()).site("Acme").public_url("https://acme.example:8443");
        let builder = builder.mailer(mailer.clone()).clock(clock.clone()).without_background_jobs();
        Self { engage: builder.build().await.unwrap(), mailer, clock }
    }

    async fn promise(&self, outgoing: Outgoing) {
        let effects = self.engage.mail().promise(outgoing).unwrap();
        self.engage.stores().mail.promise(&effects).await.unwrap();
    }

    /// Keeps what is due, after the longest wait.
    async fn later(&self) {
        self.clock.advance(Duration::from_secs(7_200));
        self.engage.relay().drain().await.unwrap();
    }

    async fn ledger(&self) -> Vec<MailRecord> {
        self.engage.mail().ledger(&MailQuery::new(100)).await.unwrap()
    }
}

fn ann() -> Mailbox {
    Mailbox::new(Some("Ann"), Address::checked("/to", "Ann@example.com").unwrap())
}

fn outgoing() -> Outgoing {
    Outgoing::new("mail.test", ann(), json!({ "by": "Bo" }))
}

#[tokio::test]
async fn a_promise_is_one_mail() {
    let site = Site::new().await;
    site.promise(outgoing()).await;
    site.later().await;
    site.later().await;
    let [mail] = site.mailer.mails().try_into().unwrap();
    assert_eq!((mail.subject.as_str(), mail.from.address.as_str()), ("A test of Acme", "noreply@acme.example"));
    assert_eq!(mail.from.name.as_deref(), Some("Acme"));
    assert_eq!(mail.message_id, format!("{}@acme.example", mail.id));
    assert!(mail.text.contains("sent by Bo") && mail.html.contains("sent by Bo"));
    let [record] = site.ledger().await.try_into().unwrap();
    assert_eq!((record.state, record.attempts, record.uncertain), (MailState::Sent, 1, false));
    assert_eq!(site.engage.mail().record(record.id).await.unwrap().mail, None, "what was sent is not kept");
}

#[tokio::test]
async fn what_fails_is_tried_again_and_is_the_same() {
    let site = Site::new().await;
    site.promise(outgoing()).await;
    site.mailer.fail_next([Failure::later("smtp_450"), Failure::uncertain("cut")]);
    site.later().await;
    assert_eq!(site.ledger().await[0].state, MailState::Deferred);
    site.engage.settings().set(&Actor::System, "mail.from_name", json!("Other"), 0).await.unwrap();
    site.later().await;
    let record = site.ledger().await.remove(0);
    assert_eq!((record.state, record.uncertain, record.error.as_deref()), (MailState::Uncertain, true, Some("cut")));
    site.later().await;
    let record = site.ledger().await.remove(0);
    assert_eq!((record.state, record.attempts, record.uncertain), (MailState::Sent, 3, true));
    let [one, other] = site.mailer.mails().try_into().unwrap();
    assert_eq!(one, other, "sent twice, as nobody could know, and the same both times");
}

#[tokio::test]
async fn an_attempt_without_a_word_is_uncertain() {
    let site = Site::new().await;
    site.promise(outgoing()).await;
    site.mailer.fail_next([Failure::later("smtp_421")]);
    site.later().await;
    // As if the process had died within the next attempt.
    let record = site.engage.mail().record(site.ledger().await[0].id).await.unwrap();
    site.engage.stores().mail.begin(&record).await.unwrap();
    site.later().await;
    let record = site.ledger().await.remove(0);
    assert_eq!((record.state, record.attempts, record.uncertain), (MailState::Sent, 3, true));
}

#[tokio::test]
async fn what_is_given_up_is_refused_and_can_be_sent_again() {
    let site = Site::new().await;
    site.promise(outgoing()).await;
    site.mailer.fail_next([Failure::later("smtp_421")]);
    site.later().await;
    let (mail, id) = (site.engage.mail(), site.ledger().await[0].id);
    for _ in 0..2 {
        mail.gave_up(id).await.unwrap();
        let record = mail.record(id).await.unwrap();
        assert_eq!((record.state, record.error.as_deref()), (MailState::Refused, Some("given_up")));
    }
    site.later().await;
    assert!(site.mailer.mails().is_empty(), "its promise finds it done with");
    mail.resend(&Actor::System, id).await.unwrap();
    site.later().await;
    mail.gave_up(id).await.unwrap();
    assert_eq!(mail.record(id).await.unwrap().state, MailState::Sent);
}

#[tokio::test]
async fn who_does_not_exist_gets_no_more_mail() {
    let site = Site::new().await;
    site.promise(outgoing()).await;
    site.mailer.fail_next([Failure::new(FailureKind::NoSuchAddress, "smtp_550_5.1.1")]);
    site.later().await;
    assert_eq!(site.ledger().await[0].state, MailState::Refused);
    site.promise(outgoing()).await;
    site.later().await;
    assert_eq!(site.ledger().await[0].state, MailState::Suppressed);
    assert!(site.mailer.mails().is_empty());

    let mail = site.engage.mail();
    mail.unsuppress(&Actor::System, "ANN@example.com").await.unwrap();
    let refused = site.ledger().await.pop().unwrap();
    mail.resend(&Actor::System, refused.id).await.unwrap();
    site.later().await;
    assert_eq!(mail.record(refused.id).await.unwrap().state, MailState::Sent);
    assert_eq!(site.mailer.mails()[0].message_id, refused.message_id);
    assert!(mail.resend(&Actor::System, refused.id).await.is_err(), "it was sent");

    mail.suppress(&Actor::System, "ann@EXAMPLE.com", SuppressionReason::ByHand).await.unwrap();
    site.promise(outgoing()).await;
    site.later().await;
    assert_eq!(site.mailer.mails().len(), 1);
}

#[tokio::test]
async fn one_address_gets_one_automatic_answer_a_day() {
    let site = Site::new().await;
    for _ in 0..3 {
        site.promise(outgoing().automatic(Automatic::Replied)).await;
        site.later().await;
    }
    assert_eq!(site.mailer.mails().len(), 1);
    site.clock.advance(Duration::from_secs(24 * 3600));
    site.promise(outgoing().automatic(Automatic::Replied)).await;
    site.later().await;
    assert_eq!(site.mailer.mails().len(), 2);
}

#[tokio::test]
async fn the_mails_of_a_thread_answer_each_other() {
    let site = Site::new().await;
    site.engage.settings().set(&Actor::System, "mail.reply_domain", json!("in.acme.example"), 0).await.unwrap();
    let thread = Thread::new("chat", uuid::Uuid::from_u128(1)).unwrap();
    for _ in 0..3 {
        site.promise(outgoing().thread(thread.clone())).await;
        site.later().await;
    }
    let [first, second, third] = site.mailer.mails().try_into().unwrap();
    assert_eq!((first.in_reply_to, first.references), (None, vec![]));
    assert_eq!(second.in_reply_to.as_ref(), Some(&first.message_id));
    assert_eq!(third.references, [first.message_id, second.message_id]);
    let reply_to = third.reply_to.unwrap().address;
    assert_eq!(reply_to, site.engage.mail().reply_address(&thread).unwrap());
    assert_eq!(site.engage.mail().thread_of(&reply_to), Some(thread));
    assert!(reply_to.as_str().starts_with("re+chat-") && reply_to.domain() == "in.acme.example");
    assert_ne!(third.return_path, reply_to, "bounces are no answers");
}

#[tokio::test]
async fn a_promise_keeps_the_text_of_its_moment() {
    let site = Site::new().await;
    let mail = site.engage.mail();
    let text = |subject: &str| {
        Some(engage_core::mail::template::TemplateText {
            subject: subject.to_owned(),
            body: "<mj-text>{{ by }}</mj-text>".to_owned(),
        })
    };
    mail.set_template(&Actor::System, "mail.test", "en", text("One"), 0).await.unwrap();
    site.promise(outgoing()).await;
    mail.set_template(&Actor::System, "mail.test", "en", text("Two"), 1).await.unwrap();
    site.promise(outgoing()).await;
    mail.set_template(&Actor::System, "mail.test", "en", None, 2).await.unwrap();
    site.promise(outgoing()).await;
    site.promise(outgoing().locale(Some("de-at"))).await;
    site.promise(outgoing().locale(Some("tlh"))).await;
    site.later().await;
    let mut subjects: Vec<_> = site.mailer.mails().into_iter().map(|mail| mail.subject).collect();
    subjects.sort();
    assert_eq!(subjects, ["A test of Acme", "A test of Acme", "Ein Test von Acme", "One", "Two"]);
    assert!(mail.set_template(&Actor::System, "mail.test", "en", text("x"), 2).await.is_err(), "changed meanwhile");
    assert_eq!(mail.template_versions("mail.test", "en").await.unwrap().len(), 3);
}

#[tokio::test]
async fn without_a_mailer_mails_are_kept() {
    let clock = ManualClock::default();
    let builder = Engage::builder(memory::backend()).clock(clock.clone()).without_background_jobs();
    let engage = builder.build().await.unwrap();
    let id = engage.mail().test(&Actor::System, "ann@example.com").await.unwrap();
    engage.relay().drain().await.unwrap();
    let record = engage.mail().record(id).await.unwrap();
    assert_eq!(record.state, MailState::Kept);
    assert!(record.mail.unwrap().html.contains("to see whether mail arrives"));
}
