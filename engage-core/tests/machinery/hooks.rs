//! The host's hooks: each told by itself, after the commit, of what it asked for.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use engage_core::chat::{ConversationOpened, MessageSent};
use engage_core::hooks::{Happened, Hook};
use engage_core::ids::OutboxId;
use engage_core::outbox::RelayConfig;
use engage_core::sink::Event;
use engage_core::{Engage, Error, ErrorKind, memory};
use parking_lot::Mutex;

use crate::support::{SOON, Site, eventually, say, talk};

/// What hooks were told, by their names.
#[derive(Debug, Clone, Default)]
struct Told(Arc<Mutex<BTreeMap<&'static str, Vec<Event>>>>);

impl Told {
    fn note(&self, hook: &'static str, event: Event) {
        self.0.lock().entry(hook).or_default().push(event);
    }

    fn of(&self, hook: &str) -> Vec<Event> {
        self.0.lock().get(hook).cloned().unwrap_or_default()
    }

    fn names(&self, hook: &str) -> Vec<String> {
        self.of(hook).into_iter().map(|event| event.name).collect()
    }
}

#[tokio::test]
async fn each_hook_is_told_of_what_it_asked_for() {
    let (site, told) = (Site::new(), Told::default());
    let (all, sent, opened, some) = (told.clone(), told.clone(), told.clone(), told.clone());
    let engage = site
        .builder()
        .on("all", move |_: Engage, event: Event| {
            all.note("all", event);
            async { Ok::<_, Error>(()) }
        })
        .on("sent", move |engage: Engage, sent_: Happened<MessageSent>| {
            let told = sent.clone();
            async move {
                // A hook can read what it was told of, with the same engage.
                let conversation = engage.chat().get(&engage_core::Actor::System, sent_.data.conversation).await?;
                assert!(Some(conversation.conversation.seq) >= sent_.data.seq);
                told.note("sent", sent_.event);
                Ok::<_, Error>(())
            }
        })
        .on("opened", move |_: Engage, opened_: Happened<ConversationOpened>| {
            opened.note("opened", opened_.event);
            async { Ok::<_, Error>(()) }
        })
        .hook(
            Hook::new("some", move |_: Engage, event: Event| {
                some.note("some", event);
                async { Ok::<_, Error>(()) }
            })
            .only(["chat.status_changed"]),
        )
        .build()
        .await
        .unwrap();
    let (conversation, visitor) = talk(&engage, None).await;
    let message = say(&engage, &visitor, conversation, "A secret").await;
    eventually("all are told", || async { told.of("all").len() == 2 && told.of("sent").len() == 1 }).await;
    eventually("the opening is told", || async { told.of("opened").len() == 1 }).await;
    eventually("the sink is told too", || async { site.events.events().len() == 2 }).await;
    assert_eq!(told.names("some"), [""; 0]);
    let sent = &told.of("sent")[0];
    assert_eq!((&*sent.name, &sent.data["entry"]), ("chat.message_sent", &message.entry.id.to_string().into()));
    assert!(!sent.data.to_string().contains("A secret"));
    let same: Vec<_> = told.of("all").into_iter().filter(|event| event.id == sent.id).collect();
    assert_eq!(same, std::slice::from_ref(sent), "every receiver gets the event with the same id");
    engage.shutdown(SOON).await;
}

#[tokio::test]
async fn a_hook_that_fails_is_told_again_and_nobody_else_is() {
    let (site, told) = (Site::new(), Told::default());
    let (good, bad) = (told.clone(), told.clone());
    let builder = site.builder().without_background_jobs();
    let engage = builder
        .on("good", move |_: Engage, event: Event| {
            good.note("good", event);
            async { Ok::<_, Error>(()) }
        })
        .on("bad", move |_: Engage, event: Event| {
            bad.note("bad", event);
            let times = bad.of("bad").len();
            async move {
                match times {
                    1 => Err(std::io::Error::other("the host's own error")),
                    2 => panic!("told to"),
                    _ => Ok(()),
                }
            }
        })
        .build()
        .await
        .unwrap();
    talk(&engage, None).await;
    for attempt in 1..=4_usize {
        engage.relay().drain().await.unwrap();
        assert_eq!((told.of("good").len(), told.of("bad").len()), (1, attempt.min(3)));
        assert_eq!(site.events.events().len(), 1);
        site.clock.advance(Duration::from_secs(60));
    }
    let ids: Vec<OutboxId> = told.of("bad").iter().map(|event| event.id).collect();
    assert_eq!(ids, [told.of("good")[0].id; 3], "repeats can be folded");
}

#[tokio::test]
async fn a_dead_letter_bears_the_hooks_name_and_not_what_the_host_said() {
    let site = Site::new();
    let engage = site
        .builder()
        .without_background_jobs()
        .relay_config(RelayConfig { attempts: 1, ..RelayConfig::default() })
        .on("crm", async |_: Engage, _: Event| Err::<(), _>("ada@example.com is unknown"))
        .build()
        .await
        .unwrap();
    talk(&engage, None).await;
    engage.relay().drain().await.unwrap();
    let dead = engage.stores().chat.outbox().dead_letters(10).await.unwrap();
    assert_eq!(dead.len(), 1);
    assert_eq!((&*dead[0].message.topic, &*dead[0].error), ("on:crm", "hook_failed: the host's hook failed"));
}

#[tokio::test]
async fn what_nobody_wants_is_not_written() {
    let site = Site::new();
    let backend = memory::backend();
    let quiet = |hook: Option<Hook>| {
        let builder = Engage::builder(backend.clone()).clock(site.clock.clone()).without_background_jobs();
        match hook {
            Some(hook) => builder.hook(hook),
            None => builder,
        }
    };
    let nobody = quiet(None).build().await.unwrap();
    let (conversation, visitor) = talk(&nobody, None).await;
    say(&nobody, &visitor, conversation, "Anybody?").await;
    assert_eq!(topics(&nobody).await, [""; 0]);
    let hook = Hook::new("sent", async |_: Engage, _: Happened<MessageSent>| Ok::<_, Error>(()));
    let listening = quiet(Some(hook)).build().await.unwrap();
    talk(&listening, None).await;
    assert_eq!(topics(&listening).await, [""; 0], "an opening is not what it asked for");
    say(&listening, &visitor, conversation, "Now?").await;
    assert_eq!(topics(&listening).await, ["on:sent"]);
}

/// What was committed while a hook's process was gone is told by the next.
#[tokio::test]
async fn what_a_dead_process_promised_to_a_hook_is_told_by_the_next() {
    let (site, told) = (Site::new(), Told::default());
    let hook = |told: Told| {
        Hook::new("crm", move |_: Engage, event: Event| {
            told.note("crm", event);
            async { Ok::<_, Error>(()) }
        })
    };
    let died = site.builder().without_background_jobs().hook(hook(told.clone())).build().await.unwrap();
    talk(&died, None).await;
    drop(died);
    assert_eq!(told.names("crm"), [""; 0]);
    let heir = site.builder().hook(hook(told.clone())).build().await.unwrap();
    eventually("it is told", || async { told.names("crm") == ["chat.conversation_opened"] }).await;
    heir.shutdown(SOON).await;
}

#[tokio::test]
async fn a_hook_does_not_keep_engage_running() {
    let site = Site::new();
    let engage = site.builder().on("any", async |_: Engage, _: Event| Ok::<_, Error>(())).build().await.unwrap();
    let mut stopping = engage.tasks().stopping();
    drop(engage);
    tokio::time::timeout(SOON, stopping.wait()).await.expect("the last engage is gone, and all ends");
}

#[tokio::test]
async fn names_that_will_not_do_are_refused_together() {
    let hook =
        |name: &str| Hook::new(name, async |_: Engage, _: Event| Err::<(), _>(Error::new(ErrorKind::Internal, "")));
    let builder = Site::new().builder().hook(hook("")).hook(hook("a b")).hook(hook("crm")).hook(hook("crm"));
    let problems = builder.build().await.unwrap_err();
    assert_eq!(problems.problems().len(), 3, "{problems}");
}

async fn topics(engage: &Engage) -> Vec<String> {
    let (outbox, now) = (engage.stores().chat.outbox(), engage.context().clock.now());
    let claimed = outbox.claim(now, SOON, 100).await.unwrap();
    for claimed in &claimed {
        outbox.complete(claimed.message.id, claimed.attempt).await.unwrap();
    }
    claimed.into_iter().map(|claimed| claimed.message.topic).collect()
}
