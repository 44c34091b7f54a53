//! The machinery of the core: what batches, distributes, caches, relays and assigns.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "these are tests")]

mod assignment;
mod blocking;
mod bot;
mod cached;
mod contacts;
mod files;
mod forms;
mod group;
mod hooks;
mod hub;
mod letters;
mod mail;
mod nodes;
mod programs;
mod relay;
mod sessions;
mod support;
mod ticket_letters;
mod webhooks;
