use std::time::Duration;

use engage_core::Audience;
use serde_json::Value;

use super::points_into;
use crate::socket::parse;
use crate::socket::{Action, Event, FRAME_BYTES, Rules, Session};

/// The largest answer to a frame, in bytes: what a client makes the server send is bounded.
const ANSWER: usize = 2_048;

/// A client's frame is read, and as it is written again it is the same; or it is refused, with what is wrong and where.
pub fn frame(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    if text.len() > FRAME_BYTES {
        return;
    }
    match parse::frame(text) {
        Ok(frame) => {
            let again = serde_json::to_string(&frame).expect("a frame can be written");
            assert_eq!(parse::frame(&again).ok().as_ref(), Some(&frame), "{text} is written as {again}");
        }
        Err(refused) => {
            assert!(["malformed", "invalid"].contains(&&*refused.code) && !refused.detail.is_empty(), "{refused:?}");
            assert!(
                refused.r#ref.as_deref().is_none_or(|text| text.chars().count() <= parse::REF_CHARS),
                "{refused:?}"
            );
            assert_eq!(refused.field.is_some(), refused.code == "invalid", "{refused:?}");
            if let Some(field) = &refused.field {
                let value: Value = serde_json::from_str(text).expect("what can be pointed into is JSON");
                assert!(field.len() > 256 || points_into(field, &value), "{field} does not point into {text}");
            }
        }
    }
    for audience in [Audience::Visitor, Audience::Staff] {
        answered(text, audience);
    }
}

/// As the first frame, and after the greeting.
fn answered(text: &str, audience: Audience) {
    for greets in [false, true] {
        let mut session = Session::new(audience, Rules::new(audience));
        let mut out = Vec::new();
        if greets {
            session.on_text(r#"{"type":"hello","protocol":1}"#, Duration::ZERO, &mut out);
            session.on_event(Event::Welcomed, Duration::ZERO, &mut out);
            out.clear();
        }
        session.on_text(text, Duration::ZERO, &mut out);
        assert!(out.len() <= 2, "{} actions for one frame", out.len());
        for action in &out {
            if let Action::Send(bytes) = action {
                assert!(bytes.len() <= ANSWER, "{} bytes for {text}", bytes.len());
                let said: Value = serde_json::from_slice(bytes).expect("an answer is JSON");
                assert!(["error", "pong"].contains(&said["type"].as_str().expect("a type")), "{said}");
            }
        }
    }
}
