-- engage:requires 1
-- What visitors do besides talking, and who of them may not write.

ALTER TABLE {contacts}
    ADD COLUMN blocked TEXT; -- pii: free_text
-- The same for whoever writes in a conversation, whose row they hold anyway; and of which version of the contact it was told.
ALTER TABLE {conversations}
    ADD COLUMN blocked TEXT; -- pii: free_text
ALTER TABLE {conversations}
    ADD COLUMN contact_version BIGINT NOT NULL DEFAULT 0; -- pii: none

-- The latest pages that visitors who talk have looked at; kept for a day.
CREATE TABLE {pages} (
    contact_id UUID NOT NULL, -- pii: none
    at         BIGINT NOT NULL, -- pii: none
    url        TEXT NOT NULL, -- pii: subject
    title      TEXT NOT NULL, -- pii: subject
    PRIMARY KEY (contact_id, at)
);
CREATE INDEX {!pages_at} ON {pages} (at);
