//! A chat store of one's own: here on plain maps behind one lock; yours may be any database that can hold a row's lock.
//!
//! `cargo run --example custom_store` talks through it; `cargo test --example custom_store` runs the conformance suite on
//! it and on its outbox. It wraps no store of engage: it loads, lets [`Plan`] decide, and writes.
#![allow(clippy::print_stdout, reason = "an example speaks to whoever runs it")]

mod outbox;
mod shelf;

use std::sync::Arc;

use engage::chat::Send;
use engage::{Actor, Engage, Identity, memory};

use shelf::Shelf;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let engage = Engage::builder(memory::backend()).chat_store(Arc::new(Shelf::default())).build().await?;
    let ada = Identity::agent("ada").name("Ada").staff().ok_or("agents are staff")?;

    let visitor = engage.contacts().create_anonymous().await?;
    let opened = engage.chat().open(visitor.id, "first", "Is anybody there?", None).await?;
    let answer = Send {
        conversation: opened.conversation.id,
        client_message_id: "answer".to_owned(),
        body: "Yes, on a shelf.".to_owned(),
        reply_to: Some(opened.entry.id),
        note: false,
        files: Vec::new(),
        mentions: Vec::new(),
    };
    engage.chat().send(Actor::Staff(ada), answer).await?;

    let snapshot = engage.chat().snapshot(&Actor::Visitor(visitor.id), opened.conversation.id).await?;
    for entry in snapshot.entries {
        println!("{}  {:?}", entry.seq, entry.change);
    }
    println!("unread by the visitor: {}", snapshot.listed.unread);
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use engage::chat::ChatStore;

    use super::shelf::Shelf;

    fn shelf() -> Arc<dyn ChatStore> {
        Arc::new(Shelf::default())
    }

    mod chat {
        engage_testkit::chat_store_conformance!(async { super::shelf() });
    }

    mod outbox {
        engage_testkit::outbox_conformance!(async { super::shelf() });
    }
}
