//! What the two databases say differently. Everything else is one text for both.

/// Which database a text is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Postgres,
    Sqlite,
}

impl Dialect {
    /// The text of a fragment, which a statement names as `{@fragment arguments}`; `None` when there is no such fragment.
    ///
    /// - `{@for_update}`: holds the rows until the commit. SQLite has one writer, who holds all.
    /// - `{@skip_locked}`: the same, leaving out rows that somebody else holds.
    /// - `{@each EXPR AS ALIAS}`: the texts of a JSON array as rows with the column `value`.
    /// - `{@rows EXPR AS ALIAS (NAME TYPE, ..)}`: a JSON array of objects as rows. Types are `uuid` (as simple hex), `text` and
    ///   `bigint`.
    /// - `{@first NAME}`, `{@then NAME}`, `{@last}`: before each of several statements that are one call. On Postgres they are
    ///   one statement, whose parts do not see what the others do.
    /// - `{@written NAME TABLE}`: within such a call, the rows that the part `NAME` gave when it wrote them into `TABLE`. On SQLite
    ///   they are found there, so the statement says which.
    /// - `{@or_fail}`: after `INSERT` or `UPDATE`. Whoever meets an error rolls back, so SQLite need not be able to undo a
    ///   single statement: that would cost a copy of each page that it changes.
    /// - `{@vector EXPR}`: a text of words apart by spaces, as the index of words takes it.
    /// - `{@matching EXPR}`: whether a row of `{search_words}` has the terms of a text in the database's own language.
    /// - `{@matching_tickets EXPR}`: the same of `{ticket_words}`.
    /// - `{@indexed INDEX}`: after a table, that rows are found by this index. Postgres finds that out by itself.
    /// - `{@next_ticket}`: the whole of a statement that takes the next number of a ticket.
    /// - `{@titled EXPR}`: whether a row of `{faq_words}` has in its title what is searched for, in the database's own language.
    /// - `{@having EXPR}`: the same for all of its words.
    /// - `{@readable}`: after `FROM`, `{faq_words}` with who may read each text, and when.
    /// - `{@worse EXPR}`: how little a row of `{faq_words}` has of it: the smallest are the best.
    /// - `{@next_inbox}`: the newest place in the inbox, taken just before by the same transaction.
    /// - `{@epoch}`: the name of the database's history: the value that it was given, and the timeline.
    /// - `{@timeline}`: what changes on Postgres with each promotion and each restore to a point in time.
    /// - `{@counted}`: right after the inbox was asked for places, whether it gave any.
    /// - `{@was_counted}`: the same later on. SQLite does not know it any more; its caller undoes what is written then.
    pub(crate) fn fragment(self, call: &str) -> Option<String> {
        let (name, arguments) = call.split_once(' ').unwrap_or((call, ""));
        match (name, self) {
            // No key changes: marks that are being made refer to a conversation by its key, and would wait for each other.
            ("for_update", Self::Postgres) => Some("FOR NO KEY UPDATE".to_owned()),
            ("skip_locked", Self::Postgres) => Some("FOR NO KEY UPDATE SKIP LOCKED".to_owned()),
            ("for_update" | "skip_locked", Self::Sqlite) => Some(String::new()),
            ("first", Self::Postgres) => Some(format!("WITH {arguments} AS (")),
            ("then", Self::Postgres) => Some(format!("), {arguments} AS (")),
            ("last", Self::Postgres) => Some(")".to_owned()),
            ("first", Self::Sqlite) => Some(String::new()),
            ("then" | "last", Self::Sqlite) => Some(";".to_owned()),
            ("written", _) => {
                let (part, table) = arguments.split_once(' ')?;
                Some(if self == Self::Postgres { part.to_owned() } else { format!("{{{table}}}") })
            }
            ("or_fail", Self::Postgres) => Some(String::new()),
            ("or_fail", Self::Sqlite) => Some("OR FAIL".to_owned()),
            ("each", _) => {
                let (list, alias) = arguments.split_once(" AS ")?;
                Some(match self {
                    Self::Postgres => format!("json_array_elements_text(({list})::json) AS {alias} (value)"),
                    Self::Sqlite => format!("json_each({list}) AS {alias}"),
                })
            }
            ("rows", _) => self.rows(arguments),
            ("vector", Self::Postgres) => Some(format!("({arguments})::tsvector")),
            ("vector", Self::Sqlite) => Some(arguments.to_owned()),
            ("matching", Self::Postgres) => Some(format!("{{search_words}}.words @@ ({arguments})::tsquery")),
            ("matching", Self::Sqlite) => Some(format!("{{search_words}} MATCH {arguments}")),
            ("matching_tickets", Self::Postgres) => Some(format!("{{ticket_words}}.words @@ ({arguments})::tsquery")),
            ("matching_tickets", Self::Sqlite) => Some(format!("{{ticket_words}} MATCH {arguments}")),
            ("indexed", Self::Postgres) => Some(String::new()),
            ("indexed", Self::Sqlite) => Some(format!("INDEXED BY {{!{arguments}}}")),
            ("next_ticket", Self::Postgres) => Some("SELECT nextval('{ticket_numbers}')".to_owned()),
            ("next_ticket", Self::Sqlite) => {
                Some("UPDATE {counters} SET value = value + 1 WHERE name = 'tickets' RETURNING value".to_owned())
            }
            // What is asked is kept from the planner: it would plan each search anew, which takes longer than most searches.
            ("titled", Self::Postgres) => Some(format!("{{faq_words}}.title @@ (SELECT ({arguments})::tsquery)")),
            ("having", Self::Postgres) => Some(format!("{{faq_words}}.body @@ (SELECT ({arguments})::tsquery)")),
            ("titled" | "having", Self::Sqlite) => Some(format!("{{faq_words}} MATCH {arguments}")),
            ("readable", Self::Postgres) => Some("{faq_words}".to_owned()),
            ("readable", Self::Sqlite) => {
                Some("{faq_words} CROSS JOIN {faq_docs} d ON d.id = {faq_words}.rowid".to_owned())
            }
            // A word of the title counts ten times; a long text counts less.
            ("worse", Self::Postgres) => Some(format!(
                "-ts_rank(ARRAY[0.1, 0.2, 0.4, 1.0]::real[], {{faq_words}}.body, (SELECT ({arguments})::tsquery), 1)"
            )),
            ("worse", Self::Sqlite) => Some("bm25({faq_words}, 10.0, 1.0)".to_owned()),
            // One statement does all on Postgres, and such a statement does not see its own changes.
            ("next_inbox", Self::Postgres) => Some("(SELECT value FROM counter)".to_owned()),
            ("next_inbox", Self::Sqlite) => Some("(SELECT value FROM {counters} WHERE name = 'inbox')".to_owned()),
            ("epoch", Self::Postgres) => {
                Some("((SELECT h.value << 32 FROM {counters} h WHERE h.name = 'epoch') + {@timeline})".to_owned())
            }
            ("epoch", Self::Sqlite) => Some("(SELECT h.value FROM {counters} h WHERE h.name = 'epoch')".to_owned()),
            // The one that is written now, which the control data learns with the next checkpoint only.
            ("timeline", Self::Postgres) => {
                Some("('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::bigint".to_owned())
            }
            ("timeline", Self::Sqlite) => Some("0".to_owned()),
            ("counted" | "was_counted", Self::Postgres) => Some("EXISTS (SELECT 1 FROM counter)".to_owned()),
            ("counted", Self::Sqlite) => Some("changes() > 0".to_owned()),
            ("was_counted", Self::Sqlite) => Some("true".to_owned()),
            _ => None,
        }
    }

    fn rows(self, arguments: &str) -> Option<String> {
        let (json, rest) = arguments.split_once(" AS ")?;
        let (alias, columns) = rest.split_once(' ')?;
        if self == Self::Postgres {
            return Some(format!("json_to_recordset({json}::json) AS {alias} {columns}"));
        }
        let columns = columns.trim().strip_prefix('(')?.strip_suffix(')')?.split(',').map(|column| {
            let (name, kind) = column.trim().split_once(' ')?;
            Some(match kind {
                "uuid" => format!("unhex(v ->> '{name}') AS {name}"),
                _ => format!("v ->> '{name}' AS {name}"),
            })
        });
        let columns = columns.collect::<Option<Vec<_>>>()?.join(", ");
        // Parsed once per row: else each column would parse its row anew.
        let parsed = format!("WITH m AS MATERIALIZED (SELECT jsonb(value) AS v FROM json_each({json}))");
        Some(format!("({parsed} SELECT {columns} FROM m) AS {alias}"))
    }
}
