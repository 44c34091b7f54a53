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
    Agent, AgentStatus, Author, Change, Command, Conversation, Entry, Excerpt, Plan, Planned, Priority, ReadMark,
    Reader, Routing, Status, Typing, assignments, has_alternative,
};
pub use service::{
    Chat, ChatConfig, Delivery, Gap, Hub, Inbox, InboxNews, Opening, Published, Send, Sent, Snapshot, Subscribed,
    Subscriber,
};
pub use store::{
    AgentProfile, AgentSeen, Append, Appended, AssigneeFilter, ChatStore, Dispatch, EntryQuery, EntryRange, ListQuery,
    Listed, Lock, Offer, Open, Opened, Sight, StatusFilter,
};
