//! How tickets begin.

use std::collections::BTreeSet;

use engage_core::attributes::{AttributePatch, Attributes};
use engage_core::chat::{Priority, Sight};
use engage_core::tickets::{Category, Create, Source, Status};
use engage_core::{Actor, AgentRef, Audience, Effects, ErrorKind};

use super::{Tickets, admin};
use crate::world::drain;

/// Every field comes back, whatever people type.
pub async fn a_ticket_is_found_as_it_was_kept(world: Tickets) {
    for (turn, text) in crate::hostile::texts().into_iter().enumerate() {
        let requester = world.named_contact(Some("Bo")).await;
        let mut ticket = world.draft_ticket(requester.id, &text);
        ticket.organisation = Some(text.clone());
        ticket.status = Status { category: Category::OnHold, custom: Some("vendor".to_owned()) };
        ticket.snoozed_until = Some(world.now());
        ticket.priority = Priority::Urgent;
        ticket.team = Some("sales".to_owned());
        ticket.assignee = Some(AgentRef { id: text.clone(), name: text.clone() });
        ticket.followers = vec![AgentRef { id: "7".to_owned(), name: text.clone() }];
        (ticket.cc, ticket.tags) = (vec!["a@b.example".to_owned()], vec![text.clone()]);
        ticket.fields = fields(&text);
        (ticket.due_at, ticket.source) = (Some(world.now()), Source::ALL[turn % 6]);
        ticket.opening = Some(format!("test:{turn}"));
        (ticket.parent, ticket.links) = (Some(world.id()), vec![world.id(), world.id()]);
        let created = world.store.create(&Create::new(ticket.clone(), text.clone(), admin())).await.unwrap();
        assert!(!created.replayed);
        let listed = world.store.get(ticket.id, &Sight::All).await.unwrap().unwrap();
        assert_eq!(listed.ticket, created.ticket);
        ticket.number = created.ticket.number;
        ticket.last_reply.clone_from(&created.ticket.last_reply);
        (ticket.seq, ticket.public_seq, ticket.waiting_since) = (1, 1, Some(ticket.created_at));
        assert_eq!(listed.ticket, ticket);
        if world.contacts.is_some() {
            assert_eq!(listed.requester, requester);
        }
        let found = world.store.by_number(ticket.number, &Sight::All).await.unwrap().unwrap();
        assert_eq!(found.ticket, ticket);
        let entries = world.entries_of(ticket.id, Audience::Visitor).await;
        assert_eq!((entries.len(), entries[0].text().unwrap()), (1, format!("{text}\n{text}")));
    }
    assert!(world.store.get(world.id(), &Sight::All).await.unwrap().is_none());
    assert!(world.store.by_number(i64::MAX, &Sight::All).await.unwrap().is_none());
}

/// Also when many open at once.
pub async fn numbers_are_unique_and_grow(world: Tickets) {
    let mut last = 0;
    for _ in 0..3 {
        let (ticket, _) = world.ticket().await;
        assert!(ticket.number > last, "{} after {last}", ticket.number);
        last = ticket.number;
    }
    let opened = (0..24).map(|_| {
        let world = world.clone();
        tokio::spawn(async move { world.ticket().await.0.number })
    });
    let mut numbers = BTreeSet::new();
    for number in opened.collect::<Vec<_>>() {
        let number = number.await.unwrap();
        assert!(number > last && numbers.insert(number), "{number} is taken");
    }
}

/// The same opening gives the same ticket; other words under it are a conflict.
pub async fn a_ticket_is_opened_once(world: Tickets) {
    let requester = world.named_contact(None).await.id;
    let mut ticket = world.draft_ticket(requester, "Help");
    ticket.opening = Some("contact:1:a".to_owned());
    let create = Create::new(ticket.clone(), "How?".to_owned(), Actor::Visitor(requester));
    let first = world.store.create(&create).await.unwrap();
    ticket.id = world.id();
    let promised = Effects::none().and_send(world.promise());
    let again = Create::new(ticket.clone(), "How?".to_owned(), Actor::Visitor(requester)).effects(promised);
    let again = world.store.create(&again).await.unwrap();
    assert_eq!((again.ticket, again.replayed), (first.ticket.clone(), true));
    for (subject, body) in [("Help!", "How?"), ("Help", "Why?")] {
        let other = engage_core::tickets::Ticket { subject: subject.to_owned(), ..ticket.clone() };
        let other = Create::new(other, body.to_owned(), Actor::Visitor(requester));
        let refused = world.store.create(&other).await.unwrap_err();
        assert_eq!((refused.kind(), refused.code()), (ErrorKind::Conflict, "client_message_id_reused"));
    }
    assert!(world.store.get(ticket.id, &Sight::All).await.unwrap().is_none());
    assert!(drain(&*world.store.outbox(), world.now()).await.is_empty(), "a replay promises nothing");
    let found = world.store.opened_by("contact:1:a").await.unwrap();
    assert_eq!(found.map(|ticket| ticket.id), Some(first.ticket.id));
    assert!(world.store.opened_by("contact:1:b").await.unwrap().is_none());
}

/// Whoever is slower gets what the faster one made.
pub async fn many_who_open_the_same_get_one(world: Tickets) {
    let requester = world.named_contact(None).await.id;
    let opened = (0..12).map(|_| {
        let world = world.clone();
        tokio::spawn(async move {
            let mut ticket = world.draft_ticket(requester, "Help");
            ticket.opening = Some("contact:1:a".to_owned());
            let create = Create::new(ticket, "How?".to_owned(), Actor::Visitor(requester));
            world.store.create(&create).await.unwrap()
        })
    });
    let (mut ids, mut made) = (BTreeSet::new(), 0);
    for created in opened.collect::<Vec<_>>() {
        let created = created.await.unwrap();
        ids.insert(created.ticket.id);
        made += usize::from(!created.replayed);
    }
    assert_eq!((ids.len(), made), (1, 1));
}

/// With what only the store knows filled in; an effect that cannot be written leaves nothing.
pub async fn what_commits_with_a_ticket_does_or_nothing(world: Tickets) {
    let requester = world.named_contact(None).await.id;
    let taken = Effects::none().and_send(world.promise());
    let ticket = world.draft_ticket(requester, "Help");
    let create = Create::new(ticket, "How?".to_owned(), Actor::System).effects(taken.clone());
    let created = world.store.create(&create).await.unwrap().ticket;
    let ticket = world.draft_ticket(requester, "Help");
    let create = Create::new(ticket.clone(), "How?".to_owned(), Actor::System).effects(taken);
    world.store.create(&create).await.unwrap_err();
    assert!(world.store.get(ticket.id, &Sight::All).await.unwrap().is_none());
    assert!(world.entries_of(ticket.id, Audience::Staff).await.is_empty());
    let promised = drain(&*world.store.outbox(), world.now()).await;
    assert_eq!(promised.len(), 1);
    let payload = &promised[0].message.payload;
    let expected = serde_json::json!({ "own": "kept", "number": created.number, "seq": 1, "changed": ["opened"] });
    assert_eq!(*payload, expected);
}

fn fields(text: &str) -> Attributes {
    let patch = AttributePatch::default()
        .with("plan", Some(text.chars().take(500).collect::<String>().as_str().into()))
        .with("vip", Some(true.into()));
    Attributes::default().patched(&patch).unwrap().0
}
