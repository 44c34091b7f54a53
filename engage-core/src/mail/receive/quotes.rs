//! What somebody wrote, apart from what they answer.

/// The new part of a text, and what was folded away behind it: the quoted mail below an answer, its introduction and marks of
/// mail programs. Who answers between the lines of the quote keeps all of it.
pub(super) fn folded(text: &str) -> (String, Option<String>) {
    let text = text.replace("\r\n", "\n");
    let lines: Vec<&str> = text.lines().collect();
    let Some(cut) = (0..lines.len()).find(|at| begins_quote(&lines[*at..])) else {
        return (text.trim().to_owned(), None);
    };
    // An introduction may take two lines; blank ones and the signature mark before it belong to neither.
    let new = lines[..cut].join("\n").trim().to_owned();
    let old = lines[cut..].join("\n").trim().to_owned();
    if new.is_empty() || says_more(&lines[cut..]) {
        return (text.trim().to_owned(), None);
    }
    (new, Some(old))
}

/// Whether what follows is the mail that is answered.
fn begins_quote(lines: &[&str]) -> bool {
    let [first, rest @ ..] = lines else { return false };
    let line = first.trim();
    let next = rest.iter().map(|line| line.trim()).find(|line| !line.is_empty()).unwrap_or_default();
    if line.starts_with('>') {
        return true;
    }
    let is_rule = line.len() >= 10 && (line.chars().all(|c| c == '_') || line.starts_with("-----"));
    if is_rule && (is_header(next) || line.ends_with("-----") && line.chars().any(char::is_alphabetic)) {
        return true;
    }
    if is_header(line) && rest.iter().take(4).filter(|line| is_header(line.trim())).count() >= 2 {
        return true;
    }
    introduces(line) && (next.starts_with('>') || line.ends_with(':'))
        || introduces(line) && rest.first().is_some_and(|second| second.trim().ends_with(':'))
}

/// `On Monday Ann wrote:` in some languages, on one line or the first of two.
fn introduces(line: &str) -> bool {
    const BEGINS: [&str; 9] = ["On ", "Am ", "Le ", "El ", "Il ", "Op ", "Em ", "W dniu ", "Den "];
    let is_dated = line.chars().any(|c| c.is_ascii_digit());
    let east = line.contains("写道") || line.contains("のメール") || line.contains("كتب");
    // `2026年1月5日(月) 10:00 Acme <re@acme.example>:`
    let named = line.ends_with(">:") && line.contains('<') && line.contains('@');
    (BEGINS.iter().any(|begin| line.starts_with(begin)) || east || named) && is_dated && line.chars().count() <= 200
}

/// A line as Outlook writes above what it quotes.
fn is_header(line: &str) -> bool {
    const NAMES: [&str; 21] = [
        "From",
        "Sent",
        "To",
        "Cc",
        "Subject",
        "Date",
        "Von",
        "Gesendet",
        "An",
        "Betreff",
        "De",
        "Envoyé",
        "À",
        "Objet",
        "Enviado",
        "Para",
        "Asunto",
        "差出人",
        "送信日時",
        "宛先",
        "件名",
    ];
    let name = line.trim_matches('*').split_once([':', '：']).map(|(name, _)| name.trim_matches('*').trim());
    name.is_some_and(|name| NAMES.contains(&name))
}

/// Whether somebody writes on after a quote that is marked by `>`.
fn says_more(lines: &[&str]) -> bool {
    let Some(first) = lines.iter().position(|line| line.trim_start().starts_with('>')) else { return false };
    let after = lines[first..].iter().skip_while(|line| line.trim_start().starts_with('>') || line.trim().is_empty());
    let after = after.take_while(|line| line.trim_end() != "--");
    after.into_iter().any(|line| !line.trim().is_empty() && !line.trim_start().starts_with('>'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_answered_is_folded_away() {
        for (text, new) in [
            ("Yes.\n\nOn Mon, Jan 5, 2026 at 10:00 AM Acme <re@acme.example> wrote:\n> Shall we?\n> Bye", "Yes."),
            ("Ja.\n\nAm 05.01.26 um 10:00 schrieb Acme:\n> Sollen wir?", "Ja."),
            (
                "Oui.\r\n\r\nLe lun. 5 janv. 2026 à 10:00, Acme <re@acme.example> a\r\nécrit :\r\n\r\n> On y va ?",
                "Oui.",
            ),
            ("Sí.\n\nEl lun, 5 ene 2026 a las 10:00, Acme (<re@acme.example>) escribió:\n\n> ¿Vamos?", "Sí."),
            (
                "Yes.\n\n________________________________\nFrom: Acme\nSent: Monday\nTo: Ann\nSubject: x\n\nShall we?",
                "Yes.",
            ),
            ("Yes.\n\n-----Original Message-----\nFrom: Acme\nShall we?", "Yes."),
            ("Yes.\n\nVon: Acme\nGesendet: Montag, 5. Januar 2026\nAn: Ann\nBetreff: x\n\nSollen wir?", "Yes."),
            ("Yes.\n\n> Shall we?", "Yes."),
        ] {
            let (own, quoted) = folded(text);
            assert_eq!(own, new, "{text}");
            assert!(quoted.is_some_and(|quoted| quoted.len() > 5), "{text}");
        }
    }

    #[test]
    fn what_somebody_wrote_stays() {
        for text in [
            "Hello",
            "On 3 items I have a question",
            "From: me\nis no header block",
            "> first?\nYes.\n> second?\nNo.",
            "I agree.\n> second?\nNo.",
            "> only a quote",
            "",
            "-----\nrule",
            "a -- b\n--\nAnn",
        ] {
            assert_eq!(folded(text), (text.trim().to_owned(), None), "{text}");
        }
    }

    proptest! {
        #[test]
        fn nothing_is_lost(text in "(On 1 x wrote:|> |From: |Sent: |To: |-----|____________|\\PC|\n){0,24}") {
            let (new, quoted) = folded(&text);
            let kept: String = new.chars().chain(quoted.unwrap_or_default().chars()).filter(|c| !c.is_whitespace()).collect();
            let all: String = text.chars().filter(|c| !c.is_whitespace()).collect();
            prop_assert_eq!(kept, all);
        }
    }
}
