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
    conversation_id UUID NOT NULL REFERENCES {conversations} (id) ON DELETE CASCADE, -- pii: none
    label           TEXT COLLATE "C" NOT NULL, -- pii: none
    PRIMARY KEY (conversation_id, label)
);
CREATE INDEX {!labels_label} ON {labels} (label, conversation_id);

CREATE TABLE {canned} (
    id         UUID NOT NULL PRIMARY KEY, -- pii: none
    shortcode  TEXT COLLATE "C" NOT NULL UNIQUE, -- pii: none
    text       TEXT NOT NULL, -- pii: none
    team       TEXT COLLATE "C", -- pii: none
    version    BIGINT NOT NULL, -- pii: none
    created_at BIGINT NOT NULL, -- pii: none
    updated_at BIGINT NOT NULL -- pii: none
);

-- What was said, as far as it is indexed. The words of a row are in search_words under the same number.
INSERT INTO {counters} (name, value) VALUES ('search', 0), ('search_docs', 0);
CREATE TABLE {search} (
    id              BIGINT NOT NULL PRIMARY KEY, -- pii: none
    conversation_id UUID NOT NULL REFERENCES {conversations} (id) ON DELETE CASCADE, -- pii: none
    seq             BIGINT NOT NULL -- pii: none
);
CREATE INDEX {!search_conversation} ON {search} (conversation_id, seq);
CREATE TABLE {search_words} (
    rowid BIGINT NOT NULL PRIMARY KEY REFERENCES {search} (id) ON DELETE CASCADE, -- pii: none
    words TSVECTOR NOT NULL -- pii: free_text
);
CREATE INDEX {!search_words_words} ON {search_words} USING gin (words);
-- Up to which entry a conversation is indexed.
CREATE TABLE {search_places} (
    conversation_id UUID NOT NULL PRIMARY KEY REFERENCES {conversations} (id) ON DELETE CASCADE, -- pii: none
    seq             BIGINT NOT NULL -- pii: none
);

-- The words by which a contact is found.
CREATE TABLE {contact_words} (
    contact_id UUID NOT NULL REFERENCES {contacts} (id) ON DELETE CASCADE, -- pii: none
    word       TEXT COLLATE "C" NOT NULL, -- pii: subject
    PRIMARY KEY (contact_id, word)
);
CREATE INDEX {!contact_words_word} ON {contact_words} (word, contact_id);
