//! Forms: what is sent, what is held back, and what comes of it.

use std::time::Duration;

use engage_core::chat::{ListQuery, Sight};
use engage_core::forms::{
    Became, Becomes, Field, FieldKind, Form, Protection, Reason, Sending, Submission, SubmissionQuery, SubmissionState,
};
use engage_core::mail::MemoryMailer;
use engage_core::outbox::OutboxMessage;
use engage_core::tickets::Source;
use engage_core::{Actor, Effects, Engage, ErrorKind};
use serde_json::{Value, json};

use crate::support::Site;

fn contact_form() -> Form {
    Form::new("contact", "Write to us")
        .field(Field::new(FieldKind::Text, "name", "Name"))
        .field(Field::new(FieldKind::Email, "email", "E-mail").required())
        .field(Field::new(FieldKind::Multiline, "message", "Message").required())
        .becomes(Becomes::Chat { team: Some("sales".to_owned()) })
        .consent("I agree")
}

fn says(message: &str) -> Sending {
    let Value::Object(answers) = json!({ "name": "Ann", "email": "ann@example.com", "message": message }) else {
        panic!("an object")
    };
    Sending { answers, consent: true, ..Sending::default() }
}

/// A form that was filled in by somebody who takes their time.
async fn filled_in(site: &Site, engage: &Engage, sending: Sending) -> Sending {
    let token = engage.forms().offer("contact").await.unwrap().token;
    site.clock.advance(Duration::from_secs(30));
    Sending { token, ..sending }
}

async fn sent(engage: &Engage) -> Vec<Submission> {
    engage.forms().submissions(&Actor::System, &SubmissionQuery::new(100)).await.unwrap()
}

async fn conversations(engage: &Engage) -> usize {
    engage.relay().drain().await.unwrap();
    engage.chat().list(&ListQuery::new(Sight::All, 100)).await.unwrap().len()
}

fn told(site: &Site) -> usize {
    site.events.events().iter().filter(|event| event.name == "forms.submitted").count()
}

#[tokio::test]
async fn what_is_sent_is_kept_and_becomes_a_conversation_once() {
    let site = Site::new();
    let engage = site.builder().form(contact_form()).without_background_jobs().build().await.unwrap();
    let sending = filled_in(&site, &engage, says("Hello")).await;
    for repeated in [false, true, true] {
        assert_eq!(engage.forms().submit("contact", sending.clone()).await.unwrap().repeated, repeated);
    }
    let kept = sent(&engage).await;
    assert_eq!((kept.len(), kept[0].state, kept[0].repeats), (1, SubmissionState::Inbox, 0));
    assert_eq!(kept[0].consent.as_ref().unwrap().text, "I agree");
    assert_eq!(conversations(&engage).await, 1);
    assert_eq!(told(&site), 1);
    let Some(Became::Chat { conversation }) = sent(&engage).await[0].became else { panic!("a conversation") };
    let begun = engage.chat().list(&ListQuery::new(Sight::All, 1)).await.unwrap().remove(0).conversation;
    assert_eq!((begun.id, begun.team.as_deref()), (conversation, Some("sales")));
    let who = engage.contacts().get(begun.contact).await.unwrap().unwrap();
    assert_eq!((who.name.as_deref(), who.email.as_deref()), (Some("Ann"), Some("ann@example.com")));

    // The same by another form is folded; another text by the same form is told.
    let again = filled_in(&site, &engage, says("Hello")).await;
    assert!(engage.forms().submit("contact", again).await.unwrap().repeated);
    assert_eq!((sent(&engage).await.len(), sent(&engage).await[0].repeats), (1, 1));
    let other = Sending { token: sending.token, ..says("Something else") };
    let refused = engage.forms().submit("contact", other).await.unwrap_err();
    assert_eq!((refused.kind(), refused.code()), (ErrorKind::Conflict, "form_used"));
    assert_eq!(conversations(&engage).await, 1);
}

#[tokio::test]
async fn what_is_sent_becomes_a_ticket_once() {
    let site = Site::new();
    let form = contact_form().becomes(Becomes::Ticket { team: Some("sales".to_owned()) });
    let engage = site.builder().form(form).without_background_jobs().build().await.unwrap();
    let sending = filled_in(&site, &engage, says("Hello")).await;
    for _ in 0..2 {
        engage.forms().submit("contact", sending.clone()).await.unwrap();
        assert_eq!(conversations(&engage).await, 0);
    }
    let Some(Became::Ticket { ticket, number }) = sent(&engage).await[0].became else { panic!("a ticket") };
    let ticket = engage.tickets().snapshot(&Actor::System, ticket).await.unwrap().listed.ticket;
    assert_eq!((ticket.number, ticket.source, ticket.team.as_deref()), (number, Source::Form, Some("sales")));
    assert_eq!(ticket.subject, "Write to us");
    let who = engage.contacts().get(ticket.requester).await.unwrap().unwrap();
    assert_eq!((who.name.as_deref(), who.email.as_deref()), (Some("Ann"), Some("ann@example.com")));

    // As if the process had died before it was noted: the same ticket.
    let before = sent(&engage).await.remove(0);
    let version = before.version + 1;
    let unnoted = Submission { became: None, version, ..before };
    engage.stores().forms.update_submission(&unnoted, &Effects::none()).await.unwrap();
    let promise = json!({ "submission": unnoted.id, "becomes": { "kind": "ticket" }, "title": "Another title" });
    let message =
        OutboxMessage::command(engage.context().ids.next(), engage.context().clock.now(), "forms.deliver", &promise)
            .unwrap();
    engage.stores().mail.promise(&Effects::none().and_send(message)).await.unwrap();
    engage.relay().drain().await.unwrap();
    assert_eq!(sent(&engage).await[0].became, before.became);
}

#[tokio::test]
async fn what_is_suspicious_is_held_back_and_let_through_once() {
    let site = Site::new();
    let engage = site.builder().form(contact_form()).without_background_jobs().build().await.unwrap();
    let trapped = Sending { trap: "x".to_owned(), ..says("Buy") };
    let trapped = filled_in(&site, &engage, trapped).await;
    assert!(!engage.forms().submit("contact", trapped).await.unwrap().repeated, "its sender learns nothing");
    let held = sent(&engage).await.remove(0);
    assert_eq!((held.state, held.reasons.clone()), (SubmissionState::Quarantine, vec![Reason::Trap]));
    assert_eq!((conversations(&engage).await, told(&site)), (0, 0));

    let set = async |state, version| engage.forms().set_state(&Actor::System, held.id, state, version).await;
    assert_eq!(set(SubmissionState::Quarantine, 1).await.unwrap_err().kind(), ErrorKind::Invalid);
    assert_eq!(set(SubmissionState::Inbox, 2).await.unwrap_err().kind(), ErrorKind::Conflict);
    set(SubmissionState::Spam, 1).await.unwrap();
    assert_eq!((conversations(&engage).await, told(&site)), (0, 0));
    set(SubmissionState::Inbox, 2).await.unwrap();
    assert_eq!((conversations(&engage).await, told(&site)), (1, 1));
    let version = sent(&engage).await[0].version;
    set(SubmissionState::Spam, version).await.unwrap();
    set(SubmissionState::Done, version + 1).await.unwrap();
    assert_eq!((conversations(&engage).await, told(&site)), (1, 1), "once is enough");
    assert_eq!(sent(&engage).await[0].reasons, [Reason::Trap], "why it was held back stays known");
}

#[tokio::test]
async fn the_same_twice_is_good_once_it_is_good() {
    let site = Site::new();
    let engage = site.builder().form(contact_form()).without_background_jobs().build().await.unwrap();
    let token = engage.forms().offer("contact").await.unwrap().token;
    engage.forms().submit("contact", Sending { token, ..says("Hello") }).await.unwrap();
    let good = filled_in(&site, &engage, says("Hello")).await;
    engage.forms().submit("contact", good).await.unwrap();
    let states: Vec<_> = sent(&engage).await.into_iter().map(|one| one.state).collect();
    assert_eq!(states, [SubmissionState::Inbox, SubmissionState::Quarantine]);
}

#[tokio::test]
async fn a_token_holds_for_a_day_and_for_its_form() {
    let site = Site::new();
    let mut other = contact_form();
    other.name = "other".to_owned();
    let engage = site.builder().form(contact_form()).form(other).without_background_jobs().build().await.unwrap();
    let refused = async |token: &str| {
        let sending = Sending { token: token.to_owned(), ..says("Hello") };
        engage.forms().submit("contact", sending).await.unwrap_err().code()
    };
    let foreign = engage.forms().offer("other").await.unwrap().token;
    for wrong in ["", "x", &foreign] {
        assert_eq!(refused(wrong).await, "form_expired", "{wrong:?}");
    }
    let token = engage.forms().offer("contact").await.unwrap().token;
    site.clock.advance(Duration::from_secs(24 * 60 * 60));
    assert_eq!(refused(&token).await, "form_expired");
    // Who has filled it in already need not wait with the new one; who makes a token up must.
    for (before, state) in [(token.as_str(), SubmissionState::Inbox), ("x", SubmissionState::Quarantine)] {
        let token = engage.forms().offer_again("contact", before).await.unwrap().token;
        engage.forms().submit("contact", Sending { token, ..says(before) }).await.unwrap();
        assert_eq!(sent(&engage).await[0].state, state, "{before}");
    }
}

#[tokio::test]
async fn one_text_from_many_is_held_back() {
    let site = Site::new();
    let engage = site.builder().form(contact_form()).without_background_jobs().build().await.unwrap();
    let text = "We can bring your site to the first place, write to us today.";
    for turn in 0..3 {
        let mut sending = says(text);
        sending.answers.insert("email".to_owned(), format!("a{turn}@example.com").into());
        let sending = filled_in(&site, &engage, sending).await;
        engage.forms().submit("contact", sending).await.unwrap();
    }
    assert_eq!(sent(&engage).await[0].reasons, [Reason::SameText { others: 2 }]);
}

#[tokio::test]
async fn every_fault_is_told_at_once_and_nothing_is_kept() {
    let site = Site::new();
    let engage = site.builder().form(contact_form()).without_background_jobs().build().await.unwrap();
    let Value::Object(answers) = json!({ "email": "x", "more": 1 }) else { panic!("an object") };
    let sending = filled_in(&site, &engage, Sending { answers, ..Sending::default() }).await;
    let error = engage.forms().submit("contact", sending).await.unwrap_err();
    let pointers: Vec<_> = error.fields().iter().map(|field| field.field.as_str()).collect();
    assert_eq!(pointers, ["/answers/email", "/answers/message", "/answers/more", "/consent"]);
    assert!(sent(&engage).await.is_empty());
}

#[tokio::test]
async fn too_much_from_one_place_is_told_to_wait() {
    let site = Site::new();
    let engage = site.builder().form(contact_form()).without_background_jobs().build().await.unwrap();
    let mut refused = None;
    for turn in 0..100 {
        let sending = Sending { address: Some("192.0.2.1".to_owned()), ..says(&format!("Number {turn}")) };
        let token = engage.forms().offer("contact").await.unwrap().token;
        if let Err(error) = engage.forms().submit("contact", Sending { token, ..sending }).await {
            refused = Some((turn, error));
            break;
        }
    }
    let (turn, error) = refused.expect("a limit");
    assert_eq!((turn, error.kind()), (60, ErrorKind::RateLimited));
    site.clock.advance(error.retry_after().expect("a time"));
    let sending = Sending { address: Some("192.0.2.1".to_owned()), ..says("Later") };
    let token = engage.forms().offer("contact").await.unwrap().token;
    engage.forms().submit("contact", Sending { token, ..sending }).await.unwrap();
}

#[tokio::test]
async fn a_form_of_the_code_is_not_changed_in_the_panel() {
    let site = Site::new();
    let engage = site.builder().form(contact_form()).without_background_jobs().build().await.unwrap();
    let refused = engage.forms().put(&Actor::System, contact_form(), 0).await.unwrap_err();
    assert_eq!(refused.code(), "defined_in_code");
    assert_eq!(engage.forms().delete(&Actor::System, "contact").await.unwrap_err().code(), "defined_in_code");
    let wrong = Form::new("A b", "");
    let error = site.builder().form(wrong).form(contact_form()).form(contact_form()).build().await.unwrap_err();
    assert!(error.problems().iter().any(|problem| problem.contains("/name")), "{error}");
    assert!(error.problems().iter().any(|problem| problem.contains("two forms")), "{error}");
}

#[tokio::test]
async fn an_export_has_all_of_it_in_pages() {
    use engage_core::forms::ExportFormat;
    let site = Site::new();
    let form = contact_form().becomes(Becomes::Nothing).protection(Protection::default());
    let engage = site.builder().form(form).without_rate_limits().without_background_jobs().build().await.unwrap();
    for turn in 0..450 {
        let sending = filled_in(&site, &engage, says(&format!("=cmd|{turn}"))).await;
        engage.forms().submit("contact", sending).await.unwrap();
    }
    let export = async |format| {
        let mut query = SubmissionQuery::new(1);
        query.form = Some("contact".to_owned());
        let mut export = engage.forms().export(&Actor::System, format, query).await.unwrap();
        let mut pieces = Vec::new();
        while let Some(piece) = export.next().await.unwrap() {
            pieces.push(piece);
        }
        pieces
    };
    let csv = export(ExportFormat::Csv).await;
    assert_eq!(csv.len(), 3);
    let csv = csv.concat();
    assert_eq!(csv.lines().count(), 451);
    assert!(csv.contains("\"'=cmd|449\"") && !csv.contains("\"=cmd"));
    let all: Vec<Value> = serde_json::from_str(&export(ExportFormat::Json).await.concat()).unwrap();
    assert_eq!((all.len(), &all[449]["answers"][2]["value"]), (450, &json!("=cmd|0")));
}

#[tokio::test]
async fn what_has_had_its_time_goes() {
    let site = Site::new();
    let engage = site.builder().form(contact_form().retention_days(1)).build().await.unwrap();
    let sending = filled_in(&site, &engage, says("Hello")).await;
    engage.forms().submit("contact", sending).await.unwrap();
    let kept = sent(&engage).await.remove(0);
    assert_eq!(kept.expires_at - kept.created_at, chrono::TimeDelta::days(1));
}

#[tokio::test]
async fn mails_go_to_the_forms_recipients_and_say_little_to_a_typed_address() {
    let (site, mailer) = (Site::new(), MemoryMailer::default());
    let form = contact_form().becomes(Becomes::Nothing).notify("desk@acme.example").confirm();
    let builder = site.builder().form(form).mailer(mailer.clone());
    let engage = builder.without_background_jobs().build().await.unwrap();
    let mails = async || {
        // The first keeps what was promised with the submission, the second what that promises.
        for _ in 0..2 {
            engage.relay().drain().await.unwrap();
        }
        let all = mailer.mails();
        let to = |address: &str| all.iter().filter(|mail| mail.to.address.as_str() == address).count();
        (to("desk@acme.example"), to("ann@example.com"))
    };
    for turn in 0..4 {
        let sending = filled_in(&site, &engage, says(&format!("secret {turn}"))).await;
        engage.forms().submit("contact", sending.clone()).await.unwrap();
        engage.forms().submit("contact", sending).await.unwrap();
    }
    assert_eq!(mails().await, (4, 2), "one notice each, and two confirmations a day");
    for mail in mailer.mails() {
        let is_notice = mail.to.address.as_str() == "desk@acme.example";
        assert_eq!(mail.text.contains("secret"), is_notice, "{}", mail.text);
        assert_eq!(mail.reply_to.is_some_and(|to| to.address.as_str() == "ann@example.com"), is_notice);
    }
    let held = filled_in(&site, &engage, Sending { trap: "x".to_owned(), ..says("held") }).await;
    engage.forms().submit("contact", held).await.unwrap();
    assert_eq!(mails().await, (4, 2), "of what is held back nobody is told");
    let held = sent(&engage).await.remove(0);
    engage.forms().set_state(&Actor::System, held.id, SubmissionState::Inbox, held.version).await.unwrap();
    assert_eq!(mails().await, (5, 2), "let through, it is told as it would have been");
}
