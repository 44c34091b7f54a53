//! Reading a client's frame, and saying what is wrong with one that cannot be read.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::pointer::pointer;
use crate::wire::{ClientFrame, Refused};

/// How many characters a `ref` may have.
pub(crate) const REF_CHARS: usize = 64;

/// A frame.
///
/// # Errors
/// What to tell the client, with its `ref` where that can be read and the member that is wrong.
pub(crate) fn frame(text: &str) -> Result<ClientFrame, Refused> {
    // serde would take the members of an object in their order too, as an array.
    if !text.trim_start().starts_with('{') {
        return Err(diagnose(text));
    }
    let frame = serde_json::from_str(text).map_err(|_| diagnose(text))?;
    check(&frame)?;
    Ok(frame)
}

/// An error at a member.
pub(super) fn invalid(reference: Option<&str>, field: &str, detail: impl Into<String>) -> Refused {
    Refused {
        r#ref: reference.filter(|text| fits(text)).map(str::to_owned),
        code: "invalid".to_owned(),
        detail: detail.into(),
        field: Some(field.to_owned()),
    }
}

/// What every frame of a type must keep to beyond its shape.
fn check(frame: &ClientFrame) -> Result<(), Refused> {
    let reference = reference(frame);
    if let Some((text, member)) = reference
        && !fits(text)
    {
        return Err(invalid(None, member, format!("at most {REF_CHARS} characters")));
    }
    let seq = match frame {
        ClientFrame::Subscribe(subscribe) => subscribe.seq,
        ClientFrame::Read(read) => Some(read.seq),
        _ => None,
    };
    if seq.is_some_and(|seq| seq < 0) {
        return Err(invalid(reference.map(|(text, _)| text), "/seq", "a number from 0 on is expected"));
    }
    Ok(())
}

/// What the answer to a frame repeats, and in which member it came.
pub(super) fn reference(frame: &ClientFrame) -> Option<(&str, &'static str)> {
    match frame {
        ClientFrame::Subscribe(subscribe) => Some((&subscribe.r#ref, "/ref")),
        ClientFrame::Status(status) => Some((&status.r#ref, "/ref")),
        ClientFrame::Assign(assign) => Some((&assign.r#ref, "/ref")),
        ClientFrame::Team(team) => Some((&team.r#ref, "/ref")),
        ClientFrame::Send(send) | ClientFrame::Note(send) => Some((&send.client_message_id, "/client_message_id")),
        _ => None,
    }
}

fn fits(reference: &str) -> bool {
    reference.len() <= REF_CHARS || reference.chars().nth(REF_CHARS).is_none()
}

/// The slow way, taken only for frames that cannot be read: says which member is wrong and why.
fn diagnose(text: &str) -> Refused {
    let malformed =
        |detail: &str| Refused { r#ref: None, code: "malformed".to_owned(), detail: detail.to_owned(), field: None };
    let mut members = match serde_json::from_str(text) {
        Ok(Value::Object(members)) => members,
        Ok(_) => return malformed("a frame is a JSON object"),
        Err(_) => return malformed("this is not JSON"),
    };
    let reference =
        ["ref", "client_message_id"].iter().find_map(|name| members.get(*name)?.as_str().map(str::to_owned));
    let (field, detail) = match members.remove("type") {
        Some(Value::String(kind)) => match unfit(&kind, members) {
            Some(found) => found,
            None => {
                return Refused { r#ref: reference.filter(|text| fits(text)), ..malformed("a member is given twice") };
            }
        },
        Some(_) => ("/type".to_owned(), "a string is expected".to_owned()),
        None => ("/type".to_owned(), "every frame has a type".to_owned()),
    };
    invalid(reference.as_deref(), &field, detail)
}

/// The member that does not fit a frame of this kind, and why; `None` when all do.
fn unfit(kind: &str, members: Map<String, Value>) -> Option<(String, String)> {
    use crate::wire;
    match kind {
        "hello" => misfit::<wire::Hello>(members),
        "subscribe" => misfit::<wire::Subscribe>(members),
        "unsubscribe" => misfit::<wire::Unsubscribe>(members),
        "send" | "note" => misfit::<wire::Send>(members),
        "read" => misfit::<wire::Read>(members),
        "typing" => misfit::<wire::Typing>(members),
        "page" => misfit::<wire::PageSeen>(members),
        "status" => misfit::<wire::StatusCommand>(members),
        "assign" => misfit::<wire::AssignCommand>(members),
        "team" => misfit::<wire::TeamCommand>(members),
        "tickets" => misfit::<wire::FollowTickets>(members),
        "presence" => misfit::<wire::PresenceCommand>(members),
        "ping" => misfit::<wire::Ping>(members),
        "pong" => misfit::<wire::Pong>(members),
        _ => Some(("/type".to_owned(), "there is no such frame".to_owned())),
    }
}

fn misfit<T: DeserializeOwned>(members: Map<String, Value>) -> Option<(String, String)> {
    let error = serde_path_to_error::deserialize::<_, T>(Value::Object(members)).err()?;
    let said = error.inner().to_string();
    Some((pointer(error.path(), &said), said.chars().take(200).collect()))
}
