//! Written by `cargo xtask web`; do not edit.

use crate::Asset;

/// Sorted by path.
#[rustfmt::skip]
pub(crate) static ASSETS: &[Asset] = &[
    Asset { path: "admin/index.html", mime: "text/html; charset=utf-8", hash: "3f2ac1936510a014de0ddff8fd125ef53e6bdca8775ade1ad56bf05ce4937506", immutable: false, bytes: include_bytes!("../dist/admin/index.html") },
    Asset { path: "assets/admin-BgFEzGVV.js", mime: "text/javascript; charset=utf-8", hash: "c8d56ef9ae80e1241d52a50bfed6a22860a409b88f873d27747f049e55f504f9", immutable: true, bytes: include_bytes!("../dist/assets/admin-BgFEzGVV.js") },
    Asset { path: "assets/admin-DfIqk-qj.css", mime: "text/css; charset=utf-8", hash: "8157bba0244fcc1eb3d4b546e6914307a652ab30f22206196191ecb7d20b5279", immutable: true, bytes: include_bytes!("../dist/assets/admin-DfIqk-qj.css") },
    Asset { path: "assets/chat-element-gILobNlf.js", mime: "text/javascript; charset=utf-8", hash: "dd3dcf54af635801924f5fb185833b32535d03afca7f3985778022eafe4314ac", immutable: true, bytes: include_bytes!("../dist/assets/chat-element-gILobNlf.js") },
    Asset { path: "loader.js", mime: "text/javascript; charset=utf-8", hash: "49ba45994c4ad192da27a97c1581c0f93edba57244b4da1387914b7dec35442d", immutable: false, bytes: include_bytes!("../dist/loader.js") },
];
