//! Random histories, told to the store in memory and to the databases: all must say the same at every step.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

mod support;

use std::time::Duration;

use engage_core::attributes::{Attribute, AttributePatch};
use engage_core::chat::{
    AgentSeen, AgentStatus, Append, AssigneeFilter, ChatStore, Command, EntryQuery, EntryRange, ListQuery, Lock, Open,
    Priority, Reader, Sight, Status, StatusFilter, TeamFilter,
};
use engage_core::contacts::Contact;
use engage_core::entropy::{Entropy, SeededEntropy};
use engage_core::files::{FileCard, Pixels};
use engage_core::ids::{ContactId, ConversationId, FileId};
use engage_core::{Actor, AgentRef, Audience, Context, Effects, ErrorKind, Staff, Stores};

struct World {
    context: Context,
    random: SeededEntropy,
    stores: Vec<(&'static str, Stores)>,
    contacts: Vec<ContactId>,
    conversations: Vec<(ConversationId, ContactId)>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_store_says_the_same() {
    for seed in 1..=2 {
        let mut keep = Vec::new();
        let mut stores = vec![("memory", engage_core::memory::stores())];
        for (name, database, file) in support::both().await {
            stores.push((name, support::open(database).await));
            keep.push(file);
        }
        let (context, clock) = support::context();
        let mut world = World {
            context,
            random: SeededEntropy::new(seed),
            stores,
            contacts: Vec::new(),
            conversations: Vec::new(),
        };
        world.meet(5).await;
        for step in 0..120 {
            clock.advance(Duration::from_micros(1500));
            world.act().await;
            if step % 10 == 0 {
                world.compare().await;
            }
        }
        world.compare().await;
    }
}

impl World {
    fn dice(&self, sides: usize) -> usize {
        (self.random.fraction() * sides as f64) as usize
    }

    fn staff(&self) -> Staff {
        let (id, teams, admin) = [("1", vec![], true), ("2", vec!["sales"], false), ("3", vec!["sales", "law"], false)]
            [self.dice(3)]
        .clone();
        let agent = AgentRef { id: id.to_owned(), name: format!("Agent {id}") };
        Staff { agent, teams: teams.into_iter().map(str::to_owned).collect(), admin }
    }

    async fn meet(&mut self, count: usize) {
        for number in 0..count {
            let mut contact = Contact::anonymous(self.context.ids.next(), self.context.clock.now());
            contact.name = (number % 2 == 0).then(|| format!("Visitor {number}"));
            for (_, stores) in &self.stores {
                stores.contacts.create(&contact, &Effects::none()).await.unwrap();
            }
            self.contacts.push(contact.id);
        }
    }

    async fn act(&mut self) {
        match self.dice(10) {
            0 | 1 => self.open().await,
            2 | 3 => self.read().await,
            4 => self.see().await,
            _ => self.append().await,
        }
    }

    async fn open(&mut self) {
        let contact = self.contacts[self.dice(self.contacts.len())];
        let team = [None, Some("sales".to_owned()), Some("law".to_owned())][self.dice(3)].clone();
        let (id, client_id) = (self.context.ids.next(), format!("o{}", self.dice(8)));
        let command = Command::Message { body: format!("hello {}", self.dice(2)), reply_to: None, files: Vec::new() };
        let ids = [self.context.ids.next(), self.context.ids.next()];
        let first = Append::new(id, Actor::Visitor(contact), command, self.context.clock.now(), ids)
            .client_message_id(client_id);
        let open = Open::new(contact, team, first);
        let mut told = Vec::new();
        for (name, stores) in &self.stores {
            told.push((
                *name,
                stores.chat.open(&open).await.map(|opened| (opened.conversation, opened.entry, opened.replayed)),
            ));
        }
        if let (_, Ok((conversation, _, false))) = &told[0] {
            self.conversations.push((conversation.id, contact));
        }
        same("open", told.into_iter().map(|(name, told)| (name, told.map_err(|error| (error.kind(), error.code())))));
    }

    async fn append(&mut self) {
        if self.conversations.is_empty() {
            return;
        }
        let batch: Vec<_> = (0..=self.dice(12)).map(|_| self.command()).collect();
        let lock = if self.dice(2) == 0 { Lock::Skip } else { Lock::Wait(Duration::from_secs(1)) };
        let mut told = Vec::new();
        for (name, stores) in &self.stores {
            let results = stores.chat.append(&batch, lock).await.unwrap();
            let results: Vec<_> = results
                .into_iter()
                .map(|result| result.map(|done| (done.entries, done.replayed, done.conversation)))
                .map(|result| result.map_err(|error| (error.kind(), error.code())))
                .collect();
            told.push((*name, results));
        }
        same("append", told);
    }

    fn command(&self) -> Append {
        let (id, owner) = self.conversations[self.dice(self.conversations.len())];
        let actor = match self.dice(8) {
            0..=2 => Actor::Visitor(owner),
            3 => Actor::Visitor(self.contacts[self.dice(self.contacts.len())]),
            4 => Actor::System,
            _ => Actor::Staff(self.staff()),
        };
        let reply_to = None;
        let agent = (self.dice(3) > 0).then(|| self.staff().agent);
        let command = match self.dice(15) {
            0..=5 => Command::Message {
                body: format!("it's \"{}\" \u{1F600}\n\\", self.dice(3)),
                reply_to,
                files: self.files(),
            },
            6 | 7 => Command::Note {
                body: format!("note {}", self.dice(3)),
                reply_to,
                files: self.files(),
                mentions: self.mentions(),
            },
            8 => {
                let status = [Status::Open, Status::Snoozed, Status::Closed][self.dice(3)];
                Command::Status { status, snoozed_until: (self.dice(2) == 0).then(|| self.context.clock.now()) }
            }
            9 => Command::Assign { agent, expected: (self.dice(2) == 0).then_some(None) },
            10 => Command::Team {
                team: [None, Some("sales".to_owned()), Some("law".to_owned())][self.dice(3)].clone(),
                release: false,
            },
            11 => {
                let labels = |count| (0..count).map(|_| format!("it's {}", self.dice(24))).collect();
                Command::Labels { add: labels(self.dice(4)), remove: labels(self.dice(2)) }
            }
            12 => {
                let value = [None, Some(Attribute::Flag(true)), Some(Attribute::Text("\"'\\".to_owned()))];
                let patch = AttributePatch::default().with(["a", "b"][self.dice(2)], value[self.dice(3)].clone());
                Command::Attributes { patch }
            }
            13 => Command::Priority { priority: [Priority::Normal, Priority::Urgent][self.dice(2)] },
            _ => Command::Status { status: Status::Open, snoozed_until: None },
        };
        let id = if self.dice(20) == 0 { self.context.ids.next() } else { id };
        let said = matches!(command, Command::Message { .. } | Command::Note { .. });
        let ids = [self.context.ids.next(), self.context.ids.next()];
        let append = Append::new(id, actor, command, self.context.clock.now(), ids);
        if said && self.dice(4) > 0 { append.client_message_id(format!("c{}", self.dice(40))) } else { append }
    }

    /// None, mostly; else always one of the same few, so that replays come about.
    fn files(&self) -> Vec<FileCard> {
        let (count, pixels) = (self.dice(4).saturating_sub(1), Pixels { width: 3, height: 4 });
        let card = |turn: usize| FileCard {
            id: FileId(uuid::Uuid::from_u128(turn as u128)),
            name: format!("\"ü\" {turn}.png"),
            media_type: "image/png".to_owned(),
            size: 1 << 40,
            pixels: (turn == 0).then_some(pixels),
        };
        (0..count).map(card).collect()
    }

    fn mentions(&self) -> Vec<AgentRef> {
        let mut mentions: Vec<_> = (0..self.dice(4).saturating_sub(1)).map(|_| self.staff().agent).collect();
        mentions.dedup_by(|one, other| one.id == other.id);
        mentions
    }

    async fn read(&self) {
        if self.conversations.is_empty() {
            return;
        }
        let (id, _) = self.conversations[self.dice(self.conversations.len())];
        let agent = self.staff().agent;
        let reader = if self.dice(2) == 0 { Reader::Visitor } else { Reader::Agent { id: agent.id, name: agent.name } };
        let seq = self.dice(30) as i64;
        let mut told = Vec::new();
        for (name, stores) in &self.stores {
            told.push((*name, stores.chat.mark_read(id, &reader, seq).await.unwrap()));
        }
        same("mark_read", told);
    }

    async fn see(&self) {
        let staff = self.staff();
        let status = [None, Some(AgentStatus::Online), Some(AgentStatus::Away)][self.dice(3)];
        let seen = AgentSeen {
            agent: staff.agent,
            teams: staff.teams,
            admin: staff.admin,
            status,
            at: self.context.clock.now(),
        };
        for (_, stores) in &self.stores {
            stores.chat.see_agent(&seen).await.unwrap();
        }
    }

    /// Everything that can be asked.
    async fn compare(&self) {
        let admin = Staff { admin: true, ..self.staff() };
        let mut sights = vec![Sight::All, Sight::Staff(admin), Sight::Staff(self.staff())];
        sights.extend(self.contacts.iter().map(|contact| Sight::Visitor(*contact)));
        for sight in &sights {
            for status in [StatusFilter::All, StatusFilter::Is(Status::Open), StatusFilter::Is(Status::Closed)] {
                for assignee in [AssigneeFilter::Any, AssigneeFilter::None, AssigneeFilter::Is("2".to_owned())] {
                    let mut query = ListQuery::new(sight.clone(), 1 + self.dice(20));
                    (query.status, query.assignee) = (status, assignee);
                    query.label = (self.dice(3) == 0).then(|| format!("it's {}", self.dice(24)));
                    query.team =
                        [TeamFilter::Any, TeamFilter::None, TeamFilter::Is("sales".to_owned())][self.dice(3)].clone();
                    query.priority = (self.dice(3) == 0).then(|| [Priority::Normal, Priority::Urgent][self.dice(2)]);
                    query.mentioned = self.dice(3) == 0;
                    query.before = (self.dice(2) == 0).then(|| self.dice(100) as i64);
                    self.ask("list", async |chat| chat.list(&query).await.unwrap()).await;
                }
            }
            let after = self.dice(60) as i64;
            self.ask("changed", async |chat| chat.changed(sight, after, 10).await.unwrap()).await;
            for (id, _) in &self.conversations {
                self.ask("get", async |chat| chat.get(*id, sight).await.unwrap()).await;
            }
        }
        for (id, _) in &self.conversations {
            for audience in [Audience::Visitor, Audience::Staff] {
                let edge = self.dice(30) as i64;
                for range in [EntryRange::After(edge), EntryRange::Before(edge), EntryRange::Latest] {
                    let query = EntryQuery::new(*id, audience, range, 1 + self.dice(20));
                    self.ask("entries", async |chat| chat.entries(&query).await.unwrap()).await;
                }
            }
            let read = async |chat: &dyn ChatStore| {
                let mut marks = chat.reads(*id).await.unwrap();
                // A mark at nothing says nothing.
                marks.retain(|mark| mark.seq > 0);
                marks.sort_by(|a, b| a.reader.cmp(&b.reader));
                marks
            };
            self.ask("reads", read).await;
        }
        let now = self.context.clock.now();
        self.ask("heads_after", async |chat| chat.heads_after(3, 10).await.unwrap()).await;
        self.ask("inbox_head", async |chat| chat.inbox_head().await.unwrap()).await;
        self.ask("waiting", async |chat| chat.waiting(5).await.unwrap()).await;
        self.ask("agents", async |chat| chat.agents(now - chrono::TimeDelta::milliseconds(50)).await.unwrap()).await;
        let waking = async |chat: &dyn ChatStore| {
            let mut waking = chat.waking(now, 100).await.unwrap();
            waking.sort();
            waking
        };
        self.ask("waking", waking).await;
        self.ask("of_contact", async |chat| chat.of_contact(self.contacts[0], 5).await.unwrap()).await;
    }

    async fn ask<T: PartialEq + std::fmt::Debug>(&self, what: &str, question: impl AsyncFn(&dyn ChatStore) -> T) {
        let mut told = Vec::new();
        for (name, stores) in &self.stores {
            told.push((*name, question(&*stores.chat).await));
        }
        same(what, told);
    }
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, told: impl IntoIterator<Item = (&'static str, T)>) {
    let mut told = told.into_iter();
    let (_, expected) = told.next().unwrap();
    for (name, said) in told {
        assert_eq!(said, expected, "{what} on {name}");
    }
}

#[tokio::test]
async fn an_open_beside_a_merge_is_still_a_replay() {
    for (name, database, _file) in support::both().await {
        let stores = support::open(database).await;
        let (context, _) = support::context();
        let (before, after): (ContactId, ContactId) = (context.ids.next(), context.ids.next());
        let open = |contact: ContactId| {
            let command = Command::Message { body: "hi".to_owned(), reply_to: None, files: Vec::new() };
            let ids = [context.ids.next(), context.ids.next()];
            let actor = Actor::Visitor(contact);
            let first =
                Append::new(context.ids.next(), actor, command, context.clock.now(), ids).client_message_id("1");
            Open::new(contact, None, first)
        };
        let opened = stores.chat.open(&open(before)).await.unwrap();
        let card = engage_core::contacts::ContactCard { id: after, name: None, email: None };
        let ids = [context.ids.next(), context.ids.next()];
        let merge = Append::new(
            opened.conversation.id,
            Actor::System,
            Command::Contact { of: before, contact: card, version: 1, blocked: None },
            context.clock.now(),
            ids,
        );
        stores.chat.append(&[merge], Lock::Skip).await.unwrap().pop().unwrap().unwrap();
        let again = stores.chat.open(&open(after)).await.unwrap();
        assert!(again.replayed, "{name}");
        assert_eq!(again.conversation.id, opened.conversation.id, "{name}");

        let mut other = open(after);
        other.first.command = Command::Message { body: "something else".to_owned(), reply_to: None, files: Vec::new() };
        let error = stores.chat.open(&other).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Conflict, "client_message_id_reused"), "{name}");
    }
}
