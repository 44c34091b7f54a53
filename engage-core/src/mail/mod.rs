//! Mail: promised with what causes it, composed once, sent at least once, and accounted for; and what people answer.
//!
//! - A capability asks for a promise ([`Mails::promise`]) and hands it to its store with the change that the mail tells of.
//!   The promise pins the template's version, the language and the variables.
//! - The relay composes the mail before the first attempt and keeps it in the ledger; a retry sends what stands there, under
//!   the same `Message-ID`. An attempt that ended without a word is named: the mail is `uncertain` until the next one.
//! - With no [`Mailer`] nothing leaves: the mails stay in the ledger, which is the development mailbox.
//! - What comes in ([`Mails::receive`]) is kept once for each `Message-ID`, and whoever owns the thread claims it.

mod address;
mod mailer;
mod memory;
mod model;
mod receive;
mod service;
mod store;
pub mod template;

pub use address::{Address, Mailbox};
pub use mailer::{Failure, FailureKind, Mailer, MemoryMailer};
pub use model::{
    Attached, Attachment, Automatic, Mail, MailRecord, MailState, Outgoing, Suppression, SuppressionReason, Thread,
};
pub use receive::{Bounce, Inbound, Letter, MAIL_BYTES, Received, ReceivedState};
pub use service::{AttachmentSource, Mails};
pub use store::{Begun, MailQuery, MailStore, ReceivedQuery, Settled, SuppressionQuery};
