//! engage's own migrations: a table of its own, one transaction under a lock, and plain SQL to print.
//!
//! What the files may hold is in `migrations/README.md`.

use std::fmt::Write as _;

use engage_core::clock::Timestamp;
use engage_core::{Error, ErrorKind, Result};
use sha2::{Digest, Sha256};

use crate::db::{Db, Limits};
use crate::dialect::Dialect;
use crate::driver::{Connection, Row, params};
use crate::names::Names;
use crate::sql::{Statement, render};

/// Which of engage's migrations a database has.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MigrationPlan {
    /// Applied already, oldest first.
    pub applied: Vec<PlannedMigration>,
    /// To be applied, in this order.
    pub pending: Vec<PlannedMigration>,
    /// Why nothing may be applied and this binary may not run, each a sentence.
    pub problems: Vec<String>,
}

/// One migration.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlannedMigration {
    /// Its number.
    pub version: i64,
    /// Its name.
    pub name: String,
}

/// A pair of files.
struct Migration {
    version: i64,
    name: &'static str,
    postgres: &'static str,
    sqlite: &'static str,
}

macro_rules! migrations {
    ($($version:literal $name:literal $file:literal;)*) => {
        &[$(Migration {
            version: $version,
            name: $name,
            postgres: include_str!(concat!("../migrations/postgres/", $file, ".sql")),
            sqlite: include_str!(concat!("../migrations/sqlite/", $file, ".sql")),
        }),*]
    };
}

/// The table of what has been applied.
const TABLE: &[Migration] = migrations! { 0 "migrations" "0000_migrations"; };

const MIGRATIONS: &[Migration] = migrations! {
    1 "foundation" "0001_foundation";
    2 "chat" "0002_chat";
    3 "routing" "0003_routing";
    4 "webhooks" "0004_webhooks";
    5 "desk" "0005_desk";
    6 "visits" "0006_visits";
    7 "views" "0007_views";
    8 "bot" "0008_bot";
    9 "keys" "0009_keys";
    10 "forms" "0010_forms";
    11 "epoch" "0011_epoch";
    12 "mail" "0012_mail";
    13 "tickets" "0013_tickets";
    14 "faq" "0014_faq";
    15 "files" "0015_files";
    16 "unread" "0016_unread";
    17 "sla" "0017_sla";
    18 "mentions" "0018_mentions";
    19 "ticket_links" "0019_ticket_links";
    20 "ticket_mails" "0020_ticket_mails";
    21 "ticket_priorities" "0021_ticket_priorities";
    22 "faq_copies" "0022_faq_copies";
};

/// The core's migrations; other components count their own.
const COMPONENT: &str = "engage";

statements! {
    /// What the runner asks.
    struct MigrationStatements {
        applied = "SELECT version, name, checksum, requires FROM {migrations} WHERE component = $1 ORDER BY version";
        note = "INSERT INTO {migrations} (component, version, name, checksum, requires, applied_at)
            VALUES ($1, $2, $3, $4, $5, $6)";
    }
}

statements! {
    /// What it asks Postgres besides.
    struct PostgresStatements {
        lock = "SELECT pg_advisory_xact_lock($1)::text";
        schema = "SELECT nspname::text FROM pg_namespace WHERE nspname = $1";
        table = "SELECT to_regclass($1)::text";
    }
}

statements! {
    /// What it asks SQLite besides.
    struct SqliteStatements {
        table = "SELECT name FROM sqlite_master WHERE type = 'table' AND name = $1";
    }
}

/// All of them for one database.
pub(crate) fn statements(names: &Names) -> Vec<Statement> {
    let own = match names.dialect {
        Dialect::Postgres => PostgresStatements::render(names).all().into_iter().cloned().collect::<Vec<_>>(),
        Dialect::Sqlite => SqliteStatements::render(names).all().into_iter().cloned().collect(),
    };
    MigrationStatements::render(names).all().into_iter().cloned().chain(own).collect()
}

/// A row of the table.
#[derive(Debug, Clone)]
struct Applied {
    version: i64,
    name: String,
    checksum: String,
    requires: i64,
}

/// Looks at what is there. Changes nothing and needs no right to.
pub(crate) async fn plan(db: &Db, names: &Names) -> Result<MigrationPlan> {
    let find = match names.dialect {
        Dialect::Postgres => PostgresStatements::render(names).table,
        Dialect::Sqlite => SqliteStatements::render(names).table,
    };
    let found = db.fetch_one(&find, params![&names.table("migrations")]).await?;
    if found.as_ref().map(Row::only::<Option<String>>).transpose()?.flatten().is_none() {
        return Ok(judge(&[], names.dialect));
    }
    let statements = MigrationStatements::render(names);
    Ok(judge(&read(&db.fetch(&statements.applied, params![COMPONENT]).await?)?, names.dialect))
}

/// Applies what is missing, in one transaction that other booting nodes wait for.
///
/// # Errors
/// `Conflict` with the problems of the plan, one to a line.
pub(crate) async fn run(db: &Db, names: &Names, at: Timestamp) -> Result<MigrationPlan> {
    // Most boots find nothing to do, and need neither the lock nor the right to make tables.
    let plan = plan(db, names).await?;
    if !plan.problems.is_empty() {
        return Err(Error::new(ErrorKind::Conflict, plan.problems.join("\n")));
    }
    if plan.pending.is_empty() {
        return Ok(plan);
    }
    let names = names.clone();
    db.write_within(Limits::MIGRATION, move |connection| Box::pin(async move { apply(connection, &names, at).await }))
        .await
}

async fn apply(connection: &mut dyn Connection, names: &Names, at: Timestamp) -> Result<MigrationPlan> {
    prepare(connection, names).await?;
    let statements = MigrationStatements::render(names);
    let applied = read(&connection.fetch(&statements.applied, params![COMPONENT]).await?)?;
    let plan = judge(&applied, names.dialect);
    if !plan.problems.is_empty() {
        return Err(Error::new(ErrorKind::Conflict, plan.problems.join("\n")));
    }
    for migration in pending(&applied) {
        connection.script(&Statement::new(migration.name, migration.text(names.dialect), names)).await?;
        let checksum = migration.checksum(names.dialect);
        let requires = migration.requires(names.dialect);
        let values = params![COMPONENT, migration.version, migration.name, &checksum, requires, at];
        connection.execute(&statements.note, values).await?;
        tracing::info!(target: "engage::migrations", version = migration.version, name = migration.name, "applied");
    }
    Ok(plan)
}

/// Takes the lock, which SQLite's transaction is, and makes schema and table.
async fn prepare(connection: &mut dyn Connection, names: &Names) -> Result<()> {
    if names.dialect == Dialect::Postgres {
        let statements = PostgresStatements::render(names);
        connection.fetch(&statements.lock, params![lock_key(names)]).await?;
        if let Some(schema) = &names.schema {
            // Only when it is missing: making it asks for a right even when it is there.
            if connection.fetch(&statements.schema, params![schema]).await?.is_empty() {
                connection.script(&Statement::new("migrate::schema", &create_schema(schema), names)).await?;
            }
        }
    }
    for table in TABLE {
        connection.script(&Statement::new(table.name, table.text(names.dialect), names)).await?;
    }
    Ok(())
}

/// All of it as plain SQL, for those who apply it by other means.
pub(crate) fn print(names: &Names) -> String {
    let mut out = String::from("BEGIN;\n\n");
    if let Some(schema) = &names.schema {
        let _ = writeln!(out, "{};\n", create_schema(schema));
    }
    for migration in TABLE.iter().chain(MIGRATIONS) {
        let _ = writeln!(out, "-- {} {}", migration.version, migration.name);
        let _ = writeln!(out, "{}", render(migration.text(names.dialect), names));
        if migration.version > 0 {
            let _ = writeln!(
                out,
                "INSERT INTO {} (component, version, name, checksum, requires, applied_at)\n    \
                 VALUES ('{COMPONENT}', {}, '{}', '{}', {}, 0);\n",
                names.table("migrations"),
                migration.version,
                migration.name,
                migration.checksum(names.dialect),
                migration.requires(names.dialect),
            );
        }
    }
    out.push_str("COMMIT;\n");
    out
}

/// What this binary makes of what was applied.
fn judge(applied: &[Applied], dialect: Dialect) -> MigrationPlan {
    let known = MIGRATIONS.last().map_or(0, |migration| migration.version);
    let mut problems = Vec::new();
    for row in applied {
        match MIGRATIONS.iter().find(|migration| migration.version == row.version) {
            Some(migration) if migration.checksum(dialect) != row.checksum => problems.push(format!(
                "migrations: number {} ({}) was applied with another text than this release has; \
                 run the release that applied it, or restore the database from before it",
                row.version, row.name
            )),
            None if row.requires > known => problems.push(format!(
                "migrations: the database is at number {} ({}), which needs a release that knows number {}; this one knows \
                 {known}: deploy a newer release",
                row.version, row.name, row.requires
            )),
            _ => {}
        }
    }
    let told = |version, name: &str| PlannedMigration { version, name: name.to_owned() };
    MigrationPlan {
        applied: applied.iter().map(|row| told(row.version, &row.name)).collect(),
        pending: pending(applied).map(|migration| told(migration.version, migration.name)).collect(),
        problems,
    }
}

fn pending(applied: &[Applied]) -> impl Iterator<Item = &'static Migration> {
    MIGRATIONS.iter().filter(|migration| applied.iter().all(|row| row.version != migration.version))
}

fn read(rows: &[Row]) -> Result<Vec<Applied>> {
    let read = |row: &Row| {
        let mut columns = row.columns();
        Ok(Applied {
            version: columns.take()?,
            name: columns.take()?,
            checksum: columns.take()?,
            requires: columns.take()?,
        })
    };
    rows.iter().map(read).collect()
}

fn create_schema(schema: &str) -> String {
    format!("CREATE SCHEMA IF NOT EXISTS \"{schema}\"")
}

/// The same for every node on the same tables, and unlikely to be anybody else's.
fn lock_key(names: &Names) -> i64 {
    let hash = Sha256::digest(format!("engage migrations {}", names.realm()));
    i64::from_be_bytes(std::array::from_fn(|index| hash[index]))
}

impl Migration {
    fn text(&self, dialect: Dialect) -> &'static str {
        match dialect {
            Dialect::Postgres => self.postgres,
            Dialect::Sqlite => self.sqlite,
        }
    }

    fn checksum(&self, dialect: Dialect) -> String {
        Sha256::digest(self.text(dialect)).iter().fold(String::with_capacity(64), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }

    /// The lowest number that a binary must know beside this migration; its own when the file does not say.
    fn requires(&self, dialect: Dialect) -> i64 {
        let line = self.text(dialect).lines().next().unwrap_or_default();
        let number = line.strip_prefix("-- engage:requires ").and_then(|number| number.trim().parse().ok());
        number.unwrap_or(self.version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(version: i64, checksum: String, requires: i64) -> Applied {
        Applied { version, name: "x".to_owned(), checksum, requires }
    }

    #[test]
    fn files_are_in_order_and_say_what_they_require() {
        for (index, migration) in MIGRATIONS.iter().enumerate() {
            assert_eq!(migration.version, index as i64 + 1);
            for text in [migration.postgres, migration.sqlite] {
                assert!(text.starts_with("-- engage:requires "), "{}", migration.name);
            }
            assert_eq!(
                migration.requires(Dialect::Postgres),
                migration.requires(Dialect::Sqlite),
                "{}",
                migration.name
            );
        }
    }

    #[test]
    fn a_newer_database_is_refused_only_when_it_requires_more() {
        let known = MIGRATIONS.last().unwrap().version;
        let own: Vec<_> =
            MIGRATIONS.iter().map(|migration| row(migration.version, migration.checksum(Dialect::Sqlite), 1)).collect();
        assert_eq!(judge(&own, Dialect::Sqlite).problems, Vec::<String>::new());
        let with = |requires| [own.clone(), vec![row(known + 1, "?".to_owned(), requires)]].concat();
        assert_eq!(judge(&with(known), Dialect::Sqlite).problems, Vec::<String>::new(), "an expansion is fine");
        let problems = judge(&with(known + 1), Dialect::Sqlite).problems;
        assert_eq!(problems.len(), 1);
        assert!(problems[0].contains("deploy a newer release"), "{problems:?}");
    }

    #[test]
    fn a_changed_file_is_refused() {
        let problems = judge(&[row(1, "0".repeat(64), 1)], Dialect::Postgres).problems;
        assert_eq!(problems.len(), 1);
        assert!(problems[0].contains("another text"), "{problems:?}");
    }
}
