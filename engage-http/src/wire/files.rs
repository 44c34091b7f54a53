//! Files that people send along.

use engage_core::Engage;
use engage_core::files::{File as CoreFile, FileCard, FileState, Pixels as CorePixels};
use engage_core::ids::FileId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A file that the caller has sent, or is sending.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct File {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: FileId,
    /// What people read as its name. Perhaps not what it was given: it ends as its type does.
    pub name: String,
    /// How many bytes it has: as it was begun; when it is ready, as it is kept.
    pub size: i64,
    /// How many bytes have come.
    pub offset: i64,
    /// How far it is.
    pub state: UploadState,
    /// What it is, as its bytes say; null until it is ready.
    #[schema(required)]
    pub media_type: Option<String>,
    /// Of an image that may be shown in place; null for all else.
    #[schema(required)]
    pub pixels: Option<Pixels>,
    /// Why it was not taken; null unless it is refused.
    #[schema(required)]
    pub refusal: Option<Refusal>,
}

/// How far a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UploadState {
    /// Its bytes come in.
    Uploading,
    /// Checked: it can be sent and read.
    Ready,
    /// Looked at and not taken.
    Refused,
}

/// The extent of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct Pixels {
    /// From left to right.
    pub width: u32,
    /// From top to bottom.
    pub height: u32,
}

/// Why a file was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Refusal {
    /// `type_not_allowed`, `image_broken`, `too_many_pixels` or `scan_refused`.
    pub code: String,
    /// A sentence for people.
    pub detail: String,
}

/// A file to begin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFile {
    /// What it is called, at most 1,000 characters. It is cleaned: of paths, control characters and what turns its direction.
    #[schema(max_length = 1000)]
    pub name: String,
    /// How many bytes it has, at least 1.
    #[schema(minimum = 1)]
    pub size: i64,
}

/// A file that went with a message. Its bytes are at `/v1/files/{id}/content`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SentFile {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: FileId,
    /// What people read as its name.
    pub name: String,
    /// What it is, as its bytes say.
    pub media_type: String,
    /// How many bytes it has.
    pub size: i64,
    /// Of an image that may be shown in place; absent for all else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pixels: Option<Pixels>,
}

/// What files may be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FileRules {
    /// How many bytes one may have.
    pub size: i64,
    /// How many may go with one message.
    pub per_message: usize,
    /// How many bytes of one may come in one request.
    pub part: usize,
    /// Which media types are taken, as their bytes say.
    pub media_types: Vec<String>,
}

impl FileRules {
    /// The most of a file that comes in one request, in bytes.
    pub const PART: usize = 1024 * 1024;

    /// The rules of a site, if it takes files.
    pub fn of(engage: &Engage) -> Option<Self> {
        let limits = engage.files().ok()?.limits();
        let media_types = limits.media_types.iter().map(|&name| name.to_owned()).collect();
        Some(Self { size: limits.size, per_message: limits.per_message, part: Self::PART, media_types })
    }
}

impl From<&CoreFile> for File {
    fn from(file: &CoreFile) -> Self {
        let content = file.content();
        Self {
            id: file.id,
            name: file.name.clone(),
            size: content.map_or(file.declared, |content| content.size),
            offset: content.map_or_else(|| file.offset(), |content| content.size),
            state: match file.state {
                FileState::Uploading { .. } => UploadState::Uploading,
                FileState::Ready(_) => UploadState::Ready,
                FileState::Refused(_) => UploadState::Refused,
            },
            media_type: content.map(|content| content.media_type.clone()),
            pixels: content.and_then(|content| content.pixels).map(Into::into),
            refusal: match &file.state {
                FileState::Refused(why) => Some(Refusal { code: why.code.clone(), detail: why.reason.clone() }),
                FileState::Uploading { .. } | FileState::Ready(_) => None,
            },
        }
    }
}

impl From<&FileCard> for SentFile {
    fn from(card: &FileCard) -> Self {
        let FileCard { id, name, media_type, size, pixels } = card.clone();
        Self { id, name, media_type, size, pixels: pixels.map(Into::into) }
    }
}

impl From<CorePixels> for Pixels {
    fn from(pixels: CorePixels) -> Self {
        Self { width: pixels.width, height: pixels.height }
    }
}
