//! F-D2: another PostgreSQL takes over.

use engage_testkit::history::Drive;

use crate::node::Setup;
use crate::programs::{Postgres, local};
use crate::site::{Site, survives};

/// A primary that answers a commit when its standby has it, and dies: nothing is lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_standby_that_has_everything_takes_over() {
    let primary = Postgres::start_in(crate::programs::Folder::new(), &["synchronous_standby_names=standby"]);
    let standby = primary.standby("standby");
    let site = Site::over(primary, 2, |_| Setup::default()).await;
    survives(site, async |site: &mut Site, drive: &Drive| {
        let link = site.to_database.as_ref().unwrap();
        site.postgres.as_mut().unwrap().crash();
        standby.promote();
        link.redirect(local(standby.port));
        link.cut();
        site.postgres = Some(standby);
        drive.hears(60).await;
    })
    .await;
}
