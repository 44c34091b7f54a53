//! The HTTP and WebSocket face of engage, independent of any web framework.
//!
//! [`Api`] turns an [`http::Request`] into a [`http::Response`]; adapters translate and mount. [`routes::routes`] is the only
//! list of endpoints. The contract for clients is `docs/protocol/chat.md`.

mod api;
pub mod body;
mod coding;
mod cookies;
mod cursor;
mod disposition;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzz;
mod handlers;
mod language;
mod limits;
mod live;
pub mod openapi;
mod origin;
mod page;
mod patience;
mod pointer;
mod problem;
mod query;
mod range;
mod request;
pub mod routes;
mod security;
pub mod socket;
pub mod wire;

pub use api::{Api, Info, inner_uri, split_mount};
pub use body::Body;
pub use limits::Rate;
pub use query::{Kind, Parameter};
pub use request::{Identified, is_upgrade, watch_identity};
pub use routes::Side;
