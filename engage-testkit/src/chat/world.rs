//! A fresh chat store and everything that a rule needs to play with it.

use std::time::Duration;

use engage_core::chat::{
    Append, Appended, ChatStore, Command, Conversation, Entry, EntryQuery, EntryRange, Listed, Lock, Open, Opened,
    ReadMark, Reader, Sight,
};
use engage_core::ids::{ContactId, ConversationId};
use engage_core::outbox::Claimed;
use engage_core::{Actor, AgentRef, Audience, Result, Staff};

use crate::world::{World, drain};

/// How long commands wait for each other. Long: under load a store may be slow, but not give up.
const LOCK: Lock = Lock::Wait(Duration::from_secs(60));

/// What the rules of the chat need.
pub type ChatWorld = World<dyn ChatStore>;

/// A conversation and the visitor whose it is.
#[derive(Debug, Clone)]
pub struct Talk {
    /// The conversation.
    pub id: ConversationId,
    /// The visitor's contact.
    pub contact: ContactId,
    /// The visitor.
    pub visitor: Actor,
}

/// An agent of `teams`, named like the id.
pub fn agent(id: &str, teams: &[&str]) -> Actor {
    Actor::Staff(staff(id, teams, false))
}

/// An admin of no team.
pub fn admin() -> Actor {
    Actor::Staff(staff("admin", &[], true))
}

/// Somebody of the staff, named like the id.
pub fn staff(id: &str, teams: &[&str], admin: bool) -> Staff {
    let agent = AgentRef { id: id.to_owned(), name: format!("Name of {id}") };
    Staff { agent, teams: teams.iter().map(|&team| team.to_owned()).collect(), admin }
}

impl ChatWorld {
    /// A new contact, kept if there is a store for it.
    pub async fn contact(&self) -> ContactId {
        self.named_contact(None).await.id
    }

    /// A command, dated now.
    pub fn command(&self, conversation: ConversationId, actor: &Actor, command: Command) -> Append {
        Append::new(conversation, actor.clone(), command, self.now(), [self.id(), self.id()])
    }

    /// A message under a client message id.
    pub fn message(&self, conversation: ConversationId, actor: &Actor, id: &str, body: &str) -> Append {
        self.command(conversation, actor, Command::Message { body: body.to_owned(), reply_to: None, files: Vec::new() })
            .client_message_id(id)
    }

    /// A note under a client message id.
    pub fn note(&self, conversation: ConversationId, actor: &Actor, id: &str, body: &str) -> Append {
        self.command(
            conversation,
            actor,
            Command::Note { body: body.to_owned(), reply_to: None, files: Vec::new(), mentions: Vec::new() },
        )
        .client_message_id(id)
    }

    /// What opens a conversation of `contact`.
    pub fn opening(&self, contact: ContactId, team: Option<&str>, id: &str, body: &str) -> Open {
        let first = self.message(self.id(), &Actor::Visitor(contact), id, body);
        Open::new(contact, team.map(str::to_owned), first)
    }

    /// Opens a conversation of a new contact with one message, "Hello".
    pub async fn talk(&self, team: Option<&str>) -> Talk {
        let contact = self.contact().await;
        self.talk_of(contact, team).await
    }

    /// Opens one more conversation of a contact with one message, "Hello".
    pub async fn talk_of(&self, contact: ContactId, team: Option<&str>) -> Talk {
        let key = self.id::<ConversationId>().to_string();
        let Opened { conversation, .. } = self.store.open(&self.opening(contact, team, &key, "Hello")).await.unwrap();
        Talk { id: conversation.id, contact, visitor: Actor::Visitor(contact) }
    }

    /// Sends a batch.
    pub async fn batch(&self, batch: &[Append]) -> Result<Vec<Result<Appended>>> {
        let answers = self.store.append(batch, LOCK).await?;
        assert_eq!(answers.len(), batch.len(), "as many answers as commands");
        Ok(answers)
    }

    /// Sends one command.
    pub async fn send(&self, append: Append) -> Result<Appended> {
        self.batch(&[append]).await?.pop().unwrap()
    }

    /// Does something that must succeed.
    pub async fn does(&self, conversation: ConversationId, actor: &Actor, command: Command) -> Appended {
        let append = self.command(conversation, actor, command);
        self.send(append).await.unwrap()
    }

    /// Says something under a new id.
    pub async fn says(&self, conversation: ConversationId, actor: &Actor, body: &str) -> Entry {
        let append = self.message(conversation, actor, &self.id::<ConversationId>().to_string(), body);
        self.send(append).await.unwrap().entries.pop().unwrap()
    }

    /// Writes a note under a new id.
    pub async fn notes(&self, conversation: ConversationId, actor: &Actor, body: &str) -> Entry {
        let append = self.note(conversation, actor, &self.id::<ConversationId>().to_string(), body);
        self.send(append).await.unwrap().entries.pop().unwrap()
    }

    /// All entries that an audience sees, read in pages.
    pub async fn entries(&self, conversation: ConversationId, audience: Audience) -> Vec<Entry> {
        let mut all: Vec<Entry> = Vec::new();
        loop {
            let after = all.last().map_or(0, |last| last.seq_for(audience).unwrap());
            let query = EntryQuery::new(conversation, audience, EntryRange::After(after), 200);
            let page = self.store.entries(&query).await.unwrap();
            let complete = page.len() < 200;
            all.extend(page);
            if complete {
                return all;
            }
        }
    }

    /// The conversation as engage itself sees it.
    pub async fn row(&self, conversation: ConversationId) -> Conversation {
        self.store.get(conversation, &Sight::All).await.unwrap().expect("the conversation exists").conversation
    }

    /// The conversation as somebody sees it.
    pub async fn seen(&self, conversation: ConversationId, actor: &Actor) -> Option<Listed> {
        self.store.get(conversation, &actor.into()).await.unwrap()
    }

    /// Marks as read what must exist.
    pub async fn reads(&self, conversation: ConversationId, reader: &Reader, seq: i64) -> (ReadMark, i64) {
        self.store.mark_read(conversation, reader, seq).await.unwrap().expect("the conversation exists")
    }

    /// Takes every promise out of the outbox.
    pub async fn promises(&self) -> Vec<Claimed> {
        drain(&*self.store.outbox(), self.now()).await
    }
}
