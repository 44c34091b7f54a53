-- engage:requires 1
-- Saved views of lists.

CREATE TABLE {views} (
    id         BLOB NOT NULL PRIMARY KEY, -- pii: none
    kind       TEXT NOT NULL, -- pii: none
    name       TEXT NOT NULL, -- pii: none
    filter     TEXT NOT NULL, -- pii: staff
    shared     INTEGER NOT NULL, -- pii: none
    owner_id   TEXT NOT NULL, -- pii: staff
    owner_name TEXT NOT NULL, -- pii: staff
    version    INTEGER NOT NULL, -- pii: none
    created_at INTEGER NOT NULL, -- pii: none
    updated_at INTEGER NOT NULL -- pii: none
) STRICT;
CREATE INDEX {!views_owner} ON {views} (owner_id);
CREATE INDEX {!views_shared} ON {views} (id) WHERE shared = 1;
INSERT INTO {counters} (name, value) VALUES ('views', 0);

-- Few conversations are of another priority than the usual one, so this costs the others nothing; where they are is found
-- here, and not among all that are usual.
CREATE INDEX {!conversations_priority} ON {conversations} (priority, inbox_seq, status, team, assignee_id)
    WHERE priority <> 1;
