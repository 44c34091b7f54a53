//! The help centre.

use std::collections::BTreeMap;

use engage_core::AgentRef;
use engage_core::clock::Timestamp;
use engage_core::faq::{
    Article, Category, CategoryName, Count, Report, Revision, RevisionLine, Standing, Synonyms, Visibility,
};
use engage_core::ids::{ArticleId, CategoryId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::scalar::{Time, nullable, nullable_time, nullable_uuid, uuid as id};

/// What a category is called in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FaqName {
    /// 1 to 80 characters.
    pub title: String,
    /// What is in it: at most 300 characters, may be empty.
    pub description: String,
}

/// A category as staff see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FaqCategory {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: CategoryId,
    /// In which it stands; null: at the top.
    #[schema(value_type = Option<Uuid>, required)]
    pub parent: Option<CategoryId>,
    /// Its name in addresses.
    pub slug: String,
    /// An emoji or a few letters.
    #[schema(required)]
    pub icon: Option<String>,
    /// The smaller, the earlier.
    pub position: i64,
    /// By language.
    pub names: BTreeMap<String, FaqName>,
    /// Counts changes, from 1.
    pub version: i64,
}

/// Every category, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FaqCategories {
    /// Each.
    pub categories: Vec<FaqCategory>,
}

/// A new category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFaqCategory {
    /// In which it stands, at the top itself; null: at the top.
    #[serde(deserialize_with = "nullable_uuid")]
    #[schema(required)]
    pub parent: Option<Uuid>,
    /// 1 to 80 of `a-z 0-9 -`; null: made of the title.
    #[serde(deserialize_with = "nullable")]
    #[schema(required)]
    pub slug: Option<String>,
    /// At most 8 characters.
    #[serde(deserialize_with = "nullable")]
    #[schema(required)]
    pub icon: Option<String>,
    /// The smaller, the earlier; null: last.
    #[serde(deserialize_with = "nullable")]
    #[schema(required)]
    pub position: Option<i64>,
    /// By language, 1 to 50.
    pub names: BTreeMap<String, FaqName>,
}

/// A category's new content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetFaqCategory {
    /// In which it stands, at the top itself; null: at the top.
    #[serde(deserialize_with = "nullable_uuid")]
    #[schema(required)]
    pub parent: Option<Uuid>,
    /// 1 to 80 of `a-z 0-9 -`. The one before leads to this one.
    pub slug: String,
    /// At most 8 characters.
    #[serde(deserialize_with = "nullable")]
    #[schema(required)]
    pub icon: Option<String>,
    /// The smaller, the earlier.
    pub position: i64,
    /// By language, 1 to 50.
    pub names: BTreeMap<String, FaqName>,
    /// The version that the caller has seen.
    pub expected_version: i64,
}

/// Who sees an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FaqVisibility {
    /// Everybody.
    Public,
    /// Who is signed in at the host.
    Members,
    /// Agents and admins.
    Agents,
}

/// How a text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FaqStanding {
    /// Readers see nothing of it.
    Draft,
    /// Readers will see it.
    Scheduled,
    /// Readers see the newest revision.
    Live,
    /// Readers see an older revision than the newest.
    Changed,
    /// Readers do not see it any more.
    Ended,
}

/// How a text of an article stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FaqText {
    /// The language.
    pub locale: String,
    /// The title of the newest revision.
    pub title: String,
    /// The number of the newest revision.
    pub head: i64,
    /// The number of the revision that readers see; null: none.
    #[schema(required)]
    pub live: Option<i64>,
    /// Whether it is a translation of what the article's own language does not say any more.
    pub outdated: bool,
    /// How it stands now.
    pub standing: FaqStanding,
    /// When the newest revision was written.
    pub updated_at: Time,
}

/// An article as staff see it, without its texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FaqArticle {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: ArticleId,
    /// In which category.
    #[schema(value_type = Uuid)]
    pub category: CategoryId,
    /// Its name in addresses.
    pub slug: String,
    /// The smaller, the earlier.
    pub position: i64,
    /// Who sees it.
    pub visibility: FaqVisibility,
    /// The language that it is translated from.
    pub locale: String,
    /// Not seen before.
    #[schema(required)]
    pub publish_at: Option<Time>,
    /// Not seen from then on.
    #[schema(required)]
    pub unpublish_at: Option<Time>,
    /// How many found it helpful.
    pub helpful: i64,
    /// How many did not.
    pub unhelpful: i64,
    /// By language.
    pub texts: Vec<FaqText>,
    /// Counts changes of where it stands and who sees it, from 1.
    pub version: i64,
    /// When it was last changed.
    pub updated_at: Time,
}

/// A page of articles, in the order of their positions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FaqArticles {
    /// Each.
    pub articles: Vec<FaqArticle>,
    /// What `after` takes for the page after this one; null on the last.
    #[schema(required)]
    pub next: Option<String>,
}

/// A new article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFaqArticle {
    /// In which category.
    #[serde(deserialize_with = "id")]
    pub category: Uuid,
    /// 1 to 80 of `a-z 0-9 -`; null: made of the title.
    #[serde(deserialize_with = "nullable")]
    #[schema(required)]
    pub slug: Option<String>,
    /// Who sees it.
    pub visibility: FaqVisibility,
    /// Its own language; null: the site's.
    #[serde(deserialize_with = "nullable")]
    #[schema(required)]
    pub locale: Option<String>,
    /// 1 to 150 characters.
    pub title: String,
    /// 1 to 50,000 characters.
    pub markdown: String,
}

/// Where an article stands and who sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetFaqArticle {
    /// In which category.
    #[serde(deserialize_with = "id")]
    pub category: Uuid,
    /// 1 to 80 of `a-z 0-9 -`. The one before leads to this one.
    pub slug: String,
    /// The smaller, the earlier.
    pub position: i64,
    /// Who sees it.
    pub visibility: FaqVisibility,
    /// Not seen before.
    #[serde(deserialize_with = "nullable_time")]
    #[schema(value_type = Option<Time>, required)]
    pub publish_at: Option<Timestamp>,
    /// Not seen from then on.
    #[serde(deserialize_with = "nullable_time")]
    #[schema(value_type = Option<Time>, required)]
    pub unpublish_at: Option<Timestamp>,
    /// The version that the caller has seen.
    pub expected_version: i64,
}

/// A text to save as the next revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SaveFaqText {
    /// 1 to 150 characters, one line.
    pub title: String,
    /// 1 to 50,000 characters.
    pub markdown: String,
    /// Of a translation the revision of the article's own language that it says; null: the newest.
    #[serde(deserialize_with = "nullable")]
    #[schema(required)]
    pub source: Option<i64>,
    /// The newest revision that the caller has seen; 0 for a language that the article does not have.
    pub expected_revision: i64,
}

/// A text as it was saved once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FaqRevision {
    /// The language.
    pub locale: String,
    /// Counts the revisions of the text, from 1.
    pub number: i64,
    /// Its title.
    pub title: String,
    /// As it was written.
    pub markdown: String,
    /// Safe to show.
    pub html: String,
    /// Of a translation the revision of the article's own language that it says; else 0.
    pub source: i64,
    /// The name of who wrote it; null: the host's code.
    #[schema(required)]
    pub by: Option<String>,
    /// When.
    pub created_at: Time,
}

/// A revision without its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FaqRevisionLine {
    /// Its number.
    pub number: i64,
    /// Its title.
    pub title: String,
    /// Of a translation the revision of the article's own language that it says; else 0.
    pub source: i64,
    /// The name of who wrote it; null: the host's code.
    #[schema(required)]
    pub by: Option<String>,
    /// When.
    pub created_at: Time,
}

/// Revisions, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FaqRevisions {
    /// Each. For those before, `before` takes the number of the last.
    pub revisions: Vec<FaqRevisionLine>,
}

/// Which revision readers see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetFaqLive {
    /// Its number; null: none.
    #[serde(deserialize_with = "nullable")]
    #[schema(required)]
    pub revision: Option<i64>,
}

/// Markdown to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FaqMarkdown {
    /// 1 to 50,000 characters.
    pub markdown: String,
}

/// What markdown becomes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FaqHtml {
    /// Safe to show.
    pub html: String,
}

/// What means the same in a language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FaqSynonyms {
    /// The language.
    pub locale: String,
    /// Groups of words and phrases.
    pub groups: Vec<Vec<String>>,
    /// Counts changes; 0: never set.
    pub version: i64,
}

/// What means the same in a language from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetFaqSynonyms {
    /// At most 500 groups of 2 to 12 words or phrases of up to three words.
    pub groups: Vec<Vec<String>>,
    /// The version that the caller has seen; 0: none.
    pub expected_version: i64,
}

/// What was searched for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FaqReport {
    /// How many searches there were.
    pub searches: i64,
    /// How many of them found nothing.
    pub without_result: i64,
    /// How many found something of which nothing was opened.
    pub without_click: i64,
    /// How many ended in a conversation, a ticket or a contact form.
    pub ended: i64,
    /// How often articles were suggested before somebody wrote.
    pub suggested: i64,
    /// How often one of those was opened, and nothing was written.
    pub deflected: i64,
    /// The words that were searched for most, or that were answered least.
    pub words: Vec<FaqCount>,
}

/// How often the same words were searched for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FaqCount {
    /// The words.
    pub words: String,
    /// How often.
    pub searches: i64,
    /// How often nothing was found.
    pub without_result: i64,
    /// How often something was found and nothing opened.
    pub without_click: i64,
    /// How often it ended elsewhere.
    pub ended: i64,
}

/// What somebody said of an article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FaqComment {
    /// Whether it helped.
    pub helpful: bool,
    /// Their words.
    pub comment: String,
    /// When.
    pub at: Time,
}

/// What people said of an article in words, latest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FaqComments {
    /// Each.
    pub comments: Vec<FaqComment>,
    /// What `before` takes for the page after this one; null on the last.
    #[schema(required)]
    pub next: Option<String>,
}

impl From<&Category> for FaqCategory {
    fn from(category: &Category) -> Self {
        let name = |name: &CategoryName| FaqName { title: name.title.clone(), description: name.description.clone() };
        Self {
            id: category.id,
            parent: category.parent,
            slug: category.slug.clone(),
            icon: category.icon.clone(),
            position: category.position,
            names: category.names.iter().map(|(locale, one)| (locale.clone(), name(one))).collect(),
            version: category.version,
        }
    }
}

/// Names as the core takes them.
pub(crate) fn names(names: BTreeMap<String, FaqName>) -> BTreeMap<String, CategoryName> {
    let name = |FaqName { title, description }| CategoryName { title, description };
    names.into_iter().map(|(locale, one)| (locale, name(one))).collect()
}

impl FaqArticle {
    /// An article as it stands at `now`.
    pub fn new(article: &Article, now: Timestamp) -> Self {
        let text = |text: &engage_core::faq::TextState| FaqText {
            locale: text.locale.clone(),
            title: text.title.clone(),
            head: text.head,
            live: text.live,
            outdated: article.is_outdated(&text.locale),
            standing: article.standing(text, now).into(),
            updated_at: text.updated_at.into(),
        };
        Self {
            id: article.id,
            category: article.category,
            slug: article.slug.clone(),
            position: article.position,
            visibility: article.visibility.into(),
            locale: article.locale.clone(),
            publish_at: article.publish_at.map(Time),
            unpublish_at: article.unpublish_at.map(Time),
            helpful: article.helpful,
            unhelpful: article.unhelpful,
            texts: article.texts.iter().map(text).collect(),
            version: article.version,
            updated_at: article.updated_at.into(),
        }
    }
}

fn written_by(by: Option<&AgentRef>) -> Option<String> {
    by.map(|by| by.name.clone())
}

impl From<&Revision> for FaqRevision {
    fn from(revision: &Revision) -> Self {
        Self {
            locale: revision.locale.clone(),
            number: revision.number,
            title: revision.title.clone(),
            markdown: revision.markdown.clone(),
            html: revision.html.clone(),
            source: revision.source,
            by: written_by(revision.by.as_ref()),
            created_at: revision.created_at.into(),
        }
    }
}

impl From<&RevisionLine> for FaqRevisionLine {
    fn from(line: &RevisionLine) -> Self {
        Self {
            number: line.number,
            title: line.title.clone(),
            source: line.source,
            by: written_by(line.by.as_ref()),
            created_at: line.created_at.into(),
        }
    }
}

impl From<Synonyms> for FaqSynonyms {
    fn from(synonyms: Synonyms) -> Self {
        Self { locale: synonyms.locale, groups: synonyms.groups, version: synonyms.version }
    }
}

impl From<Report> for FaqReport {
    fn from(report: Report) -> Self {
        let count = |count: Count| FaqCount {
            words: count.words,
            searches: count.searches,
            without_result: count.without_result,
            without_click: count.without_click,
            ended: count.ended,
        };
        Self {
            searches: report.searches,
            without_result: report.without_result,
            without_click: report.without_click,
            ended: report.ended,
            suggested: report.suggested,
            deflected: report.deflected,
            words: report.words.into_iter().map(count).collect(),
        }
    }
}

macro_rules! same {
    ($($wire:ident = $core:ident { $($variant:ident),* };)*) => {$(
        impl From<$core> for $wire {
            fn from(it: $core) -> Self {
                match it { $($core::$variant => Self::$variant),* }
            }
        }

        impl From<$wire> for $core {
            fn from(it: $wire) -> Self {
                match it { $($wire::$variant => Self::$variant),* }
            }
        }
    )*};
}
pub(super) use same;

same! {
    FaqVisibility = Visibility { Public, Members, Agents };
    FaqStanding = Standing { Draft, Scheduled, Live, Changed, Ended };
}
