//! Lists of conversations.

use std::collections::BTreeSet;

use engage_core::chat::{
    AssigneeFilter, Command, ListQuery, Listed, Priority, Sight, Status, StatusFilter, TeamFilter,
};
use engage_core::ids::ConversationId;
use engage_core::{Actor, AgentRef};

use super::world::{ChatWorld, agent};

/// Whatever changed last stands at the top.
pub async fn the_latest_change_comes_first(world: ChatWorld) {
    let (one, two, three) = (world.talk(None).await, world.talk(None).await, world.talk(None).await);
    assert_eq!(ids(&list(&world, ListQuery::new(Sight::All, 10)).await), [three.id, two.id, one.id]);
    world.says(one.id, &one.visitor, "Anybody there?").await;
    assert_eq!(ids(&list(&world, ListQuery::new(Sight::All, 10)).await), [one.id, three.id, two.id]);
    world.does(two.id, &Actor::System, Command::Status { status: Status::Closed, snoozed_until: None }).await;
    assert_eq!(ids(&list(&world, ListQuery::new(Sight::All, 10)).await), [two.id, one.id, three.id]);
}

/// Page by page, everything that did not change meanwhile comes exactly once, however many are opened meanwhile.
pub async fn pages_are_complete_and_stable_while_others_are_opened(world: ChatWorld) {
    let mut before = BTreeSet::new();
    for _ in 0..25 {
        before.insert(world.talk(None).await.id);
    }
    let mut query = ListQuery::new(Sight::All, 4);
    let mut seen: Vec<Listed> = Vec::new();
    loop {
        let page = list(&world, query.clone()).await;
        assert!(page.len() <= 4);
        let Some(last) = page.last() else { break };
        query.before = Some(last.conversation.inbox_seq);
        seen.extend(page);
        world.talk(None).await;
    }
    assert!(seen.windows(2).all(|pair| pair[0].conversation.inbox_seq > pair[1].conversation.inbox_seq));
    let once: BTreeSet<_> = ids(&seen).into_iter().collect();
    assert_eq!(once.len(), seen.len(), "nothing twice");
    assert_eq!(once, before, "everything, and nothing that came after the first page");
}

/// One status or all; to a visitor, snoozed is open.
pub async fn lists_are_filtered_by_status(world: ChatWorld) {
    let contact = world.contact().await;
    let mut talks = Vec::new();
    for status in [Status::Open, Status::Snoozed, Status::Closed] {
        let talk = world.talk_of(contact, None).await;
        world.does(talk.id, &Actor::System, Command::Status { status, snoozed_until: None }).await;
        talks.push(talk.id);
    }
    let filtered = async |actor: &Actor, status| {
        let mut query = ListQuery::new(actor.into(), 10);
        query.status = status;
        ids(&list(&world, query).await)
    };
    let (open, snoozed, closed) = (talks[0], talks[1], talks[2]);
    let (ada, visitor) = (agent("ada", &[]), Actor::Visitor(contact));
    assert_eq!(filtered(&ada, StatusFilter::All).await, [closed, snoozed, open]);
    assert_eq!(filtered(&ada, StatusFilter::Is(Status::Open)).await, [open]);
    assert_eq!(filtered(&ada, StatusFilter::Is(Status::Snoozed)).await, [snoozed]);
    assert_eq!(filtered(&ada, StatusFilter::Is(Status::Closed)).await, [closed]);
    assert_eq!(filtered(&visitor, StatusFilter::All).await, [closed, snoozed, open]);
    assert_eq!(filtered(&visitor, StatusFilter::Is(Status::Open)).await, [snoozed, open]);
    assert_eq!(filtered(&visitor, StatusFilter::Is(Status::Closed)).await, [closed]);
}

/// Anybody's, nobody's, or one agent's; together with the status and what the looker sees.
pub async fn lists_are_filtered_by_assignee(world: ChatWorld) {
    let assign =
        |id: &str| Command::Assign { agent: Some(AgentRef { id: id.to_owned(), name: id.to_owned() }), expected: None };
    let free = world.talk(None).await.id;
    let adas = world.talk(None).await.id;
    world.does(adas, &Actor::System, assign("ada")).await;
    let done = world.talk(None).await.id;
    world.does(done, &Actor::System, assign("ada")).await;
    world.does(done, &Actor::System, Command::Status { status: Status::Closed, snoozed_until: None }).await;
    let hidden = world.talk(Some("sales")).await.id;
    world.does(hidden, &Actor::System, assign("ada")).await;

    let filtered = async |assignee, status| {
        let mut query = ListQuery::new((&agent("bob", &[])).into(), 10);
        (query.assignee, query.status) = (assignee, status);
        ids(&list(&world, query).await)
    };
    let ada = || AssigneeFilter::Is("ada".to_owned());
    assert_eq!(filtered(AssigneeFilter::Any, StatusFilter::All).await, [done, adas, free]);
    assert_eq!(filtered(AssigneeFilter::None, StatusFilter::All).await, [free]);
    assert_eq!(filtered(ada(), StatusFilter::All).await, [done, adas]);
    assert_eq!(filtered(ada(), StatusFilter::Is(Status::Open)).await, [adas]);
    assert_eq!(filtered(AssigneeFilter::Is("%".to_owned()), StatusFilter::All).await, []);
}

/// Of a team or of none, and of a priority; together with every other filter and what the looker sees.
pub async fn lists_are_filtered_by_team_and_priority(world: ChatWorld) {
    let mut talks = Vec::new();
    for (team, priority) in [
        (None, Priority::Normal),
        (Some("sales"), Priority::Normal),
        (Some("sales"), Priority::Urgent),
        (Some("law"), Priority::Urgent),
        (None, Priority::Low),
    ] {
        let talk = world.talk(team).await;
        world.does(talk.id, &Actor::System, Command::Priority { priority }).await;
        talks.push(talk.id);
    }
    let team = |name: &str| TeamFilter::Is(name.to_owned());
    let filtered = async |sight: Sight, team, priority, status, assignee| {
        let mut query = ListQuery::new(sight, 10);
        (query.team, query.priority, query.status, query.assignee) = (team, priority, status, assignee);
        let found = ids(&list(&world, query).await);
        let places = found.into_iter().map(|id| talks.iter().position(|own| *own == id));
        places.collect::<Option<Vec<_>>>().unwrap()
    };
    let any = AssigneeFilter::Any;
    let open = StatusFilter::Is(Status::Open);
    for status in [StatusFilter::All, open] {
        let all = async |team, priority| filtered(Sight::All, team, priority, status, any.clone()).await;
        assert_eq!(all(team("sales"), None).await, [2, 1]);
        assert_eq!(all(TeamFilter::None, None).await, [4, 0]);
        assert_eq!(all(team("none"), None).await, [0_usize; 0]);
        assert_eq!(all(TeamFilter::Any, Some(Priority::Urgent)).await, [3, 2]);
        assert_eq!(all(TeamFilter::Any, Some(Priority::Normal)).await, [1, 0]);
        assert_eq!(all(TeamFilter::Any, Some(Priority::High)).await, [0_usize; 0]);
        assert_eq!(all(team("sales"), Some(Priority::Urgent)).await, [2]);
        let ada = || (&agent("ada", &["sales"])).into();
        assert_eq!(filtered(ada(), TeamFilter::Any, Some(Priority::Urgent), status, any.clone()).await, [2]);
        assert_eq!(filtered(ada(), team("law"), None, status, any.clone()).await, [0_usize; 0]);
    }
    let ada = AgentRef { id: "ada".to_owned(), name: "Ada".to_owned() };
    for place in [1, 2, 3] {
        world.does(talks[place], &Actor::System, Command::Assign { agent: Some(ada.clone()), expected: None }).await;
    }
    world.does(talks[1], &Actor::System, Command::Status { status: Status::Closed, snoozed_until: None }).await;
    world.does(talks[2], &Actor::System, Command::Status { status: Status::Snoozed, snoozed_until: None }).await;
    let own = async |team, priority, status| {
        filtered(Sight::All, team, priority, status, AssigneeFilter::Is("ada".to_owned())).await
    };
    // Latest change first, over every status.
    assert_eq!(own(TeamFilter::Any, None, StatusFilter::All).await, [2, 1, 3]);
    assert_eq!(own(team("sales"), None, StatusFilter::All).await, [2, 1]);
    assert_eq!(own(TeamFilter::Any, Some(Priority::Urgent), StatusFilter::All).await, [2, 3]);
    assert_eq!(own(TeamFilter::Any, Some(Priority::Urgent), open).await, [3]);
    let mut second = ListQuery::new(Sight::All, 2);
    second.assignee = AssigneeFilter::Is("ada".to_owned());
    let first = list(&world, second.clone()).await;
    assert_eq!(ids(&first), [talks[2], talks[1]]);
    second.before = first.last().map(|last| last.conversation.inbox_seq);
    assert_eq!(ids(&list(&world, second).await), [talks[3]], "page by page");
}

/// No reading yields more than was asked for.
pub async fn limits_are_kept(world: ChatWorld) {
    let contact = world.contact().await;
    for _ in 0..5 {
        world.talk_of(contact, None).await;
    }
    let store = &world.store;
    for limit in [0, 1, 3, 5, 100] {
        let expected = limit.min(5);
        assert_eq!(list(&world, ListQuery::new(Sight::All, limit)).await.len(), expected);
        assert_eq!(store.changed(&Sight::All, 0, limit).await.unwrap().len(), expected);
        assert_eq!(store.heads_after(0, limit).await.unwrap().len(), expected);
        assert_eq!(store.of_contact(contact, limit).await.unwrap().len(), expected);
        assert_eq!(store.waiting(limit).await.unwrap().len(), expected);
    }
}

/// All of a contact's, none of another's.
pub async fn the_conversations_of_a_contact_are_found(world: ChatWorld) {
    let (one, two) = (world.contact().await, world.contact().await);
    let mut own = vec![world.talk_of(one, None).await.id, world.talk_of(one, Some("sales")).await.id];
    world.talk_of(two, None).await;
    world.does(own[0], &Actor::System, Command::Status { status: Status::Closed, snoozed_until: None }).await;
    let mut found = world.store.of_contact(one, 10).await.unwrap();
    own.sort();
    found.sort();
    assert_eq!(found, own);
    assert!(world.store.of_contact(world.id(), 10).await.unwrap().is_empty());
}

async fn list(world: &ChatWorld, query: ListQuery) -> Vec<Listed> {
    world.store.list(&query).await.unwrap()
}

fn ids(listed: &[Listed]) -> Vec<ConversationId> {
    listed.iter().map(|listed| listed.conversation.id).collect()
}
