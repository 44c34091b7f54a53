//! What a site has set: a few named values, held as a snapshot.

mod memory;
mod model;
mod service;
mod store;

pub use model::{Setting, SiteSettings};
pub use service::Settings;
pub use store::SettingStore;
