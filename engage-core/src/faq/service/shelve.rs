//! Categories, and what means the same.

use std::collections::BTreeMap;

use super::{Faq, changed, writer};
use crate::error::{Error, Result};
use crate::faq::model::{
    Category, CategoryName, Synonyms, checked_icon, checked_locale, checked_names, checked_slug, slug_of,
};
use crate::identity::Actor;
use crate::ids::CategoryId;

/// How many categories there may be.
const CATEGORIES: usize = 500;

/// What somebody says of a category.
#[derive(Debug, Clone, Default)]
pub struct NewCategory {
    /// In which it stands; `None`: at the top.
    pub parent: Option<CategoryId>,
    /// 1 to 80 of `a-z 0-9 -`; `None`: made of the title, or left as it was.
    pub slug: Option<String>,
    /// An emoji or a few letters, at most 8 characters.
    pub icon: Option<String>,
    /// The smaller, the earlier; `None`: last, or left as it was.
    pub position: Option<i64>,
    /// By language, at least one.
    pub names: BTreeMap<String, CategoryName>,
}

impl Faq {
    /// Every category, in the order of their positions.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn categories(&self) -> Result<Vec<Category>> {
        self.0.store.categories().await
    }

    /// Makes a category.
    ///
    /// # Errors
    /// `Invalid` for what does not fit; `Forbidden` for who is not staff; `Conflict` (`slug_taken`) when another has its slug.
    pub async fn create_category(&self, actor: &Actor, new: NewCategory) -> Result<Category> {
        writer(actor)?;
        let known = self.0.store.categories().await?;
        if known.len() >= CATEGORIES {
            return Err(Error::invalid("/names", "too_many", format!("there are {CATEGORIES} categories already")));
        }
        let (id, now) = (self.0.context.ids.next::<CategoryId>(), self.0.context.clock.now());
        let names = checked_names(&new.names)?;
        let title = names.get(&self.0.config.locale).or_else(|| names.values().next()).map_or("", |name| &name.title);
        let slug = match &new.slug {
            Some(slug) => checked_slug(slug)?,
            None => slug_of(title, &format!("c-{}", short(id.0))),
        };
        check_parent(&known, id, new.parent)?;
        let (icon, position) = (checked_icon(new.icon.as_deref())?, new.position.unwrap_or_else(|| now.timestamp()));
        let category = Category {
            id,
            parent: new.parent,
            slug,
            icon,
            position,
            names,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let effects = self.audited(actor, "faq.category.create", format!("category:{id}"));
        self.0.store.put_category(&category, &effects).await?;
        Ok(category)
    }

    /// Changes a category, of which the caller has seen the version `expected`.
    ///
    /// # Errors
    /// As [`Faq::create_category`]; `NotFound`; `Conflict` when it was changed meanwhile.
    pub async fn update_category(
        &self,
        actor: &Actor,
        id: CategoryId,
        new: NewCategory,
        expected: i64,
    ) -> Result<Category> {
        writer(actor)?;
        let known = self.0.store.categories().await?;
        let before = known.iter().find(|category| category.id == id).cloned();
        let before = before.ok_or_else(|| Error::not_found("the category"))?;
        if before.version != expected {
            return Err(changed("category"));
        }
        check_parent(&known, id, new.parent)?;
        let category = Category {
            parent: new.parent,
            slug: new.slug.as_deref().map_or_else(|| Ok(before.slug.clone()), checked_slug)?,
            icon: checked_icon(new.icon.as_deref())?,
            position: new.position.unwrap_or(before.position),
            names: checked_names(&new.names)?,
            version: expected + 1,
            updated_at: self.0.context.clock.now(),
            ..before
        };
        let effects = self.audited(actor, "faq.category.update", format!("category:{id}"));
        self.0.store.put_category(&category, &effects).await?;
        Ok(category)
    }

    /// Removes a category.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for who is not staff; `Conflict` (`not_empty`) when something stands in it.
    pub async fn delete_category(&self, actor: &Actor, id: CategoryId) -> Result<()> {
        writer(actor)?;
        let effects = self.audited(actor, "faq.category.delete", format!("category:{id}"));
        let was_there = self.0.store.delete_category(id, &effects).await?;
        if was_there { Ok(()) } else { Err(Error::not_found("the category")) }
    }

    /// What means the same in a language; none that was ever set has version 0.
    ///
    /// # Errors
    /// `Invalid` for what is no language.
    pub async fn synonyms(&self, actor: &Actor, locale: &str) -> Result<Synonyms> {
        writer(actor)?;
        let locale = checked_locale(locale)?;
        let found = self.0.store.synonyms(&locale).await?;
        Ok(found.unwrap_or_else(|| Synonyms { locale, ..Synonyms::default() }))
    }

    /// Sets what means the same in a language, of which the caller has seen the version `expected`. Searches know it within
    /// 5 s.
    ///
    /// # Errors
    /// `Invalid` for what is no language, and below `/groups`; `Conflict` when it was changed meanwhile.
    pub async fn set_synonyms(
        &self,
        actor: &Actor,
        locale: &str,
        groups: &[Vec<String>],
        expected: i64,
    ) -> Result<Synonyms> {
        writer(actor)?;
        let locale = checked_locale(locale)?;
        let updated_at = Some(self.0.context.clock.now());
        let groups = Synonyms::checked(groups)?;
        let synonyms = Synonyms { locale: locale.clone(), groups, version: expected + 1, updated_at };
        let effects = self.audited(actor, "faq.synonyms.set", format!("locale:{locale}"));
        self.0.store.put_synonyms(&synonyms, &effects).await?;
        self.0.synonyms.lock().remove(&locale);
        Ok(synonyms)
    }
}

/// Categories stand at the top, or in one that does.
fn check_parent(known: &[Category], id: CategoryId, parent: Option<CategoryId>) -> Result<()> {
    let Some(parent) = parent else { return Ok(()) };
    let found = known.iter().find(|category| category.id == parent);
    let found = found.ok_or_else(|| Error::invalid("/parent", "unknown", "there is no such category"))?;
    let is_deep = found.parent.is_some() || parent == id || known.iter().any(|one| one.parent == Some(id));
    let told = || Error::invalid("/parent", "too_deep", "categories nest one level");
    if is_deep { Err(told()) } else { Ok(()) }
}

/// The random end of an id.
pub(super) fn short(id: uuid::Uuid) -> String {
    let text = id.simple().to_string();
    text.chars().skip(24).collect()
}
