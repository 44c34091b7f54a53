//! What the help centre is made of.

mod article;
mod category;
mod config;
mod index;
mod log;
mod markdown;
mod names;
mod query;

pub use article::{Article, Listed, Page, Reader, Revision, RevisionLine, Standing, TextState, Visibility, Vote};
pub use category::{Category, CategoryName};
pub use config::FaqConfig;
pub use index::Indexed;
pub use log::{Count, Ended, Followed, Report, Searched, Source};
pub use markdown::{Markdown, Rendered};
pub use query::{Clause, Hit, Synonyms};

pub(super) use article::{check_times, checked_body, checked_comment, checked_title};
pub(super) use category::{checked_icon, checked_names};
pub(super) use names::{checked_locale, checked_slug, fallbacks, slug_of};
pub(super) use query::{asked, is_near, spellings, told};
