//! What travels in a notification: JSON below Postgres' 8000 bytes.

use engage_core::bus::Hint;
use serde::Deserialize;
use serde_json::{Value, json};

/// Postgres takes less than 8000 bytes.
const LIMIT: usize = 7900;

/// One notification.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Envelope {
    /// Who sent it.
    pub(super) node: String,
    /// Hints, perhaps with some of a newer release.
    hints: Vec<Value>,
    /// The sender could not send some: catch up.
    pub(super) lost: bool,
}

impl Envelope {
    /// Those that this release knows.
    pub(super) fn known_hints(self) -> impl Iterator<Item = Hint> {
        self.hints.into_iter().filter_map(|hint| serde_json::from_value(hint).ok())
    }
}

/// Says that hints were lost.
pub(super) fn lost(node: &str) -> String {
    json!({ "node": node, "lost": true }).to_string()
}

/// Says nothing, for the listener to hear.
pub(super) fn probe(node: &str) -> String {
    json!({ "node": node }).to_string()
}

/// Hints in as few notifications as they fit into; and whether one is too large for any.
pub(super) fn pack(node: &str, hints: &[Hint]) -> (Vec<String>, bool) {
    let head = format!("{{\"node\":\"{node}\",\"hints\":[");
    let (mut packed, mut too_large) = (Vec::new(), false);
    let mut open = head.clone();
    for hint in hints {
        let Ok(text) = serde_json::to_string(hint) else { continue };
        if head.len() + text.len() + 2 > LIMIT {
            too_large = true;
            continue;
        }
        if open.len() + text.len() + 3 > LIMIT {
            packed.push(std::mem::replace(&mut open, head.clone()) + "]}");
        }
        if open.len() > head.len() {
            open.push(',');
        }
        open.push_str(&text);
    }
    if open.len() > head.len() {
        packed.push(open + "]}");
    }
    (packed, too_large)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_hints_arrive_in_order_below_the_limit() {
        let agent = |n: usize| Hint::Presence { agent: format!("{n}-{}", "x".repeat(n % 300)) };
        let mut hints: Vec<_> = (0..500).map(agent).collect();
        let (packed, too_large) = pack("0011", &hints);
        assert!(!too_large && packed.len() > 5 && packed.len() < 25, "{}", packed.len());
        assert!(packed.iter().all(|text| text.len() <= LIMIT));
        let read = |text: &String| serde_json::from_str::<Envelope>(text).unwrap();
        assert!(packed.iter().all(|text| read(text).node == "0011"));
        assert_eq!(packed.iter().flat_map(|text| read(text).known_hints()).collect::<Vec<_>>(), hints);

        hints.insert(250, Hint::Presence { agent: "x".repeat(9000) });
        let (repacked, too_large) = pack("0011", &hints);
        assert!(too_large, "what fits nowhere is told");
        assert_eq!(repacked, packed);
    }

    #[test]
    fn what_a_newer_release_says_is_passed_over() {
        let text = r#"{"node":"1","hints":[{"hint":"unheard_of"},{"hint":"outbox_ready"}],"more":1}"#;
        let envelope: Envelope = serde_json::from_str(text).unwrap();
        assert_eq!(envelope.known_hints().collect::<Vec<_>>(), [Hint::OutboxReady]);
    }
}
