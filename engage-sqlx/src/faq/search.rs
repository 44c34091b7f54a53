//! What readers find.

use std::collections::{BTreeSet, HashSet};

use engage_core::Result;
use engage_core::faq::{Clause, FaqSearch, Found, Known};
use engage_core::words::Term;

use super::Faq;
use crate::dialect::Dialect;
use crate::driver::{Row, params};
use crate::sql::Statement;

/// The best of some texts that fit ($1), with how little each does, and how many were judged: at most $8. $2 to $4 are
/// languages, $5 who reads, $6 the time, $7 how many are wanted. The cross joins keep SQLite from beginning with anything but the
/// words, and from reading all texts at the end; of a list of languages it would make a table each time.
macro_rules! best {
    ($fitting:literal) => {
        concat!(
            "SELECT d.article_id, d.category_id, d.slug, d.locale, d.title, d.text, d.id, CAST(1000000 * b.worse AS bigint), b.judged
             FROM (SELECT h.id AS id, h.worse AS worse, count(*) OVER () AS judged
                FROM (SELECT {faq_words}.rowid AS id, {@worse $1} AS worse FROM {@readable} WHERE ",
            $fitting,
            " AND (locale = $2 OR locale = $3 OR locale = $4)
                        AND visibility <= $5 AND from_at <= $6 AND until_at > $6 LIMIT $8) AS h
                ORDER BY h.worse, h.id LIMIT $7) AS b
             CROSS JOIN {faq_docs} d WHERE d.id = b.id ORDER BY b.worse, b.id"
        )
    };
}

/// How many texts are judged. When there are more, some with the words in their title are judged too, however late they come.
const JUDGED: i64 = 1_000;
const TITLED: i64 = 500;

statements! {
    /// What searching asks.
    struct SearchStatements {
        having = best!("{@having $1}");
        titled = best!("{@titled $1}");
        known = "SELECT v.word, v.texts FROM {faq_vocabulary} v WHERE v.word IN (SELECT s.value FROM {@each $1 AS s})
            UNION SELECT v.word, v.texts FROM {@each $1 AS s} JOIN {faq_typos} t ON t.spelling = s.value
                JOIN {faq_vocabulary} v ON v.word = t.word LIMIT 500";
    }
}

impl Faq {
    pub(super) async fn find(&self, query: &FaqSearch) -> Result<Vec<Found>> {
        let (all, titled) = self.dialect.asking(&query.clauses, query.any);
        let mut judged = self.judged(&self.sql.search.having, &all, JUDGED, query).await?;
        if judged.first().is_some_and(|first| first.judged >= JUDGED) {
            judged.extend(self.judged(&self.sql.search.titled, &titled, TITLED, query).await?);
            judged.sort_by_key(|one| (one.worse, one.text));
            let mut seen = HashSet::new();
            judged.retain(|one| seen.insert(one.text));
            judged.truncate(query.limit);
        }
        Ok(judged.into_iter().map(|one| one.found).collect())
    }

    async fn judged(&self, statement: &Statement, asked: &str, most: i64, query: &FaqSearch) -> Result<Vec<Judged>> {
        let [one, two, three] = &query.locales;
        let values = params![asked, one, two, three, query.reader.rank(), query.now, query.limit, most];
        self.db.fetch(statement, values).await?.iter().map(Judged::read).collect()
    }

    pub(super) async fn spelt(&self, spellings: &BTreeSet<String>) -> Result<Vec<Known>> {
        let spellings = serde_json::to_string(spellings)?;
        let rows = self.db.fetch(&self.sql.search.known, params![&spellings]).await?;
        let read = |row: &Row| {
            let mut columns = row.columns();
            Ok(Known { word: columns.take()?, texts: columns.take()? })
        };
        rows.iter().map(read).collect()
    }
}

/// A text that fits.
struct Judged {
    found: Found,
    text: i64,
    /// How little it fits: the smallest are the best.
    worse: i64,
    /// How many do, as far as they were looked at.
    judged: i64,
}

impl Judged {
    fn read(row: &Row) -> Result<Self> {
        let mut columns = row.columns();
        let found = Found {
            article: columns.take()?,
            category: columns.take()?,
            slug: columns.take()?,
            locale: columns.take()?,
            title: columns.take()?,
            text: columns.take()?,
        };
        Ok(Self { found, text: columns.take()?, worse: columns.take()?, judged: columns.take()? })
    }
}

impl Dialect {
    /// Clauses in the language of the index, for whole texts and for titles. Words are letters and digits, so nothing has to be
    /// escaped.
    fn asking(self, clauses: &[Clause], any: bool) -> (String, String) {
        let (and, or) = if self == Self::Postgres { (" & ", " | ") } else { (" AND ", " OR ") };
        let all_of = |terms: &Vec<Term>| {
            let terms: Vec<String> = terms.iter().map(|term| self.term(term)).collect();
            format!("({})", terms.join(and))
        };
        let clauses = clauses.iter().map(|clause| {
            let alternatives: Vec<String> = clause.0.iter().map(all_of).collect();
            format!("({})", alternatives.join(or))
        });
        let all = clauses.collect::<Vec<_>>().join(if any { or } else { and });
        let titled = if self == Self::Postgres { all.clone() } else { format!("{{title}} : ({all})") };
        (all, titled)
    }

    fn term(self, term: &Term) -> String {
        match (self, term.is_prefix) {
            (Self::Postgres, false) => term.word.clone(),
            (Self::Postgres, true) => format!("{}:*", term.word),
            (Self::Sqlite, false) => format!("\"{}\"", term.word),
            (Self::Sqlite, true) => format!("\"{}\"*", term.word),
        }
    }
}
