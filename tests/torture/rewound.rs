//! F-D2: what was acknowledged is gone, and everybody is told.

use std::sync::Arc;

use engage::chat::ChatStore;
use engage::{Stores, memory};
use engage_testkit::history::{Drive, History, check};
use sqlx::{Connection as _, PgConnection};

use crate::broken::{LOAD, server_on, with};
use crate::node::Setup;
use crate::programs::{Folder, Postgres, local};
use crate::site::{Site, judge, pause};
use crate::store::Fault;

/// A standby that lags takes over: what it never got is gone. Each client is told, begins anew, and holds what is stored.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_standby_that_lags_takes_over() {
    let primary = Postgres::start_in(Folder::new(), &["synchronous_commit=local"]);
    let standby = primary.standby("standby");
    let mut site = Site::over(primary, 2, |_| Setup::default()).await;
    let drive = site.talk().await;
    drive.hears(60).await;
    let kept = drive.acked();
    // Long enough that it has all of this.
    pause(1_000).await;
    stop_following(&standby).await;
    drive.hears(60).await;

    let link = site.to_database.as_ref().unwrap();
    site.postgres.as_mut().unwrap().crash();
    standby.promote();
    link.redirect(local(standby.port));
    link.cut();
    site.postgres = Some(standby);
    drive.hears(60).await;
    let history = drive.finish().await;
    told(&history, kept);
}

/// From here on it gets nothing any more.
async fn stop_following(standby: &Postgres) {
    let url = format!("postgres://postgres@{}/postgres", local(standby.port));
    let mut connection = PgConnection::connect(&url).await.unwrap();
    for statement in ["ALTER SYSTEM SET primary_conninfo = ''", "SELECT pg_reload_conf()"] {
        sqlx::raw_sql(statement).execute(&mut connection).await.unwrap();
    }
    let receivers = "SELECT count(*) FROM pg_stat_wal_receiver";
    while sqlx::query_scalar::<_, i64>(receivers).fetch_one(&mut connection).await.unwrap() > 0 {
        pause(10).await;
    }
}

/// Everybody was told once, and all that is promised then was kept: before as after; and of the first `kept` nothing was lost.
#[track_caller]
fn told(history: &History, kept: u64) {
    let lost = history.lost();
    println!("{} messages that were acknowledged are gone", lost.len());
    assert!(!lost.is_empty(), "nothing was lost, so nothing was shown");
    assert!(history.rewinds() >= history.clients.len(), "{} were told", history.rewinds());
    let first = history.acknowledged().take(usize::try_from(kept).unwrap());
    let first: Vec<_> = first.filter(|id| lost.contains(*id)).collect();
    assert!(first.is_empty(), "the standby had {first:?}");
    judge(&history.before_rewind());
    judge(&history.after_rewind());
}

/// People talk, a backup is put back under them, people talk on.
async fn put_back(store: impl FnOnce(&Stores) -> Arc<dyn ChatStore>) -> (History, u64) {
    let backend = memory::backend();
    let (address, serving) = server_on(backend.stores(), store, ("chat.auto_assign", false.into())).await;
    let drive = Drive::start(&[address], LOAD, None).await;
    drive.hears(100).await;
    let (kept, backup) = (drive.acked(), backend.backup());
    drive.hears(100).await;
    backend.restore(&backup);
    drive.hears(100).await;
    let history = drive.finish().await;
    serving.abort();
    (history, kept)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_is_put_back_while_people_talk() {
    let (history, kept) = put_back(with(Fault::None)).await;
    told(&history, kept);
}

/// The same on a server that does not know of histories, which must be found out.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_does_not_say_that_a_backup_was_put_back() {
    let (history, _) = put_back(with(Fault::ForgetsHistory)).await;
    assert_eq!(history.rewinds(), 0);
    let broken = check(&history.after_rewind());
    println!("caught by {} violations; first: {}", broken.len(), broken[0]);
}
