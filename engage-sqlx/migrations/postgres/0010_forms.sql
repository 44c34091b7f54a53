-- engage:requires 1
-- Forms, and what is sent by them.

CREATE TABLE {forms} (
    name       TEXT COLLATE "C" NOT NULL PRIMARY KEY, -- pii: none
    definition TEXT NOT NULL, -- pii: none
    version    BIGINT NOT NULL, -- pii: none
    updated_at BIGINT NOT NULL -- pii: none
);

CREATE TABLE {submissions} (
    id           UUID NOT NULL PRIMARY KEY, -- pii: none
    form         TEXT COLLATE "C" NOT NULL, -- pii: none
    form_version BIGINT NOT NULL, -- pii: none
    state        TEXT COLLATE "C" NOT NULL, -- pii: none
    answers      TEXT NOT NULL, -- pii: free_text
    contact_id   UUID, -- pii: none
    email        TEXT, -- pii: subject
    consent      TEXT, -- pii: none
    page         TEXT, -- pii: free_text
    locale       TEXT, -- pii: subject
    reasons      TEXT NOT NULL, -- pii: free_text
    repeats      BIGINT NOT NULL, -- pii: none
    became       TEXT, -- pii: none
    told         BIGINT NOT NULL, -- pii: none
    text_digest  BYTEA, -- pii: none
    version      BIGINT NOT NULL, -- pii: none
    created_at   BIGINT NOT NULL, -- pii: none
    updated_at   BIGINT NOT NULL, -- pii: none
    expires_at   BIGINT NOT NULL -- pii: none
);
CREATE INDEX {!submissions_form} ON {submissions} (form, id);
CREATE INDEX {!submissions_state} ON {submissions} (state, id);
CREATE INDEX {!submissions_form_state} ON {submissions} (form, state, id);
CREATE INDEX {!submissions_text} ON {submissions} (text_digest, created_at) WHERE text_digest IS NOT NULL;
CREATE INDEX {!submissions_expires} ON {submissions} (expires_at);

-- What a rendered form was told apart by, so that it brings one submission.
CREATE TABLE {form_nonces} (
    nonce      BYTEA NOT NULL PRIMARY KEY, -- pii: none
    content    BYTEA NOT NULL, -- pii: none
    expires_at BIGINT NOT NULL -- pii: none
);
CREATE INDEX {!form_nonces_expires} ON {form_nonces} (expires_at);

-- Where the same is folded into.
CREATE TABLE {form_marks} (
    mark          BYTEA NOT NULL PRIMARY KEY, -- pii: none
    submission_id UUID NOT NULL, -- pii: none
    expires_at    BIGINT NOT NULL -- pii: none
);
CREATE INDEX {!form_marks_expires} ON {form_marks} (expires_at);
