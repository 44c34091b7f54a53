-- engage:requires 1
-- Tickets, what happens to them, and what is found in them.

-- Numbers of tickets.
INSERT INTO {counters} (name, value) VALUES ('tickets', 0);

-- category: 0 new, 1 open, 2 pending, 3 on hold, 4 solved, 5 closed. opening: by what it was opened, so that it is once.
CREATE TABLE {tickets} (
    id             BLOB NOT NULL PRIMARY KEY, -- pii: none
    number         INTEGER NOT NULL UNIQUE, -- pii: none
    subject        TEXT NOT NULL, -- pii: free_text
    requester_id   BLOB NOT NULL, -- pii: none
    organisation   TEXT, -- pii: subject
    category       INTEGER NOT NULL, -- pii: none
    status         TEXT, -- pii: none
    snoozed_until  INTEGER, -- pii: none
    priority       INTEGER NOT NULL, -- pii: none
    team           TEXT, -- pii: none
    assignee_id    TEXT, -- pii: staff
    assignee_name  TEXT, -- pii: staff
    followers      TEXT NOT NULL, -- pii: staff
    cc             TEXT NOT NULL, -- pii: subject
    tags           TEXT NOT NULL, -- pii: none
    fields         TEXT NOT NULL, -- pii: free_text
    due_at         INTEGER, -- pii: none
    source         TEXT NOT NULL, -- pii: none
    opening        TEXT UNIQUE, -- pii: staff
    parent_id      BLOB, -- pii: none
    merged_into    BLOB, -- pii: none
    links          TEXT NOT NULL, -- pii: none
    rating         TEXT, -- pii: free_text
    seconds_spent  INTEGER NOT NULL, -- pii: none
    first_reply_at INTEGER, -- pii: none
    waiting_since  INTEGER, -- pii: none
    solved_at      INTEGER, -- pii: none
    version        INTEGER NOT NULL, -- pii: none
    seq            INTEGER NOT NULL, -- pii: none
    public_seq     INTEGER NOT NULL, -- pii: none
    replies        INTEGER NOT NULL, -- pii: none
    last_reply     TEXT, -- pii: free_text
    created_at     INTEGER NOT NULL, -- pii: none
    updated_at     INTEGER NOT NULL -- pii: none
) STRICT;
-- Each list walks one of them from its newest end. Few tickets are not done: those have indexes of their own, which stay small.
CREATE INDEX {!tickets_latest} ON {tickets} (updated_at, id);
CREATE INDEX {!tickets_unsolved} ON {tickets} (updated_at, id, team, assignee_id, priority) WHERE category < 4;
CREATE INDEX {!tickets_category} ON {tickets} (category, updated_at, id);
CREATE INDEX {!tickets_status} ON {tickets} (status, updated_at, id) WHERE status IS NOT NULL;
CREATE INDEX {!tickets_team} ON {tickets} (team, updated_at, id) WHERE team IS NOT NULL;
CREATE INDEX {!tickets_assignee} ON {tickets} (assignee_id, updated_at, id) WHERE assignee_id IS NOT NULL;
CREATE INDEX {!tickets_assigned} ON {tickets} (assignee_id, updated_at, id)
    WHERE assignee_id IS NOT NULL AND category < 4;
CREATE INDEX {!tickets_requester} ON {tickets} (requester_id, updated_at, id);
CREATE INDEX {!tickets_parent} ON {tickets} (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX {!tickets_merged} ON {tickets} (merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE {ticket_entries} (
    ticket_id         BLOB NOT NULL, -- pii: none
    seq               INTEGER NOT NULL, -- pii: none
    public_seq        INTEGER, -- pii: none
    at                INTEGER NOT NULL, -- pii: none
    author_kind       TEXT NOT NULL, -- pii: none
    author_id         TEXT, -- pii: staff
    author_name       TEXT, -- pii: staff
    kind              TEXT NOT NULL, -- pii: none
    change            TEXT NOT NULL, -- pii: free_text
    client_message_id TEXT, -- pii: none
    PRIMARY KEY (ticket_id, seq)
) STRICT;
CREATE UNIQUE INDEX {!ticket_entries_client} ON {ticket_entries} (ticket_id, client_message_id)
    WHERE client_message_id IS NOT NULL;

-- The same tags once more, to find tickets by, with the ticket's place in the list.
CREATE TABLE {ticket_tags} (
    ticket_id  BLOB NOT NULL REFERENCES {tickets} (id) ON DELETE CASCADE, -- pii: none
    tag        TEXT NOT NULL, -- pii: none
    updated_at INTEGER NOT NULL, -- pii: none
    PRIMARY KEY (ticket_id, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX {!ticket_tags_tag} ON {ticket_tags} (tag, updated_at, ticket_id);

-- What was said. The words of a row are in ticket_words under the same number.
CREATE TABLE {ticket_search} (
    id        INTEGER NOT NULL PRIMARY KEY, -- pii: none
    ticket_id BLOB NOT NULL REFERENCES {tickets} (id) ON DELETE CASCADE, -- pii: none
    seq       INTEGER NOT NULL -- pii: none
) STRICT;
CREATE INDEX {!ticket_search_ticket} ON {ticket_search} (ticket_id, seq);
-- The words are made by the library, so the tokenizer has only to tell them apart by spaces. The columns:
CREATE VIRTUAL TABLE {ticket_words} USING fts5(words, content = '', contentless_delete = 1, detail = 'none', tokenize = 'ascii');
-- rowid -- pii: none
-- words -- pii: free_text
CREATE TRIGGER {!ticket_search_gone} AFTER DELETE ON {ticket_search} BEGIN
    DELETE FROM {ticket_words} WHERE rowid = OLD.id;
END;

-- What agents are writing.
CREATE TABLE {ticket_drafts} (
    ticket_id  BLOB NOT NULL REFERENCES {tickets} (id) ON DELETE CASCADE, -- pii: none
    person     TEXT NOT NULL, -- pii: staff
    body       TEXT NOT NULL, -- pii: free_text
    note       INTEGER NOT NULL, -- pii: none
    updated_at INTEGER NOT NULL, -- pii: none
    PRIMARY KEY (ticket_id, person)
) STRICT, WITHOUT ROWID;
