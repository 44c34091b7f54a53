//! The state machine by itself.

use std::time::Duration;

use engage_core::Audience;
use engage_core::ids::ConversationId;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::socket::{Action, Command, Event, FRAME_BYTES, Rules, Session};
use crate::wire::{Bye, ByeCode, ServerFrame};

const ID: &str = "01900000-0000-7000-8000-000000000001";

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn id(n: u128) -> ConversationId {
    ConversationId(uuid::Uuid::from_u128(n))
}

/// A session past its greeting.
fn open(audience: Audience) -> Session {
    let mut session = Session::new(audience, Rules::new(audience));
    assert!(matches!(
        text(&mut session, json!({ "type": "hello", "protocol": 1 }))[..],
        [Action::Call(Command::Hello { .. })]
    ));
    let mut out = Vec::new();
    session.on_event(Event::Welcomed, Duration::ZERO, &mut out);
    assert_eq!(out, []);
    session
}

#[expect(clippy::needless_pass_by_value, reason = "it is given what `json!` makes")]
fn text(session: &mut Session, frame: Value) -> Vec<Action> {
    raw(session, &frame.to_string())
}

fn raw(session: &mut Session, frame: &str) -> Vec<Action> {
    at(session, frame, Duration::ZERO)
}

fn at(session: &mut Session, frame: &str, now: Duration) -> Vec<Action> {
    let mut out = Vec::new();
    session.on_text(frame, now, &mut out);
    out
}

fn tick(session: &mut Session, now: Duration) -> Vec<Action> {
    let mut out = Vec::new();
    session.on_tick(now, &mut out);
    out
}

fn sent(action: &Action) -> Value {
    match action {
        Action::Send(bytes) => serde_json::from_slice(bytes).unwrap(),
        other => panic!("{other:?} sends nothing"),
    }
}

/// The one error frame that a frame gets: `ref`, `code`, `field`.
fn refused(session: &mut Session, frame: &str) -> (Value, Value, Value) {
    let out = raw(session, frame);
    assert_eq!(out.len(), 1, "{frame}: {out:?}");
    let error = sent(&out[0]);
    assert_eq!(error["type"], "error");
    assert!(!error["detail"].as_str().unwrap().is_empty());
    (error["ref"].clone(), error["code"].clone(), error["field"].clone())
}

fn closes(out: &[Action], code: ByeCode) {
    assert_eq!(out.last(), Some(&Action::Close(Bye::from(code))), "{out:?}");
}

#[test]
fn without_hello_within_ten_seconds_it_ends() {
    let mut session = Session::new(Audience::Visitor, Rules::new(Audience::Visitor));
    assert_eq!(session.next_tick(), Some(secs(10)));
    assert_eq!(tick(&mut session, Duration::from_millis(9_999)), []);
    closes(&tick(&mut session, secs(10)), ByeCode::ProtocolError);
    assert!(session.is_closed());
    assert_eq!(raw(&mut session, r#"{"type":"hello","protocol":1}"#), [], "what comes later is not looked at");
}

#[test]
fn whatever_comes_before_hello_ends_it() {
    let too_many: Vec<_> = (0..51).map(|n| json!({ "conversation": id(n), "seq": 0 })).collect();
    let bad = [
        json!({ "type": "ping" }),
        json!({ "type": "send", "conversation": ID, "client_message_id": "a", "body": "b" }),
        json!({ "type": "hello" }),
        json!({ "type": "hello", "protocol": 2 }),
        json!({ "type": "hello", "protocol": "1" }),
        json!({ "type": "hello", "protocol": 1, "more": true }),
        json!({ "type": "hello", "protocol": 1, "resume": null }),
        json!({ "type": "hello", "protocol": 1, "resume": [{ "conversation": ID, "seq": -1 }] }),
        json!({ "type": "hello", "protocol": 1, "resume": [{ "conversation": ID, "seq": 1 }, { "conversation": ID, "seq": 1 }] }),
        json!({ "type": "hello", "protocol": 1, "resume": too_many }),
        json!("hello"),
    ];
    for frame in bad {
        let mut session = Session::new(Audience::Staff, Rules::new(Audience::Staff));
        let out = text(&mut session, frame.clone());
        assert_eq!(sent(&out[0])["type"], "error", "{frame}");
        closes(&out, ByeCode::ProtocolError);
    }
}

#[test]
fn a_binary_or_too_large_frame_ends_it() {
    let (mut session, mut out) = (open(Audience::Visitor), Vec::new());
    session.on_binary(Duration::ZERO, &mut out);
    closes(&out, ByeCode::ProtocolError);

    let mut session = open(Audience::Visitor);
    let ping = json!({ "type": "ping" }).to_string();
    let pad = |bytes: usize| format!("{ping}{}", " ".repeat(bytes - ping.len()));
    assert_eq!(sent(&raw(&mut session, &pad(FRAME_BYTES))[0])["type"], "pong");
    closes(&raw(&mut session, &pad(FRAME_BYTES + 1)), ByeCode::FrameTooLarge);
}

#[test]
fn an_error_says_which_member_is_wrong_and_repeats_the_ref() {
    let mut session = open(Audience::Staff);
    let cases = [
        (json!({ "ref": "r", "conversation": ID }), "r", "invalid", "/type"),
        (json!({ "type": 7, "ref": "r" }), "r", "invalid", "/type"),
        (json!({ "type": "fly", "ref": "r" }), "r", "invalid", "/type"),
        (json!({ "type": "hello", "protocol": 1 }), "", "invalid", "/type"),
        (json!({ "type": "subscribe", "ref": "r" }), "r", "invalid", "/conversation"),
        (json!({ "type": "subscribe", "conversation": ID }), "", "invalid", "/ref"),
        (json!({ "type": "subscribe", "ref": "r", "conversation": "x" }), "r", "invalid", "/conversation"),
        (json!({ "type": "subscribe", "ref": "r", "conversation": ID, "seq": "1" }), "r", "invalid", "/seq"),
        (json!({ "type": "subscribe", "ref": "r", "conversation": ID, "seq": -1 }), "r", "invalid", "/seq"),
        (json!({ "type": "subscribe", "ref": "r", "conversation": ID, "more": [{}] }), "r", "invalid", "/more"),
        (json!({ "type": "subscribe", "ref": "r", "conversation": ID, "a/b~": 1 }), "r", "invalid", "/a~1b~0"),
        (json!({ "type": "send", "client_message_id": "m", "conversation": ID }), "m", "invalid", "/body"),
        (json!({ "type": "send", "client_message_id": "m", "conversation": ID, "body": 1 }), "m", "invalid", "/body"),
        (
            json!({ "type": "send", "client_message_id": 1, "conversation": ID, "body": "b" }),
            "",
            "invalid",
            "/client_message_id",
        ),
        (
            json!({ "type": "send", "client_message_id": "m", "conversation": ID, "body": "b", "reply_to": "x" }),
            "m",
            "invalid",
            "/reply_to",
        ),
        (json!({ "type": "typing", "conversation": ID, "typing": 1 }), "", "invalid", "/typing"),
        (json!({ "type": "assign", "ref": "r", "conversation": ID }), "r", "invalid", "/agent"),
        (json!({ "type": "status", "ref": "r", "conversation": ID, "status": "shut" }), "r", "invalid", "/status"),
        (json!({ "type": "presence", "status": "offline" }), "", "invalid", "/status"),
        (json!({ "type": "pong" }), "", "invalid", "/n"),
    ];
    for (frame, reference, code, field) in cases {
        // Each on its own allowance.
        session = if session.is_closed() { open(Audience::Staff) } else { session };
        let expected = if reference.is_empty() { Value::Null } else { json!(reference) };
        assert_eq!(
            refused(&mut open(Audience::Staff), &frame.to_string()),
            (expected, json!(code), json!(field)),
            "{frame}"
        );
    }
    for broken in [
        "",
        "{",
        "[]",
        "1",
        "null",
        "\"hello\"",
        "{\"type\":\"ping\"}}",
        "\u{0}",
        "{\"type\":\"\\ud800\"}",
        &"[".repeat(60_000),
    ] {
        assert_eq!(refused(&mut session, broken), (Value::Null, json!("malformed"), Value::Null), "{broken:.20}");
    }
    let twice = format!(r#"{{"type":"subscribe","ref":"r","conversation":"{ID}","conversation":"{ID}"}}"#);
    assert_eq!(refused(&mut session, &twice), (json!("r"), json!("malformed"), Value::Null));
}

#[test]
fn a_ref_has_at_most_64_characters() {
    let mut session = open(Audience::Staff);
    let subscribe = |reference: String| json!({ "type": "subscribe", "ref": reference, "conversation": ID });
    assert!(matches!(text(&mut session, subscribe("ü".repeat(64)))[..], [Action::Call(_)]));
    let long = subscribe("ü".repeat(65)).to_string();
    assert_eq!(refused(&mut session, &long), (Value::Null, json!("invalid"), json!("/ref")));
    let long =
        json!({ "type": "send", "conversation": ID, "client_message_id": "a".repeat(65), "body": "b" }).to_string();
    assert_eq!(refused(&mut session, &long), (Value::Null, json!("invalid"), json!("/client_message_id")));
}

#[test]
fn over_twenty_errors_end_it() {
    let mut session = open(Audience::Visitor);
    for n in 0..20 {
        assert_eq!(raw(&mut session, "?").len(), 1, "{n}");
    }
    let out = raw(&mut session, "?");
    assert_eq!(out.len(), 2, "the error is told even then");
    closes(&out, ByeCode::ProtocolError);
}

#[test]
fn more_frames_than_allowed_end_it() {
    let mut session = open(Audience::Visitor);
    let ping = json!({ "type": "ping" }).to_string();
    // One was hello.
    for n in 0..119 {
        assert_eq!(raw(&mut session, &ping).len(), 1, "{n}");
    }
    // A twelfth of a second later there is room for one more.
    let later = Duration::from_millis(84);
    assert_eq!(at(&mut session, &ping, later).len(), 1);
    closes(&at(&mut session, &ping, later), ByeCode::TooMany);

    let mut session = Session::new(Audience::Visitor, Rules::new(Audience::Visitor).without_rate_limits());
    text(&mut session, json!({ "type": "hello", "protocol": 1 }));
    assert!((0..10_000).all(|_| raw(&mut session, &ping).len() == 1));
}

#[test]
fn visitors_may_not_do_what_is_for_staff() {
    let mut session = open(Audience::Visitor);
    let frames = [
        (json!({ "type": "note", "client_message_id": "r", "conversation": ID, "body": "b" }), json!("r")),
        (json!({ "type": "status", "ref": "r", "conversation": ID, "status": "closed" }), json!("r")),
        (json!({ "type": "assign", "ref": "r", "conversation": ID, "agent": null }), json!("r")),
        (json!({ "type": "team", "ref": "r", "conversation": ID, "team": null }), json!("r")),
        (json!({ "type": "presence", "status": "away" }), Value::Null),
    ];
    for (frame, reference) in frames {
        assert_eq!(refused(&mut session, &frame.to_string()), (reference, json!("forbidden"), Value::Null));
        assert!(matches!(text(&mut open(Audience::Staff), frame)[..], [Action::Call(_)]));
    }
}

#[test]
fn so_many_conversations_can_be_followed() {
    for (audience, most) in [(Audience::Visitor, 20), (Audience::Staff, 50)] {
        let mut session = open(audience);
        let subscribe = |n: u128| json!({ "type": "subscribe", "ref": "r", "conversation": id(n) });
        for n in 0..most {
            assert!(matches!(text(&mut session, subscribe(n))[..], [Action::Call(_)]));
        }
        assert!(matches!(text(&mut session, subscribe(0))[..], [Action::Call(_)]), "the same again is no more");
        assert_eq!(refused(&mut session, &subscribe(most).to_string()).1, "too_many");
        text(&mut session, json!({ "type": "unsubscribe", "conversation": id(0) }));
        session.on_event(Event::Left(id(1)), Duration::ZERO, &mut Vec::new());
        assert!(matches!(text(&mut session, subscribe(most))[..], [Action::Call(_)]));
        assert!(matches!(text(&mut session, subscribe(most + 1))[..], [Action::Call(_)]));
        assert_eq!(refused(&mut session, &subscribe(most + 2).to_string()).1, "too_many");
    }
}

#[test]
fn what_is_too_much_to_resume_is_named() {
    let mut session = Session::new(Audience::Visitor, Rules::new(Audience::Visitor));
    let resume: Vec<_> = (0..25).map(|n| json!({ "conversation": id(n), "seq": 1 })).collect();
    let out = text(&mut session, json!({ "type": "hello", "protocol": 1, "resume": resume }));
    let [Action::Call(Command::Hello { resume, surplus, epoch: None, inbox: None })] = &out[..] else {
        panic!("{out:?}")
    };
    assert_eq!((resume.len(), &surplus[..]), (20, &[id(20), id(21), id(22), id(23), id(24)][..]));
}

#[test]
fn typing_counts_once_a_second_and_its_end_always() {
    let mut session = open(Audience::Visitor);
    let mut types = |n: u128, typing: bool, millis: u64| {
        let frame = json!({ "type": "typing", "conversation": id(n), "typing": typing }).to_string();
        let out = at(&mut session, &frame, Duration::from_millis(millis));
        assert!(matches!(out[..], [] | [Action::Call(Command::Typing { followed: false, .. })]));
        !out.is_empty()
    };
    assert!(!types(1, false, 0), "nobody typed");
    assert!(types(1, true, 0));
    assert!(!types(1, true, 500));
    assert!(types(1, false, 600));
    assert!(!types(1, false, 700));
    assert!(!types(1, true, 900));
    assert!(types(2, true, 900), "another conversation");
    assert!(types(1, true, 1_000));
}

#[test]
fn what_is_typed_counts_twice_a_second() {
    let mut session = open(Audience::Visitor);
    let mut types = |text: &str, millis: u64| {
        let frame = json!({ "type": "typing", "conversation": id(1), "typing": true, "text": text }).to_string();
        match &at(&mut session, &frame, Duration::from_millis(millis))[..] {
            [] => None,
            [Action::Call(Command::Typing { draft: Some(draft), .. })] => Some(draft.text().to_owned()),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(types("H", 0).as_deref(), Some("H"));
    assert_eq!(types("He", 499), None);
    assert_eq!(types("Hel", 500).as_deref(), Some("Hel"));
}

#[test]
fn pages_are_limited_and_no_fault_of_the_client() {
    let mut session = open(Audience::Visitor);
    let frame = r#"{"type":"page","url":"https://a.example/","title":""}"#;
    for _ in 0..30 {
        assert!(matches!(at(&mut session, frame, secs(1))[..], [Action::Call(Command::Page(_))]));
    }
    for _ in 0..30 {
        let out = at(&mut session, frame, secs(2));
        assert_eq!(out.len(), 1);
        assert_eq!(sent(&out[0])["code"], "rate_limited");
    }
    assert!(matches!(at(&mut session, frame, secs(5))[..], [Action::Call(Command::Page(_))]));
    let out = at(&mut open(Audience::Staff), frame, secs(1));
    assert_eq!(sent(&out[0])["code"], "forbidden");
}

#[test]
fn the_server_pings_and_gives_up_after_two_heartbeats_of_silence() {
    let mut session = open(Audience::Visitor);
    assert_eq!(session.next_tick(), Some(secs(25)));
    assert_eq!(sent(&tick(&mut session, secs(25))[0]), json!({ "type": "ping", "n": 1 }));
    assert_eq!(at(&mut session, r#"{"type":"pong","n":1}"#, secs(26)), []);
    assert_eq!(sent(&tick(&mut session, secs(50))[0]), json!({ "type": "ping", "n": 2 }));
    assert_eq!(sent(&tick(&mut session, secs(75))[0]), json!({ "type": "ping", "n": 3 }));
    assert_eq!(session.next_tick(), Some(secs(76)));
    closes(&tick(&mut session, secs(76)), ByeCode::Timeout);

    // Nobody is given up while the server itself did not listen.
    let mut session = open(Audience::Visitor);
    session.on_deaf(secs(49));
    assert_eq!(sent(&tick(&mut session, secs(50))[0])["type"], "ping");
    session.on_control(secs(60), &mut Vec::new());
    assert_eq!(sent(&tick(&mut session, secs(100))[0])["type"], "ping");
}

#[test]
fn pings_come_back() {
    let mut session = open(Audience::Visitor);
    assert_eq!(sent(&text(&mut session, json!({ "type": "ping", "n": -7 }))[0]), json!({ "type": "pong", "n": -7 }));
    assert_eq!(sent(&text(&mut session, json!({ "type": "ping" }))[0]), json!({ "type": "pong" }));
}

#[test]
fn after_the_end_nothing_happens() {
    let (mut session, mut out) = (open(Audience::Visitor), Vec::new());
    let bye = Bye { retry_after_ms: 7, ..ByeCode::Draining.into() };
    session.on_event(Event::End(bye), Duration::ZERO, &mut out);
    assert_eq!(out, [Action::Close(bye)]);
    session.on_event(Event::End(ByeCode::Slow.into()), Duration::ZERO, &mut out);
    session.on_event(Event::Tell(ServerFrame::Bye(bye)), Duration::ZERO, &mut out);
    session.on_tick(secs(1_000), &mut out);
    assert_eq!((out.len(), session.next_tick()), (1, None));
}

/// What a client, or somebody who would like to be one, may do.
#[derive(Debug, Clone)]
enum Step {
    Text(String),
    Binary,
    Control,
    Tick,
    Wait(u16),
    Welcomed,
    Left(u8),
    End,
}

/// Members with values that mostly fit, so that sequences get past the parser.
fn frames() -> impl Strategy<Value = String> {
    let kinds = prop::sample::select(vec![
        "hello",
        "subscribe",
        "unsubscribe",
        "send",
        "note",
        "read",
        "typing",
        "page",
        "status",
        "assign",
        "team",
        "presence",
        "tickets",
        "ping",
        "pong",
        "fly",
    ]);
    let value = || {
        prop_oneof![
            4 => (0_u8..4).prop_map(|n| json!(id(n.into()))),
            2 => Just(json!(1)),
            1 => any::<i64>().prop_map(|n| json!(n)),
            1 => any::<f64>().prop_map(|n| json!(n)),
            1 => Just(json!(null)),
            1 => Just(json!(true)),
            1 => prop::sample::select(vec!["open", "away", "r", "2026-01-01T00:00:00Z"]).prop_map(|text| json!(text)),
            1 => ".{0,80}".prop_map(|text| json!(text)),
            1 => Just(json!([{ "conversation": id(1), "seq": 1 }])),
        ]
    };
    let names = prop::sample::select(vec![
        "protocol",
        "resume",
        "inbox",
        "ref",
        "conversation",
        "seq",
        "client_message_id",
        "body",
        "reply_to",
        "typing",
        "status",
        "snoozed_until",
        "agent",
        "expected",
        "team",
        "n",
        "type",
        "",
    ]);
    (kinds, prop::collection::vec((names, value()), 0..7)).prop_map(|(kind, members)| {
        let mut frame = json!({ "type": kind });
        // What the frame needs, so that some are whole.
        match kind {
            "hello" => frame["protocol"] = json!(1),
            "ping" | "fly" => {}
            "pong" => frame["n"] = json!(1),
            "presence" => frame["status"] = json!("away"),
            _ => frame["conversation"] = json!(id(1)),
        }
        for (name, value) in members {
            frame[name] = value;
        }
        frame.to_string()
    })
}

fn steps() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => any::<String>().prop_map(Step::Text),
        10 => frames().prop_map(Step::Text),
        2 => Just(json!({ "type": "hello", "protocol": 1 }).to_string()).prop_map(Step::Text),
        1 => (frames(), any::<prop::sample::Index>()).prop_map(|(frame, cut)| {
            let cut = cut.index(frame.len());
            Step::Text(frame.chars().take(cut).collect())
        }),
        1 => Just(Step::Control),
        2 => Just(Step::Tick),
        2 => any::<u16>().prop_map(Step::Wait),
        2 => Just(Step::Welcomed),
        1 => (0_u8..4).prop_map(Step::Left),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_text_makes_it_panic(frame in any::<String>(), staff in any::<bool>()) {
        let audience = if staff { Audience::Staff } else { Audience::Visitor };
        raw(&mut open(audience), &frame);
        raw(&mut Session::new(audience, Rules::new(audience)), &frame);
    }

    #[test]
    fn whatever_happens_it_ends_at_most_once_and_every_word_is_a_frame(
        mut steps in prop::collection::vec(steps(), 0..60), last in prop_oneof![Just(Step::Binary), Just(Step::End)], staff in any::<bool>(),
    ) {
        steps.push(last);
        let audience = if staff { Audience::Staff } else { Audience::Visitor };
        let mut session = Session::new(audience, Rules::new(audience));
        let (mut now, mut out, mut asked) = (Duration::ZERO, Vec::new(), false);
        for step in steps {
            let (before, was_closed) = (out.len(), session.is_closed());
            match step {
                Step::Text(frame) => session.on_text(&frame, now, &mut out),
                Step::Binary => session.on_binary(now, &mut out),
                Step::Control => session.on_control(now, &mut out),
                Step::Tick => session.on_tick(now, &mut out),
                Step::Wait(millis) => now += Duration::from_millis(millis.into()),
                // The driver answers only what was asked.
                Step::Welcomed if asked => session.on_event(Event::Welcomed, now, &mut out),
                Step::Welcomed => {}
                Step::Left(n) => session.on_event(Event::Left(id(n.into())), now, &mut out),
                Step::End => session.on_event(Event::End(ByeCode::Internal.into()), now, &mut out),
            }
            asked |= out.iter().any(|action| matches!(action, Action::Call(Command::Hello { .. })));
            prop_assert!(!was_closed || out.len() == before, "something came after the end");
        }
        for action in &out {
            if let Action::Send(bytes) = action {
                let frame: Value = serde_json::from_slice(bytes).unwrap();
                prop_assert!(["error", "ping", "pong"].contains(&frame["type"].as_str().unwrap()));
                prop_assert!(frame["ref"].as_str().is_none_or(|text| text.chars().count() <= 64));
            }
        }
        let ends: Vec<_> = out.iter().enumerate().filter(|(_, action)| matches!(action, Action::Close(_))).collect();
        prop_assert!(session.is_closed() && ends.len() == 1 && ends[0].0 == out.len() - 1);
        let hellos = out.iter().filter(|action| matches!(action, Action::Call(Command::Hello { .. }))).count();
        prop_assert!(hellos <= 1, "hello was taken {hellos} times");
        if !staff {
            let reserved = |action: &&Action| matches!(action, Action::Call(
                Command::Status(_) | Command::Assign(_) | Command::Team(_) | Command::Presence(_) | Command::Say { note: true, .. }));
            prop_assert_eq!(out.iter().find(reserved), None);
        }
    }
}
