//! What visitors say of how it went.

use engage_core::chat::{Change, Command, Status};
use engage_core::{Actor, Audience, ErrorKind};

use super::world::{ChatWorld, Talk, admin, agent};

/// While it is closed, what the visitor says is told to both sides; said again it changes nothing; the next closing asks anew.
pub async fn a_visitor_rates_once_for_each_closing(world: ChatWorld) {
    let (talk, ada) = (world.talk(None).await, agent("ada", &[]));
    let refused = world.send(world.command(talk.id, &talk.visitor, rate(5, None))).await.unwrap_err();
    assert_eq!((refused.kind(), refused.code()), (ErrorKind::Conflict, "not_closed"));
    close(&world, &talk, &ada).await;
    let told = world.does(talk.id, &talk.visitor, rate(4, Some("it's \"fine\" \u{1F600}"))).await;
    assert_eq!(told.entries[0].change, Change::Rated { score: 4, comment: Some("it's \"fine\" \u{1F600}".to_owned()) });
    assert!(told.entries[0].visitor_seq.is_some());
    assert_eq!(world.row(talk.id).await, told.conversation);
    assert_eq!(world.entries(talk.id, Audience::Visitor).await.last(), told.entries.last());
    assert!(world.does(talk.id, &talk.visitor, rate(4, Some("it's \"fine\" \u{1F600}"))).await.entries.is_empty());
    assert_eq!(told.conversation.status, Status::Closed, "it stays closed");

    world.says(talk.id, &talk.visitor, "One more thing").await;
    assert_eq!(world.row(talk.id).await.rating.map(|rating| rating.score), Some(4), "until the next closing");
    close(&world, &talk, &ada).await;
    assert_eq!(world.row(talk.id).await.rating, None);
    world.does(talk.id, &talk.visitor, rate(1, None)).await;
    assert_eq!(world.row(talk.id).await.rating.map(|rating| rating.score), Some(1));
}

/// Counted from when it was first said.
pub async fn a_rating_is_changed_for_a_day(world: ChatWorld) {
    let (talk, ada) = (world.talk(None).await, agent("ada", &[]));
    close(&world, &talk, &ada).await;
    let first = world.does(talk.id, &talk.visitor, rate(2, None)).await;
    let mut later = world.command(talk.id, &talk.visitor, rate(3, None));
    later.at = first.entries[0].at + chrono::TimeDelta::hours(23);
    world.send(later).await.unwrap();
    let mut late = world.command(talk.id, &talk.visitor, rate(5, None));
    late.at = first.entries[0].at + chrono::TimeDelta::hours(25);
    let refused = world.send(late.clone()).await.unwrap_err();
    assert_eq!((refused.kind(), refused.code()), (ErrorKind::Conflict, "rating_closed"));
    late.command = rate(3, None);
    assert!(world.send(late).await.unwrap().entries.is_empty(), "what is said already may be said again");
    assert_eq!(world.row(talk.id).await.rating.map(|rating| rating.score), Some(3));
}

/// Neither staff nor engage, and no other visitor.
pub async fn others_do_not_rate(world: ChatWorld) {
    let (talk, ada) = (world.talk(None).await, agent("ada", &[]));
    close(&world, &talk, &ada).await;
    for other in [ada, admin(), Actor::System] {
        let refused = world.send(world.command(talk.id, &other, rate(5, None))).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Forbidden);
    }
    let stranger = Actor::Visitor(world.contact().await);
    let refused = world.send(world.command(talk.id, &stranger, rate(5, None))).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::NotFound);
    assert_eq!(world.row(talk.id).await.rating, None);
}

async fn close(world: &ChatWorld, talk: &Talk, actor: &Actor) {
    world.does(talk.id, actor, Command::Status { status: Status::Closed, snoozed_until: None }).await;
}

fn rate(score: u8, comment: Option<&str>) -> Command {
    Command::Rate { score, comment: comment.map(str::to_owned) }
}
