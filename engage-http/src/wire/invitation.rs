//! What the site says to visitors by itself.

use engage_core::chat::{Invitation as CoreInvitation, Visits as CoreVisits, When as CoreWhen};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Something to say to a visitor once in a visit, when all that it asks for is so: judged in the browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Invitation {
    /// Its name, for the answer.
    pub id: String,
    /// What is said.
    pub text: String,
    /// After so many seconds on a page; null: at once.
    #[schema(required)]
    pub after_s: Option<i64>,
    /// When so many percent of a page have been scrolled through; null: whatever was.
    #[schema(required)]
    pub scroll: Option<i64>,
    /// On which paths; none: on all. `*` stands for any characters but `/`, `**` for any.
    pub pages: Vec<String>,
    /// To whom; null: to everybody.
    #[schema(required)]
    pub visits: Option<Visits>,
    /// Whether the site must be open.
    pub when: When,
}

/// Who is invited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Visits {
    /// Who is here for the first time.
    First,
    /// Who was here before.
    Returning,
}

/// Whether the site must be open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// It need not.
    Always,
    /// Within the business hours only.
    Open,
}

impl From<&CoreInvitation> for Invitation {
    fn from(invitation: &CoreInvitation) -> Self {
        Self {
            id: invitation.id.clone(),
            text: invitation.text.clone(),
            after_s: invitation.after_s,
            scroll: invitation.scroll,
            pages: invitation.pages.clone(),
            visits: invitation.visits.map(|visits| match visits {
                CoreVisits::First => Visits::First,
                CoreVisits::Returning => Visits::Returning,
            }),
            when: match invitation.when {
                CoreWhen::Always => When::Always,
                CoreWhen::Open => When::Open,
            },
        }
    }
}
