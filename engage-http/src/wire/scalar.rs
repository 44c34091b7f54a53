//! Single values, and how strictly they are read.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use chrono::{DateTime, SecondsFormat, Utc};
use engage_core::chat::{AgentStatus, Priority as CorePriority, Status as CoreStatus};
use engage_core::clock::{Timestamp, from_micros};
use engage_core::ids::EntryId;
use engage_core::{AgentRef, Audience};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error as _, IntoDeserializer as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;
use uuid::Uuid;

/// A moment: RFC 3339 in UTC, always with microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ToSchema)]
#[schema(value_type = String, format = DateTime, examples("2026-01-01T12:00:00.000000Z"))]
pub struct Time(pub Timestamp);

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.to_rfc3339_opts(SecondsFormat::Micros, true))
    }
}

impl<'de> Deserialize<'de> for Time {
    /// Any offset is read; what is finer than a microsecond is cut off.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let time =
            DateTime::parse_from_rfc3339(&text).map_err(|_| D::Error::custom("a time as of RFC 3339 is expected"))?;
        Ok(Self(from_micros(time.with_timezone(&Utc).timestamp_micros())))
    }
}

impl From<Timestamp> for Time {
    fn from(time: Timestamp) -> Self {
        Self(time)
    }
}

/// Whether a conversation is being worked on. Visitors never see `snoozed`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Waits for somebody.
    Open,
    /// Put off.
    Snoozed,
    /// Done.
    Closed,
}

impl Status {
    /// What `audience` is told.
    pub fn new(status: CoreStatus, audience: Audience) -> Self {
        match (status, audience) {
            (CoreStatus::Closed, _) => Self::Closed,
            (CoreStatus::Snoozed, Audience::Staff) => Self::Snoozed,
            (CoreStatus::Snoozed | CoreStatus::Open, _) => Self::Open,
        }
    }
}

impl From<Status> for CoreStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Open => Self::Open,
            Status::Snoozed => Self::Snoozed,
            Status::Closed => Self::Closed,
        }
    }
}

/// Who comes first of those who wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// When there is nothing else.
    Low,
    /// As usual.
    Normal,
    /// Before the others.
    High,
    /// Before everybody.
    Urgent,
}

impl From<CorePriority> for Priority {
    fn from(priority: CorePriority) -> Self {
        match priority {
            CorePriority::Low => Self::Low,
            CorePriority::Normal => Self::Normal,
            CorePriority::High => Self::High,
            CorePriority::Urgent => Self::Urgent,
        }
    }
}

/// Whether an agent takes chats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// Here and taking chats.
    Online,
    /// Here, taking none.
    Away,
    /// Not here.
    Offline,
}

impl From<AgentStatus> for Presence {
    fn from(status: AgentStatus) -> Self {
        match status {
            AgentStatus::Online => Self::Online,
            AgentStatus::Away => Self::Away,
            AgentStatus::Offline => Self::Offline,
        }
    }
}

/// What an agent can choose to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Chosen {
    /// Here and taking chats.
    Online,
    /// Here, taking none.
    Away,
}

impl From<Chosen> for AgentStatus {
    fn from(chosen: Chosen) -> Self {
        match chosen {
            Chosen::Online => Self::Online,
            Chosen::Away => Self::Away,
        }
    }
}

/// The name that visitors may see: without one of their own, agents bear their id, which is the host's affair.
pub(crate) fn shown_name(agent: &AgentRef, audience: Audience) -> Option<String> {
    (audience == Audience::Staff || agent.name != agent.id).then(|| agent.name.clone())
}

/// Reads an id in its one spelling.
pub(super) fn id<'de, D: Deserializer<'de>, T: FromStr>(deserializer: D) -> Result<T, D::Error> {
    let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
    text.parse().map_err(|_| D::Error::custom("an id is expected: a UUID in lower case with hyphens"))
}

/// Some of them.
pub(super) fn ids<'de, D: Deserializer<'de>, T: FromStr>(deserializer: D) -> Result<Vec<T>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    texts.into_iter().map(|text| id::<_, T>(text.into_deserializer())).collect()
}

/// The same, or null.
pub(super) fn nullable_id<'de, D: Deserializer<'de>, T: FromStr>(deserializer: D) -> Result<Option<T>, D::Error> {
    match Option::<String>::deserialize(deserializer)? {
        Some(text) => id::<_, T>(text.into_deserializer()).map(Some),
        None => Ok(None),
    }
}

/// An id of whatever kind, or null.
pub(super) fn nullable_uuid<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Uuid>, D::Error> {
    Ok(nullable_id::<_, EntryId>(deserializer)?.map(|id| id.0))
}

/// An id of whatever kind.
pub(super) fn uuid<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Uuid, D::Error> {
    Ok(id::<_, EntryId>(deserializer)?.0)
}

/// A time, or null.
pub(super) fn nullable_time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    Ok(Option::<Time>::deserialize(deserializer)?.map(|time| time.0))
}

/// A member that must be there, though it may be null.
pub(super) fn nullable<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    Option::deserialize(deserializer)
}

/// Tells null from absent; with `#[serde(default)]` for the latter.
pub(super) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// An object as an object: serde would take its members in their order too, as an array.
pub(super) fn object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    Object::deserialize(deserializer).map(|Object(object)| object)
}

/// A list of such objects.
pub(super) fn objects<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    let objects: Vec<Object<T>> = Vec::deserialize(deserializer)?;
    Ok(objects.into_iter().map(|Object(object)| object).collect())
}

struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Expected<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Expected<T> {
            type Value = Object<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Self::Value, A::Error> {
                T::deserialize(MapAccessDeserializer::new(members)).map(Object)
            }
        }
        deserializer.deserialize_map(Expected(PhantomData))
    }
}
