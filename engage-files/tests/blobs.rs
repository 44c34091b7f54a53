//! The rules of a store of blobs, on a directory, on an object store and in memory.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "these are tests")]

use std::sync::Arc;

use bytes::Bytes;
use engage_core::clock::ManualClock;
use engage_core::entropy::OsEntropy;
use engage_core::files::{BlobKey, BlobStore, BlobStream, MemoryBlobs, collected, streamed};
use engage_core::ids::Ids;
use engage_core::{Error, ErrorKind};
use engage_files::{Directory, Objects};
use futures_util::{StreamExt as _, stream};

struct World {
    stores: Vec<(&'static str, Arc<dyn BlobStore>)>,
    directory: tempfile::TempDir,
    clock: ManualClock,
    ids: Ids,
}

impl World {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let objects = Objects::new(Arc::new(object_store::memory::InMemory::new()), "engage/files");
        let (clock, entropy) = (ManualClock::default(), Arc::new(OsEntropy));
        Self {
            stores: vec![
                ("directory", Arc::new(Directory::open(directory.path().join("new/files")).unwrap())),
                ("objects", Arc::new(objects)),
                ("memory", Arc::new(MemoryBlobs::default())),
            ],
            directory,
            ids: Ids::new(Arc::new(clock.clone()), entropy),
            clock,
        }
    }

    fn key(&self) -> BlobKey {
        self.clock.advance(std::time::Duration::from_secs(4 * 60 * 60));
        self.ids.next()
    }

    /// Every file that lies in the directory.
    fn on_disk(&self) -> Vec<String> {
        fn walk(path: &std::path::Path, found: &mut Vec<String>) {
            for entry in std::fs::read_dir(path).unwrap() {
                let entry = entry.unwrap();
                match entry.file_type().unwrap().is_dir() {
                    true => walk(&entry.path(), found),
                    false => found.push(entry.file_name().into_string().unwrap()),
                }
            }
        }
        let mut found = Vec::new();
        walk(self.directory.path(), &mut found);
        found
    }
}

fn pieces(pieces: &[&'static [u8]]) -> BlobStream {
    stream::iter(pieces.iter().map(|piece| Ok(Bytes::from_static(piece))).collect::<Vec<_>>()).boxed()
}

async fn whole(store: &dyn BlobStore, key: &BlobKey, range: std::ops::Range<u64>) -> Vec<u8> {
    collected(store.read(key, range).await.unwrap(), u64::MAX).await.unwrap().to_vec()
}

#[tokio::test]
async fn blobs_come_back_whole_and_in_ranges() {
    let world = World::new();
    for (name, store) in &world.stores {
        let key = world.key();
        store.put(&key, pieces(&[b"hello", b" ", b"world"]), 11).await.unwrap();
        assert_eq!(whole(&**store, &key, 0..11).await, b"hello world", "{name}");
        assert_eq!(whole(&**store, &key, 4..7).await, b"o w", "{name}");
        assert_eq!(whole(&**store, &key, 11..11).await, b"", "{name}");
        let large = world.key();
        let content = vec![7; 20 * 1024 * 1024];
        store.put(&large, streamed(content.clone().into()), content.len() as u64).await.unwrap();
        assert!(whole(&**store, &large, 0..content.len() as u64).await == content, "{name}");
        assert_eq!(store.read(&world.key(), 0..1).await.err().unwrap().kind(), ErrorKind::NotFound, "{name}");
    }
}

#[tokio::test]
async fn what_is_not_whole_leaves_nothing() {
    let world = World::new();
    for (name, store) in &world.stores {
        let broken = || {
            let error = Err(Error::unavailable("the client has left"));
            stream::iter(vec![Ok(Bytes::from_static(b"he")), error]).boxed()
        };
        for (content, size, kind) in [
            (pieces(&[b"hello"]), 4, ErrorKind::Invalid),
            (pieces(&[b"hello"]), 6, ErrorKind::Invalid),
            (pieces(&[b"hello"]), 20 * 1024 * 1024, ErrorKind::Invalid),
            (broken(), 5, ErrorKind::Unavailable),
            (broken(), 20 * 1024 * 1024, ErrorKind::Unavailable),
        ] {
            let key = world.key();
            assert_eq!(store.put(&key, content, size).await.unwrap_err().kind(), kind, "{name}");
            assert_eq!(store.read(&key, 0..1).await.err().unwrap().kind(), ErrorKind::NotFound, "{name}");
            assert_eq!(store.list(None, 10).await.unwrap(), [], "{name}");
        }
    }
    assert_eq!(world.on_disk(), [""; 0]);
}

#[tokio::test]
async fn who_no_longer_waits_leaves_nothing() {
    let world = World::new();
    let (_, store) = &world.stores[0];
    let stalled = stream::iter([Ok(Bytes::from_static(b"he"))]).chain(stream::pending()).boxed();
    let key = world.key();
    let put = tokio::time::timeout(std::time::Duration::from_millis(200), store.put(&key, stalled, 5)).await;
    assert!(put.is_err());
    assert_eq!(world.on_disk(), [""; 0]);
}

#[tokio::test]
async fn keys_are_listed_in_the_order_of_time() {
    let world = World::new();
    for (name, store) in &world.stores {
        let keys: Vec<_> = (0..7).map(|_| world.key()).collect();
        for key in keys.iter().rev() {
            store.put(key, pieces(&[b"x"]), 1).await.unwrap();
        }
        assert_eq!(store.list(None, 100).await.unwrap(), keys, "{name}");
        assert_eq!(store.list(None, 3).await.unwrap(), keys[..3], "{name}");
        assert_eq!(store.list(Some(&keys[2]), 3).await.unwrap(), keys[3..6], "{name}");
        for _ in 0..2 {
            store.delete(&keys[0]).await.unwrap();
        }
        assert_eq!(store.list(None, 100).await.unwrap(), keys[1..], "{name}");
        assert_eq!(store.list(Some(&keys[6]), 3).await.unwrap(), [], "{name}");
    }
}

#[tokio::test]
async fn what_a_crash_has_left_is_found_and_removed() {
    let world = World::new();
    let (_, store) = &world.stores[0];
    let key = world.key();
    let name = key.to_string();
    let shard = world.directory.path().join("new/files").join(&name[..6]);
    std::fs::create_dir_all(&shard).unwrap();
    std::fs::write(shard.join(format!("{name}.part")), b"hel").unwrap();
    std::fs::write(shard.join("README"), b"not of engage").unwrap();
    assert_eq!(store.read(&key, 0..1).await.err().unwrap().kind(), ErrorKind::NotFound);
    assert_eq!(store.list(None, 10).await.unwrap(), std::slice::from_ref(&key));
    store.delete(&key).await.unwrap();
    assert_eq!(store.list(None, 10).await.unwrap(), []);
    assert_eq!(world.on_disk(), ["README"]);
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_reads_what_lies_there() {
    use std::os::unix::fs::PermissionsExt as _;
    let world = World::new();
    let (_, store) = &world.stores[0];
    let key = world.key();
    store.put(&key, pieces(&[b"x"]), 1).await.unwrap();
    let root = world.directory.path().join("new/files");
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let shard = root.join(&key.to_string()[..6]);
    assert_eq!([mode(&root), mode(&shard), mode(&shard.join(key.to_string()))], [0o700, 0o700, 0o600]);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_is_told_as_such() {
    let Some(full) = Full::new() else {
        // Only who may mount can fill a disk of their own; /dev/full is the same error without one.
        let error = std::fs::write("/dev/full", b"x").unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::StorageFull);
        return;
    };
    let world = World::new();
    let store = Directory::open(&full.0).unwrap();
    let content = vec![7; 4 * 1024 * 1024];
    let error = store.put(&world.key(), streamed(content.clone().into()), content.len() as u64).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Unavailable, "storage_full"));
    assert_eq!(store.list(None, 10).await.unwrap(), [], "nothing is left of it");
    store.put(&world.key(), pieces(&[b"small"]), 5).await.unwrap();
}

/// A file system of one megabyte.
#[cfg(target_os = "linux")]
struct Full(std::path::PathBuf, tempfile::TempDir);

#[cfg(target_os = "linux")]
impl Full {
    fn new() -> Option<Self> {
        let directory = tempfile::tempdir().unwrap();
        let place = directory.path().to_owned();
        let mut mount = std::process::Command::new("mount");
        let mounted = mount.args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"]).arg(&place).output();
        mounted.is_ok_and(|done| done.status.success()).then(|| Self(place, directory))
    }
}

#[cfg(target_os = "linux")]
impl Drop for Full {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount").arg(&self.0).output();
        let _ = &self.1;
    }
}
