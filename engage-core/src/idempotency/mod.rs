//! `Idempotency-Key`: the same request again gets the same answer.

mod memory;
mod store;

pub use store::{Begun, IdempotencyStore, IdempotentRequest};
