-- engage:requires 1
-- The help centre: categories, articles with all their revisions, what of them can be found, votes, and searches.

CREATE TABLE {faq_categories} (
    id         UUID NOT NULL PRIMARY KEY, -- pii: none
    parent_id  UUID REFERENCES {faq_categories} (id), -- pii: none
    slug       TEXT COLLATE "C" NOT NULL UNIQUE, -- pii: none
    icon       TEXT, -- pii: none
    position   BIGINT NOT NULL, -- pii: none
    names      TEXT NOT NULL, -- pii: none
    version    BIGINT NOT NULL, -- pii: none
    created_at BIGINT NOT NULL, -- pii: none
    updated_at BIGINT NOT NULL -- pii: none
);
CREATE INDEX {!faq_categories_parent} ON {faq_categories} (parent_id);

CREATE TABLE {faq_articles} (
    id           UUID NOT NULL PRIMARY KEY, -- pii: none
    category_id  UUID NOT NULL REFERENCES {faq_categories} (id), -- pii: none
    slug         TEXT COLLATE "C" NOT NULL UNIQUE, -- pii: none
    position     BIGINT NOT NULL, -- pii: none
    visibility   BIGINT NOT NULL, -- pii: none
    locale       TEXT COLLATE "C" NOT NULL, -- pii: none
    publish_at   BIGINT, -- pii: none
    unpublish_at BIGINT, -- pii: none
    helpful      BIGINT NOT NULL DEFAULT 0, -- pii: none
    unhelpful    BIGINT NOT NULL DEFAULT 0, -- pii: none
    version      BIGINT NOT NULL, -- pii: none
    created_at   BIGINT NOT NULL, -- pii: none
    updated_at   BIGINT NOT NULL -- pii: none
);
CREATE INDEX {!faq_articles_place} ON {faq_articles} (position, id);
CREATE INDEX {!faq_articles_category} ON {faq_articles} (category_id, position, id);

-- How the text of each language stands.
CREATE TABLE {faq_texts} (
    article_id UUID NOT NULL REFERENCES {faq_articles} (id) ON DELETE CASCADE, -- pii: none
    locale     TEXT COLLATE "C" NOT NULL, -- pii: none
    title      TEXT NOT NULL, -- pii: none
    head       BIGINT NOT NULL, -- pii: none
    live       BIGINT, -- pii: none
    source     BIGINT NOT NULL, -- pii: none
    updated_at BIGINT NOT NULL, -- pii: none
    PRIMARY KEY (article_id, locale)
);

CREATE TABLE {faq_revisions} (
    article_id UUID NOT NULL REFERENCES {faq_articles} (id) ON DELETE CASCADE, -- pii: none
    locale     TEXT COLLATE "C" NOT NULL, -- pii: none
    number     BIGINT NOT NULL, -- pii: none
    title      TEXT NOT NULL, -- pii: none
    markdown   TEXT NOT NULL, -- pii: none
    html       TEXT NOT NULL, -- pii: none
    source     BIGINT NOT NULL, -- pii: none
    by_id      TEXT, -- pii: staff
    by_name    TEXT, -- pii: staff
    created_at BIGINT NOT NULL, -- pii: none
    PRIMARY KEY (article_id, locale, number)
);

-- Who has or had a name in addresses.
CREATE TABLE {faq_slugs} (
    kind   TEXT COLLATE "C" NOT NULL, -- pii: none
    slug   TEXT COLLATE "C" NOT NULL, -- pii: none
    target UUID NOT NULL, -- pii: none
    PRIMARY KEY (kind, slug)
);
CREATE INDEX {!faq_slugs_target} ON {faq_slugs} (target);

-- What readers see and find. Each publication is a row with a new number; its words are in faq_words under the same.
INSERT INTO {counters} (name, value) VALUES ('faq_docs', 0);
CREATE TABLE {faq_docs} (
    id         BIGINT NOT NULL PRIMARY KEY, -- pii: none
    article_id UUID NOT NULL REFERENCES {faq_articles} (id) ON DELETE CASCADE, -- pii: none
    locale     TEXT COLLATE "C" NOT NULL, -- pii: none
    visibility BIGINT NOT NULL, -- pii: none
    from_at    BIGINT NOT NULL, -- pii: none
    until_at   BIGINT NOT NULL, -- pii: none
    title      TEXT NOT NULL, -- pii: none
    text       TEXT NOT NULL, -- pii: none
    UNIQUE (article_id, locale)
);
CREATE TABLE {faq_words} (
    rowid BIGINT NOT NULL PRIMARY KEY REFERENCES {faq_docs} (id) ON DELETE CASCADE, -- pii: none
    title TSVECTOR NOT NULL, -- pii: none
    body  TSVECTOR NOT NULL -- pii: none
);
CREATE INDEX {!faq_words_title} ON {faq_words} USING gin (title);
CREATE INDEX {!faq_words_body} ON {faq_words} USING gin (body);

-- Each word that can be found, with in how many texts, and what it may be misspelt as.
CREATE TABLE {faq_vocabulary} (
    word  TEXT COLLATE "C" NOT NULL PRIMARY KEY, -- pii: none
    texts BIGINT NOT NULL -- pii: none
);
CREATE TABLE {faq_typos} (
    spelling TEXT COLLATE "C" NOT NULL, -- pii: none
    word     TEXT COLLATE "C" NOT NULL REFERENCES {faq_vocabulary} (word) ON DELETE CASCADE, -- pii: none
    PRIMARY KEY (spelling, word)
);
CREATE INDEX {!faq_typos_word} ON {faq_typos} (word);

CREATE TABLE {faq_synonyms} (
    locale     TEXT COLLATE "C" NOT NULL PRIMARY KEY, -- pii: none
    groups     TEXT NOT NULL, -- pii: none
    version    BIGINT NOT NULL, -- pii: none
    updated_at BIGINT NOT NULL -- pii: none
);

CREATE TABLE {faq_votes} (
    article_id UUID NOT NULL REFERENCES {faq_articles} (id) ON DELETE CASCADE, -- pii: none
    contact_id UUID NOT NULL, -- pii: none
    helpful    BIGINT NOT NULL, -- pii: none
    comment    TEXT, -- pii: free_text
    at         BIGINT NOT NULL, -- pii: none
    PRIMARY KEY (article_id, contact_id)
);
CREATE INDEX {!faq_votes_contact} ON {faq_votes} (contact_id);

-- What was searched for, and what came of it. Kept for a while.
CREATE TABLE {faq_searches} (
    id         UUID NOT NULL PRIMARY KEY, -- pii: none
    at         BIGINT NOT NULL, -- pii: none
    contact_id UUID, -- pii: none
    source     TEXT NOT NULL, -- pii: none
    locale     TEXT COLLATE "C" NOT NULL, -- pii: none
    words      TEXT COLLATE "C" NOT NULL, -- pii: free_text
    results    BIGINT NOT NULL, -- pii: none
    opened     UUID, -- pii: none
    ended      TEXT -- pii: none
);
CREATE INDEX {!faq_searches_at} ON {faq_searches} (at);
CREATE INDEX {!faq_searches_contact} ON {faq_searches} (contact_id);
