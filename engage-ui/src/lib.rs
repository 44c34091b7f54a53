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
}
