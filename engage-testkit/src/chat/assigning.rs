//! Who answers, and who is there to answer.

use std::sync::Arc;

use engage_core::chat::{AgentSeen, AgentStatus, Author, Change, Command, Status};
use engage_core::clock::Timestamp;
use engage_core::{Actor, AgentRef, ErrorKind};
use tokio::sync::Barrier;

use super::world::{ChatWorld, agent, staff};

/// Of all who claim a conversation at the same moment, one gets it and the others are told.
pub async fn of_many_claims_one_wins(world: ChatWorld) {
    let talk = world.talk(None).await;
    for round in 0..4 {
        world.does(talk.id, &Actor::System, assign(None)).await;
        let barrier = Arc::new(Barrier::new(16));
        let mut claims = tokio::task::JoinSet::new();
        for claimant in 0..16 {
            let (world, barrier) = (world.clone(), Arc::clone(&barrier));
            let id = format!("agent-{claimant}");
            let append = world.command(talk.id, &agent(&id, &[]), claim(&id, None));
            claims.spawn(async move {
                barrier.wait().await;
                (id, world.send(append).await)
            });
        }
        let (won, lost): (Vec<_>, Vec<_>) = claims.join_all().await.into_iter().partition(|(_, answer)| answer.is_ok());
        assert_eq!(won.len(), 1, "round {round}");
        assert!(lost.iter().all(|(_, answer)| answer.as_ref().unwrap_err().kind() == ErrorKind::Conflict));
        assert_eq!(world.row(talk.id).await.assignee.unwrap().id, won[0].0);
    }
}

/// A claim says whom it takes the conversation from; nobody is somebody too.
pub async fn a_claim_holds_only_if_its_expectation_does(world: ChatWorld) {
    let talk = world.talk(None).await;
    let send = async |command| world.send(world.command(talk.id, &Actor::System, command)).await;
    assert_eq!(send(claim("bob", Some("ada"))).await.unwrap_err().kind(), ErrorKind::Conflict, "it is nobody's");
    let entry = send(claim("ada", None)).await.unwrap().entries.remove(0);
    assert_eq!(entry.change, Change::Assigned { agent: Some(reference("ada")) });
    assert_eq!((entry.author, entry.visitor_seq), (Author::System, Some(2)), "the visitor sees who answers");
    assert_eq!(send(claim("bob", None)).await.unwrap_err().kind(), ErrorKind::Conflict, "it is somebody's");
    assert_eq!(send(claim("bob", Some("eve"))).await.unwrap_err().kind(), ErrorKind::Conflict, "it is another's");
    send(claim("bob", Some("ada"))).await.unwrap();
    send(assign(None)).await.unwrap();
    assert_eq!(world.row(talk.id).await.assignee, None);
    send(assign(Some("eve"))).await.unwrap();
    assert_eq!(world.row(talk.id).await.assignee, Some(reference("eve")), "without an expectation, whoever has it");
}

/// Giving a conversation to whom it belongs already is no change.
pub async fn assigning_the_same_agent_again_changes_nothing(world: ChatWorld) {
    let talk = world.talk(None).await;
    world.does(talk.id, &Actor::System, assign(Some("ada"))).await;
    let (row, head) = (world.row(talk.id).await, world.store.inbox_head().await.unwrap());
    for command in [assign(Some("ada")), claim("ada", Some("ada"))] {
        assert!(world.does(talk.id, &Actor::System, command).await.entries.is_empty());
    }
    assert_eq!(world.row(talk.id).await, row);
    assert_eq!(world.store.inbox_head().await.unwrap(), head);
}

/// A new agent is online; one of whom nothing was heard for too long is offline; a new sign brings them back.
pub async fn agents_are_present_while_they_give_signs_of_life(world: ChatWorld) {
    assert!(world.store.agents(world.now()).await.unwrap().is_empty());
    let first = world.now();
    see(&world, "ada", &["sales", "support"], None, first).await;
    let second = world.now();
    see(&world, "bob", &[], None, second).await;

    let ada = status(&world, "ada", first).await;
    assert_eq!(ada, AgentStatus::Online, "a sign at the very moment counts");
    assert_eq!(status(&world, "ada", second).await, AgentStatus::Offline);
    assert_eq!(status(&world, "bob", second).await, AgentStatus::Online);
    let agents = world.store.agents(first).await.unwrap();
    assert_eq!(agents.len(), 2, "agents who are offline are listed too");
    let ada = agents.iter().find(|agent| agent.agent.id == "ada").unwrap();
    assert_eq!(
        (&ada.agent, ada.teams.as_slice()),
        (&reference("ada"), &["sales".to_owned(), "support".to_owned()][..])
    );
    assert_eq!((ada.open, ada.assigned_at), (0, None));

    let third = world.now();
    see(&world, "ada", &["billing"], None, third).await;
    let agents = world.store.agents(third).await.unwrap();
    let ada = agents.iter().find(|agent| agent.agent.id == "ada").unwrap();
    assert_eq!((ada.status, ada.teams.as_slice()), (AgentStatus::Online, &["billing".to_owned()][..]), "as last heard");
}

/// Who has stepped away stays away until they say otherwise.
pub async fn a_sign_of_life_keeps_what_the_agent_chose(world: ChatWorld) {
    let start = world.now();
    for (chosen, expected) in [
        (Some(AgentStatus::Away), AgentStatus::Away),
        (None, AgentStatus::Away),
        (Some(AgentStatus::Online), AgentStatus::Online),
        (None, AgentStatus::Online),
    ] {
        see(&world, "ada", &[], chosen, world.now()).await;
        assert_eq!(status(&world, "ada", start).await, expected);
    }
}

/// An agent's load is what is open and theirs; it follows every change.
pub async fn agents_count_what_is_open_and_theirs(world: ChatWorld) {
    let start = world.now();
    for id in ["ada", "bob"] {
        see(&world, id, &[], None, world.now()).await;
    }
    let load = async || {
        let agents = world.store.agents(start).await.unwrap();
        let open = |id: &str| agents.iter().find(|agent| agent.agent.id == id).unwrap().open;
        (open("ada"), open("bob"))
    };
    let (one, two) = (world.talk(None).await, world.talk(None).await);
    assert_eq!(load().await, (0, 0));
    world.does(one.id, &Actor::System, assign(Some("ada"))).await;
    world.does(two.id, &Actor::System, assign(Some("ada"))).await;
    assert_eq!(load().await, (2, 0));
    world.does(two.id, &Actor::System, assign(Some("bob"))).await;
    assert_eq!(load().await, (1, 1));
    world.does(one.id, &Actor::System, Command::Status { status: Status::Closed, snoozed_until: None }).await;
    assert_eq!(load().await, (0, 1));
    world.does(two.id, &Actor::System, Command::Status { status: Status::Snoozed, snoozed_until: None }).await;
    assert_eq!(load().await, (0, 0));
    world.says(one.id, &one.visitor, "One more thing").await;
    assert_eq!(load().await, (1, 0), "opened again, it is still ada's");
    world.does(one.id, &Actor::System, assign(None)).await;
    assert_eq!(load().await, (0, 0));
}

/// When somebody was last given a conversation is known, so that the longest idle can be next.
pub async fn agents_remember_their_last_assignment(world: ChatWorld) {
    let start = world.now();
    for id in ["ada", "bob"] {
        see(&world, id, &[], None, world.now()).await;
    }
    let talk = world.talk(None).await;
    let given = world.does(talk.id, &Actor::System, assign(Some("ada"))).await.entries[0].at;
    world.does(talk.id, &Actor::System, assign(None)).await;
    see(&world, "ada", &[], None, world.now()).await;
    let agents = world.store.agents(start).await.unwrap();
    let last = |id: &str| agents.iter().find(|agent| agent.agent.id == id).unwrap().assigned_at;
    assert_eq!((last("ada"), last("bob")), (Some(given), None));
}

/// Open conversations of nobody, the oldest first.
pub async fn who_waits_longest_comes_first(world: ChatWorld) {
    let mut talks = Vec::new();
    for _ in 0..6 {
        talks.push(world.talk(None).await);
    }
    world.says(talks[0].id, &talks[0].visitor, "Anybody there?").await;
    world.does(talks[1].id, &Actor::System, assign(Some("ada"))).await;
    world.does(talks[2].id, &Actor::System, Command::Status { status: Status::Closed, snoozed_until: None }).await;
    world.does(talks[3].id, &Actor::System, Command::Status { status: Status::Snoozed, snoozed_until: None }).await;
    let waiting = async |limit| {
        let rows = world.store.waiting(limit).await.unwrap();
        rows.iter().map(|row| row.id).collect::<Vec<_>>()
    };
    assert_eq!(waiting(10).await, [talks[0].id, talks[4].id, talks[5].id]);
    assert_eq!(waiting(2).await, [talks[0].id, talks[4].id]);
    assert_eq!(world.store.waiting(1).await.unwrap(), [world.row(talks[0].id).await]);
}

fn reference(id: &str) -> AgentRef {
    staff(id, &[], false).agent
}

fn assign(agent: Option<&str>) -> Command {
    Command::Assign { agent: agent.map(reference), expected: None }
}

fn claim(agent: &str, from: Option<&str>) -> Command {
    Command::Assign { agent: Some(reference(agent)), expected: Some(from.map(str::to_owned)) }
}

async fn see(world: &ChatWorld, id: &str, teams: &[&str], status: Option<AgentStatus>, at: Timestamp) {
    let staff = staff(id, teams, false);
    world
        .store
        .see_agent(&AgentSeen { agent: staff.agent, teams: staff.teams, admin: staff.admin, status, at })
        .await
        .unwrap();
}

async fn status(world: &ChatWorld, id: &str, alive_since: Timestamp) -> AgentStatus {
    let agents = world.store.agents(alive_since).await.unwrap();
    agents.iter().find(|agent| agent.agent.id == id).unwrap().status
}
