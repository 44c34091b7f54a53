//! The rules of a [`ContactStore`].

use engage_core::contacts::ContactStore;

use crate::World;

suite! { $
    /// One test for each rule of a contact store; takes what a [`World`](crate::World) is made of.
    contact_store_conformance, contacts, World<dyn ContactStore> {
        a_contact_is_found_as_it_was_kept,
        who_is_unknown_is_not_found,
        a_taken_id_is_a_conflict,
        a_taken_external_id_is_a_conflict,
        external_ids_are_exact,
        of_many_equal_creations_one_is_kept,
        an_update_expects_the_version_before,
        of_many_updates_at_once_one_is_kept,
        effects_commit_with_the_contact,
        a_taken_effect_id_changes_nothing,
        a_merge_marks_and_empties,
        a_block_outlives_a_merge,
        a_member_is_not_merged_away,
        a_merge_again_changes_nothing,
        a_merge_that_cannot_be_changes_nothing,
        of_many_merges_at_once_one_holds,
        two_contacts_cannot_merge_into_each_other,
        contacts_are_found_by_beginnings_of_their_words,
    }
}

mod rules {
    use std::sync::Arc;

    use engage_core::attributes::{Attribute, AttributePatch, Attributes};
    use engage_core::chat::Sight;
    use engage_core::contacts::{Blocked, Contact, ContactQuery, ContactStore};
    use engage_core::words::Terms;
    use engage_core::{Effects, ErrorKind, Result};
    use tokio::sync::Barrier;

    use crate::world::{World, drain};

    type Contacts = World<dyn ContactStore>;

    /// Every field comes back, by the id and by the host's id.
    pub async fn a_contact_is_found_as_it_was_kept(world: Contacts) {
        for (turn, name) in crate::hostile::names().into_iter().enumerate() {
            let mut contact = anonymous(&world);
            contact.external_id = Some(name.clone());
            contact.name = Some(name.clone());
            contact.email = Some(format!("{turn}@example.com"));
            let text = Attribute::Text(format!("{{}} {name}"));
            contact.attributes.apply(&AttributePatch::default().with("name", Some(text)).with("n", Some(true.into())));
            contact.blocked = Some(Blocked { at: world.now(), by: None, reason: Some(name.clone()) });
            contact.updated_at = world.now();
            keep(&world, &contact).await.unwrap();
            assert_eq!(world.store.get(contact.id).await.unwrap(), Some(contact.clone()));
            assert_eq!(world.store.by_external_id(&name).await.unwrap(), Some(contact));
        }
        let nobody = anonymous(&world);
        keep(&world, &nobody).await.unwrap();
        assert_eq!(world.store.get(nobody.id).await.unwrap(), Some(nobody));
    }

    /// An unknown id is nobody, which is no error.
    pub async fn who_is_unknown_is_not_found(world: Contacts) {
        keep(&world, &anonymous(&world)).await.unwrap();
        assert_eq!(world.store.get(world.id()).await.unwrap(), None);
        assert_eq!(world.store.by_external_id("nobody").await.unwrap(), None);
        assert_eq!(world.store.by_external_id("").await.unwrap(), None);
    }

    /// An id is kept once; the first stays.
    pub async fn a_taken_id_is_a_conflict(world: Contacts) {
        let first = anonymous(&world);
        keep(&world, &first).await.unwrap();
        let second = Contact { name: Some("Second".to_owned()), ..first.clone() };
        assert_conflict(keep(&world, &second).await);
        assert_eq!(world.store.get(first.id).await.unwrap(), Some(first));
    }

    /// The host's id is one person's, however it is set. Any number of people have none.
    pub async fn a_taken_external_id_is_a_conflict(world: Contacts) {
        let (member, other) = (member(&world, "42"), anonymous(&world));
        keep(&world, &member).await.unwrap();
        keep(&world, &other).await.unwrap();
        keep(&world, &anonymous(&world)).await.unwrap();
        assert_conflict(keep(&world, &self::member(&world, "42")).await);
        let claims = Contact { external_id: Some("42".to_owned()), version: 2, ..other.clone() };
        assert_conflict(world.store.update(&claims, &Effects::none()).await);
        assert_eq!(world.store.get(other.id).await.unwrap(), Some(other));
        assert_eq!(world.store.by_external_id("42").await.unwrap(), Some(member));
    }

    /// Case, white space and normal form tell the host's ids apart.
    pub async fn external_ids_are_exact(world: Contacts) {
        let ids = ["ada", "Ada", "ada ", " ada", "a%", "a_a", "é", "e\u{0301}"];
        for id in ids {
            keep(&world, &member(&world, id)).await.unwrap();
        }
        for id in ids {
            assert_eq!(world.store.by_external_id(id).await.unwrap().unwrap().external_id.as_deref(), Some(id));
        }
    }

    /// However many requests make the same member at once, one is made.
    pub async fn of_many_equal_creations_one_is_kept(world: Contacts) {
        let answers = at_once(&world, |world, _| {
            let contact = member(&world, "42");
            async move { keep(&world, &contact).await }
        });
        assert_one(answers.await);
    }

    /// An update that saw an older version is refused and changes nothing.
    pub async fn an_update_expects_the_version_before(world: Contacts) {
        let first = anonymous(&world);
        keep(&world, &first).await.unwrap();
        let mut second = Contact { name: Some("Ada".to_owned()), version: 2, updated_at: world.now(), ..first.clone() };
        second.attributes.apply(&AttributePatch::default().with("plan", Some(false.into())));
        world.store.update(&second, &Effects::none()).await.unwrap();
        assert_eq!(world.store.get(first.id).await.unwrap(), Some(second.clone()));
        for version in [1, 2, 4, 0, -1] {
            let stale = Contact { name: Some("Stale".to_owned()), version, ..first.clone() };
            assert_conflict(world.store.update(&stale, &Effects::none()).await);
        }
        assert_conflict(world.store.update(&Contact { version: 2, ..anonymous(&world) }, &Effects::none()).await);
        assert_eq!(world.store.get(first.id).await.unwrap(), Some(second));
    }

    /// Of all who saw the same version, one writes.
    pub async fn of_many_updates_at_once_one_is_kept(world: Contacts) {
        let contact = anonymous(&world);
        keep(&world, &contact).await.unwrap();
        let answers = at_once(&world, |world, turn| {
            let next = Contact { name: Some(format!("Name {turn}")), version: 2, ..contact.clone() };
            async move { world.store.update(&next, &Effects::none()).await }
        });
        assert_one(answers.await);
        assert_eq!(world.store.get(contact.id).await.unwrap().unwrap().version, 2);
    }

    /// Creation, update and merge each bring their promises.
    pub async fn effects_commit_with_the_contact(world: Contacts) {
        let (one, two) = (anonymous(&world), anonymous(&world));
        let promises = [world.promise(), world.promise(), world.promise()];
        let effects = |which: usize| Effects::none().and_send(promises[which].clone());
        world.store.create(&one, &effects(0)).await.unwrap();
        world.store.update(&Contact { version: 2, ..one.clone() }, &effects(1)).await.unwrap();
        keep(&world, &two).await.unwrap();
        assert!(world.store.merge(one.id, two.id, &effects(2)).await.unwrap());
        let kept = drain(&*world.store.outbox(), world.now()).await;
        assert_eq!(kept.into_iter().map(|claimed| claimed.message).collect::<Vec<_>>(), promises);
    }

    /// What cannot promise what it must does nothing.
    pub async fn a_taken_effect_id_changes_nothing(world: Contacts) {
        let (one, two) = (anonymous(&world), anonymous(&world));
        let taken = Effects::none().and_send(world.promise());
        world.store.create(&one, &taken).await.unwrap();
        world.store.create(&two, &taken).await.unwrap_err();
        assert_eq!(world.store.get(two.id).await.unwrap(), None);
        keep(&world, &two).await.unwrap();
        world.store.update(&Contact { version: 2, ..one.clone() }, &taken).await.unwrap_err();
        world.store.merge(one.id, two.id, &taken).await.unwrap_err();
        assert_eq!(world.store.get(one.id).await.unwrap(), Some(one));
        assert_eq!(drain(&*world.store.outbox(), world.now()).await.len(), 1);
    }

    /// Who turned out to be somebody else has nothing left of their own, and an edit begun before does not bring it back.
    pub async fn a_merge_marks_and_empties(world: Contacts) {
        let mut from = Contact { name: Some("Ann".to_owned()), ..anonymous(&world) };
        from.attributes.apply(&AttributePatch::default().with("plan", Some(true.into())));
        let into = anonymous(&world);
        keep(&world, &from).await.unwrap();
        keep(&world, &into).await.unwrap();
        assert!(world.store.merge(from.id, into.id, &Effects::none()).await.unwrap());
        let merged = world.store.get(from.id).await.unwrap().unwrap();
        assert_eq!(merged.merged_into, Some(into.id));
        assert_eq!((merged.external_id, merged.name, merged.email), (None, None, None));
        assert_eq!(merged.attributes, Attributes::default());
        assert_eq!(world.store.get(into.id).await.unwrap(), Some(into.clone()), "the other keeps its own");
        assert_conflict(world.store.update(&Contact { version: 2, ..from }, &Effects::none()).await);
    }

    /// Who stays is blocked when either was, for the reason of the one that stays if both were; that is a change of its own.
    pub async fn a_block_outlives_a_merge(world: Contacts) {
        let reason = |text: &str| Blocked { at: world.now(), by: None, reason: Some(text.to_owned()) };
        for (was, stays, is) in
            [(Some("a"), None, Some("a")), (None, Some("b"), Some("b")), (Some("a"), Some("b"), Some("b"))]
        {
            let from = Contact { blocked: was.map(reason), ..anonymous(&world) };
            let into = Contact { blocked: stays.map(reason), ..anonymous(&world) };
            keep(&world, &from).await.unwrap();
            keep(&world, &into).await.unwrap();
            assert!(world.store.merge(from.id, into.id, &Effects::none()).await.unwrap());
            let now = world.store.get(into.id).await.unwrap().unwrap();
            assert_eq!(now.blocked.as_ref().and_then(|blocked| blocked.reason.as_deref()), is);
            assert_eq!(now.version, if stays.is_none() { 2 } else { 1 });
            assert_eq!(world.store.get(from.id).await.unwrap().unwrap().blocked, None);
            let stale = Contact { version: 2, ..into };
            assert_eq!(world.store.update(&stale, &Effects::none()).await.is_err(), stays.is_none());
        }
    }

    /// Whom the host knows is nobody else's to become.
    pub async fn a_member_is_not_merged_away(world: Contacts) {
        let (from, into) = (member(&world, "42"), member(&world, "43"));
        keep(&world, &from).await.unwrap();
        keep(&world, &into).await.unwrap();
        assert_conflict(world.store.merge(from.id, into.id, &Effects::none().and_send(world.promise())).await);
        assert_eq!(world.store.by_external_id("42").await.unwrap(), Some(from));
        assert!(drain(&*world.store.outbox(), world.now()).await.is_empty());
    }

    /// Done twice, it is done once, and promises once.
    pub async fn a_merge_again_changes_nothing(world: Contacts) {
        let (from, into) = (anonymous(&world), anonymous(&world));
        keep(&world, &from).await.unwrap();
        keep(&world, &into).await.unwrap();
        let merge =
            async || world.store.merge(from.id, into.id, &Effects::none().and_send(world.promise())).await.unwrap();
        assert!(merge().await);
        let merged = world.store.get(from.id).await.unwrap();
        assert!(!merge().await);
        assert_eq!(world.store.get(from.id).await.unwrap(), merged);
        assert_eq!(drain(&*world.store.outbox(), world.now()).await.len(), 1);
    }

    /// Merging with nobody, away from where it was merged, or into what is merged itself.
    pub async fn a_merge_that_cannot_be_changes_nothing(world: Contacts) {
        let (one, two, three) = (anonymous(&world), anonymous(&world), anonymous(&world));
        for contact in [&one, &two, &three] {
            keep(&world, contact).await.unwrap();
        }
        let merge = async |from, into| world.store.merge(from, into, &Effects::none().and_send(world.promise())).await;
        assert_eq!(merge(world.id(), one.id).await.unwrap_err().kind(), ErrorKind::NotFound);
        assert_eq!(merge(one.id, world.id()).await.unwrap_err().kind(), ErrorKind::NotFound);
        world.store.merge(one.id, two.id, &Effects::none()).await.unwrap();
        assert_conflict(merge(one.id, three.id).await);
        assert_conflict(merge(three.id, one.id).await);
        assert_eq!(world.store.get(three.id).await.unwrap(), Some(three));
        assert!(drain(&*world.store.outbox(), world.now()).await.is_empty());
    }

    /// Nobody becomes two people.
    pub async fn of_many_merges_at_once_one_holds(world: Contacts) {
        let from = anonymous(&world);
        keep(&world, &from).await.unwrap();
        let answers = at_once(&world, |world, _| {
            let (into, from) = (anonymous(&world), from.id);
            async move {
                keep(&world, &into).await.unwrap();
                world.store.merge(from, into.id, &Effects::none()).await.map(|merged| assert!(merged))
            }
        });
        assert_one(answers.await);
    }

    /// Two merges that would make a circle: one of them is refused.
    pub async fn two_contacts_cannot_merge_into_each_other(world: Contacts) {
        for _ in 0..10 {
            let pair = [anonymous(&world), anonymous(&world)];
            for contact in &pair {
                keep(&world, contact).await.unwrap();
            }
            let (store, none) = (&world.store, Effects::none());
            let (there, back) =
                tokio::join!(store.merge(pair[0].id, pair[1].id, &none), store.merge(pair[1].id, pair[0].id, &none));
            assert_eq!(usize::from(there.is_ok()) + usize::from(back.is_ok()), 1, "{there:?} and {back:?}");
        }
    }

    /// By name, address and the host's id, as they are now; newest first, page by page; merged ones are nobody.
    pub async fn contacts_are_found_by_beginnings_of_their_words(world: Contacts) {
        let mut kept = Vec::new();
        for (turn, name) in crate::hostile::names().into_iter().enumerate() {
            let contact = Contact {
                name: Some(format!("Ann {name}")),
                email: Some(format!("a{turn}@example.com")),
                external_id: Some(format!("host|{turn}")),
                ..anonymous(&world)
            };
            keep(&world, &contact).await.unwrap();
            kept.insert(0, contact);
        }
        keep(&world, &anonymous(&world)).await.unwrap();
        let find = async |query: &str, before, limit| {
            let mut query = ContactQuery::new(Sight::All, Terms::checked(query).unwrap(), limit);
            query.before = before;
            world.store.search(&query).await.unwrap()
        };
        assert_eq!(find("an exam", None, 100).await, kept);
        assert_eq!(find("HOST 3", None, 100).await, [kept[kept.len() - 4].clone()]);
        for contact in &kept {
            assert!(find(contact.name.as_deref().unwrap(), None, 100).await.contains(contact), "{contact:?}");
        }
        assert!(find("ann nobody", None, 100).await.is_empty());
        let mut paged = Vec::new();
        while let page @ [_, ..] = &find("ann", paged.last().map(|last: &Contact| last.id), 4).await[..] {
            paged.extend(page.to_vec());
        }
        assert_eq!(paged, kept);

        let renamed = Contact { name: Some("Zora".to_owned()), version: 2, ..kept[0].clone() };
        world.store.update(&renamed, &Effects::none()).await.unwrap();
        assert_eq!(find("zora", None, 100).await, [renamed]);
        let (from, into) = (Contact { name: Some("Zoe".to_owned()), ..anonymous(&world) }, anonymous(&world));
        keep(&world, &from).await.unwrap();
        keep(&world, &into).await.unwrap();
        world.store.merge(from.id, into.id, &Effects::none()).await.unwrap();
        assert!(find("zoe", None, 100).await.is_empty());
        let query = ContactQuery::new(Sight::Visitor(into.id), Terms::checked("ann").unwrap(), 9);
        assert!(world.store.search(&query).await.unwrap().is_empty());
    }

    fn anonymous(world: &Contacts) -> Contact {
        let now = world.now();
        Contact::anonymous(world.id(), now)
    }

    fn member(world: &Contacts, external_id: &str) -> Contact {
        Contact { external_id: Some(external_id.to_owned()), name: Some("Ada".to_owned()), ..anonymous(world) }
    }

    async fn keep(world: &Contacts, contact: &Contact) -> Result<()> {
        world.store.create(contact, &Effects::none()).await
    }

    async fn at_once<F: Future<Output = Result<()>> + Send + 'static>(
        world: &Contacts,
        act: impl Fn(Contacts, usize) -> F,
    ) -> Vec<Result<()>> {
        let barrier = Arc::new(Barrier::new(16));
        let mut crowd = tokio::task::JoinSet::new();
        for turn in 0..16 {
            let (barrier, act) = (Arc::clone(&barrier), act(world.clone(), turn));
            crowd.spawn(async move {
                barrier.wait().await;
                act.await
            });
        }
        crowd.join_all().await
    }

    fn assert_one(answers: Vec<Result<()>>) {
        let (kept, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
        assert_eq!(kept.len(), 1);
        refused.into_iter().for_each(assert_conflict);
    }

    fn assert_conflict<T: std::fmt::Debug>(answer: Result<T>) {
        assert_eq!(answer.unwrap_err().kind(), ErrorKind::Conflict);
    }
}
