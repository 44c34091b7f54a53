-- engage:requires 1
-- Where events are sent to, and what came of it.

CREATE TABLE {webhooks} (
    id              BLOB NOT NULL PRIMARY KEY, -- pii: none
    url             TEXT NOT NULL,             -- pii: none
    events          TEXT NOT NULL,             -- pii: none
    description     TEXT NOT NULL,             -- pii: staff
    disabled        TEXT,                      -- pii: none
    secret          TEXT NOT NULL,             -- pii: none
    previous_secret TEXT,                      -- pii: none
    previous_until  INTEGER,                   -- pii: none
    failing_since   INTEGER,                   -- pii: none
    version         INTEGER NOT NULL,          -- pii: none
    created_at      INTEGER NOT NULL,          -- pii: none
    updated_at      INTEGER NOT NULL           -- pii: none
) STRICT;

-- One row for each delivery, with its last attempt.
CREATE TABLE {webhook_deliveries} (
    id         BLOB NOT NULL PRIMARY KEY, -- pii: none
    webhook_id BLOB NOT NULL,             -- pii: none
    event_id   BLOB NOT NULL,             -- pii: none
    event      TEXT NOT NULL,             -- pii: none
    attempts   INTEGER NOT NULL,          -- pii: none
    first_at   INTEGER NOT NULL,          -- pii: none
    last_at    INTEGER NOT NULL,          -- pii: none
    took       INTEGER NOT NULL,          -- pii: none
    delivered  INTEGER NOT NULL,          -- pii: none
    status     INTEGER,                   -- pii: none
    error      TEXT                       -- pii: none
) STRICT;
CREATE INDEX {!webhook_deliveries_webhook} ON {webhook_deliveries} (webhook_id, id);
CREATE INDEX {!webhook_deliveries_last} ON {webhook_deliveries} (last_at);
