//! What somebody sends.

use std::time::Duration;

use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::super::events::{FORM_SUBMITTED, FormSubmitted};
use super::super::model::{
    Answer, Becomes, Challenge, Consent, Form, FormToken, KnownForm, Sent, Submission, SubmissionState,
    checked_answers, judge,
};
use super::super::store::{Submit, Submitted};
use super::{Forms, Inner};
use crate::contacts::Contact;
use crate::effects::Effects;
use crate::error::{Error, ErrorKind, FieldError, Result};
use crate::outbox::OutboxMessage;
use crate::rate::Quota;

/// From which length on a text is told from others, in Unicode scalar values: "Hello" is everybody's.
const TELLING_CHARS: usize = 40;
/// How often one person, and one address, may send in ten minutes. An office shares an address.
const PERSON: u32 = 10;
const ADDRESS: u32 = 60;
/// How old a form is that is given out again: older than any has to be.
const AGAIN: chrono::TimeDelta = chrono::TimeDelta::seconds(120);
const MINUTES: Duration = Duration::from_secs(600);

/// A form as it is given to somebody who may fill it in.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// The form.
    pub form: KnownForm,
    /// What to send back with the answers. Holds for 24 hours and for one submission.
    pub token: String,
    /// What the browser solves before it sends; `None`: nothing.
    pub challenge: Option<Challenge>,
}

/// What somebody sends.
#[derive(Debug, Clone, Default)]
pub struct Sending {
    /// What the form was given out with.
    pub token: String,
    /// The answers by the fields' names.
    pub answers: Map<String, Value>,
    /// Whether they agree to what they must.
    pub consent: bool,
    /// The solution of the challenge, as ALTCHA writes it; `None` of a browser without JavaScript.
    pub work: Option<String>,
    /// What people do not see, and leave empty.
    pub trap: String,
    /// The page that the form is on. What cannot be kept of it is left out.
    pub page: Option<String>,
    /// In which language it was read. What is no tag is left out.
    pub locale: Option<String>,
    /// Who sends it, when that is known.
    pub contact: Option<Contact>,
    /// Where from, in a form that rate limits go by. It is not kept.
    pub address: Option<String>,
}

/// That it has arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// What to say.
    pub thanks: String,
    /// Whether it had arrived before. Who sent it need not know whether it is looked at.
    pub repeated: bool,
}

impl Forms {
    /// Gives a form out.
    ///
    /// # Errors
    /// `NotFound`; when the database does not answer.
    pub async fn offer(&self, name: &str) -> Result<Offer> {
        let token = FormToken::new(&*self.0.context.entropy, self.0.context.clock.now());
        self.offer_with(name, token).await
    }

    /// Gives a form out anew to who brings the token of one that was open for too long, or has brought something already. Who
    /// has filled it in once need not wait again, lest they be taken for a program.
    ///
    /// # Errors
    /// As [`Forms::offer`].
    pub async fn offer_again(&self, name: &str, token: &str) -> Result<Offer> {
        let Inner { context, signer, .. } = &*self.0;
        let now = context.clock.now();
        let filled_in = FormToken::read(token, signer, name).is_some_and(|known| known.at + AGAIN < now);
        self.offer_with(name, FormToken::new(&*context.entropy, if filled_in { now - AGAIN } else { now })).await
    }

    async fn offer_with(&self, name: &str, token: FormToken) -> Result<Offer> {
        let Inner { context, signer, .. } = &*self.0;
        let form = self.get(name).await?;
        let work = form.form.protection.work;
        let challenge = (work > 0).then(|| Challenge::new(signer, &*context.entropy, &token, work));
        Ok(Offer { token: token.text(signer, name), form, challenge })
    }

    /// Takes what somebody sends: checks it, looks at it, keeps it, and promises the rest. The same again, by the same token
    /// or within a day by another, is kept once. What is suspicious is kept in quarantine, and its sender told nothing of it.
    ///
    /// # Errors
    /// `NotFound` for the form; `Invalid` with each fault below `/answers` and at `/consent`; `Conflict`: with code
    /// `form_expired` when the token is none of ours or over 24 hours old, with `form_used` when it has brought something
    /// else already: then a form given out anew takes the same answers; `RateLimited`, with the time to wait.
    pub async fn submit(&self, name: &str, sending: Sending) -> Result<Receipt> {
        let Inner { context, store, signer, relay, .. } = &*self.0;
        let known = self.get(name).await?;
        let now = context.clock.now();
        let answers = checked(&known.form, &sending)?;
        let token = FormToken::read(&sending.token, signer, name).filter(|token| now < token.expires_at());
        let token = token.ok_or_else(expired)?;
        self.check_rate(&sending).await?;
        let text = text_mark(name, &answers);
        let others = match &text {
            Some(text) => store.same_text(text, now - chrono::TimeDelta::days(1)).await?,
            None => 0,
        };
        let work = sending.work.as_ref().map(|solution| Challenge::is_solved(signer, &token, solution, now));
        let reasons = judge(
            &known.form.protection,
            &Sent {
                answers: &answers,
                took: (now - token.at).to_std().unwrap_or_default(),
                is_trapped: !sending.trap.is_empty(),
                work,
                others,
                is_blocked: sending.contact.as_ref().is_some_and(|contact| contact.blocked.is_some()),
            },
        );
        let state = if reasons.is_empty() { SubmissionState::Inbox } else { SubmissionState::Quarantine };
        let (nonce, content) = (digest(&[b"nonce", &token.nonce]), content_mark(name, &answers));
        let form = &known.form;
        let submission = Submission {
            id: context.ids.next(),
            form: name.to_owned(),
            form_version: known.version,
            state,
            email: form.address(&answers).map(str::to_owned),
            contact: sending.contact.as_ref().map(|contact| contact.id),
            consent: form.consent_version().map(|version| Consent { version, text: form.consent.clone(), at: now }),
            page: sending.page.as_deref().and_then(page),
            locale: sending.locale.as_deref().and_then(locale),
            answers,
            reasons,
            repeats: 0,
            became: None,
            told: state.is_good(),
            version: 1,
            created_at: now,
            updated_at: now,
            expires_at: now + chrono::TimeDelta::days(i64::from(form.retention_days)),
        };
        let effects = if state.is_good() { self.promises(&submission, Some(form))? } else { Effects::none() };
        let promised = !effects.outbox.is_empty();
        let mut submit = Submit::new(submission, nonce, content);
        // What was held back does not swallow what is good.
        submit.same = self.mark(&content, &sending, state);
        (submit.nonce_until, submit.text, submit.effects) = (token.expires_at(), text, effects);
        let outcome = store.submit(&submit).await?;
        if outcome == Submitted::New && promised {
            relay.nudge();
        }
        let told = "this form has brought something else already; get it anew and send again";
        match outcome {
            Submitted::Reused => Err(Error::new(ErrorKind::Conflict, told).with_code("form_used")),
            _ => Ok(Receipt { thanks: known.form.thanks, repeated: outcome != Submitted::New }),
        }
    }

    /// What is to happen with a good submission: now, or when it is let through.
    pub(super) fn promises(&self, submission: &Submission, form: Option<&Form>) -> Result<Effects> {
        let Inner { context, announcer, .. } = &*self.0;
        let told = FormSubmitted {
            submission: submission.id,
            form: submission.form.clone(),
            answers: submission.answers.clone(),
            contact: submission.contact,
        };
        let mut effects = announcer.tell(FORM_SUBMITTED, &told)?;
        // Of a form that is no more nothing else is known.
        let Some(form) = form else { return Ok(effects) };
        effects.absorb(self.notices(submission, form)?);
        if form.becomes == Becomes::Nothing && !form.confirm {
            return Ok(effects);
        }
        let confirm = form.confirm.then(|| form.title.clone());
        let title = matches!(form.becomes, Becomes::Ticket { .. }).then(|| form.title.clone());
        let (submission, becomes) = (submission.id, form.becomes.clone());
        let command = super::deliver::Deliver { submission, becomes, confirm, title };
        let (id, now) = (context.ids.next(), context.clock.now());
        Ok(effects.and_send(OutboxMessage::command(id, now, super::TO_DELIVER, &command)?))
    }

    async fn check_rate(&self, sending: &Sending) -> Result<()> {
        let Some(limiter) = &self.0.limiter else { return Ok(()) };
        let person = sending.contact.as_ref().map(|contact| (format!("forms:p:{}", contact.id), PERSON));
        let address = sending.address.as_ref().map(|address| (format!("forms:a:{address}"), ADDRESS));
        for (key, burst) in person.into_iter().chain(address) {
            // A limiter that is away holds nobody back here: the routes' own limits stand.
            let Ok(decision) = limiter.check(&key, Quota { burst, per: MINUTES }).await else { continue };
            if !decision.allowed {
                let minutes = decision.retry_after.as_secs() / 60 + 1;
                let told = format!("too much was sent from here; send it again in {minutes} min");
                return Err(Error::new(ErrorKind::RateLimited, told).with_retry_after(decision.retry_after));
            }
        }
        Ok(())
    }

    /// Digest of what was sent and by whom, under the site's key, so that who reads it learns no address.
    fn mark(&self, content: &[u8; 32], sending: &Sending, state: SubmissionState) -> [u8; 32] {
        let contact = sending.contact.as_ref().map(|contact| contact.id.to_string());
        let who = contact.or_else(|| sending.address.clone()).unwrap_or_default();
        self.0.signer.sign("forms.same", &digest(&[content, who.as_bytes(), state.name().as_bytes()]))
    }
}

/// Every fault at once.
fn checked(form: &Form, sending: &Sending) -> Result<Vec<Answer>> {
    let answers = checked_answers(form, &sending.answers);
    if form.consent.is_empty() || sending.consent {
        return answers;
    }
    let told = "this cannot be sent without it".to_owned();
    let consent = FieldError { field: "/consent".to_owned(), code: "required", detail: told };
    let mut faults = answers.err().map(|error| error.fields().to_vec()).unwrap_or_default();
    faults.push(consent);
    Err(Error::invalid_fields(faults))
}

fn expired() -> Error {
    let told = "the form was open for too long; get it anew and send again";
    Error::new(ErrorKind::Conflict, told).with_code("form_expired")
}

/// Parts that cannot be shifted into each other.
fn digest(parts: &[&[u8]]) -> [u8; 32] {
    let hasher = parts
        .iter()
        .fold(Sha256::new(), |hasher, part| hasher.chain_update((part.len() as u64).to_be_bytes()).chain_update(part));
    hasher.finalize().into()
}

fn content_mark(name: &str, answers: &[Answer]) -> [u8; 32] {
    let values: Vec<_> = answers.iter().map(|answer| (&answer.name, &answer.value)).collect();
    digest(&[name.as_bytes(), &serde_json::to_vec(&values).unwrap_or_default()])
}

/// Digest of the longest text, when it tells something.
fn text_mark(name: &str, answers: &[Answer]) -> Option<[u8; 32]> {
    let texts = answers.iter().filter_map(|answer| answer.value.as_str());
    let longest = texts.max_by_key(|text| text.chars().count())?;
    let words = longest.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    (words.chars().count() >= TELLING_CHARS).then(|| digest(&[b"text", name.as_bytes(), words.as_bytes()]))
}

/// Without query and fragment, which may hold what is nobody's business.
fn page(page: &str) -> Option<String> {
    let bare = page.split(['?', '#']).next().unwrap_or_default();
    let is_web = bare.starts_with("https://") || bare.starts_with("http://");
    (is_web && bare.chars().count() <= 500 && !bare.chars().any(|c| c.is_control() || c.is_whitespace()))
        .then(|| bare.to_owned())
}

fn locale(tag: &str) -> Option<String> {
    let fits = (2..=35).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    fits.then(|| tag.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_page_only_where_it_is_is_kept() {
        assert_eq!(page("https://a.example/b?token=1#c").unwrap(), "https://a.example/b");
        for wrong in
            ["", "javascript:alert(1)", "https://a b", "https://\u{0}", &format!("https://{}", "a".repeat(500))]
        {
            assert_eq!(page(wrong), None, "{wrong}");
        }
        assert_eq!(locale("pt-BR").unwrap(), "pt-br");
        assert_eq!(locale("<b>"), None);
    }
}
