//! Mailers that are broken on purpose, in a site that is not.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use engage::mail::{Failure, Mail, Mailbox, Mailer};
use engage::{Engage, Security, Smtp, async_trait, memory};
use engage_testkit::history::{LetterDrive, LetterLoad};
use engage_testkit::letters::{Wrong, check};
use engage_testkit::smtp::SmtpSink;
use tokio::net::TcpListener;

use crate::host;
use crate::letters::LETTERS;

/// What a mailer does to the mails of its turn: one in seven.
#[derive(Debug, Clone, Copy)]
enum Fault {
    None,
    /// Says that it was sent.
    Forgets,
    /// Sends it twice, each time under a name of its own.
    Renames,
    /// Sends it twice, and not the same.
    Rewrites,
    /// Sends it to who got one before.
    Misleads,
    /// Sends it to who asked for none, too.
    Ignores,
}

#[derive(Debug)]
struct Broken {
    inner: Smtp,
    fault: Fault,
    sent: Arc<parking_lot::Mutex<Vec<Mailbox>>>,
}

#[async_trait]
impl Mailer for Broken {
    async fn send(&self, mail: &Mail) -> Result<(), Failure> {
        let (is_due, before) = {
            let mut sent = self.sent.lock();
            let before = sent.iter().find(|to| to.address != mail.to.address).cloned();
            sent.push(mail.to.clone());
            (sent.len().is_multiple_of(7), before)
        };
        let mut other = mail.clone();
        match self.fault {
            Fault::None => return self.inner.send(mail).await,
            _ if !is_due => return self.inner.send(mail).await,
            Fault::Forgets => return Ok(()),
            Fault::Renames => other.message_id = format!("again-{}", mail.message_id),
            Fault::Rewrites => other.text = format!("{}\n(again)", mail.text),
            Fault::Misleads => {
                other.to = before.unwrap_or_else(|| mail.to.clone());
                return self.inner.send(&other).await;
            }
            Fault::Ignores => {
                let silent = engage::mail::Address::checked("/to", "person-0@example.com");
                other.to = Mailbox::new(None, silent.map_err(|_| Failure::later("address"))?);
            }
        }
        self.inner.send(mail).await?;
        self.inner.send(&other).await
    }
}

/// What the checker says of a site with this mailer.
async fn found(fault: Fault) -> BTreeSet<Wrong> {
    let sink = SmtpSink::start().await.unwrap();
    let inner = Smtp::new("127.0.0.1").port(sink.address().port()).security(Security::None);
    let mailer = Broken { inner, fault, sent: Arc::default() };
    let builder = Engage::builder(memory::backend()).public_url("https://acme.example").mailer(mailer);
    let engage = builder.without_rate_limits().build().await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = tokio::spawn(async move { host::serve(&engage, listener, std::future::pending()).await });
    let load = LetterLoad { pause: Duration::from_millis(5), ..LETTERS };
    // What is wrong stays so, however long it is waited for.
    let longest = if matches!(fault, Fault::None) { load.patience } else { Duration::from_secs(3) };
    let drive = LetterDrive::start(&[address], load).await;
    drive.answered(40).await;
    let promises = drive.finish(&sink, longest).await;
    serving.abort();
    let wrongs = check(&promises, &sink.mails()).err().unwrap_or_default();
    println!("{} mails; first: {}", sink.mails().len(), wrongs.first().map(ToString::to_string).unwrap_or_default());
    wrongs.into_iter().map(|one| one.wrong).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_intact_mailer_passes() {
    assert_eq!(found(Fault::None).await, BTreeSet::new());
}

macro_rules! broken_mailers {
    ($($name:ident: $wrong:ident, $fault:ident;)*) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            let found = found(Fault::$fault).await;
            assert!(found.contains(&Wrong::$wrong), "{found:?}");
        }
    )*};
}

broken_mailers! {
    one_that_forgets_a_mail: Lost, Forgets;
    one_that_sends_again_under_another_name: TwoNames, Renames;
    one_that_sends_something_else_again: Differs, Rewrites;
    one_that_sends_to_another: Astray, Misleads;
    one_that_sends_to_who_gets_none: Suppressed, Ignores;
}
