//! Votes, and what was searched for.

use std::sync::Arc;

use engage_core::clock::Timestamp;
use engage_core::faq::{Count, Followed, Report, Searched, Vote};
use engage_core::ids::{ArticleId, ContactId, SearchId};
use engage_core::{Effects, Error, Result};

use super::Faq;
use crate::driver::{Row, params};

/// What a search came to, each as 0 or 1.
macro_rules! counts {
    () => {
        "count(*), CAST(COALESCE(sum(CASE WHEN results = 0 THEN 1 ELSE 0 END), 0) AS bigint),
         CAST(COALESCE(sum(CASE WHEN results > 0 AND opened IS NULL THEN 1 ELSE 0 END), 0) AS bigint),
         CAST(COALESCE(sum(CASE WHEN ended IS NOT NULL THEN 1 ELSE 0 END), 0) AS bigint)"
    };
}

statements! {
    /// What votes and the log of searches ask.
    struct LogStatements {
        before = "SELECT helpful, comment FROM {faq_votes} WHERE article_id = $1 AND contact_id = $2";
        vote = "INSERT INTO {faq_votes} (article_id, contact_id, helpful, comment, at) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (article_id, contact_id) DO UPDATE
            SET helpful = excluded.helpful, comment = excluded.comment, at = excluded.at";
        count = "UPDATE {faq_articles} SET helpful = helpful + $2, unhelpful = unhelpful + $3 WHERE id = $1";
        one = "SELECT article_id, contact_id, helpful, comment, at FROM {faq_votes}
            WHERE article_id = $1 AND contact_id = $2";
        comments = "SELECT article_id, contact_id, helpful, comment, at FROM {faq_votes}
            WHERE article_id = $1 AND comment IS NOT NULL AND at < $2 ORDER BY at DESC LIMIT $3";
        log = "INSERT INTO {faq_searches} (id, at, contact_id, source, locale, words, results)
            VALUES ($1, $2, $3, $4, $5, $6, $7)";
        follow = "UPDATE {faq_searches} SET opened = COALESCE($3, opened), ended = COALESCE($4, ended)
            WHERE id = $1 AND (contact_id IS NULL OR contact_id = $2)";
        totals = concat!(
            "SELECT ", counts!(), ",
                CAST(COALESCE(sum(CASE WHEN source IN ('chat', 'contact', 'ticket') THEN 1 ELSE 0 END), 0) AS bigint),
                CAST(COALESCE(sum(CASE WHEN source IN ('chat', 'contact', 'ticket') AND opened IS NOT NULL AND ended IS NULL
                    THEN 1 ELSE 0 END), 0) AS bigint)
             FROM {faq_searches} WHERE at >= $1"
        );
        // With $2 = 1 by how often there was no answer.
        words = concat!(
            "SELECT words, ", counts!(), " FROM {faq_searches}
             WHERE at >= $1 AND source NOT IN ('chat', 'contact', 'ticket') GROUP BY words
             HAVING $2 = 0 OR sum(CASE WHEN results = 0 OR opened IS NULL THEN 1 ELSE 0 END) > 0
             ORDER BY CASE WHEN $2 = 1 THEN sum(CASE WHEN results = 0 OR opened IS NULL THEN 1 ELSE 0 END) ELSE count(*) END
                DESC, words LIMIT $3"
        );
        votes_of = "SELECT article_id, helpful FROM {faq_votes} WHERE contact_id = $1 ORDER BY article_id";
        move_vote = "UPDATE {faq_votes} SET contact_id = $3 WHERE article_id = $1 AND contact_id = $2";
        drop_vote = "DELETE FROM {faq_votes} WHERE article_id = $1 AND contact_id = $2";
        move_searches = "UPDATE {faq_searches} SET contact_id = $2 WHERE contact_id = $1";
        prune = "DELETE FROM {faq_searches} WHERE id IN
            (SELECT old.id FROM {faq_searches} old WHERE old.at < $1 ORDER BY old.at LIMIT $2)";
    }
}

impl Faq {
    pub(super) async fn count_vote(&self, vote: &Vote, effects: &Effects) -> Result<bool> {
        let (db, sql, vote, effects) = (self.db.clone(), Arc::clone(&self.sql), vote.clone(), effects.clone());
        self.db
            .write(move |connection| {
                Box::pin(async move {
                    let (article, contact) = (vote.article, vote.contact);
                    if connection.fetch(&sql.articles.hold, params![article]).await?.is_empty() {
                        return Err(Error::not_found("the article"));
                    }
                    let sql = &sql.log;
                    let rows = connection.fetch(&sql.before, params![article, contact]).await?;
                    let before = rows.first().map(|row| {
                        let mut columns = row.columns();
                        Ok::<(i64, Option<String>), Error>((columns.take()?, columns.take()?))
                    });
                    let before = before.transpose()?;
                    let helpful = i64::from(vote.helpful);
                    if before.as_ref() == Some(&(helpful, vote.comment.clone())) {
                        return Ok(false);
                    }
                    let values = params![article, contact, helpful, vote.comment.as_deref(), vote.at];
                    connection.execute(&sql.vote, values).await?;
                    let (mut more, mut less) = (helpful, 1 - helpful);
                    if let Some((helpful, _)) = before {
                        (more, less) = (more - helpful, less - (1 - helpful));
                    }
                    connection.execute(&sql.count, params![article, more, less]).await?;
                    db.effects().write(connection, &effects).await?;
                    Ok(true)
                })
            })
            .await
    }

    pub(super) async fn move_person(&self, from: ContactId, into: ContactId) -> Result<()> {
        if from == into {
            return Ok(());
        }
        let sql = Arc::clone(&self.sql);
        self.db
            .write(move |connection| {
                Box::pin(async move {
                    for row in connection.fetch(&sql.log.votes_of, params![from]).await? {
                        let mut columns = row.columns();
                        let (article, helpful): (ArticleId, i64) = (columns.take()?, columns.take()?);
                        // As who votes holds it, nobody does meanwhile.
                        connection.fetch(&sql.articles.hold, params![article]).await?;
                        if connection.fetch(&sql.log.before, params![article, into]).await?.is_empty() {
                            connection.execute(&sql.log.move_vote, params![article, from, into]).await?;
                        } else if connection.execute(&sql.log.drop_vote, params![article, from]).await? > 0 {
                            connection.execute(&sql.log.count, params![article, -helpful, helpful - 1]).await?;
                        }
                    }
                    connection.execute(&sql.log.move_searches, params![from, into]).await?;
                    Ok(())
                })
            })
            .await
    }

    pub(super) async fn one_vote(&self, article: ArticleId, contact: ContactId) -> Result<Option<Vote>> {
        self.db.fetch_one(&self.sql.log.one, params![article, contact]).await?.as_ref().map(read).transpose()
    }

    pub(super) async fn said(&self, article: ArticleId, before: Option<Timestamp>, limit: usize) -> Result<Vec<Vote>> {
        let before = before.map_or(i64::MAX, |at| at.timestamp_micros());
        self.db.fetch(&self.sql.log.comments, params![article, before, limit]).await?.iter().map(read).collect()
    }

    pub(super) async fn note(&self, searched: &Searched) -> Result<()> {
        let Searched { id, at, contact, source, locale, words, results } = searched;
        let values = params![*id, *at, *contact, source.name(), locale, words, *results];
        self.db.execute_one(&self.sql.log.log, values).await?;
        Ok(())
    }

    pub(super) async fn note_end(&self, id: SearchId, contact: Option<ContactId>, followed: Followed) -> Result<bool> {
        let (opened, ended) = match followed {
            Followed::Opened(article) => (Some(article), None),
            Followed::Ended(ended) => (None, Some(ended.name())),
        };
        Ok(self.db.execute_one(&self.sql.log.follow, params![id, contact, opened, ended]).await? > 0)
    }

    pub(super) async fn counted(&self, since: Timestamp, gaps: bool, limit: usize) -> Result<Report> {
        let mut report = Report::default();
        if let Some(row) = self.db.fetch_one(&self.sql.log.totals, params![since]).await? {
            let mut columns = row.columns();
            (report.searches, report.without_result) = (columns.take()?, columns.take()?);
            (report.without_click, report.ended) = (columns.take()?, columns.take()?);
            (report.suggested, report.deflected) = (columns.take()?, columns.take()?);
        }
        let read = |row: &Row| {
            let mut columns = row.columns();
            Ok(Count {
                words: columns.take()?,
                searches: columns.take()?,
                without_result: columns.take()?,
                without_click: columns.take()?,
                ended: columns.take()?,
            })
        };
        let rows = self.db.fetch(&self.sql.log.words, params![since, i64::from(gaps), limit]).await?;
        report.words = rows.iter().map(read).collect::<Result<_>>()?;
        Ok(report)
    }

    pub(super) async fn forget(&self, before: Timestamp, limit: usize) -> Result<u64> {
        self.db.execute_one(&self.sql.log.prune, params![before, limit]).await
    }
}

fn read(row: &Row) -> Result<Vote> {
    let mut columns = row.columns();
    Ok(Vote {
        article: columns.take()?,
        contact: columns.take()?,
        helpful: columns.take::<i64>()? == 1,
        comment: columns.take()?,
        at: columns.take()?,
    })
}
