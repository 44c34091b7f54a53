//! For each promise at least one mail, and whoever gets two gets the same twice, however often the process dies.

use std::time::Duration;

use engage_core::clock::ManualClock;
use engage_core::entropy::{Entropy, SeededEntropy};
use engage_core::mail::template::TemplateText;
use engage_core::mail::{Address, MailQuery, MailState, Mailbox, Outgoing};
use engage_core::{Actor, Engage, memory};
use engage_mail::{Security, Smtp};
use engage_testkit::letters::{Promise, check};
use engage_testkit::smtp::{Fault, SmtpSink, Step};
use serde_json::json;

const PROMISES: usize = 40;
const STEPS: [Step; 6] = [Step::Greeting, Step::Hello, Step::Sender, Step::Recipient, Step::Data, Step::Content];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_promise_is_kept_however_often_the_process_dies() {
    for seed in 0..4 {
        let (backend, clock, chance) = (memory::backend(), ManualClock::default(), SeededEntropy::new(seed));
        let pick = |most: usize| (chance.fraction() * most as f64) as usize;
        let sink = SmtpSink::start().await.unwrap();
        let node = async || {
            let mailer = Smtp::new("127.0.0.1").port(sink.address().port()).security(Security::None);
            let builder = Engage::builder(backend.clone()).site("Acme").public_url("https://acme.example");
            builder.mailer(mailer).clock(clock.clone()).build().await.unwrap()
        };
        let (mut promised, mut lives, mut version) = (Vec::new(), 0, 0);
        loop {
            let engage = node().await;
            while promised.len() < PROMISES.min(10 * (lives + 1)) {
                let address = format!("p{}@example.com", promised.len());
                let to = Address::checked("/to", &address).unwrap();
                let by = format!("Bo {}", promised.len());
                let outgoing = Outgoing::new("mail.test", Mailbox::new(None, to), json!({ "by": by }));
                let effects = engage.mail().promise(outgoing).unwrap();
                engage.stores().mail.promise(&effects).await.unwrap();
                promised.push(Promise::new(format!("<{}@acme.example>", effects.outbox[0].id), address));
            }
            // What a mail says must not follow what the site says by now.
            let text =
                TemplateText { subject: format!("Life {lives}"), body: "<mj-text>{{ by }}</mj-text>".to_owned() };
            engage.mail().set_template(&Actor::System, "mail.test", "en", Some(text), version).await.unwrap();
            version += 1;
            let faults = (0..pick(8)).map(|_| match (STEPS[pick(STEPS.len())], pick(2)) {
                (step, 0) => Fault::Cuts(step),
                (step, _) => Fault::Says(step, "451 4.3.0 later"),
            });
            sink.fail_next(faults.collect::<Vec<_>>());
            clock.advance(Duration::from_secs(7_200));
            engage.relay().nudge();
            // Dies wherever it is: its tasks end between any two steps, and what the store has is what is left.
            tokio::time::sleep(Duration::from_millis(pick(60) as u64)).await;
            engage.shutdown(Duration::ZERO).await;
            drop(engage);
            lives += 1;
            if lives > 12 {
                break;
            }
        }
        let engage = node().await;
        for _ in 0..60 {
            clock.advance(Duration::from_secs(7_200));
            engage.relay().drain().await.unwrap();
            let open = engage.mail().ledger(&MailQuery::new(200)).await.unwrap();
            if open.len() == PROMISES && open.iter().all(|mail| mail.state == MailState::Sent) {
                break;
            }
        }
        let ledger = engage.mail().ledger(&MailQuery::new(200)).await.unwrap();
        assert!(ledger.iter().all(|mail| mail.state == MailState::Sent), "{ledger:?}");
        let repeats = check(&promised, &sink.mails()).unwrap_or_else(|wrongs| panic!("seed {seed}: {}", wrongs[0]));
        let named = ledger.iter().filter(|mail| mail.uncertain).count();
        println!("seed {seed}: {} mails, {repeats} of them repeats, {named} named uncertain", sink.mails().len());
        for mail in sink.mails() {
            let id = mail.header("Message-ID").unwrap();
            let times = sink.mails().iter().filter(|other| other.header("Message-ID").as_ref() == Some(&id)).count();
            let own = ledger.iter().find(|own| id == format!("<{}>", own.message_id)).unwrap();
            assert!(times == 1 || own.uncertain, "seed {seed}: {id} came {times} times and nobody said that it might");
        }
    }
}
