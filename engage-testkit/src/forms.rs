//! The rules of a [`FormStore`].

use engage_core::forms::FormStore;

use crate::World;

suite! { $
    /// One test for each rule of a store of forms; takes what a [`World`](crate::World) is made of.
    form_store_conformance, forms, World<dyn FormStore> {
        defining: [
            a_form_is_found_as_it_was_defined,
            a_change_expects_the_version_before,
            a_form_is_removed_once,
        ],
        sending: [
            a_submission_is_found_as_it_was_kept,
            a_nonce_brings_one_submission,
            the_same_is_folded_until_its_time,
            what_was_folded_into_and_removed_is_kept_anew,
            of_many_at_once_one_is_new,
            effects_commit_with_what_is_new_alone,
        ],
        keeping: [
            pages_come_newest_first_by_form_and_state,
            a_changed_submission_expects_the_version_before,
            a_submission_is_removed_once,
            the_same_text_is_counted_since,
            what_has_had_its_time_is_deleted,
        ],
    }
}

use engage_core::Effects;
use engage_core::forms::{
    Answer, Consent, Field, FieldKind, Form, KnownForm, Reason, Submission, SubmissionState, Submit, Submitted,
};
use serde_json::json;

use crate::world::drain;

type Forms = World<dyn FormStore>;

mod defining {
    use engage_core::ErrorKind;

    use super::*;

    /// Everything comes back, in the order of the names.
    pub async fn a_form_is_found_as_it_was_defined(world: Forms) {
        let (two, one) = (form(&world, "two", 1), form(&world, "one", 1));
        for form in [&two, &one] {
            world.store.put_form(form, &Effects::none()).await.unwrap();
        }
        assert_eq!(world.store.form("one").await.unwrap(), Some(one.clone()));
        assert_eq!(world.store.form("none").await.unwrap(), None);
        assert_eq!(world.store.forms().await.unwrap(), [one, two]);
    }

    /// One that saw an older version is refused and changes nothing.
    pub async fn a_change_expects_the_version_before(world: Forms) {
        let put = async |version| {
            let promise = Effects::none().and_send(world.promise());
            world.store.put_form(&form(&world, "one", version), &promise).await
        };
        assert_eq!(put(2).await.unwrap_err().kind(), ErrorKind::Conflict);
        assert!(world.store.forms().await.unwrap().is_empty());
        put(1).await.unwrap();
        put(2).await.unwrap();
        assert_eq!(put(1).await.unwrap_err().code(), "name_taken");
        for version in [2, 4, 0] {
            let refused = put(version).await.unwrap_err();
            assert_eq!((refused.kind(), refused.code()), (ErrorKind::Conflict, "conflict"), "{version}");
        }
        assert_eq!(world.store.form("one").await.unwrap().unwrap().version, 2);
        assert_eq!(drain(&*world.store.outbox(), world.now()).await.len(), 2);
    }

    /// The second time it is not there. What was sent by it stays.
    pub async fn a_form_is_removed_once(world: Forms) {
        world.store.put_form(&form(&world, "one", 1), &Effects::none()).await.unwrap();
        let sent = submit(&world, 1, 1);
        world.store.submit(&sent).await.unwrap();
        let gone = async || {
            let promise = Effects::none().and_send(world.promise());
            world.store.delete_form("one", &promise).await.unwrap()
        };
        assert!(gone().await && !gone().await);
        assert_eq!(drain(&*world.store.outbox(), world.now()).await.len(), 1);
        assert_eq!(world.store.submission(sent.submission.id).await.unwrap(), Some(sent.submission));
        world.store.put_form(&form(&world, "one", 1), &Effects::none()).await.unwrap();
    }
}

mod sending {
    use engage_core::forms::SubmissionQuery;
    use tokio::task::JoinSet;

    use super::*;

    /// Every field comes back.
    pub async fn a_submission_is_found_as_it_was_kept(world: Forms) {
        for (turn, text) in (0..).zip(crate::hostile::texts()) {
            let mut sent = submit(&world, turn, turn);
            let one = &mut sent.submission;
            one.answers.push(Answer { name: "text".to_owned(), label: text.clone(), value: text.clone().into() });
            one.reasons = vec![Reason::Word { word: text.chars().take(50).collect() }, Reason::Trap];
            (one.page, one.locale) = (Some("https://a.example/b".to_owned()), Some("de".to_owned()));
            one.contact = Some(world.id());
            let consent = Consent { version: "0".repeat(64), text, at: world.now() };
            one.consent = Some(consent);
            assert_eq!(world.store.submit(&sent).await.unwrap(), Submitted::New);
            assert_eq!(world.store.submission(sent.submission.id).await.unwrap(), Some(sent.submission));
        }
        assert_eq!(world.store.submission(world.id()).await.unwrap(), None);
    }

    /// The same content replays, another is told; neither changes anything.
    pub async fn a_nonce_brings_one_submission(world: Forms) {
        let first = submit(&world, 1, 1);
        assert_eq!(world.store.submit(&first).await.unwrap(), Submitted::New);
        assert_eq!(world.store.submit(&submit(&world, 1, 1)).await.unwrap(), Submitted::Replayed);
        assert_eq!(world.store.submit(&submit(&world, 1, 2)).await.unwrap(), Submitted::Reused);
        let kept = world.store.submissions(&SubmissionQuery::new(10)).await.unwrap();
        assert_eq!(kept, std::slice::from_ref(&first.submission));
        world.store.delete_submission(first.submission.id, &Effects::none()).await.unwrap();
        assert_eq!(world.store.submit(&submit(&world, 1, 1)).await.unwrap(), Submitted::Replayed);
    }

    /// It counts one repeat more for each form that brings it; afterwards it is new.
    pub async fn the_same_is_folded_until_its_time(world: Forms) {
        let mut first = submit(&world, 1, 1);
        let until = first.submission.created_at + chrono::TimeDelta::hours(1);
        first.same_until = until;
        world.store.submit(&first).await.unwrap();
        let second = submit(&world, 2, 1);
        assert_eq!(world.store.submit(&second).await.unwrap(), Submitted::Folded);
        assert_eq!(world.store.submit(&second).await.unwrap(), Submitted::Replayed, "its nonce is known too");
        let kept = world.store.submission(first.submission.id).await.unwrap().unwrap();
        assert_eq!((kept.repeats, kept.version, kept.updated_at), (1, 2, second.submission.created_at));
        assert_eq!(world.store.submission(second.submission.id).await.unwrap(), None);
        let mut later = submit(&world, 3, 1);
        later.submission.created_at = until;
        assert_eq!(world.store.submit(&later).await.unwrap(), Submitted::New);
        let mut folded = submit(&world, 4, 1);
        folded.submission.created_at = until;
        assert_eq!(world.store.submit(&folded).await.unwrap(), Submitted::Folded);
        assert_eq!(world.store.submission(later.submission.id).await.unwrap().unwrap().repeats, 1);
    }

    /// Nothing that was sent is counted where nobody finds it.
    pub async fn what_was_folded_into_and_removed_is_kept_anew(world: Forms) {
        let first = submit(&world, 1, 1);
        world.store.submit(&first).await.unwrap();
        world.store.delete_submission(first.submission.id, &Effects::none()).await.unwrap();
        let second = submit(&world, 2, 1);
        assert_eq!(world.store.submit(&second).await.unwrap(), Submitted::New);
        assert_eq!(world.store.submit(&submit(&world, 3, 1)).await.unwrap(), Submitted::Folded);
        assert_eq!(world.store.submission(second.submission.id).await.unwrap().unwrap().repeats, 1);
    }

    /// A double click, and a form that is open twice.
    pub async fn of_many_at_once_one_is_new(world: Forms) {
        let mut senders = JoinSet::new();
        for turn in 0..24 {
            // Eight forms, each sent three times.
            let (world, sent) = (world.clone(), submit(&world, turn % 8, 1));
            senders.spawn(async move { world.store.submit(&sent).await.unwrap() });
        }
        let outcomes = senders.join_all().await;
        let count = |outcome| outcomes.iter().filter(|one| **one == outcome).count();
        assert_eq!((count(Submitted::New), count(Submitted::Folded), count(Submitted::Replayed)), (1, 7, 16));
        let kept = world.store.submissions(&SubmissionQuery::new(10)).await.unwrap();
        assert_eq!(kept.iter().map(|one| one.repeats).collect::<Vec<_>>(), [7]);
    }

    /// A replay and a repeat promise nothing; an effect that cannot be written keeps nothing.
    pub async fn effects_commit_with_what_is_new_alone(world: Forms) {
        let promise = Effects::none().and_send(world.promise());
        let sending = |nonce, effects: &Effects| {
            let mut sent = submit(&world, nonce, nonce);
            sent.effects = effects.clone();
            sent
        };
        let first = sending(1, &promise);
        world.store.submit(&first).await.unwrap();
        assert_eq!(world.store.submit(&first).await.unwrap(), Submitted::Replayed);
        let mut folded = sending(2, &promise);
        (folded.content, folded.same) = (first.content, first.same);
        assert_eq!(world.store.submit(&folded).await.unwrap(), Submitted::Folded);
        let refused = sending(3, &promise);
        world.store.submit(&refused).await.unwrap_err();
        assert_eq!(world.store.submission(refused.submission.id).await.unwrap(), None);
        let again = sending(3, &Effects::none());
        assert_eq!(world.store.submit(&again).await.unwrap(), Submitted::New, "what was refused left no mark");
        assert_eq!(drain(&*world.store.outbox(), world.now()).await.len(), 1);
    }
}

mod keeping {
    use engage_core::ErrorKind;
    use engage_core::forms::{Became, SubmissionQuery};
    use engage_core::ids::SubmissionId;

    use super::*;

    /// Each filter alone and both, from a place on.
    pub async fn pages_come_newest_first_by_form_and_state(world: Forms) {
        let mut ids: Vec<SubmissionId> = Vec::new();
        for turn in 0..8 {
            let mut sent = submit(&world, turn, turn);
            sent.submission.form = if turn % 2 == 0 { "even" } else { "odd" }.to_owned();
            sent.submission.state = if turn < 4 { SubmissionState::Inbox } else { SubmissionState::Quarantine };
            world.store.submit(&sent).await.unwrap();
            ids.push(sent.submission.id);
        }
        let page = async |form: Option<&str>, state, before: Option<usize>, limit| {
            let mut query = SubmissionQuery::new(limit);
            (query.form, query.state, query.before) = (form.map(str::to_owned), state, before.map(|turn| ids[turn]));
            let found = world.store.submissions(&query).await.unwrap();
            found.iter().map(|one| ids.iter().position(|id| *id == one.id).unwrap()).collect::<Vec<_>>()
        };
        let (inbox, held) = (Some(SubmissionState::Inbox), Some(SubmissionState::Quarantine));
        assert_eq!(page(None, None, None, 3).await, [7, 6, 5]);
        assert_eq!(page(None, None, Some(5), 3).await, [4, 3, 2]);
        assert_eq!(page(Some("odd"), None, None, 9).await, [7, 5, 3, 1]);
        assert_eq!(page(None, inbox, None, 9).await, [3, 2, 1, 0]);
        assert_eq!(page(Some("even"), held, None, 9).await, [6, 4]);
        assert_eq!(page(Some("even"), inbox, Some(2), 9).await, [0]);
        assert!(page(Some("none"), None, None, 9).await.is_empty());
        assert!(page(None, Some(SubmissionState::Done), None, 9).await.is_empty());
    }

    /// What was seen older is refused and changes nothing; what was sent never changes.
    pub async fn a_changed_submission_expects_the_version_before(world: Forms) {
        let sent = submit(&world, 1, 1);
        world.store.submit(&sent).await.unwrap();
        let became = Some(Became::Chat { conversation: world.id() });
        let (state, told, updated_at) = (SubmissionState::Done, false, world.now());
        let next = Submission { state, became, told, version: 2, updated_at, ..sent.submission.clone() };
        world.store.update_submission(&next, &Effects::none()).await.unwrap();
        for version in [1, 2, 4, 0] {
            let stale = Submission { version, ..sent.submission.clone() };
            let promise = Effects::none().and_send(world.promise());
            let refused = world.store.update_submission(&stale, &promise).await.unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::Conflict);
        }
        assert_eq!(world.store.submission(next.id).await.unwrap(), Some(next));
        assert!(drain(&*world.store.outbox(), world.now()).await.is_empty());
    }

    /// The second time it is not there.
    pub async fn a_submission_is_removed_once(world: Forms) {
        let sent = submit(&world, 1, 1);
        world.store.submit(&sent).await.unwrap();
        let gone = async || {
            let promise = Effects::none().and_send(world.promise());
            world.store.delete_submission(sent.submission.id, &promise).await.unwrap()
        };
        assert!(gone().await && !gone().await);
        assert_eq!(drain(&*world.store.outbox(), world.now()).await.len(), 1);
    }

    /// Others' texts do not count, nor what came before.
    pub async fn the_same_text_is_counted_since(world: Forms) {
        let mut times = Vec::new();
        for turn in 0..12 {
            let mut sent = submit(&world, turn, turn);
            sent.text = Some([u8::from(turn == 5); 32]);
            world.store.submit(&sent).await.unwrap();
            times.push(sent.submission.created_at);
        }
        world.store.submit(&submit(&world, 90, 90)).await.unwrap();
        let count = async |text, since: usize| world.store.same_text(&[text; 32], times[since]).await.unwrap();
        assert_eq!((count(0, 9).await, count(0, 4).await, count(0, 0).await), (3, 7, 10));
        assert_eq!((count(1, 0).await, count(1, 6).await, count(2, 0).await), (1, 0, 0));
    }

    /// Of submissions a few at a time, of what tells them apart as well.
    pub async fn what_has_had_its_time_is_deleted(world: Forms) {
        let mut all = Vec::new();
        for turn in 0..4 {
            let mut sent = submit(&world, turn, turn);
            let days = chrono::TimeDelta::days(if turn < 3 { 1 } else { 2 });
            sent.submission.expires_at = sent.submission.created_at + days;
            world.store.submit(&sent).await.unwrap();
            all.push(sent);
        }
        let at = |turn: usize| all[turn].submission.expires_at;
        let before = at(0) - chrono::TimeDelta::microseconds(1);
        assert_eq!(world.store.prune(before, 10).await.unwrap(), 0);
        assert_eq!(world.store.submit(&all[0]).await.unwrap(), Submitted::Replayed);
        assert_eq!(world.store.prune(at(2), 2).await.unwrap(), 2);
        assert_eq!(world.store.prune(at(2), 2).await.unwrap(), 1);
        assert_eq!(world.store.prune(at(2), 2).await.unwrap(), 0);
        assert_eq!(world.store.submissions(&SubmissionQuery::new(9)).await.unwrap().len(), 1);
        assert_eq!(world.store.submit(&all[0]).await.unwrap(), Submitted::New, "nothing is known of it any more");
    }
}

fn form(world: &Forms, name: &str, version: i64) -> KnownForm {
    let form = Form::new(name, "'; DROP TABLE engage_forms; -- 🦀")
        .field(Field::new(FieldKind::Text, "name", "<b>Name</b>").required().max_length(20))
        .field(Field::new(FieldKind::Several, "some", "Some").choices(["a", "b"]))
        .field(Field::new(FieldKind::Number, "guests", "Guests").between(0.5, 10.0).when("some", ["a"]))
        .consent("I agree");
    KnownForm { form, version, updated_at: Some(world.now()) }
}

fn submit(world: &Forms, nonce: u8, content: u8) -> Submit {
    let now = world.now();
    let answer = |name: &str, value| Answer { name: name.to_owned(), label: "Label".to_owned(), value };
    let submission = Submission {
        id: world.id(),
        form: "one".to_owned(),
        form_version: 1,
        state: SubmissionState::Inbox,
        answers: vec![
            answer("name", json!("Ann")),
            answer("some", json!(["a", "b"])),
            answer("guests", json!(2.5)),
            answer("terms", json!(true)),
        ],
        contact: None,
        email: Some("ann@example.com".to_owned()),
        consent: None,
        page: None,
        locale: None,
        reasons: Vec::new(),
        repeats: 0,
        became: None,
        told: true,
        version: 1,
        created_at: now,
        updated_at: now,
        expires_at: now + chrono::TimeDelta::days(30),
    };
    Submit::new(submission, [nonce; 32], [content; 32])
}
