//! Forms, and what is sent by them.

use std::sync::Arc;

use async_trait::async_trait;
use engage_core::clock::Timestamp;
use engage_core::forms::{FormStore, KnownForm, Submission, SubmissionQuery, SubmissionState, Submit, Submitted};
use engage_core::ids::SubmissionId;
use engage_core::outbox::Outbox;
use engage_core::{Effects, Error, ErrorKind, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::db::Db;
use crate::driver::{Connection, Row, params};

/// Forms in the database.
#[derive(Debug)]
pub(crate) struct Forms {
    pub(crate) db: Db,
    pub(crate) sql: Arc<FormStatements>,
    pub(crate) outbox: Arc<dyn Outbox>,
}

macro_rules! columns {
    () => {
        "id, form, form_version, state, answers, contact_id, email, consent, page, locale, reasons, repeats, became, told,
         version, created_at, updated_at, expires_at"
    };
}

/// A page, newest first, of those that `$wanted` fits.
macro_rules! page {
    ($wanted:literal) => {
        concat!("SELECT ", columns!(), " FROM {submissions} WHERE id < $1", $wanted, " ORDER BY id DESC LIMIT $2")
    };
}

statements! {
    /// What forms ask.
    struct FormStatements {
        forms = "SELECT definition, version, updated_at FROM {forms} ORDER BY name";
        form = "SELECT definition, version, updated_at FROM {forms} WHERE name = $1";
        create = "INSERT INTO {forms} (name, definition, version, updated_at) VALUES ($1, $2, $3, $4)
            ON CONFLICT (name) DO NOTHING";
        update = "UPDATE {forms} SET definition = $2, version = $3, updated_at = $4 WHERE name = $1 AND version = $3 - 1";
        delete = "DELETE FROM {forms} WHERE name = $1";

        // Whoever comes with the same waits here until the first has committed.
        use_nonce = "INSERT INTO {form_nonces} (nonce, content, expires_at) VALUES ($1, $2, $3)
            ON CONFLICT (nonce) DO NOTHING";
        used_nonce = "SELECT content FROM {form_nonces} WHERE nonce = $1";
        mark = "INSERT INTO {form_marks} AS known (mark, submission_id, expires_at) VALUES ($1, $2, $3)
            ON CONFLICT (mark) DO UPDATE SET submission_id = excluded.submission_id, expires_at = excluded.expires_at
            WHERE known.expires_at <= $4";
        marked = "UPDATE {submissions} SET repeats = repeats + 1, version = version + 1, updated_at = $2
            WHERE id = (SELECT submission_id FROM {form_marks} WHERE mark = $1)";
        mark_anew = "UPDATE {form_marks} SET submission_id = $2, expires_at = $3 WHERE mark = $1";
        keep = concat!(
            "INSERT INTO {submissions} (", columns!(), ", text_digest)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)"
        );

        submission = concat!("SELECT ", columns!(), " FROM {submissions} WHERE id = $1");
        all = page!("");
        of_form = page!(" AND form = $3");
        in_state = page!(" AND state = $3");
        of_form_in_state = page!(" AND form = $3 AND state = $4");
        update_submission = "UPDATE {submissions} SET state = $2, became = $3, told = $4, version = $5, updated_at = $6
            WHERE id = $1 AND version = $5 - 1";
        delete_submission = "DELETE FROM {submissions} WHERE id = $1";
        same_text = "SELECT count(*) FROM
            (SELECT 1 FROM {submissions} WHERE text_digest = $1 AND created_at >= $2 LIMIT 10) AS same";

        prune = "DELETE FROM {submissions} WHERE id IN
            (SELECT id FROM {submissions} WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)";
        prune_nonces = "DELETE FROM {form_nonces} WHERE nonce IN
            (SELECT nonce FROM {form_nonces} WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)";
        prune_marks = "DELETE FROM {form_marks} WHERE mark IN
            (SELECT mark FROM {form_marks} WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)";
    }
}

#[async_trait]
impl FormStore for Forms {
    async fn forms(&self) -> Result<Vec<KnownForm>> {
        self.db.fetch(&self.sql.forms, params![]).await?.iter().map(read_form).collect()
    }

    async fn form(&self, name: &str) -> Result<Option<KnownForm>> {
        self.db.fetch_one(&self.sql.form, params![name]).await?.as_ref().map(read_form).transpose()
    }

    async fn put_form(&self, form: &KnownForm, effects: &Effects) -> Result<()> {
        let (db, sql, form, effects) = (self.db.clone(), Arc::clone(&self.sql), form.clone(), effects.clone());
        self.db
            .write(move |connection| {
                Box::pin(async move {
                    let is_new = form.version == 1;
                    let definition = serde_json::to_string(&form.form)?;
                    let values = params![&form.form.name, &definition, form.version, form.updated_at];
                    let statement = if is_new { &sql.create } else { &sql.update };
                    if connection.execute(statement, values).await? == 0 {
                        let told = Error::new(ErrorKind::Conflict, "the form was changed meanwhile");
                        return Err(if is_new { told.with_code("name_taken") } else { told });
                    }
                    db.effects().write(connection, &effects).await
                })
            })
            .await
    }

    async fn delete_form(&self, name: &str, effects: &Effects) -> Result<bool> {
        let (sql, name) = (Arc::clone(&self.sql), name.to_owned());
        self.db
            .write_found(effects, move |connection| {
                Box::pin(async move { Ok(connection.execute(&sql.delete, params![&name]).await? > 0) })
            })
            .await
    }

    async fn submit(&self, submit: &Submit) -> Result<Submitted> {
        let (db, sql, submit) = (self.db.clone(), Arc::clone(&self.sql), submit.clone());
        self.db
            .write(move |connection| {
                Box::pin(async move {
                    let nonce = params![&submit.nonce[..], &submit.content[..], submit.nonce_until];
                    if connection.execute(&sql.use_nonce, nonce).await? == 0 {
                        return used(connection, &sql, &submit).await;
                    }
                    let Submission { id, created_at: now, .. } = submit.submission;
                    let mark = params![&submit.same[..], id, submit.same_until, now];
                    if connection.execute(&sql.mark, mark).await? == 0 {
                        if connection.execute(&sql.marked, params![&submit.same[..], now]).await? > 0 {
                            return Ok(Submitted::Folded);
                        }
                        // What it was folded into was removed.
                        connection.execute(&sql.mark_anew, params![&submit.same[..], id, submit.same_until]).await?;
                    }
                    keep(connection, &sql, &submit).await?;
                    db.effects().write(connection, &submit.effects).await?;
                    Ok(Submitted::New)
                })
            })
            .await
    }

    async fn submission(&self, id: SubmissionId) -> Result<Option<Submission>> {
        self.db.fetch_one(&self.sql.submission, params![id]).await?.as_ref().map(read).transpose()
    }

    async fn submissions(&self, query: &SubmissionQuery) -> Result<Vec<Submission>> {
        let before = query.before.unwrap_or(SubmissionId(uuid::Uuid::max()));
        let (form, state) = (query.form.as_deref(), query.state.map(SubmissionState::name));
        let rows = match (form, state) {
            (None, None) => self.db.fetch(&self.sql.all, params![before, query.limit]).await?,
            (Some(form), None) => self.db.fetch(&self.sql.of_form, params![before, query.limit, form]).await?,
            (None, Some(state)) => self.db.fetch(&self.sql.in_state, params![before, query.limit, state]).await?,
            (Some(form), Some(state)) => {
                self.db.fetch(&self.sql.of_form_in_state, params![before, query.limit, form, state]).await?
            }
        };
        rows.iter().map(read).collect()
    }

    async fn update_submission(&self, submission: &Submission, effects: &Effects) -> Result<()> {
        let (db, sql, next, effects) = (self.db.clone(), Arc::clone(&self.sql), submission.clone(), effects.clone());
        self.db
            .write(move |connection| {
                Box::pin(async move {
                    let (became, told) = (written(next.became.as_ref())?, i64::from(next.told));
                    let values =
                        params![next.id, next.state.name(), became.as_deref(), told, next.version, next.updated_at];
                    if connection.execute(&sql.update_submission, values).await? == 0 {
                        return Err(Error::new(ErrorKind::Conflict, "the submission was changed meanwhile"));
                    }
                    db.effects().write(connection, &effects).await
                })
            })
            .await
    }

    async fn delete_submission(&self, id: SubmissionId, effects: &Effects) -> Result<bool> {
        let sql = Arc::clone(&self.sql);
        self.db
            .write_found(effects, move |connection| {
                Box::pin(async move { Ok(connection.execute(&sql.delete_submission, params![id]).await? > 0) })
            })
            .await
    }

    async fn same_text(&self, text: &[u8; 32], since: Timestamp) -> Result<i64> {
        let counted = self.db.fetch_one(&self.sql.same_text, params![&text[..], since]).await?;
        counted.map_or(Ok(0), |row| row.only())
    }

    async fn prune(&self, now: Timestamp, limit: usize) -> Result<u64> {
        self.db.execute_one(&self.sql.prune_nonces, params![now, limit]).await?;
        self.db.execute_one(&self.sql.prune_marks, params![now, limit]).await?;
        self.db.execute_one(&self.sql.prune, params![now, limit]).await
    }

    fn outbox(&self) -> Arc<dyn Outbox> {
        Arc::clone(&self.outbox)
    }
}

async fn used(connection: &mut dyn Connection, sql: &FormStatements, submit: &Submit) -> Result<Submitted> {
    let rows = connection.fetch(&sql.used_nonce, params![&submit.nonce[..]]).await?;
    let first = rows.first().map(Row::only::<Vec<u8>>).transpose()?;
    Ok(if first.as_deref() == Some(&submit.content[..]) { Submitted::Replayed } else { Submitted::Reused })
}

async fn keep(connection: &mut dyn Connection, sql: &FormStatements, submit: &Submit) -> Result<()> {
    let one = &submit.submission;
    let (answers, reasons) = (serde_json::to_string(&one.answers)?, serde_json::to_string(&one.reasons)?);
    let (consent, became) = (written(one.consent.as_ref())?, written(one.became.as_ref())?);
    let text = submit.text.map(|digest| digest.to_vec());
    let values = params![
        one.id,
        &one.form,
        one.form_version,
        one.state.name(),
        &answers,
        one.contact,
        one.email.as_deref(),
        consent.as_deref(),
        one.page.as_deref(),
        one.locale.as_deref(),
        &reasons,
        one.repeats,
        became.as_deref(),
        i64::from(one.told),
        one.version,
        one.created_at,
        one.updated_at,
        one.expires_at,
        text.as_deref()
    ];
    connection.execute(&sql.keep, values).await.map(|_| ())
}

fn written(value: Option<&impl Serialize>) -> Result<Option<String>> {
    value.map(|value| serde_json::to_string(value).map_err(Error::internal)).transpose()
}

fn from_json<T: DeserializeOwned>(text: Option<String>) -> Result<Option<T>> {
    text.map(|text| serde_json::from_str(&text).map_err(Error::internal)).transpose()
}

fn read_form(row: &Row) -> Result<KnownForm> {
    let mut columns = row.columns();
    let form = serde_json::from_str(&columns.take::<String>()?)?;
    Ok(KnownForm { form, version: columns.take()?, updated_at: columns.take()? })
}

/// A row of the columns in their order.
fn read(row: &Row) -> Result<Submission> {
    let mut columns = row.columns();
    let (id, form, form_version) = (columns.take()?, columns.take()?, columns.take()?);
    let state = columns.take::<String>()?;
    let unknown = || Error::internal(format!("the database holds an unknown state of a submission: {state:?}"));
    Ok(Submission {
        id,
        form,
        form_version,
        state: SubmissionState::of_name(&state).ok_or_else(unknown)?,
        answers: serde_json::from_str(&columns.take::<String>()?)?,
        contact: columns.take()?,
        email: columns.take()?,
        consent: from_json(columns.take()?)?,
        page: columns.take()?,
        locale: columns.take()?,
        reasons: serde_json::from_str(&columns.take::<String>()?)?,
        repeats: columns.take()?,
        became: from_json(columns.take()?)?,
        told: columns.take::<i64>()? == 1,
        version: columns.take()?,
        created_at: columns.take()?,
        updated_at: columns.take()?,
        expires_at: columns.take()?,
    })
}
