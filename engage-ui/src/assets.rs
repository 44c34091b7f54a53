//! Written by `cargo xtask web`; do not edit.

use crate::Asset;

/// Sorted by path.
#[rustfmt::skip]
pub(crate) static ASSETS: &[Asset] = &[
    Asset { path: "admin/index.html", mime: "text/html; charset=utf-8", hash: "112463eb24318b58bacb5a8dff4ec13764a080fc0d23fad92adadddf92295ee7", immutable: false, bytes: include_bytes!("../dist/admin/index.html") },
    Asset { path: "assets/admin-CDGOMoFp.css", mime: "text/css; charset=utf-8", hash: "3b53cf38ee45e01fe85a8c787cf47ecc0b40170f4ecc56b6b182d9ccc919cd48", immutable: true, bytes: include_bytes!("../dist/assets/admin-CDGOMoFp.css") },
    Asset { path: "assets/admin-Dm9tetTC.js", mime: "text/javascript; charset=utf-8", hash: "0a7f3ff046850b8efa27e838aff2e9b42026caee3484075d448c3a5146e9be80", immutable: true, bytes: include_bytes!("../dist/assets/admin-Dm9tetTC.js") },
    Asset { path: "assets/chat-element-Z7Gkyryx.js", mime: "text/javascript; charset=utf-8", hash: "6e009ac188ed84b36053aa5276f334858810a9105eb26ef26ea0e0fde0e315ab", immutable: true, bytes: include_bytes!("../dist/assets/chat-element-Z7Gkyryx.js") },
    Asset { path: "loader.js", mime: "text/javascript; charset=utf-8", hash: "9821d441bff124407a96f044308bfce3bdcd35f21efa675cae161b33ce7a98b9", immutable: false, bytes: include_bytes!("../dist/loader.js") },
];
