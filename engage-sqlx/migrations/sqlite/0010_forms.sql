-- engage:requires 1
-- Forms, and what is sent by them.

CREATE TABLE {forms} (
    name       TEXT NOT NULL PRIMARY KEY, -- pii: none
    definition TEXT NOT NULL, -- pii: none
    version    INTEGER NOT NULL, -- pii: none
    updated_at INTEGER NOT NULL -- pii: none
) STRICT;

CREATE TABLE {submissions} (
    id           BLOB NOT NULL PRIMARY KEY, -- pii: none
    form         TEXT NOT NULL, -- pii: none
    form_version INTEGER NOT NULL, -- pii: none
    state        TEXT NOT NULL, -- pii: none
    answers      TEXT NOT NULL, -- pii: free_text
    contact_id   BLOB, -- pii: none
    email        TEXT, -- pii: subject
    consent      TEXT, -- pii: none
    page         TEXT, -- pii: free_text
    locale       TEXT, -- pii: subject
    reasons      TEXT NOT NULL, -- pii: free_text
    repeats      INTEGER NOT NULL, -- pii: none
    became       TEXT, -- pii: none
    told         INTEGER NOT NULL, -- pii: none
    text_digest  BLOB, -- pii: none
    version      INTEGER NOT NULL, -- pii: none
    created_at   INTEGER NOT NULL, -- pii: none
    updated_at   INTEGER NOT NULL, -- pii: none
    expires_at   INTEGER NOT NULL -- pii: none
) STRICT;
CREATE INDEX {!submissions_form} ON {submissions} (form, id);
CREATE INDEX {!submissions_state} ON {submissions} (state, id);
CREATE INDEX {!submissions_form_state} ON {submissions} (form, state, id);
CREATE INDEX {!submissions_text} ON {submissions} (text_digest, created_at) WHERE text_digest IS NOT NULL;
CREATE INDEX {!submissions_expires} ON {submissions} (expires_at);

-- What a rendered form was told apart by, so that it brings one submission.
CREATE TABLE {form_nonces} (
    nonce      BLOB NOT NULL PRIMARY KEY, -- pii: none
    content    BLOB NOT NULL, -- pii: none
    expires_at INTEGER NOT NULL -- pii: none
) STRICT;
CREATE INDEX {!form_nonces_expires} ON {form_nonces} (expires_at);

-- Where the same is folded into.
CREATE TABLE {form_marks} (
    mark          BLOB NOT NULL PRIMARY KEY, -- pii: none
    submission_id BLOB NOT NULL, -- pii: none
    expires_at    INTEGER NOT NULL -- pii: none
) STRICT;
CREATE INDEX {!form_marks_expires} ON {form_marks} (expires_at);
