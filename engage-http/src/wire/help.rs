//! The help centre as readers see it.

use engage_core::faq::{Answers, Category, CategoryName, Ended, Hit, Listed, Page, Source, Vote};
use engage_core::ids::{ArticleId, CategoryId, SearchId};
use engage_core::words::Highlight;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::faq::same;
use super::scalar::{Time, nullable, nullable_uuid};

/// A category as readers see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HelpCategory {
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
    /// What it is called.
    pub title: String,
    /// What is in it; may be empty.
    pub description: String,
}

/// An article on a reader's shelf.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HelpArticle {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: ArticleId,
    /// In which category.
    #[schema(value_type = Uuid)]
    pub category: CategoryId,
    /// Its name in addresses.
    pub slug: String,
    /// The language of the title.
    pub locale: String,
    /// The title.
    pub title: String,
}

/// What a reader may see: categories with something in them, and articles, both in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HelpShelf {
    /// The categories.
    pub categories: Vec<HelpCategory>,
    /// The first 500 articles.
    pub articles: Vec<HelpArticle>,
    /// Whether there are no more.
    pub complete: bool,
}

/// An article to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HelpPage {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: ArticleId,
    /// In which category.
    #[schema(value_type = Uuid)]
    pub category: CategoryId,
    /// Its name in addresses; another than was asked for, when it has a new one.
    pub slug: String,
    /// The language of the text.
    pub locale: String,
    /// In which languages there is one.
    pub locales: Vec<String>,
    /// The title.
    pub title: String,
    /// Safe to show.
    pub html: String,
    /// When the text was written.
    pub updated_at: Time,
    /// What the caller said of it; null: nothing.
    #[schema(required)]
    pub vote: Option<HelpVote>,
}

/// What somebody says of an article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HelpVote {
    /// Whether it helped.
    pub helpful: bool,
    /// What else there is to say, at most 1,000 characters.
    #[serde(deserialize_with = "nullable")]
    #[schema(required)]
    pub comment: Option<String>,
}

/// Text with where the words stand that were searched for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FoundText {
    /// Plain text.
    pub text: String,
    /// In order: from and to, counted in characters (Unicode scalar values).
    pub ranges: Vec<[usize; 2]>,
}

/// An article that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HelpHit {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: ArticleId,
    /// In which category.
    #[schema(value_type = Uuid)]
    pub category: CategoryId,
    /// Its name in addresses.
    pub slug: String,
    /// The language of the text.
    pub locale: String,
    /// The title.
    pub title: FoundText,
    /// At most 202 characters of the text.
    pub excerpt: FoundText,
}

/// What was found, best first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HelpHits {
    /// Each.
    pub hits: Vec<HelpHit>,
    /// Whether they hold only some of the words, as none holds all.
    pub partial: bool,
}

/// Where somebody has searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HelpSource {
    /// In the help centre.
    Help,
    /// In the widget.
    Widget,
    /// Before a conversation.
    Chat,
    /// Before a contact form is sent.
    Contact,
    /// Before a ticket is made.
    Ticket,
}

/// A search that has come to rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteSearch {
    /// The words, at most 500 characters.
    pub query: String,
    /// In which language; null: the site's.
    #[serde(deserialize_with = "nullable")]
    #[schema(required)]
    pub locale: Option<String>,
    /// Where.
    pub source: HelpSource,
}

/// A search that was noted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NotedSearch {
    /// To say what came of it.
    #[schema(value_type = Uuid)]
    pub id: SearchId,
    /// How many articles hold all the words.
    pub results: i64,
}

/// What came of a search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FollowSearch {
    /// The article that was opened; null: none.
    #[serde(deserialize_with = "nullable_uuid")]
    #[schema(required)]
    pub opened: Option<Uuid>,
    /// Where it ended instead; null: nowhere.
    #[serde(deserialize_with = "nullable")]
    #[schema(required)]
    pub ended: Option<HelpEnded>,
}

/// Where a search ended that did not help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HelpEnded {
    /// In a conversation.
    Conversation,
    /// In a ticket.
    Ticket,
    /// In a contact form.
    Contact,
}

/// A text that somebody is about to send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskSuggestions {
    /// At most 500 characters.
    pub text: String,
    /// In which language; null: the site's.
    #[serde(deserialize_with = "nullable")]
    #[schema(required)]
    pub locale: Option<String>,
    /// Where.
    pub source: HelpSource,
}

/// What may answer it, best first, at most 5.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Suggestions {
    /// To say what came of it; null: there is nothing to suggest.
    #[schema(value_type = Option<Uuid>, required)]
    pub search: Option<SearchId>,
    /// Each.
    pub hits: Vec<HelpHit>,
}

impl HelpCategory {
    /// A category for who reads these languages.
    pub fn new(category: &Category, locales: &[String]) -> Self {
        let CategoryName { title, description } = category.name(locales);
        let (slug, icon) = (category.slug.clone(), category.icon.clone());
        Self { id: category.id, parent: category.parent, slug, icon, title, description }
    }
}

impl From<Listed> for HelpArticle {
    fn from(listed: Listed) -> Self {
        let Listed { id, category, slug, locale, title, .. } = listed;
        Self { id, category, slug, locale, title }
    }
}

impl HelpPage {
    /// A page, and what its reader said of it.
    pub fn new(page: Page, vote: Option<Vote>) -> Self {
        Self {
            id: page.article.id,
            category: page.article.category,
            slug: page.article.slug,
            locale: page.text.locale,
            locales: page.locales,
            title: page.text.title,
            html: page.text.html,
            updated_at: page.text.created_at.into(),
            vote: vote.map(|vote| HelpVote { helpful: vote.helpful, comment: vote.comment }),
        }
    }
}

impl From<Highlight> for FoundText {
    fn from(told: Highlight) -> Self {
        Self { text: told.text, ranges: told.ranges.into_iter().map(|range| [range.start, range.end]).collect() }
    }
}

impl From<Hit> for HelpHit {
    fn from(hit: Hit) -> Self {
        Self {
            id: hit.article,
            category: hit.category,
            slug: hit.slug,
            locale: hit.locale,
            title: hit.title.into(),
            excerpt: hit.excerpt.into(),
        }
    }
}

impl From<Answers> for HelpHits {
    fn from(answers: Answers) -> Self {
        Self { hits: answers.hits.into_iter().map(HelpHit::from).collect(), partial: answers.is_partial }
    }
}

same! {
    HelpSource = Source { Help, Widget, Chat, Contact, Ticket };
    HelpEnded = Ended { Conversation, Ticket, Contact };
}
