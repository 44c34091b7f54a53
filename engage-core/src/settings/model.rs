//! Settings and their defaults.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::chat::{
    Field, Hours, Invitation, Look, Texts, check_fields, check_invitations, check_look, check_texts, checked_language,
    checked_team,
};
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::mail::Address;
use crate::tickets::{
    Macro, Rule, SlaPolicy, StatusDef, check_given_statuses, check_macros, check_policies, check_prefix, check_rules,
    check_statuses,
};

/// One stored value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Setting {
    /// Its name, a member of [`SiteSettings`].
    pub key: String,
    /// Its value.
    pub value: Value,
    /// Counts its changes, from 1.
    pub version: i64,
    /// When it was changed.
    pub updated_at: Timestamp,
}

/// Everything that can be set, with its value for this site.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct SiteSettings {
    /// Whether new conversations are given to an agent who is online. On.
    #[serde(rename = "chat.auto_assign")]
    pub chat_auto_assign: bool,
    /// How many open conversations an agent without a limit of their own is given, 1 to 1,000. No limit.
    #[serde(rename = "chat.capacity")]
    pub chat_capacity: Option<i64>,
    /// After how many seconds a conversation that its agent does not take is given to another who has room, 10 to 86,400;
    /// null: never. 180.
    #[serde(rename = "chat.reassign_after_s")]
    pub chat_reassign_after_s: Option<i64>,
    /// What the chat says before anything was said, at most 500 characters.
    #[serde(rename = "chat.greeting")]
    pub chat_greeting: String,
    /// When the site is open; none: always.
    #[serde(rename = "chat.hours")]
    pub chat_hours: Option<Hours>,
    /// What is asked before a conversation begins, at most 20 fields.
    #[serde(rename = "chat.fields")]
    pub chat_fields: Vec<Field>,
    /// Whether who writes while the site is closed or no agent takes chats must leave an e-mail address. Off.
    #[serde(rename = "chat.offline_email")]
    pub chat_offline_email: bool,
    /// Whether agents see what a visitor types before it is sent. The visitor is told. Off.
    #[serde(rename = "chat.typing_preview")]
    pub chat_typing_preview: bool,
    /// Whether staff see what visitors who talk with them look at on the site. On.
    #[serde(rename = "chat.page_trail")]
    pub chat_page_trail: bool,
    /// What the site says to visitors by itself, at most 20.
    #[serde(rename = "chat.invitations")]
    pub chat_invitations: Vec<Invitation>,
    /// Teams that can be chosen though none of their agents was here yet, at most 100 names of 1 to 64 characters.
    #[serde(rename = "chat.teams")]
    pub chat_teams: Vec<String>,
    /// How the launcher and the panel look.
    #[serde(rename = "chat.look")]
    pub chat_look: Look,
    /// What the chat says in place of engage's own words, at most 16 KiB.
    #[serde(rename = "chat.texts")]
    pub chat_texts: Texts,
    /// Whom mails come from: an address; null: `noreply` at the host of the public URL.
    #[serde(rename = "mail.from")]
    pub mail_from: Option<String>,
    /// The name beside it, at most 100 characters; empty: the site's.
    #[serde(rename = "mail.from_name")]
    pub mail_from_name: String,
    /// The domain whose mail is brought to engage, so that answers find their way; null: none is.
    #[serde(rename = "mail.reply_domain")]
    pub mail_reply_domain: Option<String>,
    /// How often the token for mail that comes in was made anew: each number has a token of its own. 0.
    #[serde(rename = "mail.inbound_turn")]
    pub mail_inbound_turn: u32,
    /// The language of mails to people of whom none is known, a BCP 47 tag in lower case. `en`.
    #[serde(rename = "mail.locale")]
    pub mail_locale: String,
    /// What stands below each mail, such as who the site belongs to: at most 500 characters.
    #[serde(rename = "mail.footer")]
    pub mail_footer: String,
    /// Whether visitors who have left an address get by mail what they have not read for ten minutes. On.
    #[serde(rename = "mail.chat_replies")]
    pub mail_chat_replies: bool,
    /// Who is told by mail that a visitor has begun a conversation and nobody is there: at most 20 addresses.
    #[serde(rename = "mail.waiting_to")]
    pub mail_waiting_to: Vec<String>,
    /// What numbers of tickets begin with, at most 8 letters, `-`, `_` or `#`. `T-`.
    #[serde(rename = "tickets.prefix")]
    pub tickets_prefix: String,
    /// The site's own statuses of tickets, at most 50.
    #[serde(rename = "tickets.statuses")]
    pub tickets_statuses: Vec<StatusDef>,
    /// By when staff reply to tickets and solve them: at most 50 policies, of which the first that a ticket fits is its own.
    #[serde(rename = "tickets.sla")]
    pub tickets_sla: Vec<SlaPolicy>,
    /// Whether replies to tickets are mailed to whom they are for.
    #[serde(rename = "tickets.mail_replies")]
    pub tickets_mail_replies: bool,
    /// Whether who asks for something is mailed that it has arrived.
    #[serde(rename = "tickets.mail_received")]
    pub tickets_confirm: bool,
    /// The address of which mails become tickets; `None`: none do.
    #[serde(rename = "tickets.mail_address")]
    pub tickets_address: Option<String>,
    /// Where people see their tickets, on the site: a path or an address; `None`: where the site is.
    #[serde(rename = "tickets.page")]
    pub tickets_page: Option<String>,
    /// What happens to tickets by itself: at most 100 rules, which run in this order.
    #[serde(rename = "tickets.rules")]
    pub tickets_rules: Vec<Rule>,
    /// What staff do with tickets by one key: at most 100.
    #[serde(rename = "tickets.macros")]
    pub tickets_macros: Vec<Macro>,
}

impl Default for SiteSettings {
    fn default() -> Self {
        Self {
            chat_auto_assign: true,
            chat_capacity: None,
            chat_reassign_after_s: Some(180),
            chat_greeting: "Hello! How can we help?".to_owned(),
            chat_hours: None,
            chat_fields: Vec::new(),
            chat_offline_email: false,
            chat_typing_preview: false,
            chat_page_trail: true,
            chat_invitations: Vec::new(),
            chat_teams: Vec::new(),
            chat_look: Look::default(),
            chat_texts: Texts::new(),
            mail_from: None,
            mail_from_name: String::new(),
            mail_reply_domain: None,
            mail_inbound_turn: 0,
            mail_locale: "en".to_owned(),
            mail_footer: String::new(),
            mail_chat_replies: true,
            mail_waiting_to: Vec::new(),
            tickets_prefix: "T-".to_owned(),
            tickets_statuses: Vec::new(),
            tickets_sla: Vec::new(),
            tickets_mail_replies: true,
            tickets_confirm: false,
            tickets_address: None,
            tickets_page: None,
            tickets_rules: Vec::new(),
            tickets_macros: Vec::new(),
        }
    }
}

impl SiteSettings {
    /// The settings that follow from stored values. Unknown keys, which a newer version may have left, are passed over.
    pub fn from_stored(stored: &[Setting]) -> Self {
        let mut settings = Self::default();
        for setting in stored {
            if let Ok(next) = settings.with(&setting.key, setting.value.clone()) {
                settings = next;
            }
        }
        settings
    }

    /// With one value changed.
    ///
    /// # Errors
    /// `Invalid` when there is no such key or the value does not fit it.
    pub fn with(&self, key: &str, value: Value) -> Result<Self> {
        let Value::Object(mut all) = serde_json::to_value(self)? else {
            return Err(Error::internal("settings are not an object"));
        };
        if !all.contains_key(key) {
            return Err(Error::invalid("/key", "unknown", "there is no such setting"));
        }
        all.insert(key.to_owned(), value);
        let next: Self = serde_json::from_value(Value::Object(all))
            .map_err(|_| Error::invalid("/value", "wrong_type", "the value does not fit this setting"))?;
        next.chat_hours.as_ref().map_or(Ok(()), Hours::check)?;
        check_fields(&next.chat_fields)?;
        check_invitations(&next.chat_invitations)?;
        check_teams(&next.chat_teams)?;
        check_look(&next.chat_look)?;
        check_texts(&next.chat_texts)?;
        check_prefix(&next.tickets_prefix)?;
        check_statuses(&next.tickets_statuses)?;
        check_policies(&next.tickets_sla)?;
        check_ticket_rules(&next, key)?;
        if next.chat_greeting.chars().count() > 500 {
            return Err(Error::invalid("/value", "too_long", "at most 500 characters"));
        }
        check_mail(&next)?;
        let limits = [(next.chat_capacity, 1..=1_000), (next.chat_reassign_after_s, 10..=86_400)];
        for (value, range) in limits {
            if value.is_some_and(|value| !range.contains(&value)) {
                let (least, most) = range.into_inner();
                return Err(Error::invalid("/value", "range", format!("{least} to {most}, or null")));
            }
        }
        Ok(next)
    }
}

fn check_ticket_rules(next: &SiteSettings, key: &str) -> Result<()> {
    check_rules("/value", &next.tickets_rules)?;
    check_macros("/value", &next.tickets_macros)?;
    // Who takes a status away breaks the rules that give it, and only those.
    let statuses = &next.tickets_statuses;
    match key {
        "tickets.rules" => check_given_statuses("/value", next.tickets_rules.iter().map(|rule| &rule.then), statuses),
        "tickets.macros" => check_given_statuses("/value", next.tickets_macros.iter().map(|one| &one.then), statuses),
        _ => Ok(()),
    }
}

fn check_mail(next: &SiteSettings) -> Result<()> {
    if next.mail_waiting_to.len() > 20 {
        return Err(Error::invalid("/value", "too_many", "at most 20 addresses"));
    }
    for address in &next.mail_waiting_to {
        Address::checked("/value", address)?;
    }
    for address in next.mail_from.iter().chain(&next.tickets_address) {
        Address::checked("/value", address)?;
    }
    if next.tickets_page.as_deref().is_some_and(|page| !is_page(page)) {
        return Err(Error::invalid("/value", "not_a_page", "a path that begins with /, or an address with https"));
    }
    if let Some(domain) = &next.mail_reply_domain {
        Address::checked("/value", &format!("reply@{domain}"))
            .map_err(|_| Error::invalid("/value", "not_a_domain", "this is not a domain"))?;
    }
    if checked_language(&next.mail_locale, "/value")? != next.mail_locale {
        return Err(Error::invalid("/value", "format", "a language is written in lower case"));
    }
    for (text, most, breaks) in [(&next.mail_from_name, 100, ""), (&next.mail_footer, 500, "\n")] {
        if text.chars().count() > most {
            return Err(Error::invalid("/value", "too_long", format!("at most {most} characters")));
        }
        if text.chars().any(|c| c.is_control() && !breaks.contains(c)) {
            return Err(Error::invalid("/value", "control_character", "no control characters"));
        }
    }
    Ok(())
}

/// A path on the site, or an address, without anything that could be read as something else.
fn is_page(page: &str) -> bool {
    let is_path = page.starts_with('/') && !page.starts_with("//");
    let is_plain = page.len() <= 500 && page.bytes().all(|byte| byte.is_ascii_graphic() && !b"\\\"<>`".contains(&byte));
    is_plain && (is_path || page.strip_prefix("https://").is_some_and(|rest| !rest.starts_with('/')))
}

fn check_teams(teams: &[String]) -> Result<()> {
    if teams.len() > 100 {
        return Err(Error::invalid("/value", "too_many", "at most 100 teams"));
    }
    for (index, team) in teams.iter().enumerate() {
        let at = format!("/value/{index}");
        if checked_team(team).is_err() {
            return Err(Error::invalid(&at, "format", "1 to 64 characters"));
        }
        if teams[..index].contains(team) {
            return Err(Error::invalid(&at, "taken", "the team is there already"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_team_is_there_once_and_has_a_name() {
        let set = |value| SiteSettings::default().with("chat.teams", value);
        assert_eq!(set(json!(["sales", "Söldner 7"])).unwrap().chat_teams, ["sales", "Söldner 7"]);
        let many: Vec<_> = (0..101).map(|n| n.to_string()).collect();
        for (wrong, field, code) in [
            (json!(["a", ""]), "/value/1", "format"),
            (json!([" a"]), "/value/0", "format"),
            (json!(["a\n"]), "/value/0", "format"),
            (json!(["x".repeat(65)]), "/value/0", "format"),
            (json!(["a", "b", "a"]), "/value/2", "taken"),
            (json!(many), "/value", "too_many"),
            (json!("sales"), "/value", "wrong_type"),
        ] {
            let error = set(wrong.clone()).unwrap_err();
            assert_eq!((error.fields()[0].field.as_str(), error.fields()[0].code), (field, code), "{wrong}");
        }
    }
}
