//! Brings the mails of engage on their way.
//!
//! ```no_run
//! use engage_mail::{Security, Smtp};
//!
//! let mailer = Smtp::new("smtp.example.com").security(Security::StartTls).login("acme", "secret");
//! # let builder = engage_core::Engage::builder(engage_core::memory::backend());
//! let builder = builder.mailer(mailer);
//! # drop(builder);
//! ```

#[cfg(feature = "dkim")]
mod dkim;
mod file;
mod mime;
mod smtp;

#[cfg(feature = "dkim")]
#[cfg_attr(docsrs, doc(cfg(feature = "dkim")))]
pub use dkim::{Dkim, DkimError};
pub use file::MailFolder;
pub use mime::mime;
pub use smtp::{Security, Smtp};
