//! Lets things happen and looks whether every replica is still true.

use std::collections::BTreeMap;
use std::time::Duration;

use engage_core::attributes::{Attribute, AttributePatch};
use engage_core::chat::{Answer, Bot, Delivery, Heard, Opening, Priority, Send, Status, Subscriber};
use engage_core::contacts::ContactPatch;
use engage_core::entropy::{Entropy, SeededEntropy};
use engage_core::ids::ConversationId;
use engage_core::{Actor, Engage, Error, ErrorKind, Result, async_trait};
use serde_json::json;

use super::{ListReplica, Replica, View};
use crate::chat::{admin, agent};

/// How long a replica may take to hear of a change.
const PATIENCE: Duration = Duration::from_secs(10);

/// Runs every command once and again, and looks after each whether every kind of reader, by what the hub delivered
/// alone, holds what a fresh snapshot says: the visitor, the assigned agent, an agent of the same team, an agent outside
/// it, and an admin; and whether each one's list, by what changed alone, is the list. For a database that holds nothing.
///
/// # Panics
/// When a replica is not true.
pub async fn every_command_reaches_every_reader(engage: &Engage) {
    let mut stage = Stage::set(engage).await;
    let talk = stage.talks[0];
    let [visitor, ada, bob, _, admin] = stage.actors();
    let later = engage.context().clock.now() + chrono::TimeDelta::days(1);
    let steps = [
        Step::Say(visitor.clone(), false),
        Step::Say(ada.clone(), false),
        Step::Say(ada.clone(), true),
        Step::Reply(bob.clone()),
        Step::SayAgain,
        Step::Say(Actor::System, false),
        Step::Assign(ada.clone(), Some("ada")),
        Step::Assign(ada.clone(), Some("ada")),
        Step::Claim(bob.clone(), "bob"),
        Step::Assign(bob.clone(), Some("bob")),
        Step::Assign(admin.clone(), None),
        Step::Assign(Actor::System, Some("ada")),
        Step::Read(visitor.clone(), 0),
        Step::Read(ada.clone(), 2),
        Step::Read(admin.clone(), 0),
        Step::Read(ada.clone(), 5),
        Step::Status(ada.clone(), Status::Snoozed, Some(later)),
        Step::Status(ada.clone(), Status::Snoozed, None),
        Step::Say(visitor.clone(), false),
        Step::Status(ada.clone(), Status::Closed, None),
        Step::Status(ada.clone(), Status::Closed, None),
        Step::Rate(visitor.clone(), 2),
        Step::Rate(visitor.clone(), 2),
        Step::Rate(visitor.clone(), 5),
        Step::Say(ada.clone(), true),
        Step::Say(visitor.clone(), false),
        Step::Status(bob.clone(), Status::Closed, None),
        Step::Rate(visitor.clone(), 1),
        Step::Status(bob.clone(), Status::Snoozed, None),
        Step::Status(Actor::System, Status::Open, None),
        Step::Rename,
        Step::Team(ada.clone(), Some("support")),
        Step::Say(visitor.clone(), false),
        Step::Read(bob.clone(), 0),
        Step::Team(bob.clone(), Some("billing")),
        Step::Say(admin.clone(), true),
        Step::Team(admin.clone(), None),
        Step::Priority(ada.clone(), Priority::Urgent),
        Step::Priority(ada.clone(), Priority::Urgent),
        Step::Language(admin.clone(), Some("pt-BR")),
        Step::Language(admin.clone(), None),
        Step::Assign(Actor::System, Some("ada")),
        Step::Release("bob"),
        Step::Release("ada"),
        Step::Assign(Actor::System, Some("ada")),
        Step::Transfer(admin.clone(), None),
        Step::Team(admin.clone(), Some("sales")),
        Step::Label(ada.clone(), &["vip", "bug"], &[]),
        Step::Label(ada.clone(), &["bug"], &["none"]),
        Step::Label(Actor::System, &["late"], &["vip"]),
        Step::Keep(ada.clone(), "plan", Some(1)),
        Step::Keep(bob.clone(), "plan", Some(1)),
        Step::Keep(bob.clone(), "seats", Some(2)),
        Step::Keep(admin.clone(), "plan", None),
        Step::HandOff(visitor.clone()),
        Step::Open,
        Step::Write(bob.clone()),
        Step::Write(Actor::System),
        Step::Block(Some("spam")),
        Step::Block(Some("spam")),
        Step::Say(ada.clone(), false),
        Step::Rename,
        Step::Merge,
        Step::Block(None),
        Step::Say(ada.clone(), false),
        Step::Merge,
        Step::Say(ada.clone(), false),
        Step::Rename,
    ];
    for step in &steps {
        let outcome = stage.run(talk, step).await;
        let refused = matches!(step, Step::Claim(..));
        assert_eq!(outcome.is_err(), refused, "{step:?}: {outcome:?}");
        stage.agree(&format!("after {step:?}")).await;
    }
}

/// The same of a conversation that a bot has at first, which does what it is told here. `engage` has a bot that is silent, such
/// as [`Silent`].
///
/// # Panics
/// When a replica is not true.
pub async fn every_end_of_a_bots_part_reaches_every_reader(engage: &Engage) {
    let mut stage = Stage::set(engage).await;
    let [visitor, ada, _, _, admin] = stage.actors();
    let bot = Actor::Bot(Silent.name().to_owned());
    let ends = [
        Step::HandOff(visitor.clone()),
        Step::HandOff(bot.clone()),
        Step::Say(ada.clone(), false),
        Step::Assign(ada.clone(), Some("ada")),
        Step::Transfer(admin.clone(), Some("support")),
        Step::Transfer(admin.clone(), Some("sales")),
        Step::Status(ada.clone(), Status::Snoozed, None),
        Step::Status(bot.clone(), Status::Closed, None),
    ];
    for end in &ends {
        stage.run(stage.talks[0], &Step::Open).await.unwrap();
        let talk = *stage.talks.last().expect("it was opened just now");
        for step in
            [&Step::Say(bot.clone(), false), &Step::Say(visitor.clone(), false), &Step::Say(ada.clone(), true), end]
        {
            stage.run(talk, step).await.unwrap();
            stage.agree(&format!("after {step:?} of {end:?}")).await;
        }
        let row = engage.chat().get(&Actor::System, talk).await.unwrap().conversation;
        assert!(!row.bot, "{end:?}");
        assert!(stage.run(talk, &Step::Say(bot.clone(), false)).await.is_err(), "{end:?}");
        stage.run(talk, &Step::Say(visitor.clone(), false)).await.unwrap();
        stage.agree(&format!("in the end, after {end:?}")).await;
    }
}

/// A bot that hears and does nothing.
#[derive(Debug, Clone, Copy)]
pub struct Silent;

#[async_trait]
impl Bot for Silent {
    type Error = Error;

    fn name(&self) -> &str {
        "Silent"
    }

    async fn hear(&self, _: &Engage, _: Heard) -> Result<Answer> {
        Ok(Answer::nothing())
    }
}

/// Runs `steps` commands that follow from `seed`, on several conversations, by everybody and whoever may not.
///
/// # Panics
/// When a replica is not true; the message names the seed and the step.
pub async fn random_commands_reach_every_reader(engage: &Engage, seed: u64, steps: usize) {
    let mut stage = Stage::set(engage).await;
    for _ in 0..2 {
        stage.run(stage.talks[0], &Step::Open).await.unwrap();
    }
    stage.agree("at the start").await;
    let dice = SeededEntropy::new(seed);
    let roll = |sides: usize| (dice.fraction() * sides as f64) as usize;
    for number in 0..steps {
        let actors = stage.actors();
        let actor = actors[roll(actors.len())].clone();
        let later = engage.context().clock.now() + chrono::TimeDelta::days(1);
        let bot = Actor::Bot(Silent.name().to_owned());
        let step = match roll(27) {
            0..6 => Step::Say(actor, roll(3) == 0),
            6 => Step::Reply(actor),
            7 => Step::SayAgain,
            8 | 9 => Step::Status(
                actor,
                [Status::Open, Status::Snoozed, Status::Closed][roll(3)],
                [None, Some(later)][roll(2)],
            ),
            10 | 11 => Step::Assign(actor, [None, Some("ada"), Some("bob")][roll(3)]),
            12 => Step::Claim(actor, ["ada", "bob"][roll(2)]),
            13 => Step::Team(actor, [None, Some("sales"), Some("support"), Some("billing")][roll(4)]),
            14 if roll(3) == 0 => Step::Merge,
            14 if roll(2) == 0 => Step::Transfer(actor, [None, Some("sales"), Some("support")][roll(3)]),
            15 => Step::Priority(actor, [Priority::Low, Priority::Normal, Priority::Urgent][roll(3)]),
            16 if roll(2) == 0 => Step::Language(actor, [None, Some("de")][roll(2)]),
            16 => Step::Release(["ada", "bob"][roll(2)]),
            14 if roll(2) == 0 => Step::Block([None, Some("spam"), Some("abuse")][roll(3)]),
            14 => Step::Rename,
            17 => Step::Label(actor, [&["a"][..], &["b", "c"], &[]][roll(3)], [&["a"][..], &["b"], &[]][roll(3)]),
            18 => Step::Rate(actor, 1 + roll(5) as i64),
            19 => Step::Keep(actor, ["a", "b"][roll(2)], [None, Some(1), Some(2)][roll(3)]),
            20 => [Step::Say(bot.clone(), false), Step::HandOff(bot), Step::HandOff(actor)][roll(3)].clone(),
            21 => Step::Open,
            _ => Step::Read(actor, roll(12) as i64),
        };
        let talk = stage.talks[roll(stage.talks.len())];
        match stage.run(talk, &step).await {
            Err(error) if !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Forbidden | ErrorKind::Conflict) => {
                panic!("seed {seed}, step {number}, {step:?}: {error:?}");
            }
            _ => stage.agree(&format!("seed {seed}, step {number}, after {step:?}")).await,
        }
    }
}

/// Something that somebody does.
#[derive(Debug, Clone)]
enum Step {
    /// Says something, or notes it.
    Say(Actor, bool),
    /// Answers the entry before.
    Reply(Actor),
    /// Sends again what was said last.
    SayAgain,
    Status(Actor, Status, Option<engage_core::clock::Timestamp>),
    Assign(Actor, Option<&'static str>),
    /// Takes what it believes to be nobody's.
    Claim(Actor, &'static str),
    Team(Actor, Option<&'static str>),
    /// Gives it to a team's queue.
    Transfer(Actor, Option<&'static str>),
    Priority(Actor, Priority),
    Language(Actor, Option<&'static str>),
    /// Takes it from an agent.
    Release(&'static str),
    /// Puts labels on, takes others off.
    Label(Actor, &'static [&'static str], &'static [&'static str]),
    /// Says how it went.
    Rate(Actor, i64),
    /// Ends the bot's part.
    HandOff(Actor),
    /// Keeps an attribute, or no longer.
    Keep(Actor, &'static str, Option<i64>),
    /// Reads up to this many entries before the end.
    Read(Actor, i64),
    /// The visitor may not write any more for this reason, or may again.
    Block(Option<&'static str>),
    /// The visitor says who they are.
    Rename,
    /// The visitor turns out to be somebody else.
    Merge,
    /// The visitor begins another conversation.
    Open,
    /// Somebody else begins one with the visitor.
    Write(Actor),
}

/// A host with its readers.
struct Stage<'a> {
    engage: &'a Engage,
    talks: Vec<ConversationId>,
    clients: Vec<Client>,
    last_said: Option<(Actor, Send)>,
    counter: usize,
}

/// One reader's device.
struct Client {
    actor: Actor,
    subscriber: Subscriber,
    replicas: BTreeMap<ConversationId, Replica>,
    list: ListReplica,
}

impl<'a> Stage<'a> {
    /// A conversation of the team sales, and five who follow it.
    async fn set(engage: &'a Engage) -> Self {
        let set = engage.settings().stored().await.unwrap();
        let version = set.iter().find(|setting| setting.key == "chat.auto_assign").map_or(0, |setting| setting.version);
        engage.settings().set(&Actor::System, "chat.auto_assign", json!(false), version).await.unwrap();
        let contact = engage.contacts().create_anonymous().await.unwrap();
        let opened = engage.chat().open(contact.id, "m-0", "Hello", Some("sales")).await.unwrap();
        let staff =
            [agent("ada", &["sales"]), agent("bob", &["sales", "support"]), agent("eve", &["billing"]), admin()];
        for actor in &staff {
            if let Actor::Staff(staff) = actor {
                engage.chat().see_agent(staff, None).await.unwrap();
            }
        }
        let mut clients = Vec::new();
        for actor in [Actor::Visitor(contact.id)].into_iter().chain(staff) {
            let subscriber = engage.chat().hub().subscriber(actor.audience(), 1_024);
            let list = ListReplica::fetch(engage.chat(), &actor).await;
            clients.push(Client { actor, subscriber, replicas: BTreeMap::new(), list });
        }
        let mut stage = Self { engage, talks: vec![opened.conversation.id], clients, last_said: None, counter: 0 };
        stage.agree("at the start").await;
        stage
    }

    /// Visitor, ada, bob, eve, admin.
    fn actors(&self) -> [Actor; 5] {
        std::array::from_fn(|which| self.clients[which].actor.clone())
    }

    async fn run(&mut self, talk: ConversationId, step: &Step) -> Result<()> {
        let chat = self.engage.chat();
        match step {
            Step::Say(actor, note) => self.say(talk, actor, *note, None).await,
            Step::Reply(actor) => {
                let range = engage_core::chat::EntryRange::Latest;
                let (_, entries) = chat.entries(actor, talk, range, 1).await?;
                self.say(talk, actor, false, entries.first().map(|entry| entry.id)).await
            }
            Step::SayAgain => match self.last_said.clone() {
                Some((actor, send)) => chat.send(actor, send).await.map(|sent| assert!(sent.replayed)),
                None => Ok(()),
            },
            Step::Status(actor, status, until) => chat.set_status(actor.clone(), talk, *status, *until).await.map(drop),
            Step::Assign(actor, agent) => chat.assign(actor.clone(), talk, *agent, None).await.map(drop),
            Step::Claim(actor, agent) => chat.assign(actor.clone(), talk, Some(agent), Some(None)).await.map(drop),
            Step::Team(actor, team) => chat.set_team(actor.clone(), talk, *team).await.map(drop),
            Step::Transfer(actor, team) => chat.transfer(actor.clone(), talk, *team).await.map(drop),
            Step::Priority(actor, priority) => chat.set_priority(actor.clone(), talk, *priority).await.map(drop),
            Step::Language(actor, language) => chat.set_language(actor.clone(), talk, *language).await.map(drop),
            Step::Release(agent) => chat.release_all(agent).await,
            Step::Label(actor, add, remove) => {
                let owned = |labels: &[&str]| labels.iter().map(ToString::to_string).collect();
                chat.set_labels(actor.clone(), talk, owned(add), owned(remove)).await.map(drop)
            }
            Step::Rate(actor, score) => chat.rate(actor.clone(), talk, *score, None).await.map(drop),
            Step::HandOff(actor) => chat.hand_off(actor.clone(), talk).await.map(drop),
            Step::Keep(actor, name, number) => {
                let value = number.map(|number| Attribute::Number(number.into()));
                let patch = AttributePatch::default().with(name, value);
                chat.set_attributes(actor.clone(), talk, patch).await.map(drop)
            }
            Step::Read(actor, back) => {
                let seq = chat.get(actor, talk).await?.conversation.seq_for(actor.audience());
                let (_, unread) = chat.mark_read(actor, talk, (seq - back).max(0)).await?;
                let client =
                    self.clients.iter_mut().find(|client| client.actor == *actor).expect("a reader of the stage");
                client.list.read(talk, unread);
                Ok(())
            }
            Step::Rename => {
                self.counter += 1;
                let name = Some(Some(format!("Name {}", self.counter)));
                let patch = ContactPatch { name, ..ContactPatch::default() };
                self.engage.contacts().patch(self.visitor(), patch).await.map(drop)
            }
            Step::Block(reason) => {
                let (contacts, contact) = (self.engage.contacts(), self.visitor());
                match reason {
                    Some(_) => contacts.block(&Actor::System, contact, *reason).await.map(drop),
                    None => contacts.unblock(&Actor::System, contact).await.map(drop),
                }
            }
            Step::Merge => {
                let into = self.engage.contacts().create_anonymous().await?.id;
                self.engage.contacts().merge(&Actor::System, self.visitor(), into).await?;
                self.visitor_becomes(into).await;
                Ok(())
            }
            Step::Write(actor) => {
                self.counter += 1;
                let opening = Opening::new(format!("write-{}", self.counter), "May I help?").team("sales");
                let opened = chat.write_to(actor.clone(), self.visitor(), opening).await?;
                self.talks.push(opened.conversation.id);
                Ok(())
            }
            Step::Open => {
                self.counter += 1;
                let opened =
                    chat.open(self.visitor(), &format!("open-{}", self.counter), "One more", Some("sales")).await?;
                self.talks.push(opened.conversation.id);
                Ok(())
            }
        }
    }

    async fn say(
        &mut self,
        talk: ConversationId,
        actor: &Actor,
        note: bool,
        reply_to: Option<engage_core::ids::EntryId>,
    ) -> Result<()> {
        self.counter += 1;
        let (client_message_id, body) = (format!("m-{}", self.counter), format!("Message {} 🦀 <b>", self.counter));
        let send = Send {
            conversation: talk,
            client_message_id,
            body,
            reply_to,
            note,
            files: Vec::new(),
            mentions: Vec::new(),
        };
        self.engage.chat().send(actor.clone(), send.clone()).await?;
        self.last_said = Some((actor.clone(), send));
        Ok(())
    }

    fn visitor(&self) -> engage_core::ids::ContactId {
        let Actor::Visitor(contact) = self.clients[0].actor else { panic!("the first reader is the visitor") };
        contact
    }

    /// What adapters do when a session's contact has become another: the visitor goes on as that one, with what they hold.
    async fn visitor_becomes(&mut self, contact: engage_core::ids::ContactId) {
        // What was said as the former contact is that one's to repeat.
        self.last_said = None;
        let client = &mut self.clients[0];
        client.actor = Actor::Visitor(contact);
        client.replicas.values_mut().for_each(|replica| replica.becomes(&client.actor));
        client.list = ListReplica::fetch(self.engage.chat(), &client.actor).await;
    }

    /// Waits until every replica is as a fresh snapshot is, and says which is not.
    async fn agree(&mut self, when: &str) {
        for client in &mut self.clients {
            let deadline = tokio::time::Instant::now() + PATIENCE;
            while !client.settled(self.engage).await && tokio::time::Instant::now() < deadline {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            let fresh = ListReplica::fetch(self.engage.chat(), &client.actor).await;
            assert_eq!(client.list.rows(), fresh.rows(), "{when}: the list of {:?}", client.actor);
            for talk in &self.talks {
                let view = client.replicas.get(talk).and_then(Replica::view);
                assert_eq!(
                    view,
                    snapshot(self.engage, &client.actor, *talk).await,
                    "{when}: {talk} for {:?}",
                    client.actor
                );
            }
            client.follow_what_came(self.engage).await;
        }
    }
}

impl Client {
    /// Takes in what has come, and says whether all is as it should be.
    async fn settled(&mut self, engage: &Engage) -> bool {
        while let Some(delivery) = self.subscriber.try_next() {
            let talk = match &delivery {
                Delivery::Entries(entries) => entries[0].entry.conversation,
                Delivery::Read(talk, _) => *talk,
                Delivery::Typing(typing) => typing.conversation,
                Delivery::Queue(talk, _) | Delivery::Page(talk, _) => *talk,
                Delivery::Lost => panic!("nobody is slow here"),
            };
            if let Some(replica) = self.replicas.get_mut(&talk) {
                replica.apply(&delivery);
            }
        }
        for (talk, replica) in &self.replicas {
            if replica.is_gone() {
                self.subscriber.unsubscribe(*talk);
            }
        }
        self.replicas.retain(|_, replica| !replica.is_gone());
        self.list.catch_up(engage.chat()).await;
        self.follow_what_came(engage).await;
        for talk in self.list.rows().keys() {
            let view = self.replicas.get(talk).and_then(Replica::view);
            if view != snapshot(engage, &self.actor, *talk).await {
                return false;
            }
        }
        self.replicas.keys().all(|talk| self.list.rows().contains_key(talk))
    }

    /// Opens what the list has and the reader does not follow yet.
    async fn follow_what_came(&mut self, engage: &Engage) {
        let new: Vec<_> = self.list.rows().keys().filter(|talk| !self.replicas.contains_key(talk)).copied().collect();
        for talk in new {
            let Ok(snapshot) = engage.chat().snapshot(&self.actor, talk).await else { continue };
            let mut replica = Replica::new(&self.actor, Some(&snapshot));
            let sight = (&self.actor).into();
            let subscribed = self.subscriber.subscribe(talk, Some(replica.seq()), &sight).await.unwrap();
            let Some(subscribed) = subscribed else { continue };
            assert!(subscribed.recovered, "nothing was missed that cannot be replayed");
            subscribed.replay.iter().for_each(|published| replica.apply_entry(&published.entry));
            subscribed.reads.into_iter().for_each(|mark| replica.apply(&Delivery::Read(talk, mark)));
            self.replicas.insert(talk, replica);
        }
    }
}

async fn snapshot(engage: &Engage, actor: &Actor, talk: ConversationId) -> Option<View> {
    match engage.chat().snapshot(actor, talk).await {
        Ok(snapshot) => Some(View::of(&snapshot, actor)),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => panic!("{error:?}"),
    }
}
