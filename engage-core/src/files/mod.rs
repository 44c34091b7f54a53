//! Files that people send along: uploaded in parts, checked before anybody can open them, and read by who may read what
//! they belong to.

mod blobs;
mod memory;
mod model;
mod ports;
mod service;
mod store;

pub use blobs::{BlobKey, BlobStore, BlobStream, MemoryBlobs, collected, streamed};
pub use model::{
    Attached, Content, File, FileCard, FileState, Kind, Looked, Owner, Part, Pixels, Refusal, Uploader, cleaned_name,
};
pub use ports::{Cleaned, FileScan, Images, Scanned, Verdict};
pub use service::{FileLimits, FileSetup, Files, NewFile, Reading};
pub use store::{FileStore, Quota, Stale};
