//! What visitors have looked at.

use chrono::TimeDelta;
use engage_core::chat::Page;
use engage_core::clock::from_micros;
use engage_core::ids::ContactId;

use super::world::ChatWorld;

/// Pages come back as they were, latest first, to the contact whose they are, and since when one asks.
pub async fn pages_come_back_latest_first(world: ChatWorld) {
    let (contact, other) = (world.contact().await, world.contact().await);
    let mut kept = Vec::new();
    for (turn, title) in crate::hostile::names().into_iter().enumerate().take(Page::KEPT) {
        let page = Page { url: format!("https://a.example/{turn}?'\"%_{{}}"), title, at: world.now() };
        assert_eq!(
            world.store.add_pages(contact, std::slice::from_ref(&page)).await.unwrap(),
            std::slice::from_ref(&page)
        );
        kept.insert(0, page);
    }
    assert_eq!(all(&world, contact).await, kept);
    assert!(all(&world, other).await.is_empty());
    assert_eq!(world.store.pages(contact, kept[1].at, 100).await.unwrap(), kept[..2]);
    assert_eq!(world.store.pages(contact, from_micros(0), 3).await.unwrap(), kept[..3]);
    assert!(world.store.pages(contact, world.now(), 3).await.unwrap().is_empty());
}

/// Of each contact the latest are kept, however many come at once.
pub async fn the_latest_pages_are_kept(world: ChatWorld) {
    let (contact, other) = (world.contact().await, world.contact().await);
    add(&world, other, "other").await;
    let pages: Vec<_> = (0..50).map(|turn| page(&world, &format!("{turn}"))).collect();
    world.store.add_pages(contact, &pages[..7]).await.unwrap();
    world.store.add_pages(contact, &pages[7..]).await.unwrap();
    assert_eq!(urls(&world, contact).await, (30..50).rev().map(|turn| url(&format!("{turn}"))).collect::<Vec<_>>());
    assert_eq!(urls(&world, other).await, [url("other")]);
}

/// The page that is open already is not added again, and what comes late is not put before what is there.
pub async fn a_page_is_added_once_and_at_the_end(world: ChatWorld) {
    let contact = world.contact().await;
    let early = page(&world, "early");
    let open = page(&world, "open");
    world.store.add_pages(contact, std::slice::from_ref(&open)).await.unwrap();
    let again = Page { at: world.now(), ..open.clone() };
    assert!(world.store.add_pages(contact, &[again]).await.unwrap().is_empty());
    let named = Page { title: "Another".to_owned(), ..open.clone() };
    let news = world.store.add_pages(contact, &[named, early, open.clone()]).await.unwrap();
    let micros = |n| open.at + TimeDelta::microseconds(n);
    assert_eq!(news.iter().map(|page| page.at).collect::<Vec<_>>(), [micros(1), micros(2), micros(3)]);
    assert_eq!(urls(&world, contact).await, ["open", "early", "open", "open"].map(url));
    assert!(world.store.add_pages(contact, &[]).await.unwrap().is_empty());
}

/// After a merge they are the other contact's, also when it is done again, and nothing of its own is lost.
pub async fn pages_move_with_a_merge(world: ChatWorld) {
    let (from, into) = (world.contact().await, world.contact().await);
    for (contact, name) in [(from, "1"), (into, "2"), (from, "3"), (into, "4")] {
        add(&world, contact, name).await;
    }
    let both = page(&world, "5");
    for contact in [from, into] {
        world.store.add_pages(contact, std::slice::from_ref(&both)).await.unwrap();
    }
    for _ in 0..2 {
        world.store.move_pages(from, into).await.unwrap();
        assert_eq!(urls(&world, into).await, ["5", "4", "3", "2", "1"].map(url));
    }
}

/// What has had its time goes, a bounded part of it at a time.
pub async fn old_pages_are_pruned(world: ChatWorld) {
    let contacts = [world.contact().await, world.contact().await];
    for turn in 0..3 {
        for contact in contacts {
            add(&world, contact, &format!("{turn}")).await;
        }
    }
    let before = world.store.pages(contacts[0], from_micros(0), 1).await.unwrap()[0].at;
    assert_eq!(world.store.prune_pages(before, 3).await.unwrap(), 3);
    assert_eq!(world.store.prune_pages(before, 3).await.unwrap(), 1);
    assert_eq!(world.store.prune_pages(before, 3).await.unwrap(), 0);
    for contact in contacts {
        assert_eq!(urls(&world, contact).await, [url("2")]);
    }
}

/// Two tabs at once: all are there, or as many as are kept, and none twice.
pub async fn pages_at_once_are_kept(world: ChatWorld) {
    let contact = world.contact().await;
    let mut tabs = tokio::task::JoinSet::new();
    for tab in 0..4 {
        let world = world.clone();
        tabs.spawn(async move {
            for turn in 0..10 {
                add(&world, contact, &format!("{tab}-{turn}")).await;
            }
        });
    }
    tabs.join_all().await;
    add(&world, contact, "last").await;
    let kept = urls(&world, contact).await;
    assert_eq!((kept.len(), kept[0].as_str()), (Page::KEPT, url("last").as_str()));
}

fn url(name: &str) -> String {
    format!("https://a.example/{name}")
}

fn page(world: &ChatWorld, name: &str) -> Page {
    Page { url: url(name), title: String::new(), at: world.now() }
}

async fn add(world: &ChatWorld, contact: ContactId, name: &str) {
    assert_eq!(world.store.add_pages(contact, &[page(world, name)]).await.unwrap().len(), 1);
}

async fn all(world: &ChatWorld, contact: ContactId) -> Vec<Page> {
    world.store.pages(contact, from_micros(0), 100).await.unwrap()
}

async fn urls(world: &ChatWorld, contact: ContactId) -> Vec<String> {
    all(world, contact).await.into_iter().map(|page| page.url).collect()
}
