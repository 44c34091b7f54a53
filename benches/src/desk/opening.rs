//! What it costs to open a ticket that mails are promised for, beside a bare insert.

use std::time::{Duration, Instant};

use engage::tickets::{NewTicket, Source};
use engage::{Actor, Engage, Identity, Security, Smtp};
use engage_testkit::smtp::SmtpSink;

use super::paper::Paper;
use super::{Scale, Times, site};
use crate::Result;
use crate::bulk::Bulk;
use crate::report::Target;

const HEAD: [&str; 6] = ["a ticket with a mail", "database", "p50 ms", "p99 ms", "bare p50 ms", "bare p99 ms"];
const BODY: &str =
    "My order came without the blue cup; could you look into it, please? Thank you, and have a good day.";

pub(super) async fn measure(url: &str, target: Target, scale: &Scale, paper: &mut Paper) -> Result {
    let sink = SmtpSink::start().await?;
    let mailer = Smtp::new("127.0.0.1").port(sink.address().port()).security(Security::None);
    let still = site(url, |builder| builder.mailer(mailer.clone()).without_background_jobs()).await?;
    still.settings().set(&Actor::System, "tickets.mail_received", true.into(), 0).await?;
    let (own, bare) = opened(&still, url, scale.opened).await?;
    let (p50, bare_p50) = (own.told().0, bare.told().0);
    row(paper, "its promise stored with it", target, &own, &bare);
    paper.goal(format!("opening a ticket, times a bare insert's median, {}", target.name()), 2.0, p50 / bare_p50);
    still.relay().drain().await?;
    still.shutdown(Duration::ZERO).await;
    drop(still);

    let busy = site(url, |builder| builder.mailer(mailer)).await?;
    let before = sink.mails().len();
    let (own, bare) = opened(&busy, url, scale.opened).await?;
    row(paper, "while the mails of the others leave", target, &own, &bare);
    let start = Instant::now();
    while sink.mails().len() < before + scale.opened {
        if start.elapsed() > Duration::from_secs(120) {
            return Err(format!("{} of {} mails came", sink.mails().len() - before, scale.opened).into());
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    eprintln!("  the last mail came {:.2} s after its ticket", start.elapsed().as_secs_f64());
    busy.shutdown(Duration::from_secs(5)).await;
    Ok(())
}

fn row(paper: &mut Paper, name: &str, target: Target, own: &Times, bare: &Times) {
    let ((p50, p99), (bare_p50, bare_p99)) = (own.told(), bare.told());
    let [p50, p99, bare_p50, bare_p99] = [p50, p99, bare_p50, bare_p99].map(|time| format!("{time:.2}"));
    paper.row("Opening a ticket", HEAD, [name.to_owned(), target.name().to_owned(), p50, p99, bare_p50, bare_p99]);
}

/// Opens tickets and inserts bare rows in turn, so that the disk is the same for both.
async fn opened(engage: &Engage, url: &str, times: usize) -> Result<(Times, Times)> {
    let ann = Identity::member("ann").name("Ann").email("ann@example.com");
    let requester = engage.contacts().of_identity(&ann, None).await?.id;
    let mut bulk = Bulk::open(url).await?;
    bulk.bare_table().await?;
    let (mut own, mut bare) = (Times::default(), Times::default());
    for time in 0..times {
        let mut new = NewTicket::new(requester, "A cup is missing", BODY);
        new.source = Source::Form;
        let start = Instant::now();
        engage.tickets().create(&Actor::System, new).await?;
        own.add(start.elapsed())?;
        let start = Instant::now();
        bulk.bare_insert(i64::try_from(time)?, "A cup is missing", BODY).await?;
        bare.add(start.elapsed())?;
    }
    Ok((own, bare))
}
