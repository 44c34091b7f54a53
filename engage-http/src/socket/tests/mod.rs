mod client;
mod driving;
mod inboxes;
mod machine;
mod streams;
