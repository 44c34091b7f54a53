//! Saved views: what of a list somebody looks at again and again, under a name.

mod memory;
mod model;
mod service;
mod store;

pub use model::{ChatFilter, SavedView, TicketFilter, ViewFilter, ViewKind, ViewStatus};
pub use service::{NewView, Views};
pub use store::{Room, ViewQuery, ViewStore};
