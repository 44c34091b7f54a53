//! Conversations find somebody to answer them.

use std::time::Duration;

use engage_core::chat::{AgentStatus, Status};
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
    assert_eq!(assignee(&engage, first).await.as_deref(), Some("eve"), "at once");
    assert_eq!(assignee(&engage, second).await, None, "not of her team");
    online(&engage, "ada", &["sales"]).await;
    assert_eq!(assignee(&engage, second).await.as_deref(), Some("ada"));
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
async fn what_is_snoozed_wakes_and_is_given_out_by_housekeeping() {
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
