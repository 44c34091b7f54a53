-- engage:requires 1
-- Conversations, their entries, read marks, and the agents who answer.

CREATE TABLE {counters} (
    name  TEXT NOT NULL PRIMARY KEY, -- pii: none
    value INTEGER NOT NULL           -- pii: none
) STRICT;
INSERT INTO {counters} (name, value) VALUES ('inbox', 0);

CREATE TABLE {conversations} (
    id                   BLOB NOT NULL PRIMARY KEY, -- pii: none
    contact_id           BLOB NOT NULL,             -- pii: none
    status               TEXT NOT NULL,             -- pii: none
    snoozed_until        INTEGER,                   -- pii: none
    team                 TEXT,                      -- pii: none
    past_teams           TEXT NOT NULL,             -- pii: none
    assignee_id          TEXT,                      -- pii: staff
    assignee_name        TEXT,                      -- pii: staff
    seq                  INTEGER NOT NULL,          -- pii: none
    visitor_seq          INTEGER NOT NULL,          -- pii: none
    messages             INTEGER NOT NULL,          -- pii: none
    visitor_messages     INTEGER NOT NULL,          -- pii: none
    inbox_seq            INTEGER NOT NULL,          -- pii: none
    last_message         TEXT,                      -- pii: free_text
    visitor_last_message TEXT,                      -- pii: free_text
    created_at           INTEGER NOT NULL,          -- pii: none
    updated_at           INTEGER NOT NULL           -- pii: none
) STRICT;
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
    contact_id        BLOB NOT NULL,        -- pii: none
    client_message_id TEXT NOT NULL,        -- pii: none
    conversation_id   BLOB NOT NULL UNIQUE, -- pii: none
    PRIMARY KEY (contact_id, client_message_id)
) STRICT;

-- In the order in which they come: a batch fills a few pages at the end, and not one of each conversation.
CREATE TABLE {entries} (
    conversation_id   BLOB NOT NULL,    -- pii: none
    seq               INTEGER NOT NULL, -- pii: none
    visitor_seq       INTEGER,          -- pii: none
    id                BLOB NOT NULL,    -- pii: none
    messages          INTEGER NOT NULL, -- pii: none
    visitor_messages  INTEGER NOT NULL, -- pii: none
    at                INTEGER NOT NULL, -- pii: none
    author_kind       TEXT NOT NULL,    -- pii: none
    author_id         TEXT,             -- pii: staff
    author_name       TEXT,             -- pii: staff
    kind              TEXT NOT NULL,    -- pii: none
    body              TEXT,             -- pii: free_text
    reply_to          BLOB,             -- pii: none
    detail            TEXT,             -- pii: subject
    client_message_id TEXT,             -- pii: none
    PRIMARY KEY (conversation_id, seq)
) STRICT;
CREATE UNIQUE INDEX {!entries_client} ON {entries} (conversation_id, client_message_id)
    WHERE client_message_id IS NOT NULL;

-- How far each reader has read. read_messages: how many messages there are up to the mark, as the reader sees them;
-- own_after: how many the reader wrote after it. The reader is empty for the visitor, else the agent's id.
CREATE TABLE {marks} (
    conversation_id BLOB NOT NULL REFERENCES {conversations} (id) ON DELETE CASCADE, -- pii: none
    reader          TEXT NOT NULL,    -- pii: staff
    name            TEXT NOT NULL,    -- pii: staff
    seq             INTEGER NOT NULL, -- pii: none
    visitor_seq     INTEGER NOT NULL, -- pii: none
    read_messages   INTEGER NOT NULL, -- pii: none
    own_after       INTEGER NOT NULL, -- pii: none
    PRIMARY KEY (conversation_id, reader)
) STRICT, WITHOUT ROWID;

CREATE TABLE {agents} (
    id          TEXT NOT NULL PRIMARY KEY, -- pii: staff
    name        TEXT NOT NULL,             -- pii: staff
    teams       TEXT NOT NULL,             -- pii: none
    status      TEXT NOT NULL,             -- pii: none
    seen_at     INTEGER NOT NULL,          -- pii: none
    assigned_at INTEGER                    -- pii: none
) STRICT;
