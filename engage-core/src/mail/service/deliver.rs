//! From a promise to a mail that somebody else answers for.

use std::time::Duration;

use async_trait::async_trait;

use super::{Inner, Mails, Promised, TO_MAIL};
use crate::clock::delta;
use crate::error::{Error, ErrorKind, Result};
use crate::mail::address::Mailbox;
use crate::mail::mailer::FailureKind;
use crate::mail::model::{Attachment, Automatic, Mail, MailRecord, MailState, Suppression, SuppressionReason, Thread};
use crate::mail::receive::message_id;
use crate::mail::store::{Begun, Settled};
use crate::mail::template::{Frame, render};
use crate::outbox::{Handler, OutboxMessage, Patience};

/// Four days, as RFC 5321 (4.5.4.1) asks.
const PATIENCE: Patience =
    Patience { attempts: 55, backoff: Duration::from_secs(30), max_backoff: Duration::from_secs(7_200) };
/// How long a mailer is waited for: well within the lease, so that what came of it can be noted.
const LONGEST: Duration = Duration::from_secs(50);
/// How much attachments may take together, in bytes.
const ATTACHMENTS_BYTES: usize = 10 * 1024 * 1024;
/// How many mails of its thread a mail refers to.
const REFERENCES: usize = 20;
/// Within this time one address gets one automatic answer.
const REPLY_EVERY: chrono::TimeDelta = chrono::TimeDelta::hours(24);

/// Keeps the promises.
#[derive(Debug)]
pub(super) struct Deliver(pub(super) Mails);

#[async_trait]
impl Handler for Deliver {
    async fn handle(&self, message: &OutboxMessage) -> Result<()> {
        let Inner { context, store, mailer, .. } = &*self.0.0;
        let now = context.clock.now();
        let fresh = match store.get(message.id).await? {
            Some(known) => MailRecord { updated_at: now, ..known },
            None => self.0.compose(message).await?,
        };
        let Begun::Attempt(record) = store.begin(&fresh).await? else { return Ok(()) };
        if record.uncertain {
            tracing::warn!(target: "engage::mail", id = %record.id, attempt = record.attempts, "perhaps sent already; sent again under the same Message-ID");
        }
        // A record whose mail is gone was sent: what is left of it says otherwise only when a store is broken.
        let mail = record.mail.as_ref().ok_or_else(|| Error::internal("a mail to be sent is gone"))?;
        let settled = match self.held_back(&record).await? {
            Some(why) => Settled { error: Some(why.to_owned()), ..Settled::new(MailState::Suppressed, now) },
            None => match mailer {
                None => Settled::new(MailState::Kept, now),
                Some(mailer) => {
                    let outcome = match tokio::time::timeout(LONGEST, mailer.send(mail)).await {
                        Ok(outcome) => outcome,
                        Err(_) => Err(crate::mail::Failure::uncertain("mailer_timeout")),
                    };
                    self.settled(&record, outcome.as_ref().err())
                }
            },
        };
        store.settle(record.id, record.attempts, &settled).await?;
        match settled.state {
            MailState::Deferred | MailState::Uncertain => {
                let said = settled.error.unwrap_or_default();
                let error = Error::new(ErrorKind::Unavailable, format!("the mail was not accepted for sure: {said}"));
                Err(error.with_code(if settled.state == MailState::Deferred {
                    "mail_deferred"
                } else {
                    "mail_uncertain"
                }))
            }
            _ => Ok(()),
        }
    }

    fn patience(&self) -> Option<Patience> {
        Some(PATIENCE)
    }

    fn waits_for_others(&self) -> bool {
        true
    }
}

impl Deliver {
    /// Why the recipient gets no mail.
    async fn held_back(&self, record: &MailRecord) -> Result<Option<&'static str>> {
        let Inner { context, store, .. } = &*self.0.0;
        if store.suppression(&record.recipient).await?.is_some() {
            return Ok(Some("suppressed"));
        }
        let since = context.clock.now() - REPLY_EVERY;
        let is_reply = record.automatic == Automatic::Replied;
        Ok((is_reply && store.replied_since(&record.recipient, since, record.id).await?).then_some("replied_already"))
    }

    fn settled(&self, record: &MailRecord, failure: Option<&crate::mail::Failure>) -> Settled {
        let now = self.0.0.context.clock.now();
        let Some(failure) = failure else { return Settled { forget: true, ..Settled::new(MailState::Sent, now) } };
        let gone = failure.kind == FailureKind::NoSuchAddress;
        let suppress = gone.then(|| Suppression {
            address: record.recipient.clone(),
            reason: SuppressionReason::Bounced,
            since: now,
        });
        let state = match failure.kind {
            FailureKind::Later => MailState::Deferred,
            FailureKind::Uncertain => MailState::Uncertain,
            FailureKind::Refused | FailureKind::NoSuchAddress => MailState::Refused,
        };
        Settled { error: Some(failure.code.clone()), suppress, ..Settled::new(state, now) }
    }
}

impl Mails {
    /// The mail of a promise. Only the first attempt's counts.
    async fn compose(&self, message: &OutboxMessage) -> Result<MailRecord> {
        let Inner { context, settings, .. } = &*self.0;
        let Promised { outgoing, locale, version } = serde_json::from_value(message.payload[TO_MAIL].clone())?;
        let (settings, text) = (settings.get(), self.pinned(&outgoing.template, &locale, version).await?);
        let mut variables = outgoing.variables;
        self.common(&mut variables);
        let frame = Frame { locale: &locale, site: &self.0.site, footer: &settings.mail_footer };
        let rendered = render(&text, &variables, &frame)?;

        let mut from = self.sender();
        if let Some(name) = &outgoing.from_name {
            from = Mailbox::new(Some(name), from.address);
        }
        let thread = outgoing.thread;
        let answers = thread.as_ref().and_then(|thread| self.reply_address(thread));
        let reply_to = answers.map(|address| Mailbox::new(from.name.as_deref(), address)).or(outgoing.reply_to);
        let references = match &thread {
            Some(thread) if outgoing.references.is_empty() => {
                self.0.store.thread(thread, &outgoing.to.address.folded(), REFERENCES).await?
            }
            // Some of them are strangers'.
            _ => outgoing.references.iter().filter_map(|id| message_id(id)).collect(),
        };
        // Bounces come back to an address that says of which mail they are.
        let bounces = Thread::new("bounce", message.id.0)?;
        let mail = Mail {
            return_path: self.reply_address(&bounces).unwrap_or_else(|| from.address.clone()),
            reply_to,
            subject: rendered.subject,
            text: rendered.text,
            html: rendered.html,
            in_reply_to: references.last().cloned(),
            references,
            automatic: outgoing.automatic,
            list_unsubscribe: outgoing.list_unsubscribe,
            attachments: self.fetch(&outgoing.attachments).await?,
            ..Mail::new(message.id, context.clock.now(), from, outgoing.to)
        };
        Ok(MailRecord::fresh(&outgoing.template, thread, mail))
    }

    async fn fetch(&self, attached: &[crate::mail::Attached]) -> Result<Vec<Attachment>> {
        let (mut files, mut room) = (Vec::new(), ATTACHMENTS_BYTES);
        for one in attached {
            let source = self.0.sources.read().get(&one.source).cloned();
            let source = source.ok_or_else(|| {
                Error::new(ErrorKind::Unsupported, format!("nobody here fetches attachments of {}", one.source))
            })?;
            match source.fetch(&one.key).await? {
                Some(file) if file.content.len() <= room => {
                    room -= file.content.len();
                    files.push(file);
                }
                Some(_) => {
                    tracing::warn!(target: "engage::mail", source = one.source, "an attachment is too large; the mail goes without it");
                }
                None => {}
            }
        }
        Ok(files)
    }

    /// Deletes up to `limit` records that have had their time.
    pub(crate) async fn prune(&self, limit: usize) -> Result<u64> {
        let Inner { context, store, .. } = &*self.0;
        self.prune_received(limit).await?;
        store.prune(context.clock.now() - delta(super::ledger::KEPT_FOR), super::ledger::KEPT, limit).await
    }
}
