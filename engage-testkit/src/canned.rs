//! The rules of a [`CannedStore`].

use engage_core::canned::CannedStore;

use crate::World;

suite! { $
    /// One test for each rule of a store of canned replies; takes what a [`World`](crate::World) is made of.
    canned_store_conformance, canned, World<dyn CannedStore> {
        a_reply_is_found_as_it_was_kept,
        a_shortcode_is_taken_once,
        lists_come_in_order_by_prefix_and_page,
        lists_hold_what_the_sight_sees,
        a_change_expects_the_version_before,
        a_reply_is_removed_once,
        effects_commit_with_the_reply,
    }
}

mod rules {
    use engage_core::canned::{CannedQuery, CannedReply, CannedStore, CannedText};
    use engage_core::chat::Sight;
    use engage_core::{Effects, ErrorKind};

    use crate::chat::staff;
    use crate::world::{World, drain};

    type Canned = World<dyn CannedStore>;

    /// Every field comes back.
    pub async fn a_reply_is_found_as_it_was_kept(world: Canned) {
        for (turn, text) in crate::hostile::texts().into_iter().enumerate() {
            let mut one = reply(&world, &format!("code-{turn}"), Some("sales"));
            one.text = CannedText::stored(text);
            one.updated_at = world.now();
            keep(&world, &one).await;
            assert_eq!(world.store.get(one.id).await.unwrap(), Some(one));
        }
        assert_eq!(world.store.get(world.id()).await.unwrap(), None);
    }

    /// By creation or by change; the first stays as it was.
    pub async fn a_shortcode_is_taken_once(world: Canned) {
        let (one, two) = (reply(&world, "one", None), reply(&world, "two", None));
        keep(&world, &one).await;
        keep(&world, &two).await;
        let again = reply(&world, "one", Some("sales"));
        let taken = world.store.create(&again, &Effects::none().and_send(world.promise())).await.unwrap_err();
        assert_eq!((taken.kind(), taken.code()), (ErrorKind::Conflict, "shortcode_taken"));
        let renamed = CannedReply { shortcode: "one".to_owned(), version: 2, ..two.clone() };
        let taken = world.store.update(&renamed, &Effects::none().and_send(world.promise())).await.unwrap_err();
        assert_eq!((taken.kind(), taken.code()), (ErrorKind::Conflict, "shortcode_taken"));
        assert_eq!(world.store.get(one.id).await.unwrap(), Some(one));
        assert_eq!(world.store.get(two.id).await.unwrap(), Some(two));
        assert!(drain(&*world.store.outbox(), world.now()).await.is_empty());
    }

    /// Byte by byte, those that begin with the prefix and come after the place.
    pub async fn lists_come_in_order_by_prefix_and_page(world: Canned) {
        for shortcode in ["b", "a-1", "a1", "a_1", "a", "ab", "a-", "c"] {
            keep(&world, &reply(&world, shortcode, None)).await;
        }
        assert_eq!(list(&world, Sight::All, "", None, 100).await, ["a", "a-", "a-1", "a1", "a_1", "ab", "b", "c"]);
        assert_eq!(list(&world, Sight::All, "a", None, 3).await, ["a", "a-", "a-1"]);
        assert_eq!(list(&world, Sight::All, "a", Some("a-1"), 3).await, ["a1", "a_1", "ab"]);
        assert_eq!(list(&world, Sight::All, "a_", None, 3).await, ["a_1"]);
        assert_eq!(list(&world, Sight::All, "", Some("bb"), 3).await, ["c"]);
        assert!(list(&world, Sight::All, "z", None, 3).await.is_empty());
    }

    /// Agents see everybody's and their teams', admins all, visitors none.
    pub async fn lists_hold_what_the_sight_sees(world: Canned) {
        for (shortcode, team) in [("all", None), ("law", Some("law")), ("sales", Some("sales"))] {
            keep(&world, &reply(&world, shortcode, team)).await;
        }
        let sight = |teams: &[&str]| Sight::Staff(staff("ada", teams, false));
        assert_eq!(list(&world, sight(&["sales", "x"]), "", None, 9).await, ["all", "sales"]);
        assert_eq!(list(&world, sight(&[]), "", None, 9).await, ["all"]);
        let admin = Sight::Staff(staff("root", &[], true));
        assert_eq!(list(&world, admin, "", None, 9).await, ["all", "law", "sales"]);
        assert!(list(&world, Sight::Visitor(world.id()), "", None, 9).await.is_empty());
    }

    /// A change that saw an older version is refused and changes nothing.
    pub async fn a_change_expects_the_version_before(world: Canned) {
        let first = reply(&world, "one", None);
        keep(&world, &first).await;
        let text = CannedText::stored("Changed".to_owned());
        let team = Some("sales".to_owned());
        let second = CannedReply { text, team, version: 2, updated_at: world.now(), ..first.clone() };
        world.store.update(&second, &Effects::none()).await.unwrap();
        for version in [1, 2, 4, 0] {
            let stale = CannedReply { version, ..first.clone() };
            let refused = world.store.update(&stale, &Effects::none()).await.unwrap_err();
            assert_eq!((refused.kind(), refused.code()), (ErrorKind::Conflict, "conflict"));
        }
        assert_eq!(world.store.get(first.id).await.unwrap(), Some(second));
    }

    /// The second time it is not there.
    pub async fn a_reply_is_removed_once(world: Canned) {
        let one = reply(&world, "one", None);
        keep(&world, &one).await;
        let gone = async || world.store.delete(one.id, &Effects::none().and_send(world.promise())).await.unwrap();
        assert!(gone().await && !gone().await);
        assert_eq!(world.store.get(one.id).await.unwrap(), None);
        assert_eq!(drain(&*world.store.outbox(), world.now()).await.len(), 1);
        keep(&world, &reply(&world, "one", None)).await;
    }

    /// Each change brings its promise, or nothing is changed.
    pub async fn effects_commit_with_the_reply(world: Canned) {
        let one = reply(&world, "one", None);
        let taken = Effects::none().and_send(world.promise());
        world.store.create(&one, &taken).await.unwrap();
        let two = reply(&world, "two", None);
        world.store.create(&two, &taken).await.unwrap_err();
        assert_eq!(world.store.get(two.id).await.unwrap(), None);
        world.store.update(&CannedReply { version: 2, ..one.clone() }, &taken).await.unwrap_err();
        world.store.delete(one.id, &taken).await.unwrap_err();
        assert_eq!(world.store.get(one.id).await.unwrap(), Some(one));
        assert_eq!(drain(&*world.store.outbox(), world.now()).await.len(), 1);
    }

    async fn list(world: &Canned, sight: Sight, prefix: &str, after: Option<&str>, limit: usize) -> Vec<String> {
        let mut query = CannedQuery::new(sight, limit);
        (query.prefix, query.after) = (prefix.to_owned(), after.map(str::to_owned));
        world.store.list(&query).await.unwrap().into_iter().map(|reply| reply.shortcode).collect()
    }

    fn reply(world: &Canned, shortcode: &str, team: Option<&str>) -> CannedReply {
        let now = world.now();
        CannedReply {
            id: world.id(),
            shortcode: shortcode.to_owned(),
            text: CannedText::stored("Hello".to_owned()),
            team: team.map(str::to_owned),
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    async fn keep(world: &Canned, reply: &CannedReply) {
        world.store.create(reply, &Effects::none()).await.unwrap();
    }
}
