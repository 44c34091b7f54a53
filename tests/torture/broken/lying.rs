//! Faults on the way from the server to its clients: frames that are lost, doubled, made up, or somebody else's.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use engage_testkit::history::Side;
use engage_testkit::history::drive::Alter;
use parking_lot::Mutex;
use serde_json::Value;

fn is_message(frame: &Value) -> bool {
    frame["type"] == "message"
}

/// Counts, and says when it is time again.
fn every(times: usize) -> impl Fn() -> bool {
    let count = AtomicUsize::new(0);
    move || count.fetch_add(1, Ordering::Relaxed) % times == times - 1
}

pub(super) fn loses_frames() -> Alter {
    let now = every(40);
    Arc::new(move |_, _, frame| if is_message(&frame) && now() { vec![] } else { vec![frame] })
}

pub(super) fn sends_twice() -> Alter {
    let now = every(40);
    Arc::new(move |_, _, frame| if is_message(&frame) && now() { vec![frame.clone(), frame] } else { vec![frame] })
}

/// Says that all was replayed, and leaves out the first entry of it.
pub(super) fn replays_too_late() -> Alter {
    let welcomed = Mutex::new(HashMap::<String, bool>::new());
    Arc::new(move |who, _, frame| {
        if frame["type"] == "welcome" {
            welcomed.lock().insert(who.to_owned(), true);
        }
        let first = is_message(&frame) && welcomed.lock().insert(who.to_owned(), false) == Some(true);
        if first { vec![] } else { vec![frame] }
    })
}

/// After a while an agent's streams bring nothing any more, while all else goes on.
pub(super) fn falls_silent() -> Alter {
    let count = AtomicUsize::new(0);
    Arc::new(move |who, _, frame| {
        let silent = who == "agent-3" && frame["seq"].is_number() && frame["type"] != "ack";
        if silent && count.fetch_add(1, Ordering::Relaxed) > 100 { vec![] } else { vec![frame] }
    })
}

/// Shows what then is not: the transaction was rolled back, and the number is given to the next one.
pub(super) fn publishes_early() -> Alter {
    let now = every(40);
    Arc::new(move |_, _, frame| {
        if !is_message(&frame) || !now() {
            return vec![frame];
        }
        let mut early = frame.clone();
        early["id"] = "01900000-0000-7000-8000-000000000000".into();
        early["body"] = "rolled back".into();
        vec![early, frame]
    })
}

/// What an agent was shown last goes to a visitor too, when `wanted`.
fn leaks(wanted: fn(&Value) -> bool) -> Alter {
    let heard = Mutex::new(None::<Value>);
    Arc::new(move |_, side, frame| {
        if side == Side::Staff {
            if wanted(&frame) {
                *heard.lock() = Some(frame.clone());
            }
            return vec![frame];
        }
        let leak = heard.lock().take().filter(|_| is_message(&frame));
        std::iter::once(frame).chain(leak).collect()
    })
}

pub(super) fn tells_notes() -> Alter {
    leaks(|frame| frame["type"] == "note")
}

pub(super) fn tells_strangers() -> Alter {
    leaks(is_message)
}

pub(super) fn mixes_bodies() -> Alter {
    let (now, last) = (every(40), Mutex::new(Value::Null));
    Arc::new(move |_, _, mut frame| {
        if is_message(&frame) {
            let before = std::mem::replace(&mut *last.lock(), frame["body"].clone());
            if now() {
                frame["body"] = before;
            }
        }
        vec![frame]
    })
}

pub(super) fn acknowledges_wrongly() -> Alter {
    let now = every(40);
    Arc::new(move |_, _, mut frame| {
        if frame["type"] == "ack" && now() {
            frame["seq"] = (frame["seq"].as_i64().unwrap() + 1).into();
        }
        vec![frame]
    })
}
