//! The port of the help centre.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;

use super::model::{
    Article, Category, Clause, Followed, Indexed, Listed, Reader, Report, Revision, RevisionLine, Searched, Synonyms,
    Vote,
};
use crate::clock::Timestamp;
use crate::effects::Effects;
use crate::error::Result;
use crate::ids::{ArticleId, CategoryId, ContactId, SearchId};
use crate::outbox::Outbox;

/// Keeps the help centre: categories, articles with all their revisions, votes, and what was searched for.
///
/// A slug belongs to one category and to one article at a time. Those that they had before lead to them, until somebody
/// else takes them.
#[async_trait]
pub trait FaqStore: Debug + Send + Sync + 'static {
    /// Every category, in the order of their positions and slugs.
    async fn categories(&self) -> Result<Vec<Category>>;

    /// Keeps a category with `effects` in one step: a new one with version 1, else when the stored version is the one
    /// before.
    ///
    /// # Errors
    /// `Conflict` when it is not; with code `slug_taken` when another has its slug.
    async fn put_category(&self, category: &Category, effects: &Effects) -> Result<()>;

    /// Removes a category with `effects` in one step. One that is not there writes no effects and says `false`.
    ///
    /// # Errors
    /// `Conflict` with code `not_empty` when something stands in it.
    async fn delete_category(&self, id: CategoryId, effects: &Effects) -> Result<bool>;

    /// Keeps a new article with its first revision and `effects` in one step; readers see none of it yet.
    ///
    /// # Errors
    /// `Conflict` with code `slug_taken` when another has its slug; `NotFound` when there is no such category.
    async fn create(&self, article: &Article, first: &Revision, effects: &Effects) -> Result<()>;

    /// The article of an id, with how its texts stand, in the order of their languages.
    async fn article(&self, id: ArticleId) -> Result<Option<Article>>;

    /// Who has or had a slug.
    async fn article_of(&self, slug: &str) -> Result<Option<ArticleId>>;

    /// Who has or had a slug.
    async fn category_of(&self, slug: &str) -> Result<Option<CategoryId>>;

    /// Articles in the order of their positions and ids.
    async fn list(&self, query: &ArticleQuery) -> Result<Vec<Article>>;

    /// Writes where an article stands and who sees it, with `effects` in one step, when the stored version is the one before
    /// `article.version`. Texts and votes stay.
    ///
    /// # Errors
    /// `Conflict` when it is not; with code `slug_taken` when another has its slug; `NotFound` when there is no such category.
    async fn update(&self, article: &Article, effects: &Effects) -> Result<()>;

    /// Removes an article, all its texts and votes with `effects` in one step. One that is not there writes no effects and
    /// says `false`.
    async fn delete(&self, id: ArticleId, effects: &Effects) -> Result<bool>;

    /// Keeps a revision with `effects` in one step, when it is the one after the newest of its text.
    ///
    /// # Errors
    /// `Conflict` when it is not; `NotFound` when there is no such article.
    async fn revise(&self, revision: &Revision, effects: &Effects) -> Result<()>;

    /// One revision.
    async fn revision(&self, article: ArticleId, locale: &str, number: i64) -> Result<Option<Revision>>;

    /// Revisions of a text, newest first, before the number `before`.
    async fn revisions(
        &self,
        article: ArticleId,
        locale: &str,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<RevisionLine>>;

    /// Lets readers see a revision, or none, and lets searches find it, with `effects` in one step. What readers see already
    /// writes no effects and says `false`.
    ///
    /// # Errors
    /// `NotFound` when there is no such revision.
    async fn publish(&self, publication: &Publication, effects: &Effects) -> Result<bool>;

    /// What stands on a reader's shelf: each article that they may see, in one language, in the order of the positions and ids.
    async fn shelf(&self, query: &Shelf) -> Result<Vec<Listed>>;

    /// What a reader finds, best first: what stands in a title counts more than what stands below. Looks at a bounded number of
    /// texts, those with the words in their title first. An article may come once for each language.
    async fn search(&self, query: &FaqSearch) -> Result<Vec<Found>>;

    /// Words of what can be found that are spelt, or misspelt by [`Indexed::misspellings`], like one of `spellings`; at most
    /// 500, in no order.
    async fn known(&self, spellings: &BTreeSet<String>) -> Result<Vec<Known>>;

    /// What means the same in a language.
    async fn synonyms(&self, locale: &str) -> Result<Option<Synonyms>>;

    /// Keeps what means the same with `effects` in one step: first with version 1, else when the stored version is the one
    /// before.
    ///
    /// # Errors
    /// `Conflict` when it is not.
    async fn put_synonyms(&self, synonyms: &Synonyms, effects: &Effects) -> Result<()>;

    /// Keeps a vote in place of the one that the person gave before, counts it, and writes `effects`, in one step. The same
    /// again writes no effects and says `false`.
    ///
    /// # Errors
    /// `NotFound` when there is no such article.
    async fn vote(&self, vote: &Vote, effects: &Effects) -> Result<bool>;

    /// What a person said of an article.
    async fn vote_of(&self, article: ArticleId, contact: ContactId) -> Result<Option<Vote>>;

    /// What people said of an article with a comment, latest first, said before `before`.
    async fn comments(&self, article: ArticleId, before: Option<Timestamp>, limit: usize) -> Result<Vec<Vote>>;

    /// Notes a search.
    async fn log(&self, searched: &Searched) -> Result<()>;

    /// Notes what came of a search. One that is not there, or is somebody else's, says `false`.
    async fn follow(&self, id: SearchId, contact: Option<ContactId>, followed: Followed) -> Result<bool>;

    /// What was searched for since `since`: counts of all, and of the `limit` words that were searched for most, most first;
    /// with `gaps` of those by which people found no answer most.
    async fn report(&self, since: Timestamp, gaps: bool, limit: usize) -> Result<Report>;

    /// Makes the votes and searches of `from` those of `into`, in one step. Where both have voted on an article, the vote of
    /// `into` stays and the other counts no more. Done again, it changes nothing.
    ///
    /// A store that leaves this out keeps them with whoever a person was before.
    async fn move_contact(&self, from: ContactId, into: ContactId) -> Result<()> {
        let _ = (from, into);
        Ok(())
    }

    /// Forgets at most `limit` searches from before `before`, and says how many.
    async fn prune_searches(&self, before: Timestamp, limit: usize) -> Result<u64>;

    /// The outbox in the same database, which takes the effects.
    fn outbox(&self) -> Arc<dyn Outbox>;
}

/// Which articles to list.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ArticleQuery {
    /// Only those in this category.
    pub category: Option<CategoryId>,
    /// Only those after this position and id.
    pub after: Option<(i64, ArticleId)>,
    /// At most how many.
    pub limit: usize,
}

impl ArticleQuery {
    /// All.
    pub fn new(limit: usize) -> Self {
        Self { category: None, after: None, limit }
    }
}

/// What readers see of a text from now on.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Publication {
    /// Of which article.
    pub article: ArticleId,
    /// In which language.
    pub locale: String,
    /// The revision and what can be found of it; `None`: nothing.
    pub text: Option<(i64, Searchable)>,
    /// When.
    pub at: Timestamp,
}

/// What can be found of a text.
#[derive(Debug, Clone)]
pub struct Searchable {
    /// The title.
    pub title: String,
    /// The text without markup.
    pub text: String,
    /// The words of both.
    pub words: Indexed,
}

impl Publication {
    /// A revision from now on.
    pub fn of(revision: &Revision, text: String, at: Timestamp) -> Self {
        let words = Indexed::of(&revision.title, &text);
        let searchable = Searchable { title: revision.title.clone(), text, words };
        let text = Some((revision.number, searchable));
        Self { article: revision.article, locale: revision.locale.clone(), text, at }
    }

    /// Nothing any more.
    pub fn none(article: ArticleId, locale: String, at: Timestamp) -> Self {
        Self { article, locale, text: None, at }
    }
}

/// Which articles a reader asks for.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Shelf {
    /// Who.
    pub reader: Reader,
    /// In which of these languages first; then the article's own, then any.
    pub locales: [String; 3],
    /// Only those in this category.
    pub category: Option<CategoryId>,
    /// The time.
    pub now: Timestamp,
    /// At most how many.
    pub limit: usize,
}

impl Shelf {
    /// All that `reader` may see at `now`.
    pub fn new(reader: Reader, locales: [String; 3], now: Timestamp, limit: usize) -> Self {
        Self { reader, locales, category: None, now, limit }
    }
}

/// What a reader searches for.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct FaqSearch {
    /// Who.
    pub reader: Reader,
    /// Only texts in these languages.
    pub locales: [String; 3],
    /// What; never empty.
    pub clauses: Vec<Clause>,
    /// Whether one of the clauses is enough.
    pub any: bool,
    /// The time.
    pub now: Timestamp,
    /// At most how many.
    pub limit: usize,
}

impl FaqSearch {
    /// Texts with all of `clauses`.
    pub fn new(reader: Reader, locales: [String; 3], clauses: Vec<Clause>, now: Timestamp, limit: usize) -> Self {
        Self { reader, locales, clauses, any: false, now, limit }
    }
}

/// A text that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its article.
    pub article: ArticleId,
    /// In which category.
    pub category: CategoryId,
    /// The article's name in addresses.
    pub slug: String,
    /// The language of the text.
    pub locale: String,
    /// The title.
    pub title: String,
    /// The text without markup.
    pub text: String,
}

/// A word of what can be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The word.
    pub word: String,
    /// In how many texts it stands.
    pub texts: i64,
}
