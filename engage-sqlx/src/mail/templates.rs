//! What the site has made of the templates.

use std::sync::Arc;

use engage_core::mail::template::{StoredTemplate, TemplateText};
use engage_core::{AgentRef, Effects, Error, ErrorKind, Result};

use super::Mail;
use crate::driver::{Row, params};

macro_rules! columns {
    () => {
        "name, locale, version, subject, body, by_id, by_name, created_at"
    };
}

statements! {
    /// What templates ask.
    struct TemplateStatements {
        heads = concat!(
            "SELECT ", columns!(), " FROM {mail_templates} AS own WHERE NOT EXISTS (SELECT 1 FROM {mail_templates} AS newer
             WHERE newer.name = own.name AND newer.locale = own.locale AND newer.version > own.version)
             ORDER BY name, locale"
        );
        get = concat!("SELECT ", columns!(), " FROM {mail_templates} WHERE name = $1 AND locale = $2 AND version = $3");
        versions = concat!(
            "SELECT ", columns!(), " FROM {mail_templates} WHERE name = $1 AND locale = $2 ORDER BY version DESC LIMIT $3"
        );
        before = "SELECT version FROM {mail_templates} WHERE name = $1 AND locale = $2 AND version = $3";
        create = concat!(
            "INSERT INTO {mail_templates} (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING"
        );
        forget = "DELETE FROM {mail_templates} WHERE name = $1 AND locale = $2 AND version <= $3 - 100";
    }
}

impl Mail {
    pub(super) async fn put_version(&self, template: &StoredTemplate, effects: &Effects) -> Result<()> {
        let (db, sql, own, effects) = (self.db.clone(), Arc::clone(&self.sql), template.clone(), effects.clone());
        self.db
            .write(move |connection| {
                Box::pin(async move {
                    let subject = own.text.as_ref().map(|text| text.subject.as_str());
                    let body = own.text.as_ref().map(|text| text.body.as_str());
                    let by_id = own.by.as_ref().map(|by| by.id.as_str());
                    let by_name = own.by.as_ref().map(|by| by.name.as_str());
                    let (name, locale, version) = (&own.name, &own.locale, own.version);
                    let values = params![name, locale, version, subject, body, by_id, by_name, own.created_at];
                    // That it is the newest, the key says: there is none after it.
                    let before = params![name, locale, version - 1];
                    let follows = version == 1 || !connection.fetch(&sql.templates.before, before).await?.is_empty();
                    if !follows || connection.execute(&sql.templates.create, values).await? == 0 {
                        return Err(Error::new(ErrorKind::Conflict, "the template was changed meanwhile"));
                    }
                    connection.execute(&sql.templates.forget, params![name, locale, version]).await?;
                    db.effects().write(connection, &effects).await
                })
            })
            .await
    }
}

pub(super) fn read(row: &Row) -> Result<StoredTemplate> {
    let mut columns = row.columns();
    let (name, locale, version): (String, String, i64) = (columns.take()?, columns.take()?, columns.take()?);
    let text = match (columns.take::<Option<String>>()?, columns.take::<Option<String>>()?) {
        (Some(subject), Some(body)) => Some(TemplateText { subject, body }),
        _ => None,
    };
    let by = match (columns.take::<Option<String>>()?, columns.take::<Option<String>>()?) {
        (Some(id), Some(name)) => Some(AgentRef { id, name }),
        _ => None,
    };
    let mut stored = StoredTemplate::new(&name, &locale, version, text, columns.take()?);
    stored.by = by;
    Ok(stored)
}
