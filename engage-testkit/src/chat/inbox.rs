//! What changed, in the order in which it was committed.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use engage_core::Actor;
use engage_core::bus::Head;
use engage_core::chat::{ChatStore, Command, Sight};
use engage_core::ids::ConversationId;

use super::world::{ChatWorld, agent};

/// A conversation that changed often stands once in what changed, at its last change.
pub async fn each_changed_conversation_comes_once_in_order(world: ChatWorld) {
    let (one, two) = (world.talk(None).await, world.talk(None).await);
    for turn in 0..3 {
        world.says(one.id, &one.visitor, &format!("Message {turn}")).await;
    }
    let changed = world.store.changed(&Sight::All, 0, 10).await.unwrap();
    assert_eq!(changed.iter().map(|listed| listed.conversation.id).collect::<Vec<_>>(), [two.id, one.id]);
    assert_eq!(changed[1].conversation, world.row(one.id).await, "as it is now");
    let heads = world.store.heads_after(0, 10).await.unwrap();
    let expected: Vec<_> = changed
        .iter()
        .map(|listed| &listed.conversation)
        .map(|row| Head {
            conversation: row.id,
            contact: row.contact,
            seq: row.seq,
            inbox_seq: row.inbox_seq,
            blocked: row.blocked.is_some(),
        })
        .collect();
    assert_eq!(heads, expected);
    let cursor = changed[0].conversation.inbox_seq;
    assert_eq!(world.store.changed(&Sight::All, cursor, 10).await.unwrap().len(), 1);
    assert!(world.store.changed(&Sight::All, changed[1].conversation.inbox_seq, 10).await.unwrap().is_empty());
}

/// Every change puts its conversation at the end of the inbox, beyond everything before, and the head is there.
pub async fn each_change_takes_a_new_place(world: ChatWorld) {
    assert_eq!(world.store.inbox_head().await.unwrap(), 0, "nothing ever changed");
    let (talk, other, ada) = (world.talk(None).await, world.talk(None).await, agent("ada", &[]));
    let mut last = world.store.inbox_head().await.unwrap();
    for turn in 0..6 {
        let append = match turn % 3 {
            0 => world.message(talk.id, &talk.visitor, &format!("m-{turn}"), "Hello again"),
            1 => world.note(talk.id, &ada, &format!("m-{turn}"), "Again"),
            _ => world.command(other.id, &ada, Command::Team { team: Some(format!("team-{turn}")), release: false }),
        };
        let appended = world.send(append).await;
        // The second change of team meets an agent who no longer sees it.
        let Ok(appended) = appended else { continue };
        let head = world.store.inbox_head().await.unwrap();
        assert!(head > last, "{head} after {last}");
        assert_eq!(appended.conversation.inbox_seq, head);
        assert_eq!(world.row(appended.conversation.id).await.inbox_seq, head);
        last = head;
    }
}

/// Replays and commands that change nothing leave the inbox as it is.
pub async fn what_changes_nothing_takes_no_place(world: ChatWorld) {
    let talk = world.talk(None).await;
    world.send(world.message(talk.id, &talk.visitor, "m-1", "Once")).await.unwrap();
    let head = world.store.inbox_head().await.unwrap();
    world.send(world.message(talk.id, &talk.visitor, "m-1", "Once")).await.unwrap();
    world.does(talk.id, &Actor::System, Command::Team { team: None, release: false }).await;
    world.reads(talk.id, &engage_core::chat::Reader::Visitor, 2).await;
    assert_eq!(world.store.inbox_head().await.unwrap(), head);
    assert!(world.store.changed(&Sight::All, head, 10).await.unwrap().is_empty());
}

/// Who reads on from the last place seen ends up knowing the last state of every conversation, although each was written
/// while the reader read.
pub async fn a_cursor_never_skips_a_change_while_others_write(world: ChatWorld) {
    assert_cursor_sees_all(&world, |store, cursor| async move {
        let changed = store.changed(&Sight::All, cursor, 7).await.unwrap();
        changed.iter().map(|listed| &listed.conversation).map(|row| (row.id, row.seq, row.inbox_seq)).collect()
    })
    .await;
}

/// The same for the heads by which nodes catch up.
pub async fn a_cursor_over_heads_never_skips_a_change(world: ChatWorld) {
    assert_cursor_sees_all(&world, |store, cursor| async move {
        let heads = store.heads_after(cursor, 7).await.unwrap();
        heads.iter().map(|head| (head.conversation, head.seq, head.inbox_seq)).collect()
    })
    .await;
}

/// What is more than a page goes on after the page's last place.
pub async fn changes_come_in_pages(world: ChatWorld) {
    let mut talks = Vec::new();
    for _ in 0..7 {
        talks.push(world.talk(None).await.id);
    }
    let (mut cursor, mut seen) = (0, Vec::new());
    loop {
        let page = world.store.changed(&Sight::All, cursor, 3).await.unwrap();
        let Some(last) = page.last() else { break };
        cursor = last.conversation.inbox_seq;
        seen.extend(page.iter().map(|listed| listed.conversation.id));
    }
    assert_eq!(seen, talks);
}

/// Writers open conversations and write once more in each, so that a change that is skipped stays unknown; a reader
/// follows with a cursor all the while.
async fn assert_cursor_sees_all<F>(world: &ChatWorld, read: fn(Arc<dyn ChatStore>, i64) -> F)
where
    F: Future<Output = Vec<(ConversationId, i64, i64)>> + Send + 'static,
{
    let done = Arc::new(AtomicBool::new(false));
    let follower = tokio::spawn({
        let (done, store) = (Arc::clone(&done), Arc::clone(&world.store));
        async move {
            let (mut cursor, mut known) = (0, HashMap::new());
            loop {
                let last_look = done.load(Ordering::Acquire);
                let page = read(Arc::clone(&store), cursor).await;
                for (conversation, seq, place) in &page {
                    assert!(*place > cursor, "places only grow: {place} after {cursor}");
                    cursor = *place;
                    known.insert(*conversation, *seq);
                }
                if page.is_empty() && last_look {
                    return known;
                }
                tokio::task::yield_now().await;
            }
        }
    });
    let mut writers = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let world = world.clone();
        writers.spawn(async move {
            for _ in 0..12 {
                let talk = world.talk(None).await;
                world.says(talk.id, &talk.visitor, "The last word").await;
            }
        });
    }
    writers.join_all().await;
    done.store(true, Ordering::Release);
    let known = follower.await.unwrap();
    assert_eq!(known.len(), 96, "every conversation was seen");
    assert!(known.values().all(|seq| *seq == 2), "and its last change too: {known:?}");
}
