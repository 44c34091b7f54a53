//! Conversations find somebody to answer them.

use std::time::Duration;

use engage_core::chat::{AgentStatus, Delivery, Status};
use engage_core::ids::ConversationId;
use engage_core::{Actor, Engage};
use serde_json::json;

use crate::support::{NEVER, Site, agent, eventually, say, staff, talk};

async fn assignee(engage: &Engage, conversation: ConversationId) -> Option<String> {
    engage.chat().get(&Actor::System, conversation).await.unwrap().conversation.assignee.map(|agent| agent.id)
}

async fn is_assigned(engage: &Engage, conversation: ConversationId, to: &str) {
    eventually(&format!("{conversation} goes to {to}"), || async {
        assignee(engage, conversation).await.as_deref() == Some(to)
    })
    .await;
}

async fn online(engage: &Engage, id: &str, teams: &[&str]) {
    engage.chat().see_agent(&staff(id, teams), Some(AgentStatus::Online)).await.unwrap();
}

#[tokio::test]
async fn new_conversations_go_to_whoever_has_least_to_do() {
    let engage = Site::new().working_node().await;
    online(&engage, "ada", &[]).await;
    online(&engage, "bob", &[]).await;
    let mut load = std::collections::BTreeMap::<String, usize>::new();
    for _ in 0..6 {
        let (conversation, _) = talk(&engage, None).await;
        eventually("somebody gets it", || async { assignee(&engage, conversation).await.is_some() }).await;
        *load.entry(assignee(&engage, conversation).await.unwrap()).or_default() += 1;
    }
    assert_eq!(load.into_iter().collect::<Vec<_>>(), [("ada".to_owned(), 3), ("bob".to_owned(), 3)]);
}

#[tokio::test]
async fn who_waits_longest_is_answered_first_when_somebody_comes() {
    let engage = Site::new().working_node().await;
    let (first, _) = talk(&engage, None).await;
    let (second, _) = talk(&engage, Some("sales")).await;
    tokio::time::sleep(NEVER).await;
    assert_eq!((assignee(&engage, first).await, assignee(&engage, second).await), (None, None), "nobody is there");
    online(&engage, "eve", &["support"]).await;
    is_assigned(&engage, first, "eve").await;
    assert_eq!(assignee(&engage, second).await, None, "not of her team");
    online(&engage, "ada", &["sales"]).await;
    is_assigned(&engage, second, "ada").await;
}

#[tokio::test]
async fn who_is_away_or_gone_gets_nothing() {
    let site = Site::new();
    let engage = site.working_node().await;
    engage.chat().see_agent(&staff("away", &[]), Some(AgentStatus::Away)).await.unwrap();
    online(&engage, "gone", &[]).await;
    site.clock.advance(Duration::from_secs(61));
    let (conversation, _) = talk(&engage, None).await;
    tokio::time::sleep(NEVER).await;
    assert_eq!(assignee(&engage, conversation).await, None);
    engage.chat().see_agent(&staff("away", &[]), Some(AgentStatus::Online)).await.unwrap();
    is_assigned(&engage, conversation, "away").await;
}

#[tokio::test]
async fn a_site_may_assign_by_hand_alone() {
    let engage = Site::new().working_node().await;
    engage.settings().set(&Actor::System, "chat.auto_assign", json!(false), 0).await.unwrap();
    online(&engage, "ada", &[]).await;
    let (conversation, _) = talk(&engage, None).await;
    tokio::time::sleep(NEVER).await;
    assert_eq!(assignee(&engage, conversation).await, None);
    engage.chat().assign(agent("ada", &[]), conversation, Some("ada"), Some(None)).await.unwrap();
    assert_eq!(assignee(&engage, conversation).await.as_deref(), Some("ada"));
}

#[tokio::test]
async fn what_somebody_has_is_not_taken_away() {
    let site = Site::new();
    let engage = site.node().await;
    online(&engage, "ada", &[]).await;
    let (conversation, _) = talk(&engage, None).await;
    engage.chat().assign(Actor::System, conversation, Some("ada"), None).await.unwrap();
    // Another node finds the promise to assign, and somebody with less to do.
    let worker = site.working_node().await;
    online(&worker, "idle", &[]).await;
    eventually("the promise is kept", || async { worker.outboxes()[0].next_due().await.unwrap().is_none() }).await;
    assert_eq!(assignee(&worker, conversation).await.as_deref(), Some("ada"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn several_nodes_give_each_conversation_to_one() {
    let site = Site::new();
    let nodes = [site.working_node().await, site.working_node().await, site.working_node().await];
    for id in ["ada", "bob", "eve"] {
        online(&nodes[0], id, &[]).await;
    }
    let mut talks = Vec::new();
    for turn in 0..15 {
        talks.push(talk(&nodes[turn % 3], None).await.0);
    }
    for talk in talks {
        eventually("somebody gets it", || async { assignee(&nodes[0], talk).await.is_some() }).await;
        let seq = nodes[0].chat().get(&Actor::System, talk).await.unwrap().conversation.seq;
        assert_eq!(seq, 2, "assigned once");
    }
}

#[tokio::test]
async fn nobody_unknown_is_assigned() {
    let engage = Site::new().node().await;
    let (conversation, visitor) = talk(&engage, None).await;
    let refused = engage.chat().assign(Actor::System, conversation, Some("nobody"), None).await.unwrap_err();
    assert_eq!(refused.fields()[0].code, "unknown");
    let refused = engage.chat().assign(visitor, conversation, None, None).await.unwrap_err();
    assert_eq!(refused.kind(), engage_core::ErrorKind::Forbidden);
}

#[tokio::test]
async fn what_is_snoozed_wakes_and_is_given_out_by_upkeep() {
    let site = Site::new();
    let engage = site.working_node().await;
    let (conversation, visitor) = talk(&engage, None).await;
    let until = engage.context().clock.now() + chrono::TimeDelta::hours(1);
    engage.chat().set_status(agent("ada", &[]), conversation, Status::Snoozed, Some(until)).await.unwrap();
    site.clock.advance(Duration::from_secs(3600));
    eventually("it wakes", || async {
        engage.chat().get(&Actor::System, conversation).await.unwrap().conversation.status == Status::Open
    })
    .await;
    let woken = engage.chat().get(&visitor, conversation).await.unwrap().conversation;
    assert_eq!((woken.seq, woken.visitor_seq), (3, 1), "of which the visitor sees nothing");
    say(&engage, &visitor, conversation, "Good morning").await;
}

async fn limit(engage: &Engage, key: &str, value: serde_json::Value) {
    engage.settings().set(&Actor::System, key, value, 0).await.unwrap();
}

async fn place(engage: &Engage, conversation: ConversationId, place: Option<i64>) {
    eventually(&format!("{conversation} is at {place:?}"), || async {
        engage.chat().hub().place(conversation) == place
    })
    .await;
}

#[tokio::test]
async fn whoever_waits_knows_their_place_and_moves_up() {
    let site = Site::new();
    let (engage, other) = (site.working_node().await, site.working_node().await);
    limit(&engage, "chat.capacity", json!(1)).await;
    online(&engage, "ada", &["sales"]).await;
    let mut talks = vec![talk(&engage, None).await];
    is_assigned(&engage, talks[0].0, "ada").await;
    for team in [None, None, Some("sales")] {
        // Who came at the same moment stands in no order.
        site.clock.advance(Duration::from_millis(1));
        talks.push(talk(&engage, team).await);
    }
    for (talk, at) in [(0, None), (1, Some(1)), (2, Some(2)), (3, Some(1))] {
        place(&engage, talks[talk].0, at).await;
        place(&other, talks[talk].0, at).await;
    }
    let mut visitor = other.chat().hub().subscriber(engage_core::Audience::Visitor, 64);
    visitor.subscribe(talks[2].0, Some(1), &(&talks[2].1).into()).await.unwrap().unwrap();
    engage.chat().set_status(agent("ada", &["sales"]), talks[0].0, Status::Closed, None).await.unwrap();
    is_assigned(&engage, talks[1].0, "ada").await;
    let told = tokio::time::timeout(crate::support::SOON, visitor.next()).await.unwrap();
    assert!(matches!(told, Some(Delivery::Queue(talk, Some(1))) if talk == talks[2].0), "{told:?}");
    place(&engage, talks[1].0, None).await;
}

#[tokio::test]
async fn what_nobody_takes_goes_to_somebody_else_and_never_to_nobody() {
    let site = Site::new();
    let engage = site.working_node().await;
    online(&engage, "ada", &[]).await;
    let (conversation, _) = talk(&engage, None).await;
    is_assigned(&engage, conversation, "ada").await;
    site.clock.advance(Duration::from_secs(181));
    online(&engage, "ada", &[]).await;
    tokio::time::sleep(NEVER).await;
    assert_eq!(assignee(&engage, conversation).await.as_deref(), Some("ada"), "nobody else could answer");
    online(&engage, "bob", &[]).await;
    is_assigned(&engage, conversation, "bob").await;
    let row = engage.chat().get(&Actor::System, conversation).await.unwrap().conversation;
    assert_eq!((row.seq, row.routing.passed_by.as_deref()), (4, Some("ada")), "offered, taken back, offered");
}

#[tokio::test]
async fn who_answered_keeps_it_and_who_went_leaves_what_is_unanswered() {
    let site = Site::new();
    let engage = site.working_node().await;
    online(&engage, "ada", &[]).await;
    let (answered, visitor) = talk(&engage, None).await;
    is_assigned(&engage, answered, "ada").await;
    say(&engage, &agent("ada", &[]), answered, "Good day").await;
    site.clock.advance(Duration::from_secs(3600));
    online(&engage, "bob", &[]).await;
    tokio::time::sleep(NEVER).await;
    assert_eq!(assignee(&engage, answered).await.as_deref(), Some("ada"), "she is gone, but nobody waits for her");
    say(&engage, &visitor, answered, "One more thing").await;
    site.clock.advance(Duration::from_secs(181));
    online(&engage, "bob", &[]).await;
    is_assigned(&engage, answered, "bob").await;
}

#[tokio::test]
async fn who_steps_away_may_leave_everything_to_others() {
    let engage = Site::new().working_node().await;
    online(&engage, "ada", &[]).await;
    let mut talks = Vec::new();
    for _ in 0..3 {
        let (conversation, _) = talk(&engage, None).await;
        is_assigned(&engage, conversation, "ada").await;
        talks.push(conversation);
    }
    engage.chat().see_agent(&staff("ada", &[]), Some(AgentStatus::Away)).await.unwrap();
    engage.chat().release_all("ada").await.unwrap();
    for &conversation in &talks {
        assert_eq!(assignee(&engage, conversation).await, None);
    }
    online(&engage, "bob", &[]).await;
    for &conversation in &talks {
        is_assigned(&engage, conversation, "bob").await;
    }
}

#[tokio::test]
async fn a_transfer_finds_somebody_of_the_other_team() {
    let engage = Site::new().working_node().await;
    online(&engage, "ada", &["sales"]).await;
    let (conversation, _) = talk(&engage, Some("sales")).await;
    is_assigned(&engage, conversation, "ada").await;
    online(&engage, "bob", &["support"]).await;
    engage.chat().transfer(agent("ada", &["sales"]), conversation, Some("support")).await.unwrap();
    is_assigned(&engage, conversation, "bob").await;
}

#[tokio::test]
async fn a_limit_that_is_raised_is_used_at_once() {
    let engage = Site::new().working_node().await;
    online(&engage, "ada", &[]).await;
    engage.chat().set_agent(&Actor::System, "ada", Some(0), &["DE".to_owned()]).await.unwrap();
    let (conversation, _) = talk(&engage, None).await;
    tokio::time::sleep(NEVER).await;
    assert_eq!(assignee(&engage, conversation).await, None);
    let set = engage.chat().set_agent(&Actor::System, "ada", None, &["DE".to_owned()]).await.unwrap();
    assert_eq!((set.capacity, set.languages.as_slice()), (None, &["de".to_owned()][..]));
    is_assigned(&engage, conversation, "ada").await;
    for (capacity, languages, field) in [
        (Some(-1), vec!["de"], "/capacity"),
        (Some(1_001), vec![], "/capacity"),
        (None, vec!["de", "x"], "/languages/1"),
    ] {
        let languages: Vec<_> = languages.into_iter().map(str::to_owned).collect();
        let refused = engage.chat().set_agent(&Actor::System, "ada", capacity, &languages).await.unwrap_err();
        assert_eq!(refused.fields()[0].field, field);
    }
    let unknown = engage.chat().set_agent(&Actor::System, "nobody", None, &[]).await.unwrap_err();
    assert_eq!(unknown.kind(), engage_core::ErrorKind::NotFound);
}
