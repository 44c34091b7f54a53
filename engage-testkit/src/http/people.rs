//! Who plays in a rule, and what they do often.

use serde_json::{Value, json};

use super::{Client, Directory, Server};

impl Server {
    /// Somebody on the site's side of whom nothing is known.
    pub fn stranger(&self) -> Client {
        Client::new(self.address, &self.setup.site())
    }

    /// A visitor with a session.
    pub async fn visitor(&self) -> Client {
        let visitor = self.stranger();
        visitor.post("/v1/session", json!({})).await.is(200);
        assert!(visitor.cookie().is_some(), "a session comes with a cookie");
        visitor
    }

    /// A customer of the host on the site's side, with the id and nothing else.
    pub fn member(&self, id: &str) -> Client {
        self.stranger().with(Directory::HEADER, &format!("member:{id}"))
    }

    /// Somebody on the admin side: `agent:ID:TEAMS`, `admin:ID`, `member:ID`, or anything else for nobody.
    pub fn staff(&self, who: &str) -> Client {
        Client::new(self.address, &self.setup.admin()).with(Directory::HEADER, who)
    }

    /// An agent without a team.
    pub fn agent(&self, id: &str) -> Client {
        self.staff(&format!("agent:{id}:"))
    }

    /// An admin.
    pub fn admin(&self) -> Client {
        self.staff("admin:root")
    }
}

impl Client {
    /// The contact of the session.
    pub async fn contact(&self) -> Value {
        self.get("/v1/session").await.is(200)["contact"].clone()
    }

    /// Begins a conversation; gives its id.
    pub async fn open_conversation(&self, body: &str) -> String {
        let opened =
            self.post("/v1/chat/conversations", json!({ "client_message_id": "open", "body": body })).await.is(201);
        text(&opened["conversation"]["id"])
    }

    /// Says something that is taken; gives the entry.
    pub async fn says(&self, conversation: &str, id: &str, body: &str) -> Value {
        self.message(conversation, id, body).await.is(201)
    }

    /// Says something.
    pub fn message(&self, conversation: &str, id: &str, body: &str) -> super::Request {
        self.post(&messages(conversation), json!({ "client_message_id": id, "body": body }))
    }

    /// Sends a file that is taken; gives its id.
    pub async fn uploads(&self, name: &str, content: &[u8]) -> String {
        let file = self.begins_file(name, content.len()).await;
        let done = self.part(&file, 0, content).await.is(200);
        assert_eq!(done["state"], "ready", "{done}");
        file
    }

    /// Begins to send a file; gives its id.
    pub async fn begins_file(&self, name: &str, size: usize) -> String {
        text(&self.post("/v1/files", json!({ "name": name, "size": size })).await.is(201)["id"])
    }

    /// Sends the next bytes of a file.
    pub fn part(&self, file: &str, offset: usize, bytes: &[u8]) -> super::Request {
        let request = self.request("PATCH", &format!("/v1/files/{file}?offset={offset}"));
        request.header("content-type", "application/offset+octet-stream").body(bytes.to_vec())
    }

    /// Says something with files.
    pub fn sends_files(&self, conversation: &str, id: &str, body: &str, files: &[&str]) -> super::Request {
        self.post(&messages(conversation), json!({ "client_message_id": id, "body": body, "files": files }))
    }

    /// Writes a note that is taken; gives the entry.
    pub async fn notes(&self, conversation: &str, id: &str, body: &str) -> Value {
        let path = format!("/v1/chat/conversations/{conversation}/notes");
        self.post(&path, json!({ "client_message_id": id, "body": body })).await.is(201)
    }

    /// The conversation and its newest entries.
    pub async fn snapshot(&self, conversation: &str) -> Value {
        self.get(&format!("/v1/chat/conversations/{conversation}")).await.is(200)
    }

    /// What the caller sees of the conversation's texts, oldest first.
    pub async fn bodies(&self, conversation: &str) -> Vec<String> {
        let snapshot = self.snapshot(conversation).await;
        let entries = snapshot["entries"].as_array().cloned().unwrap_or_default();
        entries.iter().filter_map(|entry| Some(entry["body"].as_str()?.to_owned())).collect()
    }

    /// Comes online and stays so for a minute.
    pub async fn come_online(&self) {
        self.put("/v1/chat/agents/me", json!({ "status": "online" })).await.is(200);
    }
}

pub(super) fn messages(conversation: &str) -> String {
    format!("/v1/chat/conversations/{conversation}/messages")
}

/// A text that must be one.
pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}
