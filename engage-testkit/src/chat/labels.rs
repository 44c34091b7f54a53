//! What conversations are about, and what the site keeps of them.

use engage_core::attributes::{Attribute, AttributePatch};
use engage_core::chat::{Change, Command, ListQuery, Sight, Status, StatusFilter, TeamLoad};
use engage_core::{Actor, AgentRef, Audience, ErrorKind};

use super::world::{ChatWorld, Talk, agent};

/// Each label is there once, however often it is put on; what is not there is taken off without a change.
pub async fn labels_are_a_set(world: ChatWorld) {
    let (talk, ada) = (world.talk(None).await, agent("ada", &[]));
    let put = world.does(talk.id, &ada, labels(&["vip", "bug", "vip"], &[])).await;
    assert_eq!(put.entries[0].change, Change::Labels { labels: owned(&["bug", "vip"]) });
    assert_eq!(world.row(talk.id).await.labels, ["bug", "vip"]);
    for nothing in [labels(&["vip"], &[]), labels(&[], &["late"]), labels(&["late"], &["late"]), labels(&[], &[])] {
        assert!(world.does(talk.id, &ada, nothing).await.entries.is_empty());
    }
    let both = world.does(talk.id, &Actor::System, labels(&["Bug"], &["bug"])).await;
    assert_eq!(both.entries[0].change, Change::Labels { labels: owned(&["Bug", "vip"]) });
    assert_eq!(both.conversation.labels, world.row(talk.id).await.labels);
    world.says(talk.id, &talk.visitor, "Talk leaves them").await;
    world.does(talk.id, &ada, Command::Status { status: Status::Closed, snoozed_until: None }).await;
    assert_eq!(world.row(talk.id).await.labels, ["Bug", "vip"]);
}

/// The twenty-first is refused, and nothing of the command is done.
pub async fn labels_are_bounded(world: ChatWorld) {
    let (talk, ada) = (world.talk(None).await, agent("ada", &[]));
    let twenty: Vec<_> = (10..30).map(|number| format!("label {number}")).collect();
    world.does(talk.id, &ada, Command::Labels { add: twenty.clone(), remove: Vec::new() }).await;
    let refused = world.send(world.command(talk.id, &ada, labels(&["more"], &[]))).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Invalid);
    assert_eq!(world.row(talk.id).await.labels, twenty);
    world.does(talk.id, &ada, labels(&["more"], &["label 10"])).await;
    assert_eq!(world.row(talk.id).await.labels.len(), 20);
}

/// The labels in use are told in the order of their characters, each once, from any on.
pub async fn labels_in_use_are_told_in_order(world: ChatWorld) {
    let (one, two) = (world.talk(None).await, world.talk(Some("sales")).await);
    assert!(world.store.labels("", 10).await.unwrap().is_empty());
    for talk in [&one, &two] {
        world.does(talk.id, &Actor::System, labels(&["b", "a", "Z", "ä"], &[])).await;
    }
    world.does(two.id, &Actor::System, labels(&["ab"], &[])).await;
    let told = async |from: &str, limit| world.store.labels(from, limit).await.unwrap();
    assert_eq!(told("", 10).await, ["Z", "a", "ab", "b", "ä"]);
    assert_eq!(told("", 2).await, ["Z", "a"]);
    assert_eq!(told("ab", 10).await, ["ab", "b", "ä"]);
    assert!(told("ö", 10).await.is_empty());
    world.does(two.id, &Actor::System, labels(&[], &["ab"])).await;
    assert_eq!(told("a", 2).await, ["a", "b"]);
    for name in crate::hostile::names() {
        assert!(told(&name, 10).await.iter().all(|label| *label >= name), "{name}");
    }
}

/// Open conversations are counted for their teams, and those that wait; closed and nobody's are not.
pub async fn open_conversations_are_counted_by_team(world: ChatWorld) {
    let load = |team: &str, open, waiting| TeamLoad { team: team.to_owned(), open, waiting };
    assert!(world.store.team_loads().await.unwrap().is_empty());
    let ada = agent("ada", &["sales", "support"]);
    let (taken, closed) = (world.talk(Some("sales")).await, world.talk(Some("sales")).await);
    for team in [Some("sales"), Some("support"), None] {
        world.talk(team).await;
    }
    let agent = Some(AgentRef { id: "ada".to_owned(), name: "Ada".to_owned() });
    world.does(taken.id, &ada, Command::Assign { agent, expected: None }).await;
    assert_eq!(world.store.team_loads().await.unwrap(), [load("sales", 3, 2), load("support", 1, 1)]);
    world.does(closed.id, &ada, Command::Status { status: Status::Closed, snoozed_until: None }).await;
    assert_eq!(world.store.team_loads().await.unwrap(), [load("sales", 2, 1), load("support", 1, 1)]);
}

/// A list by label has those that bear it now, whatever their names hold, in every sight and beside other filters.
pub async fn lists_are_filtered_by_label(world: ChatWorld) {
    let ada = agent("ada", &["sales"]);
    let (open, closed, hidden) =
        (world.talk(Some("sales")).await, world.talk(None).await, world.talk(Some("support")).await);
    let names = crate::hostile::names();
    for talk in [&open, &closed, &hidden] {
        world.does(talk.id, &Actor::System, Command::Labels { add: names.clone(), remove: Vec::new() }).await;
    }
    world.does(closed.id, &ada, Command::Status { status: Status::Closed, snoozed_until: None }).await;
    let find = async |sight: Sight, label: &str, status| {
        let mut query = ListQuery::new(sight, 10);
        (query.label, query.status) = (Some(label.to_owned()), status);
        let found = world.store.list(&query).await.unwrap();
        found.into_iter().map(|listed| listed.conversation.id).collect::<Vec<_>>()
    };
    for name in &names {
        assert_eq!(find((&ada).into(), name, StatusFilter::All).await, [closed.id, open.id], "{name}");
        assert_eq!(find((&ada).into(), name, StatusFilter::Is(Status::Open)).await, [open.id], "{name}");
        assert_eq!(find(Sight::All, name, StatusFilter::All).await.len(), 3, "{name}");
    }
    assert!(find(Sight::All, "O", StatusFilter::All).await.is_empty(), "names are exact");
    world.does(open.id, &ada, Command::Labels { add: owned(&["other"]), remove: names.clone() }).await;
    assert_eq!(find((&ada).into(), &names[0], StatusFilter::All).await, [closed.id]);
    assert_eq!(find(Sight::All, "other", StatusFilter::All).await, [open.id]);
}

/// Attributes that are not named stay; null removes; what changes nothing is no entry.
pub async fn attributes_are_merged(world: ChatWorld) {
    let (talk, ada) = (world.talk(None).await, agent("ada", &[]));
    let first = patch("plan", Some("pro".into())).with("seats", Some(Attribute::Number(5.into())));
    let done = world.does(talk.id, &ada, Command::Attributes { patch: first.clone() }).await;
    assert_eq!(done.entries[0].change, Change::Attributes { changed: first.clone() });
    assert!(world.does(talk.id, &ada, Command::Attributes { patch: first.clone() }).await.entries.is_empty());
    let second = patch("plan", None).with("none", None).with("vip", Some(true.into()));
    let done = world.does(talk.id, &Actor::System, Command::Attributes { patch: second }).await;
    let changed = patch("plan", None).with("vip", Some(true.into()));
    assert_eq!(done.entries[0].change, Change::Attributes { changed });
    let row = world.row(talk.id).await;
    assert_eq!(row.attributes.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["seats", "vip"]);
    assert_eq!(row, done.conversation);
}

/// What would be too much is refused, and nothing of it is kept.
pub async fn attributes_are_bounded(world: ChatWorld) {
    let (talk, ada) = (world.talk(None).await, agent("ada", &[]));
    let many = |name: &str| {
        (0..30).fold(AttributePatch::default(), |patch, n| patch.with(&format!("{name}{n}"), Some(true.into())))
    };
    world.does(talk.id, &ada, Command::Attributes { patch: many("a") }).await;
    let before = world.row(talk.id).await;
    let refused = world.send(world.command(talk.id, &ada, Command::Attributes { patch: many("b") })).await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Invalid);
    assert_eq!(world.row(talk.id).await, before);
}

/// Neither is numbered for the visitor, nor moves what the visitor sees.
pub async fn labels_and_attributes_are_hidden_from_the_visitor(world: ChatWorld) {
    let (talk, ada): (Talk, _) = (world.talk(None).await, agent("ada", &[]));
    let before = world.row(talk.id).await;
    world.does(talk.id, &ada, labels(&["canary"], &[])).await;
    world.does(talk.id, &ada, Command::Attributes { patch: patch("canary", Some(true.into())) }).await;
    assert_eq!(world.entries(talk.id, Audience::Visitor).await.len(), 1);
    let after = world.row(talk.id).await;
    assert_eq!((after.visitor_seq, after.visitor_messages), (before.visitor_seq, before.visitor_messages));
    assert_eq!(after.visitor_last_message, before.visitor_last_message);
}

fn labels(add: &[&str], remove: &[&str]) -> Command {
    Command::Labels { add: owned(add), remove: owned(remove) }
}

fn owned(labels: &[&str]) -> Vec<String> {
    labels.iter().map(ToString::to_string).collect()
}

fn patch(name: &str, value: Option<Attribute>) -> AttributePatch {
    AttributePatch::default().with(name, value)
}
