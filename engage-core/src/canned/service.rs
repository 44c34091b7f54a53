//! What can be done with canned replies.

use std::sync::Arc;

use super::model::{CannedReply, CannedText, Facts, checked_shortcode, is_shortcode};
use super::store::{CannedQuery, CannedStore};
use crate::audit::AuditEntry;
use crate::chat::{Chat, checked_team};
use crate::effects::Effects;
use crate::engage::{Base, Context};
use crate::error::{Error, ErrorKind, Result};
use crate::identity::Actor;
use crate::ids::{CannedId, ConversationId};

/// Canned replies. Agents see everybody's and those of their teams, and change those of their teams; admins see and change
/// all. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Canned {
    context: Context,
    store: Arc<dyn CannedStore>,
    chat: Chat,
    site: Arc<str>,
}

/// What somebody says of a reply.
#[derive(Debug, Clone)]
pub struct NewCanned {
    /// 1 to 50 of `a-z 0-9 - _`; upper case is made lower.
    pub shortcode: String,
    /// 1 to 4,000 characters, with variables.
    pub text: String,
    /// The team whose it is; `None`: everybody's.
    pub team: Option<String>,
}

impl Canned {
    pub(crate) fn new(base: &Base, chat: &Chat, site: &str) -> Self {
        let Base { context, stores, .. } = base;
        Self { context: context.clone(), store: Arc::clone(&stores.canned), chat: chat.clone(), site: site.into() }
    }

    /// Makes a reply.
    ///
    /// # Errors
    /// `Invalid` for the shortcode, the text or the team; `Forbidden` for who may not write for that team; `Conflict`
    /// (`shortcode_taken`) when there is one.
    pub async fn create(&self, actor: &Actor, new: NewCanned) -> Result<CannedReply> {
        let (shortcode, text) = checked(&new)?;
        may_change(actor, new.team.as_deref())?;
        let now = self.context.clock.now();
        let id: CannedId = self.context.ids.next();
        let reply = CannedReply { id, shortcode, text, team: new.team, version: 1, created_at: now, updated_at: now };
        self.store.create(&reply, &self.audited(actor, "canned.create", &reply)).await?;
        Ok(reply)
    }

    /// One reply.
    ///
    /// # Errors
    /// `NotFound` when it does not exist for `actor`.
    pub async fn get(&self, actor: &Actor, id: CannedId) -> Result<CannedReply> {
        let found = self.store.get(id).await?.filter(|reply| match actor {
            Actor::Visitor(_) | Actor::Bot(_) => false,
            Actor::Staff(staff) => staff.sees_team(reply.team.as_deref()),
            Actor::System => true,
        });
        found.ok_or_else(|| Error::not_found("the reply"))
    }

    /// A page of replies whose shortcode begins with `prefix`, in the order of the shortcodes, after the one `after`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn list(
        &self,
        actor: &Actor,
        prefix: &str,
        after: Option<String>,
        limit: usize,
    ) -> Result<Vec<CannedReply>> {
        let prefix = prefix.to_ascii_lowercase();
        if !is_shortcode(&prefix) {
            return Ok(Vec::new());
        }
        self.store.list(&CannedQuery { prefix, after, ..CannedQuery::new(actor.into(), limit) }).await
    }

    /// Changes a reply, of which the caller has seen the version `expected`.
    ///
    /// # Errors
    /// As [`Canned::create`]; `NotFound` when it does not exist for `actor`; `Conflict` when it was changed meanwhile.
    pub async fn update(&self, actor: &Actor, id: CannedId, new: NewCanned, expected: i64) -> Result<CannedReply> {
        let (shortcode, text) = checked(&new)?;
        let before = self.get(actor, id).await?;
        may_change(actor, before.team.as_deref())?;
        may_change(actor, new.team.as_deref())?;
        if before.version != expected {
            return Err(Error::new(ErrorKind::Conflict, "the reply was changed meanwhile"));
        }
        let version = expected + 1;
        let updated_at = self.context.clock.now();
        let reply = CannedReply { shortcode, text, team: new.team, version, updated_at, ..before };
        self.store.update(&reply, &self.audited(actor, "canned.update", &reply)).await?;
        Ok(reply)
    }

    /// Removes a reply.
    ///
    /// # Errors
    /// `NotFound` when it does not exist for `actor`; `Forbidden` for who may not write for its team.
    pub async fn delete(&self, actor: &Actor, id: CannedId) -> Result<()> {
        let reply = self.get(actor, id).await?;
        may_change(actor, reply.team.as_deref())?;
        self.store.delete(id, &self.audited(actor, "canned.delete", &reply)).await?;
        Ok(())
    }

    /// The text of a reply as `actor` would say it in a conversation.
    ///
    /// # Errors
    /// `NotFound` when reply or conversation do not exist for `actor`.
    pub async fn expand(&self, actor: &Actor, id: CannedId, conversation: ConversationId) -> Result<String> {
        let reply = self.get(actor, id).await?;
        let contact = self.chat.get(actor, conversation).await?.contact;
        let agent = match actor {
            // Without a name of their own agents bear their id, which is not for visitors.
            Actor::Staff(staff) if staff.agent.name != staff.agent.id => staff.agent.name.as_str(),
            _ => "",
        };
        Ok(reply.text.expand(&Facts { contact: &contact, agent, site: &self.site }))
    }

    fn audited(&self, actor: &Actor, action: &str, reply: &CannedReply) -> Effects {
        let (id, now) = (self.context.ids.next(), self.context.clock.now());
        let line = AuditEntry::new(id, now, actor, action, format!("canned:{}", reply.id));
        Effects::none().and_audit(line.detail(serde_json::json!({ "shortcode": reply.shortcode, "team": reply.team })))
    }
}

fn checked(new: &NewCanned) -> Result<(String, CannedText)> {
    if let Some(team) = &new.team {
        checked_team(team)?;
    }
    Ok((checked_shortcode(&new.shortcode)?, CannedText::checked(&new.text)?))
}

/// Agents write for their teams, admins for everybody.
fn may_change(actor: &Actor, team: Option<&str>) -> Result<()> {
    let may = match actor {
        Actor::Visitor(_) | Actor::Bot(_) => false,
        Actor::Staff(staff) => staff.admin || team.is_some_and(|team| staff.sees_team(Some(team))),
        Actor::System => true,
    };
    let told = "agents change what is their teams', admins what is everybody's";
    if may { Ok(()) } else { Err(Error::new(ErrorKind::Forbidden, told)) }
}
