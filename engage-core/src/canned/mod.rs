//! Canned replies: texts that agents say often, found by a shortcode, with variables that engage fills in.

mod memory;
mod model;
mod service;
mod store;

pub use model::{CannedReply, CannedText, Facts};
pub use service::{Canned, NewCanned};
pub use store::{CannedQuery, CannedStore};
