//! The rules of every port, on both databases.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

mod support;

use engage_core::Stores;
use support::TempFile;

async fn sqlite() -> (Stores, TempFile) {
    let file = TempFile::new();
    (support::open(engage_sqlx::connect(&file.url()).await.unwrap()).await, file)
}

/// With a single connection, which readers and writers share.
async fn in_memory() -> Stores {
    support::open(engage_sqlx::connect("sqlite::memory:").await.unwrap()).await
}

/// In a schema of its own: hundreds of databases would fill a small disk.
async fn postgres() -> Stores {
    let database = engage_sqlx::postgres(support::shared_pool(8).await).schema(format!("t{}", support::unique()));
    support::open(database).await
}

macro_rules! conformance {
    ($($suite:ident: $conformance:ident;)*) => {$(
        mod $suite {
            mod sqlite {
                engage_testkit::$conformance!(crate::sqlite());
            }
            mod in_memory {
                engage_testkit::$conformance!(crate::in_memory());
            }
            mod postgres {
                engage_testkit::$conformance!(crate::postgres());
            }
        }
    )*};
}

conformance! {
    canned: canned_store_conformance;
    chat: chat_store_conformance;
    contacts: contact_store_conformance;
    faq: faq_store_conformance;
    files: file_store_conformance;
    forms: form_store_conformance;
    tickets: ticket_store_conformance;
    views: view_store_conformance;
    sessions: session_store_conformance;
    settings: setting_store_conformance;
    mail: mail_store_conformance;
    webhooks: webhook_store_conformance;
    signing: key_store_conformance;
    audit: audit_store_conformance;
    outbox: outbox_conformance;
    idempotency: idempotency_store_conformance;
}
