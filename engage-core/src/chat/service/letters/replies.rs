//! Answers to a visitor who does not read them on the site.

use async_trait::async_trait;
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{Letters, Of, thread};
use crate::chat::model::{Author, Change, Entry, Reader};
use crate::chat::store::{EntryQuery, EntryRange};
use crate::clock::Timestamp;
use crate::effects::Effects;
use crate::error::Result;
use crate::identity::{Actor, Audience};
use crate::ids::ConversationId;
use crate::mail::{Automatic, Outgoing};
use crate::outbox::{Handler, OutboxMessage};

/// Topic of the promises to look whether answers were read.
pub(in crate::chat::service) const TO_REPLY: &str = "chat.reply_by_mail";
/// How long an answer may stand unread before it is mailed.
pub(in crate::chat::service) const WAIT: TimeDelta = TimeDelta::minutes(10);
/// Between two mails of a conversation.
const BETWEEN: TimeDelta = TimeDelta::minutes(15);
/// How many messages a mail has.
const MESSAGES: usize = 10;
/// How much of a message stands in a mail, in Unicode scalar values.
const MESSAGE_CHARS: usize = 3_000;
/// How many entries are read at once.
const PAGE: usize = 200;

/// Keeps the promises.
#[derive(Debug)]
pub(super) struct Replies(pub(super) Letters);

#[async_trait]
impl Handler for Replies {
    async fn handle(&self, message: &OutboxMessage) -> Result<()> {
        self.0.reply(Of::read(message)?).await
    }
}

impl Letters {
    /// Mails what an agent said and the visitor has not read for ten minutes: at most ten messages, at least fifteen minutes
    /// after the mail before. What was read, or mailed, is not mailed; nor is anything while the visitor is connected.
    async fn reply(&self, conversation: ConversationId) -> Result<()> {
        if !self.settings.get().mail_chat_replies {
            return Ok(());
        }
        let Some(listed) = self.chat.seen(&(&Actor::System).into(), conversation).await? else { return Ok(()) };
        let Some((_, to)) = self.mailbox(listed.contact.id).await? else { return Ok(()) };
        let (thread, now) = (thread(conversation)?, self.context.clock.now());
        let told = self.mails.store().told(&thread).await?;
        if let Some((_, at)) = told
            && now < at + BETWEEN
        {
            return self.again(conversation, at + BETWEEN).await;
        }
        let upto = told.map_or(0, |(upto, _)| upto);
        let unread = self.unread(conversation, upto).await?;
        let due = unread.partition_point(|entry| entry.at + WAIT <= now).min(MESSAGES);
        let (Some(last), rest) = (unread[..due].last(), &unread[due..]) else {
            return match unread.first() {
                Some(first) => self.again(conversation, first.at + WAIT).await,
                None => Ok(()),
            };
        };
        if self.whereabouts.is_here(&Actor::Visitor(listed.contact.id).audit_name()).await {
            return self.again(conversation, now + WAIT).await;
        }
        let agent = match &last.author {
            Author::Agent(agent) if agent.name != agent.id => agent.name.clone(),
            _ => self.mails.site().to_owned(),
        };
        let messages: Vec<Value> = unread[..due].iter().map(|entry| said(entry, self.mails.site())).collect();
        let variables = json!({ "agent": agent, "messages": messages });
        let outgoing = Outgoing::new("chat.reply", to, variables).thread(thread.clone());
        let outgoing = outgoing.locale(listed.conversation.routing.language).automatic(Automatic::No).from_name(agent);
        let mut effects = self.mails.promise(outgoing)?;
        if !rest.is_empty() {
            effects = effects.and_send(self.promise(conversation, now + BETWEEN)?);
        }
        let seq = last.visitor_seq.unwrap_or(upto);
        // Whoever was faster has told the same.
        self.mails.store().tell(&thread, told.map(|(upto, _)| upto), seq, now, &effects).await?;
        self.relay.nudge();
        Ok(())
    }

    /// Messages of agents that the visitor has neither read nor been mailed, oldest first, one more than a mail has.
    async fn unread(&self, conversation: ConversationId, mailed: i64) -> Result<Vec<Entry>> {
        let marks = self.chat.store().reads(conversation).await?;
        let read = marks.iter().find(|mark| mark.reader == Reader::Visitor).map_or(0, |mark| mark.visitor_seq);
        let (mut after, mut unread) = (read.max(mailed), Vec::new());
        loop {
            let query = EntryQuery::new(conversation, Audience::Visitor, EntryRange::After(after), PAGE);
            let entries = self.chat.store().entries(&query).await?;
            let is_last = entries.len() < PAGE;
            after = entries.last().and_then(|last| last.visitor_seq).unwrap_or(after);
            for entry in entries {
                match (&entry.author, &entry.change) {
                    // Who writes has seen what stands above.
                    (Author::Visitor { .. }, Change::Message { .. }) => unread.clear(),
                    (Author::Agent(_), Change::Message { .. }) => unread.push(entry),
                    _ => {}
                }
            }
            if is_last || unread.len() > MESSAGES {
                unread.truncate(MESSAGES + 1);
                return Ok(unread);
            }
        }
    }

    /// Looks again at `due`.
    async fn again(&self, conversation: ConversationId, due: Timestamp) -> Result<()> {
        self.mails.store().promise(&Effects::none().and_send(self.promise(conversation, due)?)).await
    }

    fn promise(&self, conversation: ConversationId, due: Timestamp) -> Result<OutboxMessage> {
        OutboxMessage::command(self.context.ids.next(), due, TO_REPLY, &Of::new(conversation))
    }
}

fn said(entry: &Entry, site: &str) -> Value {
    let author = match &entry.author {
        Author::Agent(agent) if agent.name != agent.id => agent.name.as_str(),
        _ => site,
    };
    let Change::Message { body, files, .. } = &entry.change else { return json!({ "author": author, "text": "" }) };
    let mut text: String = body.chars().take(MESSAGE_CHARS).collect();
    if text.len() < body.len() {
        text.push('…');
    }
    let names = files.iter().map(|file| format!("[{}]", file.name));
    let text = Some(text).filter(|text| !text.is_empty()).into_iter().chain(names).collect::<Vec<_>>().join("\n");
    json!({ "author": author, "text": text })
}
