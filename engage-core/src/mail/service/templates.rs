//! The templates as the site has them.

use std::time::Duration;

use serde_json::json;
use tokio::sync::broadcast::error::RecvError;

use super::{Inner, Mails};
use crate::audit::AuditEntry;
use crate::cache::{CacheNode, Invalidation};
use crate::effects::Effects;
use crate::error::{Error, ErrorKind, Result};
use crate::identity::Actor;
use crate::mail::template::{self, Frame, Rendered, StoredTemplate, TemplateText, checked};
use crate::tasks::Tasks;

/// By this name other nodes hear that something changed.
const KEY: &str = "mail.templates";
/// How often a node looks which templates were changed though nobody said so.
pub(super) const LOOK: Duration = Duration::from_secs(30);

impl Mails {
    /// The newest version of each template and language that admins have changed.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn changed_templates(&self) -> Result<Vec<StoredTemplate>> {
        self.0.store.template_heads().await
    }

    /// What a template says now in a language, with its version; 0 stands for what engage brings.
    ///
    /// # Errors
    /// `NotFound` when there is no such template, or none in this language.
    pub async fn template(&self, name: &str, locale: &str) -> Result<(TemplateText, i64)> {
        let template = template::template(name)?;
        let newest = self.0.store.template_versions(name, locale, 1).await?.pop();
        let version = newest.as_ref().map_or(0, |newest| newest.version);
        let text = newest.and_then(|newest| newest.text).or_else(|| template.builtin(locale));
        Ok((text.ok_or_else(|| Error::not_found("the template in this language"))?, version))
    }

    /// The newest hundred versions of a template in a language, newest first.
    ///
    /// # Errors
    /// `NotFound` when there is no such template.
    pub async fn template_versions(&self, name: &str, locale: &str) -> Result<Vec<StoredTemplate>> {
        template::template(name)?;
        self.0.store.template_versions(name, locale, 100).await
    }

    /// Makes the next version of a template, of which the caller has seen the version `expected`; with `None`, what engage
    /// brings counts again. Mails that were promised before bear the text of before. Other nodes know of it within 30 s.
    ///
    /// # Errors
    /// `NotFound` when there is no such template; `Invalid` for the text or the language, and for `None` in a language that
    /// engage does not bring; `Conflict` when it was changed meanwhile.
    pub async fn set_template(
        &self,
        actor: &Actor,
        name: &str,
        locale: &str,
        text: Option<TemplateText>,
        expected: i64,
    ) -> Result<StoredTemplate> {
        let Inner { context, store, changed, .. } = &*self.0;
        let template = template::template(name)?;
        if crate::chat::checked_language(locale, "/locale")? != locale {
            return Err(Error::invalid("/locale", "format", "a language is written in lower case"));
        }
        if text.is_none() && template.builtin(locale).is_none() {
            return Err(Error::invalid("/locale", "unknown", "engage brings no text in this language"));
        }
        let text = text.as_ref().map(|text| checked(template, text)).transpose()?;
        let now = context.clock.now();
        let by = match actor {
            Actor::Staff(staff) => Some(staff.agent.clone()),
            Actor::Visitor(_) | Actor::Bot(_) | Actor::System => None,
        };
        let stored = StoredTemplate { by, ..StoredTemplate::new(name, locale, expected + 1, text, now) };
        let target = format!("template:{name}:{locale}");
        let audit = AuditEntry::new(context.ids.next(), now, actor, "mail.set_template", target);
        let audit = audit.detail(json!({ "version": stored.version, "reverted": stored.text.is_none() }));
        store.put_template(&stored, &Effects::none().and_audit(audit)).await?;
        changed.invalidate(KEY).await;
        self.look().await?;
        Ok(stored)
    }

    /// What a text would look like, with samples for its variables.
    ///
    /// # Errors
    /// `NotFound` when there is no such template; `Invalid` for the text.
    pub fn preview(&self, name: &str, locale: &str, text: &TemplateText) -> Result<Rendered> {
        let template = template::template(name)?;
        let text = checked(template, text)?;
        let mut samples = template.samples();
        self.common(&mut samples);
        let settings = self.0.settings.get();
        template::render(&text, &samples, &Frame { locale, site: &self.0.site, footer: &settings.mail_footer })
    }

    /// What every template can say.
    pub(super) fn common(&self, variables: &mut serde_json::Value) {
        if let Some(variables) = variables.as_object_mut() {
            variables.insert("site".to_owned(), json!(self.0.site));
            variables.insert("site_url".to_owned(), json!(self.0.public_url));
        }
    }

    /// The text that a promise has pinned. A version that is gone is what the template says now, or what engage brings.
    pub(super) async fn pinned(&self, name: &str, locale: &str, version: i64) -> Result<TemplateText> {
        let template = template::template(name)?;
        let stored = match version {
            0 => None,
            version => self.0.store.template(name, locale, version).await?.and_then(|stored| stored.text),
        };
        let text = stored.or_else(|| template.builtin(locale)).or_else(|| template.builtin(template::LAST_RESORT));
        let missing = || Error::new(ErrorKind::Internal, "a template without a text");
        // What was checked when it was stored may not hold the rules of a newer engage.
        text.and_then(|text| checked(template, &text).ok())
            .or_else(|| template.builtin(template::LAST_RESORT))
            .ok_or_else(missing)
    }

    /// Looks which templates were changed.
    pub(super) async fn look(&self) -> Result<()> {
        let heads = self.0.store.template_heads().await?.into_iter().map(|head| {
            let version = if head.text.is_some() { head.version } else { 0 };
            ((head.name, head.locale), version)
        });
        self.0.heads.store(std::sync::Arc::new(heads.collect()));
        Ok(())
    }

    pub(super) fn follow(&self, cache: &CacheNode, tasks: &Tasks) {
        let (own, mut dropped) = (self.clone(), cache.dropped());
        tasks.spawn(|mut stopping| async move {
            loop {
                let changed = tokio::select! {
                    () = stopping.wait() => return,
                    () = tokio::time::sleep(LOOK) => true,
                    dropped = dropped.recv() => match dropped {
                        Ok(Some(dropped)) => dropped == Invalidation::Key(KEY.to_owned()),
                        Ok(None) | Err(RecvError::Lagged(_)) => true,
                        Err(RecvError::Closed) => return,
                    },
                };
                if changed && let Err(error) = own.look().await {
                    tracing::warn!(target: "engage::mail", %error, "templates could not be looked at again; the last ones stand");
                }
            }
        });
    }
}
