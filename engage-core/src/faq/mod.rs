//! Answers that people find by themselves: categories, articles in several languages with every version kept, and a search
//! that says what is missing.

mod events;
mod memory;
mod model;
mod service;
mod store;

pub use events::*;
pub(crate) use memory::FaqTables;
pub use model::{
    Article, Category, CategoryName, Clause, Count, Ended, FaqConfig, Followed, Hit, Indexed, Listed, Markdown, Page,
    Reader, Rendered, Report, Revision, RevisionLine, Searched, Source, Standing, Synonyms, TextState, Visibility,
    Vote,
};
pub use service::{Answers, Draft, Faq, NewArticle, NewCategory, SetArticle, Suggested, Wanted};
pub use store::{ArticleQuery, FaqSearch, FaqStore, Found, Known, Publication, Searchable, Shelf};
