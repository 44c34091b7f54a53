//! What readers see and find.
//!
//! One publication at a time, as all of them change the same words: they wait for the counter that numbers them.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use engage_core::clock::from_micros;
use engage_core::faq::{Indexed, Publication, Searchable};
use engage_core::ids::ArticleId;
use engage_core::{Effects, Error, Result};
use serde::Serialize;

use super::Faq;
use super::articles::times;
use crate::batch::json;
use crate::dialect::Dialect;
use crate::driver::{Connection, Row, params};

/// How many misspellings are written at once.
const BATCH: usize = 5_000;
/// How often a word of a text counts at most.
const TIMES: usize = 8;

statements! {
    /// What publishing asks.
    struct PublishStatements {
        begin = "UPDATE {counters} SET value = value + 1 WHERE name = 'faq_docs' RETURNING value";
        text = "SELECT t.live, t.head, a.visibility, a.publish_at, a.unpublish_at FROM {faq_texts} t
            JOIN {faq_articles} a ON a.id = t.article_id WHERE t.article_id = $1 AND t.locale = $2";
        live = "UPDATE {faq_texts} SET live = $3 WHERE article_id = $1 AND locale = $2";
        touch = "UPDATE {faq_articles} SET updated_at = $2 WHERE id = $1";
        docs = "SELECT title, text FROM {faq_docs} WHERE article_id = $1 AND locale = COALESCE($2, locale)";
        remove = "DELETE FROM {faq_docs} WHERE article_id = $1 AND locale = COALESCE($2, locale)";
        doc = "INSERT INTO {faq_docs} (id, article_id, locale, visibility, from_at, until_at, title, text)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        words = "INSERT INTO {faq_words} (rowid, title, body) VALUES ($1, {@vector $2}, {@vector $3})";
        more = "INSERT INTO {faq_vocabulary} AS v (word, texts) SELECT b.value, 1 FROM {@each $1 AS b} WHERE true
            ON CONFLICT (word) DO UPDATE SET texts = v.texts + 1 RETURNING word, texts";
        fewer = "UPDATE {faq_vocabulary} SET texts = texts - 1 WHERE word IN (SELECT b.value FROM {@each $1 AS b})";
        gone = "DELETE FROM {faq_vocabulary} WHERE texts <= 0 AND word IN (SELECT b.value FROM {@each $1 AS b})";
        typos = "INSERT INTO {faq_typos} (spelling, word)
            SELECT b.spelling, b.word FROM {@rows $1 AS b (spelling text, word text)}";
    }
}

#[derive(Debug, Serialize)]
struct Typo<'w> {
    spelling: String,
    word: &'w str,
}

impl Faq {
    pub(super) async fn bring_out(&self, publication: &Publication, effects: &Effects) -> Result<bool> {
        let (db, sql, effects) = (self.db.clone(), Arc::clone(&self.sql), effects.clone());
        let (publication, dialect) = (publication.clone(), self.dialect);
        self.db
            .write(move |connection| {
                Box::pin(async move {
                    let sql = &sql.publish;
                    let Publication { article, locale, text, at, .. } = &publication;
                    let number = sql.begin(connection).await?;
                    let live = text.as_ref().map(|(number, _)| *number);
                    let Some(shown) = sql.changes(connection, *article, locale, live).await? else { return Ok(false) };
                    connection.execute(&sql.live, params![*article, locale, live]).await?;
                    connection.execute(&sql.touch, params![*article, *at]).await?;
                    sql.forget(connection, *article, Some(locale)).await?;
                    if let Some((_, text)) = text {
                        let (visibility, from, until) = shown;
                        let values =
                            params![number, *article, locale, visibility, from, until, &text.title, &text.text];
                        connection.execute(&sql.doc, values).await?;
                        sql.learn(connection, dialect, number, text).await?;
                    }
                    db.effects().write(connection, &effects).await?;
                    Ok(true)
                })
            })
            .await
    }
}

impl PublishStatements {
    /// Waits until nobody else publishes, and gives the publication's number.
    pub(super) async fn begin(&self, connection: &mut dyn Connection) -> Result<i64> {
        let rows = connection.fetch(&self.begin, params![]).await?;
        rows.first().map_or_else(|| Err(Error::not_found("the counter")), Row::only)
    }

    /// Who will see the text and when; `None`: they see this revision already.
    async fn changes(
        &self,
        connection: &mut dyn Connection,
        article: ArticleId,
        locale: &str,
        live: Option<i64>,
    ) -> Result<Option<(i64, i64, i64)>> {
        let missing = || Error::not_found("the revision");
        let rows = connection.fetch(&self.text, params![article, locale]).await?;
        let mut columns = rows.first().ok_or_else(missing)?.columns();
        let (before, head): (Option<i64>, i64) = (columns.take()?, columns.take()?);
        let visibility = columns.take()?;
        let (from, until): (Option<i64>, Option<i64>) = (columns.take()?, columns.take()?);
        if live.is_some_and(|number| !(1..=head).contains(&number)) {
            return Err(missing());
        }
        let (from, until) = times(from.map(from_micros), until.map(from_micros));
        Ok((before != live).then_some((visibility, from, until)))
    }

    /// Takes what can be found of an article, or of one of its texts.
    pub(super) async fn forget(
        &self,
        connection: &mut dyn Connection,
        article: ArticleId,
        locale: Option<&str>,
    ) -> Result<()> {
        for row in connection.fetch(&self.docs, params![article, locale]).await? {
            let mut columns = row.columns();
            let (title, text): (String, String) = (columns.take()?, columns.take()?);
            let words = json(Indexed::of(&title, &text).distinct().iter())?;
            connection.execute(&self.fewer, params![&words]).await?;
            connection.execute(&self.gone, params![&words]).await?;
        }
        connection.execute(&self.remove, params![article, locale]).await?;
        Ok(())
    }

    async fn learn(
        &self,
        connection: &mut dyn Connection,
        dialect: Dialect,
        number: i64,
        text: &Searchable,
    ) -> Result<()> {
        let (title, body) = dialect.vectors(&text.words);
        connection.execute(&self.words, params![number, &title, &body]).await?;
        // As it will be forgotten.
        let indexed = Indexed::of(&text.title, &text.text);
        let rows = connection.fetch(&self.more, params![&json(indexed.distinct().iter())?]).await?;
        let mut new = BTreeSet::new();
        for row in &rows {
            let mut columns = row.columns();
            let (word, texts): (String, i64) = (columns.take()?, columns.take()?);
            if texts == 1 {
                new.insert(word);
            }
        }
        let typos = new
            .iter()
            .flat_map(|word| Indexed::misspellings(word).into_iter().map(move |spelling| Typo { spelling, word }));
        let typos: Vec<Typo<'_>> = typos.collect();
        for some in typos.chunks(BATCH) {
            connection.execute(&self.typos, params![&json(some.iter())?]).await?;
        }
        Ok(())
    }
}

impl Dialect {
    /// The words of a title and of a whole text, as the index takes them.
    fn vectors(self, words: &Indexed) -> (String, String) {
        if self == Self::Sqlite {
            return (words.title.join(" "), words.body.join(" "));
        }
        let title: BTreeSet<&str> = words.title.iter().map(String::as_str).collect();
        let mut counts = std::collections::BTreeMap::<&str, usize>::new();
        for word in &words.body {
            let count = counts.entry(word).or_default();
            *count = (*count + 1).min(TIMES);
        }
        let mut body = String::new();
        for word in words.distinct() {
            // Positions are only to be counted; A is the weight of a title.
            let places = if title.contains(word) { vec!["1A".to_owned()] } else { Vec::new() };
            let more = (2..2 + counts.get(word).copied().unwrap_or(0)).map(|place| place.to_string());
            let places = places.into_iter().chain(more).collect::<Vec<_>>().join(",");
            let _ = write!(body, "{word}:{places} ");
        }
        (title.into_iter().collect::<Vec<_>>().join(" "), body)
    }
}
