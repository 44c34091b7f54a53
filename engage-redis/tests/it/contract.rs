//! What every cache keeps to.

use std::time::Duration;

use bytes::Bytes;
use engage_core::cache::Cache;

pub(crate) const HOUR: Duration = Duration::from_secs(3600);

/// The whole contract on an empty cache.
pub(crate) async fn check(cache: &dyn Cache) {
    single_values(cache).await;
    odd_keys_and_values(cache).await;
    tags(cache).await;
    times_to_live(cache).await;
    many_at_once(cache).await;
}

pub(crate) async fn put(cache: &dyn Cache, key: &str, value: &'static str, tags: &[&str]) {
    let tags: Vec<String> = tags.iter().map(ToString::to_string).collect();
    cache.put(key, Bytes::from_static(value.as_bytes()), HOUR, &tags).await.unwrap();
}

pub(crate) async fn get(cache: &dyn Cache, key: &str) -> Option<String> {
    cache.get(key).await.unwrap().map(|value| String::from_utf8(value.to_vec()).unwrap())
}

async fn single_values(cache: &dyn Cache) {
    assert_eq!(get(cache, "a").await, None);
    put(cache, "a", "1", &[]).await;
    put(cache, "b", "2", &[]).await;
    assert_eq!(get(cache, "a").await.as_deref(), Some("1"));
    put(cache, "a", "3", &[]).await;
    assert_eq!(get(cache, "a").await.as_deref(), Some("3"), "the later put counts");
    cache.remove("a").await.unwrap();
    assert_eq!(get(cache, "a").await, None, "removed");
    assert_eq!(get(cache, "b").await.as_deref(), Some("2"), "another key");
    cache.remove("never there").await.unwrap();
    put(cache, "a", "4", &[]).await;
    assert_eq!(get(cache, "a").await.as_deref(), Some("4"), "put again after it was removed");
}

async fn odd_keys_and_values(cache: &dyn Cache) {
    for key in ["", " ", "a:b", "{a}", "*", "ключ\n\0", &"k".repeat(2000)] {
        assert_eq!(get(cache, key).await, None, "{key:?}");
        put(cache, key, "value", &[key]).await;
        assert_eq!(get(cache, key).await.as_deref(), Some("value"), "{key:?}");
        cache.remove_tag(key).await.unwrap();
        assert_eq!(get(cache, key).await, None, "{key:?}");
    }
    for value in [Bytes::new(), Bytes::from_static(b"\0\xff\r\n"), Bytes::from(vec![7; 100_000])] {
        cache.put("odd", value.clone(), HOUR, &[]).await.unwrap();
        assert_eq!(cache.get("odd").await.unwrap(), Some(value));
    }
}

async fn tags(cache: &dyn Cache) {
    put(cache, "one", "1", &["red", "blue"]).await;
    put(cache, "two", "2", &["red"]).await;
    put(cache, "three", "3", &["blue"]).await;
    put(cache, "none", "0", &[]).await;
    cache.remove_tag("red").await.unwrap();
    assert_eq!(get(cache, "one").await, None);
    assert_eq!(get(cache, "two").await, None);
    assert_eq!(get(cache, "three").await.as_deref(), Some("3"));
    assert_eq!(get(cache, "none").await.as_deref(), Some("0"));
    put(cache, "two", "again", &["red"]).await;
    assert_eq!(get(cache, "two").await.as_deref(), Some("again"), "a tag lives on");
    cache.remove_tag("blue").await.unwrap();
    assert_eq!(get(cache, "three").await, None);
    assert_eq!(get(cache, "two").await.as_deref(), Some("again"));
    cache.remove_tag("red").await.unwrap();
    assert_eq!(get(cache, "two").await, None, "dropped twice");
    cache.remove_tag("never there").await.unwrap();
    put(cache, "four", "4", &["red"]).await;
    put(cache, "four", "new", &["green"]).await;
    cache.remove_tag("red").await.unwrap();
    assert_eq!(get(cache, "four").await.as_deref(), Some("new"), "it has other tags now");
}

async fn times_to_live(cache: &dyn Cache) {
    let ttl = Duration::from_millis(60);
    cache.put("short", Bytes::from_static(b"1"), ttl, &["tag".to_owned()]).await.unwrap();
    cache.put("long", Bytes::from_static(b"1"), HOUR, &["tag".to_owned()]).await.unwrap();
    cache.put("longer", Bytes::from_static(b"1"), ttl, &[]).await.unwrap();
    cache.put("longer", Bytes::from_static(b"2"), HOUR, &[]).await.unwrap();
    cache.put("zero", Bytes::from_static(b"1"), Duration::ZERO, &[]).await.unwrap();
    assert_eq!(get(cache, "zero").await, None);
    tokio::time::sleep(ttl * 2).await;
    assert_eq!(get(cache, "short").await, None, "after its time");
    assert_eq!(get(cache, "long").await.as_deref(), Some("1"));
    assert_eq!(get(cache, "longer").await.as_deref(), Some("2"), "the later put's time counts");
    cache.put("for ever", Bytes::from_static(b"1"), Duration::MAX, &[]).await.unwrap();
    assert_eq!(get(cache, "for ever").await.as_deref(), Some("1"));
}

async fn many_at_once(cache: &dyn Cache) {
    let keys: Vec<String> = (0..50).map(|n| format!("many{n}")).collect();
    for key in &keys {
        put(cache, key, "1", &["many"]).await;
    }
    for key in &keys {
        assert_eq!(get(cache, key).await.as_deref(), Some("1"), "{key}");
    }
    cache.remove_tag("many").await.unwrap();
    for key in &keys {
        assert_eq!(get(cache, key).await, None, "{key}");
    }
}
