//! Mails about what was answered, while nodes die and the mail server drops, stalls and refuses: each comes, to whom it was
//! promised, and whoever gets one twice gets the same twice.

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use engage::entropy::{Entropy as _, SeededEntropy};
use engage_testkit::history::{LetterDrive, LetterLoad};
use engage_testkit::letters::check;
use engage_testkit::smtp::{Fault, SmtpSink, Step};
use tokio::task::AbortHandle;

use crate::nemesis::haunt;
use crate::node::Setup;
use crate::programs::Folder;
use crate::site::{Site, pause};

/// Patience is for two hours after the last failure, and two more when a clock was set back by as much, at the nodes' pace.
pub(crate) const LETTERS: LetterLoad =
    LetterLoad { people: 4, agents: 3, pause: Duration::from_millis(60), patience: Duration::from_secs(180), seed: 7 };

/// So much faster goes the time of the nodes: what is tried again after half a minute is not waited for so long.
const PACE: u32 = 120;
const STEPS: [Step; 6] = [Step::Greeting, Step::Hello, Step::Sender, Step::Recipient, Step::Data, Step::Content];

/// A mail server on which something goes wrong again and again.
struct Weather {
    sink: Arc<SmtpSink>,
    raging: AbortHandle,
}

impl Weather {
    async fn start(seed: u64) -> Self {
        let sink = Arc::new(SmtpSink::start().await.unwrap());
        let (own, dice) = (Arc::clone(&sink), SeededEntropy::new(seed));
        let raging = tokio::spawn(async move {
            loop {
                let roll = |sides: usize| (dice.fraction() * sides as f64) as usize;
                let step = STEPS[roll(STEPS.len())];
                own.fail_next([match roll(5) {
                    0 => Fault::Hangs(step),
                    1 | 2 => Fault::Cuts(step),
                    _ => Fault::Says(step, "451 4.3.0 later"),
                }]);
                pause(20 + roll(200) as u64).await;
            }
        });
        Self { sink, raging: raging.abort_handle() }
    }

    fn clears(&self) {
        self.raging.abort();
        self.sink.heal();
    }
}

/// A site whose nodes mail there.
fn setup(sink: &SmtpSink) -> Setup {
    let since = UNIX_EPOCH.elapsed().unwrap_or_default().as_micros();
    Setup { smtp: Some(sink.address().port()), pace: Some(format!("{since}:{PACE}")), ..Setup::default() }
}

/// The weather clears, and everything has come.
async fn comes(site: &Site, drive: LetterDrive, weather: &Weather) {
    weather.clears();
    let promises = drive.finish(&weather.sink, LETTERS.patience).await;
    let mails = weather.sink.mails();
    assert!(!site.nodes.is_empty() && promises.len() > 20, "nothing was promised");
    match check(&promises, &mails) {
        Ok(again) => println!("{} mails for {} promises, {again} of them again", mails.len(), promises.len()),
        Err(wrongs) => panic!("{}", wrongs.iter().map(|wrong| format!("\n{wrong}")).collect::<String>()),
    }
}

/// One node on SQLite, which is killed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_answer_is_mailed_by_a_node_that_dies() {
    let weather = Weather::start(7).await;
    let mut site = Site::sqlite_with(Folder::new(), setup(&weather.sink)).await;
    let drive = LetterDrive::start(&site.addresses(), LETTERS).await;
    for _ in 0..3 {
        drive.answered(12).await;
        site.nodes[0].kill();
        site.nodes[0].restart();
    }
    comes(&site, drive, &weather).await;
}

/// Nodes die, PostgreSQL crashes, Redis hangs, commits are answered by nobody.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_answer_is_mailed_while_nodes_and_servers_break() {
    let weather = Weather::start(8).await;
    let mut site = Site::postgres_all(3, setup(&weather.sink)).await;
    let drive = LetterDrive::start(&site.addresses(), LETTERS).await;
    drive.answered(8).await;
    site.nodes[0].kill();
    drive.answered(8).await;
    site.nodes[0].restart();
    site.redis.as_ref().unwrap().hang(true);
    drive.answered(8).await;
    site.redis.as_ref().unwrap().hang(false);
    site.postgres.as_mut().unwrap().crash();
    pause(300).await;
    site.postgres.as_mut().unwrap().restart();
    drive.answered(8).await;
    site.to_database.as_ref().unwrap().cut_answer_to(b"COMMIT");
    drive.answered(8).await;
    site.to_database.as_ref().unwrap().heal();
    comes(&site, drive, &weather).await;
}

/// The mails' part of a long run.
pub(crate) async fn torture(nodes: u64, seed: u64, time: Duration) {
    let weather = Weather::start(seed).await;
    let setup = setup(&weather.sink);
    let mut site =
        if nodes == 1 { Site::sqlite_with(Folder::new(), setup).await } else { Site::postgres_all(3, setup).await };
    let drive = LetterDrive::start(&site.addresses(), LetterLoad { seed, ..LETTERS }).await;
    haunt(&mut site, seed, time).await;
    comes(&site, drive, &weather).await;
}
