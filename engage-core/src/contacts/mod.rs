//! Contacts: the people who write to the site.

mod events;
mod memory;
mod model;
mod service;
mod store;

pub use events::*;
pub use model::{Contact, ContactCard, ContactPatch};
pub use service::Contacts;
pub use store::ContactStore;
