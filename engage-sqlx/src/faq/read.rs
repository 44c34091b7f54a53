//! Articles, revisions and shelves as they are read.

use std::collections::HashMap;

use engage_core::faq::{Article, ArticleQuery, Listed, Revision, RevisionLine, Shelf, TextState, Visibility};
use engage_core::ids::ArticleId;
use engage_core::{AgentRef, Result};
use uuid::Uuid;

use super::Faq;
use crate::batch::{Hex, json};
use crate::driver::{Columns, Row, params};

macro_rules! columns {
    () => {
        "a.id, a.category_id, a.slug, a.position, a.visibility, a.locale, a.publish_at, a.unpublish_at, a.helpful, a.unhelpful,
         a.version, a.created_at, a.updated_at"
    };
}

/// Of each article the text in the language that suits the reader best. $1 to $3 are languages, $4 who reads, $5 the time.
macro_rules! shelf {
    ($narrowed:literal) => {
        concat!(
            "SELECT a.id, a.category_id, a.slug, d.locale, d.title, a.updated_at
             FROM {faq_articles} a JOIN {faq_docs} d ON d.article_id = a.id
             WHERE d.visibility <= $4 AND d.from_at <= $5 AND d.until_at > $5 AND ",
            $narrowed,
            " AND d.locale = (SELECT y.locale FROM (SELECT x.locale AS locale, CASE x.locale WHEN $1 THEN 0 WHEN $2 THEN 1
                WHEN $3 THEN 2 WHEN a.locale THEN 3 ELSE 4 END AS place FROM {faq_docs} x WHERE x.article_id = a.id) AS y
                ORDER BY y.place, y.locale LIMIT 1)
             ORDER BY a.position, a.id LIMIT $6"
        )
    };
}

statements! {
    /// What reads articles.
    struct ReadStatements {
        one = concat!("SELECT ", columns!(), " FROM {faq_articles} a WHERE a.id = $1");
        all = concat!(
            "SELECT ", columns!(), " FROM {faq_articles} a WHERE a.position > $1 OR (a.position = $1 AND a.id > $2)
             ORDER BY a.position, a.id LIMIT $3"
        );
        within = concat!(
            "SELECT ", columns!(), " FROM {faq_articles} a
             WHERE a.category_id = $4 AND (a.position > $1 OR (a.position = $1 AND a.id > $2))
             ORDER BY a.position, a.id LIMIT $3"
        );
        texts = "SELECT t.article_id, t.locale, t.title, t.head, t.live, t.source, t.updated_at
            FROM {@rows $1 AS b (id uuid)} JOIN {faq_texts} t ON t.article_id = b.id ORDER BY t.article_id, t.locale";
        revision = "SELECT article_id, locale, number, title, markdown, html, source, by_id, by_name, created_at
            FROM {faq_revisions} WHERE article_id = $1 AND locale = $2 AND number = $3";
        revisions = "SELECT number, title, source, by_id, by_name, created_at FROM {faq_revisions}
            WHERE article_id = $1 AND locale = $2 AND number < $3 ORDER BY number DESC LIMIT $4";
        shelf = shelf!("true");
        shelf_of = shelf!("a.category_id = $7");
    }
}

impl Faq {
    pub(super) async fn one(&self, id: ArticleId) -> Result<Option<Article>> {
        let found = self.db.fetch(&self.sql.read.one, params![id]).await?;
        Ok(self.with_texts(&found).await?.pop())
    }

    pub(super) async fn some(&self, query: &ArticleQuery) -> Result<Vec<Article>> {
        let (position, id) = query.after.unwrap_or((i64::MIN, ArticleId(Uuid::nil())));
        let sql = &self.sql.read;
        let found = match query.category {
            Some(category) => self.db.fetch(&sql.within, params![position, id, query.limit, category]).await?,
            None => self.db.fetch(&sql.all, params![position, id, query.limit]).await?,
        };
        self.with_texts(&found).await
    }

    async fn with_texts(&self, rows: &[Row]) -> Result<Vec<Article>> {
        let mut articles = rows.iter().map(read).collect::<Result<Vec<_>>>()?;
        if articles.is_empty() {
            return Ok(articles);
        }
        #[derive(serde::Serialize)]
        struct Id {
            id: Hex,
        }
        let ids = json(articles.iter().map(|article| Id { id: Hex(article.id.0) }))?;
        let mut texts: HashMap<ArticleId, Vec<TextState>> = HashMap::new();
        for row in self.db.fetch(&self.sql.read.texts, params![&ids]).await? {
            let mut columns = row.columns();
            texts.entry(columns.take()?).or_default().push(text(&mut columns)?);
        }
        for article in &mut articles {
            article.texts = texts.remove(&article.id).unwrap_or_default();
        }
        Ok(articles)
    }

    pub(super) async fn one_revision(&self, id: ArticleId, locale: &str, number: i64) -> Result<Option<Revision>> {
        let found = self.db.fetch_one(&self.sql.read.revision, params![id, locale, number]).await?;
        let read = |row: &Row| {
            let mut columns = row.columns();
            Ok(Revision {
                article: columns.take()?,
                locale: columns.take()?,
                number: columns.take()?,
                title: columns.take()?,
                markdown: columns.take()?,
                html: columns.take()?,
                source: columns.take()?,
                by: agent(&mut columns)?,
                created_at: columns.take()?,
            })
        };
        found.as_ref().map(read).transpose()
    }

    pub(super) async fn lines(
        &self,
        id: ArticleId,
        locale: &str,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<RevisionLine>> {
        let values = params![id, locale, before.unwrap_or(i64::MAX), limit];
        let rows = self.db.fetch(&self.sql.read.revisions, values).await?;
        let read = |row: &Row| {
            let mut columns = row.columns();
            Ok(RevisionLine {
                number: columns.take()?,
                title: columns.take()?,
                source: columns.take()?,
                by: agent(&mut columns)?,
                created_at: columns.take()?,
            })
        };
        rows.iter().map(read).collect()
    }

    pub(super) async fn on_shelf(&self, query: &Shelf) -> Result<Vec<Listed>> {
        let [one, two, three] = &query.locales;
        let (rank, now, limit, sql) = (query.reader.rank(), query.now, query.limit, &self.sql.read);
        let rows = match query.category {
            Some(category) => {
                self.db.fetch(&sql.shelf_of, params![one, two, three, rank, now, limit, category]).await?
            }
            None => self.db.fetch(&sql.shelf, params![one, two, three, rank, now, limit]).await?,
        };
        let read = |row: &Row| {
            let mut columns = row.columns();
            Ok(Listed {
                id: columns.take()?,
                category: columns.take()?,
                slug: columns.take()?,
                locale: columns.take()?,
                title: columns.take()?,
                updated_at: columns.take()?,
            })
        };
        rows.iter().map(read).collect()
    }
}

fn read(row: &Row) -> Result<Article> {
    let mut columns = row.columns();
    Ok(Article {
        id: columns.take()?,
        category: columns.take()?,
        slug: columns.take()?,
        position: columns.take()?,
        visibility: Visibility::of_rank(columns.take()?),
        locale: columns.take()?,
        publish_at: columns.take()?,
        unpublish_at: columns.take()?,
        helpful: columns.take()?,
        unhelpful: columns.take()?,
        version: columns.take()?,
        created_at: columns.take()?,
        updated_at: columns.take()?,
        texts: Vec::new(),
    })
}

fn text(columns: &mut Columns<'_>) -> Result<TextState> {
    Ok(TextState {
        locale: columns.take()?,
        title: columns.take()?,
        head: columns.take()?,
        live: columns.take()?,
        source: columns.take()?,
        updated_at: columns.take()?,
    })
}

fn agent(columns: &mut Columns<'_>) -> Result<Option<AgentRef>> {
    let (id, name): (Option<String>, Option<String>) = (columns.take()?, columns.take()?);
    Ok(id.map(|id| AgentRef { name: name.unwrap_or_else(|| id.clone()), id }))
}
