//! Written by `cargo xtask web`; do not edit.

use crate::Asset;

/// Sorted by path.
#[rustfmt::skip]
pub(crate) static ASSETS: &[Asset] = &[
    Asset { path: "admin/index.html", mime: "text/html; charset=utf-8", hash: "f61f83e23ddb6688601f667673c80057a03de1843502e4b3d72b77ba93e79bde", immutable: false, bytes: include_bytes!("../dist/admin/index.html") },
    Asset { path: "assets/admin-BO_Mwulm.js", mime: "text/javascript; charset=utf-8", hash: "e1a52ecafadeba9b53c7c9342d68f0c49937e3504297bde2de9e150abb1bee21", immutable: true, bytes: include_bytes!("../dist/assets/admin-BO_Mwulm.js") },
    Asset { path: "assets/admin-DfIqk-qj.css", mime: "text/css; charset=utf-8", hash: "8157bba0244fcc1eb3d4b546e6914307a652ab30f22206196191ecb7d20b5279", immutable: true, bytes: include_bytes!("../dist/assets/admin-DfIqk-qj.css") },
    Asset { path: "assets/chat-element-DyW1ZvxS.js", mime: "text/javascript; charset=utf-8", hash: "0aabc3a8394b31d8db6e037ec7ecb04c01c57e8136418cff15e0bfdf519d7626", immutable: true, bytes: include_bytes!("../dist/assets/chat-element-DyW1ZvxS.js") },
    Asset { path: "loader.js", mime: "text/javascript; charset=utf-8", hash: "40594f491fcf3e528c6c8e193ef677d3910e62212246398a769f16b0f1197603", immutable: false, bytes: include_bytes!("../dist/loader.js") },
];
