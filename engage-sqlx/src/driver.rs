//! One face for both drivers: a connection that runs statements with bound values and gives rows. The stores above are
//! written once against it.

use async_trait::async_trait;
use engage_core::clock::{Timestamp, from_micros};
use engage_core::ids::{
    ArticleId, AuditId, CannedId, CategoryId, ContactId, ConversationId, EntryId, FileId, OutboxId, ReceivedId,
    SearchId, SessionId, SubmissionId, TicketId, ViewId, WebhookId,
};
use engage_core::{Error, Result};
use sqlx::Row as _;
use uuid::Uuid;

use crate::error::from_sqlx;
use crate::sql::Statement;

/// A connection of either database, in a transaction or not.
#[async_trait]
pub(crate) trait Connection: Send {
    /// Runs a statement and gives its rows.
    async fn fetch(&mut self, statement: &Statement, params: &[Param<'_>]) -> Result<Vec<Row>>;

    /// Runs a statement and says how many rows it touched.
    async fn execute(&mut self, statement: &Statement, params: &[Param<'_>]) -> Result<u64>;

    /// Runs several statements without parameters.
    async fn script(&mut self, statements: &Statement) -> Result<()>;
}

/// A value to bind.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Param<'p> {
    Int(Option<i64>),
    Text(Option<&'p str>),
    Id(Option<Uuid>),
    Bytes(Option<&'p [u8]>),
}

/// The values of a statement's `$1`, `$2`, ...
macro_rules! params {
    ($($value:expr),* $(,)?) => { &[$($crate::driver::Param::from($value)),*] as &[$crate::driver::Param<'_>] };
}
pub(crate) use params;

/// A row of either database.
#[derive(Debug)]
pub(crate) enum Row {
    #[cfg(feature = "postgres")]
    Postgres(sqlx::postgres::PgRow),
    #[cfg(feature = "sqlite")]
    Sqlite(sqlx::sqlite::SqliteRow),
}

/// A row's columns from left to right, as the statement lists them.
#[derive(Debug)]
pub(crate) struct Columns<'r> {
    row: &'r Row,
    next: usize,
}

/// What a column can be read as.
pub(crate) trait Column: Sized {
    fn read(row: &Row, index: usize) -> Result<Self>;
}

impl Row {
    pub(crate) fn columns(&self) -> Columns<'_> {
        Columns { row: self, next: 0 }
    }

    /// The first column, for statements that have one.
    pub(crate) fn only<T: Column>(&self) -> Result<T> {
        T::read(self, 0)
    }
}

impl Columns<'_> {
    /// The next column.
    pub(crate) fn take<T: Column>(&mut self) -> Result<T> {
        let index = self.next;
        self.next += 1;
        T::read(self.row, index)
    }
}

macro_rules! connection {
    ($Database:ty, $Connection:ty, $variant:ident) => {
        #[async_trait]
        impl Connection for $Connection {
            async fn fetch(&mut self, statement: &Statement, params: &[Param<'_>]) -> Result<Vec<Row>> {
                let query = sqlx::query_with::<$Database, _>(statement.safe(), arguments::<$Database>(params)?)
                    .persistent(statement.is_kept);
                let rows = query.fetch_all(self).await.map_err(from_sqlx)?;
                Ok(rows.into_iter().map(Row::$variant).collect())
            }

            async fn execute(&mut self, statement: &Statement, params: &[Param<'_>]) -> Result<u64> {
                let query = sqlx::query_with::<$Database, _>(statement.safe(), arguments::<$Database>(params)?)
                    .persistent(statement.is_kept);
                Ok(query.execute(self).await.map_err(from_sqlx)?.rows_affected())
            }

            async fn script(&mut self, statements: &Statement) -> Result<()> {
                sqlx::raw_sql(statements.safe()).execute(self).await.map_err(from_sqlx)?;
                Ok(())
            }
        }
    };
}

#[cfg(feature = "postgres")]
connection!(sqlx::Postgres, sqlx::PgConnection, Postgres);
#[cfg(feature = "sqlite")]
connection!(sqlx::Sqlite, sqlx::SqliteConnection, Sqlite);

fn arguments<DB>(params: &[Param<'_>]) -> Result<DB::Arguments>
where
    DB: sqlx::Database,
    Option<i64>: for<'p> sqlx::Encode<'p, DB> + sqlx::Type<DB>,
    for<'p> Option<&'p str>: sqlx::Encode<'p, DB> + sqlx::Type<DB>,
    Option<Uuid>: for<'p> sqlx::Encode<'p, DB> + sqlx::Type<DB>,
    for<'p> Option<&'p [u8]>: sqlx::Encode<'p, DB> + sqlx::Type<DB>,
{
    use sqlx::Arguments as _;
    let mut arguments = DB::Arguments::default();
    for param in params {
        match *param {
            Param::Int(value) => arguments.add(value),
            Param::Text(value) => arguments.add(value),
            Param::Id(value) => arguments.add(value),
            Param::Bytes(value) => arguments.add(value),
        }
        .map_err(Error::internal)?;
    }
    Ok(arguments)
}

macro_rules! columns {
    ($($Type:ty),*) => {$(
        impl Column for $Type {
            fn read(row: &Row, index: usize) -> Result<Self> {
                match row {
                    #[cfg(feature = "postgres")]
                    Row::Postgres(row) => row.try_get(index),
                    #[cfg(feature = "sqlite")]
                    Row::Sqlite(row) => row.try_get(index),
                }
                .map_err(from_sqlx)
            }
        }
    )*};
}
columns!(i64, Option<i64>, String, Option<String>, Uuid, Option<Uuid>, Vec<u8>, Option<Vec<u8>>);

impl Column for Timestamp {
    fn read(row: &Row, index: usize) -> Result<Self> {
        i64::read(row, index).map(from_micros)
    }
}

impl Column for Option<Timestamp> {
    fn read(row: &Row, index: usize) -> Result<Self> {
        Ok(Option::<i64>::read(row, index)?.map(from_micros))
    }
}

macro_rules! ids {
    ($($Id:ident),* $(,)?) => {$(
        impl Column for $Id {
            fn read(row: &Row, index: usize) -> Result<Self> {
                Uuid::read(row, index).map(Self)
            }
        }

        impl Column for Option<$Id> {
            fn read(row: &Row, index: usize) -> Result<Self> {
                Ok(Option::<Uuid>::read(row, index)?.map($Id))
            }
        }

        impl From<$Id> for Param<'_> {
            fn from(id: $Id) -> Self {
                Self::Id(Some(id.0))
            }
        }

        impl From<Option<$Id>> for Param<'_> {
            fn from(id: Option<$Id>) -> Self {
                Self::Id(id.map(|id| id.0))
            }
        }
    )*};
}
ids!(
    ArticleId,
    AuditId,
    CannedId,
    CategoryId,
    ContactId,
    ConversationId,
    EntryId,
    FileId,
    OutboxId,
    ReceivedId,
    SearchId,
    SessionId,
    SubmissionId,
    TicketId,
    ViewId,
    WebhookId
);

impl From<i64> for Param<'_> {
    fn from(value: i64) -> Self {
        Self::Int(Some(value))
    }
}

impl From<Option<i64>> for Param<'_> {
    fn from(value: Option<i64>) -> Self {
        Self::Int(value)
    }
}

impl From<Option<Timestamp>> for Param<'_> {
    fn from(at: Option<Timestamp>) -> Self {
        Self::Int(at.map(|at| at.timestamp_micros()))
    }
}

impl From<Timestamp> for Param<'_> {
    fn from(at: Timestamp) -> Self {
        Self::Int(Some(at.timestamp_micros()))
    }
}

impl From<usize> for Param<'_> {
    fn from(limit: usize) -> Self {
        Self::Int(Some(i64::try_from(limit).unwrap_or(i64::MAX)))
    }
}

impl<'p> From<&'p str> for Param<'p> {
    fn from(value: &'p str) -> Self {
        Self::Text(Some(value))
    }
}

impl<'p> From<&'p String> for Param<'p> {
    fn from(value: &'p String) -> Self {
        Self::Text(Some(value))
    }
}

impl<'p> From<Option<&'p str>> for Param<'p> {
    fn from(value: Option<&'p str>) -> Self {
        Self::Text(value)
    }
}

impl<'p> From<&'p [u8]> for Param<'p> {
    fn from(value: &'p [u8]) -> Self {
        Self::Bytes(Some(value))
    }
}

impl<'p> From<Option<&'p [u8]>> for Param<'p> {
    fn from(value: Option<&'p [u8]>) -> Self {
        Self::Bytes(value)
    }
}
