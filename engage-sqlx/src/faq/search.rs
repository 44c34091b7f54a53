//! What readers find.

use std::collections::BTreeSet;

use engage_core::Result;
use engage_core::faq::{Clause, FaqSearch, Found, Known};
use engage_core::words::Term;

use super::Faq;
use crate::dialect::Dialect;
use crate::driver::{Row, params};

/// Texts that may be seen: $3 to $5 are languages, $6 who reads, $7 the time. The cross join keeps SQLite from beginning with
/// anything but the words.
macro_rules! matching {
    ($from:literal, $matching:literal, $most:literal) => {
        concat!(
            "SELECT * FROM (SELECT d.id AS id, {@worse $1} AS worse FROM ",
            $from,
            "{faq_words} CROSS JOIN {faq_docs} d WHERE ",
            $matching,
            " AND d.id = {faq_words}.rowid AND d.locale IN ($3, $4, $5)
                AND d.visibility <= $6 AND d.from_at <= $7 AND d.until_at > $7 LIMIT ",
            $most,
            ")"
        )
    };
}

statements! {
    /// What searching asks.
    struct SearchStatements {
        // Judged are a bounded number of texts. When there are more, those with the words in their title are among them, and only
        // then are they looked for: SQLite does not go on to the words from what comes before them, Postgres sees from the second
        // condition that there is nothing to do.
        search = concat!(
            "WITH hits AS MATERIALIZED (", matching!("", "{@having $1}", "2000"), " AS having_it),
             titled AS (", matching!(
                "(SELECT count(*) AS texts FROM hits) AS many CROSS JOIN ",
                "many.texts >= 2000 AND (SELECT count(*) FROM hits) >= 2000 AND {@titled $2}",
                "500"
             ), " AS titled),
             best AS (SELECT h.id AS id, min(h.worse) AS worse
                FROM (SELECT id, worse FROM hits UNION ALL SELECT id, worse FROM titled) AS h
                GROUP BY h.id ORDER BY min(h.worse), h.id LIMIT $8)
             SELECT a.id, a.category_id, a.slug, d.locale, d.title, d.text FROM best b
             JOIN {faq_docs} d ON d.id = b.id JOIN {faq_articles} a ON a.id = d.article_id ORDER BY b.worse, b.id"
        );
        known = "SELECT v.word, v.texts FROM {faq_vocabulary} v WHERE v.word IN (SELECT s.value FROM {@each $1 AS s})
            UNION SELECT v.word, v.texts FROM {@each $1 AS s} JOIN {faq_typos} t ON t.spelling = s.value
                JOIN {faq_vocabulary} v ON v.word = t.word LIMIT 500";
    }
}

impl Faq {
    pub(super) async fn find(&self, query: &FaqSearch) -> Result<Vec<Found>> {
        let (all, titled) = self.dialect.asking(&query.clauses, query.any);
        let [one, two, three] = &query.locales;
        let values = params![&all, &titled, one, two, three, query.reader.rank(), query.now, query.limit];
        let read = |row: &Row| {
            let mut columns = row.columns();
            Ok(Found {
                article: columns.take()?,
                category: columns.take()?,
                slug: columns.take()?,
                locale: columns.take()?,
                title: columns.take()?,
                text: columns.take()?,
            })
        };
        self.db.fetch(&self.sql.search.search, values).await?.iter().map(read).collect()
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
