//! The rules of an adapter: what clients of `docs/protocol/chat.md` rely on, over real TCP.
//!
//! An adapter gives a [`Host`], which starts a server with engage mounted as a [`Setup`] says, and [`http_conformance!`]
//! makes a test of each rule. Every answer that any rule gets is checked for what no answer may lack: see [`client`].
//!
//! [`http_conformance!`]: crate::http_conformance

pub mod client;
mod events;
mod host;
mod people;
mod setup;
mod socket;

mod sessions;
mod talking;

pub use client::{Answer, Client, Request, Seen};
pub use events::{Event, Events};
pub use host::{Endpoint, Host, Server, variants};
pub use setup::{Directory, Faults, Setup};
pub use socket::{Closed, Socket};

suite! { $
    /// One test for each rule of an adapter; takes what gives a [`Host`](crate::http::Host).
    http_conformance, http, Host {
        sessions: [
            a_session_begins_once_and_is_found_again,
        ],
        talking: [
            a_message_is_answered_with_its_entry,
        ],
    }
}
