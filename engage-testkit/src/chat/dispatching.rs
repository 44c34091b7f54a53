//! Who gets what waits: never too much, never out of turn, and nobody idle.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use engage_core::chat::{
    Agent, AgentProfile, AgentSeen, Appended, Command, Conversation, Dispatch, Lock, Offer, Priority, Status,
    assignments,
};
use engage_core::clock::{Timestamp, delta};
use engage_core::entropy::{Entropy, SeededEntropy};
use engage_core::ids::ConversationId;
use engage_core::{Actor, Effects};
use parking_lot::Mutex;

use super::world::{ChatWorld, agent, staff};

/// The more urgent come first, then who has waited longer.
pub async fn the_queue_is_by_urgency_and_then_by_wait(world: ChatWorld) {
    let mut talks = Vec::new();
    for _ in 0..4 {
        talks.push(world.talk(None).await.id);
    }
    for (talk, priority) in [(talks[2], Priority::Urgent), (talks[3], Priority::High), (talks[0], Priority::Low)] {
        let entry = world.does(talk, &Actor::System, Command::Priority { priority }).await.entries.remove(0);
        assert_eq!(entry.visitor_seq, None, "visitors are not told");
    }
    assert_eq!(queue(&world).await, [talks[2], talks[3], talks[1], talks[0]]);
    let row = world.row(talks[2]).await;
    assert_eq!((row.routing.priority, row.routing.waiting_since), (Priority::Urgent, Some(row.created_at)));
}

/// Who was put back into the queue waits as long as their unanswered message, and leads again.
pub async fn the_place_in_the_queue_follows_the_wait(world: ChatWorld) {
    online(&world, "ada", &[], None, &[]).await;
    let (first, second) = (world.talk(None).await, world.talk(None).await);
    let waits = async |talk| world.row(talk).await.routing;
    let began = waits(first.id).await.waiting_since;
    assert!(began.is_some());
    assign(&world, first.id, Some("ada"), &Actor::System).await;
    let offered = waits(first.id).await;
    assert_eq!((offered.waiting_since, offered.unanswered_since), (None, began), "given, and not answered yet");
    assert!(offered.offered_at.is_some());
    world.does(first.id, &Actor::System, Command::Release { agent: "bob".to_owned() }).await;
    assert!(world.row(first.id).await.assignee.is_some(), "it is not bob's to let pass");
    world.does(first.id, &Actor::System, Command::Release { agent: "ada".to_owned() }).await;
    let released = waits(first.id).await;
    assert_eq!((released.waiting_since, released.passed_by.as_deref()), (began, Some("ada")));
    assert_eq!(queue(&world).await, [first.id, second.id]);

    let ada = agent("ada", &[]);
    assign(&world, first.id, Some("ada"), &Actor::System).await;
    world.says(first.id, &ada, "Hello").await;
    let answered = waits(first.id).await;
    assert_eq!((answered.unanswered_since, answered.offered_at, answered.passed_by), (None, None, None));
    let left = assign(&world, first.id, None, &ada).await;
    assert_eq!(
        waits(first.id).await.waiting_since,
        Some(left.conversation.updated_at),
        "all is answered: it waits anew"
    );
    assert_eq!(queue(&world).await, [second.id, first.id]);

    let closed = Command::Status { status: Status::Closed, snoozed_until: None };
    world.does(first.id, &ada, closed).await;
    assert_eq!(waits(first.id).await.waiting_since, None);
    let again = world.says(first.id, &first.visitor, "One more thing").await;
    assert_eq!(waits(first.id).await.waiting_since, Some(again.at));
    world.does(second.id, &Actor::System, Command::Team { team: Some("sales".to_owned()), release: true }).await;
    assert_eq!(queue(&world).await, [second.id, first.id], "another team, the same wait");
}

/// An assignee who does something has taken what was offered; what nobody took is found, the longest first.
pub async fn offers_that_nobody_took_are_found(world: ChatWorld) {
    let ada = agent("ada", &[]);
    let mut talks = Vec::new();
    for _ in 0..4 {
        let talk = world.talk(None).await;
        assign(&world, talk.id, Some("ada"), &Actor::System).await;
        talks.push(talk.id);
    }
    world.notes(talks[0], &ada, "A moment").await;
    world.says(talks[1], &agent("bob", &[]), "I am not the one").await;
    world.does(talks[2], &Actor::System, Command::Status { status: Status::Closed, snoozed_until: None }).await;
    let taken = world.talk(None).await.id;
    assign(&world, taken, Some("ada"), &ada).await;
    let before = world.now();
    let late = world.talk(None).await.id;
    assign(&world, late, Some("ada"), &Actor::System).await;
    let found = async |before, limit| {
        let rows = world.store.offered(before, limit).await.unwrap();
        rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
    };
    assert_eq!(found(before, 10).await, [talks[1], talks[3]]);
    assert_eq!(found(before, 1).await, [talks[1]]);
}

/// What an agent takes is kept through their signs of life, with what commits with it.
pub async fn agents_keep_their_limits_and_languages(world: ChatWorld) {
    let profile = |capacity, languages: &[&str]| AgentProfile {
        id: "ada".to_owned(),
        capacity,
        languages: languages.iter().map(|&tag| tag.to_owned()).collect(),
    };
    let none = Effects::none();
    assert!(!world.store.set_agent(&profile(Some(1), &[]), &none).await.unwrap(), "nobody of that name was ever there");
    let start = world.now();
    online(&world, "ada", &["sales"], Some(3), &["de", "pt-br"]).await;
    world.store.see_agent(&seen("ada", &["support"], world.now())).await.unwrap();
    let known = agents(&world, start).await.remove(0);
    assert_eq!((known.capacity, known.languages.as_slice()), (Some(3), &["de".to_owned(), "pt-br".to_owned()][..]));
    assert_eq!(known.teams, ["support"]);
    assert!(world.store.set_agent(&profile(None, &[]), &none).await.unwrap());
    let known = agents(&world, start).await.remove(0);
    assert_eq!((known.capacity, known.languages.len()), (None, 0));
}

/// What waits goes to whoever has room, by team and language, the first first; the rest waits on.
pub async fn what_waits_is_given_while_there_is_room(world: ChatWorld) {
    let start = world.now();
    online(&world, "ada", &["sales"], Some(1), &[]).await;
    online(&world, "bob", &[], None, &["de"]).await;
    let mut talks = Vec::new();
    for team in [Some("sales"), Some("sales"), None, None, None, Some("billing")] {
        talks.push(world.talk(team).await.id);
    }
    world.does(talks[4], &Actor::System, Command::Priority { priority: Priority::High }).await;
    let given = dispatch(&world, start, Some(1)).await;
    let to = |talk| given.iter().find(|done| done.conversation.id == talk).map(assignee);
    let given: Vec<_> = talks.iter().map(|talk| to(*talk)).collect();
    let expected = [None, None, Some("bob"), None, Some("ada"), None].map(|id| id.map(str::to_owned));
    assert_eq!(given, expected, "the urgent one first, then who has room for the oldest");
}

/// Nobody who gets nothing hears of it, and nothing changes.
pub async fn without_room_nothing_is_given(world: ChatWorld) {
    let start = world.now();
    online(&world, "ada", &["sales"], Some(0), &[]).await;
    let talk = world.talk(None).await;
    let head = world.store.inbox_head().await.unwrap();
    assert!(dispatch(&world, start, None).await.is_empty(), "her limit is none");
    assert!(dispatch(&world, world.now(), Some(9)).await.is_empty(), "she is gone");
    assert_eq!((world.store.inbox_head().await.unwrap(), world.row(talk.id).await.seq), (head, 1));
}

/// However many give out at once while others open, answer, close and let pass: never above a limit, never out of turn, and
/// in the end nobody who could answer is idle while somebody waits.
pub async fn racing_dispatchers_keep_the_limits_and_the_order(world: ChatWorld) {
    const SITE: Option<i64> = Some(3);
    let start = world.now();
    online(&world, "ada", &["sales"], Some(2), &["de"]).await;
    online(&world, "bob", &["sales", "support"], None, &[]).await;
    online(&world, "eve", &[], Some(4), &["en"]).await;
    let history: Arc<Mutex<Vec<Commit>>> = Arc::default();
    let mut running = tokio::task::JoinSet::new();
    for seed in 0..6 {
        let (world, history) = (world.clone(), Arc::clone(&history));
        running.spawn(async move {
            let dice = SeededEntropy::new(seed);
            let roll = |sides: usize| (dice.fraction() * sides as f64) as usize;
            for _ in 0..12 {
                let team = [None, None, Some("sales"), Some("support")][roll(4)];
                let talk = world.open_logged(team, &history).await;
                if roll(3) == 0 {
                    let priority = [Priority::Low, Priority::High, Priority::Urgent][roll(3)];
                    world.do_logged(talk, Command::Priority { priority }, &history).await;
                }
                let given = dispatch(&world, start, SITE).await;
                history.lock().push(Commit::of(&given, true));
                let theirs = given.first().map(|done| (done.conversation.id, assignee(done)));
                if let Some((talk, agent)) = theirs {
                    let command = match roll(4) {
                        0 => Command::Release { agent },
                        1 => Command::Assign { agent: None, expected: None },
                        _ => Command::Status { status: Status::Closed, snoozed_until: None },
                    };
                    world.do_logged(talk, command, &history).await;
                }
            }
        });
    }
    while let Some(done) = running.join_next().await {
        done.unwrap();
    }
    loop {
        let given = dispatch(&world, start, SITE).await;
        if given.is_empty() {
            break;
        }
        history.lock().push(Commit::of(&given, true));
    }
    let agents = agents(&world, start).await;
    let idle = assignments(&world.store.waiting(1_000).await.unwrap(), &agents, SITE);
    assert_eq!(idle, [], "somebody is idle while somebody waits");
    let mut history = std::mem::take(&mut *history.lock());
    history.retain(|commit| !commit.rows.is_empty());
    judge(history, &agents, SITE);
}

/// What one transaction left.
#[derive(Debug)]
struct Commit {
    rows: Vec<Conversation>,
    dispatched: bool,
}

impl Commit {
    fn of(done: &[Appended], dispatched: bool) -> Self {
        let changed = done.iter().filter(|done| !done.entries.is_empty());
        Self { rows: changed.map(|done| done.conversation.clone()).collect(), dispatched }
    }

    /// Commits take their places in the inbox one after the other.
    fn place(&self) -> i64 {
        self.rows.iter().map(|row| row.inbox_seq).min().unwrap_or_default()
    }
}

/// Replays what was committed, in the order of the commits.
fn judge(mut history: Vec<Commit>, agents: &[Agent], capacity: Option<i64>) {
    history.sort_by_key(Commit::place);
    let mut rows: BTreeMap<ConversationId, Conversation> = BTreeMap::new();
    for commit in history {
        let before = rows.clone();
        rows.extend(commit.rows.iter().map(|row| (row.id, row.clone())));
        if !commit.dispatched {
            continue;
        }
        for row in &commit.rows {
            let was = &before[&row.id];
            assert!(was.routing.waiting_since.is_some(), "{} was given and did not wait", row.id);
            let to = &row.assignee.as_ref().expect("given to somebody").id;
            let agent = agents.iter().find(|agent| agent.agent.id == *to).unwrap();
            let load = rows
                .values()
                .filter(|row| row.status == Status::Open && row.assignee.as_ref().is_some_and(|agent| agent.id == *to));
            let (load, room) = (load.count() as i64, agent.capacity.or(capacity).unwrap());
            assert!(load <= room, "{to} has {load} of {room}");
            let overtaken = rows.values().filter(|other| other.routing.waiting_since.is_some()).find(|other| {
                order(&before, other.id) < order(&before, row.id)
                    && !assignments(&[(*other).clone()], std::slice::from_ref(&with_room(agent)), None).is_empty()
            });
            assert!(overtaken.is_none(), "{} got {to} before {overtaken:?}", row.id);
        }
    }
}

fn order(rows: &BTreeMap<ConversationId, Conversation>, id: ConversationId) -> impl Ord + use<> {
    let routing = &rows[&id].routing;
    (std::cmp::Reverse(routing.priority), routing.waiting_since, id)
}

fn with_room(agent: &Agent) -> Agent {
    Agent { capacity: None, ..agent.clone() }
}

impl ChatWorld {
    async fn open_logged(&self, team: Option<&str>, history: &Mutex<Vec<Commit>>) -> ConversationId {
        let opening = self.opening(self.contact().await, team, "first", "Hello");
        let row = self.store.open(&opening).await.unwrap().conversation;
        let id = row.id;
        history.lock().push(Commit { rows: vec![row], dispatched: false });
        id
    }

    async fn do_logged(&self, talk: ConversationId, command: Command, history: &Mutex<Vec<Commit>>) {
        let done = self.does(talk, &Actor::System, command).await;
        history.lock().push(Commit::of(&[done], false));
    }
}

async fn dispatch(world: &ChatWorld, alive_since: Timestamp, capacity: Option<i64>) -> Vec<Appended> {
    let offer = {
        let world = world.clone();
        Offer::new(move |id, agent| {
            Ok(world.command(id, &Actor::System, Command::Assign { agent: Some(agent), expected: Some(None) }))
        })
    };
    let wanted = Dispatch::new(alive_since - delta(Duration::from_secs(1)), 1_000, offer).capacity(capacity);
    world.store.dispatch(&wanted).await.unwrap()
}

async fn queue(world: &ChatWorld) -> Vec<ConversationId> {
    world.store.waiting(100).await.unwrap().into_iter().map(|row| row.id).collect()
}

async fn agents(world: &ChatWorld, alive_since: Timestamp) -> Vec<Agent> {
    world.store.agents(alive_since).await.unwrap()
}

async fn online(world: &ChatWorld, id: &str, teams: &[&str], capacity: Option<i64>, languages: &[&str]) {
    world.store.see_agent(&seen(id, teams, world.now())).await.unwrap();
    let languages = languages.iter().map(|&tag| tag.to_owned()).collect();
    let profile = AgentProfile { id: id.to_owned(), capacity, languages };
    assert!(world.store.set_agent(&profile, &Effects::none()).await.unwrap());
}

fn seen(id: &str, teams: &[&str], at: Timestamp) -> AgentSeen {
    let staff = staff(id, teams, false);
    AgentSeen { agent: staff.agent, teams: staff.teams, admin: staff.admin, status: None, at }
}

async fn assign(world: &ChatWorld, talk: ConversationId, to: Option<&str>, by: &Actor) -> Appended {
    let agent = to.map(|id| staff(id, &[], false).agent);
    let append = world.command(talk, by, Command::Assign { agent, expected: None });
    let done = world.store.append(&[append], Lock::Wait(Duration::from_secs(60))).await.unwrap();
    done.into_iter().next().unwrap().unwrap()
}

fn assignee(done: &Appended) -> String {
    done.conversation.assignee.as_ref().map(|agent| agent.id.clone()).unwrap_or_default()
}
