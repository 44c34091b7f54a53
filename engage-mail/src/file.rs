//! Mails as files, for development and for those who send them by other means.

use std::io;
use std::path::PathBuf;

use async_trait::async_trait;
use engage_core::mail::{Failure, Mail, Mailer};

/// Writes each mail into a folder as `ID.eml`, whole or not at all; a repeat replaces it by the same. The folder must exist.
#[derive(Debug, Clone)]
pub struct MailFolder(PathBuf);

impl MailFolder {
    /// Into this folder.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self(folder.into())
    }

    async fn write(&self, mail: &Mail, bytes: Vec<u8>) -> io::Result<()> {
        let unfinished = self.0.join(format!("{}.part", mail.id));
        let file = tokio::fs::File::create(&unfinished).await?;
        let mut file = tokio::io::BufWriter::new(file);
        tokio::io::AsyncWriteExt::write_all(&mut file, &bytes).await?;
        tokio::io::AsyncWriteExt::flush(&mut file).await?;
        file.into_inner().sync_all().await?;
        tokio::fs::rename(unfinished, self.0.join(format!("{}.eml", mail.id))).await
    }
}

#[async_trait]
impl Mailer for MailFolder {
    async fn send(&self, mail: &Mail) -> Result<(), Failure> {
        let bytes = crate::mime(mail)?;
        self.write(mail, bytes).await.map_err(|error| {
            tracing::warn!(target: "engage::mail", folder = %self.0.display(), %error, "a mail could not be written");
            Failure::later("file")
        })
    }
}
