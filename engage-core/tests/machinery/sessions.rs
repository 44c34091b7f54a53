//! Sessions: who a browser is.

use std::time::Duration;

use engage_core::chat::{ListQuery, Sight};
use engage_core::ids::ContactId;
use engage_core::secret::SecretToken;
use engage_core::sessions::SessionConfig;
use engage_core::{Actor, Engage, Identity};

use crate::support::{MapCache, Site, eventually, say, talk_of};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

async fn is_open(engage: &Engage, token: &SecretToken) -> bool {
    engage.sessions().resolve(Some(token), None).await.unwrap().is_some()
}

async fn who(engage: &Engage, token: Option<&SecretToken>, identity: Option<&Identity>) -> ContactId {
    engage.sessions().resolve(token, identity).await.unwrap().expect("somebody").contact.id
}

async fn conversations(engage: &Engage, contact: ContactId) -> usize {
    engage.chat().list(&ListQuery::new(Sight::Visitor(contact), 100)).await.unwrap().len()
}

#[tokio::test]
async fn a_secret_opens_its_own_session() {
    let engage = Site::new().node().await;
    let (visitor, token) = engage.sessions().create().await.unwrap();
    let (other, _) = engage.sessions().create().await.unwrap();
    assert_ne!(visitor.contact.id, other.contact.id);
    let again = engage.sessions().resolve(Some(&token), None).await.unwrap().unwrap();
    assert_eq!((again.contact.id, again.is_member), (visitor.contact.id, false));
    let wrong = SecretToken::generate(&*engage.context().entropy);
    assert!(!is_open(&engage, &wrong).await);
    assert!(engage.sessions().resolve(None, None).await.unwrap().is_none());
}

#[tokio::test]
async fn a_session_ends_when_it_was_not_used() {
    let site = Site::new();
    let engage = site.node().await;
    let (_, token) = engage.sessions().create().await.unwrap();
    for _ in 0..3 {
        site.clock.advance(DAY * 29);
        assert!(is_open(&engage, &token).await, "a use gives it its time again");
    }
    site.clock.advance(DAY * 30);
    assert!(!is_open(&engage, &token).await);
}

#[tokio::test]
async fn a_session_ends_however_much_it_is_used() {
    let site = Site::new();
    let config = SessionConfig { idle: DAY * 30, absolute: DAY * 90 };
    let engage = site.builder().session_config(config).without_background_jobs().build().await.unwrap();
    let (_, token) = engage.sessions().create().await.unwrap();
    for _ in 0..89 {
        site.clock.advance(DAY);
        assert!(is_open(&engage, &token).await);
    }
    site.clock.advance(DAY);
    assert!(!is_open(&engage, &token).await);
}

#[tokio::test]
async fn signing_in_keeps_what_was_said_and_ends_the_session() {
    let engage = Site::new().node().await;
    let (visitor, token) = engage.sessions().create().await.unwrap();
    let conversation = talk_of(&engage, visitor.contact.id, None).await;
    let bob = Identity::member("42").name("Bob");
    let member = engage.sessions().resolve(Some(&token), Some(&bob)).await.unwrap().unwrap();
    assert!(member.is_member && member.session.is_none());
    assert_eq!(member.contact.name.as_deref(), Some("Bob"));
    assert!(engage.chat().get(&Actor::Visitor(member.contact.id), conversation).await.is_ok());
    assert!(!is_open(&engage, &token).await, "signing out does not bring the session back");
    assert_eq!(who(&engage, None, Some(&bob)).await, member.contact.id);
    assert_eq!(who(&engage, Some(&token), Some(&bob)).await, member.contact.id, "the dead cookie does no harm");
}

#[tokio::test]
async fn each_device_of_a_member_becomes_the_same_contact() {
    let engage = Site::new().node().await;
    let bob = Identity::member("42");
    let mut contacts = Vec::new();
    for _ in 0..3 {
        let (visitor, token) = engage.sessions().create().await.unwrap();
        talk_of(&engage, visitor.contact.id, None).await;
        contacts.push(who(&engage, Some(&token), Some(&bob)).await);
    }
    assert!(contacts.iter().all(|contact| *contact == contacts[0]));
    assert_eq!(conversations(&engage, contacts[0]).await, 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn signing_in_many_times_at_once_makes_one_member() {
    let engage = Site::new().node().await;
    let (visitor, token) = engage.sessions().create().await.unwrap();
    talk_of(&engage, visitor.contact.id, None).await;
    let mut requests = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let (engage, token) = (engage.clone(), token.clone());
        requests.spawn(async move { who(&engage, Some(&token), Some(&Identity::member("42"))).await });
    }
    let contacts = requests.join_all().await;
    assert!(contacts.iter().all(|contact| *contact == contacts[0]), "{contacts:?}");
    assert_eq!(conversations(&engage, contacts[0]).await, 1);
}

#[tokio::test]
async fn a_member_is_not_reached_by_a_session_that_was_theirs() {
    let engage = Site::new().node().await;
    let (visitor, token) = engage.sessions().create().await.unwrap();
    // The same person identified by the host's own code, without this browser.
    engage.contacts().of_identity(&Identity::member("42"), Some(visitor.contact.id)).await.unwrap();
    assert!(!is_open(&engage, &token).await);
}

/// Two people at one device: the second must not become the first by a session that one node still believes in.
#[tokio::test]
async fn a_session_that_is_remembered_too_long_does_not_mix_members() {
    let site = Site::new();
    let here = site.node().await;
    let deaf = site.cut_off().builder().cache(MapCache::default()).without_background_jobs().build().await.unwrap();
    let (visitor, token) = here.sessions().create().await.unwrap();
    talk_of(&here, visitor.contact.id, None).await;
    assert!(is_open(&deaf, &token).await, "the other node remembers it now");
    let first = who(&here, Some(&token), Some(&Identity::member("first"))).await;
    let second = who(&deaf, Some(&token), Some(&Identity::member("second"))).await;
    assert_ne!(first, second);
    assert_eq!(who(&here, None, Some(&Identity::member("first"))).await, first);
    assert_eq!((conversations(&here, first).await, conversations(&here, second).await), (1, 0));
}

#[tokio::test]
async fn revoking_ends_every_session_on_every_node_and_closes_sockets() {
    let site = Site::new();
    let here = site.builder().cache(MapCache::default()).without_background_jobs().build().await.unwrap();
    let there = site.builder().cache(MapCache::default()).without_background_jobs().build().await.unwrap();
    let (visitor, token) = here.sessions().create().await.unwrap();
    let (_, other) = here.sessions().create().await.unwrap();
    for engage in [&here, &there] {
        assert!(is_open(engage, &token).await && is_open(engage, &other).await, "remembered by both");
    }
    let socket = there.chat().hub().visitor_inbox(visitor.contact.id);
    assert!(!socket.has_ended());
    assert_eq!(here.sessions().revoke_all(visitor.contact.id).await.unwrap(), 1);
    assert!(!is_open(&here, &token).await);
    eventually("the other node forgets it", || async { !is_open(&there, &token).await }).await;
    eventually("sockets are told", || async { socket.has_ended() }).await;
    assert!(is_open(&here, &other).await && is_open(&there, &other).await, "others stay");
}

#[tokio::test]
async fn the_host_may_bring_people_up_to_date() {
    let engage = Site::new().node().await;
    let contact = who(&engage, None, Some(&Identity::member("42").name("Bob"))).await;
    let conversation = talk_of(&engage, contact, None).await;
    let renamed = engage.sessions().resolve(None, Some(&Identity::member("42").name("Robert"))).await.unwrap().unwrap();
    assert_eq!((renamed.contact.id, renamed.contact.name.as_deref()), (contact, Some("Robert")));
    let listed = engage.chat().get(&Actor::System, conversation).await.unwrap();
    assert_eq!(listed.contact.name.as_deref(), Some("Robert"));
    assert_eq!(listed.conversation.seq, 2, "and its readers are told");
    say(&engage, &Actor::Visitor(contact), conversation, "Still me").await;
}
