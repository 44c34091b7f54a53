//! What articles stand in.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::names::checked_locale;
use crate::chat::checked_text;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::ids::CategoryId;

const TITLE_CHARS: usize = 80;
const DESCRIPTION_CHARS: usize = 300;
const LOCALES: usize = 50;
const ICON_BYTES: usize = 32;

/// What articles stand in: at the top, or in one that is at the top.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// Its id.
    pub id: CategoryId,
    /// In which it stands; `None`: at the top.
    pub parent: Option<CategoryId>,
    /// Its name in addresses, 1 to 80 of `a-z 0-9 -`. Unique among categories.
    pub slug: String,
    /// An emoji or a few letters.
    pub icon: Option<String>,
    /// The smaller, the earlier.
    pub position: i64,
    /// By language; never empty.
    pub names: BTreeMap<String, CategoryName>,
    /// Counts changes, from 1.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// What a category is called in one language.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryName {
    /// 1 to 80 characters.
    pub title: String,
    /// What is in it; at most 300 characters, may be empty.
    #[serde(default)]
    pub description: String,
}

impl Category {
    /// What it is called for somebody who reads these languages, the first that there is, else any.
    pub fn name(&self, locales: &[String]) -> CategoryName {
        let found = locales.iter().find_map(|locale| self.names.get(locale));
        found.or_else(|| self.names.values().next()).cloned().unwrap_or_default()
    }
}

/// # Errors
/// `Invalid` below `/names`.
pub(in crate::faq) fn checked_names(names: &BTreeMap<String, CategoryName>) -> Result<BTreeMap<String, CategoryName>> {
    if names.is_empty() || names.len() > LOCALES {
        return Err(Error::invalid("/names", "count", format!("1 to {LOCALES} languages")));
    }
    let checked = names.iter().map(|(locale, name)| {
        let known = checked_locale(locale).map_err(|_| Error::invalid("/names", "format", "not a language"))?;
        let title = checked_text(&format!("/names/{known}/title"), &name.title, TITLE_CHARS)?;
        let description = match name.description.trim() {
            "" => String::new(),
            text => checked_text(&format!("/names/{known}/description"), text, DESCRIPTION_CHARS)?,
        };
        Ok((known, CategoryName { title, description }))
    });
    checked.collect()
}

/// # Errors
/// `Invalid` at `/icon`.
pub(in crate::faq) fn checked_icon(icon: Option<&str>) -> Result<Option<String>> {
    let Some(icon) = icon else { return Ok(None) };
    let icon = checked_text("/icon", icon, 8)?;
    let told = || Error::invalid("/icon", "too_long", format!("at most 8 characters of {ICON_BYTES} bytes together"));
    if icon.len() > ICON_BYTES { Err(told()) } else { Ok(Some(icon)) }
}
