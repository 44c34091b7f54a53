//! How much processor time a message costs the store, in batches as the chat's writer makes them.
//!
//! `cargo run --release -p engage-sqlx --all-features --example append -- URL [MESSAGES_PER_BATCH] [CONVERSATIONS]`, with a
//! URL as `engage_sqlx::connect` takes it. Prints the time of this process (SQLite works in it; of Postgres it is the client's
//! part) and of the server's processes when they run on this machine.

#![allow(clippy::print_stdout, reason = "printing is what it is for")]

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use engage_core::chat::{Append, Command, Lock, Open};
use engage_core::clock::{Clock, SystemClock};
use engage_core::entropy::{Entropy, OsEntropy};
use engage_core::ids::{ContactId, ConversationId, Ids};
use engage_core::outbox::OutboxMessage;
use engage_core::{Actor, AgentRef, Backend, Context, Effects, Migrations, Staff, Stores};

const LENGTH: Duration = Duration::from_secs(5);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().ok_or("give the URL of a database")?;
    let per_batch: usize = arguments.next().map_or(Ok(100), |text| text.parse())?;
    let conversations: usize = arguments.next().map_or(Ok(50), |text| text.parse())?;
    let with_event = arguments.next().is_some();

    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let entropy: Arc<dyn Entropy> = Arc::new(OsEntropy);
    let context = Context { ids: Ids::new(Arc::clone(&clock), Arc::clone(&entropy)), clock, entropy };
    let database = engage_sqlx::connect(&url).await?;
    let stores =
        Box::new(database).open(&context, Migrations::Automatic).await.map_err(|problems| problems.join("\n"))?;
    let ids = open(&context, &stores, conversations).await?;

    let (started, before) = (Instant::now(), cpu());
    let (mut batches, mut sent) = (0_u32, 0_usize);
    while started.elapsed() < LENGTH {
        let batch = batch(&context, &ids, per_batch, &mut sent, with_event);
        for appended in stores.chat.append(&batch, Lock::Skip).await? {
            appended?;
        }
        batches += 1;
    }
    let (wall, after) = (started.elapsed(), cpu());
    // What making the messages costs is not the store's.
    (0..batches).for_each(|_| drop(batch(&context, &ids, per_batch, &mut 0, with_event)));
    let made = cpu().0 - after.0;
    let per_message = |spent: Duration| spent.as_secs_f64() * 1e6 / sent as f64;
    println!(
        "{sent} messages in {batches} batches of {per_batch} over {conversations} conversations: {:.0} messages/s, {:.0} us a \
         batch; processor time for a message: {:.1} us here, {:.1} us in the server",
        sent as f64 / wall.as_secs_f64(),
        wall.as_secs_f64() * 1e6 / f64::from(batches),
        per_message((after.0 - before.0).saturating_sub(made)),
        per_message(after.1.saturating_sub(before.1)),
    );
    Ok(())
}

fn batch(
    context: &Context,
    ids: &[(ConversationId, ContactId)],
    count: usize,
    sent: &mut usize,
    with_event: bool,
) -> Vec<Append> {
    (0..count).map(|_| message(context, ids[next(sent, ids.len())], with_event)).collect()
}

fn next(sent: &mut usize, conversations: usize) -> usize {
    *sent += 1;
    *sent % conversations
}

async fn open(
    context: &Context,
    stores: &Stores,
    count: usize,
) -> Result<Vec<(ConversationId, ContactId)>, Box<dyn Error>> {
    let mut opened = Vec::with_capacity(count);
    for _ in 0..count {
        let (id, contact) = (context.ids.next(), context.ids.next());
        let first = said(context, id, Actor::Visitor(contact)).client_message_id("first");
        stores.chat.open(&Open::new(contact, None, first)).await?;
        opened.push((id, contact));
    }
    Ok(opened)
}

fn message(context: &Context, (id, contact): (ConversationId, ContactId), with_event: bool) -> Append {
    let unique: ContactId = context.ids.next();
    let staff =
        Staff { agent: AgentRef { id: "7".to_owned(), name: "Ada".to_owned() }, teams: Vec::new(), admin: false };
    let actor = if unique.0.as_bytes()[15].is_multiple_of(2) { Actor::Visitor(contact) } else { Actor::Staff(staff) };
    let append = said(context, id, actor).client_message_id(unique.to_string());
    if !with_event {
        return append;
    }
    let payload = serde_json::json!({ "name": "chat.message_sent", "conversation": id });
    append.effects(Effects::none().and_send(OutboxMessage {
        id: context.ids.next(),
        topic: "event".to_owned(),
        payload,
        due: context.clock.now(),
    }))
}

fn said(context: &Context, id: ConversationId, actor: Actor) -> Append {
    let body =
        "A message of an ordinary length, as people write them to a shop: when does it ship, and how?".to_owned();
    let ids = [context.ids.next(), context.ids.next()];
    Append::new(id, actor, Command::Message { body, reply_to: None, files: Vec::new() }, context.clock.now(), ids)
}

/// Processor time of this process, and of all processes called `postgres`.
fn cpu() -> (Duration, Duration) {
    let mut times = (Duration::ZERO, Duration::ZERO);
    let own = std::process::id().to_string();
    let Ok(entries) = std::fs::read_dir("/proc") else { return times };
    for entry in entries.flatten() {
        let Ok(stat) = std::fs::read_to_string(entry.path().join("stat")) else { continue };
        let Some((head, rest)) = stat.rsplit_once(") ") else { continue };
        let fields: Vec<_> = rest.split(' ').collect();
        // Fields 14 and 15 of the line, in hundredths of a second (proc(5)).
        let ticks: u64 = fields[11..13].iter().filter_map(|field| field.parse::<u64>().ok()).sum();
        let spent = Duration::from_millis(ticks * 10);
        if entry.file_name().to_string_lossy() == own {
            times.0 += spent;
        } else if head.ends_with("(postgres") {
            times.1 += spent;
        }
    }
    times
}
