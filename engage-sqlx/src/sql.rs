//! Statements: the only place where a text that is not a literal becomes SQL. All of it comes from constants of this crate
//! and from names that [`crate::names`] has checked; values are always bound.

use std::sync::Arc;

use sqlx::AssertSqlSafe;

use crate::names::Names;

/// A statement with its names rendered.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    /// Module and field, for tests and errors.
    pub(crate) name: &'static str,
    text: Arc<str>,
    /// Whether it stays prepared. If not, it must run within a transaction: behind PgBouncer it would be prepared on one
    /// connection of the server and run on another.
    pub(crate) is_kept: bool,
}

impl Statement {
    /// Renders `{table}`, `{!index}` and `{@fragment}`, see [`crate::dialect`].
    pub(crate) fn new(name: &'static str, template: &str, names: &Names) -> Self {
        Self { name, text: render(template, names).into(), is_kept: names.keeps_statements }
    }

    /// What begins a writing transaction on Postgres, with what bounds it. A node that stops in the middle of it lets go of
    /// its rows soon. `durable`: whether the server's `synchronous_commit` already makes a commit durable.
    ///
    /// Stores look for rows by index and in no other way. A plan that is made for a table of ten rows would read it whole, and
    /// would be kept when it has a million, or ten rows among the remains of a million updates.
    #[cfg(feature = "postgres")]
    pub(crate) fn begin(limits: &crate::db::Limits, durable: bool) -> Self {
        let (lock, statement) = (limits.lock.as_millis().max(1), limits.statement.as_millis().max(1));
        let durable = match (limits.is_flushed, durable) {
            (true, true) => "",
            (true, false) => "SET LOCAL synchronous_commit = on; ",
            (false, _) => "SET LOCAL synchronous_commit = off; ",
        };
        let plans = if limits.by_index {
            "SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; \
             SET LOCAL jit = off; "
        } else {
            ""
        };
        let text = format!(
            "BEGIN; {durable}{plans}SET LOCAL lock_timeout = {lock}; SET LOCAL statement_timeout = {statement}; \
             SET LOCAL idle_in_transaction_session_timeout = {statement}"
        );
        Self { name: "sql::begin", text: text.into(), is_kept: false }
    }

    /// Its text.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// As sqlx takes it.
    pub(crate) fn safe(&self) -> AssertSqlSafe<Arc<str>> {
        AssertSqlSafe(Arc::clone(&self.text))
    }
}

/// A struct of statements, rendered together: `statements! { struct Name { field = "SQL"; } }`. Each can be listed, so that
/// a test prepares all of them on both databases.
macro_rules! statements {
    ($(#[$doc:meta])* struct $name:ident { $($(#[$field_doc:meta])* $field:ident = $sql:expr;)* }) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub(crate) struct $name { $($(#[$field_doc])* pub(crate) $field: $crate::sql::Statement,)* }

        impl $name {
            pub(crate) fn render(names: &$crate::names::Names) -> Self {
                Self { $($field: $crate::sql::Statement::new(
                    concat!(module_path!(), "::", stringify!($field)), $sql, names,
                ),)* }
            }

            pub(crate) fn all(&self) -> Vec<&$crate::sql::Statement> {
                vec![$(&self.$field),*]
            }
        }
    };
}

/// Replaces what stands in braces. What is unknown stays, and fails when it is prepared.
pub(crate) fn render(template: &str, names: &Names) -> String {
    let mut out = String::with_capacity(template.len() + 64);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((token, after)) = after.split_once('}') else {
            out.push('{');
            rest = after;
            continue;
        };
        match (token.strip_prefix('!'), token.strip_prefix('@')) {
            // An empty JSON object.
            _ if token.is_empty() => out.push_str("{}"),
            (Some(index), _) => out.push_str(&names.bare(index)),
            (_, Some(call)) => match names.fragment(call) {
                Some(text) => out.push_str(&render(&text, names)),
                None => out.push_str(token),
            },
            _ => out.push_str(&names.table(token)),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(feature = "postgres")]
    use crate::db::Limits;
    use crate::dialect::Dialect;

    #[cfg(feature = "postgres")]
    #[test]
    fn what_can_be_made_again_is_not_waited_for() {
        let begin = |limits, durable| Statement::begin(&limits, durable).text().to_owned();
        assert!(!begin(Limits::WRITE, true).contains("synchronous_commit"));
        assert!(begin(Limits::WRITE, false).contains("SET LOCAL synchronous_commit = on;"));
        assert!(begin(Limits::DERIVED, true).contains("SET LOCAL synchronous_commit = off;"));
    }

    #[test]
    fn one_text_becomes_two() {
        let text =
            "SELECT b.id FROM {@rows $1 AS b (id uuid, n bigint)} JOIN {entries} e ON e.id = b.id {@skip_locked}";
        let postgres = Names::new(Dialect::Postgres, None, None).unwrap();
        assert_eq!(
            render(text, &postgres),
            "SELECT b.id FROM json_to_recordset($1::json) AS b (id uuid, n bigint) JOIN \"engage\".entries e ON e.id = b.id \
             FOR NO KEY UPDATE SKIP LOCKED"
        );
        let sqlite = Names::new(Dialect::Sqlite, None, None).unwrap();
        assert_eq!(
            render(text, &sqlite),
            "SELECT b.id FROM (WITH m AS MATERIALIZED (SELECT jsonb(value) AS v FROM json_each($1)) \
             SELECT unhex(v ->> 'id') AS id, v ->> 'n' AS n FROM m) AS b JOIN engage_entries e ON e.id = b.id "
        );
    }
}
