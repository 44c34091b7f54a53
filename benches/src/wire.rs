//! What stands in the frames of each server, as far as a load run needs it.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::Result;

/// Fills a body up to about 100 bytes, as people write.
const FILLING: &str = "Good morning! My order came without the blue cup; could you look into it";

/// How a server is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wire {
    /// engage's protocol, and that of the relay, which passes on what it gets.
    Engage,
    /// Socket.IO's protocol 5 in Engine.IO's protocol 4, over a WebSocket from the beginning.
    SocketIo,
}

/// What a frame of the server says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Heard<'a> {
    /// The connection is open now.
    Welcome,
    Ack,
    /// The body of a message.
    Message(&'a str),
    /// To be answered with this, at once.
    Asked(String),
    /// Nothing that matters here.
    Other,
}

/// The first frame to engage.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Hello<'a> {
    r#type: &'a str,
    protocol: u8,
    #[serde(borrow)]
    pub(crate) resume: Vec<Place<'a>>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Place<'a> {
    pub(crate) conversation: &'a str,
    seq: u64,
}

/// A frame of engage.
#[derive(Deserialize)]
struct Frame<'a> {
    r#type: &'a str,
    body: Option<&'a str>,
    n: Option<i64>,
}

/// What the peer tells of a message.
#[derive(Deserialize)]
struct Told<'a> {
    body: &'a str,
}

impl Wire {
    /// Whether the server promises to give messages in the order in which they were sent. The peer's pool does not.
    pub(crate) fn keeps_order(self) -> bool {
        self == Self::Engage
    }

    /// What the client says first. Socket.IO's server does.
    pub(crate) fn hello(self, conversation: Option<&str>) -> Result<Option<String>> {
        let resume = conversation.iter().map(|conversation| Place { conversation, seq: 0 }).collect();
        match self {
            Self::Engage => Ok(Some(serde_json::to_string(&Hello { r#type: "hello", protocol: 1, resume })?)),
            Self::SocketIo => Ok(None),
        }
    }

    /// The frame of a message, the sender's `count`th.
    pub(crate) fn message(self, conversation: &str, count: u64, stamp: &str) -> String {
        let body = format!("{stamp} {count:08} {FILLING}");
        match self {
            Self::Engage => format!(
                r#"{{"type":"send","conversation":"{conversation}","client_message_id":"m-{count}","body":"{body}"}}"#
            ),
            // 4: a message, 2: an event; the number of the acknowledgement.
            Self::SocketIo => format!(r#"42{count}["send","{conversation}","m-{count}","{body}"]"#),
        }
    }

    /// Reads a frame; `token` is the client's, which Socket.IO asks for.
    ///
    /// # Errors
    /// When the server refuses, complains, or ends the connection.
    pub(crate) fn read<'a>(self, text: &'a str, token: &str) -> Result<Heard<'a>> {
        let complaint = || Err(format!("the server said {text}").into());
        match self {
            Self::Engage => {
                let frame: Frame<'_> = serde_json::from_str(text)?;
                Ok(match frame.r#type {
                    "welcome" if text.contains("not_found") => return complaint(),
                    "error" | "bye" | "gap" => return complaint(),
                    "welcome" => Heard::Welcome,
                    "ack" => Heard::Ack,
                    // The relay passes on what was sent as it is.
                    "message" | "send" => Heard::Message(frame.body.unwrap_or_default()),
                    "ping" => Heard::Asked(format!(r#"{{"type":"pong","n":{}}}"#, frame.n.unwrap_or(0))),
                    _ => Heard::Other,
                })
            }
            // open, ping, connected, event, acknowledgement
            Self::SocketIo => match text.as_bytes() {
                [b'0', ..] => Ok(Heard::Asked(format!(r#"40{{"token":"{token}"}}"#))),
                [b'2'] => Ok(Heard::Asked("3".to_owned())),
                [b'4', b'0', ..] => Ok(Heard::Welcome),
                [b'4', b'2', ..] => {
                    let (event, told): (&str, &RawValue) = serde_json::from_str(&text[2..])?;
                    match event {
                        "message" => Ok(Heard::Message(serde_json::from_str::<Told<'_>>(told.get())?.body)),
                        _ => Ok(Heard::Other),
                    }
                }
                [b'4', b'3', ..] if text.ends_with("[{}]") => Ok(Heard::Ack),
                _ => complaint(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_socket_io_are_read_and_refusals_are_failures() {
        let read = |text| Wire::SocketIo.read(text, "t");
        assert_eq!(
            read(r#"0{"sid":"a","pingInterval":25000}"#).unwrap(),
            Heard::Asked(r#"40{"token":"t"}"#.to_owned())
        );
        assert_eq!(read("2").unwrap(), Heard::Asked("3".to_owned()));
        assert_eq!(read(r#"40{"sid":"b"}"#).unwrap(), Heard::Welcome);
        assert_eq!(read(r#"42["message",{"id":"1","body":"hi"}]"#).unwrap(), Heard::Message("hi"));
        assert_eq!(read("4317[{}]").unwrap(), Heard::Ack);
        for refusal in [r#"4317[{"error":"refused"}]"#, r#"44{"message":"unauthenticated"}"#, "41", "1"] {
            assert!(read(refusal).is_err(), "{refusal}");
        }
    }

    #[test]
    fn a_message_is_the_same_text_for_all() {
        let engage = Wire::Engage.message("c", 7, "C 1");
        let Heard::Message(body) = Wire::Engage.read(&engage, "").unwrap() else { panic!("{engage}") };
        assert_eq!(Wire::SocketIo.message("c", 7, "C 1"), format!(r#"427["send","c","m-7","{body}"]"#));
    }
}
