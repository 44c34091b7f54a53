//! Who answers, one file for each capability. Handlers read the request, call a service, and write the answer.

pub(crate) mod assets;
pub(crate) mod audit;
pub(crate) mod canned;
pub(crate) mod chat;
pub(crate) mod contact;
pub(crate) mod contacts;
pub(crate) mod faq;
pub(crate) mod files;
pub(crate) mod forms;
pub(crate) mod health;
pub(crate) mod mail;
pub(crate) mod me;
pub(crate) mod outbox;
pub(crate) mod sessions;
pub(crate) mod settings;
pub(crate) mod ticket_link;
pub(crate) mod tickets;
pub(crate) mod views;
pub(crate) mod webhooks;
