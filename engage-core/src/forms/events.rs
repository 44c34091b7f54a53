//! What happens to forms, for the event sink and for other capabilities.

use serde::{Deserialize, Serialize};

use super::model::Answer;
use crate::hooks::EventData;
use crate::ids::{ContactId, SubmissionId};

/// Name of the event after a form was sent, or what was held back is let through; its data is [`FormSubmitted`].
pub const FORM_SUBMITTED: &str = "forms.submitted";

/// Somebody has sent a form. Of a submission that is suspicious nothing is told until somebody lets it through.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FormSubmitted {
    /// Its id.
    pub submission: SubmissionId,
    /// The form's name.
    pub form: String,
    /// What was asked and answered.
    pub answers: Vec<Answer>,
    /// Who sent it, when that is known.
    pub contact: Option<ContactId>,
}

impl EventData for FormSubmitted {
    const NAME: &'static str = FORM_SUBMITTED;
}
