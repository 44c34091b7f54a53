//! The rules of a [`MailStore`].

use engage_core::mail::MailStore;

use crate::World;

suite! { $
    /// One test for each rule of a store of mail; takes what a [`World`](crate::World) is made of.
    mail_store_conformance, mail, World<dyn MailStore> {
        a_record_is_found_as_it_was_kept,
        an_attempt_goes_on_with_the_first_mail,
        what_is_done_is_not_begun_again,
        only_the_newest_attempt_is_settled,
        racing_attempts_are_told_apart,
        a_message_id_is_one_mails,
        what_is_not_certain_stays_so,
        a_refused_mail_is_sent_again_with_effects,
        the_ledger_is_listed_by_state_and_recipient,
        a_thread_is_that_of_its_recipient,
        an_automatic_answer_counts_for_a_while,
        what_is_done_is_pruned_and_the_rest_stays,
        an_address_is_suppressed_once,
        suppressions_come_in_order_by_prefix_and_page,
        versions_of_a_template_follow_each_other,
        the_newest_hundred_versions_stay,
        effects_by_themselves_are_all_or_nothing,
        a_thread_is_told_of_once,
        what_came_in_is_kept_once,
        what_came_in_is_listed_settled_and_pruned,
    }
}

mod rules {
    use engage_core::clock::Timestamp;
    use engage_core::ids::OutboxId;
    use engage_core::mail::template::{StoredTemplate, TemplateText};
    use engage_core::mail::{
        Address, Attachment, Automatic, Begun, Mail, MailQuery, MailRecord, MailState, MailStore, Mailbox, Received,
        ReceivedQuery, ReceivedState, Settled, Suppression, SuppressionQuery, SuppressionReason, Thread,
    };
    use engage_core::{AgentRef, Effects, ErrorKind};

    use crate::world::{World, drain};

    type Mails = World<dyn MailStore>;

    fn mail(world: &Mails, to: &str) -> Mail {
        let address = |text: &str| Address::checked("/to", text).unwrap();
        let id: OutboxId = world.id();
        let mut mail = Mail::new(
            id,
            world.now(),
            Mailbox::new(None, address("noreply@acme.example")),
            Mailbox::new(Some("Ann"), address(to)),
        );
        (mail.subject, mail.text, mail.html) = ("About".to_owned(), "Text".to_owned(), "<p>Text</p>".to_owned());
        mail
    }

    fn record(world: &Mails, to: &str) -> MailRecord {
        MailRecord::fresh("mail.test", None, mail(world, to))
    }

    async fn begin(world: &Mails, record: &MailRecord) -> Option<MailRecord> {
        match world.store.begin(record).await.unwrap() {
            Begun::Attempt(record) => Some(*record),
            Begun::Done => None,
        }
    }

    fn settled(world: &Mails, state: MailState) -> Settled {
        Settled::new(state, world.now())
    }

    async fn keep(world: &Mails, record: &MailRecord, state: MailState) {
        begin(world, record).await.unwrap();
        assert!(world.store.settle(record.id, 1, &settled(world, state)).await.unwrap());
    }

    /// Every field comes back, whatever the texts.
    pub async fn a_record_is_found_as_it_was_kept(world: Mails) {
        for text in crate::hostile::texts() {
            let mut own = mail(&world, "ann@example.com");
            (own.text, own.html) = (text.clone(), text.clone());
            own.attachments = vec![Attachment::new(&text, "text/plain", text.clone().into_bytes())];
            own.list_unsubscribe = Some("https://acme.example/u".to_owned());
            let thread = Thread::new("chat", world.id::<OutboxId>().0).unwrap();
            let own = MailRecord::fresh("mail.test", Some(thread), own);
            assert_eq!(begin(&world, &own).await.as_ref(), Some(&own));
            assert_eq!(world.store.get(own.id).await.unwrap().as_ref(), Some(&own));
            assert_eq!(world.store.by_message_id(&own.message_id).await.unwrap(), Some(own));
        }
        assert_eq!(world.store.get(world.id()).await.unwrap(), None);
        assert_eq!(world.store.by_message_id("nobody@example.com").await.unwrap(), None);
    }

    /// Whatever the second caller brings.
    pub async fn an_attempt_goes_on_with_the_first_mail(world: Mails) {
        let own = record(&world, "ann@example.com");
        begin(&world, &own).await.unwrap();
        let deferred = Settled { error: Some("smtp_450".to_owned()), ..settled(&world, MailState::Deferred) };
        assert!(world.store.settle(own.id, 1, &deferred).await.unwrap());
        let mut other = own.clone();
        other.mail.as_mut().unwrap().subject = "Another".to_owned();
        other.updated_at = world.now();
        let again = begin(&world, &other).await.unwrap();
        let expected = MailRecord { attempts: 2, error: deferred.error, updated_at: other.updated_at, ..own };
        assert_eq!(again, expected);
        assert_eq!(world.store.get(again.id).await.unwrap(), Some(expected));
    }

    /// Sent, kept, refused and suppressed are the end.
    pub async fn what_is_done_is_not_begun_again(world: Mails) {
        for state in [MailState::Sent, MailState::Kept, MailState::Refused, MailState::Suppressed] {
            let own = record(&world, "ann@example.com");
            keep(&world, &own, state).await;
            assert_eq!(begin(&world, &own).await, None);
            let found = world.store.get(own.id).await.unwrap().unwrap();
            assert_eq!((found.state, found.attempts), (state, 1));
        }
    }

    /// An old attempt that comes late says nothing, and neither does one that was settled.
    pub async fn only_the_newest_attempt_is_settled(world: Mails) {
        let own = record(&world, "ann@example.com");
        let sent = Settled { forget: true, ..settled(&world, MailState::Sent) };
        assert!(!world.store.settle(own.id, 1, &sent).await.unwrap());
        begin(&world, &own).await.unwrap();
        begin(&world, &own).await.unwrap();
        assert!(!world.store.settle(own.id, 1, &sent).await.unwrap());
        assert!(world.store.settle(own.id, 2, &sent).await.unwrap());
        assert!(!world.store.settle(own.id, 2, &settled(&world, MailState::Deferred)).await.unwrap());
        let found = world.store.get(own.id).await.unwrap().unwrap();
        assert_eq!((found.state, found.updated_at, found.mail), (MailState::Sent, sent.at, None));
    }

    /// Each gets a number of its own.
    pub async fn racing_attempts_are_told_apart(world: Mails) {
        let own = record(&world, "ann@example.com");
        begin(&world, &own).await.unwrap();
        let racing = (0..8).map(|_| {
            let (world, own) = (world.clone(), own.clone());
            tokio::spawn(async move { begin(&world, &own).await.unwrap().attempts })
        });
        let mut attempts = Vec::new();
        for racing in racing.collect::<Vec<_>>() {
            attempts.push(racing.await.unwrap());
        }
        attempts.sort_unstable();
        assert_eq!(attempts, (2..10).collect::<Vec<_>>());
    }

    /// Another mail cannot bear it.
    pub async fn a_message_id_is_one_mails(world: Mails) {
        let own = record(&world, "ann@example.com");
        begin(&world, &own).await.unwrap();
        let other = MailRecord { id: world.id(), ..own };
        assert_eq!(world.store.begin(&other).await.unwrap_err().kind(), ErrorKind::Conflict);
        assert_eq!(world.store.get(other.id).await.unwrap(), None);
    }

    /// Said so, or an attempt without an end; also once it was sent.
    pub async fn what_is_not_certain_stays_so(world: Mails) {
        let said = record(&world, "ann@example.com");
        keep(&world, &said, MailState::Uncertain).await;
        assert!(begin(&world, &said).await.unwrap().uncertain);
        let silent = record(&world, "ann@example.com");
        begin(&world, &silent).await.unwrap();
        assert!(begin(&world, &silent).await.unwrap().uncertain);
        for own in [said, silent] {
            assert!(world.store.settle(own.id, 2, &settled(&world, MailState::Sent)).await.unwrap());
            assert!(world.store.get(own.id).await.unwrap().unwrap().uncertain);
        }
        let certain = record(&world, "ann@example.com");
        keep(&world, &certain, MailState::Deferred).await;
        assert!(!begin(&world, &certain).await.unwrap().uncertain);
    }

    /// And nothing else is.
    pub async fn a_refused_mail_is_sent_again_with_effects(world: Mails) {
        let refused = record(&world, "ann@example.com");
        keep(&world, &refused, MailState::Refused).await;
        let effects = Effects::none().and_send(world.promise());
        let now = world.now();
        assert!(world.store.resend(refused.id, now, &effects).await.unwrap());
        assert!(!world.store.resend(refused.id, now, &Effects::none().and_send(world.promise())).await.unwrap());
        let found = world.store.get(refused.id).await.unwrap().unwrap();
        assert_eq!((found.state, found.updated_at), (MailState::Deferred, now));
        let sent = record(&world, "ann@example.com");
        keep(&world, &sent, MailState::Sent).await;
        assert!(!world.store.resend(sent.id, now, &Effects::none().and_send(world.promise())).await.unwrap());
        assert!(!world.store.resend(world.id(), now, &Effects::none().and_send(world.promise())).await.unwrap());
        assert_eq!(drain(&*world.store.outbox(), world.now()).await.len(), 1);
    }

    /// Newest first, without the mails.
    pub async fn the_ledger_is_listed_by_state_and_recipient(world: Mails) {
        let mut all = Vec::new();
        for (to, state) in
            [("a", MailState::Sent), ("b", MailState::Sent), ("a", MailState::Refused), ("a", MailState::Sent)]
        {
            let own = record(&world, &format!("{to}@example.com"));
            keep(&world, &own, state).await;
            all.push(own.id);
        }
        let list = |state, recipient: Option<&str>, before, limit| {
            let mut query = MailQuery::new(limit);
            (query.state, query.recipient, query.before) = (state, recipient.map(str::to_owned), before);
            let world = world.clone();
            async move {
                let found = world.store.list(&query).await.unwrap();
                assert!(found.iter().all(|record| record.mail.is_none()));
                found.into_iter().map(|record| record.id).collect::<Vec<_>>()
            }
        };
        let sent = Some(MailState::Sent);
        assert_eq!(list(None, None, None, 9).await, [all[3], all[2], all[1], all[0]]);
        assert_eq!(list(None, None, Some(all[2]), 1).await, [all[1]]);
        assert_eq!(list(sent, None, None, 2).await, [all[3], all[1]]);
        assert_eq!(list(None, Some("a@example.com"), Some(all[3]), 9).await, [all[2], all[0]]);
        assert_eq!(list(sent, Some("a@example.com"), None, 9).await, [all[3], all[0]]);
        assert!(list(Some(MailState::Kept), None, None, 9).await.is_empty());
    }

    /// Oldest first of the newest, and nobody else's.
    pub async fn a_thread_is_that_of_its_recipient(world: Mails) {
        let thread = Thread::new("chat", world.id::<OutboxId>().0).unwrap();
        let mut own = Vec::new();
        for to in ["ann@example.com", "bob@example.com", "ann@example.com", "ann@example.com"] {
            let record = MailRecord::fresh("mail.test", Some(thread.clone()), mail(&world, to));
            begin(&world, &record).await.unwrap();
            own.push(record.message_id);
        }
        begin(&world, &record(&world, "ann@example.com")).await.unwrap();
        let found = world.store.thread(&thread, "ann@example.com", 9).await.unwrap();
        assert_eq!(found, [own[0].clone(), own[2].clone(), own[3].clone()]);
        assert_eq!(world.store.thread(&thread, "ann@example.com", 2).await.unwrap(), own[2..]);
        let other = Thread::new("ticket", thread.id()).unwrap();
        assert!(world.store.thread(&other, "ann@example.com", 9).await.unwrap().is_empty());
    }

    /// That which was not sent does not.
    pub async fn an_automatic_answer_counts_for_a_while(world: Mails) {
        let replied = |world: &Mails, to| {
            let mut mail = mail(world, to);
            mail.automatic = Automatic::Replied;
            MailRecord::fresh("mail.test", None, mail)
        };
        let before = world.now();
        let own = replied(&world, "ann@example.com");
        keep(&world, &own, MailState::Sent).await;
        keep(&world, &replied(&world, "bob@example.com"), MailState::Suppressed).await;
        keep(&world, &record(&world, "eve@example.com"), MailState::Sent).await;
        let (after, other) = (world.now(), world.id());
        let asked = |to: &'static str, since: Timestamp, besides: OutboxId| {
            let world = world.clone();
            async move { world.store.replied_since(to, since, besides).await.unwrap() }
        };
        assert!(asked("ann@example.com", before, other).await);
        assert!(!asked("ann@example.com", before, own.id).await, "itself");
        assert!(!asked("ann@example.com", after, other).await, "long ago");
        assert!(!asked("bob@example.com", before, other).await, "not sent");
        assert!(!asked("eve@example.com", before, other).await, "not automatic");
    }

    /// Old ones, and kept ones beyond those to keep; never what is still to be sent.
    pub async fn what_is_done_is_pruned_and_the_rest_stays(world: Mails) {
        let mut old = Vec::new();
        for state in MailState::ALL {
            let own = record(&world, "ann@example.com");
            begin(&world, &own).await.unwrap();
            if state != MailState::Sending {
                assert!(world.store.settle(own.id, 1, &settled(&world, state)).await.unwrap());
            }
            old.push((own.id, state));
        }
        let between = world.now();
        let mut kept = Vec::new();
        for _ in 0..4 {
            let own = record(&world, "ann@example.com");
            keep(&world, &own, MailState::Kept).await;
            kept.push(own.id);
        }
        assert_eq!(world.store.prune(between, 9, 1).await.unwrap(), 1, "no more than the limit");
        assert_eq!(world.store.prune(between, 9, 100).await.unwrap(), 3);
        assert_eq!(world.store.prune(between, 3, 100).await.unwrap(), 1);
        assert_eq!(world.store.prune(between, 3, 100).await.unwrap(), 0);
        let left: Vec<_> = world.store.list(&MailQuery::new(100)).await.unwrap();
        let left: Vec<_> = left.into_iter().rev().map(|record| record.id).collect();
        let open = |state| matches!(state, MailState::Sending | MailState::Deferred | MailState::Uncertain);
        let expected = old.iter().filter(|(_, state)| open(*state)).map(|(id, _)| *id).chain(kept[1..].iter().copied());
        assert_eq!(left, expected.collect::<Vec<_>>());
    }

    /// By hand or by what came of a mail; the first reason stays.
    pub async fn an_address_is_suppressed_once(world: Mails) {
        let suppression = |reason| Suppression { address: "ann@example.com".to_owned(), reason, since: world.now() };
        let first = suppression(SuppressionReason::ByHand);
        let effects = || Effects::none().and_send(world.promise());
        assert_eq!(world.store.suppression("ann@example.com").await.unwrap(), None);
        assert!(world.store.suppress(&first, &effects()).await.unwrap());
        assert!(!world.store.suppress(&suppression(SuppressionReason::Complained), &effects()).await.unwrap());
        let own = record(&world, "ann@example.com");
        begin(&world, &own).await.unwrap();
        let bounced =
            Settled { suppress: Some(suppression(SuppressionReason::Bounced)), ..settled(&world, MailState::Refused) };
        assert!(world.store.settle(own.id, 1, &bounced).await.unwrap());
        assert_eq!(world.store.suppression("ann@example.com").await.unwrap(), Some(first));
        assert!(world.store.unsuppress("ann@example.com", &effects()).await.unwrap());
        assert!(!world.store.unsuppress("ann@example.com", &effects()).await.unwrap());
        assert_eq!(world.store.suppression("ann@example.com").await.unwrap(), None);
        assert_eq!(drain(&*world.store.outbox(), world.now()).await.len(), 2);
    }

    /// Byte by byte.
    pub async fn suppressions_come_in_order_by_prefix_and_page(world: Mails) {
        for address in ["b@example.com", "a_b@example.com", "a@example.com", "a.b@example.com", "ä@example.com"] {
            let own =
                Suppression { address: address.to_owned(), reason: SuppressionReason::ByHand, since: world.now() };
            assert!(world.store.suppress(&own, &Effects::none()).await.unwrap());
        }
        let list = |prefix: &str, after: Option<&str>, limit| {
            let mut query = SuppressionQuery::new(limit);
            (query.prefix, query.after) = (prefix.to_owned(), after.map(str::to_owned));
            let world = world.clone();
            async move {
                let found = world.store.suppressions(&query).await.unwrap();
                found.into_iter().map(|own| own.address).collect::<Vec<_>>()
            }
        };
        let a = ["a.b@example.com", "a@example.com", "a_b@example.com"];
        assert_eq!(list("", None, 9).await, [&a[..], &["b@example.com", "ä@example.com"]].concat());
        assert_eq!(list("a", None, 9).await, a);
        assert_eq!(list("a", Some("a.b@example.com"), 1).await, ["a@example.com"]);
        assert_eq!(list("ä", None, 9).await, ["ä@example.com"]);
        assert!(list("z", None, 9).await.is_empty());
    }

    fn version(world: &Mails, locale: &str, version: i64, text: Option<&str>) -> StoredTemplate {
        let text = text.map(|text| TemplateText { subject: text.to_owned(), body: text.to_owned() });
        let by = Some(AgentRef { id: "ada".to_owned(), name: "Ada".to_owned() });
        StoredTemplate { by, ..StoredTemplate::new("mail.test", locale, version, text, world.now()) }
    }

    /// Each expects the one before; a revert is a version too.
    pub async fn versions_of_a_template_follow_each_other(world: Mails) {
        let effects = || Effects::none().and_send(world.promise());
        let all = [
            version(&world, "en", 1, Some("one")),
            version(&world, "en", 2, None),
            version(&world, "en", 3, Some("three")),
        ];
        let conflict = world.store.put_template(&all[1], &effects()).await.unwrap_err();
        assert_eq!(conflict.kind(), ErrorKind::Conflict, "there is none before it");
        for own in &all {
            world.store.put_template(own, &effects()).await.unwrap();
            assert_eq!(world.store.put_template(own, &effects()).await.unwrap_err().kind(), ErrorKind::Conflict);
        }
        assert_eq!(world.store.put_template(&all[1], &effects()).await.unwrap_err().kind(), ErrorKind::Conflict);
        let german = version(&world, "de", 1, Some("eins"));
        world.store.put_template(&german, &Effects::none()).await.unwrap();
        let newest_first: Vec<_> = all.iter().rev().cloned().collect();
        assert_eq!(world.store.template_versions("mail.test", "en", 9).await.unwrap(), newest_first);
        assert_eq!(world.store.template_versions("mail.test", "en", 1).await.unwrap(), newest_first[..1]);
        assert_eq!(world.store.template("mail.test", "en", 2).await.unwrap().as_ref(), Some(&all[1]));
        assert_eq!(world.store.template("mail.test", "fr", 1).await.unwrap(), None);
        assert_eq!(world.store.template_heads().await.unwrap(), [german, all[2].clone()]);
        assert_eq!(drain(&*world.store.outbox(), world.now()).await.len(), 3);
    }

    /// So that a template that changes often does not grow for ever.
    pub async fn the_newest_hundred_versions_stay(world: Mails) {
        for number in 1..=102 {
            world.store.put_template(&version(&world, "en", number, Some("x")), &Effects::none()).await.unwrap();
        }
        let versions = world.store.template_versions("mail.test", "en", 200).await.unwrap();
        assert_eq!((versions.len(), versions[0].version, versions[99].version), (100, 102, 3));
    }

    /// A promise by itself.
    pub async fn effects_by_themselves_are_all_or_nothing(world: Mails) {
        let (one, two) = (world.promise(), world.promise());
        world.store.promise(&Effects::none().and_send(one.clone())).await.unwrap();
        world.store.promise(&Effects::none().and_send(two).and_send(one)).await.unwrap_err();
        assert_eq!(drain(&*world.store.outbox(), world.now()).await.len(), 1);
    }

    /// Of two who tell the same, one does.
    pub async fn a_thread_is_told_of_once(world: Mails) {
        let thread = Thread::new("chat", world.id::<OutboxId>().0).unwrap();
        let tell = |from, upto| {
            let (world, thread) = (world.clone(), thread.clone());
            let (effects, at) = (Effects::none().and_send(world.promise()), world.now());
            async move { (world.store.tell(&thread, from, upto, at, &effects).await.unwrap(), at) }
        };
        assert_eq!(world.store.told(&thread).await.unwrap(), None);
        assert!(!tell(Some(0), 3).await.0);
        assert!(tell(None, 3).await.0);
        assert!(!tell(None, 4).await.0);
        let (told, at) = tell(Some(3), 5).await;
        assert!(told && !tell(Some(3), 5).await.0);
        assert_eq!(world.store.told(&thread).await.unwrap(), Some((5, at)));
        assert_eq!(drain(&*world.store.outbox(), world.now()).await.len(), 2);
        assert_eq!(world.store.prune_received(at, 9).await.unwrap(), 0);
        assert_eq!(world.store.prune_received(world.now(), 9).await.unwrap(), 1);
        assert_eq!(world.store.told(&thread).await.unwrap(), None);
    }

    fn received(world: &Mails, message_id: &str, raw: &[u8]) -> Received {
        Received {
            id: world.id(),
            message_id: message_id.to_owned(),
            sender: "ann@example.com".to_owned(),
            subject: "About".to_owned(),
            thread: Some(Thread::new("chat", world.id::<OutboxId>().0).unwrap()),
            is_signed: true,
            state: ReceivedState::Waiting,
            received_at: world.now(),
            raw: Some(raw.to_vec()),
        }
    }

    /// Byte by byte, and by its `Message-ID`.
    pub async fn what_came_in_is_kept_once(world: Mails) {
        let own = received(&world, "a@b.example", &(0..=255).collect::<Vec<u8>>());
        let effects = || Effects::none().and_send(world.promise());
        assert!(world.store.receive(&own, &effects()).await.unwrap());
        assert!(!world.store.receive(&received(&world, "a@b.example", b"x"), &effects()).await.unwrap());
        assert_eq!(world.store.received(own.id).await.unwrap().as_ref(), Some(&own));
        let bare = Received { raw: None, ..own };
        assert_eq!(world.store.received_by_message_id("a@b.example").await.unwrap(), Some(bare));
        assert_eq!(world.store.received_by_message_id("c@b.example").await.unwrap(), None);
        assert_eq!(drain(&*world.store.outbox(), world.now()).await.len(), 1);
    }

    /// What waits stays; what was claimed is not kept.
    pub async fn what_came_in_is_listed_settled_and_pruned(world: Mails) {
        let mut all = Vec::new();
        for number in 0..4 {
            let own = received(&world, &format!("{number}@b.example"), b"x");
            world.store.receive(&own, &Effects::none()).await.unwrap();
            all.push(own.id);
        }
        world.store.settle_received(all[0], ReceivedState::Claimed).await.unwrap();
        world.store.settle_received(all[1], ReceivedState::Unclaimed).await.unwrap();
        world.store.settle_received(all[1], ReceivedState::Claimed).await.unwrap();
        let found = |own: Option<Received>| own.map(|own| (own.state, own.raw.is_some()));
        let claimed = found(world.store.received(all[0]).await.unwrap());
        assert_eq!(claimed, Some((ReceivedState::Claimed, false)));
        let unclaimed = found(world.store.received(all[1]).await.unwrap());
        assert_eq!(unclaimed, Some((ReceivedState::Unclaimed, true)), "the first word stands");
        let list = |state, before, limit| {
            let mut query = ReceivedQuery::new(limit);
            (query.state, query.before) = (state, before);
            let world = world.clone();
            async move {
                let found = world.store.received_list(&query).await.unwrap();
                assert!(found.iter().all(|own| own.raw.is_none()));
                found.into_iter().map(|own| own.id).collect::<Vec<_>>()
            }
        };
        assert_eq!(list(None, None, 9).await, [all[3], all[2], all[1], all[0]]);
        assert_eq!(list(Some(ReceivedState::Waiting), None, 1).await, [all[3]]);
        assert_eq!(list(None, Some(all[2]), 1).await, [all[1]]);
        let now = world.now();
        assert_eq!(world.store.prune_received(now, 1).await.unwrap(), 1);
        assert_eq!(world.store.prune_received(now, 9).await.unwrap(), 1);
        assert_eq!(list(None, None, 9).await, [all[3], all[2]]);
    }
}
