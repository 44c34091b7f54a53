//! What staff do with what was sent.

use super::super::model::{Submission, SubmissionState};
use super::super::store::SubmissionQuery;
use super::{Forms, Inner, may_look};
use crate::audit::AuditEntry;
use crate::effects::Effects;
use crate::error::{Error, ErrorKind, Result};
use crate::identity::Actor;
use crate::ids::SubmissionId;

impl Forms {
    /// One page of what was sent, newest first.
    ///
    /// # Errors
    /// `Forbidden` for visitors; when the database does not answer.
    pub async fn submissions(&self, actor: &Actor, query: &SubmissionQuery) -> Result<Vec<Submission>> {
        may_look(actor)?;
        self.0.store.submissions(query).await
    }

    /// One submission.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for visitors.
    pub async fn submission(&self, actor: &Actor, id: SubmissionId) -> Result<Submission> {
        may_look(actor)?;
        self.0.store.submission(id).await?.ok_or_else(|| Error::not_found("the submission"))
    }

    /// Puts a submission elsewhere, of which the caller has seen the version `expected`. What was held back, and is let
    /// through, does what it would have done at first, once.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for visitors; `Invalid` for a return to quarantine; `Conflict` when it was changed meanwhile.
    pub async fn set_state(
        &self,
        actor: &Actor,
        id: SubmissionId,
        state: SubmissionState,
        expected: i64,
    ) -> Result<Submission> {
        let Inner { context, store, relay, .. } = &*self.0;
        let before = self.submission(actor, id).await?;
        if state == SubmissionState::Quarantine {
            return Err(Error::invalid("/state", "unknown", "only engage puts something into quarantine"));
        }
        if before.version != expected {
            return Err(Error::new(ErrorKind::Conflict, "the submission was changed meanwhile"));
        }
        if before.state == state {
            return Ok(before);
        }
        let now = context.clock.now();
        let mut next = Submission { state, version: expected + 1, updated_at: now, ..before.clone() };
        let mut effects = Effects::none();
        // Once, however often somebody thinks better of it.
        if state.is_good() && !before.told {
            let form = match self.get(&before.form).await {
                Ok(known) => Some(known.form),
                Err(error) if error.kind() == ErrorKind::NotFound => None,
                Err(error) => return Err(error),
            };
            effects = self.promises(&before, form.as_ref())?;
            next.told = true;
        }
        let promised = !effects.outbox.is_empty();
        let target = format!("submission:{id}");
        let audit = AuditEntry::new(context.ids.next(), now, actor, "forms.set_state", target);
        let detail = serde_json::json!({ "from": before.state, "to": state });
        store.update_submission(&next, &effects.and_audit(audit.detail(detail))).await?;
        if promised {
            relay.nudge();
        }
        Ok(next)
    }

    /// Removes a submission for good.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for visitors.
    pub async fn delete_submission(&self, actor: &Actor, id: SubmissionId) -> Result<()> {
        may_look(actor)?;
        let Inner { context, store, .. } = &*self.0;
        let target = format!("submission:{id}");
        let audit = AuditEntry::new(context.ids.next(), context.clock.now(), actor, "forms.delete_submission", target);
        let was_there = store.delete_submission(id, &Effects::none().and_audit(audit)).await?;
        if was_there { Ok(()) } else { Err(Error::not_found("the submission")) }
    }

    /// Deletes what has had its time, at most `limit` of each kind.
    pub(crate) async fn prune(&self, limit: usize) -> Result<u64> {
        self.0.store.prune(self.0.context.clock.now(), limit).await
    }
}
