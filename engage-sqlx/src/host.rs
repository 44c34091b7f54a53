//! engage's writes in a transaction of the host's.

use std::fmt;
use std::sync::Arc;

use engage_core::chat::{Open, Opened};
use engage_core::contacts::Contact;
use engage_core::ids::ContactId;
use engage_core::tickets::{Created, NewTicket, Tickets};
use engage_core::{Actor, Effects, Engage, Result};

use crate::chat::ChatSql;
use crate::contacts::{self, ContactStatements};
use crate::driver::{Connection, params};
use crate::effects::EffectStatements;
use crate::names::Names;
use crate::sql::Statement;
use crate::tickets::TicketSql;

/// Writes that commit or vanish with the host's own: an order and the conversation about it, say. Cheap to clone; made by
/// [`crate::Sqlx::in_transaction`].
///
/// ```no_run
/// # #[cfg(feature = "postgres")]
/// # async fn example(
/// #     pool: sqlx::PgPool, contact: engage_core::contacts::Contact, open: engage_core::chat::Open,
/// # ) -> Result<(), Box<dyn std::error::Error>> {
/// use engage_core::Effects;
///
/// let engage = engage_sqlx::postgres(pool.clone()).in_transaction()?;
/// let mut transaction = pool.begin().await?;
/// sqlx::query("INSERT INTO orders (id) VALUES (1)").execute(&mut *transaction).await?;
/// engage.create_contact(&mut *transaction, &contact, &Effects::none()).await?;
/// engage.open(&mut *transaction, &open).await?;
/// transaction.commit().await?;
/// # Ok(())
/// # }
/// ```
///
/// - Begin it as a writing one on SQLite: `pool.begin_with("BEGIN IMMEDIATE")`.
/// - Opening takes the newest place in the inbox and holds all other writers of the chat until the commit: do it last.
/// - After the commit nobody has heard of it: publish `Hint::Advanced` with the opened conversation's head on the engage's
///   bus, and `Hint::OutboxReady` when there were effects. Without, other nodes find it when they next look.
/// - Each call is whole or not done at all: after an error the host's transaction is as it was, and may go on.
#[derive(Debug, Clone)]
pub struct InTransaction(Arc<Statements>);

/// Tickets in transactions of the host's; made by [`InTransaction::tickets`].
#[derive(Debug)]
pub struct TicketsIn<'e> {
    statements: Arc<Statements>,
    tickets: &'e Tickets,
}

#[derive(Debug)]
struct Statements {
    contacts: ContactStatements,
    chat: ChatSql,
    tickets: TicketSql,
    effects: EffectStatements,
    guard: GuardStatements,
}

statements! {
    /// What makes each call whole within the host's transaction.
    struct GuardStatements {
        begin = "SAVEPOINT engage";
        keep = "RELEASE SAVEPOINT engage";
        undo = "ROLLBACK TO SAVEPOINT engage";
    }
}

/// All that these calls ask besides.
pub(crate) fn statements(names: &Names) -> Vec<Statement> {
    GuardStatements::render(names).all().into_iter().cloned().collect()
}

/// A connection of the host's: `&mut PgConnection` or `&mut SqliteConnection`, which `&mut *transaction` gives.
pub struct HostConnection<'c>(&'c mut dyn Connection);

#[cfg(feature = "postgres")]
impl<'c> From<&'c mut sqlx::PgConnection> for HostConnection<'c> {
    fn from(connection: &'c mut sqlx::PgConnection) -> Self {
        Self(connection)
    }
}

#[cfg(feature = "sqlite")]
impl<'c> From<&'c mut sqlx::SqliteConnection> for HostConnection<'c> {
    fn from(connection: &'c mut sqlx::SqliteConnection) -> Self {
        Self(connection)
    }
}

impl InTransaction {
    pub(crate) fn new(names: &Names) -> Self {
        Self(Arc::new(Statements {
            contacts: ContactStatements::render(names),
            chat: ChatSql::render(names),
            tickets: TicketSql::render(names),
            effects: EffectStatements::render(names),
            guard: GuardStatements::render(names),
        }))
    }

    /// The contact of an id, merged or not.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn contact<'c>(
        &self,
        connection: impl Into<HostConnection<'c>>,
        id: ContactId,
    ) -> Result<Option<Contact>> {
        let rows = connection.into().0.fetch(&self.0.contacts.get, params![id]).await?;
        rows.first().map(contacts::read).transpose()
    }

    /// The contact whom the host knows as `external_id`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn contact_by_external_id<'c>(
        &self,
        connection: impl Into<HostConnection<'c>>,
        external_id: &str,
    ) -> Result<Option<Contact>> {
        let rows = connection.into().0.fetch(&self.0.contacts.by_external_id, params![external_id]).await?;
        rows.first().map(contacts::read).transpose()
    }

    /// Keeps a new contact with `effects`.
    ///
    /// # Errors
    /// `Conflict` when the id or the external id is taken.
    pub async fn create_contact<'c>(
        &self,
        connection: impl Into<HostConnection<'c>>,
        contact: &Contact,
        effects: &Effects,
    ) -> Result<()> {
        let sql = &*self.0;
        let connection = connection.into().0;
        sql.guard.begin(connection).await?;
        let done = contacts::create(connection, &sql.contacts, &sql.effects, contact, effects).await;
        sql.guard.end(connection, done).await
    }

    /// Writes `contact` with `effects`, when the stored version is the one before `contact.version`.
    ///
    /// # Errors
    /// `Conflict` when it is not, or when the external id is another's.
    pub async fn update_contact<'c>(
        &self,
        connection: impl Into<HostConnection<'c>>,
        contact: &Contact,
        effects: &Effects,
    ) -> Result<()> {
        let sql = &*self.0;
        let connection = connection.into().0;
        sql.guard.begin(connection).await?;
        let done = contacts::update(connection, &sql.contacts, &sql.effects, contact, effects).await;
        sql.guard.end(connection, done).await
    }

    /// Tickets of `engage` in transactions of the host's.
    ///
    /// ```no_run
    /// # #[cfg(feature = "postgres")]
    /// # async fn example(
    /// #     engage: engage_core::Engage, host: engage_sqlx::InTransaction, pool: sqlx::PgPool,
    /// #     customer: engage_core::contacts::Contact,
    /// # ) -> Result<(), Box<dyn std::error::Error>> {
    /// use engage_core::Actor;
    /// use engage_core::tickets::NewTicket;
    ///
    /// let mut transaction = pool.begin().await?;
    /// sqlx::query("UPDATE orders SET returned = true WHERE id = 7").execute(&mut *transaction).await?;
    /// let new = NewTicket::new(customer.id, "Return of order 7", "It does not fit.").client_message_id("return-7");
    /// let created = host.tickets(&engage).create_in(&mut *transaction, &Actor::System, new).await?;
    /// transaction.commit().await?;
    /// engage.tickets().announce(&created.ticket);
    /// # Ok(())
    /// # }
    /// ```
    pub fn tickets<'e>(&self, engage: &'e Engage) -> TicketsIn<'e> {
        TicketsIn { statements: Arc::clone(&self.0), tickets: engage.tickets() }
    }

    /// Makes a conversation with its first message. Idempotent by contact and client message id.
    ///
    /// # Errors
    /// `Conflict` with code `client_message_id_reused` when that id opened another conversation with another text.
    pub async fn open<'c>(&self, connection: impl Into<HostConnection<'c>>, open: &Open) -> Result<Opened> {
        let sql = &*self.0;
        let connection = connection.into().0;
        sql.guard.begin(connection).await?;
        let done = crate::chat::open(connection, &sql.chat, open).await;
        let done = done.map(|opened| Opened { epoch: None, ..opened });
        sql.guard.end(connection, done).await
    }
}

impl TicketsIn<'_> {
    /// Opens a ticket that commits or vanishes with the host's transaction. The requester may have been made in it too.
    ///
    /// Its number is taken at once, and left out for good when the transaction is rolled back; on Postgres nobody waits for it.
    ///
    /// # Errors
    /// As [`engage_core::tickets::Tickets::create`]; nothing is said of a requester whom nobody knows.
    pub async fn create_in<'c>(
        &self,
        connection: impl Into<HostConnection<'c>>,
        actor: &Actor,
        new: NewTicket,
    ) -> Result<Created> {
        let sql = &*self.statements;
        let create = self.tickets.prepare(actor, new)?;
        let connection = connection.into().0;
        sql.guard.begin(connection).await?;
        let done = crate::tickets::create(connection, &sql.tickets, &create).await;
        sql.guard.end(connection, done).await
    }
}

impl GuardStatements {
    async fn begin(&self, connection: &mut dyn Connection) -> Result<()> {
        connection.script(&self.begin).await
    }

    /// Keeps what was done, or undoes it when it failed.
    async fn end<T>(&self, connection: &mut dyn Connection, done: Result<T>) -> Result<T> {
        if done.is_err() {
            connection.script(&self.undo).await?;
        }
        connection.script(&self.keep).await?;
        done
    }
}

impl fmt::Debug for HostConnection<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HostConnection")
    }
}
