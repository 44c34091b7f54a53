//! What a server says, or does not, and what the ledger makes of it.

use std::time::Duration;

use engage_core::clock::ManualClock;
use engage_core::mail::{Address, MailQuery, MailRecord, MailState, Mailbox, Outgoing};
use engage_core::{Engage, memory};
use engage_mail::{MailFolder, Security, Smtp};
use engage_testkit::smtp::{Fault, SmtpSink, Step};
use serde_json::json;

struct Site {
    engage: Engage,
    sink: SmtpSink,
    clock: ManualClock,
}

impl Site {
    async fn new(security: Security) -> Self {
        Self::with(|mailer| mailer.security(security)).await
    }

    async fn with(set: impl FnOnce(Smtp) -> Smtp) -> Self {
        let (sink, clock) = (SmtpSink::start().await.unwrap(), ManualClock::default());
        let mailer = set(Smtp::new("127.0.0.1").port(sink.address().port()));
        let builder = Engage::builder(memory::backend()).site("Acme").public_url("https://acme.example");
        let engage = builder.mailer(mailer).clock(clock.clone()).without_background_jobs().build().await.unwrap();
        Self { engage, sink, clock }
    }

    async fn promise(&self, to: &str) {
        let to = Mailbox::new(Some("Ann"), Address::checked("/to", to).unwrap());
        let effects = self.engage.mail().promise(Outgoing::new("mail.test", to, json!({ "by": "Bo" }))).unwrap();
        self.engage.stores().mail.promise(&effects).await.unwrap();
    }

    /// Keeps what is due, after the longest wait, and gives the newest record.
    async fn later(&self) -> MailRecord {
        self.clock.advance(Duration::from_secs(7_200));
        self.engage.relay().drain().await.unwrap();
        self.engage.mail().ledger(&MailQuery::new(1)).await.unwrap().remove(0)
    }
}

#[tokio::test]
async fn mails_share_a_connection() {
    let site = Site::new(Security::None).await;
    for to in ["ann@example.com", "bob@bücher.example"] {
        site.promise(to).await;
        assert_eq!(site.later().await.state, MailState::Sent);
    }
    let [first, second] = site.sink.mails().try_into().unwrap();
    assert_eq!((first.from.as_str(), first.to), ("noreply@acme.example", vec!["ann@example.com".to_owned()]));
    assert_eq!(second.to, ["bob@xn--bcher-kva.example"]);
    assert_eq!(site.sink.connections(), 1);
}

#[tokio::test]
async fn a_server_that_is_not_ready_is_asked_again() {
    let site = Site::new(Security::None).await;
    site.promise("ann@example.com").await;
    for (fault, code) in [
        (Fault::Says(Step::Greeting, "421 4.3.2 busy"), "smtp_connect_421"),
        (Fault::Cuts(Step::Greeting), "smtp_connect"),
        (Fault::Cuts(Step::Hello), "smtp_connect"),
        (Fault::Says(Step::Sender, "550 5.7.1 not you"), "smtp_sender_550"),
        (Fault::Says(Step::Recipient, "451 4.7.1 greylisted, come back"), "smtp_451_4.7.1"),
        (Fault::Says(Step::Data, "452 4.3.1 full"), "smtp_452_4.3.1"),
        (Fault::Cuts(Step::Data), "smtp_cut"),
        (Fault::Says(Step::Content, "451 4.3.0 not now"), "smtp_451_4.3.0"),
    ] {
        site.sink.fail_next([fault.clone()]);
        let record = site.later().await;
        assert_eq!((record.state, record.error.as_deref()), (MailState::Deferred, Some(code)), "{fault:?}");
        assert!(!record.uncertain, "{fault:?}");
    }
    assert_eq!(site.later().await.state, MailState::Sent);
    assert_eq!(site.sink.mails().len(), 1);
}

#[tokio::test]
async fn a_mail_without_an_answer_is_uncertain_and_comes_again_the_same() {
    let site = Site::new(Security::None).await;
    site.promise("ann@example.com").await;
    site.sink.fail_next([Fault::Cuts(Step::Content)]);
    let record = site.later().await;
    assert_eq!((record.state, record.uncertain), (MailState::Uncertain, true));
    assert_eq!(site.later().await.state, MailState::Sent);
    let [one, other] = site.sink.mails().try_into().unwrap();
    assert_eq!(one, other);
    assert_eq!(one.header("Message-ID").unwrap(), format!("<{}>", record.message_id));
}

#[cfg(feature = "dkim")]
#[tokio::test]
async fn what_is_signed_comes_again_the_same() {
    let dkim = engage_mail::Dkim::new("acme.example", "s1", include_str!("../keys/rsa.pem")).unwrap();
    let site = Site::with(|mailer| mailer.security(Security::None).dkim(dkim)).await;
    site.promise("ann@example.com").await;
    site.sink.fail_next([Fault::Cuts(Step::Content)]);
    site.later().await;
    assert_eq!(site.later().await.state, MailState::Sent);
    let [one, other] = site.sink.mails().try_into().unwrap();
    assert_eq!(one, other);
    let signature = one.header("DKIM-Signature").unwrap();
    assert!(signature.contains("d=acme.example; s=s1;"), "{signature}");
    assert!(one.content.starts_with(b"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;"));
}

#[tokio::test]
async fn a_server_that_hangs_is_left() {
    let quick = |mailer: Smtp| mailer.security(Security::None).timeout(Duration::from_secs(1));
    let site = Site::with(quick).await;
    site.promise("ann@example.com").await;
    site.sink.fail_next([Fault::Hangs(Step::Greeting), Fault::Hangs(Step::Recipient), Fault::Hangs(Step::Content)]);
    assert_eq!(site.later().await.state, MailState::Deferred);
    assert_eq!(site.later().await.state, MailState::Deferred);
    let mut record = site.later().await;
    // A slow machine may be late once more.
    for _ in 0..20 {
        if record.state != MailState::Deferred {
            break;
        }
        record = site.later().await;
    }
    assert_eq!((record.state, record.error.as_deref()), (MailState::Uncertain, Some("smtp_timeout")));
}

#[tokio::test]
async fn what_is_refused_for_good_is_not_sent_again() {
    let site = Site::new(Security::None).await;
    for (fault, code, suppressed) in [
        (Fault::Says(Step::Recipient, "550 5.1.1 <ann@example.com> unknown"), "smtp_550_5.1.1", true),
        (Fault::Says(Step::Recipient, "550 blocked by policy"), "smtp_550", false),
        (Fault::Says(Step::Content, "554 5.7.1 spam"), "smtp_554_5.7.1", false),
    ] {
        site.promise("ann@example.com").await;
        site.sink.fail_next([fault]);
        let record = site.later().await;
        assert_eq!((record.state, record.error.as_deref()), (MailState::Refused, Some(code)));
        let mail = site.engage.mail();
        assert_eq!(mail.unsuppress(&engage_core::Actor::System, "ann@example.com").await.is_ok(), suppressed, "{code}");
    }
    assert!(site.sink.mails().is_empty());
    site.promise("müller@example.com").await;
    assert_eq!(site.later().await.error.as_deref(), Some("no_smtputf8"));
}

#[tokio::test]
async fn without_tls_nothing_is_sent() {
    let site = Site::new(Security::StartTls).await;
    site.promise("ann@example.com").await;
    let record = site.later().await;
    assert_eq!((record.state, record.error.as_deref()), (MailState::Deferred, Some("smtp_starttls")));
    assert!(site.sink.mails().is_empty());
}

#[tokio::test]
async fn a_folder_holds_each_mail_once() {
    let folder = std::env::temp_dir().join(format!("engage-mail-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let builder = Engage::builder(memory::backend()).mailer(MailFolder::new(&folder)).without_background_jobs();
    let engage = builder.build().await.unwrap();
    let id = engage.mail().test(&engage_core::Actor::System, "ann@example.com").await.unwrap();
    engage.relay().drain().await.unwrap();
    let names: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().file_name()).collect();
    let written = std::fs::read_to_string(folder.join(format!("{id}.eml"))).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(names, [format!("{id}.eml").as_str()]);
    assert!(written.contains("To: ann@example.com\r\n"), "{written}");
}
