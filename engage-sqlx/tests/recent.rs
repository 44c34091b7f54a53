//! What a node remembers of a conversation is a hint: it must never decide anything that is no longer so.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

mod support;

use std::time::Duration;

use engage_core::chat::{
    Append, Appended, Change, Command, Conversation, EntryQuery, EntryRange, Lock, Open, Sight, Status,
};
use engage_core::ids::{ContactId, ConversationId};
use engage_core::{Actor, AgentRef, Audience, Context, ErrorKind, Result, Staff, Stores};
use support::TempFile;

/// Two nodes on one database, and a conversation that the first has opened.
struct Pair {
    nodes: [Stores; 2],
    context: Context,
    id: ConversationId,
    visitor: Actor,
    _file: Option<TempFile>,
}

impl Pair {
    async fn on_each_database() -> [Self; 2] {
        let file = TempFile::new();
        let (sqlite, postgres) = (file.url(), support::postgres_url().await);
        [Self::new(&sqlite, Some(file)).await, Self::new(&postgres, None).await]
    }

    async fn new(url: &str, file: Option<TempFile>) -> Self {
        let (context, _) = support::context();
        let nodes = [
            support::open(engage_sqlx::connect(url).await.unwrap()).await,
            support::open(engage_sqlx::connect(url).await.unwrap()).await,
        ];
        let (id, contact): (ConversationId, ContactId) = (context.ids.next(), context.ids.next());
        let pair = Self { nodes, context, id, visitor: Actor::Visitor(contact), _file: file };
        let first = pair.append(&pair.visitor, message("Hello")).client_message_id("hello");
        pair.nodes[0].chat.open(&Open::new(contact, None, first)).await.unwrap();
        pair
    }

    fn append(&self, actor: &Actor, command: Command) -> Append {
        let ids = [self.context.ids.next(), self.context.ids.next()];
        Append::new(self.id, actor.clone(), command, self.context.clock.now(), ids)
    }

    async fn does(&self, node: usize, append: Append) -> Result<Appended> {
        self.nodes[node].chat.append(&[append], Lock::Wait(Duration::from_secs(5))).await?.pop().unwrap()
    }

    async fn says(&self, node: usize, id: &str) -> Result<Appended> {
        self.does(node, self.append(&self.visitor, message(id)).client_message_id(id)).await
    }

    async fn row(&self, node: usize) -> Conversation {
        self.nodes[node].chat.get(self.id, &Sight::All).await.unwrap().unwrap().conversation
    }
}

fn message(body: &str) -> Command {
    Command::Message { body: body.to_owned(), reply_to: None, files: Vec::new() }
}

fn agent(id: &str, teams: &[&str]) -> Actor {
    let agent = AgentRef { id: id.to_owned(), name: id.to_owned() };
    Actor::Staff(Staff { agent, teams: teams.iter().map(|&team| team.to_owned()).collect(), admin: false })
}

#[tokio::test]
async fn what_a_node_remembers_is_what_is_stored() {
    for pair in Pair::on_each_database().await {
        // Who writes, in runs of one and more: so that each remembers rightly, wrongly, and rightly again.
        for (turn, node) in [0, 0, 1, 0, 1, 1, 1, 0, 0, 0, 1].into_iter().enumerate() {
            let said = pair.says(node, &format!("m-{turn}")).await.unwrap();
            assert_eq!(said.conversation, pair.row(1 - node).await);
        }
        let query = EntryQuery::new(pair.id, Audience::Staff, EntryRange::After(0), 50);
        let entries = pair.nodes[0].chat.entries(&query).await.unwrap();
        assert!(entries.iter().zip(1..).all(|(entry, seq)| entry.seq == seq));
        assert_eq!(entries.len(), 12);
    }
}

#[tokio::test]
async fn a_message_that_is_known_is_replayed() {
    for pair in Pair::on_each_database().await {
        let first = pair.says(0, "once").await.unwrap();
        pair.says(0, "twice").await.unwrap();
        let again = pair.says(0, "once").await.unwrap();
        assert!(again.replayed);
        assert_eq!(again.entries, first.entries);
        assert_eq!(pair.row(0).await.seq, 3);
    }
}

#[tokio::test]
async fn a_message_meets_the_status_that_another_node_has_set() {
    for pair in Pair::on_each_database().await {
        pair.says(0, "before").await.unwrap();
        let close = Command::Status { status: Status::Closed, snoozed_until: None };
        pair.does(1, pair.append(&agent("ada", &[]), close)).await.unwrap();
        let said = pair.says(0, "after").await.unwrap();
        assert!(said.entries.iter().any(|entry| matches!(entry.change, Change::Status { status: Status::Open, .. })));
        assert_eq!(pair.row(1).await.status, Status::Open);
    }
}

#[tokio::test]
async fn who_has_lost_sight_on_another_node_is_refused() {
    for pair in Pair::on_each_database().await {
        let ada = agent("ada", &[]);
        pair.does(0, pair.append(&ada, message("I am here"))).await.unwrap();
        pair.does(1, pair.append(&ada, Command::Team { team: Some("legal".to_owned()), release: false }))
            .await
            .unwrap();
        let refused = pair.does(0, pair.append(&ada, message("Still here"))).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::NotFound);
        assert_eq!(pair.row(0).await.messages, 2);
    }
}

/// Whoever puts a backup back says so; on Postgres the name has the timeline in it, by which a standby that takes over is known.
#[tokio::test]
async fn what_was_put_back_has_another_epoch() {
    let file = TempFile::new();
    for (url, is_postgres) in [(file.url(), false), (support::postgres_url().await, true)] {
        let database = engage_sqlx::connect(&url).await.unwrap();
        let chat = support::open(database.clone()).await.chat;
        let before = chat.epoch().await.unwrap();
        assert_eq!(chat.epoch().await.unwrap(), before);
        database.restored().await.unwrap();
        let after = chat.epoch().await.unwrap();
        assert_ne!(after, before, "{url}");
        if is_postgres {
            assert_eq!((before.0 & 0xffff_ffff, after.0 & 0xffff_ffff), (1, 1), "the first timeline");
        }
    }
}
