//! Forms in memory.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use async_trait::async_trait;

use super::model::{KnownForm, Submission};
use super::store::{FormStore, SubmissionQuery, Submit, Submitted};
use crate::clock::Timestamp;
use crate::effects::Effects;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::SubmissionId;
use crate::memory::Memory;
use crate::outbox::Outbox;

/// The tables.
#[derive(Debug, Clone, Default)]
pub(crate) struct FormTables {
    forms: BTreeMap<String, KnownForm>,
    submissions: BTreeMap<SubmissionId, (Submission, Option<[u8; 32]>)>,
    /// By a nonce, with what was sent.
    nonces: HashMap<[u8; 32], ([u8; 32], Timestamp)>,
    /// By what was sent, where it is.
    marks: HashMap<[u8; 32], (SubmissionId, Timestamp)>,
}

#[async_trait]
impl FormStore for Memory {
    async fn forms(&self) -> Result<Vec<KnownForm>> {
        Ok(self.tables.lock().forms.forms.values().cloned().collect())
    }

    async fn form(&self, name: &str) -> Result<Option<KnownForm>> {
        Ok(self.tables.lock().forms.forms.get(name).cloned())
    }

    async fn put_form(&self, form: &KnownForm, effects: &Effects) -> Result<()> {
        let mut transaction = self.begin();
        let stored = transaction.tables.forms.forms.get(&form.form.name).map_or(0, |stored| stored.version);
        if stored + 1 != form.version {
            let told = Error::new(ErrorKind::Conflict, "the form was changed meanwhile");
            return Err(if form.version == 1 { told.with_code("name_taken") } else { told });
        }
        transaction.write(effects)?;
        transaction.tables.forms.forms.insert(form.form.name.clone(), form.clone());
        Ok(())
    }

    async fn delete_form(&self, name: &str, effects: &Effects) -> Result<bool> {
        let mut transaction = self.begin();
        if !transaction.tables.forms.forms.contains_key(name) {
            return Ok(false);
        }
        transaction.write(effects)?;
        transaction.tables.forms.forms.remove(name);
        Ok(true)
    }

    async fn submit(&self, submit: &Submit) -> Result<Submitted> {
        let mut transaction = self.begin();
        let (submission, now) = (&submit.submission, submit.submission.created_at);
        if let Some((content, _)) = transaction.tables.forms.nonces.get(&submit.nonce) {
            return Ok(if *content == submit.content { Submitted::Replayed } else { Submitted::Reused });
        }
        let known = transaction.tables.forms.marks.get(&submit.same).filter(|(_, until)| *until > now).copied();
        let is_there = |(id, _): &(SubmissionId, Timestamp)| transaction.tables.forms.submissions.contains_key(id);
        let outcome = match known.filter(is_there) {
            Some((id, _)) => {
                if let Some((first, _)) = transaction.tables.forms.submissions.get_mut(&id) {
                    first.repeats += 1;
                    first.version += 1;
                    first.updated_at = now;
                }
                Submitted::Folded
            }
            None => {
                transaction.write(&submit.effects)?;
                let forms = &mut transaction.tables.forms;
                forms.marks.insert(submit.same, (submission.id, submit.same_until));
                forms.submissions.insert(submission.id, (submission.clone(), submit.text));
                Submitted::New
            }
        };
        transaction.tables.forms.nonces.insert(submit.nonce, (submit.content, submit.nonce_until));
        Ok(outcome)
    }

    async fn submission(&self, id: SubmissionId) -> Result<Option<Submission>> {
        Ok(self.tables.lock().forms.submissions.get(&id).map(|(submission, _)| submission.clone()))
    }

    async fn submissions(&self, query: &SubmissionQuery) -> Result<Vec<Submission>> {
        let tables = self.tables.lock();
        let newest_first = tables.forms.submissions.values().rev().map(|(submission, _)| submission);
        let fits = |submission: &&Submission| {
            query.form.as_ref().is_none_or(|form| *form == submission.form)
                && query.state.is_none_or(|state| state == submission.state)
                && query.before.is_none_or(|before| submission.id < before)
        };
        Ok(newest_first.filter(fits).take(query.limit).cloned().collect())
    }

    async fn update_submission(&self, submission: &Submission, effects: &Effects) -> Result<()> {
        let mut transaction = self.begin();
        let stored = transaction.tables.forms.submissions.get(&submission.id).map(|(stored, _)| stored.version);
        if stored.is_none_or(|stored| stored + 1 != submission.version) {
            return Err(Error::new(ErrorKind::Conflict, "the submission was changed meanwhile"));
        }
        transaction.write(effects)?;
        if let Some((stored, _)) = transaction.tables.forms.submissions.get_mut(&submission.id) {
            (stored.state, stored.became, stored.version) = (submission.state, submission.became, submission.version);
            (stored.told, stored.updated_at) = (submission.told, submission.updated_at);
        }
        Ok(())
    }

    async fn delete_submission(&self, id: SubmissionId, effects: &Effects) -> Result<bool> {
        let mut transaction = self.begin();
        if !transaction.tables.forms.submissions.contains_key(&id) {
            return Ok(false);
        }
        transaction.write(effects)?;
        transaction.tables.forms.submissions.remove(&id);
        Ok(true)
    }

    async fn same_text(&self, text: &[u8; 32], since: Timestamp) -> Result<i64> {
        let tables = self.tables.lock();
        let same = tables
            .forms
            .submissions
            .values()
            .filter(|(submission, own)| *own == Some(*text) && submission.created_at >= since);
        Ok(i64::try_from(same.take(10).count()).unwrap_or(10))
    }

    async fn prune(&self, now: Timestamp, limit: usize) -> Result<u64> {
        let mut tables = self.tables.lock();
        let forms = &mut tables.forms;
        let old = forms.submissions.iter().filter(|(_, (submission, _))| submission.expires_at <= now);
        let old: Vec<_> = old.map(|(id, _)| *id).take(limit).collect();
        for id in &old {
            forms.submissions.remove(id);
        }
        forms.nonces.retain(|_, (_, until)| *until > now);
        forms.marks.retain(|_, (_, until)| *until > now);
        Ok(old.len() as u64)
    }

    fn outbox(&self) -> Arc<dyn Outbox> {
        self.outbox.clone()
    }
}
