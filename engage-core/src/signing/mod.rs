//! Signatures by which engage knows its own again: tokens in forms, addresses to answer to, links.
//!
//! The site has one key, made by whichever node is first and kept in the database. A signature is for a purpose and holds for
//! no other, so that no part of engage can be tricked with what another has signed.

mod memory;
mod model;
mod store;

pub use model::Signer;
pub use store::{Key, KeyStore};
