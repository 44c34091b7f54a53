-- engage:requires 1
-- Ways to their tickets for people without an account. A secret is kept as its hash.

CREATE TABLE {ticket_links} (
    token_hash BYTEA NOT NULL PRIMARY KEY, -- pii: none
    address    TEXT NOT NULL, -- pii: subject
    expires_at BIGINT NOT NULL -- pii: none
);
CREATE INDEX {!ticket_links_expires} ON {ticket_links} (expires_at);
