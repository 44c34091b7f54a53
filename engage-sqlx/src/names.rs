//! Where engage's tables are, and what their names look like.

use crate::dialect::Dialect;

/// Renders the names of tables and indexes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Names {
    pub(crate) dialect: Dialect,
    /// Postgres only.
    pub(crate) schema: Option<String>,
    pub(crate) prefix: String,
    /// Whether statements stay prepared under a name of their own, see [`crate::Sqlx`] and `pg::keeps_statements`.
    pub(crate) keeps_statements: bool,
    /// Whether the server says on which timeline it is. Some that are rented out do not.
    pub(crate) tells_timeline: bool,
}

impl Names {
    /// What the host has set, or the defaults: schema `engage` without a prefix on Postgres, prefix `engage_` on SQLite.
    ///
    /// # Errors
    /// Sentences that say what is wrong.
    pub(crate) fn new(dialect: Dialect, schema: Option<&str>, prefix: Option<&str>) -> Result<Self, Vec<String>> {
        let mut problems = Vec::new();
        for (option, value) in [("schema", schema), ("prefix", prefix)] {
            if let Some(value) = value
                && !is_name(value)
            {
                problems.push(format!("{option}: {value:?} is not of the form [a-z_][a-z0-9_]{{0,30}}"));
            }
        }
        if dialect == Dialect::Sqlite && schema.is_some() {
            problems.push("schema: SQLite has none; use .prefix(..)".to_owned());
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let schema = match dialect {
            Dialect::Sqlite => None,
            // With a prefix the tables may lie beside others.
            Dialect::Postgres => Some(schema.unwrap_or(if prefix.is_some() { "public" } else { "engage" }).to_owned()),
        };
        let prefix = prefix.unwrap_or(match dialect {
            Dialect::Sqlite => "engage_",
            Dialect::Postgres => "",
        });
        Ok(Self { dialect, schema, prefix: prefix.to_owned(), keeps_statements: true, tells_timeline: true })
    }

    /// The text of a fragment, see [`Dialect::fragment`].
    pub(crate) fn fragment(&self, call: &str) -> Option<String> {
        if call == "timeline" && !self.tells_timeline {
            return Some("0".to_owned());
        }
        self.dialect.fragment(call)
    }

    /// A table, qualified.
    pub(crate) fn table(&self, name: &str) -> String {
        match &self.schema {
            // Quoted, as a schema may be called like a key word.
            Some(schema) => format!("\"{schema}\".{}{name}", self.prefix),
            None => format!("{}{name}", self.prefix),
        }
    }

    /// An index, which has its table's schema.
    pub(crate) fn bare(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// Tells apart engages in one database, for locks and channels.
    pub(crate) fn realm(&self) -> String {
        format!("{}.{}", self.schema.as_deref().unwrap_or(""), self.prefix)
    }
}

fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_lowercase() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        && text.len() <= 31
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_qualified_and_checked() {
        let postgres = Names::new(Dialect::Postgres, None, None).unwrap();
        assert_eq!(postgres.table("entries"), "\"engage\".entries");
        let beside = Names::new(Dialect::Postgres, None, Some("chat_")).unwrap();
        assert_eq!(
            (beside.table("entries"), beside.bare("x")),
            ("\"public\".chat_entries".to_owned(), "chat_x".to_owned())
        );
        let sqlite = Names::new(Dialect::Sqlite, None, None).unwrap();
        assert_eq!(sqlite.table("entries"), "engage_entries");
        for bad in ["", "Engage", "1x", "a-b", "a b", "a\"b", "a;b", &"a".repeat(32)] {
            assert_eq!(Names::new(Dialect::Sqlite, None, Some(bad)).unwrap_err().len(), 1, "{bad:?}");
        }
        assert_eq!(Names::new(Dialect::Sqlite, Some("x"), Some("Y")).unwrap_err().len(), 2);
    }
}
