//! Written by `cargo xtask web`; do not edit.

use crate::Asset;

/// Sorted by path.
#[rustfmt::skip]
pub(crate) static ASSETS: &[Asset] = &[
    Asset { path: "admin/index.html", mime: "text/html; charset=utf-8", hash: "cc19b59887e866051ef0b8217a8d6a863631aedf0e12e28e2a103580fee5753b", immutable: false, bytes: include_bytes!("../dist/admin/index.html") },
    Asset { path: "assets/admin-BsYPIaNg.css", mime: "text/css; charset=utf-8", hash: "3fdec4c4966b7a140e7d1658d6b6f6f8a8a5e09d21f7d3b2c4bfda59407d9acd", immutable: true, bytes: include_bytes!("../dist/assets/admin-BsYPIaNg.css") },
    Asset { path: "assets/admin-Dq89U7-b.js", mime: "text/javascript; charset=utf-8", hash: "31a81c35aaab6927e68be10c06a3fe17841a0eb19e53abac4202148f75321214", immutable: true, bytes: include_bytes!("../dist/assets/admin-Dq89U7-b.js") },
    Asset { path: "assets/chat-element-CUMqsM4X.js", mime: "text/javascript; charset=utf-8", hash: "d86ae68daa051ae8c9c81e3b1cf8e5bd7218e47a8c22d63c3c1de8f58a4ac9ad", immutable: true, bytes: include_bytes!("../dist/assets/chat-element-CUMqsM4X.js") },
    Asset { path: "loader.js", mime: "text/javascript; charset=utf-8", hash: "c8314647d68525c69820a487aa6d9d70ade194746bf453ab7e1d851db186ac80", immutable: false, bytes: include_bytes!("../dist/loader.js") },
];
