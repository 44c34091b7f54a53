//! Visitors' sessions: who a browser is, by a secret that only it holds.

mod memory;
mod model;
mod service;
mod store;

pub use model::{Session, SessionConfig};
pub use service::{Sessions, Visitor};
pub use store::SessionStore;
