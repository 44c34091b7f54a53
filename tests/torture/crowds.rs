//! Many at once.

use engage_testkit::history::Drive;

use crate::site::{Site, pause, survives};

/// F-P4: three nodes are replaced one after the other while people talk. Nothing is lost, and no request is answered with a
/// fault of the server.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rolling_restart_is_not_noticed() {
    survives(Site::postgres(3).await, async |site: &mut Site, drive: &Drive| {
        for number in 0..3 {
            site.nodes[number].roll();
            drive.hears(20).await;
            pause(500).await;
        }
        assert!(drive.faults().is_empty(), "{:?}", drive.faults());
    })
    .await;
}
