//! The Postgres that the run was given: a new database for each server under load.

use engage::sqlx::sqlx::{self, AssertSqlSafe, Connection as _, PgConnection, Row as _};

use crate::{Result, process};

/// As the tests find it.
const URL: &str = "ENGAGE_TEST_POSTGRES";

#[derive(Debug, Clone)]
pub(crate) struct Postgres {
    url: String,
    /// Its first process, parent of all others.
    pub(crate) pid: u32,
    /// Its version.
    pub(crate) version: String,
}

impl Postgres {
    /// # Errors
    /// When there is none, when it runs elsewhere, or when its commits are not durable: that would be another comparison.
    pub(crate) async fn find() -> Result<Self> {
        let url = std::env::var(URL).map_err(|_| format!("{URL} is not set; `cargo xtask bench` starts one"))?;
        let mut connection = PgConnection::connect(&url).await?;
        let asked = "SELECT pg_backend_pid()::bigint, current_setting('server_version'), current_setting('fsync'), \
                     current_setting('synchronous_commit')";
        let row = sqlx::query(asked).fetch_one(&mut connection).await?;
        let (backend, version): (i64, String) = (row.try_get(0)?, row.try_get(1)?);
        let (fsync, synchronous_commit): (String, String) = (row.try_get(2)?, row.try_get(3)?);
        if [&*fsync, &*synchronous_commit] != ["on", "on"] {
            return Err(format!(
                "Postgres has fsync={fsync}, synchronous_commit={synchronous_commit}; both must be on"
            )
            .into());
        }
        let pid = process::parent(u32::try_from(backend)?)?;
        connection.close().await?;
        let version = version.split(' ').next().unwrap_or_default().to_owned();
        Ok(Self { url, pid, version })
    }

    /// Makes an empty database and gives its URL.
    pub(crate) async fn create(&self, name: &str) -> Result<String> {
        self.run(format!("CREATE DATABASE {name}")).await?;
        let (server, _) = self.url.rsplit_once('/').ok_or("the URL of Postgres names no database")?;
        Ok(format!("{server}/{name}"))
    }

    pub(crate) async fn drop(&self, name: &str) -> Result {
        self.run(format!("DROP DATABASE {name} WITH (FORCE)")).await
    }

    /// `statement` holds nothing but constants of this crate and a number.
    async fn run(&self, statement: String) -> Result {
        let mut connection = PgConnection::connect(&self.url).await?;
        sqlx::query(AssertSqlSafe(statement)).execute(&mut connection).await?;
        Ok(connection.close().await?)
    }
}
