-- engage:requires 1
-- People, sessions, settings, audit log, outbox, answers by Idempotency-Key.

CREATE TABLE {contacts} (
    id          UUID PRIMARY KEY,        -- pii: none
    external_id TEXT COLLATE "C" UNIQUE, -- pii: subject
    name        TEXT,                    -- pii: subject
    email       TEXT,                    -- pii: subject
    merged_into UUID,                    -- pii: none
    version     BIGINT NOT NULL,         -- pii: none
    created_at  BIGINT NOT NULL,         -- pii: none
    updated_at  BIGINT NOT NULL          -- pii: none
);

CREATE TABLE {sessions} (
    id         UUID PRIMARY KEY,      -- pii: none
    token_hash BYTEA NOT NULL UNIQUE, -- pii: none
    contact_id UUID NOT NULL,         -- pii: none
    created_at BIGINT NOT NULL,       -- pii: none
    seen_at    BIGINT NOT NULL        -- pii: none
);
CREATE INDEX {!sessions_contact} ON {sessions} (contact_id);
CREATE INDEX {!sessions_seen} ON {sessions} (seen_at);
CREATE INDEX {!sessions_created} ON {sessions} (created_at);

CREATE TABLE {settings} (
    key        TEXT COLLATE "C" PRIMARY KEY, -- pii: none
    value      TEXT NOT NULL,                -- pii: none
    version    BIGINT NOT NULL,              -- pii: none
    updated_at BIGINT NOT NULL               -- pii: none
);

CREATE TABLE {audit} (
    id     UUID PRIMARY KEY, -- pii: none
    at     BIGINT NOT NULL,  -- pii: none
    actor  TEXT NOT NULL,    -- pii: staff
    action TEXT NOT NULL,    -- pii: none
    target TEXT NOT NULL,    -- pii: staff
    detail TEXT NOT NULL     -- pii: staff
);
CREATE INDEX {!audit_at} ON {audit} (at);

-- due moves to the end of the lease when a relay claims the message; since is what it was set to, which orders the queue.
CREATE TABLE {outbox} (
    id      UUID PRIMARY KEY,          -- pii: none
    topic   TEXT NOT NULL,             -- pii: none
    payload TEXT NOT NULL,             -- pii: free_text
    due     BIGINT NOT NULL,           -- pii: none
    since   BIGINT NOT NULL,           -- pii: none
    attempt BIGINT NOT NULL DEFAULT 0, -- pii: none
    dead    BIGINT NOT NULL DEFAULT 0, -- pii: none
    error   TEXT                       -- pii: none
);
CREATE INDEX {!outbox_due} ON {outbox} (due, id) WHERE dead = 0;
CREATE INDEX {!outbox_dead} ON {outbox} (id) WHERE dead = 1;

CREATE TABLE {idempotency} (
    scope       TEXT COLLATE "C" NOT NULL, -- pii: none
    key         TEXT COLLATE "C" NOT NULL, -- pii: none
    fingerprint BYTEA NOT NULL,            -- pii: none
    at          BIGINT NOT NULL,           -- pii: none
    status      BIGINT,                    -- pii: none
    body        BYTEA,                     -- pii: free_text
    PRIMARY KEY (scope, key)
);
CREATE INDEX {!idempotency_at} ON {idempotency} (at);
