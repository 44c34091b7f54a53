-- engage:requires 1
-- Where events are sent to, and what came of it.

CREATE TABLE {webhooks} (
    id              UUID PRIMARY KEY,   -- pii: none
    url             TEXT NOT NULL,      -- pii: none
    events          TEXT NOT NULL,      -- pii: none
    description     TEXT NOT NULL,      -- pii: staff
    disabled        TEXT,               -- pii: none
    secret          TEXT NOT NULL,      -- pii: none
    previous_secret TEXT,               -- pii: none
    previous_until  BIGINT,             -- pii: none
    failing_since   BIGINT,             -- pii: none
    version         BIGINT NOT NULL,    -- pii: none
    created_at      BIGINT NOT NULL,    -- pii: none
    updated_at      BIGINT NOT NULL     -- pii: none
);

-- One row for each delivery, with its last attempt.
CREATE TABLE {webhook_deliveries} (
    id         UUID PRIMARY KEY, -- pii: none
    webhook_id UUID NOT NULL,    -- pii: none
    event_id   UUID NOT NULL,    -- pii: none
    event      TEXT NOT NULL,    -- pii: none
    attempts   BIGINT NOT NULL,  -- pii: none
    first_at   BIGINT NOT NULL,  -- pii: none
    last_at    BIGINT NOT NULL,  -- pii: none
    took       BIGINT NOT NULL,  -- pii: none
    delivered  BIGINT NOT NULL,  -- pii: none
    status     BIGINT,           -- pii: none
    error      TEXT              -- pii: none
);
CREATE INDEX {!webhook_deliveries_webhook} ON {webhook_deliveries} (webhook_id, id);
CREATE INDEX {!webhook_deliveries_last} ON {webhook_deliveries} (last_at);
