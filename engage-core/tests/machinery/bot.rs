//! The host's bot: heard at least once, never in the way of people, whatever becomes of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use engage_core::chat::{Answer, Author, Bot, Change, Conversation, Entry, EntryRange, Heard};
use engage_core::ids::ConversationId;
use engage_core::{Actor, AgentRef, Engage, Error, async_trait};
use futures_util::future::BoxFuture;
use parking_lot::Mutex;
use tokio::sync::Semaphore;

use crate::support::{Site, agent, eventually, say, talk};

type Hear = dyn Fn(Heard) -> BoxFuture<'static, Result<Answer, Error>> + Send + Sync;

/// A bot that notes what it heard and does as it is told.
#[derive(Clone)]
struct Puppet {
    heard: Arc<Mutex<Vec<Heard>>>,
    hear: Arc<Hear>,
}

impl Puppet {
    fn new<F: Future<Output = Result<Answer, Error>> + Send + 'static>(
        hear: impl Fn(Heard) -> F + Send + Sync + 'static,
    ) -> Self {
        Self { heard: Arc::default(), hear: Arc::new(move |heard| Box::pin(hear(heard))) }
    }

    fn saying(answer: impl Fn() -> Answer + Send + Sync + 'static) -> Self {
        Self::new(move |_| std::future::ready(Ok(answer())))
    }

    fn bodies(&self) -> Vec<String> {
        self.heard.lock().iter().map(|heard| heard.body.clone()).collect()
    }
}

#[async_trait]
impl Bot for Puppet {
    type Error = Error;

    fn name(&self) -> &str {
        "Puppet"
    }

    fn patience(&self) -> Duration {
        Duration::from_millis(200)
    }

    async fn hear(&self, _: &Engage, heard: Heard) -> Result<Answer, Error> {
        self.heard.lock().push(heard.clone());
        (self.hear)(heard).await
    }
}

async fn node(site: &Site, bot: &Puppet) -> Engage {
    site.builder().bot(bot.clone()).without_background_jobs().build().await.unwrap()
}

async fn row(engage: &Engage, id: ConversationId) -> Conversation {
    engage.chat().get(&Actor::System, id).await.unwrap().conversation
}

async fn entries(engage: &Engage, id: ConversationId) -> Vec<Entry> {
    engage.chat().entries(&Actor::System, id, EntryRange::After(0), 100).await.unwrap().1
}

async fn said(engage: &Engage, id: ConversationId) -> Vec<String> {
    let by_bot = entries(engage, id).await.into_iter().filter(|entry| matches!(entry.author, Author::Bot { .. }));
    let said = by_bot.filter_map(|entry| match entry.change {
        Change::Message { body, .. } => Some(body),
        _ => None,
    });
    said.collect()
}

async fn hand_offs(engage: &Engage, id: ConversationId) -> usize {
    entries(engage, id).await.iter().filter(|entry| matches!(entry.change, Change::Handoff { .. })).count()
}

#[tokio::test]
async fn a_bot_hears_each_message_and_answers_it() {
    let (site, bot) =
        (Site::new(), Puppet::new(|heard| async move { Ok(Answer::say(format!("{}!", heard.body)).and_say("?")) }));
    let engage = node(&site, &bot).await;
    let (id, visitor) = talk(&engage, None).await;
    engage.relay().drain().await.unwrap();
    say(&engage, &visitor, id, "Again").await;
    engage.relay().drain().await.unwrap();
    assert_eq!(bot.bodies(), ["Hello", "Again"]);
    assert_eq!(said(&engage, id).await, ["Hello!", "?", "Again!", "?"]);
    let heard = bot.heard.lock().clone();
    assert_eq!((heard[0].seq, heard[1].seq, heard[0].conversation), (1, 4, id));
    assert_ne!(heard[0].id, heard[1].id);
    assert!(row(&engage, id).await.bot);
    assert_eq!(engage.relay().drain().await.unwrap(), 0);

    let given = bot.bodies().len();
    engage.chat().hand_off(visitor.clone(), id).await.unwrap();
    say(&engage, &visitor, id, "A person, please").await;
    engage.relay().drain().await.unwrap();
    assert_eq!(bot.bodies().len(), given, "what is not its own it does not hear");
}

#[tokio::test]
async fn a_bot_that_does_not_answer_is_handed_off_at_once() {
    let bots = [
        ("fails", Puppet::new(|_| async { Err(Error::internal("no")) })),
        ("panics", Puppet::new(|_| async { panic!("a bot panics") })),
        ("hangs", Puppet::new(|_| std::future::pending())),
        ("says nothing to see", Puppet::saying(|| Answer::say(" ").and_say("fine"))),
        ("says what is no text", Puppet::saying(|| Answer::say("fine").and_say("a\u{0}b"))),
        ("says far too much", Puppet::saying(|| Answer::say("x".repeat(1 << 20)))),
        (
            "says too many things",
            Puppet::saying(|| (0..1_000).fold(Answer::nothing(), |answer, _| answer.and_say("x"))),
        ),
        ("names no team", Puppet::saying(|| Answer::hand_off().to_team("\n"))),
    ];
    for (how, bot) in bots {
        let site = Site::new();
        let engage = node(&site, &bot).await;
        let (id, _) = talk(&engage, None).await;
        let began = row(&engage, id).await.created_at;
        site.clock.advance(Duration::from_secs(30));
        engage.relay().drain().await.unwrap();
        assert_eq!(engage.relay().drain().await.unwrap(), 0, "{how}: the promise is kept");
        let now = row(&engage, id).await;
        assert!(!now.bot && said(&engage, id).await.is_empty(), "{how}: all of an answer or nothing");
        assert_eq!(now.routing.waiting_since, Some(began), "{how}: it waits since the visitor wrote");
        assert_eq!(hand_offs(&engage, id).await, 1, "{how}");
        assert_eq!(bot.bodies().len(), 1, "{how}: it is not asked again");
    }
}

#[tokio::test]
async fn of_two_answers_to_one_message_the_first_stands() {
    let (site, door) = (Site::new(), Arc::new(Semaphore::new(0)));
    let (asked, held) = (Arc::new(AtomicUsize::new(0)), Arc::clone(&door));
    let bot = Puppet::new(move |_| {
        let (turn, held) = (asked.fetch_add(1, Ordering::Relaxed), Arc::clone(&held));
        async move {
            if turn == 0 {
                held.acquire().await.unwrap().forget();
                return Ok(Answer::say("Late").and_hand_off());
            }
            Ok(Answer::say("First"))
        }
    });
    let patient = Patient(bot.clone());
    let here = site.builder().bot(patient).without_background_jobs().build().await.unwrap();
    let there = node(&site, &bot).await;
    let (id, _) = talk(&here, None).await;
    let slow = tokio::spawn({
        let here = here.clone();
        async move { here.relay().drain().await }
    });
    eventually("the first is asked", || std::future::ready(bot.bodies().len() == 1)).await;
    // Its lease ends, and another node asks its bot for the same message.
    site.clock.advance(Duration::from_secs(61));
    there.relay().drain().await.unwrap();
    assert_eq!(said(&there, id).await, ["First"]);
    door.add_permits(1);
    slow.await.unwrap().unwrap();
    assert_eq!(said(&there, id).await, ["First"]);
    let ids: Vec<_> = bot.heard.lock().iter().map(|heard| heard.id).collect();
    assert_eq!(ids[0], ids[1], "it is told that it is the same");
}

/// The same with more patience.
struct Patient(Puppet);

#[async_trait]
impl Bot for Patient {
    type Error = Error;

    fn name(&self) -> &str {
        self.0.name()
    }

    async fn hear(&self, engage: &Engage, heard: Heard) -> Result<Answer, Error> {
        self.0.hear(engage, heard).await
    }
}

#[tokio::test]
async fn a_bot_that_is_too_late_says_nothing() {
    for end in ["an agent writes", "an agent takes it", "it is closed", "the visitor asks for a person"] {
        let (site, door) = (Site::new(), Arc::new(Semaphore::new(0)));
        let held = Arc::clone(&door);
        let bot = Puppet::new(move |_| {
            let held = Arc::clone(&held);
            async move {
                held.acquire().await.unwrap().forget();
                Ok(Answer::say("Too late").to_team("law").with_note("Too late"))
            }
        });
        let engage = site.builder().bot(Patient(bot.clone())).without_background_jobs().build().await.unwrap();
        let (id, visitor) = talk(&engage, None).await;
        let asked = tokio::spawn({
            let engage = engage.clone();
            async move { engage.relay().drain().await }
        });
        eventually("it is asked", || std::future::ready(bot.bodies().len() == 1)).await;
        let (ada, chat) = (agent("ada", &[]), engage.chat());
        match end {
            "an agent writes" => drop(say(&engage, &ada, id, "I do it").await),
            "an agent takes it" => drop(chat.assign(ada, id, Some("ada"), None).await.unwrap()),
            "it is closed" => drop(chat.set_status(ada, id, engage_core::chat::Status::Closed, None).await.unwrap()),
            _ => drop(chat.hand_off(visitor, id).await.unwrap()),
        }
        let before = row(&engage, id).await;
        door.add_permits(1);
        asked.await.unwrap().unwrap();
        assert_eq!(row(&engage, id).await, before, "{end}");
        site.clock.advance(Duration::from_secs(100));
        engage.relay().drain().await.unwrap();
        assert_eq!(bot.bodies().len(), 1, "{end}: the promise is done with");
        assert_eq!(row(&engage, id).await, before, "{end}");
    }
}

#[tokio::test]
async fn what_is_handed_off_is_given_out_promptly() {
    let (site, bot) = (Site::new(), Puppet::saying(Answer::hand_off));
    let engage = node(&site, &bot).await;
    let Actor::Staff(ada) = agent("ada", &[]) else { panic!("staff") };
    engage.chat().see_agent(&ada, None).await.unwrap();
    let (id, _) = talk(&engage, None).await;
    tokio::time::sleep(crate::support::NEVER).await;
    assert_eq!(row(&engage, id).await.assignee, None, "the bot has it");
    engage.relay().drain().await.unwrap();
    let is_hers = async || {
        row(&engage, id).await.assignee == Some(AgentRef { id: "ada".to_owned(), name: "Name of ada".to_owned() })
    };
    eventually("it is given to her", is_hers).await;
}

#[tokio::test]
async fn without_a_bot_what_it_had_is_handed_off() {
    let (site, bot) = (Site::new(), Puppet::saying(Answer::nothing));
    let before = node(&site, &bot).await;
    let ((heard, visitor), after) = (talk(&before, None).await, site.node().await);
    before.relay().drain().await.unwrap();
    assert!(row(&after, heard).await.bot, "it keeps silent, and keeps it");
    say(&after, &visitor, heard, "Hello?").await;
    assert!(!row(&after, heard).await.bot);
    let (unheard, _) = talk(&before, None).await;
    after.relay().drain().await.unwrap();
    assert_eq!((row(&after, unheard).await.bot, hand_offs(&after, unheard).await), (false, 1));
    assert_eq!(bot.bodies().len(), 1);
}

#[tokio::test]
async fn a_message_that_was_lost_for_long_is_a_persons() {
    let (site, bot) = (Site::new(), Puppet::saying(|| Answer::say("Hello!")));
    let engage = node(&site, &bot).await;
    let (id, _) = talk(&engage, None).await;
    site.clock.advance(Duration::from_secs(151));
    engage.relay().drain().await.unwrap();
    assert_eq!((row(&engage, id).await.bot, bot.bodies().len()), (false, 0));
}

#[tokio::test]
async fn a_bot_has_a_name() {
    struct Nameless;

    #[async_trait]
    impl Bot for Nameless {
        type Error = Error;

        fn name(&self) -> &str {
            " \n"
        }

        async fn hear(&self, _: &Engage, _: Heard) -> Result<Answer, Error> {
            Ok(Answer::nothing())
        }
    }

    let error = Site::new().builder().bot(Nameless).build().await.unwrap_err();
    assert!(error.problems()[0].starts_with("bot: "), "{error}");
}
