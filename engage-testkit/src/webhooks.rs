//! The rules of a [`WebhookStore`].

use engage_core::webhooks::WebhookStore;

use crate::World;

suite! { $
    /// One test for each rule of a webhook store; takes what a [`World`](crate::World) is made of.
    webhook_store_conformance, webhooks, World<dyn WebhookStore> {
        a_webhook_comes_back_as_it_was,
        a_change_expects_the_version_before,
        of_many_changes_at_once_one_is_kept,
        effects_commit_with_the_webhook,
        what_is_deleted_is_gone_with_its_deliveries,
        only_what_exists_is_sent_to,
        failing_lasts_from_the_first_failure_to_the_next_success,
        a_change_leaves_failing_as_it_is_and_enabling_ends_it,
        attempts_are_counted_and_the_last_is_kept,
        deliveries_are_paged_newest_first,
        old_deliveries_are_pruned,
    }
}

mod rules {
    use std::time::Duration;

    use chrono::TimeDelta;
    use engage_core::ids::OutboxId;
    use engage_core::webhooks::{Attempted, Disabled, Outcome, Webhook, WebhookSecret, WebhookStore};
    use engage_core::{Effects, ErrorKind, entropy::OsEntropy};

    use crate::world::{World, drain};

    type Webhooks = World<dyn WebhookStore>;

    /// Every field, whatever it holds.
    pub async fn a_webhook_comes_back_as_it_was(world: Webhooks) {
        assert!(world.store.all().await.unwrap().is_empty());
        let mut kept = Vec::new();
        for (turn, text) in crate::hostile::texts().into_iter().enumerate() {
            let mut webhook = fresh(&world);
            webhook.url = format!("https://example.com/{text}");
            webhook.description = text.clone();
            webhook.events = vec![text.clone(); turn % 3];
            webhook.previous = (turn % 2 == 0).then(|| (secret(), world.now()));
            webhook.disabled = [None, Some(Disabled::ByHand), Some(Disabled::Gone), Some(Disabled::Failing)][turn % 4];
            world.store.put(&webhook, &Effects::none()).await.unwrap();
            assert_eq!(world.store.get(webhook.id).await.unwrap().as_ref(), Some(&webhook));
            kept.push(webhook);
        }
        assert_eq!(world.store.all().await.unwrap(), kept, "oldest first");
        assert_eq!(world.store.get(world.id()).await.unwrap(), None);
    }

    /// The first write finds none; each next one the one before. Others are refused and change nothing.
    pub async fn a_change_expects_the_version_before(world: Webhooks) {
        let webhook = fresh(&world);
        let put = async |url: &str, version| {
            let webhook = Webhook { url: url.to_owned(), version, ..webhook.clone() };
            world.store.put(&webhook, &Effects::none()).await
        };
        assert_eq!(put("too new", 2).await.unwrap_err().kind(), ErrorKind::Conflict);
        put("first", 1).await.unwrap();
        assert_eq!(put("stale", 1).await.unwrap_err().kind(), ErrorKind::Conflict);
        assert_eq!(put("too new", 3).await.unwrap_err().kind(), ErrorKind::Conflict);
        put("second", 2).await.unwrap();
        let stored = world.store.get(webhook.id).await.unwrap().unwrap();
        assert_eq!((&*stored.url, stored.version), ("second", 2));
    }

    /// Of all who saw the same version, one writes.
    pub async fn of_many_changes_at_once_one_is_kept(world: Webhooks) {
        let webhook = fresh(&world);
        for version in 1..=3 {
            let mut writers = tokio::task::JoinSet::new();
            for _ in 0..12 {
                let (world, webhook) = (world.clone(), Webhook { version, ..webhook.clone() });
                writers.spawn(async move { world.store.put(&webhook, &Effects::none()).await });
            }
            let answers = writers.join_all().await;
            assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
            let refused = answers.iter().filter_map(|answer| answer.as_ref().err());
            assert!(refused.map(engage_core::Error::kind).all(|kind| kind == ErrorKind::Conflict));
        }
    }

    /// A change brings its promises; a refused one brings none, and what cannot promise what it must changes nothing.
    pub async fn effects_commit_with_the_webhook(world: Webhooks) {
        let (kept, dropped) = (world.promise(), world.promise());
        let webhook = fresh(&world);
        let taken = Effects::none().and_send(kept.clone());
        world.store.put(&webhook, &taken).await.unwrap();
        world.store.put(&webhook, &Effects::none().and_send(dropped)).await.unwrap_err();
        world.store.put(&Webhook { version: 2, ..webhook.clone() }, &taken).await.unwrap_err();
        world.store.delete(webhook.id, &taken).await.unwrap_err();
        assert_eq!(world.store.all().await.unwrap(), [webhook]);
        assert_eq!(promised(&world).await, [kept.id]);
    }

    /// And its effects are written once.
    pub async fn what_is_deleted_is_gone_with_its_deliveries(world: Webhooks) {
        let (gone, other) = (put(&world).await, put(&world).await);
        let attempts = [attempt(&world, &gone, true), attempt(&world, &other, true)];
        for attempt in &attempts {
            world.store.record(attempt).await.unwrap();
        }
        let promise = world.promise();
        assert!(world.store.delete(gone.id, &Effects::none().and_send(promise.clone())).await.unwrap());
        assert!(!world.store.delete(gone.id, &Effects::none().and_send(world.promise())).await.unwrap());
        assert_eq!(world.store.get(gone.id).await.unwrap(), None);
        world.store.record(&attempts[0]).await.unwrap();
        assert!(world.store.deliveries(gone.id, None, 10).await.unwrap().is_empty(), "also of what is told late");
        assert_eq!(world.store.deliveries(other.id, None, 10).await.unwrap().len(), 1);
        assert_eq!(promised(&world).await, [promise.id]);
    }

    /// To nobody nothing is promised.
    pub async fn only_what_exists_is_sent_to(world: Webhooks) {
        let webhook = put(&world).await;
        let (kept, dropped) = (world.promise(), world.promise());
        assert!(world.store.send(webhook.id, &Effects::none().and_send(kept.clone())).await.unwrap());
        assert!(!world.store.send(world.id(), &Effects::none().and_send(dropped)).await.unwrap());
        assert_eq!(promised(&world).await, [kept.id]);
    }

    /// A success ends it, and only for its own webhook.
    pub async fn failing_lasts_from_the_first_failure_to_the_next_success(world: Webhooks) {
        let (one, other) = (put(&world).await, put(&world).await);
        let first = attempt(&world, &one, false);
        world.store.record(&first).await.unwrap();
        world.store.record(&attempt(&world, &one, false)).await.unwrap();
        world.store.record(&attempt(&world, &other, true)).await.unwrap();
        let failing = async |webhook: &Webhook| world.store.get(webhook.id).await.unwrap().unwrap().failing_since;
        assert_eq!((failing(&one).await, failing(&other).await), (Some(first.at), None));
        world.store.record(&attempt(&world, &one, true)).await.unwrap();
        assert_eq!(failing(&one).await, None);
        let again = attempt(&world, &one, false);
        world.store.record(&again).await.unwrap();
        assert_eq!(failing(&one).await, Some(again.at));
    }

    /// People change other things; who enables anew begins anew.
    pub async fn a_change_leaves_failing_as_it_is_and_enabling_ends_it(world: Webhooks) {
        let mut webhook = put(&world).await;
        let failed = attempt(&world, &webhook, false);
        world.store.record(&failed).await.unwrap();
        for (disabled, failing) in [(None, Some(failed.at)), (Some(Disabled::Failing), Some(failed.at)), (None, None)] {
            webhook = Webhook { version: webhook.version + 1, disabled, failing_since: None, ..webhook };
            world.store.put(&webhook, &Effects::none()).await.unwrap();
            assert_eq!(world.store.get(webhook.id).await.unwrap().unwrap().failing_since, failing);
        }
    }

    /// One row for each delivery.
    pub async fn attempts_are_counted_and_the_last_is_kept(world: Webhooks) {
        let webhook = put(&world).await;
        let first = attempt(&world, &webhook, false);
        let second =
            Attempted { outcome: Outcome { status: None, ..first.outcome.clone() }, at: world.now(), ..first.clone() };
        let outcome = Outcome { delivered: true, status: Some(204), error: None };
        let third = Attempted { outcome, at: world.now(), took: Duration::from_micros(7), ..first.clone() };
        for (attempt, count) in [(&first, 1), (&second, 2), (&third, 3)] {
            world.store.record(attempt).await.unwrap();
            let deliveries = world.store.deliveries(webhook.id, None, 10).await.unwrap();
            assert_eq!(deliveries.len(), 1);
            assert_eq!((deliveries[0].attempts, deliveries[0].first_at), (count, first.at));
            assert_eq!(&deliveries[0].last, attempt);
        }
    }

    /// Each once, of one webhook.
    pub async fn deliveries_are_paged_newest_first(world: Webhooks) {
        let (webhook, other) = (put(&world).await, put(&world).await);
        let mut made = Vec::new();
        for _ in 0..5 {
            let attempt = attempt(&world, &webhook, true);
            world.store.record(&attempt).await.unwrap();
            world.store.record(&super::rules::attempt(&world, &other, true)).await.unwrap();
            made.push(attempt.delivery);
        }
        made.reverse();
        let (mut seen, mut before) = (Vec::new(), None);
        loop {
            let page = world.store.deliveries(webhook.id, before, 2).await.unwrap();
            assert!(page.len() <= 2);
            let Some(last) = page.last() else { break };
            before = Some(last.last.delivery);
            seen.extend(page.iter().map(|delivery| delivery.last.delivery));
        }
        assert_eq!(seen, made);
    }

    /// Those that were last tried before a moment, and no more than asked for.
    pub async fn old_deliveries_are_pruned(world: Webhooks) {
        let webhook = put(&world).await;
        let mut attempts = Vec::new();
        for _ in 0..4 {
            let attempt = attempt(&world, &webhook, false);
            world.store.record(&attempt).await.unwrap();
            attempts.push(attempt);
        }
        let later = attempts[3].at + TimeDelta::seconds(1);
        world.store.record(&Attempted { at: later, ..attempts[0].clone() }).await.unwrap();
        assert_eq!(world.store.prune(attempts[3].at, 1).await.unwrap(), 1);
        assert_eq!(world.store.prune(attempts[3].at, 10).await.unwrap(), 1);
        assert_eq!(world.store.prune(attempts[3].at, 10).await.unwrap(), 0);
        let left = world.store.deliveries(webhook.id, None, 10).await.unwrap();
        let left: Vec<_> = left.iter().map(|delivery| delivery.last.delivery).collect();
        assert_eq!(left, [attempts[3].delivery, attempts[0].delivery]);
    }

    fn secret() -> WebhookSecret {
        WebhookSecret::generate(&OsEntropy)
    }

    fn fresh(world: &Webhooks) -> Webhook {
        let now = world.now();
        Webhook {
            id: world.id(),
            url: "https://example.com/hook".to_owned(),
            events: Vec::new(),
            description: String::new(),
            disabled: None,
            secret: secret(),
            previous: None,
            failing_since: None,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    async fn put(world: &Webhooks) -> Webhook {
        let webhook = fresh(world);
        world.store.put(&webhook, &Effects::none()).await.unwrap();
        webhook
    }

    fn attempt(world: &Webhooks, webhook: &Webhook, delivered: bool) -> Attempted {
        let at = world.now();
        let error = (!delivered).then(|| "timed_out".to_owned());
        let outcome = Outcome { delivered, status: Some(if delivered { 200 } else { 503 }), error };
        let (delivery, event) = (world.id(), world.id());
        let name = "chat.message_sent".to_owned();
        Attempted { delivery, webhook: webhook.id, event, name, at, took: Duration::from_millis(12), outcome }
    }

    async fn promised(world: &Webhooks) -> Vec<OutboxId> {
        let promises = drain(&*world.store.outbox(), world.now()).await;
        promises.into_iter().map(|promise| promise.message.id).collect()
    }
}
