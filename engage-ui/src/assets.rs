//! Written by `cargo xtask web`; do not edit.

use crate::Asset;

/// Sorted by path.
#[rustfmt::skip]
pub(crate) static ASSETS: &[Asset] = &[
    Asset { path: "admin/index.html", mime: "text/html; charset=utf-8", hash: "cbab96e2cd9a2d9603c3a345c51a87540c1643401558d1681372994c38cfbe9c", immutable: false, bytes: include_bytes!("../dist/admin/index.html") },
    Asset { path: "assets/admin-D6jeirk5.js", mime: "text/javascript; charset=utf-8", hash: "cb3855bea7133d8535caeede1c16737e0f51cb5cd867ffe6237f8db32128718b", immutable: true, bytes: include_bytes!("../dist/assets/admin-D6jeirk5.js") },
    Asset { path: "assets/admin-DfIqk-qj.css", mime: "text/css; charset=utf-8", hash: "8157bba0244fcc1eb3d4b546e6914307a652ab30f22206196191ecb7d20b5279", immutable: true, bytes: include_bytes!("../dist/assets/admin-DfIqk-qj.css") },
    Asset { path: "assets/chat-element-BHIraf9Z.js", mime: "text/javascript; charset=utf-8", hash: "4f5bbbc176280f8cb89c82c3bf9129a1e3b1dc204b95d416183df5e3ae24993b", immutable: true, bytes: include_bytes!("../dist/assets/chat-element-BHIraf9Z.js") },
    Asset { path: "loader.js", mime: "text/javascript; charset=utf-8", hash: "6396af72fde7fd6e9de99300a4f688db161ff5a8c872836072d6e66fc2ab164e", immutable: false, bytes: include_bytes!("../dist/loader.js") },
];
