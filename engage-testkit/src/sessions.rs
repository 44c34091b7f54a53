//! The rules of a [`SessionStore`].

use engage_core::sessions::SessionStore;

use crate::World;

suite! { $
    /// One test for each rule of a session store; takes what a [`World`](crate::World) is made of.
    session_store_conformance, sessions, World<dyn SessionStore> {
        a_session_is_found_by_its_secret_only,
        a_use_is_noted_for_one_session,
        an_ended_session_is_gone,
        all_sessions_of_a_contact_end_together,
        old_sessions_are_pruned_by_either_age,
        pruning_is_bounded,
    }
}

mod rules {
    use engage_core::clock::Timestamp;
    use engage_core::entropy::OsEntropy;
    use engage_core::ids::ContactId;
    use engage_core::secret::{SecretToken, TokenHash};
    use engage_core::sessions::{Session, SessionStore};

    use crate::World;

    type Sessions = World<dyn SessionStore>;

    /// Every field comes back for its secret; another secret opens nothing.
    pub async fn a_session_is_found_by_its_secret_only(world: Sessions) {
        let (one, secret) = kept(&world, None).await;
        let (two, other) = kept(&world, None).await;
        assert_eq!(world.store.find(&secret).await.unwrap(), Some(one));
        assert_eq!(world.store.find(&other).await.unwrap(), Some(two));
        assert_eq!(world.store.find(&SecretToken::generate(&OsEntropy).hash()).await.unwrap(), None);
        assert_eq!(world.store.find(&TokenHash([0; 32])).await.unwrap(), None);
    }

    /// Being used moves one session's time and nothing else. One that has ended meanwhile stays so.
    pub async fn a_use_is_noted_for_one_session(world: Sessions) {
        let contact = world.named_contact(None).await.id;
        let (used, secret) = kept(&world, Some(contact)).await;
        let (idle, other) = kept(&world, Some(contact)).await;
        let now = world.now();
        world.store.touch(used.id, now).await.unwrap();
        assert_eq!(world.store.find(&secret).await.unwrap(), Some(Session { seen_at: now, ..used.clone() }));
        assert_eq!(world.store.find(&other).await.unwrap(), Some(idle));
        world.store.delete(used.id).await.unwrap();
        world.store.touch(used.id, now).await.unwrap();
        assert_eq!(world.store.find(&secret).await.unwrap(), None);
    }

    /// Ending one leaves the others; ending it again is no error.
    pub async fn an_ended_session_is_gone(world: Sessions) {
        let contact = world.named_contact(None).await.id;
        let (ended, secret) = kept(&world, Some(contact)).await;
        let (kept, other) = kept(&world, Some(contact)).await;
        world.store.delete(ended.id).await.unwrap();
        world.store.delete(ended.id).await.unwrap();
        assert_eq!(world.store.find(&secret).await.unwrap(), None);
        assert_eq!(world.store.find(&other).await.unwrap(), Some(kept));
    }

    /// All of one contact's, none of another's, and it says how many.
    pub async fn all_sessions_of_a_contact_end_together(world: Sessions) {
        let contact = world.named_contact(None).await.id;
        let mut secrets = Vec::new();
        for _ in 0..3 {
            secrets.push(kept(&world, Some(contact)).await.1);
        }
        let (other, others) = kept(&world, None).await;
        assert_eq!(world.store.delete_of(contact).await.unwrap(), 3);
        assert_eq!(world.store.delete_of(contact).await.unwrap(), 0);
        for secret in &secrets {
            assert_eq!(world.store.find(secret).await.unwrap(), None);
        }
        assert_eq!(world.store.find(&others).await.unwrap(), Some(other));
    }

    /// Too long unused or too long ago made; what is just as old as allowed stays.
    pub async fn old_sessions_are_pruned_by_either_age(world: Sessions) {
        let (long_ago, limit, now) = (world.now(), world.now(), world.now());
        let (_, idle) = kept_since(&world, None, now, long_ago).await;
        let (_, aged) = kept_since(&world, None, long_ago, now).await;
        let (_, limit_case) = kept_since(&world, None, limit, limit).await;
        let (_, young) = kept_since(&world, None, now, now).await;
        assert_eq!(world.store.prune(limit, limit, 10).await.unwrap(), 2);
        for (secret, stays) in [(idle, false), (aged, false), (limit_case, true), (young, true)] {
            assert_eq!(world.store.find(&secret).await.unwrap().is_some(), stays);
        }
        assert_eq!(world.store.prune(limit, limit, 10).await.unwrap(), 0);
    }

    /// No more at once than asked for.
    pub async fn pruning_is_bounded(world: Sessions) {
        for _ in 0..5 {
            kept(&world, None).await;
        }
        let now = world.now();
        for expected in [2, 2, 1, 0] {
            assert_eq!(world.store.prune(now, now, 2).await.unwrap(), expected);
        }
    }

    async fn kept(world: &Sessions, contact: Option<ContactId>) -> (Session, TokenHash) {
        let (created_at, seen_at) = (world.now(), world.now());
        kept_since(world, contact, created_at, seen_at).await
    }

    async fn kept_since(
        world: &Sessions,
        contact: Option<ContactId>,
        created_at: Timestamp,
        seen_at: Timestamp,
    ) -> (Session, TokenHash) {
        let contact = match contact {
            Some(contact) => contact,
            None => world.named_contact(None).await.id,
        };
        let session = Session { id: world.id(), contact, created_at, seen_at };
        let secret = SecretToken::generate(&OsEntropy).hash();
        world.store.create(&session, &secret).await.unwrap();
        (session, secret)
    }
}
