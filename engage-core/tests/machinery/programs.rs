//! Mails as mail programs write them, in their charsets and ways of quoting: what was written is kept without what it answers,
//! and in its thread; what no person wrote answers nobody. The files are ours, after what those programs send.

use engage_core::mail::{Letter, ReceivedQuery, ReceivedState};

use crate::letters::Site;

macro_rules! mails {
    ($($name:literal: $kept:expr;)*) => { [$(($name, include_bytes!(concat!("mails/programs/", $name, ".eml")).as_slice(), $kept)),*] };
}

/// A fixture as it would come in now.
fn filled(site: &Site, fixture: &[u8]) -> Vec<u8> {
    let mail = site.mailer.mails().pop().unwrap();
    let to = mail.reply_to.map(|to| to.address.to_string()).unwrap_or_default();
    let mut out = Vec::with_capacity(fixture.len() + 200);
    let mut rest = fixture;
    while let Some(at) = rest.iter().position(|byte| *byte == b'@') {
        out.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        let holes = [("@TO@", to.as_str()), ("@PARENT@", &mail.message_id), ("@RETURN@", mail.return_path.as_str())];
        match holes.iter().find(|(hole, _)| rest.starts_with(hole.as_bytes())) {
            Some((hole, value)) => {
                out.extend_from_slice(value.as_bytes());
                rest = &rest[hole.len()..];
            }
            None => {
                out.push(b'@');
                rest = &rest[1..];
            }
        }
    }
    out.extend_from_slice(rest);
    out
}

async fn asked() -> Site {
    let site = Site::new().await;
    site.says("1", "Which cup?").await;
    site.after(11).await;
    site
}

#[tokio::test]
async fn what_people_write_is_kept_without_what_they_answer() {
    let site = asked().await;
    let mails = mails! {
        "gmail-web-en": "Yes, the blue one.\n\nBest,\nAnn";
        "gmail-web-de": "Die blaue, bitte. Grüße";
        "gmail-android-fr": "La bleue, s'il vous plaît.";
        "gmail-web-ja": "青いカップです。\nよろしくお願いします。";
        "outlook-desktop-de": "Guten Tag,\n\ndie blaue fehlt – schon zum zweiten Mal.\n\nMit freundlichen Grüßen\nAnn Beispiel";
        "outlook-desktop-fr": "Bonjour,\n\nla bleue a été oubliée.";
        "outlook-desktop-ja": "お世話になっております。\n青いカップです。";
        "outlook-2010-en": "The blue one.";
        "outlook-web-en": "The blue one, please & thank you.";
        "outlook-ios-en": "The blue one\n\nGet Outlook for iOS<https://aka.ms/o0ukef>";
        "apple-mail-en": "The blue one.";
        "apple-mail-fr": "La bleue, évidemment.";
        "iphone-de": "Die blaue\n\nVon meinem iPhone gesendet";
        "iphone-ja": "青いのです\n\niPhoneから送信";
        "thunderbird-de": "Die blaue für 5 € mehr.";
        "thunderbird-fr": "La bleue.";
        "samsung-en": "The blue one.\n\nSent from my Galaxy";
        "yahoo-en": "The blue one.";
        "proton-en": "The blue one.\n\nSent with Proton Mail secure email.";
        "gmx-de": "Die blaue.";
        // Who answers between the lines, or below, keeps all of it.
        "thunderbird-between": "On 1/5/26 10:00, Acme wrote:\n> Which cup?\nThe blue one.\n> And where to?\nThe old address.";
        "kmail-en": "On Monday, 5 January 2026 10:00:00 CET Acme wrote:\n> Which cup?\n\nThe blue one.";
    };
    let count = mails.len();
    let mut wrong = Vec::new();
    for (name, fixture, kept) in mails {
        let mail = filled(&site, fixture);
        let letter = Letter::read(&mail).unwrap();
        let is_whole = kept.contains("\n> ");
        if letter.text != kept || letter.quoted.is_none() != is_whole {
            wrong.push(format!("{name}: {:?} and {:?}", letter.text, letter.quoted));
        }
        // In its thread, by the address that it came to, or by what it answers.
        let state = site.receives(&mail).await;
        if state != ReceivedState::Claimed {
            wrong.push(format!("{name}: {state:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(site.messages().await.len(), 2 + count);
}

#[tokio::test]
async fn what_no_person_writes_answers_nobody() {
    let site = asked().await;
    for (name, fixture, state) in mails! {
        "list": ReceivedState::Automatic;
        "away-exchange-de": ReceivedState::Automatic;
        "away-vacation-fr": ReceivedState::Automatic;
        "own": ReceivedState::Loop;
        "delayed-postfix": ReceivedState::Automatic;
    } {
        assert_eq!(site.receives(&filled(&site, fixture)).await, state, "{name}");
    }
    assert_eq!(site.messages().await.len(), 2, "none of them speaks");
    assert_eq!(site.mailer.mails().len(), 1, "none of them is answered");
    assert_eq!(site.engage.mail().inbox(&ReceivedQuery::new(10)).await.unwrap().len(), 5, "all of them are kept");
    assert!(site.engage.stores().mail.suppression("ann@example.com").await.unwrap().is_none(), "it is only late");
}

#[tokio::test]
async fn what_comes_back_is_known_whoever_says_so() {
    for (name, fixture, status) in mails! { "bounce-postfix": "5.1.1"; "bounce-exchange": "5.1.10"; } {
        let site = asked().await;
        let mail = filled(&site, fixture);
        let bounce = Letter::read(&mail).unwrap().bounce.unwrap();
        assert_eq!((bounce.recipient.as_str(), bounce.status.as_str()), ("ann@example.com", status), "{name}");
        assert_eq!(bounce.message_id, Some(site.mailer.mails()[0].message_id.clone()), "{name}");
        assert_eq!(site.receives(&mail).await, ReceivedState::Bounce, "{name}");
        assert!(site.engage.stores().mail.suppression("ann@example.com").await.unwrap().is_some(), "{name}");
    }
}
