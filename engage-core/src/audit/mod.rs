//! Who did what: the audit log.

mod memory;
mod model;
mod store;

pub use model::AuditEntry;
pub use store::AuditStore;
