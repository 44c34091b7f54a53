//! The desk's own large tables, and the bare statements that engage is held against.

use std::collections::BTreeSet;

use engage::sqlx::sqlx::{self, AssertSqlSafe};
use serde_json::json;

use crate::Result;
use crate::bulk::Bulk;

/// How many words of the vocabulary are written at once.
const BATCH: usize = 2_000;
/// How many people ask.
const PEOPLE: i64 = 100_000;

impl Bulk {
    /// Copies the oldest article for each row of a JSON array (`n`, `title`, `body`), with other words.
    pub(super) async fn copy_articles(&mut self, rows: &str) -> Result {
        let (id, source) = (self.id("s.n"), self.rows(&["title", "body"]));
        let article = [("id", id.as_str()), ("slug", "'article-' || s.n"), ("position", "s.n")];
        self.copy_each("faq_articles", &source, Some(rows), &article).await?;
        let doc = [("id", "s.n + 1000"), ("article_id", &id), ("title", "s.title"), ("text", "s.body")];
        self.copy_each("faq_docs", &source, Some(rows), &doc).await?;
        let (title, body) = match self {
            Self::Postgres(_) => {
                ("s.title::tsvector", "setweight(to_tsvector('simple', s.title), 'A') || to_tsvector('simple', s.body)")
            }
            Self::Sqlite(_) => ("s.title", "s.body"),
        };
        let words = self.table("faq_words");
        let text = format!("INSERT INTO {words} (rowid, title, body) SELECT s.n + 1000, {title}, {body} FROM {source}");
        self.run_with(&text, rows).await
    }

    /// Writes down which words there are, in how many texts each, and how they may be misspelt.
    pub(super) async fn learn(
        &mut self,
        words: &[(String, i64)],
        misspellings: impl Fn(&str) -> BTreeSet<String>,
    ) -> Result {
        let (vocabulary, typos) = (self.table("faq_vocabulary"), self.table("faq_typos"));
        self.run(&format!("DELETE FROM {vocabulary}")).await?;
        for some in words.chunks(BATCH) {
            let rows: Vec<_> = some.iter().map(|(word, texts)| json!({ "n": texts, "word": word })).collect();
            let text =
                format!("INSERT INTO {vocabulary} (word, texts) SELECT s.word, s.n FROM {}", self.rows(&["word"]));
            self.run_with(&text, &serde_json::to_string(&rows)?).await?;
            let spelt = some.iter().flat_map(|(word, _)| {
                let row = |spelling| json!({ "n": 0, "word": word, "spelling": spelling });
                misspellings(word).into_iter().map(row).collect::<Vec<_>>()
            });
            let spelt = serde_json::to_string(&spelt.collect::<Vec<_>>())?;
            let source = self.rows(&["spelling", "word"]);
            let text = format!("INSERT INTO {typos} (spelling, word) SELECT s.spelling, s.word FROM {source}");
            self.run_with(&text, &spelt).await?;
        }
        Ok(())
    }

    /// Copies the oldest ticket so often, with an entry each, for many people, agents and teams.
    pub(super) async fn copy_tickets(&mut self, tickets: i64) -> Result {
        let people = PEOPLE.min(tickets / 10).max(1);
        let person = [("id", self.id("n")), ("external_id", "'person-' || n".to_owned())];
        let person: Vec<_> = person.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.copy("contacts", 0, people, &person).await?;
        let id = self.id("n");
        let requester =
            format!("CASE WHEN n % 5000 = 1 THEN t.requester_id ELSE {} END", self.id(&format!("(n % {people})")));
        let ticket = [
            ("id", id.as_str()),
            ("number", "n + 1000"),
            ("requester_id", &requester),
            ("category", "CASE WHEN n % 20 = 0 THEN 1 ELSE 5 END"),
            ("priority", "CASE WHEN n % 1009 = 5 THEN 3 ELSE t.priority END"),
            ("team", "CASE WHEN n % 5003 = 0 THEN 'legal' WHEN n % 7 = 6 THEN NULL ELSE 'team-' || (n % 7) END"),
            ("assignee_id", "CASE WHEN n % 3 = 0 THEN NULL ELSE 'a' || (n % 50) END"),
            ("assignee_name", "CASE WHEN n % 3 = 0 THEN NULL ELSE 'Agent' END"),
            ("tags", "CASE WHEN n % 20 = 0 THEN t.tags ELSE '[]' END"),
            ("opening", "NULL"),
            ("updated_at", "t.created_at + n * 1000"),
        ];
        self.copy("tickets", 0, tickets, &ticket).await?;
        let tagged = self.id("(n * 20)");
        let tag = [("ticket_id", tagged.as_str()), ("updated_at", "t.updated_at + n * 20000")];
        self.copy("ticket_tags", 0, tickets / 20, &tag).await?;
        self.copy("ticket_entries", 0, tickets, &[("ticket_id", &id), ("client_message_id", "NULL")]).await
    }

    /// Makes found what tickets say: rows of a JSON array (`n`, `words`).
    pub(super) async fn copy_requests(&mut self, rows: &str) -> Result {
        let (id, source) = (self.id("s.n"), self.rows(&["words"]));
        let own = [("id", "s.n + 1000"), ("ticket_id", &id), ("seq", "1")];
        self.copy_each("ticket_search", &source, Some(rows), &own).await?;
        let words = if matches!(self, Self::Postgres(_)) { "s.words::tsvector" } else { "s.words" };
        let table = self.table("ticket_words");
        let text = format!("INSERT INTO {table} (rowid, words) SELECT s.n + 1000, {words} FROM {source}");
        self.run_with(&text, rows).await
    }

    /// How many articles the bare statement gives: those with all words or what begins with them, the best first.
    pub(super) async fn find_answers(&mut self, words: &str, limit: usize) -> Result<usize> {
        let (index, docs) = (self.table("faq_words"), self.table("faq_docs"));
        let terms = self.terms(words);
        let (wanted, order) = match self {
            Self::Postgres(_) => ("w.body @@ $1::tsquery", "ts_rank(w.body, $1::tsquery, 1) DESC".to_owned()),
            Self::Sqlite(_) => ("w.faq_words MATCH $1", format!("bm25({index}, 10.0, 1.0)")),
        };
        let wanted = wanted.replace("w.faq_words", &index);
        let from = match self {
            Self::Postgres(_) => format!("{index} w JOIN {docs} d ON d.id = w.rowid"),
            Self::Sqlite(_) => format!("{index} JOIN {docs} d ON d.id = {index}.rowid"),
        };
        let text = format!("SELECT d.id, d.title, d.text FROM {from} WHERE {wanted} ORDER BY {order} LIMIT {limit}");
        self.count(&text, &terms).await
    }

    /// How many tickets the bare statement gives, the latest first.
    pub(super) async fn find_tickets(&mut self, words: &str, limit: usize) -> Result<usize> {
        let (index, search, tickets) = (self.table("ticket_words"), self.table("ticket_search"), self.table("tickets"));
        let terms = self.terms(words);
        let wanted = match self {
            Self::Postgres(_) => format!("{index}.words @@ $1::tsquery"),
            Self::Sqlite(_) => format!("{index} MATCH $1"),
        };
        let text = format!(
            "SELECT t.subject, s.seq FROM {index} CROSS JOIN {search} s CROSS JOIN {tickets} t
             WHERE {wanted} AND s.id = {index}.rowid AND t.id = s.ticket_id ORDER BY {index}.rowid DESC LIMIT {limit}"
        );
        self.count(&text, &terms).await
    }

    /// In the language of the index.
    fn terms(&self, words: &str) -> String {
        let is_postgres = matches!(self, Self::Postgres(_));
        let one = |word| if is_postgres { format!("{word}:*") } else { format!("\"{word}\"*") };
        words.split(' ').map(one).collect::<Vec<_>>().join(if is_postgres { " & " } else { " AND " })
    }

    async fn count(&mut self, text: &str, terms: &str) -> Result<usize> {
        let text = AssertSqlSafe(text.to_owned());
        Ok(match self {
            Self::Postgres(connection) => sqlx::query(text).bind(terms).fetch_all(connection).await?.len(),
            Self::Sqlite(connection) => sqlx::query(text).bind(terms).fetch_all(connection).await?.len(),
        })
    }

    /// A table with nothing but a key, for the bare insert.
    pub(super) async fn bare_table(&mut self) -> Result {
        if matches!(self, Self::Sqlite(_)) {
            self.run("PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000").await?;
        }
        self.run("DROP TABLE IF EXISTS bare; CREATE TABLE bare (id BIGINT PRIMARY KEY, subject TEXT, body TEXT)").await
    }

    /// A row of it, committed.
    pub(super) async fn bare_insert(&mut self, id: i64, subject: &str, body: &str) -> Result {
        let text = "INSERT INTO bare (id, subject, body) VALUES ($1, $2, $3)";
        match self {
            Self::Postgres(connection) => {
                sqlx::query(text).bind(id).bind(subject).bind(body).execute(connection).await?;
            }
            Self::Sqlite(connection) => {
                sqlx::query(text).bind(id).bind(subject).bind(body).execute(connection).await?;
            }
        }
        Ok(())
    }
}
