//! Tickets that belong together.

use engage_core::chat::{Author, Sight};
use engage_core::tickets::{Category, Change, Command, Patch, Ticket};
use engage_core::{Actor, Audience, ErrorKind};

use super::{Tickets, admin, reply, to_status};

/// The source is closed and leads to the target; what was said there stays readable; done again, nothing changes.
pub async fn a_merged_ticket_goes_on_elsewhere(world: Tickets) {
    let (source, bo) = world.ticket().await;
    let target = world.open(world.draft_ticket(source.requester, "Again")).await;
    world.says(source.id, &bo, "1", "Hello?").await.unwrap();
    let merge = Command::Merge { from: source.id };
    let merged = world.does(target.id, &admin(), merge.clone()).await.unwrap();
    assert_eq!(merged.changed.len(), 2);
    let gone = world.stored(source.id).await;
    assert_eq!((gone.merged_into, gone.status.category), (Some(target.id), Category::Closed));
    assert!(world.does(target.id, &admin(), merge).await.unwrap().entry.is_none());
    let told = Change::Merged { ticket: source.id, number: source.number };
    assert_eq!(
        world.entries_of(target.id, Audience::Visitor).await.last().map(|entry| entry.change.clone()),
        Some(told)
    );
    let told = Change::MergedInto { ticket: target.id, number: target.number };
    assert_eq!(
        world.entries_of(source.id, Audience::Visitor).await.last().map(|entry| entry.change.clone()),
        Some(told)
    );
    let related = world.store.related(target.id, &Sight::All, 10).await.unwrap();
    assert_eq!(related.merged.iter().map(|one| one.ticket.id).collect::<Vec<_>>(), [source.id]);
    // What was said before is answered as before; what is said now goes elsewhere.
    assert!(world.says(source.id, &bo, "1", "Hello?").await.unwrap().replayed);
    assert_eq!(world.says(source.id, &bo, "2", "Hello?").await.unwrap_err().code(), "merged");
    let third = world.open(world.draft_ticket(source.requester, "Third")).await;
    let again = world.does(third.id, &admin(), Command::Merge { from: source.id }).await.unwrap_err();
    assert_eq!(again.code(), "merged");
    let itself = world.does(third.id, &admin(), Command::Merge { from: third.id }).await.unwrap_err();
    assert_eq!(itself.code(), "itself");
    let into_gone = world.does(source.id, &admin(), Command::Merge { from: third.id }).await.unwrap_err();
    assert_eq!(into_gone.code(), "merged");
}

/// What one has asked is not another's to read.
pub async fn tickets_of_different_people_are_not_merged(world: Tickets) {
    let ((one, _), (other, _)) = (world.ticket().await, world.ticket().await);
    let refused = world.does(one.id, &admin(), Command::Merge { from: other.id }).await.unwrap_err();
    assert_eq!((refused.kind(), refused.code()), (ErrorKind::Conflict, "other_requester"));
    let nothing = world.does(one.id, &admin(), Command::Merge { from: world.id() }).await.unwrap_err();
    assert_eq!(nothing.kind(), ErrorKind::NotFound);
    assert_eq!((world.stored(one.id).await, world.stored(other.id).await), (one, other));
}

/// Or it is forced.
pub async fn parts_are_solved_before_the_whole(world: Tickets) {
    let ((whole, _), (part, _)) = (world.ticket().await, world.ticket().await);
    let join = Command::Parent { parent: Some(whole.id) };
    world.does(part.id, &admin(), join.clone()).await.unwrap();
    assert!(world.does(part.id, &admin(), join).await.unwrap().entry.is_none());
    let solve = to_status(Category::Solved);
    let refused = world.does(whole.id, &admin(), Command::Edit(solve.clone())).await.unwrap_err();
    assert_eq!((refused.kind(), refused.code()), (ErrorKind::Conflict, "open_parts"));
    let said = Command::Reply { body: "Done".to_owned(), files: Vec::new(), patch: solve.clone() };
    assert_eq!(world.does(whole.id, &admin(), said).await.unwrap_err().code(), "open_parts");
    assert_eq!(world.kinds(whole.id).await, ["opened", "related"], "nothing of a refused reply stays");
    world.edits(whole.id, Patch { force: true, ..solve.clone() }).await;
    world.edits(whole.id, to_status(Category::Open)).await;
    world.edits(part.id, solve.clone()).await;
    world.edits(whole.id, solve).await;
    let related = world.store.related(whole.id, &Sight::All, 10).await.unwrap();
    assert_eq!(related.children.iter().map(|one| one.ticket.id).collect::<Vec<_>>(), [part.id]);
    world.does(part.id, &admin(), Command::Parent { parent: None }).await.unwrap();
    assert!(world.store.related(whole.id, &Sight::All, 10).await.unwrap().children.is_empty());
}

/// Neither from above nor from below.
pub async fn parts_have_no_parts(world: Tickets) {
    let tickets = [world.ticket().await.0.id, world.ticket().await.0.id, world.ticket().await.0.id];
    let join = async |part: usize, whole: usize| {
        let parent = Some(tickets[whole]);
        world.does(tickets[part], &admin(), Command::Parent { parent }).await
    };
    join(1, 0).await.unwrap();
    assert_eq!(join(2, 1).await.unwrap_err().code(), "nested");
    assert_eq!(join(0, 2).await.unwrap_err().code(), "nested");
    assert_eq!(join(2, 2).await.unwrap_err().code(), "itself");
    let same = world.stored(tickets[0]).await.requester;
    let other = world.open(world.draft_ticket(same, "Other")).await;
    let merged = world.does(other.id, &admin(), Command::Merge { from: tickets[0] }).await.unwrap_err();
    assert_eq!(merged.code(), "nested", "its parts would be lost");
}

/// Put and taken from either side.
pub async fn links_hold_both_ways(world: Tickets) {
    let ((one, _), (other, bo)) = (world.ticket().await, world.ticket().await);
    let link = |other, holds| Command::Link { other, holds };
    world.does(one.id, &admin(), link(other.id, true)).await.unwrap();
    assert!(world.does(other.id, &admin(), link(one.id, true)).await.unwrap().entry.is_none());
    assert_eq!((world.stored(one.id).await.links, world.stored(other.id).await.links), (vec![other.id], vec![one.id]));
    world.does(other.id, &admin(), link(one.id, false)).await.unwrap();
    assert!(world.stored(one.id).await.links.is_empty() && world.stored(other.id).await.links.is_empty());
    assert_eq!(world.does(one.id, &admin(), link(one.id, true)).await.unwrap_err().code(), "itself");
    assert_eq!(world.does(other.id, &bo, link(one.id, true)).await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(world.entries_of(one.id, Audience::Visitor).await.len(), 1, "requesters do not hear of other tickets");
}

fn split(world: &Tickets, of: &Ticket, entries: &[i64]) -> Command {
    let new = Box::new(world.draft_ticket(of.requester, "The other thing"));
    Command::Split { new, entries: entries.to_vec() }
}

/// With who said it, in a ticket of the same requester that is linked.
pub async fn a_split_copies_what_was_said(world: Tickets) {
    let (source, bo) = world.ticket().await;
    world.edits(source.id, Patch { team: Some(Some("law".to_owned())), ..Patch::default() }).await;
    world.says(source.id, &bo, "1", "And another thing").await.unwrap();
    let note = Command::Note { body: "Really another".to_owned(), mentions: Vec::new(), files: Vec::new() };
    world.does(source.id, &admin(), note).await.unwrap();
    for wrong in [&[2][..], &[3, 99], &[0], &[4]] {
        let refused = world.does(source.id, &admin(), split(&world, &source, wrong)).await.unwrap_err();
        assert_eq!((refused.kind(), refused.fields()[0].field.as_str()), (ErrorKind::Invalid, "/entries"), "{wrong:?}");
    }
    let applied = world.does(source.id, &admin(), split(&world, &source, &[3, 4])).await.unwrap();
    let new = applied.created.unwrap();
    let stored = world.stored(new.id).await;
    assert_eq!(stored, new);
    assert!(stored.number > source.number && stored.links == [source.id]);
    assert_eq!((stored.requester, stored.team.as_deref()), (source.requester, Some("law")));
    let entries = world.entries_of(new.id, Audience::Staff).await;
    let kinds: Vec<_> = entries.iter().map(|entry| entry.change.kind()).collect();
    assert_eq!(kinds, ["opened", "split_from", "reply", "note"]);
    assert_eq!(entries[2].author, Author::from(&bo));
    let was = Some((source.id, 3));
    assert_eq!(entries[2].change, Change::Reply { body: "And another thing".to_owned(), files: Vec::new(), was });
    assert_eq!(world.entries_of(new.id, Audience::Visitor).await.len(), 2, "opened, and the reply");
    let split = world.entries_of(source.id, Audience::Staff).await;
    let told = Change::Split { ticket: new.id, number: new.number, entries: vec![3, 4] };
    assert_eq!(split.last().map(|entry| entry.change.clone()), Some(told));
    world.says(new.id, &Actor::Visitor(source.requester), "1", "Thanks").await.unwrap();
    assert_eq!(world.does(new.id, &admin(), reply("Welcome")).await.unwrap().ticket.seq, 7);
}

/// The same id again makes no further ticket.
pub async fn a_split_is_done_once(world: Tickets) {
    let (source, bo) = world.ticket().await;
    world.says(source.id, &bo, "1", "And another thing").await.unwrap();
    let once = async || {
        let step = world.step(source.id, &admin(), split(&world, &source, &[2])).client_message_id("split");
        world.store.apply(&step).await.unwrap()
    };
    let first = once().await;
    let again = once().await;
    assert!(first.created.is_some() && again.created.is_none() && again.replayed);
    assert_eq!(again.entry, first.entry);
    assert_eq!(world.store.of_contact(source.requester, 10).await.unwrap().len(), 2);
}
