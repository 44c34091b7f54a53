//! What travels on the channel: the hints of one node, in batches.

use std::collections::HashMap;

use engage_core::bus::{Head, Hint};
use engage_core::ids::ConversationId;
use serde::{Deserialize, Serialize};

/// Larger payloads are not ours, in bytes.
pub(super) const MAX_BYTES: usize = 256 << 10;

/// One message on the channel, as JSON. Without hints it is a beat.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Envelope<H> {
    /// Who sent it.
    pub(super) node: String,
    /// The sender's count of messages. Whoever sees a hole has lost something.
    pub(super) seq: u64,
    pub(super) hints: Vec<H>,
}

/// A payload as read.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) envelope: Envelope<Hint>,
    /// Hints that this version does not know.
    pub(super) unknown: usize,
}

/// Reads a payload; `None` when it is not an envelope.
pub(super) fn read(payload: &[u8]) -> Option<Read> {
    if payload.len() > MAX_BYTES {
        return None;
    }
    if let Ok(envelope) = serde_json::from_slice(payload) {
        return Some(Read { envelope, unknown: 0 });
    }
    // A newer version may have sent it: take what can be understood.
    let Envelope { node, seq, hints } = serde_json::from_slice::<Envelope<serde_json::Value>>(payload).ok()?;
    let all = hints.len();
    let hints: Vec<Hint> = hints.into_iter().filter_map(|hint| serde_json::from_value(hint).ok()).collect();
    let unknown = all - hints.len();
    Some(Read { envelope: Envelope { node, seq, hints }, unknown })
}

/// The same hints in fewer: one for all heads, with the newest of each conversation, and none twice.
pub(super) fn coalesce(hints: impl IntoIterator<Item = Hint>) -> Vec<Hint> {
    let mut kept: Vec<Hint> = Vec::new();
    let mut newest: HashMap<ConversationId, Head> = HashMap::new();
    for hint in hints {
        match hint {
            Hint::Advanced { heads } => {
                for head in heads {
                    let known = newest.entry(head.conversation).or_insert(head);
                    if head.seq >= known.seq {
                        (known.contact, known.blocked) = (head.contact, head.blocked);
                    }
                    known.seq = known.seq.max(head.seq);
                    known.inbox_seq = known.inbox_seq.max(head.inbox_seq);
                }
            }
            other if kept.contains(&other) => {}
            other => kept.push(other),
        }
    }
    if !newest.is_empty() {
        kept.push(Hint::Advanced { heads: newest.into_values().collect() });
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use engage_core::clock::SystemClock;
    use engage_core::entropy::SeededEntropy;
    use engage_core::ids::Ids;
    use std::sync::Arc;

    #[test]
    fn heads_become_one_hint_with_the_newest_of_each() {
        let ids = Ids::new(Arc::new(SystemClock), Arc::new(SeededEntropy::new(1)));
        let (a, b, contact) = (ids.next(), ids.next(), ids.next());
        let head = |conversation, seq, inbox_seq| Head { conversation, contact, seq, inbox_seq, blocked: false };
        let advanced = |head| Hint::Advanced { heads: vec![head] };
        let hints = [
            advanced(head(a, 2, 9)),
            Hint::OutboxReady,
            advanced(head(b, 1, 3)),
            Hint::OutboxReady,
            advanced(head(a, 1, 10)),
        ];
        let [Hint::OutboxReady, Hint::Advanced { heads }] = &coalesce(hints)[..] else { panic!("not two hints") };
        assert_eq!(heads.len(), 2);
        assert!(heads.contains(&head(a, 2, 10)) && heads.contains(&head(b, 1, 3)));
    }

    #[test]
    fn what_a_newer_version_sends_is_taken_as_far_as_it_is_understood() {
        let read =
            read(br#"{"node":"n","seq":3,"new":1,"hints":[{"hint":"from_the_future"},{"hint":"outbox_ready"}]}"#)
                .unwrap();
        assert_eq!((read.envelope.seq, read.unknown, read.envelope.hints), (3, 1, vec![Hint::OutboxReady]));
    }

    #[test]
    fn nothing_else_is_an_envelope() {
        for payload in [&b""[..], b"null", b"{}", b"\xff\xfe", b"{\"node\":1,\"seq\":1,\"hints\":[]}", &[b'['; 100_000]]
        {
            assert!(read(payload).is_none());
        }
        let large = Envelope { node: "n".repeat(MAX_BYTES), seq: 1, hints: Vec::<Hint>::new() };
        assert!(read(&serde_json::to_vec(&large).unwrap()).is_none());
    }
}
