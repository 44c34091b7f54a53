-- engage:requires 1
-- Mails that went out, those that came in, who gets none, and what the site has made of the templates.

-- One row for each mail, from before its first attempt.
CREATE TABLE {mails} (
    id         BLOB NOT NULL PRIMARY KEY, -- pii: none
    message_id TEXT NOT NULL,             -- pii: none
    template   TEXT NOT NULL,             -- pii: none
    recipient  TEXT NOT NULL,             -- pii: subject
    subject    TEXT NOT NULL,             -- pii: free_text
    thread     TEXT,                      -- pii: none
    automatic  TEXT NOT NULL,             -- pii: none
    state      TEXT NOT NULL,             -- pii: none
    attempts   INTEGER NOT NULL,          -- pii: none
    uncertain  INTEGER NOT NULL,          -- pii: none
    error      TEXT,                      -- pii: none
    created_at INTEGER NOT NULL,          -- pii: none
    updated_at INTEGER NOT NULL,          -- pii: none
    mail       TEXT                       -- pii: free_text
) STRICT;
CREATE UNIQUE INDEX {!mails_message_id} ON {mails} (message_id);
CREATE INDEX {!mails_recipient} ON {mails} (recipient, id);
CREATE INDEX {!mails_state} ON {mails} (state, id);
CREATE INDEX {!mails_updated} ON {mails} (updated_at);
CREATE INDEX {!mails_thread} ON {mails} (thread, recipient, id) WHERE thread IS NOT NULL;

CREATE TABLE {mail_suppressions} (
    address TEXT NOT NULL PRIMARY KEY, -- pii: subject
    reason  TEXT NOT NULL,             -- pii: none
    since   INTEGER NOT NULL           -- pii: none
) STRICT;

-- Every version; `subject` and `body` are null where what engage brings counts again.
CREATE TABLE {mail_templates} (
    name       TEXT NOT NULL,    -- pii: none
    locale     TEXT NOT NULL,    -- pii: none
    version    INTEGER NOT NULL, -- pii: none
    subject    TEXT,             -- pii: none
    body       TEXT,             -- pii: none
    by_id      TEXT,             -- pii: staff
    by_name    TEXT,             -- pii: staff
    created_at INTEGER NOT NULL, -- pii: none
    PRIMARY KEY (name, locale, version)
) STRICT;

-- `raw` is null once somebody has what was in it.
CREATE TABLE {mail_received} (
    id          BLOB NOT NULL PRIMARY KEY, -- pii: none
    message_id  TEXT NOT NULL,             -- pii: none
    sender      TEXT NOT NULL,             -- pii: subject
    subject     TEXT NOT NULL,             -- pii: free_text
    thread      TEXT,                      -- pii: none
    is_signed   INTEGER NOT NULL,          -- pii: none
    state       TEXT NOT NULL,             -- pii: none
    received_at INTEGER NOT NULL,          -- pii: none
    raw         BLOB                       -- pii: free_text
) STRICT;
CREATE UNIQUE INDEX {!mail_received_message_id} ON {mail_received} (message_id);
CREATE INDEX {!mail_received_state} ON {mail_received} (state, id);
CREATE INDEX {!mail_received_at} ON {mail_received} (received_at);

-- How far what happens in a thread has been told by mail.
CREATE TABLE {mail_threads} (
    thread TEXT NOT NULL PRIMARY KEY, -- pii: none
    upto   INTEGER NOT NULL,          -- pii: none
    at     INTEGER NOT NULL           -- pii: none
) STRICT;
CREATE INDEX {!mail_threads_at} ON {mail_threads} (at);
