use engage_core::mail::{Address, Letter, MAIL_BYTES};

/// A mail from anybody is read, or refused with the reason at the root, and what was read can stand in a header, a row and a page.
pub fn letter(input: &[u8]) {
    let letter = match Letter::read(&input[..input.len().min(MAIL_BYTES)]) {
        Ok(letter) => letter,
        Err(error) => {
            assert_eq!(error.fields()[0].code, "not_a_mail");
            return;
        }
    };
    let is_line = |text: &str| !text.contains(char::is_control);
    assert!(is_line(&letter.subject) && letter.subject.chars().count() <= 200, "{:?}", letter.subject);
    let is_id = |id: &String| id.contains('@') && id.len() <= 250 && id.bytes().all(|byte| byte.is_ascii_graphic());
    assert!(is_id(&letter.message_id) && letter.references.iter().all(is_id), "{:?}", letter.references);
    if let Some(from) = &letter.from {
        assert!(from.name.as_deref().is_none_or(is_line), "{from:?}");
        assert!(Address::checked("", from.address.as_str()).is_ok(), "{from:?}");
    }
    assert!(!letter.text.contains(|c: char| c.is_control() && !matches!(c, '\n' | '\t')), "{:?}", letter.text);
    assert!(letter.attachments.iter().all(|file| is_line(&file.name) && !file.name.contains(['/', '\\'])));
    if let Some(bounce) = &letter.bounce {
        assert!(letter.is_automatic && bounce.status.starts_with("5."), "{bounce:?}");
    }
}
