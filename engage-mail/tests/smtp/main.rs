//! The mailers against servers that fail, and what they write against a reader that is not theirs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "these are tests")]

mod faults;
mod history;
mod written;
