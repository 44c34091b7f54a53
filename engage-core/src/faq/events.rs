//! What happens in the help centre, for the event sink and for other capabilities.

use serde::{Deserialize, Serialize};

use crate::hooks::EventData;
use crate::identity::AgentRef;
use crate::ids::{ArticleId, ContactId};

/// Name of the event after readers were given a text; its data is [`ArticlePublished`].
pub const ARTICLE_PUBLISHED: &str = "faq.published";
/// Name of the event after a text was taken from readers; its data is [`ArticleUnpublished`].
pub const ARTICLE_UNPUBLISHED: &str = "faq.unpublished";
/// Name of the event after somebody said whether an article helped; its data is [`ArticleRated`].
pub const ARTICLE_RATED: &str = "faq.rated";

/// Readers see a revision now, or from the time on that is set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticlePublished {
    /// The article.
    pub article: ArticleId,
    /// Its name in addresses.
    pub slug: String,
    /// The language.
    pub locale: String,
    /// The revision.
    pub revision: i64,
    /// Its title.
    pub title: String,
    /// Who said so; `None`: the host's code.
    pub by: Option<AgentRef>,
}

/// Readers do not see a text any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticleUnpublished {
    /// The article.
    pub article: ArticleId,
    /// The language.
    pub locale: String,
    /// Who said so; `None`: the host's code.
    pub by: Option<AgentRef>,
}

/// Somebody said whether an article helped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticleRated {
    /// The article.
    pub article: ArticleId,
    /// Who.
    pub contact: ContactId,
    /// Whether it helped.
    pub helpful: bool,
    /// What else they say.
    pub comment: Option<String>,
}

impl EventData for ArticlePublished {
    const NAME: &'static str = ARTICLE_PUBLISHED;
}

impl EventData for ArticleUnpublished {
    const NAME: &'static str = ARTICLE_UNPUBLISHED;
}

impl EventData for ArticleRated {
    const NAME: &'static str = ARTICLE_RATED;
}
