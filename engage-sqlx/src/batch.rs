//! Many rows as one parameter: a JSON array of objects, which `{@rows ..}` unfolds.

use engage_core::Result;
use serde::{Serialize, Serializer};
use uuid::Uuid;

/// An id as both databases read it from JSON: 32 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Hex(pub(crate) Uuid);

impl Serialize for Hex {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.simple().encode_lower(&mut Uuid::encode_buffer()))
    }
}

/// The rows as a JSON array.
pub(crate) fn json<T: Serialize>(rows: impl Iterator<Item = T>) -> Result<String> {
    let mut out = Vec::with_capacity(256);
    out.push(b'[');
    for (index, row) in rows.enumerate() {
        if index > 0 {
            out.push(b',');
        }
        serde_json::to_writer(&mut out, &row)?;
    }
    out.push(b']');
    String::from_utf8(out).map_err(engage_core::Error::internal)
}
