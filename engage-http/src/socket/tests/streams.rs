//! Server-sent events and long polling.

use std::time::Duration;

use engage_core::clock::ManualClock;
use engage_core::{Actor, ErrorKind, memory};
use futures_util::StreamExt as _;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::client::{agent, engage, engage_on, noted, opened, said, visitor};
use crate::live::{Place, events, wait_for_entry};

/// A place in the present history.
fn at(seq: i64) -> Option<Place> {
    Some(Place { seq, epoch: None })
}

/// An event: name, the number of its id, and data.
type Event = (String, Option<i64>, Value);

/// Reads what a stream gives until it ends or is silent for a while; comments are events without a name.
async fn read(
    stream: &mut (impl futures_util::Stream<Item = Result<bytes::Bytes, std::convert::Infallible>> + Unpin),
    quiet: Duration,
) -> (Vec<Event>, bool) {
    let (mut text, mut is_over) = (String::new(), false);
    while let Ok(next) = tokio::time::timeout(quiet, stream.next()).await {
        let Some(piece) = next else {
            is_over = true;
            break;
        };
        text.push_str(std::str::from_utf8(&piece.unwrap()).unwrap());
    }
    assert!(text.is_empty() || text.ends_with("\n\n"), "{text}");
    let events = text.split_terminator("\n\n").map(|event| {
        let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
        let data = field("data:").map_or(Value::Null, |data| serde_json::from_str(data).unwrap());
        (field("event:").unwrap_or_default().to_owned(), field("id:").map(|id| Place::read(id).unwrap().seq), data)
    });
    (events.collect(), is_over)
}

fn names(events: &[Event]) -> Vec<(&str, Option<i64>)> {
    events.iter().map(|(name, id, _)| (&**name, *id)).collect()
}

#[tokio::test(start_paused = true)]
async fn a_stream_sends_what_a_socket_would() {
    let engage = engage().await;
    let (actor, contact) = visitor(&engage).await;
    let conversation = opened(&engage, contact).await;
    let staff = agent("7", &[]);
    for n in 2..=4 {
        noted(&engage, &staff, conversation, &format!("canary{n}")).await;
        said(&engage, &staff, conversation, &n.to_string()).await;
    }
    let stream = events(&engage, &actor, conversation, at(2)).await.unwrap();
    let mut stream = std::pin::pin!(stream);
    let (seen, _) = read(&mut stream, Duration::from_secs(1)).await;
    assert_eq!(names(&seen), [("subscribed", None), ("message", Some(3)), ("message", Some(4))]);
    assert_eq!(
        seen[0].2,
        json!({ "type": "subscribed", "conversation": conversation, "recovered": true, "seq": 4, "reads": [] })
    );
    assert_eq!((&seen[2].2["type"], &seen[2].2["body"]), (&json!("message"), &json!("4")));

    said(&engage, &staff, conversation, "5\n6").await;
    engage.chat().mark_read(&staff, conversation, 99).await.unwrap();
    engage.chat().tell_typing(&staff, conversation, true, false);
    engage.chat().tell_typing(&actor, conversation, true, false);
    let (seen, is_over) = read(&mut stream, Duration::from_secs(1)).await;
    assert_eq!(names(&seen), [("message", Some(5)), ("read", None), ("typing", None)]);
    assert_eq!((&seen[0].2["body"], is_over), (&json!("5\n6"), false));
    assert!(!format!("{seen:?}").contains("canary"));
}

#[tokio::test(start_paused = true)]
async fn who_starts_anew_resumes_from_where_it_started() {
    let engage = engage().await;
    let (actor, contact) = visitor(&engage).await;
    let conversation = opened(&engage, contact).await;
    for held in [None, at(99)] {
        let stream = events(&engage, &actor, conversation, held).await.unwrap();
        let (seen, _) = read(&mut std::pin::pin!(stream), Duration::from_secs(1)).await;
        assert_eq!((names(&seen), &seen[0].2["recovered"]), (vec![("subscribed", Some(1))], &json!(false)));
    }
    let (stranger, _) = visitor(&engage).await;
    let refused = events(&engage, &stranger, conversation, None).await.err().unwrap();
    assert_eq!(refused.kind(), ErrorKind::NotFound);
}

#[tokio::test(start_paused = true)]
async fn a_quiet_stream_shows_that_it_lives_and_comes_to_an_end() {
    let engage = engage().await;
    let (actor, contact) = visitor(&engage).await;
    let conversation = opened(&engage, contact).await;
    let mut stream = Box::pin(events(&engage, &actor, conversation, None).await.unwrap());
    let before = Instant::now();
    let (seen, is_over) = read(&mut stream, Duration::from_secs(20)).await;
    assert_eq!(names(&seen), [("subscribed", Some(1)), ("", None), ("", None), ("", None)]);
    assert_eq!((is_over, before.elapsed().as_secs()), (true, 60));
}

#[tokio::test(start_paused = true)]
async fn a_stream_ends_with_the_session_the_node_and_the_sight() {
    let engage = engage().await;
    let (known, _) = engage.sessions().create().await.unwrap();
    let conversation = opened(&engage, known.contact.id).await;
    let mut stream = Box::pin(events(&engage, &Actor::Visitor(known.contact.id), conversation, None).await.unwrap());
    let mut of_staff = Box::pin(events(&engage, &agent("7", &[]), conversation, at(1)).await.unwrap());
    let mut of_admin = Box::pin(events(&engage, &Actor::System, conversation, at(1)).await.unwrap());

    engage.sessions().end(&known.session.unwrap()).await.unwrap();
    let (seen, is_over) = read(&mut stream, Duration::from_secs(1)).await;
    assert_eq!((names(&seen)[1], &seen[1].2["code"], is_over), (("bye", None), &json!("unauthenticated"), true));

    engage.chat().set_team(Actor::System, conversation, Some("sales")).await.unwrap();
    noted(&engage, &Actor::System, conversation, "canary").await;
    let (seen, is_over) = read(&mut of_staff, Duration::from_secs(1)).await;
    assert_eq!((names(&seen), is_over), (vec![("subscribed", None), ("gap", None)], true));
    drop((stream, of_staff));

    let stop = tokio::spawn(async move { engage.shutdown(Duration::from_secs(60)).await });
    tokio::task::yield_now().await;
    let (seen, is_over) = read(&mut of_admin, Duration::from_secs(5)).await;
    let (last, _, bye) = seen.last().unwrap();
    assert_eq!((&**last, &bye["code"], is_over), ("bye", &json!("draining"), true));
    drop(of_admin);
    tokio::time::timeout(Duration::from_secs(6), stop).await.expect("the streams keep nobody waiting").unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_nobody_reads_ends_with_a_gap() {
    let engage = engage().await;
    let (actor, contact) = visitor(&engage).await;
    let conversation = opened(&engage, contact).await;
    let mut stream = Box::pin(events(&engage, &actor, conversation, at(1)).await.unwrap());
    for n in 2..=300 {
        said(&engage, &Actor::System, conversation, &n.to_string()).await;
    }
    let (seen, is_over) = read(&mut stream, Duration::from_secs(1)).await;
    assert!(is_over);
    let messages = seen.iter().filter(|(name, ..)| name == "message").map(|(_, id, _)| id.unwrap());
    assert!(messages.eq(2..=257), "what came before the gap is whole");
    let (last, _, gap) = seen.last().unwrap();
    assert_eq!((&**last, &gap["from"]), ("gap", &json!(258)));
}

#[tokio::test(start_paused = true)]
async fn waiting_ends_when_there_is_something() {
    let engage = engage().await;
    let (actor, contact) = visitor(&engage).await;
    let conversation = opened(&engage, contact).await;
    let wait = |after, seconds| {
        let (engage, actor) = (engage.clone(), actor.clone());
        async move {
            let before = Instant::now();
            wait_for_entry(&engage, &actor, conversation, after, Duration::from_secs(seconds))
                .await
                .map(|()| before.elapsed().as_millis())
        }
    };
    assert_eq!(wait(0, 25).await.unwrap(), 0);
    assert!((25_000..25_010).contains(&wait(1, 25).await.unwrap()));

    let waiting = tokio::spawn(wait(1, 25));
    tokio::time::sleep(Duration::from_secs(1)).await;
    // None of these is an entry for the visitor.
    noted(&engage, &Actor::System, conversation, "n").await;
    engage.chat().tell_typing(&agent("7", &[]), conversation, true, false);
    engage.chat().mark_read(&agent("7", &[]), conversation, 1).await.unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(!waiting.is_finished());
    said(&engage, &Actor::System, conversation, "m").await;
    assert!((2_000..2_010).contains(&waiting.await.unwrap().unwrap()));

    let (stranger, _) = visitor(&engage).await;
    let refused = wait_for_entry(&engage, &stranger, conversation, 0, Duration::ZERO).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::NotFound);

    let waiting = tokio::spawn(wait(2, 25));
    tokio::time::sleep(Duration::from_secs(1)).await;
    engage.shutdown(Duration::from_secs(10)).await;
    assert!((1_000..1_010).contains(&waiting.await.unwrap().unwrap()), "a shutdown waits for nobody");
}

#[tokio::test(start_paused = true)]
async fn a_stream_ends_with_the_history_that_its_numbers_belong_to() {
    let backend = memory::backend();
    let engage = engage_on(backend.clone(), ManualClock::default()).await;
    let (actor, contact) = visitor(&engage).await;
    let conversation = opened(&engage, contact).await;
    let backup = backend.backup();
    let mut stream = Box::pin(events(&engage, &actor, conversation, at(1)).await.unwrap());
    let waiting = wait_for_entry(&engage, &actor, conversation, 1, Duration::from_secs(3_600));
    let change = async {
        tokio::time::sleep(Duration::from_millis(1)).await;
        backend.restore(&backup);
        said(&engage, &agent("7", &[]), conversation, "Anew").await;
    };
    let ((seen, is_over), waited, ()) = tokio::join!(read(&mut stream, Duration::from_secs(1)), waiting, change);
    waited.unwrap();
    assert_eq!((names(&seen), is_over), (vec![("subscribed", None), ("bye", None)], true));
    assert_eq!(seen[1].2["code"], "rewound");
    let now = engage.chat().hub().epoch().to_string();
    for (epoch, begins) in [("another".to_owned(), ("subscribed", Some(2))), (now, ("subscribed", None))] {
        let held = Place { seq: 1, epoch: Some(epoch) };
        let stream = events(&engage, &actor, conversation, Some(held)).await.unwrap();
        let (seen, _) = read(&mut std::pin::pin!(stream), Duration::from_secs(1)).await;
        assert_eq!(names(&seen)[0], begins);
    }
}

#[test]
fn places_are_read_as_they_are_written() {
    for (id, seq, epoch) in [("7", 7, None), ("7.0", 7, Some("0")), ("0.2a00000001", 0, Some("2a00000001"))] {
        let place = Place::read(id).unwrap();
        assert_eq!((place.seq, place.epoch.as_deref()), (seq, epoch), "{id}");
    }
    for id in ["", "-1", "x", ".1", "1e3", " 1", "9223372036854775808"] {
        assert!(Place::read(id).is_none(), "{id}");
    }
}
