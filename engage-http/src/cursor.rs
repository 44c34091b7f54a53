//! Places in the inbox as clients hold them: opaque, so that their form may change.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use engage_core::Result;

use crate::problem::malformed;

/// The cursor of a place.
pub(crate) fn write(inbox_seq: i64) -> String {
    URL_SAFE_NO_PAD.encode(format!("i1.{inbox_seq}"))
}

/// The place of a cursor.
///
/// # Errors
/// `malformed` for anything that [`write`] did not make.
pub(crate) fn read(cursor: &str) -> Result<i64> {
    let decoded = URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let place = decoded.and_then(|text| text.strip_prefix("i1.")?.parse::<i64>().ok()).filter(|place| *place >= 0);
    place.filter(|place| write(*place) == cursor).ok_or_else(|| malformed("this cursor is not one of ours"))
}

/// The cursor of a place in a list that is ordered by a text.
pub(crate) fn write_text(last: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("t1.{last}"))
}

/// The text of such a cursor.
///
/// # Errors
/// `malformed` for anything that [`write_text`] did not make.
pub(crate) fn read_text(cursor: &str) -> Result<String> {
    let decoded = URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let text = decoded.and_then(|text| text.strip_prefix("t1.").map(str::to_owned));
    text.filter(|text| !text.contains('\0') && write_text(text) == cursor)
        .ok_or_else(|| malformed("this cursor is not one of ours"))
}

/// The cursor of a place in a list that is ordered by ids.
pub(crate) fn write_id(last: &impl std::fmt::Display) -> String {
    write_text(&last.to_string())
}

/// The id of such a cursor.
///
/// # Errors
/// `malformed` for anything that [`write_id`] did not make.
pub(crate) fn read_id<T: std::str::FromStr>(cursor: &str) -> Result<T> {
    read_text(cursor)?.parse().map_err(|_| malformed("this cursor is not one of ours"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_own_cursors_are_read() {
        for place in [0, 1, i64::MAX] {
            assert_eq!(read(&write(place)).unwrap(), place);
        }
        for forged in ["", "0", "aTEuLTE", "aTEu", &write(7)[1..], "aTEuKzc", "💥", &"A".repeat(10_000)] {
            assert!(read(forged).is_err(), "{forged:?}");
            assert!(read_text(forged).is_err(), "{forged:?}");
        }
        assert_eq!(read_text(&write_text("hello-1")).unwrap(), "hello-1");
        assert!(read(&write_text("1")).is_err() && read_text(&write(1)).is_err());
        assert!(read_text(&write_text("a\0")).is_err());
    }
}
