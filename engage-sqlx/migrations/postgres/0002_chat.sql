-- engage:requires 1
-- Conversations, their entries, read marks, and the agents who answer.

CREATE TABLE {counters} (
    name  TEXT COLLATE "C" PRIMARY KEY, -- pii: none
    value BIGINT NOT NULL               -- pii: none
) WITH (fillfactor = 10);
INSERT INTO {counters} (name, value) VALUES ('inbox', 0);

CREATE TABLE {conversations} (
    id                   UUID PRIMARY KEY,          -- pii: none
    contact_id           UUID NOT NULL,             -- pii: none
    status               TEXT COLLATE "C" NOT NULL, -- pii: none
    snoozed_until        BIGINT,                    -- pii: none
    team                 TEXT COLLATE "C",          -- pii: none
    past_teams           TEXT NOT NULL,             -- pii: none
    assignee_id          TEXT COLLATE "C",          -- pii: staff
    assignee_name        TEXT,                      -- pii: staff
    seq                  BIGINT NOT NULL,           -- pii: none
    visitor_seq          BIGINT NOT NULL,           -- pii: none
    messages             BIGINT NOT NULL,           -- pii: none
    visitor_messages     BIGINT NOT NULL,           -- pii: none
    inbox_seq            BIGINT NOT NULL,           -- pii: none
    last_message         TEXT,                      -- pii: free_text
    visitor_last_message TEXT,                      -- pii: free_text
    created_at           BIGINT NOT NULL,           -- pii: none
    updated_at           BIGINT NOT NULL            -- pii: none
) WITH (fillfactor = 80);
-- Few, as each message moves its conversation to the top of the inbox, and with it in every index that says where it is.
-- A list walks one of them from its newest end; team and assignee are in it so that what is not asked for is passed over
-- without looking at the row.
CREATE INDEX {!conversations_inbox} ON {conversations} (inbox_seq, team, assignee_id);
CREATE INDEX {!conversations_status} ON {conversations} (status, inbox_seq, team, assignee_id);
CREATE INDEX {!conversations_assignee} ON {conversations} (assignee_id, status, inbox_seq, team)
    WHERE assignee_id IS NOT NULL;
CREATE INDEX {!conversations_contact} ON {conversations} (contact_id);
CREATE INDEX {!conversations_waiting} ON {conversations} (created_at, id) WHERE status = 'open' AND assignee_id IS NULL;
CREATE INDEX {!conversations_snoozed} ON {conversations} (snoozed_until) WHERE status = 'snoozed';

-- Which message opened which conversation, so that opening is idempotent; the contact as it was then.
CREATE TABLE {openings} (
    contact_id        UUID NOT NULL,             -- pii: none
    client_message_id TEXT COLLATE "C" NOT NULL, -- pii: none
    conversation_id   UUID NOT NULL UNIQUE,      -- pii: none
    PRIMARY KEY (contact_id, client_message_id)
);

CREATE TABLE {entries} (
    conversation_id   UUID NOT NULL,    -- pii: none
    seq               BIGINT NOT NULL,  -- pii: none
    visitor_seq       BIGINT,           -- pii: none
    id                UUID NOT NULL,    -- pii: none
    messages          BIGINT NOT NULL,  -- pii: none
    visitor_messages  BIGINT NOT NULL,  -- pii: none
    at                BIGINT NOT NULL,  -- pii: none
    author_kind       TEXT NOT NULL,    -- pii: none
    author_id         TEXT,             -- pii: staff
    author_name       TEXT,             -- pii: staff
    kind              TEXT NOT NULL,    -- pii: none
    body              TEXT,             -- pii: free_text
    reply_to          UUID,             -- pii: none
    detail            TEXT,             -- pii: subject
    client_message_id TEXT COLLATE "C", -- pii: none
    PRIMARY KEY (conversation_id, seq)
);
CREATE UNIQUE INDEX {!entries_client} ON {entries} (conversation_id, client_message_id)
    WHERE client_message_id IS NOT NULL;

-- How far each reader has read. read_messages: how many messages there are up to the mark, as the reader sees them;
-- own_after: how many the reader wrote after it. The reader is empty for the visitor, else the agent's id.
CREATE TABLE {marks} (
    conversation_id UUID NOT NULL REFERENCES {conversations} (id) ON DELETE CASCADE, -- pii: none
    reader          TEXT COLLATE "C" NOT NULL, -- pii: staff
    name            TEXT NOT NULL,             -- pii: staff
    seq             BIGINT NOT NULL,           -- pii: none
    visitor_seq     BIGINT NOT NULL,           -- pii: none
    read_messages   BIGINT NOT NULL,           -- pii: none
    own_after       BIGINT NOT NULL,           -- pii: none
    PRIMARY KEY (conversation_id, reader)
) WITH (fillfactor = 80);

CREATE TABLE {agents} (
    id          TEXT COLLATE "C" PRIMARY KEY, -- pii: staff
    name        TEXT NOT NULL,                -- pii: staff
    teams       TEXT NOT NULL,                -- pii: none
    status      TEXT NOT NULL,                -- pii: none
    seen_at     BIGINT NOT NULL,              -- pii: none
    assigned_at BIGINT                        -- pii: none
);
