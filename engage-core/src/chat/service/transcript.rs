//! A conversation as a text to keep.

use std::fmt::Write as _;

use super::Chat;
use crate::chat::model::{Author, Change, Entry, Status};
use crate::chat::store::{EntryQuery, EntryRange, Listed};
use crate::clock::Timestamp;
use crate::error::Result;
use crate::files::FileCard;
use crate::html::escaped;
use crate::identity::{Actor, AgentRef, Audience};
use crate::ids::ConversationId;

/// How many entries are read at once.
const PAGE: usize = 200;
/// How much a transcript may take, in bytes. What would be beyond is left out, and the transcript says so.
const BYTES: usize = 4 * 1024 * 1024;

/// How a transcript is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TranscriptFormat {
    /// Plain text.
    Text,
    /// A page of HTML without scripts and styles, in which everything that people wrote is escaped.
    Html,
}

impl Chat {
    /// A conversation as `actor` sees it, oldest first. With `notes`, and for staff alone, their notes too.
    ///
    /// # Errors
    /// `NotFound` when it does not exist for `actor`.
    pub async fn transcript(
        &self,
        actor: &Actor,
        conversation: ConversationId,
        format: TranscriptFormat,
        notes: bool,
    ) -> Result<String> {
        let listed = self.get(actor, conversation).await?;
        let mut page = Page::begin(format, &listed, actor.audience());
        let mut after = 0;
        loop {
            let query = EntryQuery::new(conversation, actor.audience(), EntryRange::After(after), PAGE);
            let entries = self.0.store.entries(&query).await?;
            for entry in entries.iter().filter(|entry| notes || !matches!(entry.change, Change::Note { .. })) {
                page.add(entry);
            }
            match entries.last().and_then(|last| last.seq_for(actor.audience())) {
                Some(last) if entries.len() == PAGE && !page.is_full() => after = last,
                _ => return Ok(page.end(entries.len() == PAGE)),
            }
        }
    }
}

struct Page {
    format: TranscriptFormat,
    audience: Audience,
    visitor: String,
    text: String,
}

impl Page {
    fn begin(format: TranscriptFormat, listed: &Listed, audience: Audience) -> Self {
        let visitor = listed.contact.name.clone().unwrap_or_else(|| "Visitor".to_owned());
        let began = moment(listed.conversation.created_at);
        let text = match format {
            TranscriptFormat::Text => format!("Conversation of {} on {began}\n", on_one_line(&visitor)),
            TranscriptFormat::Html => {
                let title = escaped(&format!("Conversation of {visitor} on {began}"));
                format!(
                    "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>{title}</title></head>\n\
                     <body>\n<h1>{title}</h1>\n"
                )
            }
        };
        Self { format, audience, visitor, text }
    }

    fn is_full(&self) -> bool {
        self.text.len() >= BYTES
    }

    fn add(&mut self, entry: &Entry) {
        if self.is_full() {
            return;
        }
        let who = self.name(&entry.author);
        let (said, kind) = match &entry.change {
            Change::Message { body, files, .. } => (with_files(body, files), ""),
            Change::Note { body, files, .. } => (with_files(body, files), " (note)"),
            change => match self.happened(change) {
                Some(happened) => (happened, ""),
                None => return,
            },
        };
        let at = moment(entry.at);
        // A String takes all that is written to it.
        let _ = match self.format {
            TranscriptFormat::Text => {
                let said = said.replace('\n', "\n    ");
                write!(self.text, "\n[{at}] {}{kind}:\n    {said}\n", on_one_line(&who))
            }
            TranscriptFormat::Html => {
                let said = escaped(&said).replace('\n', "<br>\n");
                let who = escaped(&who);
                write!(self.text, "<p><b>{who}</b>{kind} <time>{at}</time><br>\n<span dir=\"auto\">{said}</span></p>\n")
            }
        };
    }

    /// What else happened, as far as it is of use to whoever keeps the text.
    fn happened(&self, change: &Change) -> Option<String> {
        match change {
            Change::Status { status: Status::Closed, .. } => Some("closed the conversation".to_owned()),
            Change::Status { status: Status::Open, .. } => Some("opened the conversation".to_owned()),
            Change::Assigned { agent: Some(agent) } => Some(format!("gave the conversation to {}", self.agent(agent))),
            _ => None,
        }
    }

    fn name(&self, author: &Author) -> String {
        match author {
            Author::Visitor { .. } => self.visitor.clone(),
            Author::Agent(agent) => self.agent(agent),
            Author::Bot { name } => name.clone(),
            Author::System => "engage".to_owned(),
        }
    }

    /// Without a name of their own agents bear their id, which is not for visitors.
    fn agent(&self, agent: &AgentRef) -> String {
        let is_shown = self.audience == Audience::Staff || agent.name != agent.id;
        if is_shown { agent.name.clone() } else { "Agent".to_owned() }
    }

    fn end(mut self, has_more: bool) -> String {
        let is_cut = has_more || self.is_full();
        self.text.push_str(match (self.format, is_cut) {
            (TranscriptFormat::Text, true) => "\n(The rest is left out.)\n",
            (TranscriptFormat::Text, false) => "",
            (TranscriptFormat::Html, true) => "<p>(The rest is left out.)</p>\n</body>\n</html>\n",
            (TranscriptFormat::Html, false) => "</body>\n</html>\n",
        });
        self.text
    }
}

/// What was said, and a line for each file that went with it.
fn with_files(body: &str, files: &[FileCard]) -> String {
    let line = |file: &FileCard| format!("[{}, {} bytes]", file.name, file.size);
    let said = Some(body.to_owned()).filter(|body| !body.is_empty());
    said.into_iter().chain(files.iter().map(line)).collect::<Vec<_>>().join("\n")
}

fn moment(at: Timestamp) -> String {
    at.format("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// A name must not look like the line of somebody else.
fn on_one_line(name: &str) -> String {
    name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
