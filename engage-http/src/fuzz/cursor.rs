use crate::cursor;

/// Only what was written is read, and in one form only.
pub fn cursor(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    match cursor::read(text) {
        Ok(place) => assert!(place >= 0 && cursor::write(place) == text, "{text:?} is a second form of {place}"),
        Err(error) => assert_eq!(error.code(), "malformed"),
    }
    match cursor::read_text(text) {
        Ok(last) => assert_eq!(cursor::write_text(&last), text, "a second form of {last:?}"),
        Err(error) => assert_eq!(error.code(), "malformed"),
    }
    assert_eq!(cursor::read_text(&cursor::write_text(text)).is_ok(), !text.contains('\0'), "{text:?}");
    if let Some(place) = input.first_chunk().copied().map(i64::from_be_bytes) {
        assert_eq!(cursor::read(&cursor::write(place)).ok(), (place >= 0).then_some(place));
    }
}
