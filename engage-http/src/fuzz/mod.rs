//! What any input must keep to: one function for each family of inputs. They panic where it does not.
//!
//! The corpus under `fuzz/corpus` is tried with every run of the tests; `cargo xtask fuzz` looks for more.
#![allow(clippy::panic, clippy::expect_used, clippy::unwrap_used, reason = "a panic is what is looked for")]
#![allow(missing_docs, reason = "only for the fuzzer")]

mod cursor;
mod filter;
mod frame;
mod letter;
mod markdown;
mod token;

pub use cursor::cursor;
pub use filter::filter;
pub use frame::frame;
pub use letter::letter;
pub use markdown::markdown;
pub use token::token;

/// A JSON pointer (RFC 6901) to a member of `value`, or to one that is missing in a member that is there.
fn points_into(pointer: &str, value: &serde_json::Value) -> bool {
    let Some((parent, last)) = pointer.rsplit_once('/') else { return pointer.is_empty() };
    let is_escaped = !last.replace("~0", "").replace("~1", "").contains('~');
    is_escaped && value.pointer(parent).is_some()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;

    type Target = fn(&[u8]);

    const TARGETS: [(&str, Target); 6] = [
        ("cursor", cursor),
        ("filter", filter),
        ("frame", frame),
        ("letter", letter),
        ("markdown", markdown),
        ("token", token),
    ];

    #[test]
    fn the_corpus_is_answered_as_it_must_be() {
        for (name, target) in TARGETS {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(name);
            let mut files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
            files.sort();
            assert!(files.len() >= 10, "{} has {} files", folder.display(), files.len());
            for file in files {
                println!("{}", file.display());
                target(&std::fs::read(file).unwrap());
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn so_is_anything_else(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            for (_, target) in TARGETS {
                target(&bytes);
            }
        }

        #[test]
        fn so_is_what_almost_is_a_query(
            path in prop::sample::select(filter::PATHS.to_vec()),
            pairs in prop::collection::vec((prop::sample::select(filter::NAMES.to_vec()), "[ -~]{0,12}|[0-9]{1,20}|-?[0-9]{1,4}|\\PC{0,6}"), 0..4),
        ) {
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.extend_pairs(pairs);
            filter(format!("{path}?{}", query.finish()).as_bytes());
        }
    }
}
