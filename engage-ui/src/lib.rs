//! The built front end of engage, as bytes: the loader, the widgets and the admin panel, with all that a server must
//! know to serve them. The source is in `web/`; `cargo xtask web` builds it into this crate, so that a host needs no
//! Node.js and its build no network.
//!
//! ```
//! for asset in engage_ui::all() {
//!     assert_eq!(engage_ui::get(asset.path).map(|found| found.hash), Some(asset.hash));
//! }
//! assert!(engage_ui::get("../Cargo.toml").is_none());
//! ```

mod assets;

use std::io::Write as _;
use std::sync::{LazyLock, OnceLock};

use flate2::Compression;
use flate2::write::GzEncoder;

/// A file of the front end.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Asset {
    /// Relative, with `/`, without a leading one: `loader.js`, `assets/chat-4f3a.js`.
    pub path: &'static str,
    /// For `Content-Type`, with the charset where it is text.
    pub mime: &'static str,
    /// SHA-256 of [`bytes`](Self::bytes), in 64 lower-case hexadecimal digits. Quoted, it is a strong `ETag`.
    pub hash: &'static str,
    /// The name contains a hash of the content: it may be cached for ever.
    pub immutable: bool,
    /// The content, not compressed.
    pub bytes: &'static [u8],
}

impl Asset {
    /// The content by gzip, written without a name and a time, so that every process has the same; `None` where that is no
    /// smaller. It is made when it is first asked for, which takes up to some 10 ms, and kept.
    pub fn gzip(&self) -> Option<&'static [u8]> {
        static MADE: LazyLock<Vec<OnceLock<Vec<u8>>>> =
            LazyLock::new(|| all().iter().map(|_| OnceLock::new()).collect());
        let at = all().iter().position(|one| one.path == self.path)?;
        let packed = MADE.get(at)?.get_or_init(|| gzip(self.bytes));
        (packed.len() < self.bytes.len()).then_some(packed)
    }
}

/// `bytes` by gzip: what is asked for often is small, and what it costs is paid each time.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::with_capacity(bytes.len() / 3), Compression::default());
    // Writing to memory does not fail; what would be lost then is the saving.
    match packed.write_all(bytes).and_then(|()| packed.finish()) {
        Ok(packed) => packed,
        Err(_) => bytes.to_vec(),
    }
}

/// The asset at exactly this path. There is nothing to normalise or escape from: a path is a key, not a place in a
/// file system.
pub fn get(path: &str) -> Option<&'static Asset> {
    let at = assets::ASSETS.binary_search_by(|asset| asset.path.cmp(path)).ok()?;
    assets::ASSETS.get(at)
}

/// All assets, sorted by path.
pub fn all() -> &'static [Asset] {
    assets::ASSETS
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use flate2::read::GzDecoder;

    use super::*;

    #[test]
    fn every_asset_is_found_under_its_path_only() {
        for asset in all() {
            assert!(std::ptr::eq(get(asset.path).unwrap(), asset), "{}", asset.path);
            assert!(get(&format!("/{}", asset.path)).is_none());
        }
        assert!(get("").is_none());
    }

    #[test]
    fn the_loader_is_there() {
        assert!(get("loader.js").unwrap().mime.starts_with("text/javascript"));
    }

    #[test]
    fn the_table_is_sorted_and_its_tags_are_hashes() {
        assert!(all().is_sorted_by(|a, b| a.path < b.path));
        for asset in all() {
            assert!(asset.hash.len() == 64 && asset.hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')));
            assert!(!asset.bytes.is_empty(), "{} is empty", asset.path);
        }
    }

    #[test]
    fn what_is_packed_is_small_whole_and_made_once() {
        let (mut whole, mut packed) = (0, 0);
        for asset in all() {
            let Some(gzip) = asset.gzip() else { continue };
            let mut read = Vec::new();
            GzDecoder::new(gzip).read_to_end(&mut read).unwrap();
            assert!(read == asset.bytes, "{}", asset.path);
            assert!(std::ptr::eq(gzip, asset.gzip().unwrap()), "{}", asset.path);
            (whole, packed) = (whole + asset.bytes.len(), packed + gzip.len());
        }
        assert!(packed * 2 < whole, "{packed} of {whole} bytes");
    }

    #[test]
    fn what_does_not_get_smaller_is_not_packed() {
        let tiny = Asset { bytes: b"a", ..all()[0] };
        assert!(gzip(tiny.bytes).len() > 1);
        let foreign = Asset { path: "none.js", ..all()[0] };
        assert!(foreign.gzip().is_none());
    }
}
