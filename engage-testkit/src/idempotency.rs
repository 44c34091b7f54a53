//! The rules of an [`IdempotencyStore`].

use engage_core::idempotency::IdempotencyStore;

use crate::World;

suite! { $
    /// One test for each rule of an idempotency store; takes what a [`World`](crate::World) is made of.
    idempotency_store_conformance, idempotency, World<dyn IdempotencyStore> {
        a_key_is_claimed_answered_and_replayed,
        another_request_under_a_key_is_a_mismatch,
        keys_of_scopes_are_apart,
        of_many_equal_requests_at_once_one_is_new,
        a_claim_that_was_given_back_is_new_again,
        a_stale_claim_goes_to_the_next_and_to_one,
        an_expired_answer_is_forgotten,
        any_body_comes_back_as_it_was,
        old_records_are_pruned,
    }
}

mod rules {
    use std::sync::Arc;

    use chrono::TimeDelta;
    use engage_core::clock::Timestamp;
    use engage_core::idempotency::{Begun, IdempotencyStore, IdempotentRequest};
    use tokio::sync::Barrier;

    use crate::World;

    type Idempotency = World<dyn IdempotencyStore>;

    /// New, under way, answered.
    pub async fn a_key_is_claimed_answered_and_replayed(world: Idempotency) {
        assert_eq!(begin(&world, "a", "k", 1).await, Begun::New);
        assert_eq!(begin(&world, "a", "k", 1).await, Begun::InFlight);
        world.store.finish("a", "k", 201, b"made").await.unwrap();
        for _ in 0..2 {
            assert_eq!(begin(&world, "a", "k", 1).await, Begun::Done { status: 201, body: b"made".to_vec() });
        }
    }

    /// Whether the first is under way or answered.
    pub async fn another_request_under_a_key_is_a_mismatch(world: Idempotency) {
        assert_eq!(begin(&world, "a", "k", 1).await, Begun::New);
        assert_eq!(begin(&world, "a", "k", 2).await, Begun::Mismatch);
        world.store.finish("a", "k", 200, b"").await.unwrap();
        assert_eq!(begin(&world, "a", "k", 2).await, Begun::Mismatch);
        assert_eq!(begin(&world, "a", "k", 1).await, Begun::Done { status: 200, body: Vec::new() });
    }

    /// The same key of somebody else, or on another route, is another.
    pub async fn keys_of_scopes_are_apart(world: Idempotency) {
        for (scope, key) in [("a", "bc"), ("ab", "c"), ("", "abc"), ("A", "bc"), ("a", "BC"), ("a", "b%")] {
            assert_eq!(begin(&world, scope, key, 1).await, Begun::New, "{scope:?} {key:?}");
        }
        world.store.finish("a", "bc", 200, b"a").await.unwrap();
        world.store.abandon("ab", "c").await.unwrap();
        assert_eq!(begin(&world, "A", "bc", 1).await, Begun::InFlight);
        assert_eq!(begin(&world, "a", "bc", 1).await, Begun::Done { status: 200, body: b"a".to_vec() });
        assert_eq!(begin(&world, "ab", "c", 1).await, Begun::New);
    }

    /// One is to do it, all others wait for its answer.
    pub async fn of_many_equal_requests_at_once_one_is_new(world: Idempotency) {
        let answers = at_once(&world, request(&world, "a", "k", 1)).await;
        assert_eq!(answers.iter().filter(|begun| **begun == Begun::New).count(), 1);
        assert_eq!(answers.iter().filter(|begun| **begun == Begun::InFlight).count(), answers.len() - 1);
    }

    /// A failure that a repetition may mend is not remembered.
    pub async fn a_claim_that_was_given_back_is_new_again(world: Idempotency) {
        assert_eq!(begin(&world, "a", "k", 1).await, Begun::New);
        world.store.abandon("a", "k").await.unwrap();
        world.store.abandon("a", "k").await.unwrap();
        assert_eq!(begin(&world, "a", "k", 2).await, Begun::New, "also for another request");
    }

    /// When the process that claimed it has died, one of those who come next gets it; an answer does not go stale.
    pub async fn a_stale_claim_goes_to_the_next_and_to_one(world: Idempotency) {
        let first = request(&world, "a", "k", 1);
        assert_eq!(world.store.begin(&first).await.unwrap(), Begun::New);
        let patient = IdempotentRequest { stale_before: first.at, ..request(&world, "a", "k", 1) };
        assert_eq!(world.store.begin(&patient).await.unwrap(), Begun::InFlight, "as old as the limit is not older");
        let next =
            IdempotentRequest { stale_before: first.at + TimeDelta::microseconds(1), ..request(&world, "a", "k", 1) };
        let answers = at_once(&world, next.clone()).await;
        assert_eq!(answers.iter().filter(|begun| **begun == Begun::New).count(), 1);
        world.store.finish("a", "k", 200, b"done").await.unwrap();
        let late = IdempotentRequest { stale_before: next.at + TimeDelta::days(1), ..request(&world, "a", "k", 1) };
        assert_eq!(world.store.begin(&late).await.unwrap(), Begun::Done { status: 200, body: b"done".to_vec() });
    }

    /// After its time a key is free, for any request.
    pub async fn an_expired_answer_is_forgotten(world: Idempotency) {
        let first = request(&world, "a", "k", 1);
        assert_eq!(world.store.begin(&first).await.unwrap(), Begun::New);
        world.store.finish("a", "k", 200, b"old").await.unwrap();
        let later =
            IdempotentRequest { expired_before: first.at + TimeDelta::microseconds(1), ..request(&world, "a", "k", 2) };
        assert_eq!(world.store.begin(&later).await.unwrap(), Begun::New);
        assert_eq!(begin(&world, "a", "k", 2).await, Begun::InFlight);
        world.store.finish("a", "k", 201, b"new").await.unwrap();
        assert_eq!(begin(&world, "a", "k", 2).await, Begun::Done { status: 201, body: b"new".to_vec() });
    }

    /// Bodies are bytes.
    pub async fn any_body_comes_back_as_it_was(world: Idempotency) {
        for (turn, body) in [Vec::new(), (0..=255).collect(), vec![0; 100_000]].into_iter().enumerate() {
            let key = format!("k-{turn}");
            begin(&world, "a", &key, 1).await;
            world.store.finish("a", &key, 599, &body).await.unwrap();
            assert_eq!(begin(&world, "a", &key, 1).await, Begun::Done { status: 599, body });
        }
    }

    /// What is older goes, bounded, answered or not; what is as old as the limit stays.
    pub async fn old_records_are_pruned(world: Idempotency) {
        let mut times: Vec<Timestamp> = Vec::new();
        for turn in 0..5 {
            let request = request(&world, "a", &format!("k-{turn}"), 1);
            times.push(request.at);
            world.store.begin(&request).await.unwrap();
            if turn % 2 == 0 {
                world.store.finish("a", &request.key, 200, b"").await.unwrap();
            }
        }
        for expected in [2, 1, 0] {
            assert_eq!(world.store.prune(times[3], 2).await.unwrap(), expected);
        }
        assert_eq!(begin(&world, "a", "k-2", 1).await, Begun::New);
        assert_eq!(begin(&world, "a", "k-3", 1).await, Begun::InFlight);
        assert_eq!(begin(&world, "a", "k-4", 1).await, Begun::Done { status: 200, body: Vec::new() });
    }

    fn request(world: &Idempotency, scope: &str, key: &str, fingerprint: u8) -> IdempotentRequest {
        let at = world.now();
        let (stale_before, expired_before) = (at - TimeDelta::minutes(1), at - TimeDelta::hours(24));
        let (scope, key) = (scope.to_owned(), key.to_owned());
        IdempotentRequest { scope, key, fingerprint: [fingerprint; 32], at, stale_before, expired_before }
    }

    async fn begin(world: &Idempotency, scope: &str, key: &str, fingerprint: u8) -> Begun {
        world.store.begin(&request(world, scope, key, fingerprint)).await.unwrap()
    }

    async fn at_once(world: &Idempotency, request: IdempotentRequest) -> Vec<Begun> {
        let barrier = Arc::new(Barrier::new(32));
        let mut crowd = tokio::task::JoinSet::new();
        for _ in 0..32 {
            let (world, barrier, request) = (world.clone(), Arc::clone(&barrier), request.clone());
            crowd.spawn(async move {
                barrier.wait().await;
                world.store.begin(&request).await.unwrap()
            });
        }
        crowd.join_all().await
    }
}
