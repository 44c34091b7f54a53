//! Written by `cargo xtask web`; do not edit.

use crate::Asset;

/// Sorted by path.
#[rustfmt::skip]
pub(crate) static ASSETS: &[Asset] = &[
    Asset { path: "admin/index.html", mime: "text/html; charset=utf-8", hash: "92d6fead18c64b52f38aeaaa2229a877250fa694d6175a28b36383630b8515a8", immutable: false, bytes: include_bytes!("../dist/admin/index.html") },
    Asset { path: "assets/admin-BJAaFhnG.js", mime: "text/javascript; charset=utf-8", hash: "80d572bfa7915d63bb5f19698796b396dd98403ffbd0e335fc861048ff5a0606", immutable: true, bytes: include_bytes!("../dist/assets/admin-BJAaFhnG.js") },
    Asset { path: "assets/admin-DfIqk-qj.css", mime: "text/css; charset=utf-8", hash: "8157bba0244fcc1eb3d4b546e6914307a652ab30f22206196191ecb7d20b5279", immutable: true, bytes: include_bytes!("../dist/assets/admin-DfIqk-qj.css") },
    Asset { path: "assets/chat-element-BixbgVDD.js", mime: "text/javascript; charset=utf-8", hash: "a21ddc4da7bd7b821d73ecf5477e18da7a7168c5019aa2e6f7d0310facf2bcfb", immutable: true, bytes: include_bytes!("../dist/assets/chat-element-BixbgVDD.js") },
    Asset { path: "loader.js", mime: "text/javascript; charset=utf-8", hash: "9f90294d7035462aa28cc053ec648a848c8ed86992f66728a5df43affbdb4dc8", immutable: false, bytes: include_bytes!("../dist/loader.js") },
];
