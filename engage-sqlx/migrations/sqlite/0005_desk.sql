-- engage:requires 1
-- What agents work with: labels, custom attributes, canned replies, search, ratings.

ALTER TABLE {contacts}
    ADD COLUMN attributes TEXT NOT NULL DEFAULT '{}'; -- pii: subject
ALTER TABLE {conversations}
    ADD COLUMN labels TEXT NOT NULL DEFAULT '[]'; -- pii: none
ALTER TABLE {conversations}
    ADD COLUMN attributes TEXT NOT NULL DEFAULT '{}'; -- pii: free_text
ALTER TABLE {conversations}
    ADD COLUMN rating TEXT; -- pii: free_text

-- The same labels once more, to find conversations by.
CREATE TABLE {labels} (
    conversation_id BLOB NOT NULL REFERENCES {conversations} (id) ON DELETE CASCADE, -- pii: none
    label           TEXT NOT NULL, -- pii: none
    PRIMARY KEY (conversation_id, label)
) STRICT, WITHOUT ROWID;
CREATE INDEX {!labels_label} ON {labels} (label, conversation_id);

CREATE TABLE {canned} (
    id         BLOB NOT NULL PRIMARY KEY, -- pii: none
    shortcode  TEXT NOT NULL UNIQUE, -- pii: none
    text       TEXT NOT NULL, -- pii: none
    team       TEXT, -- pii: none
    version    INTEGER NOT NULL, -- pii: none
    created_at INTEGER NOT NULL, -- pii: none
    updated_at INTEGER NOT NULL -- pii: none
) STRICT;

-- What was said, as far as it is indexed. The words of a row are in search_words under the same number.
INSERT INTO {counters} (name, value) VALUES ('search', 0), ('search_docs', 0);
CREATE TABLE {search} (
    id              INTEGER NOT NULL PRIMARY KEY, -- pii: none
    conversation_id BLOB NOT NULL REFERENCES {conversations} (id) ON DELETE CASCADE, -- pii: none
    seq             INTEGER NOT NULL -- pii: none
) STRICT;
CREATE INDEX {!search_conversation} ON {search} (conversation_id, seq);
-- The words are made by the library, so the tokenizer has only to tell them apart by spaces. The columns:
CREATE VIRTUAL TABLE {search_words} USING fts5(words, content = '', contentless_delete = 1, detail = 'none', tokenize = 'ascii');
-- rowid -- pii: none
-- words -- pii: free_text
CREATE TRIGGER {!search_gone} AFTER DELETE ON {search} BEGIN
    DELETE FROM {search_words} WHERE rowid = OLD.id;
END;
-- Up to which entry a conversation is indexed.
CREATE TABLE {search_places} (
    conversation_id BLOB NOT NULL PRIMARY KEY REFERENCES {conversations} (id) ON DELETE CASCADE, -- pii: none
    seq             INTEGER NOT NULL -- pii: none
) STRICT, WITHOUT ROWID;

-- The words by which a contact is found.
CREATE TABLE {contact_words} (
    contact_id BLOB NOT NULL REFERENCES {contacts} (id) ON DELETE CASCADE, -- pii: none
    word       TEXT NOT NULL, -- pii: subject
    PRIMARY KEY (contact_id, word)
) STRICT, WITHOUT ROWID;
CREATE INDEX {!contact_words_word} ON {contact_words} (word, contact_id);
