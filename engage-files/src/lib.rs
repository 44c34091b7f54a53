//! Where files lie that people send along [engage](engage_core): a [`Directory`], or an object store such as S3; and images
//! that are written anew before anybody sees them.
//!
//! ```no_run
//! # async fn start() -> Result<(), Box<dyn std::error::Error>> {
//! use engage_core::{Engage, memory};
//! let files = engage_files::directory("/var/lib/acme/files")?;
//! let engage = Engage::builder(memory::backend()).files(files).build().await?;
//! # drop(engage);
//! # Ok(())
//! # }
//! ```

mod directory;
#[cfg(feature = "images")]
mod images;
#[cfg(feature = "object-store")]
mod objects;

use std::io;
use std::path::PathBuf;

use engage_core::files::FileSetup;

pub use directory::Directory;
#[cfg(feature = "images")]
#[cfg_attr(docsrs, doc(cfg(feature = "images")))]
pub use images::Rewritten;
#[cfg(feature = "object-store")]
#[cfg_attr(docsrs, doc(cfg(feature = "object-store")))]
pub use objects::Objects;

/// Files in a directory, which is made when it is not there; with the feature `images`, pictures are written anew and shown in
/// place. No web server may serve the directory: only engage knows who may read what.
///
/// # Errors
/// When the directory cannot be made or written to.
pub fn directory(root: impl Into<PathBuf>) -> io::Result<FileSetup> {
    let setup = FileSetup::new(Directory::open(root)?);
    #[cfg(feature = "images")]
    let setup = setup.images(Rewritten::default());
    Ok(setup)
}
