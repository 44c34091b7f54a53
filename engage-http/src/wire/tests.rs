use engage_core::attributes::AttributePatch;
use engage_core::chat::{
    Author as CoreAuthor, Change as CoreChange, Conversation as CoreConversation, Draft, Entry as CoreEntry,
    EntryRange, Epoch, Excerpt as CoreExcerpt, Listed, Preview, ReadMark as CoreMark, Reader as CoreReader,
    Snapshot as CoreSnapshot, Status as CoreStatus, Typing as CoreTyping,
};
use engage_core::clock::{Clock, ManualClock};
use engage_core::contacts::{Blocked, ContactCard};
use engage_core::entropy::SeededEntropy;
use engage_core::ids::Ids;
use engage_core::{AgentRef, Audience};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::sync::Arc;

use super::*;

/// Stands in every place that a visitor must not see.
const CANARY: &str = "canary";

fn ids() -> Ids {
    Ids::new(Arc::new(ManualClock::default()), Arc::new(SeededEntropy::new(1)))
}

fn agent() -> AgentRef {
    AgentRef { id: format!("{CANARY}-id"), name: "Ada".to_owned() }
}

fn entry(change: CoreChange) -> CoreEntry {
    let staff_only = !matches!(
        change,
        CoreChange::Message { .. }
            | CoreChange::Status { .. }
            | CoreChange::Assigned { .. }
            | CoreChange::Rated { .. }
            | CoreChange::Handoff { .. }
    );
    CoreEntry {
        id: ids().next(),
        conversation: ids().next(),
        seq: 7,
        visitor_seq: (!staff_only).then_some(3),
        messages: 5,
        visitor_messages: 2,
        at: ManualClock::default().now(),
        author: CoreAuthor::Agent(agent()),
        change,
        client_message_id: Some("m1".to_owned()),
    }
}

fn blocked() -> Blocked {
    let by = AgentRef { id: CANARY.to_owned(), name: CANARY.to_owned() };
    Blocked { at: ManualClock::default().now(), by: Some(by), reason: Some(CANARY.to_owned()) }
}

fn changes() -> Vec<CoreChange> {
    let until = ManualClock::default().now();
    let card = ContactCard { id: ids().next(), name: Some(CANARY.to_owned()), email: Some(CANARY.to_owned()) };
    vec![
        CoreChange::Message { body: "Hello".to_owned(), reply_to: Some(ids().next()), files: Vec::new() },
        CoreChange::Note { body: CANARY.to_owned(), reply_to: None, files: Vec::new(), mentions: Vec::new() },
        CoreChange::Status { status: CoreStatus::Snoozed, snoozed_until: Some(until) },
        CoreChange::Status { status: CoreStatus::Closed, snoozed_until: None },
        CoreChange::Assigned { agent: Some(agent()) },
        CoreChange::Assigned { agent: Some(AgentRef { id: CANARY.to_owned(), name: CANARY.to_owned() }) },
        CoreChange::Assigned { agent: None },
        CoreChange::Team { team: Some(CANARY.to_owned()) },
        CoreChange::Contact { contact: card, blocked: Some(blocked()) },
        CoreChange::Rated { score: 4, comment: None },
        CoreChange::Handoff { note: Some(CANARY.to_owned()) },
        CoreChange::Labels { labels: vec![CANARY.to_owned()] },
        CoreChange::Attributes { changed: AttributePatch::default().with(CANARY, Some(CANARY.into())) },
    ]
}

fn listed() -> Listed {
    let clock = ManualClock::default();
    let mut row = CoreConversation::new(ids().next(), ids().next(), Some(CANARY.to_owned()), clock.now());
    clock.advance(std::time::Duration::from_secs(60));
    row.past_teams = vec![CANARY.to_owned()];
    row.status = CoreStatus::Snoozed;
    row.snoozed_until = Some(clock.now());
    row.updated_at = clock.now();
    row.assignee = Some(agent());
    row.blocked = Some(blocked());
    (row.seq, row.visitor_seq, row.messages, row.visitor_messages) = (7, 3, 5, 2);
    let excerpt = |note, text: &str| CoreExcerpt {
        author: CoreAuthor::Agent(agent()),
        note,
        text: text.to_owned(),
        at: row.created_at,
    };
    (row.last_message, row.visitor_last_message) = (Some(excerpt(true, CANARY)), Some(excerpt(false, "Hello")));
    let contact = ContactCard { id: row.contact, name: Some(CANARY.to_owned()), email: Some(CANARY.to_owned()) };
    Listed { conversation: row, contact, unread: 1, marked_unread: true, mentioned: true }
}

fn marks() -> Vec<CoreMark> {
    let by = |id: &str, seq, visitor_seq| {
        let reader = CoreReader::Agent { id: format!("{CANARY}-{id}"), name: format!("{CANARY}-{id}") };
        CoreMark { reader, seq, visitor_seq }
    };
    vec![by("a", 5, 2), by("b", 7, 3), by("c", 1, 0), CoreMark { reader: CoreReader::Visitor, seq: 4, visitor_seq: 2 }]
}

fn text(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap()
}

#[test]
fn visitors_see_nothing_that_is_for_staff() {
    let mut seen = String::new();
    for change in changes() {
        seen += &text(&Entry::new(&entry(change), Audience::Visitor));
    }
    let snapshot = CoreSnapshot {
        listed: listed(),
        entries: changes().into_iter().map(entry).collect(),
        has_more: false,
        reads: marks(),
        epoch: Epoch::default(),
    };
    seen += &text(&Snapshot::new(&snapshot, Audience::Visitor));
    seen += &text(&EntryPage::new(
        &snapshot.listed,
        &snapshot.entries,
        EntryRange::Latest,
        Audience::Visitor,
        Epoch::default(),
    ));
    let preview = Some(Preview { draft: Draft::new(CANARY), team: None });
    let author = CoreAuthor::Agent(agent());
    let typing = CoreTyping { conversation: ids().next(), author, typing: true, staff_only: false, preview };
    seen += &text(&TypingTold::new(&typing, Audience::Visitor));
    for mark in marks() {
        seen += &text(&ReadTold::new(ids().next(), &mark, Audience::Visitor));
    }
    assert!(!seen.contains(CANARY), "{seen}");
    assert!(!seen.contains("snooze"), "{seen}");
    assert!(seen.contains("Ada"), "the agents' names are for visitors too");
    assert_eq!(TypingTold::new(&CoreTyping { staff_only: true, ..typing }, Audience::Visitor), None);
}

#[test]
fn staff_see_the_canary_wherever_it_is() {
    // Otherwise the test above would prove nothing.
    for change in changes() {
        let holds_one = format!("{change:?}").contains(CANARY);
        let shown = serde_json::to_value(Entry::new(&entry(change), Audience::Staff)).unwrap();
        let (author, whole) = (text(&shown["author"]).matches(CANARY).count(), text(&shown).matches(CANARY).count());
        assert_eq!((author, whole > author), (1, holds_one), "{shown}");
    }
    let shown = text(&Conversation::new(&listed(), Audience::Staff));
    for place in [r#""team":"canary""#, r#""email":"canary""#, r#""excerpt":"canary""#, r#""id":"canary-id""#] {
        assert!(shown.contains(place), "{place} is not in {shown}");
    }
}

#[test]
fn a_conversation_has_the_members_of_the_protocol() {
    let listed = listed();
    let members = |audience| {
        let value = serde_json::to_value(Conversation::new(&listed, audience)).unwrap();
        value.as_object().unwrap().keys().cloned().collect::<std::collections::BTreeSet<_>>()
    };
    let visitor =
        ["assignee", "bot", "created_at", "id", "last_message", "rating", "seq", "status", "unread", "updated_at"];
    assert_eq!(members(Audience::Visitor), visitor.map(str::to_owned).into());
    let staff = members(Audience::Staff);
    let more: Vec<_> = staff.difference(&members(Audience::Visitor)).cloned().collect();
    let own = [
        "attributes",
        "contact",
        "labels",
        "language",
        "marked_unread",
        "mentioned",
        "priority",
        "snoozed_until",
        "team",
    ];
    assert_eq!(more, [&own[..], &["unanswered_since", "waiting_since"]].concat());

    let seen = Conversation::new(&listed, Audience::Visitor);
    assert_eq!((seen.seq, seen.status, seen.updated_at), (3, Status::Open, seen.created_at));
    assert_eq!(seen.assignee, Some(Assignee { id: None, name: Some("Ada".to_owned()) }));
}

#[test]
fn an_entry_reads_as_the_protocol_says() {
    let message = CoreChange::Message { body: "Hi \"there\"\n<b>".to_owned(), reply_to: None, files: Vec::new() };
    let seen: Value = serde_json::from_slice(&encode_entry(&entry(message.clone()), Audience::Visitor)).unwrap();
    let (id, conversation) = (seen["id"].clone(), seen["conversation"].clone());
    assert_eq!(
        seen,
        json!({
            "id": id, "conversation": conversation, "seq": 3, "at": "2026-01-01T00:00:00.000000Z",
            "author": { "kind": "agent", "name": "Ada" },
            "type": "message", "body": "Hi \"there\"\n<b>", "client_message_id": "m1", "reply_to": null,
        })
    );
    let seen = Entry::new(&entry(message), Audience::Staff).unwrap();
    assert_eq!((seen.seq, seen.author.id.as_deref()), (7, Some("canary-id")));
    let snoozed = CoreChange::Status { status: CoreStatus::Snoozed, snoozed_until: None };
    let seen = serde_json::to_value(Entry::new(&entry(snoozed), Audience::Staff)).unwrap();
    assert_eq!((&seen["status"], seen.get("snoozed_until")), (&json!("snoozed"), Some(&Value::Null)));
    assert!(
        encode_entry(
            &entry(CoreChange::Note { body: "x".to_owned(), reply_to: None, files: Vec::new(), mentions: Vec::new() }),
            Audience::Visitor
        )
        .is_empty()
    );
}

#[test]
fn what_is_written_is_read_again() {
    for change in changes() {
        let written = Entry::new(&entry(change), Audience::Staff).unwrap();
        assert_eq!(serde_json::from_str::<Entry>(&text(&written)).unwrap(), written);
    }
    let written = Conversation::new(&listed(), Audience::Staff);
    assert_eq!(serde_json::from_str::<Conversation>(&text(&written)).unwrap(), written);
}

#[test]
fn of_all_agents_marks_visitors_get_the_furthest() {
    let reader = |kind| Reader { kind, id: None, name: None };
    let agent = ReadMark { reader: reader(AuthorKind::Agent), seq: 3 };
    let visitor = ReadMark { reader: reader(AuthorKind::Visitor), seq: 2 };
    assert_eq!(fold_reads(&marks(), Audience::Visitor), [agent, visitor]);
    assert_eq!(fold_reads(&marks()[2..3], Audience::Visitor), [], "who has read notes only has read nothing");
    assert_eq!(fold_reads(&marks(), Audience::Staff).len(), 4);
}

#[test]
fn a_page_says_whether_there_is_more() {
    let listed = listed();
    let page = |seqs: &[i64], range| {
        let entries: Vec<_> =
            seqs.iter().map(|seq| CoreEntry { seq: *seq, ..entry(CoreChange::Team { team: None }) }).collect();
        let page = EntryPage::new(&listed, &entries, range, Audience::Staff, Epoch::default());
        (page.seq, page.has_more)
    };
    assert_eq!(page(&[5, 6], EntryRange::After(4)), (7, true));
    assert_eq!(page(&[6, 7], EntryRange::After(5)), (7, false));
    assert_eq!(page(&[8], EntryRange::After(7)), (8, false), "an entry may be newer than the row");
    assert_eq!(page(&[], EntryRange::After(7)), (7, false));
    assert_eq!(page(&[2, 3], EntryRange::Before(4)), (7, true));
    assert_eq!(page(&[1, 2], EntryRange::Before(3)), (7, false));
}

#[expect(clippy::needless_pass_by_value, reason = "it is given what `json!` makes")]
fn read<T: DeserializeOwned>(value: Value) -> Result<T, String> {
    serde_json::from_str(&value.to_string()).map_err(|error| error.to_string())
}

#[test]
fn null_is_not_absent() {
    let given = |value| read::<SetAssignee>(value).map(|assign| (assign.agent, assign.expected));
    assert_eq!(given(json!({ "agent": "7" })), Ok((Some("7".to_owned()), None)));
    assert_eq!(given(json!({ "agent": null, "expected": null })), Ok((None, Some(None))));
    assert_eq!(given(json!({ "agent": null, "expected": "7" })), Ok((None, Some(Some("7".to_owned())))));
    assert!(given(json!({ "expected": null })).is_err(), "an agent must be named, or nobody");
    assert!(read::<SetTeam>(json!({})).is_err());
    assert!(read::<SetTeam>(json!({ "team": null })).is_ok());

    let given = |value| read::<UpdateSession>(value).map(|patch| (patch.name, patch.email));
    assert_eq!(given(json!({})), Ok((None, None)));
    assert_eq!(given(json!({ "name": null, "email": "a@b" })), Ok((Some(None), Some(Some("a@b".to_owned())))));

    let given = |value| read::<Hello>(value).map(|hello| hello.inbox);
    assert_eq!(given(json!({ "protocol": 1 })), Ok(None));
    assert_eq!(given(json!({ "protocol": 1, "inbox": null })), Ok(Some(None)));
    assert_eq!(given(json!({ "protocol": 1, "inbox": "x" })), Ok(Some(Some("x".to_owned()))));
    // What is absent stays absent when it is written.
    assert_eq!(text(&Hello { protocol: 1, resume: Vec::new(), epoch: None, inbox: None }), r#"{"protocol":1}"#);
}

#[test]
fn unknown_members_are_refused() {
    let id = ids().next::<uuid::Uuid>();
    assert!(read::<Empty>(json!({ "x": 1 })).is_err());
    assert!(read::<SendMessage>(json!({ "client_message_id": "a", "body": "b", "x": 1 })).is_err());
    assert!(read::<MarkRead>(json!({ "seq": 1, "x": 1 })).is_err());
    assert!(read::<ClientFrame>(json!({ "type": "ping", "x": 1 })).is_err());
    assert!(
        read::<ClientFrame>(
            json!({ "type": "hello", "protocol": 1, "resume": [{ "conversation": id, "seq": 1, "x": 1 }] })
        )
        .is_err()
    );
    assert!(read::<ClientFrame>(json!({ "type": "unsubscribe", "conversation": id })).is_ok());
    assert!(read::<ClientFrame>(json!({ "type": "unsubscribe", "conversation": id, "ref": "x" })).is_err());
}

#[test]
fn ids_have_one_spelling_and_numbers_are_whole() {
    let id = ids().next::<uuid::Uuid>();
    let read_up_to = |conversation: String, seq: Value| {
        read::<ClientFrame>(json!({ "type": "read", "conversation": conversation, "seq": seq }))
    };
    assert!(read_up_to(id.to_string(), json!(1)).is_ok());
    for other in [
        id.simple().to_string(),
        id.to_string().to_uppercase(),
        id.urn().to_string(),
        id.braced().to_string(),
        String::new(),
    ] {
        assert!(read_up_to(other.clone(), json!(1)).is_err(), "{other}");
        assert!(read::<SendMessage>(json!({ "client_message_id": "a", "body": "b", "reply_to": other })).is_err());
    }
    for seq in [json!(1.0), json!(1e3), json!("1"), json!(null), json!(true), json!(u64::MAX)] {
        assert!(read_up_to(id.to_string(), seq.clone()).is_err(), "{seq}");
    }
}

#[test]
fn times_are_read_with_any_offset_and_written_in_utc_with_microseconds() {
    let time = |text: &str| read::<Time>(json!(text)).map(|time| serde_json::to_value(time).unwrap());
    assert_eq!(time("2026-01-01T00:00:00Z"), Ok(json!("2026-01-01T00:00:00.000000Z")));
    assert_eq!(time("2026-01-01T02:00:00.1234567+02:00"), Ok(json!("2026-01-01T00:00:00.123456Z")));
    for wrong in
        ["", "2026-01-01", "2026-01-01T00:00:00", "1767225600", "2026-02-30T00:00:00Z", "+12026-01-01T00:00:00Z"]
    {
        assert!(time(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn every_goodbye_has_its_close_code_and_name() {
    let all = [
        (ByeCode::Normal, 1000, false),
        (ByeCode::ProtocolError, 4000, false),
        (ByeCode::FrameTooLarge, 1009, false),
        (ByeCode::Draining, 4001, true),
        (ByeCode::Rewound, 4011, true),
        (ByeCode::Slow, 4008, true),
        (ByeCode::Timeout, 4010, true),
        (ByeCode::Unauthenticated, 4401, true),
        (ByeCode::Forbidden, 4403, false),
        (ByeCode::TooMany, 4429, true),
        (ByeCode::Internal, 4500, true),
    ];
    for (code, close, reconnect) in all {
        assert_eq!((code.close_code(), code.reconnect()), (close, reconnect));
        assert_eq!(serde_json::to_value(code).unwrap(), code.name());
    }
}

#[test]
fn every_type_has_a_schema() {
    use utoipa::{PartialSchema as _, ToSchema as _};
    let schema = text(&ClientFrame::schema());
    for kind in [
        "hello",
        "subscribe",
        "unsubscribe",
        "send",
        "note",
        "read",
        "typing",
        "status",
        "assign",
        "team",
        "presence",
        "tickets",
        "ping",
        "pong",
    ] {
        assert!(schema.contains(&format!("\"{kind}\"")), "{kind} is not in {schema}");
    }
    let mut nested = Vec::new();
    ServerFrame::schemas(&mut nested);
    assert!(nested.iter().any(|(name, _)| name == "Bye"));
    let entry = text(&Entry::schema());
    assert!(entry.contains("client_message_id") || entry.contains("Change"), "{entry}");
}
