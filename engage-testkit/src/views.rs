//! The rules of a [`ViewStore`].

use engage_core::views::ViewStore;

use crate::World;

suite! { $
    /// One test for each rule of a store of saved views; takes what a [`World`](crate::World) is made of.
    view_store_conformance, views, World<dyn ViewStore> {
        a_view_is_found_as_it_was_kept,
        lists_hold_what_the_sight_sees_by_name,
        no_more_are_kept_than_fit,
        of_many_at_once_as_many_are_kept_as_fit,
        a_change_of_a_view_expects_the_version_before,
        a_view_is_removed_once,
        effects_commit_with_the_view,
    }
}

mod rules {
    use engage_core::chat::{Priority, Sight};
    use engage_core::views::{
        ChatFilter, Room, SavedView, TicketFilter, ViewFilter, ViewKind, ViewQuery, ViewStatus, ViewStore,
    };
    use engage_core::{AgentRef, Effects, ErrorKind, Result};

    use crate::chat::staff;
    use crate::world::{World, drain};

    type Views = World<dyn ViewStore>;

    const ROOM: Room = Room { own: 50, shared: 50 };

    /// Every field comes back.
    pub async fn a_view_is_found_as_it_was_kept(world: Views) {
        for (turn, text) in crate::hostile::names().into_iter().enumerate() {
            let mut one = view(&world, &text, &format!("{turn}"), turn % 2 == 0);
            one.owner.name.clone_from(&text);
            one.filter = ViewFilter::Chat(ChatFilter {
                status: Some(ViewStatus::Snoozed),
                assignee: Some(text.clone()),
                team: Some(text.clone()),
                label: Some(text),
                priority: Some(Priority::Urgent),
                mentioned: turn % 2 == 1,
            });
            one.updated_at = world.now();
            keep(&world, &one).await.unwrap();
            assert_eq!(world.store.get(one.id).await.unwrap(), Some(one.clone()));
            let of_tickets = TicketFilter {
                status: Some(one.name.clone()),
                assignee: Some(one.name.clone()),
                team: Some(one.name.clone()),
                tag: Some(one.name.clone()),
                priority: Some(Priority::Low),
                awake: turn % 2 == 0,
            };
            let two = SavedView { id: world.id(), filter: ViewFilter::Tickets(of_tickets), ..one };
            keep(&world, &two).await.unwrap();
            assert_eq!(world.store.get(two.id).await.unwrap(), Some(two));
        }
        assert_eq!(world.store.get(world.id()).await.unwrap(), None);
    }

    /// Staff see their own and the shared ones, admins too; engage sees all, visitors none; byte by byte, of equals the older.
    pub async fn lists_hold_what_the_sight_sees_by_name(world: Views) {
        let rows =
            [("b", "ada", false), ("B", "ada", true), ("a", "eve", true), ("ab", "eve", false), ("a", "ada", false)];
        for (name, owner, shared) in rows {
            world.now();
            keep(&world, &view(&world, name, owner, shared)).await.unwrap();
        }
        let list = async |sight: Sight, limit| {
            let found = world.store.list(&ViewQuery::new(sight, limit)).await.unwrap();
            found.into_iter().map(|view| format!("{} {}", view.name, view.owner.id)).collect::<Vec<_>>()
        };
        let (ada, root) = (staff("ada", &[], false), staff("root", &[], true));
        assert_eq!(list(Sight::Staff(ada), 9).await, ["B ada", "a eve", "a ada", "b ada"]);
        assert_eq!(list(Sight::Staff(root), 9).await, ["B ada", "a eve"]);
        assert_eq!(list(Sight::All, 9).await.len(), 5);
        assert_eq!(list(Sight::All, 2).await, ["B ada", "a eve"]);
        assert!(list(Sight::Visitor(world.id()), 9).await.is_empty());
        let tickets = ViewFilter::Tickets(TicketFilter::default());
        keep(&world, &SavedView { filter: tickets, ..view(&world, "t", "ada", true) }).await.unwrap();
        for (kind, count) in [(Some(ViewKind::Chat), 5), (Some(ViewKind::Tickets), 1), (None, 6)] {
            let mut of_kind = ViewQuery::new(Sight::All, 9);
            of_kind.kind = kind;
            assert_eq!(world.store.list(&of_kind).await.unwrap().len(), count);
        }
    }

    /// By creation or by sharing; what is there can be changed when all is full.
    pub async fn no_more_are_kept_than_fit(world: Views) {
        let room = Room { own: 2, shared: 1 };
        let create = async |view: &SavedView| {
            let effects = Effects::none().and_send(world.promise());
            world.store.create(view, room, &effects).await.map_err(|error| (error.kind(), error.code()))
        };
        let full = Err((ErrorKind::Conflict, "too_many_views"));
        let (one, two) = (view(&world, "1", "ada", true), view(&world, "2", "ada", false));
        create(&one).await.unwrap();
        create(&two).await.unwrap();
        assert_eq!(create(&view(&world, "3", "ada", false)).await, full, "two of each person");
        assert_eq!(create(&view(&world, "4", "eve", true)).await, full, "one shared");
        create(&view(&world, "5", "eve", false)).await.unwrap();
        assert_eq!(drain(&*world.store.outbox(), world.now()).await.len(), 3, "no promises of what was refused");

        let next = |view: &SavedView, shared| SavedView { shared, version: view.version + 1, ..view.clone() };
        let refused = world.store.update(&next(&two, true), room, &Effects::none()).await.unwrap_err();
        assert_eq!(refused.code(), "too_many_views");
        world.store.update(&next(&one, true), room, &Effects::none()).await.unwrap();
        world.store.update(&next(&next(&one, true), false), room, &Effects::none()).await.unwrap();
        world.store.update(&next(&two, true), room, &Effects::none()).await.unwrap();
    }

    /// Nobody slips in between the counting and the writing.
    pub async fn of_many_at_once_as_many_are_kept_as_fit(world: Views) {
        let room = Room { own: 5, shared: 3 };
        let made = (0..12).map(|turn| {
            let (world, view) = (world.clone(), view(&world, &turn.to_string(), "ada", turn % 2 == 0));
            tokio::spawn(async move { world.store.create(&view, room, &Effects::none()).await.is_ok() })
        });
        let made: Vec<_> = made.collect();
        for one in made {
            one.await.unwrap();
        }
        let kept = world.store.list(&ViewQuery::new(Sight::All, 100)).await.unwrap();
        assert_eq!(kept.len(), 5);
        assert!(kept.iter().filter(|view| view.shared).count() <= 3);
    }

    /// A change that saw an older version is refused and changes nothing.
    pub async fn a_change_of_a_view_expects_the_version_before(world: Views) {
        let first = view(&world, "one", "ada", false);
        keep(&world, &first).await.unwrap();
        let owner = AgentRef { id: "ada".to_owned(), name: "Ada, married".to_owned() };
        let filter = ViewFilter::Chat(ChatFilter { team: Some(String::new()), ..ChatFilter::default() });
        let changed = SavedView { name: "two".to_owned(), filter, shared: true, owner, ..first.clone() };
        let second = SavedView { version: 2, updated_at: world.now(), ..changed };
        world.store.update(&second, ROOM, &Effects::none()).await.unwrap();
        for version in [1, 2, 4, 0] {
            let stale = SavedView { version, ..first.clone() };
            let refused = world.store.update(&stale, ROOM, &Effects::none()).await.unwrap_err();
            assert_eq!((refused.kind(), refused.code()), (ErrorKind::Conflict, "conflict"));
        }
        assert_eq!(world.store.get(first.id).await.unwrap(), Some(second));
    }

    /// The second time it is not there.
    pub async fn a_view_is_removed_once(world: Views) {
        let one = view(&world, "one", "ada", false);
        keep(&world, &one).await.unwrap();
        let gone = async || world.store.delete(one.id, &Effects::none().and_send(world.promise())).await.unwrap();
        assert!(gone().await && !gone().await);
        assert_eq!(world.store.get(one.id).await.unwrap(), None);
        assert_eq!(drain(&*world.store.outbox(), world.now()).await.len(), 1);
    }

    /// Each change brings its promise, or nothing is changed.
    pub async fn effects_commit_with_the_view(world: Views) {
        let one = view(&world, "one", "ada", false);
        let taken = Effects::none().and_send(world.promise());
        world.store.create(&one, ROOM, &taken).await.unwrap();
        let two = view(&world, "two", "ada", false);
        world.store.create(&two, ROOM, &taken).await.unwrap_err();
        assert_eq!(world.store.get(two.id).await.unwrap(), None);
        world.store.update(&SavedView { version: 2, ..one.clone() }, ROOM, &taken).await.unwrap_err();
        world.store.delete(one.id, &taken).await.unwrap_err();
        assert_eq!(world.store.get(one.id).await.unwrap(), Some(one));
        assert_eq!(drain(&*world.store.outbox(), world.now()).await.len(), 1);
    }

    fn view(world: &Views, name: &str, owner: &str, shared: bool) -> SavedView {
        let now = world.now();
        SavedView {
            id: world.id(),
            name: name.to_owned(),
            filter: ViewFilter::Chat(ChatFilter::default()),
            shared,
            owner: AgentRef { id: owner.to_owned(), name: format!("Name of {owner}") },
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    async fn keep(world: &Views, view: &SavedView) -> Result<()> {
        world.store.create(view, ROOM, &Effects::none()).await
    }
}
