-- engage:requires 1
-- The help centre: categories, articles with all their revisions, what of them can be found, votes, and searches.

CREATE TABLE {faq_categories} (
    id         BLOB NOT NULL PRIMARY KEY, -- pii: none
    parent_id  BLOB REFERENCES {faq_categories} (id), -- pii: none
    slug       TEXT NOT NULL UNIQUE, -- pii: none
    icon       TEXT, -- pii: none
    position   INTEGER NOT NULL, -- pii: none
    names      TEXT NOT NULL, -- pii: none
    version    INTEGER NOT NULL, -- pii: none
    created_at INTEGER NOT NULL, -- pii: none
    updated_at INTEGER NOT NULL -- pii: none
) STRICT;
CREATE INDEX {!faq_categories_parent} ON {faq_categories} (parent_id);

CREATE TABLE {faq_articles} (
    id           BLOB NOT NULL PRIMARY KEY, -- pii: none
    category_id  BLOB NOT NULL REFERENCES {faq_categories} (id), -- pii: none
    slug         TEXT NOT NULL UNIQUE, -- pii: none
    position     INTEGER NOT NULL, -- pii: none
    visibility   INTEGER NOT NULL, -- pii: none
    locale       TEXT NOT NULL, -- pii: none
    publish_at   INTEGER, -- pii: none
    unpublish_at INTEGER, -- pii: none
    helpful      INTEGER NOT NULL DEFAULT 0, -- pii: none
    unhelpful    INTEGER NOT NULL DEFAULT 0, -- pii: none
    version      INTEGER NOT NULL, -- pii: none
    created_at   INTEGER NOT NULL, -- pii: none
    updated_at   INTEGER NOT NULL -- pii: none
) STRICT;
CREATE INDEX {!faq_articles_place} ON {faq_articles} (position, id);
CREATE INDEX {!faq_articles_category} ON {faq_articles} (category_id, position, id);

-- How the text of each language stands.
CREATE TABLE {faq_texts} (
    article_id BLOB NOT NULL REFERENCES {faq_articles} (id) ON DELETE CASCADE, -- pii: none
    locale     TEXT NOT NULL, -- pii: none
    title      TEXT NOT NULL, -- pii: none
    head       INTEGER NOT NULL, -- pii: none
    live       INTEGER, -- pii: none
    source     INTEGER NOT NULL, -- pii: none
    updated_at INTEGER NOT NULL, -- pii: none
    PRIMARY KEY (article_id, locale)
) STRICT, WITHOUT ROWID;

CREATE TABLE {faq_revisions} (
    article_id BLOB NOT NULL REFERENCES {faq_articles} (id) ON DELETE CASCADE, -- pii: none
    locale     TEXT NOT NULL, -- pii: none
    number     INTEGER NOT NULL, -- pii: none
    title      TEXT NOT NULL, -- pii: none
    markdown   TEXT NOT NULL, -- pii: none
    html       TEXT NOT NULL, -- pii: none
    source     INTEGER NOT NULL, -- pii: none
    by_id      TEXT, -- pii: staff
    by_name    TEXT, -- pii: staff
    created_at INTEGER NOT NULL, -- pii: none
    PRIMARY KEY (article_id, locale, number)
) STRICT;

-- Who has or had a name in addresses.
CREATE TABLE {faq_slugs} (
    kind   TEXT NOT NULL, -- pii: none
    slug   TEXT NOT NULL, -- pii: none
    target BLOB NOT NULL, -- pii: none
    PRIMARY KEY (kind, slug)
) STRICT, WITHOUT ROWID;
CREATE INDEX {!faq_slugs_target} ON {faq_slugs} (target);

-- What readers see and find. Each publication is a row with a new number; its words are in faq_words under the same.
INSERT INTO {counters} (name, value) VALUES ('faq_docs', 0);
CREATE TABLE {faq_docs} (
    id         INTEGER NOT NULL PRIMARY KEY, -- pii: none
    article_id BLOB NOT NULL REFERENCES {faq_articles} (id) ON DELETE CASCADE, -- pii: none
    locale     TEXT NOT NULL, -- pii: none
    visibility INTEGER NOT NULL, -- pii: none
    from_at    INTEGER NOT NULL, -- pii: none
    until_at   INTEGER NOT NULL, -- pii: none
    title      TEXT NOT NULL, -- pii: none
    text       TEXT NOT NULL, -- pii: none
    UNIQUE (article_id, locale)
) STRICT;
-- The words are made by the library, so the tokenizer has only to tell them apart by spaces. The columns:
CREATE VIRTUAL TABLE {faq_words} USING fts5(title, body, content = '', contentless_delete = 1, tokenize = 'ascii', prefix = '3');
-- rowid -- pii: none
-- title -- pii: none
-- body -- pii: none
CREATE TRIGGER {!faq_docs_gone} AFTER DELETE ON {faq_docs} BEGIN
    DELETE FROM {faq_words} WHERE rowid = OLD.id;
END;

-- Each word that can be found, with in how many texts, and what it may be misspelt as.
CREATE TABLE {faq_vocabulary} (
    word  TEXT NOT NULL PRIMARY KEY, -- pii: none
    texts INTEGER NOT NULL -- pii: none
) STRICT, WITHOUT ROWID;
CREATE TABLE {faq_typos} (
    spelling TEXT NOT NULL, -- pii: none
    word     TEXT NOT NULL REFERENCES {faq_vocabulary} (word) ON DELETE CASCADE, -- pii: none
    PRIMARY KEY (spelling, word)
) STRICT, WITHOUT ROWID;
CREATE INDEX {!faq_typos_word} ON {faq_typos} (word);

CREATE TABLE {faq_synonyms} (
    locale     TEXT NOT NULL PRIMARY KEY, -- pii: none
    groups     TEXT NOT NULL, -- pii: none
    version    INTEGER NOT NULL, -- pii: none
    updated_at INTEGER NOT NULL -- pii: none
) STRICT, WITHOUT ROWID;

CREATE TABLE {faq_votes} (
    article_id BLOB NOT NULL REFERENCES {faq_articles} (id) ON DELETE CASCADE, -- pii: none
    contact_id BLOB NOT NULL, -- pii: none
    helpful    INTEGER NOT NULL, -- pii: none
    comment    TEXT, -- pii: free_text
    at         INTEGER NOT NULL, -- pii: none
    PRIMARY KEY (article_id, contact_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX {!faq_votes_contact} ON {faq_votes} (contact_id);

-- What was searched for, and what came of it. Kept for a while.
CREATE TABLE {faq_searches} (
    id         BLOB NOT NULL PRIMARY KEY, -- pii: none
    at         INTEGER NOT NULL, -- pii: none
    contact_id BLOB, -- pii: none
    source     TEXT NOT NULL, -- pii: none
    locale     TEXT NOT NULL, -- pii: none
    words      TEXT NOT NULL, -- pii: free_text
    results    INTEGER NOT NULL, -- pii: none
    opened     BLOB, -- pii: none
    ended      TEXT -- pii: none
) STRICT;
CREATE INDEX {!faq_searches_at} ON {faq_searches} (at);
CREATE INDEX {!faq_searches_contact} ON {faq_searches} (contact_id);
