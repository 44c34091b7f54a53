-- engage:requires 1
-- What is known of the files that people send along. Their bytes lie elsewhere.

CREATE TABLE {files} (
    id         BLOB NOT NULL PRIMARY KEY, -- pii: none
    name       TEXT NOT NULL, -- pii: free_text
    declared   INTEGER NOT NULL, -- pii: none
    held       INTEGER NOT NULL, -- pii: none
    state      TEXT NOT NULL, -- pii: none
    uploader   TEXT NOT NULL, -- pii: subject
    owner      TEXT, -- pii: none
    owner_key  TEXT, -- pii: none
    staff_only INTEGER NOT NULL, -- pii: none
    version    INTEGER NOT NULL, -- pii: none
    created_at INTEGER NOT NULL, -- pii: none
    updated_at INTEGER NOT NULL -- pii: none
) STRICT;
CREATE INDEX {!files_uploader} ON {files} (uploader, created_at);
CREATE INDEX {!files_owner} ON {files} (owner) WHERE owner IS NOT NULL;
CREATE INDEX {!files_attached} ON {files} (created_at) WHERE owner IS NOT NULL;
CREATE INDEX {!files_unattached} ON {files} (updated_at) WHERE owner IS NULL;

-- Where the bytes of a file lie, to find those that are nobody's.
CREATE TABLE {file_blobs} (
    blob    BLOB NOT NULL PRIMARY KEY, -- pii: none
    file_id BLOB NOT NULL REFERENCES {files} (id) ON DELETE CASCADE -- pii: none
) STRICT, WITHOUT ROWID;
CREATE INDEX {!file_blobs_file} ON {file_blobs} (file_id);

-- How many bytes all of them hold.
INSERT INTO {counters} (name, value) VALUES ('files', 0);
