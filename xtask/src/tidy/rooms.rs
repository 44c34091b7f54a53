//! Every capability has the same rooms, so that who knows one knows all.

use super::Findings;
use super::tree::Tree;

/// Folders of `engage-core/src` with these names are capabilities; the others are infrastructure.
const CAPABILITIES: [&str; 15] = [
    "analytics",
    "chat",
    "consent",
    "contacts",
    "errors",
    "faq",
    "flags",
    "forms",
    "newsletter",
    "notices",
    "privacy",
    "reviews",
    "tickets",
    "visitors",
    "webhooks",
];

/// What may stand in a capability of the core, each as a file or, when it grows, as a folder.
const ROOMS: [&str; 6] = ["mod", "model", "store", "service", "events", "memory"];

/// Where else each capability has a room.
const BESIDE: [&str; 3] = ["engage-sqlx/src", "engage-http/src/handlers", "engage-testkit/src"];

pub(super) fn check(tree: &Tree, findings: &mut Findings) {
    for name in tree.names_in("engage-core/src") {
        let capability = name.trim_end_matches(".rs");
        if !CAPABILITIES.contains(&capability) {
            continue;
        }
        let folder = format!("engage-core/src/{capability}");
        if name.ends_with(".rs") {
            findings.error(format!("{folder}.rs: a capability is a folder with the rooms {}", ROOMS.join(", ")));
            continue;
        }
        check_rooms(tree, &folder, findings);
        for place in BESIDE {
            if !tree.has_file(&format!("{place}/{capability}.rs")) && !tree.has(&format!("{place}/{capability}")) {
                findings.error(format!("{folder} has no counterpart {place}/{capability}.rs"));
            }
        }
    }
}

fn check_rooms(tree: &Tree, folder: &str, findings: &mut Findings) {
    let rooms = tree.names_in(folder);
    for room in &rooms {
        let name = room.trim_end_matches(".rs");
        if !ROOMS.contains(&name) {
            findings.error(format!(
                "{folder}/{room} is not a room; the rooms are {}, and each may be a folder",
                ROOMS.join(", ")
            ));
        }
        let file = format!("{folder}/{room}");
        if tree.text(&file).is_some_and(|text| !has_code(text)) {
            findings.error(format!("{file} has nothing in it: such a room is left out"));
        }
    }
    let has = |name: &str| rooms.iter().any(|room| room.trim_end_matches(".rs") == name);
    for room in ["mod", "model"] {
        if !has(room) {
            findings.error(format!("{folder} has no {room}.rs"));
        }
    }
    if has("store") != has("memory") {
        findings.error(format!("{folder} has only one of store.rs and memory.rs: every store trait has one in memory"));
    }
}

/// Whether there is more than comments.
fn has_code(text: &str) -> bool {
    text.lines().map(str::trim).any(|line| !line.is_empty() && !line.starts_with("//"))
}

#[cfg(test)]
mod tests {
    use super::super::tree::errors;
    use super::*;

    const WHOLE: [(&str, &str); 9] = [
        ("engage-core/src/chat/mod.rs", "mod model;"),
        ("engage-core/src/chat/model.rs", "struct A;"),
        ("engage-core/src/chat/store.rs", "trait A {}"),
        ("engage-core/src/chat/service/send.rs", "struct A;"),
        ("engage-core/src/chat/memory.rs", "struct A;"),
        ("engage-core/src/bus/anything.rs", "struct A;"),
        ("engage-sqlx/src/chat.rs", ""),
        ("engage-http/src/handlers/chat/mod.rs", ""),
        ("engage-testkit/src/chat.rs", ""),
    ];

    fn without(path: &str) -> Vec<String> {
        errors(check, &WHOLE.into_iter().filter(|(name, _)| *name != path).collect::<Vec<_>>())
    }

    #[test]
    fn all_rooms_in_place_is_fine() {
        assert_eq!(without(""), [""; 0]);
    }

    #[test]
    fn each_missing_room_is_found() {
        for (path, _) in WHOLE.iter().filter(|(path, _)| !path.contains("bus") && !path.contains("service")) {
            assert_eq!(without(path).len(), 1, "{path}: {:?}", without(path));
        }
    }

    #[test]
    fn a_strange_or_an_empty_room_is_found() {
        let with = |path, text| errors(check, &[&WHOLE[..], &[(path, text)]].concat());
        assert!(with("engage-core/src/chat/utils.rs", "struct A;")[0].contains("utils.rs is not a room"));
        assert!(with("engage-core/src/chat/events.rs", "//! Nothing yet.\n")[0].contains("has nothing in it"));
        assert!(with("engage-core/src/faq.rs", "struct A;")[0].contains("a capability is a folder"));
    }
}
