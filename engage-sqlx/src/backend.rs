//! [`Sqlx`]: a database that `Engage::builder` can open.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use engage_core::clock::{Clock, SystemClock};
use engage_core::entropy::OsEntropy;
use engage_core::outbox::Outbox;
use engage_core::{Backend, Context, Error, ErrorKind, Migrations, Result, Stores};

use crate::audit::{Audit, AuditStatements};
use crate::canned::{Canned, CannedStatements};
use crate::chat::{Chat, ChatSql, Recent};
use crate::contacts::{ContactStatements, Contacts};
use crate::db::{Db, Pool};
use crate::dialect::Dialect;
use crate::faq::{Faq, FaqSql};
use crate::files::{FileStatements, Files};
use crate::forms::{FormStatements, Forms};
use crate::host::InTransaction;
use crate::idempotency::{Idempotency, IdempotencyStatements};
use crate::mail::{Mail, MailSql};
use crate::migrate::{self, MigrationPlan};
use crate::names::Names;
use crate::outbox::{OutboxStatements, SqlOutbox};
use crate::sessions::{SessionStatements, Sessions};
use crate::settings::{SettingStatements, Settings};
use crate::signing::{KeyStatements, Keys};
use crate::sql::Statement;
use crate::tickets::{TicketSql, Tickets};
use crate::views::{ViewStatements, Views};
use crate::webhooks::{WebhookStatements, Webhooks};

/// A database on Postgres or SQLite, for `Engage::builder`. Cheap to clone.
#[derive(Clone)]
#[must_use]
pub struct Sqlx {
    pool: Pool,
    schema: Option<String>,
    prefix: Option<String>,
    listen_url: Option<String>,
}

/// engage on the host's own SQLite pool.
///
/// The pool must be in WAL mode with `synchronous` at least `FULL`, foreign keys on and a busy timeout; building says what is
/// missing. A database in memory needs `max_connections(1)`. [`connect`] sets all of it right.
///
/// Reads go through the pool; all writes of this engage go one after the other through one further connection, made with the
/// pool's options. A `statement_cache_capacity(256)` in them keeps engage's statements, of which there are some hundred,
/// prepared beside the host's.
#[cfg(feature = "sqlite")]
pub fn sqlite(pool: sqlx::SqlitePool) -> Sqlx {
    Sqlx::new(Pool::Sqlite(pool))
}

/// engage on the host's own Postgres pool. Postgres 12 or later, UTF-8.
///
/// PgBouncer may be in between, in transaction mode too, with `ignore_startup_parameters = extra_float_digits`, which sqlx
/// sends. From version 1.21 with `max_prepared_statements` set, statements stay prepared; before, or without, the pool's
/// options need `statement_cache_capacity(0)` (in a URL `?statement-cache-capacity=0`): each statement is then prepared anew,
/// and in a transaction, which costs some round trips. [`Sqlx::listen_url`] makes the bus live there.
///
/// Commits are durable whatever the server's `synchronous_commit` says. A `statement_cache_capacity(256)` in the pool's
/// options keeps engage's statements, of which there are some hundred, prepared beside the host's.
#[cfg(feature = "postgres")]
pub fn postgres(pool: sqlx::PgPool) -> Sqlx {
    Sqlx::new(Pool::Postgres(pool))
}

/// engage on a pool of its own, for hosts on another sqlx, on diesel, SeaORM or none: `sqlite://file.db` (made when it does not
/// exist), `sqlite::memory:` or `postgres://user@host/database`. TLS is a feature of sqlx that the host switches on.
///
/// # Errors
/// `Invalid` for a URL that is malformed or of a database whose feature is off; `Unavailable` when the database does not
/// answer.
pub async fn connect(url: &str) -> Result<Sqlx> {
    match url.split(':').next() {
        #[cfg(feature = "sqlite")]
        Some("sqlite") => crate::lite::connect(url).await.map(sqlite),
        #[cfg(feature = "postgres")]
        Some("postgres" | "postgresql") => crate::pg::connect(url).await.map(postgres),
        scheme => {
            let scheme = scheme.unwrap_or_default();
            let detail = format!(
                "{scheme:?} is no database that this build has; it is of the form sqlite://.. or postgres://.."
            );
            Err(Error::invalid("/url", "unknown_scheme", detail))
        }
    }
}

impl Sqlx {
    fn new(pool: Pool) -> Self {
        Self { pool, schema: None, prefix: None, listen_url: None }
    }

    /// The schema of engage's tables on Postgres: `engage` unless set. Made when it does not exist. 1 to 31 characters of
    /// `a-z`, `0-9` and `_`.
    pub fn schema(mut self, schema: impl Into<String>) -> Self {
        self.schema = Some(schema.into());
        self
    }

    /// What the names of engage's tables begin with: `engage_` on SQLite unless set. On Postgres, without a schema set, the
    /// tables then lie in `public`, for those who may not make schemas. 1 to 31 characters of `a-z`, `0-9` and `_`.
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = Some(prefix.into());
        self
    }

    /// Where [`Sqlx::bus`] listens on Postgres, when the pool goes through PgBouncer, which cannot: a URL of the server itself.
    /// Without one, a bus on a pool with `statement_cache_capacity(0)` does not listen; on any other it does, which behind
    /// PgBouncer makes statements of whoever shares it fail: then give this URL, or no bus.
    pub fn listen_url(mut self, url: impl Into<String>) -> Self {
        self.listen_url = Some(url.into());
        self
    }

    /// A bus by `LISTEN` and `NOTIFY` between the nodes on this Postgres; within this process on SQLite. Needs a tokio
    /// runtime, on which it runs until it is dropped.
    ///
    /// # Errors
    /// `Invalid` when the URL to listen at, the schema or the prefix is malformed.
    pub fn bus(&self) -> Result<Arc<dyn engage_core::bus::Bus>> {
        match &self.pool {
            #[cfg(feature = "postgres")]
            Pool::Postgres(pool) => {
                let names = self.names().map_err(|problems| invalid(&problems))?;
                Ok(Arc::new(crate::bus::PostgresBus::start(pool.clone(), self.listen_url.as_deref(), &names)?))
            }
            #[cfg(feature = "sqlite")]
            Pool::Sqlite(_) => Ok(Arc::new(engage_core::bus::LocalBus::default())),
        }
    }

    /// Writes within transactions of the host's.
    ///
    /// # Errors
    /// `Invalid` when schema or prefix is malformed.
    pub fn in_transaction(&self) -> Result<InTransaction> {
        // Nobody asks these calls in which history they wrote.
        let names = self.names().map_err(|problems| invalid(&problems))?;
        Ok(InTransaction::new(&Names { tells_timeline: false, ..names }))
    }

    /// After a backup was put back in place of what the nodes had: clients are then told to begin anew, as numbers that they hold
    /// may be given to something else. Call it before the first node starts on it. Postgres tells a restore to a point in time, and
    /// that a standby took over, by itself; this is for dumps, snapshots of disks, and copies of SQLite's file.
    ///
    /// # Errors
    /// `Invalid` when schema or prefix is malformed; `Unavailable` when the database does not answer.
    pub async fn restored(&self) -> Result<()> {
        let names = self.names().map_err(|problems| invalid(&problems))?;
        Db::new(self.pool.clone(), &names, true).renew_epoch(&OsEntropy).await
    }

    /// Which migrations the database has and lacks. Changes nothing.
    ///
    /// # Errors
    /// `Invalid` when schema or prefix is malformed; `Unavailable` when the database does not answer.
    pub async fn plan(&self) -> Result<MigrationPlan> {
        let names = self.names().map_err(|problems| invalid(&problems))?;
        migrate::plan(&Db::new(self.pool.clone(), &names, true), &names).await
    }

    /// Applies the missing migrations, safely beside others who do the same; gives the plan that it followed. For hosts that
    /// build with [`Migrations::Manual`].
    ///
    /// # Errors
    /// As [`Sqlx::plan`]; `Conflict` with the sentences of [`MigrationPlan::problems`].
    pub async fn migrate(&self) -> Result<MigrationPlan> {
        let names = self.names().map_err(|problems| invalid(&problems))?;
        migrate::run(&Db::new(self.pool.clone(), &names, true), &names, SystemClock.now()).await
    }

    /// All migrations as one text of plain SQL, for an empty database and those who apply it by other means.
    ///
    /// # Errors
    /// `Invalid` when schema or prefix is malformed.
    pub fn print(&self) -> Result<String> {
        Ok(migrate::print(&self.names().map_err(|problems| invalid(&problems))?))
    }

    /// Every statement with its name, for the test that prepares them.
    #[doc(hidden)]
    pub fn statements(&self) -> Result<Vec<(&'static str, String)>> {
        let names = self.names().map_err(|problems| invalid(&problems))?;
        let chat = ChatSql::render(&names);
        let (contacts, sessions) = (ContactStatements::render(&names), SessionStatements::render(&names));
        let (settings, audit) = (SettingStatements::render(&names), AuditStatements::render(&names));
        let (canned, views) = (CannedStatements::render(&names), ViewStatements::render(&names));
        let (outbox, idempotency) = (OutboxStatements::render(&names), IdempotencyStatements::render(&names));
        let db = Db::new(self.pool.clone(), &names, true);
        let besides = [migrate::statements(&names), crate::host::statements(&names)].concat();
        let mut all = [chat.all(), contacts.all(), sessions.all(), settings.all(), audit.all()].concat();
        let webhooks = WebhookStatements::render(&names);
        let (keys, forms) = (KeyStatements::render(&names), FormStatements::render(&names));
        all.extend([webhooks.all(), views.all(), keys.all(), forms.all()].concat());
        let (mail, tickets, faq) = (MailSql::render(&names), TicketSql::render(&names), FaqSql::render(&names));
        all.extend([mail.all(), tickets.all(), faq.all()].concat());
        let files = FileStatements::render(&names);
        all.extend(files.all());
        all.extend([canned.all(), outbox.all(), idempotency.all(), db.statements(), besides.iter().collect()].concat());
        let told = |statement: &Statement| (statement.name, statement.text().to_owned());
        let own = match &self.pool {
            #[cfg(feature = "postgres")]
            Pool::Postgres(_) => [crate::pg::statements(&names), crate::bus::statements(&names)].concat(),
            #[cfg(feature = "sqlite")]
            Pool::Sqlite(_) => crate::lite::statements(&names),
        };
        Ok(all.into_iter().chain(&own).map(told).collect())
    }

    fn names(&self) -> Result<Names, Vec<String>> {
        let dialect = match &self.pool {
            #[cfg(feature = "postgres")]
            Pool::Postgres(_) => Dialect::Postgres,
            #[cfg(feature = "sqlite")]
            Pool::Sqlite(_) => Dialect::Sqlite,
        };
        let keeps_statements = match &self.pool {
            #[cfg(feature = "postgres")]
            Pool::Postgres(pool) => crate::pg::keeps_statements(pool),
            #[cfg(feature = "sqlite")]
            Pool::Sqlite(_) => true,
        };
        let names = Names::new(dialect, self.schema.as_deref(), self.prefix.as_deref())?;
        Ok(Names { keeps_statements, ..names })
    }

    /// Whether the pool's database is fit to be used: problems, whether its commits are durable by themselves, and whether it tells
    /// its timeline.
    async fn inspect(&self) -> Result<(Vec<String>, bool, bool)> {
        match &self.pool {
            #[cfg(feature = "postgres")]
            Pool::Postgres(pool) => {
                crate::pg::inspect(pool).await.map(|server| (server.problems, server.durable, server.tells_timeline))
            }
            #[cfg(feature = "sqlite")]
            Pool::Sqlite(pool) => Ok((crate::lite::problems(pool).await?, true, true)),
        }
    }
}

#[async_trait]
impl Backend for Sqlx {
    async fn open(self: Box<Self>, context: &Context, migrations: Migrations) -> Result<Stores, Vec<String>> {
        let mut problems = Vec::new();
        let names = self.names().map_err(|more| problems.extend(more)).ok();
        let (durable, tells_timeline) = match self.inspect().await {
            Ok((more, durable, tells_timeline)) => {
                problems.extend(more);
                (durable, tells_timeline)
            }
            Err(error) => {
                problems.push(away(&error));
                return Err(problems);
            }
        };
        let Some(names) = names.filter(|_| problems.is_empty()) else { return Err(problems) };
        let names = Names { tells_timeline, ..names };
        let db = Db::new(self.pool, &names, durable);
        match migrations {
            Migrations::Automatic => migrate::run(&db, &names, context.clock.now()).await.map(|_| ()),
            Migrations::Manual => migrate::plan(&db, &names).await.and_then(|plan| complete(&plan)),
        }
        .map_err(|error| match error.kind() {
            ErrorKind::Conflict => error.message().lines().map(str::to_owned).collect(),
            _ => vec![away(&error)],
        })?;
        Ok(stores(&db, &names))
    }
}

/// Fails with what the host has to do first.
fn complete(plan: &MigrationPlan) -> Result<()> {
    let mut problems = plan.problems.clone();
    if !plan.pending.is_empty() {
        let missing: Vec<_> = plan.pending.iter().map(|one| format!("{} ({})", one.version, one.name)).collect();
        problems.push(format!(
            "migrations: {} not applied yet; call migrate() of the same database before, or apply the text of print()",
            missing.join(", ")
        ));
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::new(ErrorKind::Conflict, problems.join("\n"))) }
}

fn stores(db: &Db, names: &Names) -> Stores {
    // One outbox for all, so that it is drained once.
    let outbox: Arc<dyn Outbox> =
        Arc::new(SqlOutbox { db: db.clone(), sql: Arc::new(OutboxStatements::render(names)) });
    Stores {
        chat: Arc::new(Chat {
            db: db.clone(),
            sql: Arc::new(ChatSql::render(names)),
            dialect: names.dialect,
            outbox: Arc::clone(&outbox),
            recent: Recent::default(),
        }),
        contacts: Arc::new(Contacts {
            db: db.clone(),
            sql: Arc::new(ContactStatements::render(names)),
            outbox: Arc::clone(&outbox),
        }),
        canned: Arc::new(Canned {
            db: db.clone(),
            sql: Arc::new(CannedStatements::render(names)),
            outbox: Arc::clone(&outbox),
        }),
        faq: Arc::new(Faq {
            db: db.clone(),
            sql: Arc::new(FaqSql::render(names)),
            dialect: names.dialect,
            outbox: Arc::clone(&outbox),
        }),
        views: Arc::new(Views {
            db: db.clone(),
            sql: Arc::new(ViewStatements::render(names)),
            outbox: Arc::clone(&outbox),
        }),
        files: Arc::new(Files { db: db.clone(), sql: Arc::new(FileStatements::render(names)) }),
        forms: Arc::new(Forms {
            db: db.clone(),
            sql: Arc::new(FormStatements::render(names)),
            outbox: Arc::clone(&outbox),
        }),
        tickets: Arc::new(Tickets {
            db: db.clone(),
            sql: Arc::new(TicketSql::render(names)),
            dialect: names.dialect,
            outbox: Arc::clone(&outbox),
        }),
        sessions: Arc::new(Sessions { db: db.clone(), sql: Arc::new(SessionStatements::render(names)) }),
        settings: Arc::new(Settings {
            db: db.clone(),
            sql: Arc::new(SettingStatements::render(names)),
            outbox: Arc::clone(&outbox),
        }),
        webhooks: Arc::new(Webhooks {
            db: db.clone(),
            sql: Arc::new(WebhookStatements::render(names)),
            outbox: Arc::clone(&outbox),
        }),
        audit: Arc::new(Audit { db: db.clone(), sql: Arc::new(AuditStatements::render(names)) }),
        idempotency: Arc::new(Idempotency { db: db.clone(), sql: Arc::new(IdempotencyStatements::render(names)) }),
        mail: Arc::new(Mail { db: db.clone(), sql: Arc::new(MailSql::render(names)), outbox }),
        keys: Arc::new(Keys { db: db.clone(), sql: Arc::new(KeyStatements::render(names)) }),
        health: Arc::new(db.clone()),
    }
}

/// The cause is for whoever starts the program, who has to know it.
fn away(error: &Error) -> String {
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}")).unwrap_or_default();
    format!("database: {}{cause}", error.message())
}

fn invalid(problems: &[String]) -> Error {
    Error::invalid("/database", "malformed", problems.join("; "))
}

/// URLs and options hold passwords.
impl fmt::Debug for Sqlx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sqlx").field("schema", &self.schema).field("prefix", &self.prefix).finish_non_exhaustive()
    }
}
