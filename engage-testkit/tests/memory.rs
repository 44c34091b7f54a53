//! The stores in memory keep every rule.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "these are tests")]

use engage_core::memory::stores;

mod chat {
    engage_testkit::chat_store_conformance!(async { super::stores() });
}

mod chat_alone {
    engage_testkit::chat_store_conformance!(async { super::stores().chat });
}

mod contacts {
    engage_testkit::contact_store_conformance!(async { super::stores() });
}

mod canned {
    engage_testkit::canned_store_conformance!(async { super::stores() });
}

mod tickets {
    engage_testkit::ticket_store_conformance!(async { super::stores() });
}

mod faq {
    engage_testkit::faq_store_conformance!(async { super::stores() });
}

mod views {
    engage_testkit::view_store_conformance!(async { super::stores() });
}

mod files {
    engage_testkit::file_store_conformance!(async { super::stores() });
}

mod sessions {
    engage_testkit::session_store_conformance!(async { super::stores() });
}

mod settings {
    engage_testkit::setting_store_conformance!(async { super::stores() });
}

mod forms {
    engage_testkit::form_store_conformance!(async { super::stores() });
}

mod signing {
    engage_testkit::key_store_conformance!(async { super::stores() });
}

mod mail {
    engage_testkit::mail_store_conformance!(async { super::stores() });
}

mod webhooks {
    engage_testkit::webhook_store_conformance!(async { super::stores() });
}

mod audit {
    engage_testkit::audit_store_conformance!(async { super::stores() });
}

mod idempotency {
    engage_testkit::idempotency_store_conformance!(async { super::stores() });
}

mod outbox {
    engage_testkit::outbox_conformance!(async { super::stores() });
}

mod outbox_of_the_chat {
    engage_testkit::outbox_conformance!(async { super::stores().chat });
}
