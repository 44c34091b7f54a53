//! A batch of commands, planned on rows that the store holds.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use super::{Author, Change, Command, Conversation, Entry};
use crate::chat::{Append, Appended};
use crate::effects::Effects;
use crate::error::{Error, ErrorKind, Result};
use crate::files::FileCard;
use crate::ids::ConversationId;

/// Applies commands to conversations that a store has loaded under lock, and collects what to write.
#[derive(Debug, Default)]
pub struct Plan {
    rows: BTreeMap<ConversationId, (Conversation, bool)>,
    known: HashMap<(ConversationId, String), Entry>,
    entries: Vec<Entry>,
    effects: Effects,
}

/// What a store has to write, all of it in the transaction that holds the locks.
#[derive(Debug)]
pub struct Planned {
    /// Rows that changed, in the order of their ids. Their `inbox_seq` is the store's to set, one number each.
    pub conversations: Vec<Conversation>,
    /// New entries, in the order of their numbers within each conversation.
    pub entries: Vec<Entry>,
    /// What commits with them.
    pub effects: Effects,
}

impl Plan {
    /// A plan over `rows`, which are locked, and over entries that already bear a client message id of the batch.
    pub fn new(rows: impl IntoIterator<Item = Conversation>, known: impl IntoIterator<Item = Entry>) -> Self {
        let known =
            known.into_iter().filter_map(|entry| Some(((entry.conversation, entry.client_message_id.clone()?), entry)));
        Self {
            rows: rows.into_iter().map(|row| (row.id, (row, false))).collect(),
            known: known.collect(),
            ..Self::default()
        }
    }

    /// Applies one command.
    ///
    /// # Errors
    /// What [`Conversation::advance`] says; `NotFound` for a row that was not given; `Conflict` with code
    /// `client_message_id_reused` when the id bears another message.
    pub fn apply(&mut self, append: &Append) -> Result<Appended> {
        let (row, changed) =
            self.rows.get_mut(&append.conversation).ok_or_else(|| Error::not_found("the conversation"))?;
        if let Some(id) = &append.client_message_id
            && let Some(known) = self.known.get(&(append.conversation, id.clone()))
        {
            // Who may not see the conversation must not learn that the id is taken.
            if !row.visible_to(&append.actor) {
                return Err(Error::not_found("the conversation"));
            }
            return if append.says(known) {
                Ok(Appended { entries: vec![known.clone()], replayed: true, conversation: row.clone(), epoch: None })
            } else {
                Err(Error::new(ErrorKind::Conflict, "this client_message_id bears another message")
                    .with_code("client_message_id_reused"))
            };
        }
        let entries = row.advance(append)?;
        *changed |= !entries.is_empty();
        if let Some(entry) = entries.iter().find(|entry| entry.client_message_id.is_some())
            && let Some(id) = &entry.client_message_id
        {
            self.known.insert((entry.conversation, id.clone()), entry.clone());
        }
        if let Some(last) = entries.last()
            && (!append.effects.is_empty() || append.heard.is_some())
        {
            let mut effects = append.effects.clone();
            effects.outbox.extend(append.heard.clone().filter(|_| row.bot));
            effects.fill("entry", &Value::from(last.id.to_string()));
            effects.fill("seq", &Value::from(last.seq));
            self.effects.absorb(effects);
        }
        self.entries.extend(entries.iter().cloned());
        Ok(Appended { entries, replayed: false, conversation: row.clone(), epoch: None })
    }

    /// What to write.
    pub fn finish(self) -> Planned {
        Planned {
            conversations: self.rows.into_values().filter_map(|(row, changed)| changed.then_some(row)).collect(),
            entries: self.entries,
            effects: self.effects,
        }
    }
}

impl Append {
    /// Whether `entry` is what this command says: a replay.
    pub fn says(&self, entry: &Entry) -> bool {
        entry.author.is(&Author::from(&self.actor))
            && match (&self.command, &entry.change) {
                (
                    Command::Message { body, reply_to, files },
                    Change::Message { body: before, reply_to: replied, files: sent },
                ) => body == before && reply_to == replied && are_same(files, sent),
                (
                    Command::Note { body, reply_to, files, mentions },
                    Change::Note { body: before, reply_to: replied, files: sent, mentions: asked },
                ) => {
                    // They may bear other names by now.
                    let same_agents = mentions.iter().map(|agent| &agent.id).eq(asked.iter().map(|agent| &agent.id));
                    body == before && reply_to == replied && are_same(files, sent) && same_agents
                }
                (Command::Contact { contact, .. }, Change::Contact { contact: before, .. }) => contact.id == before.id,
                _ => false,
            }
    }
}

fn are_same(files: &[FileCard], sent: &[FileCard]) -> bool {
    files.iter().map(|file| file.id).eq(sent.iter().map(|file| file.id))
}
