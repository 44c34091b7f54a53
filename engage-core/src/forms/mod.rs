//! Forms: what a site asks, checked, guarded and kept before anything else happens with it.
//!
//! A [`Form`] is defined once, in the host's code ([`Builder::form`](crate::Builder::form)) or in the admin panel. From it follow the check of what
//! is sent, a JSON Schema, the page without JavaScript and the widget. Whatever is sent is stored first; all else comes by the
//! outbox. What is suspicious is held back, with the reasons, and never thrown away.

mod events;
mod memory;
mod model;
mod service;
mod store;

pub(crate) use memory::FormTables;

pub use events::{FORM_SUBMITTED, FormSubmitted};
pub(crate) use model::Broken;
pub use model::{
    Answer, Became, Becomes, Challenge, Condition, Consent, Field, FieldKind, Form, KnownForm, Protection, Reason,
    Submission, SubmissionState, checked_answers,
};
pub(crate) use service::TO_DELIVER;
pub use service::{Export, ExportFormat, Forms, Offer, Receipt, Sending};
pub use store::{FormStore, SubmissionQuery, Submit, Submitted};
