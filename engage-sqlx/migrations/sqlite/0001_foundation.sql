-- engage:requires 1
-- People, sessions, settings, audit log, outbox, answers by Idempotency-Key.

CREATE TABLE {contacts} (
    id          BLOB NOT NULL PRIMARY KEY, -- pii: none
    external_id TEXT UNIQUE,               -- pii: subject
    name        TEXT,                      -- pii: subject
    email       TEXT,                      -- pii: subject
    merged_into BLOB,                      -- pii: none
    version     INTEGER NOT NULL,          -- pii: none
    created_at  INTEGER NOT NULL,          -- pii: none
    updated_at  INTEGER NOT NULL           -- pii: none
) STRICT;

CREATE TABLE {sessions} (
    id         BLOB NOT NULL PRIMARY KEY, -- pii: none
    token_hash BLOB NOT NULL UNIQUE,      -- pii: none
    contact_id BLOB NOT NULL,             -- pii: none
    created_at INTEGER NOT NULL,          -- pii: none
    seen_at    INTEGER NOT NULL           -- pii: none
) STRICT;
CREATE INDEX {!sessions_contact} ON {sessions} (contact_id);
CREATE INDEX {!sessions_seen} ON {sessions} (seen_at);
CREATE INDEX {!sessions_created} ON {sessions} (created_at);

CREATE TABLE {settings} (
    key        TEXT NOT NULL PRIMARY KEY, -- pii: none
    value      TEXT NOT NULL,             -- pii: none
    version    INTEGER NOT NULL,          -- pii: none
    updated_at INTEGER NOT NULL           -- pii: none
) STRICT;

CREATE TABLE {audit} (
    id     BLOB NOT NULL PRIMARY KEY, -- pii: none
    at     INTEGER NOT NULL,          -- pii: none
    actor  TEXT NOT NULL,             -- pii: staff
    action TEXT NOT NULL,             -- pii: none
    target TEXT NOT NULL,             -- pii: staff
    detail TEXT NOT NULL              -- pii: staff
) STRICT;
CREATE INDEX {!audit_at} ON {audit} (at);

-- due moves to the end of the lease when a relay claims the message; since is what it was set to, which orders the queue.
CREATE TABLE {outbox} (
    id      BLOB NOT NULL PRIMARY KEY,  -- pii: none
    topic   TEXT NOT NULL,              -- pii: none
    payload TEXT NOT NULL,              -- pii: free_text
    due     INTEGER NOT NULL,           -- pii: none
    since   INTEGER NOT NULL,           -- pii: none
    attempt INTEGER NOT NULL DEFAULT 0, -- pii: none
    dead    INTEGER NOT NULL DEFAULT 0, -- pii: none
    error   TEXT                        -- pii: none
) STRICT;
CREATE INDEX {!outbox_due} ON {outbox} (due, id) WHERE dead = 0;
CREATE INDEX {!outbox_dead} ON {outbox} (id) WHERE dead = 1;

CREATE TABLE {idempotency} (
    scope       TEXT NOT NULL,    -- pii: none
    key         TEXT NOT NULL,    -- pii: none
    fingerprint BLOB NOT NULL,    -- pii: none
    at          INTEGER NOT NULL, -- pii: none
    status      INTEGER,          -- pii: none
    body        BLOB,             -- pii: free_text
    PRIMARY KEY (scope, key)
) STRICT;
CREATE INDEX {!idempotency_at} ON {idempotency} (at);
