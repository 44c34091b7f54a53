//! Contacts: the people who write to the site.

mod events;
mod memory;
mod model;
mod service;
mod store;

pub use events::*;
pub(crate) use model::looks_like_an_address;
pub use model::{Blocked, Contact, ContactCard, ContactPatch};
pub use service::Contacts;
pub use store::{ContactQuery, ContactStore};
