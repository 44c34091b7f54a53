//! The mails that a submission promises.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::super::model::{Form, Submission};
use super::{Forms, Inner};
use crate::effects::Effects;
use crate::error::{ErrorKind, Result};
use crate::ids::OutboxId;
use crate::mail::{Address, Mailbox, Outgoing};
use crate::rate::Quota;

/// How many confirmations one address is sent in a day, by all forms.
const CONFIRMATIONS: Quota = Quota { burst: 2, per: Duration::from_secs(24 * 60 * 60) };
/// How much of the answers a mail holds, in bytes: it must fit a promise. All of them are in the panel.
const ANSWERS_BYTES: usize = 16 * 1024;

impl Forms {
    /// To the form's recipients, with the submission's own commit.
    pub(super) fn notices(&self, submission: &Submission, form: &Form) -> Result<Effects> {
        let Inner { mails, .. } = &*self.0;
        let mut effects = Effects::none();
        let sender = sender(submission);
        for recipient in &form.recipients {
            let to = Mailbox::new(None, Address::checked("/recipients", recipient)?);
            let variables = json!({ "form": form.title, "answers": shown(submission) });
            let mut outgoing = Outgoing::new("forms.notice", to, variables);
            // Whoever answers the notice writes to the person, and not to the site.
            outgoing.reply_to = sender.clone().map(|address| Mailbox::new(None, address));
            effects.absorb(mails.promise(outgoing)?);
        }
        Ok(effects)
    }

    /// To who sent it, once it is known to be kept: what was a repeat must not use up what the address may be sent. Done again, it
    /// is the same mail.
    pub(super) async fn confirm(&self, submission: &Submission, title: &str) -> Result<()> {
        let Inner { mails, mail_store, .. } = &*self.0;
        let Some(address) = sender(submission) else { return Ok(()) };
        if !self.may_confirm(&address).await {
            return Ok(());
        }
        let outgoing = Outgoing::new("forms.received", Mailbox::new(None, address), json!({ "form": title }));
        let outgoing = outgoing.locale(submission.locale.clone());
        match mail_store.promise(&mails.promise_as(OutboxId(submission.id.0), outgoing)?).await {
            Err(error) if error.kind() == ErrorKind::Conflict => Ok(()),
            outcome => outcome,
        }
    }

    /// Somebody else may have typed it in: it is sent little, whoever asks.
    async fn may_confirm(&self, address: &Address) -> bool {
        let Some(limiter) = &self.0.limiter else { return true };
        let signed = self.0.signer.sign("forms.confirm", address.folded().as_bytes());
        let key = format!("forms:c:{}", URL_SAFE_NO_PAD.encode(&signed[..16]));
        // Without anybody who counts, nothing is sent to an address that is only said to be somebody's.
        limiter.check(&key, CONFIRMATIONS).await.is_ok_and(|decision| decision.allowed)
    }
}

fn sender(submission: &Submission) -> Option<Address> {
    submission.email.as_deref().and_then(|email| Address::checked("/email", email).ok())
}

/// As much as fits, in the order of the form.
fn shown(submission: &Submission) -> Vec<Value> {
    let mut left = ANSWERS_BYTES;
    let shown = submission.answers.iter().map(|answer| {
        let (label, value) = (cut(&answer.label, &mut left), cut(&answer.shown(), &mut left));
        json!({ "label": label, "value": value })
    });
    shown.collect()
}

fn cut(text: &str, left: &mut usize) -> String {
    if text.len() <= *left {
        *left -= text.len();
        return text.to_owned();
    }
    let fits = text.char_indices().map(|(at, _)| at).take_while(|at| at <= left).last().unwrap_or(0);
    *left = 0;
    format!("{}…", &text[..fits])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_cut_between_characters() {
        let mut left = 7;
        assert_eq!(
            (cut("abc", &mut left), cut("🦀🦀", &mut left), cut("d", &mut left)),
            ("abc".into(), "🦀…".into(), "…".into())
        );
    }
}
