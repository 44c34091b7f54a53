//! How tickets change.

use chrono::TimeDelta;
use engage_core::attributes::AttributePatch;
use engage_core::chat::{Author, Priority, SearchQuery, Sight};
use engage_core::files::{FileCard, Pixels};
use engage_core::tickets::{Category, Change, Command, Create, Entry, Metric, Patch, SlaBook, Status, Step};
use engage_core::words::Terms;
use engage_core::{Actor, AgentRef, Audience, Effects, ErrorKind};

use super::{Tickets, admin, agent, reply, to_status};
use crate::world::drain;

/// Staff count all, requesters what they see; times never go back, whatever the clock of a node says.
pub async fn entries_are_numbered_without_a_hole(world: Tickets) {
    let (ticket, bo) = world.ticket().await;
    let ada = agent("ada", &[]);
    world.says(ticket.id, &bo, "1", "Anybody?").await.unwrap();
    let note = Command::Note { body: "Who is that?".to_owned(), mentions: Vec::new(), files: Vec::new() };
    world.does(ticket.id, &ada, note).await.unwrap();
    let past = ticket.created_at - TimeDelta::hours(1);
    world.store.apply(&Step::new(ticket.id, ada.clone(), reply("Yes"), past)).await.unwrap();
    world.edits(ticket.id, Patch { priority: Some(Priority::High), ..to_status(Category::Solved) }).await;
    check_streams(&world, ticket.id).await;
    assert_eq!(world.kinds(ticket.id).await, ["opened", "reply", "note", "reply", "status", "status", "priority"]);
}

/// Each gets a place of its own, and nothing is lost.
pub async fn many_at_once_leave_no_hole(world: Tickets) {
    let (ticket, bo) = world.ticket().await;
    let writers = (0..16).map(|turn| {
        let (world, bo) = (world.clone(), bo.clone());
        tokio::spawn(async move {
            match turn % 4 {
                0 => world.says(ticket.id, &bo, &format!("b{turn}"), "Me too").await.unwrap(),
                1 => world.says(ticket.id, &admin(), &format!("a{turn}"), "We see").await.unwrap(),
                2 => world
                    .does(
                        ticket.id,
                        &admin(),
                        Command::Note { body: "Hm".to_owned(), mentions: Vec::new(), files: Vec::new() },
                    )
                    .await
                    .unwrap(),
                _ => world.edits(ticket.id, Patch { add_tags: vec![format!("t{turn}")], ..Patch::default() }).await,
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    check_streams(&world, ticket.id).await;
    let stored = world.stored(ticket.id).await;
    assert_eq!((stored.replies, stored.tags.len()), (8, 4));
}

async fn check_streams(world: &Tickets, ticket: engage_core::ids::TicketId) {
    let stored = world.stored(ticket).await;
    let all = world.entries_of(ticket, Audience::Staff).await;
    assert!(all.iter().map(|entry| entry.seq).eq(1..=stored.seq), "staff's numbering has a hole");
    assert!(all.is_sorted_by_key(|entry| entry.at), "time goes back");
    let public = world.entries_of(ticket, Audience::Visitor).await;
    assert!(public.iter().filter_map(|entry| entry.public_seq).eq(1..=stored.public_seq), "the requester's has");
    assert!(all.iter().filter(|entry| entry.public_seq.is_some()).eq(&public));
    assert_eq!(all.last().map(|entry| entry.at), Some(stored.updated_at));
}

/// The same again is answered as before, other words are a conflict, and other tickets have ids of their own.
pub async fn a_reply_is_kept_once_for_its_id(world: Tickets) {
    let (ticket, bo) = world.ticket().await;
    let first = world.says(ticket.id, &bo, "1", "Hello?").await.unwrap();
    let again = world.says(ticket.id, &bo, "1", "Hello?").await.unwrap();
    assert_eq!((again.entry, again.replayed), (first.entry, true));
    for (actor, body) in [(&bo, "Hello!"), (&admin(), "Hello?")] {
        let refused = world.says(ticket.id, actor, "1", body).await.unwrap_err();
        assert_eq!((refused.kind(), refused.code()), (ErrorKind::Conflict, "client_message_id_reused"));
    }
    let note = Command::Note { body: "Hello?".to_owned(), mentions: Vec::new(), files: Vec::new() };
    let refused = world.store.apply(&world.step(ticket.id, &admin(), note).client_message_id("1")).await.unwrap_err();
    assert_eq!(refused.code(), "client_message_id_reused");
    let (other, bo) = world.ticket().await;
    assert!(!world.says(other.id, &bo, "1", "Hello!").await.unwrap().replayed);
    assert_eq!(world.kinds(ticket.id).await, ["opened", "reply"]);
}

/// With a ticket, a reply and a note, as they were; the same words with other files are something else; they are found by name.
pub async fn files_are_kept_with_what_was_said(world: Tickets) {
    let requester = world.named_contact(Some("Bo")).await.id;
    let visitor = Actor::Visitor(requester);
    let card = |name: &str| {
        let (name, media_type) = (name.to_owned(), "image/png".to_owned());
        let pixels = Some(Pixels { width: 2, height: 3 });
        FileCard { id: world.id(), name, media_type, size: i64::MAX, pixels }
    };
    let (first, second, third) = (card("Rechnung \"7\".png"), card("zwei.png"), card("drei.png"));
    let mut ticket = world.draft_ticket(requester, "Help");
    ticket.opening = Some(format!("host:{}", ticket.id));
    let mut create = Create::new(ticket.clone(), "How?".to_owned(), visitor.clone());
    create.files = vec![first.clone()];
    world.store.create(&create).await.unwrap();
    assert!(world.store.create(&create).await.unwrap().replayed);
    create.files = vec![second.clone()];
    let reused = |error: engage_core::Error| assert_eq!(error.code(), "client_message_id_reused");
    reused(world.store.create(&create).await.unwrap_err());

    let reply = |files: &[&FileCard]| {
        let files = files.iter().copied().cloned().collect();
        let command = Command::Reply { body: String::new(), files, patch: Patch::default() };
        world.step(ticket.id, &visitor, command).client_message_id("r")
    };
    world.store.apply(&reply(&[&second, &first])).await.unwrap();
    assert!(world.store.apply(&reply(&[&second, &first])).await.unwrap().replayed);
    reused(world.store.apply(&reply(&[&first, &second])).await.unwrap_err());
    let note = Command::Note { body: String::new(), mentions: Vec::new(), files: vec![third.clone()] };
    world.does(ticket.id, &admin(), note).await.unwrap();

    let sent = |entries: Vec<Entry>| entries.iter().map(|entry| entry.change.files().to_vec()).collect::<Vec<_>>();
    let public = vec![vec![first.clone()], vec![second.clone(), first.clone()]];
    assert_eq!(sent(world.entries_of(ticket.id, Audience::Visitor).await), public);
    assert_eq!(sent(world.entries_of(ticket.id, Audience::Staff).await)[2], [third]);
    let last = world.stored(ticket.id).await.last_reply.map(|last| last.text);
    assert_eq!(last.as_deref(), Some("zwei.png, Rechnung \"7\".png"), "without words, the names are shown");
    for words in ["rechnung", "drei"] {
        let query = SearchQuery::new(Sight::All, Terms::checked(words).unwrap(), 9);
        assert!(!world.store.search(&query).await.unwrap().is_empty(), "{words}");
    }
}

/// Versions count changes of fields; what was said does not make an edit stale.
pub async fn an_edit_expects_the_version_it_saw(world: Tickets) {
    let (ticket, bo) = world.ticket().await;
    assert_eq!(ticket.version, 1);
    world.says(ticket.id, &bo, "1", "Hello?").await.unwrap();
    let edit = |priority, expected| {
        let patch = Patch { priority: Some(priority), ..Patch::default() };
        world.step(ticket.id, &admin(), Command::Edit(patch)).expecting(Some(expected))
    };
    assert_eq!(world.store.apply(&edit(Priority::High, 1)).await.unwrap().ticket.version, 2);
    for stale in [0, 1, 3] {
        let refused = world.store.apply(&edit(Priority::Low, stale)).await.unwrap_err();
        assert_eq!((refused.kind(), refused.code()), (ErrorKind::Conflict, "version"));
    }
    assert_eq!(world.stored(ticket.id).await.priority, Priority::High);
    assert_eq!(world.store.apply(&edit(Priority::High, 2)).await.unwrap().ticket.version, 2, "nothing has changed");
}

/// No entry, no version, no promise.
pub async fn what_changes_nothing_promises_nothing(world: Tickets) {
    let (ticket, _) = world.ticket().await;
    let patch = Patch { add_tags: vec!["vip".to_owned()], ..to_status(Category::Open) };
    world.edits(ticket.id, patch.clone()).await;
    let before = world.stored(ticket.id).await;
    let again = world.step(ticket.id, &admin(), Command::Edit(patch));
    let done = world.store.apply(&again.effects(Effects::none().and_send(world.promise()))).await.unwrap();
    assert!(done.entry.is_none() && done.changed.is_empty());
    assert_eq!(world.stored(ticket.id).await, before);
    assert!(drain(&*world.store.outbox(), world.now()).await.is_empty());
}

/// With what was and what is.
pub async fn every_field_is_changed_and_told(world: Tickets) {
    let (ticket, _) = world.ticket().await;
    let other = world.named_contact(None).await.id;
    let ada = AgentRef { id: "ada".to_owned(), name: "Ada".to_owned() };
    let at = world.now();
    let patch = Patch {
        subject: Some("Help!".to_owned()),
        status: Some(Status { category: Category::OnHold, custom: Some("vendor".to_owned()) }),
        force: false,
        snoozed_until: Some(Some(at)),
        priority: Some(Priority::Low),
        team: Some(Some("sales".to_owned())),
        assignee: Some(Some(ada.clone())),
        requester: Some(other),
        organisation: Some(Some("Acme".to_owned())),
        due_at: Some(Some(at)),
        add_tags: vec!["b".to_owned(), "a".to_owned(), "b".to_owned()],
        remove_tags: Vec::new(),
        add_cc: vec!["c@d.example".to_owned()],
        remove_cc: Vec::new(),
        add_followers: vec![ada.clone()],
        remove_followers: Vec::new(),
        fields: AttributePatch::default().with("plan", Some("pro".into())),
    };
    let applied = world.edits(ticket.id, patch).await;
    let stored = world.stored(ticket.id).await;
    assert_eq!(applied.ticket, stored);
    assert_eq!((stored.subject.as_str(), stored.status.name()), ("Help!", "vendor"));
    assert_eq!((stored.priority, stored.team.as_deref()), (Priority::Low, Some("sales")));
    assert_eq!((stored.assignee.clone(), stored.requester), (Some(ada.clone()), other));
    assert_eq!(
        (stored.organisation.as_deref(), stored.due_at, stored.snoozed_until),
        (Some("Acme"), Some(at), Some(at))
    );
    assert_eq!(
        (stored.tags.clone(), stored.cc.clone()),
        (vec!["a".to_owned(), "b".to_owned()], vec!["c@d.example".to_owned()])
    );
    assert_eq!((stored.followers.clone(), stored.version), (vec![ada.clone()], 2));
    let told = [
        "opened",
        "status",
        "subject",
        "priority",
        "team",
        "requester",
        "organisation",
        "due",
        "assigned",
        "snoozed",
        "tags",
        "cc",
        "followers",
        "fields",
    ];
    assert_eq!(world.kinds(ticket.id).await, told);
    let back = Patch {
        assignee: Some(None),
        team: Some(None),
        remove_tags: vec!["b".to_owned(), "x".to_owned()],
        remove_followers: vec!["ada".to_owned()],
        fields: AttributePatch::default().with("plan", None),
        ..Patch::default()
    };
    world.edits(ticket.id, back).await;
    let entries = world.entries_of(ticket.id, Audience::Staff).await;
    let last: Vec<_> = entries[told.len()..].iter().map(|entry| entry.change.clone()).collect();
    let expected = [
        Change::Team { from: Some("sales".to_owned()), to: None },
        Change::Assigned { from: Some(ada.clone()), to: None },
        Change::Tags { added: Vec::new(), removed: vec!["b".to_owned()] },
        Change::Followers { added: Vec::new(), removed: vec![ada] },
        Change::Fields {
            changed: AttributePatch::default().with("plan", None),
            before: AttributePatch::default().with("plan", Some("pro".into())),
        },
    ];
    assert_eq!(last, expected);
}

/// Staff answer and it is open; the requester answers and it is open again.
pub async fn replies_move_a_ticket_on(world: Tickets) {
    let (ticket, bo) = world.ticket().await;
    let category = async || world.stored(ticket.id).await.status.category;
    world.says(ticket.id, &bo, "1", "Hello?").await.unwrap();
    assert_eq!(category().await, Category::New);
    world.says(ticket.id, &admin(), "2", "Hello!").await.unwrap();
    let stored = world.stored(ticket.id).await;
    assert_eq!((stored.status.category, stored.waiting_since), (Category::Open, None));
    assert!(stored.first_reply_at.is_some());
    for away in [Category::Pending, Category::OnHold, Category::Solved, Category::Closed] {
        let id = format!("{away:?}");
        let patch = Patch { snoozed_until: Some(Some(world.now())), ..to_status(away) };
        world.edits(ticket.id, patch).await;
        let applied = world.says(ticket.id, &bo, &id, "But ..").await.unwrap();
        let now = applied.ticket;
        assert_eq!((now.status.category, now.snoozed_until, now.solved_at), (Category::Open, None, None), "{away:?}");
        assert_eq!(now.waiting_since, Some(now.updated_at));
        world.says(ticket.id, &admin(), &format!("{id}!"), "Yes?").await.unwrap();
    }
    let solved = Command::Reply { body: "Done".to_owned(), files: Vec::new(), patch: to_status(Category::Solved) };
    let applied = world.does(ticket.id, &admin(), solved).await.unwrap();
    assert_eq!(applied.entry.map(|entry| entry.change.kind()), Some("reply"));
    assert_eq!(category().await, Category::Solved);
    let last = world.entries_of(ticket.id, Audience::Visitor).await;
    assert_eq!(last.last().unwrap().change.kind(), "status");
}

/// They reply, solve and open again. Fields and notes are not theirs to write.
pub async fn requesters_do_what_is_theirs(world: Tickets) {
    let (ticket, bo) = world.ticket().await;
    world.does(ticket.id, &bo, Command::Edit(to_status(Category::Solved))).await.unwrap();
    world.does(ticket.id, &bo, Command::Edit(to_status(Category::Open))).await.unwrap();
    let custom = Status { category: Category::Solved, custom: Some("x".to_owned()) };
    let note = Command::Note { body: "x".to_owned(), mentions: Vec::new(), files: Vec::new() };
    let refused = [
        Command::Edit(to_status(Category::Closed)),
        Command::Edit(to_status(Category::New)),
        Command::Edit(Patch { status: Some(custom), ..Patch::default() }),
        Command::Edit(Patch { force: true, ..to_status(Category::Solved) }),
        Command::Edit(Patch { priority: Some(Priority::Urgent), ..Patch::default() }),
        Command::Edit(Patch { requester: Some(world.id()), ..Patch::default() }),
        Command::Reply { body: "x".to_owned(), files: Vec::new(), patch: to_status(Category::Solved) },
        note,
        Command::Time { seconds: 60, note: None },
        Command::Wake { until: ticket.created_at },
    ];
    for command in refused {
        let error = world.does(ticket.id, &bo, command.clone()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Forbidden, "{command:?}");
    }
    let bot = Actor::Bot("Robo".to_owned());
    assert_eq!(world.does(ticket.id, &bot, reply("x")).await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(world.kinds(ticket.id).await, ["opened", "status", "status"]);
}

/// Once for each time that it is solved; changed for a day.
pub async fn ratings_are_given_when_it_is_solved(world: Tickets) {
    let (ticket, bo) = world.ticket().await;
    let rate = |score| Command::Rate { score, comment: Some("Fine".to_owned()) };
    assert_eq!(world.does(ticket.id, &bo, rate(5)).await.unwrap_err().code(), "not_solved");
    world.edits(ticket.id, to_status(Category::Solved)).await;
    assert_eq!(world.does(ticket.id, &admin(), rate(5)).await.unwrap_err().kind(), ErrorKind::Forbidden);
    world.does(ticket.id, &bo, rate(5)).await.unwrap();
    let again = world.does(ticket.id, &bo, rate(5)).await.unwrap();
    assert!(again.entry.is_none());
    let changed = world.does(ticket.id, &bo, rate(4)).await.unwrap().ticket;
    assert_eq!(changed.rating.map(|rating| rating.score), Some(4));
    let late = Step::new(ticket.id, bo.clone(), rate(3), world.now() + TimeDelta::hours(25));
    assert_eq!(world.store.apply(&late).await.unwrap_err().code(), "rating_closed");
    world.edits(ticket.id, to_status(Category::Open)).await;
    assert!(world.stored(ticket.id).await.rating.is_some(), "what was said stays while it is open again");
    assert!(world.edits(ticket.id, to_status(Category::Closed)).await.ticket.rating.is_none());
}

/// Taken back in part, and once for each id.
pub async fn time_adds_up_and_never_below_nothing(world: Tickets) {
    let (ticket, _) = world.ticket().await;
    let time = async |id: &str, seconds| {
        let step = world.step(ticket.id, &admin(), Command::Time { seconds, note: Some("Looked".to_owned()) });
        world.store.apply(&step.client_message_id(id)).await
    };
    time("1", 90).await.unwrap();
    assert!(time("1", 90).await.unwrap().replayed);
    time("2", -30).await.unwrap();
    assert_eq!(time("3", -61).await.unwrap_err().kind(), ErrorKind::Invalid);
    assert_eq!(time("4", i64::MAX).await.unwrap_err().kind(), ErrorKind::Invalid);
    assert_eq!(world.stored(ticket.id).await.seconds_spent, 60);
}

/// A promise that is out of date wakes nothing.
pub async fn what_is_put_off_wakes_once(world: Tickets) {
    let (ticket, _) = world.ticket().await;
    let (first, second) = (world.now(), world.now());
    world.edits(ticket.id, Patch { snoozed_until: Some(Some(first)), ..Patch::default() }).await;
    world.edits(ticket.id, Patch { snoozed_until: Some(Some(second)), ..Patch::default() }).await;
    let wake = |until| Command::Wake { until };
    assert!(world.does(ticket.id, &Actor::System, wake(first)).await.unwrap().entry.is_none());
    let woken = world.does(ticket.id, &Actor::System, wake(second)).await.unwrap();
    assert_eq!(woken.entry.map(|entry| (entry.author, entry.public_seq)), Some((Author::System, None)));
    assert!(world.does(ticket.id, &Actor::System, wake(second)).await.unwrap().entry.is_none());
    assert_eq!(world.stored(ticket.id).await.snoozed_until, None);
}

/// With what only the store knows filled in; an effect that cannot be written leaves everything as it was.
pub async fn what_commits_with_a_change_does_or_nothing(world: Tickets) {
    let (ticket, bo) = world.ticket().await;
    let taken = Effects::none().and_send(world.promise());
    let reply = |id: &str| world.step(ticket.id, &bo, reply("Hello?")).client_message_id(id).effects(taken.clone());
    world.edits(ticket.id, to_status(Category::Pending)).await;
    world.store.apply(&reply("1")).await.unwrap();
    let before = world.stored(ticket.id).await;
    world.store.apply(&reply("2")).await.unwrap_err();
    assert_eq!(world.stored(ticket.id).await, before);
    let promised = drain(&*world.store.outbox(), world.now()).await;
    assert_eq!(promised.len(), 1);
    let expected =
        serde_json::json!({ "own": "kept", "number": ticket.number, "seq": 3, "changed": ["reply", "status"] });
    assert_eq!(promised[0].message.payload, expected);
}

/// With the ticket and its promises; a reply pays it, and who is told of what is paid is told nothing.
pub async fn what_is_owed_is_kept_promised_and_told_once(world: Tickets) {
    let policies = serde_json::json!([{ "id": "all", "name": "All", "first_response_s": 600, "resolution_s": 7_200, "warn_s": 60 }]);
    let book = || {
        let policies = serde_json::from_value(policies.clone()).unwrap();
        Some(SlaBook { policies, ids: std::array::from_fn(|_| world.id()) })
    };
    let requester = world.named_contact(None).await.id;
    let mut create = Create::new(world.draft_ticket(requester, "Help"), "How?".to_owned(), Actor::Visitor(requester));
    create.sla = book();
    let ticket = world.store.create(&create).await.unwrap().ticket;
    let first = ticket.created_at + TimeDelta::seconds(600);
    let sla = ticket.sla.clone().unwrap();
    assert_eq!(
        sla.targets.iter().map(|target| target.due).collect::<Vec<_>>(),
        [first, ticket.created_at + TimeDelta::hours(2)]
    );
    assert_eq!(world.stored(ticket.id).await.sla, Some(sla));
    let promised = drain(&*world.store.outbox(), world.now()).await;
    assert_eq!(promised.len(), 4, "a warning and a breach of each kind");

    let owed = |due, is_breach, at| {
        let command = Command::Owed { metric: Metric::FirstResponse, due, is_breach };
        let mut step = Step::new(ticket.id, Actor::System, command, at);
        step.sla = book();
        step.effects(Effects::none().and_send(world.promise()))
    };
    let early = world.store.apply(&owed(first, true, first - TimeDelta::seconds(1))).await.unwrap();
    assert!(early.entry.is_none());
    let told = world.store.apply(&owed(first, true, first)).await.unwrap();
    assert_eq!(told.entry.map(|entry| entry.change.kind()), Some("owed"));
    assert!(world.store.apply(&owed(first, true, first)).await.unwrap().entry.is_none());
    let kept = world.stored(ticket.id).await.sla.unwrap();
    assert!(kept.targets[0].breached && !kept.targets[0].warned);
    assert_eq!(drain(&*world.store.outbox(), first).await.len(), 1, "what was told, and nothing anew");

    let mut paid = world.step(ticket.id, &admin(), reply("So"));
    paid.sla = book();
    let paid = world.store.apply(&paid).await.unwrap().ticket.sla.unwrap();
    assert_eq!(paid.targets.iter().map(|target| target.metric).collect::<Vec<_>>(), [Metric::Resolution]);
    assert!(world.store.apply(&owed(first, false, first)).await.unwrap().entry.is_none());
    assert!(drain(&*world.store.outbox(), first).await.is_empty(), "the resolution was promised before");
}
