//! Large tables, made within the database: copies of rows that the server itself wrote, so that this needs to know no column
//! but those that must differ.

use engage::sqlx::sqlx::{self, AssertSqlSafe, Connection as _, PgConnection, Row as _, SqliteConnection};

use crate::Result;

/// How many entries a conversation has.
pub(crate) const LENGTH: i64 = 100;

/// A way of its own to a server's database.
pub(crate) enum Bulk {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

impl Bulk {
    pub(crate) async fn open(url: &str) -> Result<Self> {
        Ok(if url.starts_with("sqlite:") {
            Self::Sqlite(SqliteConnection::connect(url).await?)
        } else {
            Self::Postgres(PgConnection::connect(url).await?)
        })
    }

    /// Makes conversations like the oldest one, numbered from `first` to before `end`, all of agent 0, each with [`LENGTH`]
    /// entries when `with_entries`.
    pub(crate) async fn fill(&mut self, first: i64, end: i64, with_entries: bool) -> Result {
        let (id, id_of_entry) = (self.id("n"), self.id(&format!("(n / {LENGTH})")));
        let count = end - first;
        let counters = self.table("counters");
        self.run(&format!("UPDATE {counters} SET value = value + {count} WHERE name = 'inbox'")).await?;
        let place = format!("(SELECT value FROM {counters} WHERE name = 'inbox') - {end} + n");
        let length = LENGTH.to_string();
        let own = [
            ("id", id.as_str()),
            ("inbox_seq", &place),
            ("assignee_id", "'0'"),
            ("assignee_name", "'Agent 0'"),
            ("seq", &length),
            ("visitor_seq", &length),
            ("messages", &length),
            ("visitor_messages", &length),
        ];
        self.copy("conversations", first, end, &own).await?;
        if with_entries {
            let seq = format!("n % {LENGTH} + 1");
            let own = [
                ("conversation_id", id_of_entry.as_str()),
                ("id", &id),
                ("seq", &seq),
                ("visitor_seq", &seq),
                ("messages", &seq),
                ("visitor_messages", &seq),
                ("client_message_id", &format!("'bulk-' || ({seq})")),
                (
                    "body",
                    "'Good morning! My order came without the blue cup; could you look into it, please? Thank you.'",
                ),
            ];
            self.copy("entries", first * LENGTH, end * LENGTH, &own).await?;
        }
        self.settle().await
    }

    /// What a database does by itself, some time after so much was written.
    pub(crate) async fn settle(&mut self) -> Result {
        match self {
            Self::Postgres(_) => self.run("VACUUM ANALYZE").await,
            Self::Sqlite(_) => self.run("PRAGMA wal_checkpoint(TRUNCATE)").await,
        }
    }

    /// The first row of `table`, once for each `n` from `first` to before `end`, with the columns of `own` as they say.
    pub(crate) async fn copy(&mut self, table: &str, first: i64, end: i64, own: &[(&str, &str)]) -> Result {
        let numbers = match self {
            Self::Postgres(_) => format!("generate_series({first}::bigint, {end}::bigint - 1) AS s (n)"),
            Self::Sqlite(_) => format!(
                "(WITH RECURSIVE s (n) AS (SELECT {first} WHERE {first} < {end} UNION ALL SELECT n + 1 FROM s WHERE n < {end} - 1) \
                 SELECT n FROM s) AS s"
            ),
        };
        self.copy_each(table, &numbers, None, own).await
    }

    /// The first row of `table`, once for each row of `source`, which may be of a JSON array `$1`.
    pub(crate) async fn copy_each(
        &mut self,
        table: &str,
        source: &str,
        json: Option<&str>,
        own: &[(&str, &str)],
    ) -> Result {
        let (name, columns) = (self.table(table), self.columns(table).await?);
        let values = columns.iter().map(|column| {
            let own = own.iter().find(|(name, _)| name == column);
            own.map_or_else(|| format!("t.{column}"), |(_, value)| (*value).to_owned())
        });
        let (values, columns) = (values.collect::<Vec<_>>().join(", "), columns.join(", "));
        let template = format!("(SELECT * FROM {name} LIMIT 1) t");
        let text = format!("INSERT INTO {name} ({columns}) SELECT {values} FROM {template}, {source}");
        match json {
            Some(json) => self.run_with(&text, json).await,
            None => self.run(&text).await,
        }
    }

    /// A JSON array of objects, `$1`, as rows with a number `n` and these texts.
    pub(crate) fn rows(&self, texts: &[&str]) -> String {
        match self {
            Self::Postgres(_) => {
                let texts: String = texts.iter().map(|name| format!(", {name} text")).collect();
                format!("json_to_recordset($1::json) AS s (n bigint{texts})")
            }
            Self::Sqlite(_) => {
                let texts: String = texts.iter().map(|name| format!(", value ->> '{name}' AS {name}")).collect();
                format!("(SELECT value ->> 'n' AS n{texts} FROM json_each($1)) AS s")
            }
        }
    }

    /// In no order, so that those that are talked in lie between them in every index.
    pub(crate) fn id(&self, number: &str) -> String {
        let mixed = format!("(({number} * 2654435761) & 4294967295)");
        match self {
            Self::Postgres(_) => format!("(lpad(to_hex({mixed}), 8, '0') || lpad(to_hex({number}), 24, '0'))::uuid"),
            Self::Sqlite(_) => format!("unhex(printf('%08x%024x', {mixed}, {number}))"),
        }
    }

    pub(crate) fn table(&self, name: &str) -> String {
        match self {
            Self::Postgres(_) => format!("engage.{name}"),
            Self::Sqlite(_) => format!("engage_{name}"),
        }
    }

    async fn columns(&mut self, table: &str) -> Result<Vec<String>> {
        self.texts(&match self {
            Self::Postgres(_) => format!(
                "SELECT column_name::text FROM information_schema.columns \
                 WHERE table_schema = 'engage' AND table_name = '{table}' ORDER BY ordinal_position"
            ),
            Self::Sqlite(_) => format!("SELECT name FROM pragma_table_info('engage_{table}')"),
        })
        .await
    }

    /// How each part of `statement` finds its rows, as the store's transactions have it planned.
    pub(crate) async fn plan(&mut self, statement: &str) -> Result<Vec<String>> {
        let mut lines = Vec::new();
        if let Self::Sqlite(connection) = self {
            for part in statement.split("; ") {
                let text = format!("EXPLAIN QUERY PLAN {part}");
                for row in sqlx::query(AssertSqlSafe(text)).fetch_all(&mut *connection).await? {
                    lines.push(row.try_get::<String, _>("detail")?);
                }
            }
            return Ok(lines);
        }
        let params = (1..).take_while(|number| statement.contains(&format!("${number}"))).map(|_| "NULL");
        let params = params.collect::<Vec<_>>().join(", ");
        self.run(
            "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_hashjoin = off; \
             SET enable_mergejoin = off; SET jit = off; DEALLOCATE ALL",
        )
        .await?;
        self.run(&format!("PREPARE asked AS {statement}")).await?;
        self.texts(&format!("EXPLAIN (COSTS OFF) EXECUTE asked({params})")).await
    }

    async fn texts(&mut self, text: &str) -> Result<Vec<String>> {
        let text = AssertSqlSafe(text.to_owned());
        let first = |value: Result<String, sqlx::Error>| value.map_err(Into::into);
        match self {
            Self::Postgres(connection) => {
                sqlx::raw_sql(text).fetch_all(connection).await?.iter().map(|row| first(row.try_get(0))).collect()
            }
            Self::Sqlite(connection) => {
                sqlx::raw_sql(text).fetch_all(connection).await?.iter().map(|row| first(row.try_get(0))).collect()
            }
        }
    }

    /// `text` holds nothing but constants of this crate, numbers, and names from the database's own catalogue.
    pub(crate) async fn run(&mut self, text: &str) -> Result {
        let text = AssertSqlSafe(text.to_owned());
        match self {
            Self::Postgres(connection) => {
                sqlx::raw_sql(text).execute(connection).await?;
            }
            Self::Sqlite(connection) => {
                sqlx::raw_sql(text).execute(connection).await?;
            }
        }
        Ok(())
    }

    /// The same with one parameter.
    pub(crate) async fn run_with(&mut self, text: &str, json: &str) -> Result {
        let text = AssertSqlSafe(text.to_owned());
        match self {
            Self::Postgres(connection) => {
                sqlx::query(text).bind(json).execute(connection).await?;
            }
            Self::Sqlite(connection) => {
                sqlx::query(text).bind(json).execute(connection).await?;
            }
        }
        Ok(())
    }
}
