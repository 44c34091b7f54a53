//! What a bot does with what it heard.

use crate::chat::{checked_body, checked_team, checked_text};
use crate::error::{Error, Result};

/// How much a bot may say at once.
const SAYS: usize = 10;
/// How long a note may be, in Unicode scalar values.
const NOTE_CHARS: usize = 2_000;

/// What a bot says, if anything, and what then becomes of the conversation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    pub(super) says: Vec<String>,
    pub(super) next: Next,
}

/// What becomes of a conversation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Next {
    /// The bot keeps it and hears what comes.
    #[default]
    Stay,
    /// It waits for a person.
    HandOff {
        /// Of this team, 1 to 64 characters; `None`: as it is.
        team: Option<String>,
        /// What staff should know, at most 2,000 characters. The visitor does not see it.
        note: Option<String>,
    },
    /// It is closed.
    Close,
}

impl Answer {
    /// Says nothing, and goes on to hear.
    pub fn nothing() -> Self {
        Self::default()
    }

    /// Says something: 1 to 10,000 characters.
    pub fn say(body: impl Into<String>) -> Self {
        Self::nothing().and_say(body)
    }

    /// Hands off without a word.
    pub fn hand_off() -> Self {
        Self::nothing().and_hand_off()
    }

    /// Closes without a word.
    pub fn close() -> Self {
        Self::nothing().and_close()
    }

    /// Says one thing more; at most ten.
    #[must_use]
    pub fn and_say(mut self, body: impl Into<String>) -> Self {
        self.says.push(body.into());
        self
    }

    /// Then hands off.
    #[must_use]
    pub fn and_hand_off(mut self) -> Self {
        self.next = Next::HandOff { team: None, note: None };
        self
    }

    /// Then closes.
    #[must_use]
    pub fn and_close(mut self) -> Self {
        self.next = Next::Close;
        self
    }

    /// Hands off to a team.
    #[must_use]
    pub fn to_team(mut self, name: impl Into<String>) -> Self {
        let note = self.take_note();
        self.next = Next::HandOff { team: Some(name.into()), note };
        self
    }

    /// Hands off with a note for staff.
    #[must_use]
    pub fn with_note(mut self, text: impl Into<String>) -> Self {
        let team = match &mut self.next {
            Next::HandOff { team, .. } => team.take(),
            Next::Stay | Next::Close => None,
        };
        self.next = Next::HandOff { team, note: Some(text.into()) };
        self
    }

    /// As it is said and done.
    ///
    /// # Errors
    /// `Invalid` for what no message, team or note may be.
    pub(super) fn checked(self) -> Result<Self> {
        if self.says.len() > SAYS {
            return Err(Error::invalid("/says", "too_many", format!("at most {SAYS} messages at once")));
        }
        let says = self.says.iter().map(|body| checked_body(body)).collect::<Result<Vec<_>>>()?;
        let next = match self.next {
            Next::HandOff { team, note } => {
                team.as_deref().map(checked_team).transpose()?;
                let note = note.map(|note| checked_text("/note", &note, NOTE_CHARS)).transpose()?;
                Next::HandOff { team, note }
            }
            next => next,
        };
        Ok(Self { says, next })
    }

    fn take_note(&mut self) -> Option<String> {
        match &mut self.next {
            Next::HandOff { note, .. } => note.take(),
            Next::Stay | Next::Close => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_message_may_be_is_no_answer() {
        let well = Answer::say(" Hello\r\n").and_say("x".repeat(10_000)).to_team("sales").with_note("Wants to buy.");
        let checked = well.checked().unwrap();
        assert_eq!(checked.says[0], "Hello");
        let (team, note) = (Some("sales".to_owned()), Some("Wants to buy.".to_owned()));
        assert_eq!(checked.next, Next::HandOff { team, note });
        let many = (0..11).fold(Answer::nothing(), |answer, _| answer.and_say("x"));
        for bad in [
            Answer::say(""),
            Answer::say("x".repeat(10_001)),
            Answer::say("a\0"),
            Answer::say("fine").to_team(" "),
            Answer::hand_off().with_note("x".repeat(2_001)),
            many,
        ] {
            assert!(bad.clone().checked().is_err(), "{bad:?}");
        }
    }
}
