//! What does not grow with what is stored: the cost of a message with the history, the time of an inbox with its length. And
//! the cost of a copy with the number of those who listen.

use std::time::{Duration, Instant};

use crate::bulk::{Bulk, LENGTH};
use crate::chat::percentile;
use crate::client::Load;
use crate::crowd::Crowd;
use crate::report::Target;
use crate::stage::Stage;
use crate::{Result, people};

const TARGETS: [Target; 2] = [Target::Sqlite, Target::Postgres];
const WARM: Duration = Duration::from_secs(1);
const WINDOW: Duration = Duration::from_secs(4);

/// `history [MESSAGES]`: the same load beside few messages and beside many.
pub(crate) async fn history(messages: i64) -> Result {
    let stage = Stage::set(&TARGETS, 100).await?;
    for target in TARGETS {
        let running = stage.start(target).await?;
        let mut crowd = Crowd::connect(running.server.port, people::pairs(running.server.port, 50).await?).await?;
        let mut bulk = Bulk::open(&running.url).await?;
        let mut conversations = 0;
        for stored in [10_000, messages] {
            let start = Instant::now();
            bulk.fill(conversations, stored / LENGTH, true).await?;
            conversations = stored / LENGTH;
            eprintln!("  {stored} messages after {:.0} s", start.elapsed().as_secs_f64());
            let window = crowd.measure(Load::Closed, WARM, WINDOW, &running.probe).await?;
            let per_message = |time: Duration| time.as_secs_f64() * 1e6 / window.messages.max(1) as f64;
            println!(
                "{target}, {stored} stored: server {:.1} µs, database {:.1} µs per message; p50 {:.2} ms, p99 {:.2} ms",
                per_message(window.usage.server),
                per_message(window.usage.database),
                percentile(&window.latencies, 0.50),
                percentile(&window.latencies, 0.99),
            );
        }
        plans(&mut bulk, &running.url, |name, _| name.contains("::append::") || name.contains("::write")).await?;
        crowd.leave().await;
        running.stop().await?;
    }
    Ok(())
}

/// `inbox [CONVERSATIONS]`: the first page of an agent who has so many, by each filter.
pub(crate) async fn inbox(conversations: i64) -> Result {
    const TIMES: usize = 100;
    let stage = Stage::set(&TARGETS, 100).await?;
    for target in TARGETS {
        let running = stage.start(target).await?;
        drop(people::pairs(running.server.port, 1).await?);
        let mut bulk = Bulk::open(&running.url).await?;
        bulk.fill(0, conversations, false).await?;
        let mut link = people::link(running.server.port).await?;
        for filter in
            ["assignee=me", "assignee=me&status=all", "status=open", "assignee=none", "assignee=me&status=closed"]
        {
            let path = format!("/admin/engage/v1/chat/conversations?limit=50&{filter}");
            let (mut times, mut bytes) = (Vec::with_capacity(TIMES), 0);
            for _ in 0..TIMES {
                let start = Instant::now();
                bytes = people::asked(&mut link, &path).await?.len();
                times.push(u32::try_from(start.elapsed().as_micros())?);
            }
            times.sort_unstable();
            println!(
                "{target}, {conversations} conversations, {filter}: {bytes} bytes; p50 {:.2} ms, p99 {:.2} ms",
                percentile(&times, 0.50),
                percentile(&times, 0.99),
            );
        }
        let asked = |name: &str, text: &str| {
            name.contains("filter::list") && text.contains("c.assignee_id = $") && text.contains("c.status = $")
        };
        plans(&mut bulk, &running.url, asked).await?;
        running.stop().await?;
    }
    Ok(())
}

/// `fanout`: one who sends, and more and more who listen.
pub(crate) async fn fanout() -> Result {
    let stage = Stage::set(&TARGETS, 1_100).await?;
    for target in TARGETS {
        for listeners in [2, 10, 100, 1_000] {
            let running = stage.start(target).await?;
            let parties = people::audience(running.server.port, listeners).await?;
            let mut crowd = Crowd::connect(running.server.port, parties).await?;
            crowd.reach(listeners as u64);
            let window = crowd.measure(Load::Closed, WARM, WINDOW, &running.probe).await?;
            let copies = (window.messages.max(1) * listeners as u64) as f64;
            println!(
                "{target}, {listeners} listeners: {:.0} copies/s, server {:.2} µs per copy; p50 {:.2} ms, p99 {:.2} ms",
                copies / window.length.as_secs_f64(),
                window.usage.server.as_secs_f64() * 1e6 / copies,
                percentile(&window.latencies, 0.50),
                percentile(&window.latencies, 0.99),
            );
            crowd.leave().await;
            running.stop().await?;
        }
    }
    Ok(())
}

/// Prints how the statements that are `wanted` find their rows, by their names and texts.
async fn plans(bulk: &mut Bulk, url: &str, wanted: impl Fn(&str, &str) -> bool) -> Result {
    for (name, text) in engage::connect(url).await?.statements()? {
        if wanted(name, &text) {
            println!("\n{name}");
            for line in bulk.plan(&text).await? {
                println!("    {line}");
            }
        }
    }
    println!();
    Ok(())
}
