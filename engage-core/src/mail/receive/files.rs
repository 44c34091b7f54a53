//! What came with a letter becomes files.

use bytes::Bytes;

use super::{Letter, Received};
use crate::error::Result;
use crate::identity::Actor;
use crate::ids::{FileId, signed};
use crate::mail::service::Mails;

/// How many attachments are named that are no files.
const NAMED: usize = 10;

/// What is said by a letter: words, and files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    /// What was written, and what came with it that is no file, with the reason.
    pub(crate) body: String,
    /// What came with it, as files of whoever says it, which belong to nothing yet.
    pub(crate) files: Vec<FileId>,
}

impl Mails {
    /// What a letter says as `actor`'s, at most `chars` Unicode scalar values of its words; what came with it is kept as files of
    /// theirs, as if they had uploaded it, as many as go with one message. What is not taken is named with the reason, so that
    /// nobody waits for it in vain. The same letter again gives the same files.
    ///
    /// # Errors
    /// When the database or the store of the files does not answer: nothing of the letter is lost by that.
    pub(crate) async fn said(&self, actor: &Actor, received: &Received, letter: &Letter, chars: usize) -> Result<Said> {
        let (mut files, mut left_out) = (Vec::new(), Vec::new());
        for (place, one) in letter.attachments.iter().enumerate() {
            let mut line = format!("{}, {} KiB", one.name, one.content.len().div_ceil(1024));
            if let Some(store) = self.files() {
                if files.len() >= store.limits().per_message {
                    line.push_str(": too many files");
                } else {
                    let signature = self.signer().sign("mail.file", format!("{}:{place}", received.id).as_bytes());
                    let id = FileId(signed(received.id.0, signature));
                    match store.receive(actor, id, &one.name, &Bytes::copy_from_slice(&one.content)).await? {
                        Ok(id) => {
                            files.push(id);
                            continue;
                        }
                        Err(refusal) => line.push_str(&format!(": {}", refusal.reason)),
                    }
                }
            }
            left_out.push(line);
        }
        left_out.truncate(NAMED);
        Ok(Said { body: letter.said(chars, &left_out), files })
    }
}

impl Said {
    /// Whether there is nothing to read in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.body.is_empty() && self.files.is_empty()
    }
}
