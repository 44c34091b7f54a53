//! Who asks is answered, whatever hangs behind us.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

use std::sync::Arc;

use engage_core::audit::{AuditEntry, AuditStore};
use engage_core::clock::Timestamp;
use engage_core::ids::AuditId;
use engage_core::{Backend, Context, Engage, Identity, Migrations, Result, Stores, async_trait, memory};
use engage_http::{Api, Identified, Info, Side, body};
use http::{Request, StatusCode, header};
use tokio::time::Instant;

/// A database that answers all but for its audit log.
#[derive(Debug)]
struct Hung;

#[async_trait]
impl Backend for Hung {
    async fn open(self: Box<Self>, _: &Context, _: Migrations) -> Result<Stores, Vec<String>> {
        Ok(Stores { audit: Arc::new(Self), ..memory::stores() })
    }
}

#[async_trait]
impl AuditStore for Hung {
    async fn list(&self, _before: Option<AuditId>, _limit: usize) -> Result<Vec<AuditEntry>> {
        std::future::pending().await
    }

    async fn prune(&self, _before: Timestamp, _limit: usize) -> Result<u64> {
        Ok(0)
    }
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_a_store_that_hangs_is_told_so_within_two_seconds() {
    let api = Api::new(Engage::builder(Hung).build().await.unwrap(), Side::Admin);
    let identity = Identified::Known(Box::new(Identity::admin("7")));
    let began = Instant::now();
    let request = Request::builder().uri("/v1/audit").body(body::empty()).unwrap();
    let response = api.handle(request, Info { peer: None, base: String::new(), identity }).await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(response.headers().contains_key(header::RETRY_AFTER));
    assert_eq!(began.elapsed().as_secs_f64().round(), 2.0, "on the test's own clock");
}
