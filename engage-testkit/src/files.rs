//! The rules of a [`FileStore`].

use engage_core::files::FileStore;

use crate::World;

suite! { $
    /// One test for each rule of a store of files; takes what a [`World`](crate::World) is made of.
    file_store_conformance, files, World<dyn FileStore> {
        a_file_is_found_as_it_was_kept,
        a_change_of_a_file_expects_the_version_before,
        of_many_changes_at_once_one_is_kept,
        quotas_count_what_there_is,
        of_many_files_at_once_as_many_are_kept_as_fit,
        what_goes_makes_room,
        files_are_attached_all_or_none,
        of_many_who_attach_a_file_one_does,
        a_file_is_removed_once,
        files_have_their_time,
        what_files_were_to_begin_is_found,
        blobs_are_named_by_what_is_there,
        uploads_move_with_their_contact,
    }
}

mod rules {
    use std::collections::HashSet;

    use engage_core::files::{
        Attached, BlobKey, Content, File, FileState, FileStore, Owner, Part, Pixels, Quota, Refusal, Stale, Uploader,
    };
    use engage_core::{ErrorKind, Result};

    use crate::world::World;

    type Files = World<dyn FileStore>;

    /// Every field comes back.
    pub async fn a_file_is_found_as_it_was_kept(world: Files) {
        let uploaders = [Uploader::Visitor(world.id()), Uploader::Agent("a:b".to_owned()), Uploader::System];
        for (text, uploader) in crate::hostile::names().into_iter().zip(uploaders.iter().cycle()) {
            let states = [
                FileState::Uploading { parts: Vec::new() },
                FileState::Uploading { parts: vec![part(&world, 3), part(&world, 4)] },
                ready(&world, 1 << 50, None),
                ready(&world, 9, Some(Pixels { width: 3, height: u32::MAX })),
                FileState::Refused(Refusal { code: "scan_refused".to_owned(), reason: text.clone() }),
            ];
            for state in states {
                let one = File { name: text.clone(), uploader: uploader.clone(), state, ..file(&world, 7) };
                keep(&world, &one).await.unwrap();
                assert_eq!(world.store.get(one.id).await.unwrap(), Some(one));
            }
        }
        assert_eq!(world.store.get(world.id()).await.unwrap(), None);
    }

    /// Else nothing is written.
    pub async fn a_change_of_a_file_expects_the_version_before(world: Files) {
        let one = kept(&world, 10).await;
        let changed = File {
            name: "other.txt".to_owned(),
            state: FileState::Uploading { parts: vec![part(&world, 4)] },
            version: 2,
            updated_at: world.now(),
            ..one.clone()
        };
        world.store.update(&changed).await.unwrap();
        let late = File { name: "late".to_owned(), ..changed.clone() };
        assert_eq!(world.store.update(&late).await.unwrap_err().kind(), ErrorKind::Conflict);
        assert_eq!(world.store.get(one.id).await.unwrap(), Some(changed));
        let gone = File { version: 2, ..file(&world, 1) };
        assert_eq!(world.store.update(&gone).await.unwrap_err().kind(), ErrorKind::Conflict);
    }

    /// As two who send the same part.
    pub async fn of_many_changes_at_once_one_is_kept(world: Files) {
        let one = kept(&world, 100).await;
        let tasks = (0..8).map(|turn| {
            let state = FileState::Uploading { parts: vec![part(&world, turn + 1)] };
            let (store, one) = (world.store.clone(), File { state, version: 2, ..one.clone() });
            tokio::spawn(async move { store.update(&one).await.is_ok() })
        });
        let mut done = 0;
        for task in tasks.collect::<Vec<_>>() {
            done += i32::from(task.await.unwrap());
        }
        assert_eq!(done, 1);
    }

    /// The site's bytes, a person's within their time, and how many of theirs belong to nothing.
    pub async fn quotas_count_what_there_is(world: Files) {
        let (ada, bob) = (Uploader::Visitor(world.id()), Uploader::Visitor(world.id()));
        let begin = async |uploader: &Uploader, size, quota: &Quota| {
            let one = File { uploader: uploader.clone(), ..file(&world, size) };
            world.store.create(&one, quota).await.map(|()| one.id).map_err(|error| (error.kind(), error.code()))
        };
        let since = world.now();
        let quota = Quota::new(100, 60, 2, since);
        let first = begin(&ada, 50, &quota).await.unwrap();
        assert_eq!(begin(&ada, 11, &quota).await, Err((ErrorKind::RateLimited, "quota_exceeded")));
        assert_eq!(begin(&bob, 51, &quota).await, Err((ErrorKind::Unavailable, "storage_full")));
        begin(&ada, 10, &quota).await.unwrap();
        assert_eq!(begin(&ada, 0, &quota).await, Err((ErrorKind::RateLimited, "too_many_files")));
        begin(&bob, 40, &quota).await.unwrap();
        assert_eq!(begin(&bob, 1, &quota).await, Err((ErrorKind::Unavailable, "storage_full")));
        // What was refused counts nowhere, and what is long ago no more for its sender.
        let later = Quota::new(110, 10, 9, world.now());
        begin(&ada, 10, &later).await.unwrap();
        assert!(world.store.get(first).await.unwrap().is_some());
    }

    /// Exactly as many.
    pub async fn of_many_files_at_once_as_many_are_kept_as_fit(world: Files) {
        let quota = Quota::new(35, 1_000, 100, world.now());
        let tasks = (0..8).map(|_| {
            let one = File { uploader: Uploader::Visitor(world.id()), ..file(&world, 10) };
            let (store, quota) = (world.store.clone(), quota.clone());
            tokio::spawn(async move { store.create(&one, &quota).await.is_ok() })
        });
        let mut done = 0;
        for task in tasks.collect::<Vec<_>>() {
            done += i32::from(task.await.unwrap());
        }
        assert_eq!(done, 3);
    }

    /// A file counts as what it holds now.
    pub async fn what_goes_makes_room(world: Files) {
        let quota = Quota::new(100, 10_000, 100, world.now());
        let begin = async |size| {
            let one = file(&world, size);
            world.store.create(&one, &quota).await.map(|()| one)
        };
        let one = begin(100).await.unwrap();
        assert!(begin(1).await.is_err());
        let smaller = File { state: ready(&world, 40, None), version: 2, ..one.clone() };
        world.store.update(&smaller).await.unwrap();
        let two = begin(60).await.unwrap();
        assert!(begin(1).await.is_err());
        let refusal = Refusal { code: "type_not_allowed".to_owned(), reason: "No".to_owned() };
        world.store.update(&File { state: FileState::Refused(refusal), version: 2, ..two.clone() }).await.unwrap();
        begin(60).await.unwrap();
        assert!(begin(1).await.is_err());
        world.store.delete(one.id, false).await.unwrap().unwrap();
        world.store.delete(two.id, false).await.unwrap().unwrap();
        begin(40).await.unwrap();
        assert!(begin(1).await.is_err());
    }

    /// In the order that is asked for; done again, it is the same; others get nothing.
    pub async fn files_are_attached_all_or_none(world: Files) {
        let (ada, eve) = (Uploader::Visitor(world.id()), Uploader::Visitor(world.id()));
        let mut own = Vec::new();
        for _ in 0..3 {
            let one = File { uploader: ada.clone(), state: ready(&world, 1, None), ..file(&world, 1) };
            keep(&world, &one).await.unwrap();
            own.insert(0, one.id);
        }
        let attached = here(&world, "m-1");
        let at = world.now();
        let attach = async |ids: &[_], uploader: &Uploader, attached: &Attached| {
            let told = world.store.attach(ids, uploader, attached, at).await;
            told.map_err(|error| (error.kind(), error.code()))
        };
        let unready = File { uploader: ada.clone(), ..file(&world, 1) };
        keep(&world, &unready).await.unwrap();
        let gone = (ErrorKind::NotFound, "not_found");
        for (ids, who) in [
            (vec![own[0], unready.id], &ada),
            (vec![own[0], world.id()], &ada),
            (vec![own[0]], &eve),
            (own.clone(), &eve),
        ] {
            assert_eq!(attach(&ids, who, &attached).await.unwrap_err(), gone);
        }
        assert!(world.store.get(own[0]).await.unwrap().unwrap().attached.is_none());

        let files = attach(&own[..2], &ada, &attached).await.unwrap();
        assert_eq!(files.iter().map(|file| file.id).collect::<Vec<_>>(), own[..2]);
        for file in &files {
            assert_eq!((file.attached.as_ref(), file.version, file.updated_at), (Some(&attached), 2, at));
            assert_eq!(world.store.get(file.id).await.unwrap().as_ref(), Some(file));
        }
        assert_eq!(attach(&own[..2], &ada, &attached).await.unwrap(), files);
        let taken = (ErrorKind::Conflict, "file_attached");
        for other in [here(&world, "m-1"), Attached { key: "m-2".to_owned(), ..attached.clone() }] {
            assert_eq!(attach(&[own[2], own[0]], &ada, &other).await.unwrap_err(), taken);
        }
        assert!(world.store.get(own[2]).await.unwrap().unwrap().attached.is_none());
        let mut of_owner = world.store.of_owner(&attached.to, 9).await.unwrap();
        of_owner.sort_by(|one, other| other.cmp(one));
        assert_eq!(of_owner, own[..2]);
        assert_eq!(world.store.of_owner(&attached.to, 1).await.unwrap().len(), 1);
    }

    /// Two messages never share a file.
    pub async fn of_many_who_attach_a_file_one_does(world: Files) {
        let one = File { state: ready(&world, 1, None), ..file(&world, 1) };
        keep(&world, &one).await.unwrap();
        let tasks = (0..8).map(|turn| {
            let (store, attached, at) = (world.store.clone(), here(&world, &format!("m-{turn}")), world.now());
            let one = one.clone();
            tokio::spawn(async move { store.attach(&[one.id], &one.uploader, &attached, at).await.is_ok() })
        });
        let mut done = 0;
        for task in tasks.collect::<Vec<_>>() {
            done += i32::from(task.await.unwrap());
        }
        assert_eq!(done, 1);
    }

    /// And only when nothing holds it, if that is asked for.
    pub async fn a_file_is_removed_once(world: Files) {
        let one = File { state: ready(&world, 1, None), ..file(&world, 1) };
        keep(&world, &one).await.unwrap();
        let attached = here(&world, "m");
        let held = world.store.attach(&[one.id], &one.uploader, &attached, world.now()).await.unwrap();
        assert_eq!(world.store.delete(one.id, true).await.unwrap(), None);
        assert_eq!(world.store.delete(one.id, false).await.unwrap().as_ref(), held.first());
        assert_eq!(world.store.delete(one.id, false).await.unwrap(), None);
        assert_eq!(world.store.get(one.id).await.unwrap(), None);
        let free = kept(&world, 1).await;
        assert_eq!(world.store.delete(free.id, true).await.unwrap(), Some(free));
    }

    /// Those of nothing by their last change, the others by their beginning.
    pub async fn files_have_their_time(world: Files) {
        let old = kept(&world, 9).await;
        let touched = kept(&world, 9).await;
        let sent = File { state: ready(&world, 1, None), ..file(&world, 1) };
        keep(&world, &sent).await.unwrap();
        world.store.attach(&[sent.id], &sent.uploader, &here(&world, "m"), world.now()).await.unwrap();
        let before = world.now();
        let state = FileState::Uploading { parts: vec![part(&world, 1)] };
        world.store.update(&File { state, version: 2, updated_at: before, ..touched }).await.unwrap();
        kept(&world, 9).await;
        let stale = async |stale: Stale, limit| {
            world.store.stale(&stale, limit).await.unwrap().into_iter().collect::<HashSet<_>>()
        };
        assert_eq!(stale(Stale::new(before, None), 9).await, HashSet::from([old.id]));
        assert_eq!(stale(Stale::new(before, Some(before)), 9).await, HashSet::from([old.id, sent.id]));
        assert_eq!(stale(Stale::new(old.created_at, Some(sent.created_at)), 9).await, HashSet::new());
        assert_eq!(stale(Stale::new(before, Some(before)), 1).await.len(), 1);
    }

    /// Once each, by when they were begun and last changed, in pages.
    pub async fn what_files_were_to_begin_is_found(world: Files) {
        let from = world.now();
        let mut begun = Vec::new();
        for (turn, key) in ["~a", "~a", "b", "~c", "~d"].into_iter().enumerate() {
            let to = match turn {
                0 | 2 => Owner::Conversation(world.id()),
                1 => begun[0],
                _ => Owner::Ticket(world.id()),
            };
            let one = File { state: ready(&world, 1, None), ..file(&world, 1) };
            keep(&world, &one).await.unwrap();
            let attached = Attached { to, key: key.to_owned(), staff_only: false };
            world.store.attach(&[one.id], &one.uploader, &attached, world.now()).await.unwrap();
            begun.push(to);
        }
        kept(&world, 1).await;
        let until = world.now();
        let mut wanted = vec![begun[0], begun[3], begun[4]];
        wanted.sort_by_key(Owner::to_string);
        let found = async |from, until, changed, after: Option<&Owner>, limit| {
            world.store.beginnings(&(from..until), changed, after, limit).await.unwrap()
        };
        assert_eq!(found(from, until, until, None, 9).await, wanted);
        assert_eq!(found(from, until, until, None, 1).await, wanted[..1]);
        assert_eq!(found(from, until, until, Some(&wanted[0]), 9).await, wanted[1..]);
        assert_eq!(found(from, until, from, None, 9).await, [], "they were changed since");
        assert_eq!(found(until, until, until, None, 9).await, []);
        assert_eq!(found(world.now(), world.now(), world.now(), None, 9).await, []);
    }

    /// As long as a file has them.
    pub async fn blobs_are_named_by_what_is_there(world: Files) {
        let parts = vec![part(&world, 1), part(&world, 2)];
        let keys: Vec<BlobKey> = parts.iter().map(|part| part.blob.clone()).collect();
        let one = File { state: FileState::Uploading { parts }, ..file(&world, 3) };
        keep(&world, &one).await.unwrap();
        let FileState::Ready(content) = ready(&world, 3, None) else { panic!("it is ready") };
        let asked = [keys.clone(), vec![content.blob.clone(), world.id()]].concat();
        let named = async || world.store.named(&asked).await.unwrap();
        assert_eq!(named().await, keys.into_iter().collect());
        let blob = content.blob.clone();
        world.store.update(&File { state: FileState::Ready(content), version: 2, ..one.clone() }).await.unwrap();
        assert_eq!(named().await, HashSet::from([blob]));
        world.store.delete(one.id, true).await.unwrap();
        assert_eq!(named().await, HashSet::new());
        assert_eq!(world.store.named(&[]).await.unwrap(), HashSet::new());
    }

    /// When two contacts become one.
    pub async fn uploads_move_with_their_contact(world: Files) {
        let (from, into) = (world.id(), world.id());
        let own = File { uploader: Uploader::Visitor(from), ..file(&world, 1) };
        keep(&world, &own).await.unwrap();
        let other = kept(&world, 1).await;
        for _ in 0..2 {
            world.store.move_uploads(from, into).await.unwrap();
        }
        assert_eq!(world.store.get(own.id).await.unwrap().unwrap().uploader, Uploader::Visitor(into));
        assert_eq!(world.store.get(other.id).await.unwrap(), Some(other));
    }

    fn file(world: &Files, size: i64) -> File {
        let at = world.now();
        File {
            id: world.id(),
            name: "a.txt".to_owned(),
            declared: size,
            state: FileState::Uploading { parts: Vec::new() },
            uploader: Uploader::Agent("ada".to_owned()),
            attached: None,
            version: 1,
            created_at: at,
            updated_at: at,
        }
    }

    fn part(world: &Files, size: i64) -> Part {
        Part { blob: world.id(), size }
    }

    fn ready(world: &Files, size: i64, pixels: Option<Pixels>) -> FileState {
        let (media_type, sha256) = ("image/png".to_owned(), "0".repeat(64));
        FileState::Ready(Content { blob: world.id(), media_type, size, sha256, pixels })
    }

    fn here(world: &Files, key: &str) -> Attached {
        Attached { to: Owner::Conversation(world.id()), key: key.to_owned(), staff_only: true }
    }

    async fn keep(world: &Files, file: &File) -> Result<()> {
        world.store.create(file, &Quota::new(i64::MAX, i64::MAX, i64::MAX, world.now())).await
    }

    async fn kept(world: &Files, size: i64) -> File {
        let one = file(world, size);
        keep(world, &one).await.unwrap();
        one
    }
}
