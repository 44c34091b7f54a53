//! Files whose bytes lie with somebody who is slow, away, full, or forgets.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use bytes::Bytes;
use engage_core::files::{
    BlobKey, BlobStore, BlobStream, File, FileLimits, FileSetup, FileState, MemoryBlobs, NewFile, collected, streamed,
};
use engage_core::tickets::{Edit, NewTicket, Said};
use engage_core::{Actor, Engage, Error, ErrorKind, Result, Staff, async_trait};
use futures_util::StreamExt as _;

use crate::support::{Site, agent, staff, talk};

/// What is wrong with the store.
#[derive(Clone, Copy)]
#[repr(u8)]
enum Wrong {
    Nothing,
    /// Does not answer.
    Slow,
    /// Answers with errors.
    Away,
    /// Has no room.
    Full,
    /// Reads break off in the middle.
    Short,
    /// Reads hold other bytes.
    Rotten,
    /// Removes nothing.
    Keeps,
}

#[derive(Debug, Clone, Default)]
struct Faulty {
    blobs: MemoryBlobs,
    wrong: Arc<AtomicU8>,
}

impl Faulty {
    fn now(&self, wrong: Wrong) {
        self.wrong.store(wrong as u8, Ordering::SeqCst);
    }

    fn is(&self, wrong: Wrong) -> bool {
        self.wrong.load(Ordering::SeqCst) == wrong as u8
    }

    async fn strike(&self) -> Result<()> {
        if self.is(Wrong::Slow) {
            std::future::pending::<()>().await;
        }
        if self.is(Wrong::Away) {
            return Err(Error::unavailable("the store is away"));
        }
        Ok(())
    }

    async fn keys(&self) -> Vec<BlobKey> {
        self.blobs.list(None, 1_000).await.unwrap()
    }
}

#[async_trait]
impl BlobStore for Faulty {
    async fn put(&self, key: &BlobKey, content: BlobStream, size: u64) -> Result<()> {
        self.strike().await?;
        if self.is(Wrong::Full) {
            return Err(Error::new(ErrorKind::Unavailable, "full").with_code("storage_full"));
        }
        self.blobs.put(key, content, size).await
    }

    async fn read(&self, key: &BlobKey, range: Range<u64>) -> Result<BlobStream> {
        self.strike().await?;
        if self.is(Wrong::Short) {
            let content = self.blobs.read(key, range.start..range.end / 2).await?;
            let broken = futures_util::stream::iter([Err(Error::unavailable("the connection broke"))]);
            return Ok(content.chain(broken).boxed());
        }
        if self.is(Wrong::Rotten) {
            let length = usize::try_from(range.end - range.start).unwrap();
            return Ok(streamed(Bytes::from(vec![b'?'; length])));
        }
        self.blobs.read(key, range).await
    }

    async fn delete(&self, key: &BlobKey) -> Result<()> {
        self.strike().await?;
        if self.is(Wrong::Keeps) { Ok(()) } else { self.blobs.delete(key).await }
    }

    async fn list(&self, after: Option<&BlobKey>, limit: usize) -> Result<Vec<BlobKey>> {
        self.strike().await?;
        self.blobs.list(after, limit).await
    }
}

struct World {
    site: Site,
    engage: Engage,
    blobs: Faulty,
}

impl World {
    async fn new(limits: FileLimits) -> Self {
        let (site, blobs) = (Site::new(), Faulty::default());
        let limits = FileLimits { patience: Duration::from_millis(50), ..limits };
        let setup = FileSetup::new(blobs.clone()).limits(limits);
        let engage = site.builder().files(setup).without_background_jobs().build().await.unwrap();
        Self { site, engage, blobs }
    }

    async fn begin(&self, actor: &Actor, size: i64) -> File {
        let new = NewFile { name: "a.txt".to_owned(), size };
        self.engage.files().unwrap().create(actor, new).await.unwrap()
    }

    async fn write(&self, actor: &Actor, file: &File, offset: i64, bytes: &'static [u8]) -> Result<File> {
        self.engage.files().unwrap().write(actor, file.id, offset, Bytes::from_static(bytes)).await
    }

    async fn read(&self, actor: &Actor, file: &File) -> Result<Bytes> {
        let reading = self.engage.files().unwrap().open(actor, file.id, None).await?;
        collected(reading.bytes, u64::MAX).await
    }

    async fn sweep(&self) {
        self.engage.files().unwrap().sweep().await.unwrap();
    }

    fn pass(&self, hours: u64) {
        self.site.clock.advance(Duration::from_secs(hours * 60 * 60));
    }
}

#[tokio::test]
async fn what_came_before_a_fault_is_kept_and_gone_on_from() {
    let world = World::new(FileLimits::default()).await;
    let (_, visitor) = talk(&world.engage, None).await;
    let file = world.begin(&visitor, 11).await;
    world.write(&visitor, &file, 0, b"hello ").await.unwrap();
    for (wrong, code) in [(Wrong::Slow, "unavailable"), (Wrong::Away, "unavailable"), (Wrong::Full, "storage_full")] {
        world.blobs.now(wrong);
        let error = world.write(&visitor, &file, 6, b"world").await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Unavailable, code));
        assert_eq!(world.engage.files().unwrap().get(&visitor, file.id).await.unwrap().offset(), 6);
    }
    // The last bytes are kept, and what they are is not decided: an empty part tries again.
    world.blobs.now(Wrong::Short);
    let error = world.write(&visitor, &file, 6, b"world").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    let undecided = world.engage.files().unwrap().get(&visitor, file.id).await.unwrap();
    assert!(matches!(undecided.state, FileState::Uploading { .. }) && undecided.offset() == 11);
    world.blobs.now(Wrong::Nothing);
    let ready = world.write(&visitor, &file, 11, b"").await.unwrap();
    assert_eq!(ready.content().unwrap().media_type, "text/plain");
    assert_eq!(world.read(&visitor, &file).await.unwrap(), "hello world");
    assert_eq!(world.blobs.keys().await.len(), 1, "the parts are gone");
}

#[tokio::test]
async fn bytes_that_are_not_what_they_were_are_not_given_out_whole() {
    let world = World::new(FileLimits::default()).await;
    let (_, visitor) = talk(&world.engage, None).await;
    let file = world.begin(&visitor, 5).await;
    world.write(&visitor, &file, 0, b"hello").await.unwrap();
    for (wrong, kind) in [
        (Wrong::Rotten, ErrorKind::Internal),
        (Wrong::Short, ErrorKind::Unavailable),
        (Wrong::Slow, ErrorKind::Unavailable),
    ] {
        world.blobs.now(wrong);
        assert_eq!(world.read(&visitor, &file).await.unwrap_err().kind(), kind);
    }
    world.blobs.now(Wrong::Nothing);
    let key = world.blobs.keys().await.remove(0);
    world.blobs.blobs.delete(&key).await.unwrap();
    assert_eq!(world.read(&visitor, &file).await.unwrap_err().kind(), ErrorKind::Internal, "it is our fault");
}

#[tokio::test]
async fn of_the_same_part_sent_many_times_at_once_one_counts() {
    let world = Arc::new(World::new(FileLimits::default()).await);
    let (_, visitor) = talk(&world.engage, None).await;
    let file = world.begin(&visitor, 5).await;
    let tasks = (0..8).map(|_| {
        let (world, visitor, file) = (Arc::clone(&world), visitor.clone(), file.clone());
        tokio::spawn(async move { world.write(&visitor, &file, 0, b"hello").await.is_ok() })
    });
    let mut done = 0;
    for task in tasks.collect::<Vec<_>>() {
        done += i32::from(task.await.unwrap());
    }
    assert_eq!(done, 1);
    assert_eq!(world.blobs.keys().await.len(), 1, "the others' blobs are gone");
    assert_eq!(world.read(&visitor, &file).await.unwrap(), "hello");
}

#[tokio::test]
async fn nothing_is_left_of_what_was_refused_given_up_or_forgotten() {
    let world = World::new(FileLimits::default()).await;
    let (_, visitor) = talk(&world.engage, None).await;
    let refused = world.begin(&visitor, 6).await;
    world.write(&visitor, &refused, 0, b"<svg").await.unwrap();
    assert_eq!(world.write(&visitor, &refused, 4, b"/>").await.unwrap_err().code(), "type_not_allowed");
    let given_up = world.begin(&visitor, 6).await;
    world.write(&visitor, &given_up, 0, b"abc").await.unwrap();
    world.engage.files().unwrap().delete(&visitor, given_up.id).await.unwrap();
    assert_eq!(world.blobs.keys().await, []);

    let (forgotten, unsent) = (world.begin(&visitor, 6).await, world.begin(&visitor, 3).await);
    world.write(&visitor, &forgotten, 0, b"abc").await.unwrap();
    world.write(&visitor, &unsent, 0, b"abc").await.unwrap();
    world.pass(23);
    world.sweep().await;
    assert_eq!(world.blobs.keys().await.len(), 2);
    world.pass(2);
    world.sweep().await;
    assert_eq!(world.blobs.keys().await, []);
    for file in [refused, forgotten, unsent] {
        let gone = world.engage.files().unwrap().get(&visitor, file.id).await.unwrap_err();
        assert_eq!(gone.kind(), ErrorKind::NotFound);
    }
}

#[tokio::test]
async fn blobs_that_no_file_names_are_found_and_others_left() {
    let world = World::new(FileLimits::default()).await;
    let (conversation, visitor) = talk(&world.engage, None).await;
    let kept = world.begin(&visitor, 3).await;
    world.write(&visitor, &kept, 0, b"abc").await.unwrap();
    send(&world, &visitor, conversation, &kept).await.unwrap();
    // As after a crash between the blob and its row, or when removing failed.
    let orphan: BlobKey = world.engage.context().ids.next();
    world.blobs.put(&orphan, streamed(Bytes::from_static(b"x")), 1).await.unwrap();
    world.blobs.now(Wrong::Keeps);
    let left = world.begin(&visitor, 6).await;
    world.write(&visitor, &left, 0, b"abc").await.unwrap();
    world.engage.files().unwrap().delete(&visitor, left.id).await.unwrap();
    world.blobs.now(Wrong::Nothing);
    world.sweep().await;
    assert_eq!(world.blobs.keys().await.len(), 3, "they may be being written");
    world.pass(2);
    world.sweep().await;
    assert_eq!(world.blobs.keys().await.len(), 1);
    world.pass(24 * 365);
    world.sweep().await;
    assert_eq!(world.read(&visitor, &kept).await.unwrap(), "abc", "what was sent stays");
}

#[tokio::test]
async fn files_of_what_was_never_begun_are_removed() {
    let world = World::new(FileLimits::default()).await;
    let (_, visitor) = talk(&world.engage, None).await;
    let Actor::Visitor(contact) = visitor else { panic!("a visitor") };
    let tickets = world.engage.tickets();
    let ask = |file: &File| {
        let mut new = NewTicket::new(contact, "Help", "Look.").client_message_id("t");
        new.files = vec![file.id];
        new
    };
    let (kept, lost) = (world.begin(&visitor, 3).await, world.begin(&visitor, 3).await);
    for file in [&kept, &lost] {
        world.write(&visitor, file, 0, b"abc").await.unwrap();
    }
    tickets.create(&visitor, ask(&kept)).await.unwrap();
    // The same attempt with another file is refused, but only when it is written: as after a crash in between.
    let refused = tickets.create(&visitor, ask(&lost)).await.unwrap_err();
    assert_eq!(refused.code(), "client_message_id_reused");
    world.pass(47);
    world.sweep().await;
    assert_eq!(world.blobs.keys().await.len(), 2, "it may be tried again");
    world.pass(2);
    world.sweep().await;
    assert_eq!(world.blobs.keys().await.len(), 1);
    assert_eq!(world.read(&visitor, &kept).await.unwrap(), "abc");
    assert_eq!(world.read(&Actor::System, &lost).await.unwrap_err().kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn files_of_a_ticket_are_read_by_who_sees_what_shows_them() {
    let world = World::new(FileLimits::default()).await;
    let (_, visitor) = talk(&world.engage, None).await;
    let (_, other) = talk(&world.engage, None).await;
    let (Actor::Visitor(contact), Actor::Visitor(others)) = (&visitor, &other) else { panic!("visitors") };
    let (tickets, admin, law) =
        (world.engage.tickets(), Staff { admin: true, ..staff("root", &[]) }, agent("eve", &["law"]));
    let admin = Actor::Staff(admin);
    let ready = async |actor: &Actor| {
        let file = world.begin(actor, 3).await;
        world.write(actor, &file, 0, b"abc").await.unwrap()
    };
    let mut new = NewTicket::new(*contact, "Help", "Look.");
    new.team = Some("tax".to_owned());
    let ticket = tickets.create(&admin, new).await.unwrap().ticket.id;
    let (one, two, secret) = (ready(&visitor).await, ready(&visitor).await, ready(&admin).await);
    let said = |key: &str, file: &File| Said::new(key, "").files(vec![file.id]);
    tickets.reply(&visitor, ticket, said("1", &one), Edit::default(), None).await.unwrap();
    let (_, second) = tickets.reply(&visitor, ticket, said("2", &two), Edit::default(), None).await.unwrap();
    tickets.note(&admin, ticket, said("3", &secret), &[]).await.unwrap();
    assert_eq!(world.read(&visitor, &one).await.unwrap(), "abc");
    assert_eq!(world.read(&admin, &secret).await.unwrap(), "abc");
    for (reader, file) in [(&other, &one), (&law, &one), (&visitor, &secret), (&law, &secret)] {
        assert_eq!(world.read(reader, file).await.unwrap_err().kind(), ErrorKind::NotFound);
    }

    // What was copied is read by who sees the copy, and nothing else of where it came from.
    let split = tickets.split(&admin, ticket, "s", "Second", vec![second.seq]).await.unwrap();
    let edit = Edit { team: Some(Some("law".to_owned())), requester: Some(*others), ..Edit::default() };
    tickets.edit(&admin, split.id, edit, None).await.unwrap();
    for reader in [&other, &law] {
        assert_eq!(world.read(reader, &two).await.unwrap(), "abc");
        assert_eq!(world.read(reader, &one).await.unwrap_err().kind(), ErrorKind::NotFound);
    }

    // Said where it goes on, it is read there; said again after that, it is the same.
    let target = tickets.create(&visitor, NewTicket::new(*contact, "More", "Look.")).await.unwrap().ticket.id;
    tickets.merge(&admin, ticket, target).await.unwrap();
    let three = ready(&visitor).await;
    let stale = tickets.reply(&visitor, ticket, said("4", &three), Edit::default(), Some(9)).await;
    let (gone_on, _) =
        stale.or(tickets.reply(&visitor, ticket, said("4", &three), Edit::default(), None).await).unwrap();
    assert_eq!(gone_on.id, target);
    assert_eq!(world.read(&law, &three).await.unwrap(), "abc", "it is everybody's");
    tickets.reply(&visitor, ticket, said("2", &two), Edit::default(), None).await.unwrap();
    let late = ready(&admin).await;
    assert_eq!(tickets.note(&admin, ticket, said("5", &late), &[]).await.unwrap_err().code(), "merged");
    tickets.note(&admin, target, said("5", &late), &[]).await.unwrap();
}

#[tokio::test]
async fn what_was_sent_goes_when_the_site_says_so() {
    let keep = Some(Duration::from_secs(30 * 24 * 60 * 60));
    let world = World::new(FileLimits { keep, ..FileLimits::default() }).await;
    let (conversation, visitor) = talk(&world.engage, None).await;
    let sent = world.begin(&visitor, 3).await;
    world.write(&visitor, &sent, 0, b"abc").await.unwrap();
    send(&world, &visitor, conversation, &sent).await.unwrap();
    world.pass(29 * 24);
    world.sweep().await;
    assert_eq!(world.read(&visitor, &sent).await.unwrap(), "abc");
    world.pass(2 * 24);
    world.sweep().await;
    assert_eq!(world.read(&visitor, &sent).await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(world.blobs.keys().await, []);
}

#[tokio::test]
async fn files_of_a_contact_follow_it_when_it_becomes_another() {
    let world = World::new(FileLimits::default()).await;
    let (conversation, visitor) = talk(&world.engage, None).await;
    let file = world.begin(&visitor, 3).await;
    world.write(&visitor, &file, 0, b"abc").await.unwrap();
    let Actor::Visitor(from) = visitor else { panic!("a visitor") };
    let into = world.engage.contacts().create_anonymous().await.unwrap().id;
    world.engage.contacts().merge(&Actor::System, from, into).await.unwrap();
    world.engage.relay().drain().await.unwrap();
    let now = Actor::Visitor(into);
    assert_eq!(world.read(&visitor, &file).await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(world.read(&now, &file).await.unwrap(), "abc");
    send(&world, &now, conversation, &file).await.unwrap();
    assert_eq!(world.read(&agent("ada", &[]), &file).await.unwrap(), "abc");
}

#[tokio::test]
async fn who_is_blocked_sends_none_and_uses_none_up() {
    let world = World::new(FileLimits::default()).await;
    let (conversation, visitor) = talk(&world.engage, None).await;
    let file = world.begin(&visitor, 3).await;
    world.write(&visitor, &file, 0, b"abc").await.unwrap();
    let Actor::Visitor(contact) = visitor else { panic!("a visitor") };
    world.engage.contacts().block(&Actor::System, contact, None).await.unwrap();
    assert_eq!(send(&world, &visitor, conversation, &file).await.unwrap_err().code(), "blocked");
    world.engage.contacts().unblock(&Actor::System, contact).await.unwrap();
    send(&world, &visitor, conversation, &file).await.unwrap();
}

async fn send(
    world: &World,
    actor: &Actor,
    conversation: engage_core::ids::ConversationId,
    file: &File,
) -> Result<engage_core::chat::Sent> {
    let send = engage_core::chat::Send {
        conversation,
        client_message_id: format!("m-{}", file.id),
        body: String::new(),
        reply_to: None,
        note: false,
        files: vec![file.id],
        mentions: Vec::new(),
    };
    world.engage.chat().send(actor.clone(), send).await
}
