-- engage:requires 1
-- What is known of the files that people send along. Their bytes lie elsewhere.

CREATE TABLE {files} (
    id         UUID NOT NULL PRIMARY KEY, -- pii: none
    name       TEXT NOT NULL, -- pii: free_text
    declared   BIGINT NOT NULL, -- pii: none
    held       BIGINT NOT NULL, -- pii: none
    state      TEXT NOT NULL, -- pii: none
    uploader   TEXT COLLATE "C" NOT NULL, -- pii: subject
    owner      TEXT COLLATE "C", -- pii: none
    owner_key  TEXT, -- pii: none
    staff_only BIGINT NOT NULL, -- pii: none
    version    BIGINT NOT NULL, -- pii: none
    created_at BIGINT NOT NULL, -- pii: none
    updated_at BIGINT NOT NULL -- pii: none
);
CREATE INDEX {!files_uploader} ON {files} (uploader, created_at);
CREATE INDEX {!files_owner} ON {files} (owner) WHERE owner IS NOT NULL;
CREATE INDEX {!files_attached} ON {files} (created_at) WHERE owner IS NOT NULL;
CREATE INDEX {!files_unattached} ON {files} (updated_at) WHERE owner IS NULL;

-- Where the bytes of a file lie, to find those that are nobody's.
CREATE TABLE {file_blobs} (
    blob    UUID NOT NULL PRIMARY KEY, -- pii: none
    file_id UUID NOT NULL REFERENCES {files} (id) ON DELETE CASCADE -- pii: none
);
CREATE INDEX {!file_blobs_file} ON {file_blobs} (file_id);

-- How many bytes all of them hold.
INSERT INTO {counters} (name, value) VALUES ('files', 0);
