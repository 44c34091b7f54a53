-- engage:requires 1
-- What a search asks of each text that has the words, in the row that its rank is read from; and what it tells of the best of them,
-- in the row of the text: to look these up took longer than the words. All of it follows by itself, so that it does also while
-- nodes of the version before still publish.

ALTER TABLE {faq_docs} ADD COLUMN category_id UUID; -- pii: none
ALTER TABLE {faq_docs} ADD COLUMN slug TEXT; -- pii: none
UPDATE {faq_docs} d SET category_id = a.category_id, slug = a.slug FROM {faq_articles} a WHERE a.id = d.article_id;

CREATE FUNCTION {faq_docs_begin}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT a.category_id, a.slug INTO STRICT NEW.category_id, NEW.slug FROM {faq_articles} a WHERE a.id = NEW.article_id;
    RETURN NEW;
END $$;
CREATE TRIGGER {!faq_docs_begin} BEFORE INSERT ON {faq_docs}
FOR EACH ROW EXECUTE FUNCTION {faq_docs_begin}();

CREATE FUNCTION {faq_docs_follow}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE {faq_docs} SET category_id = NEW.category_id, slug = NEW.slug WHERE article_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER {!faq_docs_follow} AFTER UPDATE OF category_id, slug ON {faq_articles}
FOR EACH ROW EXECUTE FUNCTION {faq_docs_follow}();

ALTER TABLE {faq_words} ADD COLUMN locale TEXT COLLATE "C"; -- pii: none
ALTER TABLE {faq_words} ADD COLUMN visibility BIGINT; -- pii: none
ALTER TABLE {faq_words} ADD COLUMN from_at BIGINT; -- pii: none
ALTER TABLE {faq_words} ADD COLUMN until_at BIGINT; -- pii: none
UPDATE {faq_words} w SET locale = d.locale, visibility = d.visibility, from_at = d.from_at, until_at = d.until_at
FROM {faq_docs} d WHERE d.id = w.rowid;

CREATE FUNCTION {faq_words_begin}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT d.locale, d.visibility, d.from_at, d.until_at
    INTO STRICT NEW.locale, NEW.visibility, NEW.from_at, NEW.until_at FROM {faq_docs} d WHERE d.id = NEW.rowid;
    RETURN NEW;
END $$;
CREATE TRIGGER {!faq_words_begin} BEFORE INSERT ON {faq_words}
FOR EACH ROW EXECUTE FUNCTION {faq_words_begin}();

CREATE FUNCTION {faq_words_follow}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE {faq_words} SET locale = NEW.locale, visibility = NEW.visibility, from_at = NEW.from_at, until_at = NEW.until_at
    WHERE rowid = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER {!faq_words_follow} AFTER UPDATE OF locale, visibility, from_at, until_at ON {faq_docs}
FOR EACH ROW EXECUTE FUNCTION {faq_words_follow}();
