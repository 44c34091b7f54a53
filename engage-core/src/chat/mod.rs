//! Chat: conversations between a visitor and staff.
//!
//! Every durable change of a conversation is an [`Entry`], made by [`Conversation::advance`] under the row's lock and
//! numbered there. All stores share that rule and [`Plan`], which applies it to a batch; they only load, lock and write.

mod events;
mod memory;
mod model;
mod service;
mod store;

pub use events::*;
pub use model::{
    Accent, Agent, AgentStatus, Author, Change, Command, Conversation, Corner, Draft, Entry, Epoch, Excerpt, Field,
    FieldKind, Holiday, Hours, Interval, Invitation, LauncherIcon, Look, Minute, Page, Plan, Planned, Preview,
    Priority, Rating, ReadMark, Reader, Routing, Status, Texts, Theme, Typing, Visits, Week, When, Words, assignments,
    has_alternative,
};
pub(crate) use model::{
    check_fields, check_invitations, check_look, check_texts, checked_body, checked_client_message_id, checked_label,
    checked_language, checked_team, checked_text,
};
pub use service::{
    Answer, Begin, Bot, Chat, ChatConfig, Delivery, Front, Gap, Heard, History, Hub, Inbox, InboxNews, Letters, Next,
    OFFLINE, Opening, Presence, Published, Reception, Roster, Send, Sent, Snapshot, Subscribed, Subscriber, Team,
    TranscriptFormat,
};
pub(crate) use service::{HostBot, TO_BOT, keeper};
pub use store::{
    AgentProfile, AgentSeen, Append, Appended, AssigneeFilter, ChatStore, Dispatch, EntryQuery, EntryRange, Found,
    ListQuery, Listed, Lock, Offer, Open, Opened, SearchQuery, Sight, StatusFilter, TeamFilter, TeamLoad,
};
