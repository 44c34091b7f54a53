//! Written by `cargo xtask web`; do not edit.

use crate::Asset;

/// Sorted by path.
#[rustfmt::skip]
pub(crate) static ASSETS: &[Asset] = &[
];
