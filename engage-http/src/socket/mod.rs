//! The WebSocket: a state machine without I/O, and the one driver that runs it for every framework.

mod connection;
mod driver;
mod execute;
mod inbox;
mod joined;
mod outgoing;
pub(crate) mod parse;
mod presence;
mod session;
#[cfg(test)]
mod tests;
mod tickets;
mod unread;
mod view;

pub use connection::{Connection, Message};
pub use driver::drive;
pub use joined::Joined;
pub use session::{Action, Command, Event, Rules, Session};
pub use unread::Unread;

pub(crate) use connection::{draining, rewound};
pub(crate) use view::{Shown, View};

/// How many bytes a frame of a client may have. Adapters let a little more in, so that the client is told why it is refused.
pub const FRAME_BYTES: usize = 64 * 1024;
