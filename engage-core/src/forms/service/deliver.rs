//! What a submission becomes: a promise that is kept after it was stored.

use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::super::model::{Became, Becomes, Submission};
use super::{Forms, Inner};
use crate::attributes::AttributePatch;
use crate::chat::Opening;
use crate::contacts::{Contact, ContactPatch};
use crate::effects::Effects;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::{ContactId, SubmissionId};
use crate::outbox::{Handler, OutboxMessage};
use crate::tickets::{NewTicket, Source};

/// Topic of the promises.
pub(crate) const TO_DELIVER: &str = "forms.deliver";
/// How much of the answers the first message holds, in Unicode scalar values: a message fits no more. All of them stay with
/// the submission.
const MESSAGE_CHARS: usize = 9_900;
/// The same of a ticket's text.
const TICKET_CHARS: usize = 49_900;
const SUBJECT_CHARS: usize = 200;
/// How often a change that met another is tried again.
const TRIES: usize = 5;

/// The promise.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Deliver {
    pub(super) submission: SubmissionId,
    pub(super) becomes: Becomes,
    /// The title of the form, when a mail says that it has arrived.
    #[serde(default)]
    pub(super) confirm: Option<String>,
    /// The title of the form, when it becomes a ticket.
    #[serde(default)]
    pub(super) title: Option<String>,
}

impl Forms {
    /// Keeps the promises of submissions.
    pub(crate) fn delivery(&self) -> Arc<dyn Handler> {
        Arc::new(OnSubmitted(self.clone()))
    }

    /// Done again, it changes nothing: what it makes has ids that follow from the submission's.
    async fn deliver(&self, promise: Deliver) -> Result<()> {
        let found = self.0.store.submission(promise.submission).await?;
        let Some(submission) = found else { return Ok(()) };
        if let Some(title) = &promise.confirm {
            self.confirm(&submission, title).await?;
        }
        if submission.became.is_some() {
            return Ok(());
        }
        let became = match promise.becomes {
            Becomes::Nothing => return Ok(()),
            Becomes::Chat { team } => self.begin_chat(&submission, team).await,
            Becomes::Ticket { team } => self.open_ticket(&submission, team, promise.title).await,
        };
        match became {
            Ok(became) => self.note(submission.id, became).await,
            // Who may not write has neither; the submission stays where it is.
            Err(error) if error.code() == "blocked" => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn begin_chat(&self, submission: &Submission, team: Option<String>) -> Result<Became> {
        let contact = self.sender(submission).await?;
        let mut opening = Opening::new(format!("form:{}", submission.id), shortened(&submission.text(), MESSAGE_CHARS));
        (opening.team, opening.language) = (team, submission.locale.clone());
        opening.attributes.apply(&AttributePatch::default().with("form", Some(submission.form.as_str().into())));
        let opened = self.0.chat.open_with(contact, opening).await?;
        Ok(Became::Chat { conversation: opened.conversation.id })
    }

    async fn open_ticket(
        &self,
        submission: &Submission,
        team: Option<String>,
        title: Option<String>,
    ) -> Result<Became> {
        let requester = self.sender(submission).await?;
        let Some(contact) = self.0.contacts.get(requester).await? else {
            return Err(Error::not_found("the contact"));
        };
        contact.may_write()?;
        let typed = submission.answers.iter().find(|answer| answer.name == "subject");
        let typed = typed.and_then(|answer| answer.value.as_str()).map(subject).filter(|subject| !subject.is_empty());
        let title = title.unwrap_or_else(|| submission.form.clone());
        let mut new = NewTicket::new(
            contact.id,
            typed.unwrap_or_else(|| subject(&title)),
            shortened(&submission.text(), TICKET_CHARS),
        );
        (new.source, new.team) = (Source::Form, team);
        let created = self.0.tickets.create_for_form(submission.id, new).await?;
        Ok(Became::Ticket { ticket: created.ticket.id, number: created.ticket.number })
    }

    /// Who sent it: somebody known, or a new contact with the name and address that were given.
    async fn sender(&self, submission: &Submission) -> Result<ContactId> {
        let Inner { contact_store, contacts, .. } = &*self.0;
        let known = match submission.contact {
            Some(id) => contacts.get(id).await?,
            None => None,
        };
        if let Some(contact) = known {
            return Ok(contact.id);
        }
        let contact = Contact::anonymous(ContactId(submission.id.0), submission.created_at);
        match contact_store.create(&contact, &Effects::none()).await {
            Err(error) if error.kind() != ErrorKind::Conflict => return Err(error),
            _ => {}
        }
        let name =
            submission.answers.iter().find(|answer| answer.name == "name").and_then(|answer| answer.value.as_str());
        let said = |text: Option<&str>| text.map(|text| Some(text.to_owned()));
        let patch =
            ContactPatch { name: said(name), email: said(submission.email.as_deref()), ..ContactPatch::default() };
        Ok(contacts.patch(contact.id, patch).await?.id)
    }

    async fn note(&self, id: SubmissionId, became: Became) -> Result<()> {
        let Inner { store, context, .. } = &*self.0;
        for _ in 0..TRIES {
            let Some(before) = store.submission(id).await?.filter(|found| found.became.is_none()) else {
                return Ok(());
            };
            let (version, updated_at) = (before.version + 1, context.clock.now());
            let next = Submission { became: Some(became), version, updated_at, ..before };
            match store.update_submission(&next, &Effects::none()).await {
                Err(error) if error.kind() == ErrorKind::Conflict => {}
                outcome => return outcome,
            }
        }
        Err(Error::new(ErrorKind::Conflict, "the submission changes too fast"))
    }
}

/// One line that a ticket takes as its subject.
fn subject(text: &str) -> String {
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().filter(|c| !c.is_control()).take(SUBJECT_CHARS).collect::<String>().trim().to_owned()
}

fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{} …", &text[..at]),
        None => text.to_owned(),
    }
}

#[derive(Debug)]
struct OnSubmitted(Forms);

#[async_trait]
impl Handler for OnSubmitted {
    async fn handle(&self, message: &OutboxMessage) -> Result<()> {
        self.0.deliver(serde_json::from_value(message.payload.clone())?).await
    }
}
