//! Files that go with a reply by mail.

use async_trait::async_trait;

use super::TicketLetters;
use crate::error::{ErrorKind, Result};
use crate::files::{FileCard, collected};
use crate::identity::Actor;
use crate::ids::FileId;
use crate::mail::{Attachment, AttachmentSource};

/// By this name mails know who fetches them.
pub(super) const SOURCE: &str = "tickets.file";
/// How many bytes of files go with one mail; what is more is named, and read on the site.
const ATTACHED: i64 = 2 * 1024 * 1024;

/// Fetches the files of replies.
#[derive(Debug)]
pub(super) struct Sent(pub(super) TicketLetters);

#[async_trait]
impl AttachmentSource for Sent {
    async fn fetch(&self, key: &str) -> Result<Option<Attachment>> {
        let (Some(files), id) = (&self.0.0.files, key.parse::<FileId>()?) else { return Ok(None) };
        let opened = match files.open(&Actor::System, id, None).await {
            // Removed meanwhile.
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            opened => opened?,
        };
        let (name, kind) = (opened.file.name.clone(), opened.content.media_type.clone());
        let content = collected(opened.bytes, ATTACHED.unsigned_abs()).await?;
        Ok(Some(Attachment::new(&name, kind, content.to_vec())))
    }
}

/// Which of `files` go with a mail: in their order, as far as there is room. The others are named.
pub(super) fn split(files: &[FileCard]) -> (Vec<&FileCard>, Vec<&FileCard>) {
    let mut room = ATTACHED;
    files.iter().partition(|file| {
        let fits = file.size <= room;
        room -= if fits { file.size } else { 0 };
        fits
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_much_goes_with_a_mail_as_there_is_room_for() {
        let file = |number: u128, size: i64| {
            let (id, name) = (FileId(uuid::Uuid::from_u128(number)), "a".to_owned());
            FileCard { id, name, media_type: "text/plain".to_owned(), size, pixels: None }
        };
        let files = [file(1, ATTACHED - 1), file(2, 2), file(3, 1), file(4, i64::MAX)];
        let (attached, named) = split(&files);
        let ids = |files: Vec<&FileCard>| files.iter().map(|file| file.id.0.as_u128()).collect::<Vec<_>>();
        assert_eq!((ids(attached), ids(named)), (vec![1, 3], vec![2, 4]));
    }
}
