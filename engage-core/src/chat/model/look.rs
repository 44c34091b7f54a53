//! How a site's chat looks, and what it says in place of engage's own words.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::text::checked_text;
use crate::error::{Error, Result};

/// How long the launcher's name and the panel's heading may be, in characters.
const NAME_CHARS: usize = 60;
/// How many languages may have texts of their own, how long a text may be in characters, and how long all of them in bytes: they
/// travel with the launcher.
const LOCALES: usize = 30;
const TEXT_CHARS: usize = 500;
const TEXTS_BYTES: usize = 16_384;

/// How the launcher and the panel look. What a page says itself, by attributes of the tag or by CSS, goes before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Look {
    /// The colour of the site; `None`: engage's own.
    pub accent: Option<Accent>,
    /// Light, dark, or as the visitor's device has it.
    pub theme: Theme,
    /// In which corner of the page it stands.
    pub position: Corner,
    /// What is drawn on the launcher.
    pub icon: LauncherIcon,
    /// The launcher's name in every language, at most 60 characters; empty: engage's own, in the language of the page.
    pub label: String,
    /// What stands above a conversation that nobody has taken, at most 60 characters; empty: the site's name.
    pub title: String,
    /// Whether the pictures beside messages and in the heading are shown.
    pub avatars: bool,
}

/// One colour on light ground, and its like on dark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accent {
    /// As `#rrggbb`.
    pub light: String,
    /// As `#rrggbb`.
    pub dark: String,
}

/// Which theme is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the visitor's device has it.
    #[default]
    Auto,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// Where text begins or ends, so that it fits languages of both directions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Corner {
    /// Bottom, where lines end.
    #[default]
    End,
    /// Bottom, where lines begin.
    Start,
}

/// What is drawn on the launcher.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LauncherIcon {
    /// A speech bubble.
    #[default]
    Chat,
    /// A question mark.
    Question,
    /// A letter.
    Mail,
    /// A face that smiles.
    Smile,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            accent: None,
            theme: Theme::default(),
            position: Corner::default(),
            icon: LauncherIcon::default(),
            label: String::new(),
            title: String::new(),
            avatars: true,
        }
    }
}

/// The texts of a site in place of engage's own: by language, then by the text's name.
pub type Texts = BTreeMap<String, BTreeMap<String, Words>>;

/// A text, or one for each case: a value, a plural category or `other`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Words {
    /// The same in every case.
    One(String),
    /// By case.
    Cases(BTreeMap<String, String>),
}

/// Checks how a site wants its chat to look.
///
/// # Errors
/// `Invalid` below `/value`; `contrast` for a colour in which text could not be read.
pub(crate) fn check_look(look: &Look) -> Result<()> {
    for (at, name) in [("/value/label", &look.label), ("/value/title", &look.title)] {
        if !name.is_empty() {
            checked_text(at, name, NAME_CHARS)?;
        }
    }
    let Some(Accent { light, dark }) = &look.accent else { return Ok(()) };
    for (at, colour, grounds) in [("/value/accent/light", light, LIGHT), ("/value/accent/dark", dark, DARK)] {
        let colour = rgb(colour).ok_or_else(|| Error::invalid(at, "format", "a colour as #rrggbb"))?;
        let is = grounds.contrast(colour);
        if is < LEAST_CONTRAST {
            let detail = format!("{is:.1}:1 to the ground it stands on, and text needs {LEAST_CONTRAST}:1");
            return Err(Error::invalid(at, "contrast", detail));
        }
    }
    Ok(())
}

/// Checks the texts of a site's own.
///
/// # Errors
/// `Invalid` below `/value`.
pub(crate) fn check_texts(texts: &Texts) -> Result<()> {
    if texts.len() > LOCALES {
        return Err(Error::invalid("/value", "too_many", format!("at most {LOCALES} languages")));
    }
    let mut bytes = 0;
    for (locale, texts) in texts {
        let at = format!("/value/{}", escaped(locale));
        let is_tag = locale.len() <= 35 && locale.split('-').all(|part| is_word(part, 8));
        if !is_tag {
            return Err(Error::invalid(&at, "format", "a language, as en or pt-br"));
        }
        for (name, words) in texts {
            let at = format!("{at}/{}", escaped(name));
            if !is_word(name, 64) {
                return Err(Error::invalid(&at, "format", "the name of a text is 1 to 64 letters and digits"));
            }
            let cases: Vec<(&str, &String)> = match words {
                Words::One(text) => vec![("", text)],
                Words::Cases(cases) => cases.iter().map(|(case, text)| (case.as_str(), text)).collect(),
            };
            for (case, text) in cases {
                if case.chars().count() > 64 || case.starts_with('_') || case.chars().any(char::is_control) {
                    return Err(Error::invalid(&at, "format", "a case is at most 64 characters"));
                }
                checked_text(&at, text, TEXT_CHARS)?;
                bytes += name.len() + case.len() + text.len();
            }
        }
    }
    if bytes > TEXTS_BYTES {
        return Err(Error::invalid("/value", "too_long", format!("at most {TEXTS_BYTES} bytes together")));
    }
    Ok(())
}

fn is_word(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// What WCAG 2.2 AA asks of text.
const LEAST_CONTRAST: f64 = 4.5;
/// How much of the accent is in the ground of what is one's own, in percent.
const TINT: f64 = 8.0;

/// What an accent is written on: the tokens `bg` and `bubble` of the design, and its own tint of the first.
#[derive(Clone, Copy)]
struct Grounds {
    bg: [u8; 3],
    bubble: [u8; 3],
}

const LIGHT: Grounds = Grounds { bg: [0xfe, 0xfe, 0xfc], bubble: [0xf0, 0xf1, 0xec] };
const DARK: Grounds = Grounds { bg: [0x14, 0x18, 0x16], bubble: [0x23, 0x2a, 0x26] };

impl Grounds {
    /// The least contrast to any of them, 1 to 21.
    fn contrast(self, colour: [u8; 3]) -> f64 {
        let mixed = |at: usize| (f64::from(colour[at]) * TINT + f64::from(self.bg[at]) * (100.0 - TINT)) / 100.0;
        let tint = [mixed(0), mixed(1), mixed(2)];
        let own = luminance(colour.map(f64::from));
        [tint, self.bubble.map(f64::from)].map(|ground| ratio(own, luminance(ground))).into_iter().fold(21.0, f64::min)
    }
}

fn rgb(text: &str) -> Option<[u8; 3]> {
    let digits =
        text.strip_prefix('#').filter(|rest| rest.len() == 6 && rest.bytes().all(|b| b.is_ascii_hexdigit()))?;
    let number = u32::from_str_radix(digits, 16).ok()?;
    let [_, red, green, blue] = number.to_be_bytes();
    Some([red, green, blue])
}

/// WCAG 2.2, "relative luminance" and "contrast ratio".
fn luminance(colour: [f64; 3]) -> f64 {
    let [red, green, blue] = colour
        .map(|part| part / 255.0)
        .map(|part| if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn ratio(a: f64, b: f64) -> f64 {
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn look(value: Value) -> Result<()> {
        check_look(&serde_json::from_value::<Look>(value).unwrap())
    }

    fn texts(value: Value) -> Result<()> {
        check_texts(&serde_json::from_value::<Texts>(value).unwrap())
    }

    fn accent(light: &str, dark: &str) -> Value {
        json!({ "accent": { "light": light, "dark": dark } })
    }

    #[test]
    fn a_look_says_only_what_is_other() {
        look(json!({})).unwrap();
        look(accent("#1b6a55", "#74d0b3")).unwrap();
        look(accent("#1D4ED8", "#93c5fd")).unwrap();
        look(json!({ "theme": "dark", "position": "start", "icon": "mail", "label": "Hi", "title": "ACME", "avatars": false }))
            .unwrap();
        for unknown in [json!({ "theme": "pink" }), json!({ "colour": "#fff" }), json!({ "accent": "#ffffff" })] {
            assert!(serde_json::from_value::<Look>(unknown).is_err());
        }
    }

    #[test]
    fn a_colour_that_cannot_be_read_is_refused() {
        for (light, dark, at, code) in [
            ("#f5c400", "#f5c400", "light", "contrast"),
            ("#1b6a55", "#1b6a55", "dark", "contrast"),
            ("#ffffff", "#ffffff", "light", "contrast"),
            ("red", "#ffffff", "light", "format"),
            ("#fff", "#ffffff", "light", "format"),
            ("#000000", "#ffffff;}", "dark", "format"),
            ("#000000", "#ffé00", "dark", "format"),
            ("#+12345", "#ffffff", "light", "format"),
        ] {
            let error = look(accent(light, dark)).unwrap_err();
            let fault = &error.fields()[0];
            assert_eq!((fault.field.as_str(), fault.code), (&*format!("/value/accent/{at}"), code), "{light} {dark}");
        }
    }

    #[test]
    fn contrast_is_as_wcag_has_it() {
        assert!((ratio(luminance([0.0; 3]), luminance([255.0; 3])) - 21.0).abs() < 1e-9);
        let grey = luminance(rgb("#767676").unwrap().map(f64::from));
        assert!((ratio(grey, 1.0) - 4.54).abs() < 0.01);
    }

    #[test]
    fn names_are_short_and_readable() {
        for (member, value) in
            [("label", json!("x".repeat(61))), ("title", json!("a\u{0}")), ("title", json!("\u{202E}"))]
        {
            let error = look(json!({ member: value })).unwrap_err();
            assert_eq!(error.fields()[0].field, format!("/value/{member}"));
        }
    }

    #[test]
    fn texts_are_bounded_and_their_names_are_names() {
        texts(json!({ "de": { "write": "Ihre Nachricht", "unread": { "one": "# neu", "other": "# neue" } }, "pt-br": {} }))
            .unwrap();
        for (value, field) in [
            (json!({ "": {} }), "/value/"),
            (json!({ "__proto__": {} }), "/value/__proto__"),
            (json!({ "a/b": {} }), "/value/a~1b"),
            (json!({ "de": { "__proto__": "x" } }), "/value/de/__proto__"),
            (json!({ "de": { "write": " " } }), "/value/de/write"),
            (json!({ "de": { "write": "x".repeat(501) } }), "/value/de/write"),
            (json!({ "de": { "unread": { "one": "\u{0}" } } }), "/value/de/unread"),
            (json!({ "de": { "unread": { "__proto__": "x" } } }), "/value/de/unread"),
        ] {
            assert_eq!(texts(value.clone()).unwrap_err().fields()[0].field, field, "{value}");
        }
        let many: Value = (0..40).map(|n| (format!("t{n}"), json!("x".repeat(500)))).collect();
        assert_eq!(texts(json!({ "de": many })).unwrap_err().fields()[0].code, "too_long");
        let many: Value = (0..31).map(|n| (format!("a{n}"), json!({}))).collect();
        assert_eq!(texts(many).unwrap_err().fields()[0].code, "too_many");
    }
}
