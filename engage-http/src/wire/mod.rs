//! What goes over the wire, as JSON: the types of `docs/protocol/chat.md`.
//!
//! Made from the core's types for one [`engage_core::Audience`], so that what only staff may see cannot get into what a
//! visitor reads.

mod admin;
mod conversation;
mod entry;
mod frames;
mod requests;
mod scalar;
#[cfg(test)]
mod tests;

pub use admin::{
    AuditLine, AuditPage, ContactInfo, DeadLetter, DeadLetterList, Health, MergeContact, Revoked, SetSetting, SettingInfo,
    SettingList,
};
pub use conversation::{Assignee, Contact, Conversation, Excerpt, ExcerptKind, ReadMark, Reader, fold_reads};
pub use entry::{Author, AuthorKind, Change, Entry, encode_entry};
pub use frames::{
    Ack, AssignCommand, Bye, ByeCode, ClientFrame, Done, GapTold, Hello, InboxChanged, InboxState, Limits, NotFound, Ping,
    Place, Pong, PresenceCommand, PresenceTold, PresentAgent, Read, ReadTold, Recovered, Refused, Send, ServerFrame,
    StatusCommand, Subscribe, Subscribed, Subscription, TeamCommand, Typing, TypingTold, Unsubscribe, Welcome,
};
pub use requests::{
    Agent, AgentList, ConversationPage, Empty, EntryPage, MarkRead, Marked, Me, OpenConversation, OpenedConversation,
    SendMessage, SessionInfo, SetAssignee, SetPresence, SetStatus, SetTeam, SetTyping, Site, SiteInfo, Snapshot,
    UpdateSession,
};
pub use scalar::{Chosen, Presence, Status, Time};
