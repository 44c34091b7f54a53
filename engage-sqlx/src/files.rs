//! What is known of files.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use engage_core::clock::Timestamp;
use engage_core::files::{Attached, BlobKey, File, FileState, FileStore, Owner, Quota, Stale, Uploader};
use engage_core::ids::{ContactId, FileId};
use engage_core::{Error, ErrorKind, Result};
use serde::Serialize;
use uuid::Uuid;

use crate::batch::{Hex, json};
use crate::db::Db;
use crate::driver::{Connection, Row, params};

/// What is known of files, in the database.
#[derive(Debug)]
pub(crate) struct Files {
    pub(crate) db: Db,
    pub(crate) sql: Arc<FileStatements>,
}

macro_rules! columns {
    () => {
        "id, name, declared, state, uploader, owner, owner_key, staff_only, version, created_at, updated_at"
    };
}

statements! {
    /// What files ask.
    struct FileStatements {
        // Whoever begins one waits for this row, so that what was counted stays so until the commit.
        weigh = "UPDATE {counters} SET value = value + $1 WHERE name = 'files'";
        count = "SELECT (SELECT value FROM {counters} WHERE name = 'files'),
            (SELECT CAST(COALESCE(SUM(declared), 0) AS bigint) FROM {files} WHERE uploader = $1 AND created_at >= $2),
            (SELECT count(*) FROM {files} WHERE uploader = $1 AND owner IS NULL)";
        create = concat!(
            "INSERT INTO {files} (", columns!(), ", held) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
        );
        get = concat!("SELECT ", columns!(), " FROM {files} WHERE id = $1");
        held = "SELECT held FROM {files} WHERE id = $1 AND version = $2 {@for_update}";
        update = "UPDATE {files} SET name = $2, state = $3, held = $4, version = $5, updated_at = $6 WHERE id = $1";
        keep_blobs = "DELETE FROM {file_blobs} WHERE file_id = $1
            AND blob NOT IN (SELECT b.blob FROM {@rows $2 AS b (blob uuid)})";
        add_blobs = "INSERT INTO {file_blobs} (blob, file_id) SELECT b.blob, $1 FROM {@rows $2 AS b (blob uuid)} WHERE true
            ON CONFLICT (blob) DO NOTHING";
        hold = concat!(
            "SELECT ", columns!(), " FROM {files} WHERE id IN (SELECT b.id FROM {@rows $1 AS b (id uuid)})
             ORDER BY id {@for_update}"
        );
        attach = "UPDATE {files} SET owner = $2, owner_key = $3, staff_only = $4, version = version + 1,
                updated_at = CASE WHEN updated_at > $5 THEN updated_at ELSE $5 END
            WHERE owner IS NULL AND id IN (SELECT b.id FROM {@rows $1 AS b (id uuid)})";
        delete = "DELETE FROM {files} WHERE id = $1";
        stale = "SELECT u.id FROM {files} u WHERE u.owner IS NULL AND u.updated_at < $1
            UNION ALL SELECT a.id FROM {files} a WHERE a.owner IS NOT NULL AND a.created_at < $2 LIMIT $3";
        of_owner = "SELECT id FROM {files} WHERE owner = $1 LIMIT $2";
        beginnings = "SELECT DISTINCT owner FROM {files} WHERE owner IS NOT NULL AND created_at >= $1 AND created_at < $2
            AND updated_at < $3 AND owner_key LIKE '~%' AND owner > $4 ORDER BY owner LIMIT $5";
        named = "SELECT f.blob FROM {file_blobs} f WHERE f.blob IN (SELECT b.blob FROM {@rows $1 AS b (blob uuid)})";
        move_uploads = "UPDATE {files} SET uploader = $2 WHERE uploader = $1";
    }
}

#[derive(Debug, Serialize)]
struct BlobRow {
    blob: Hex,
}

#[derive(Debug, Serialize)]
struct IdRow {
    id: Hex,
}

#[async_trait]
impl FileStore for Files {
    async fn create(&self, file: &File, quota: &Quota) -> Result<()> {
        let (sql, file, quota) = (Arc::clone(&self.sql), file.clone(), quota.clone());
        self.db
            .write(move |connection| {
                Box::pin(async move {
                    connection.execute(&sql.weigh, params![file.held()]).await?;
                    let uploader = file.uploader.to_string();
                    let counted = connection.fetch(&sql.count, params![&uploader, quota.since]).await?;
                    let mut columns = counted.first().ok_or_else(|| Error::internal("nothing was counted"))?.columns();
                    let site = columns.take::<i64>()? - file.held();
                    quota.check(file.declared, site, columns.take()?, columns.take()?)?;
                    insert(connection, &sql, &file, &uploader).await
                })
            })
            .await
    }

    async fn get(&self, id: FileId) -> Result<Option<File>> {
        self.db.fetch_one(&self.sql.get, params![id]).await?.as_ref().map(read).transpose()
    }

    async fn update(&self, file: &File) -> Result<()> {
        let (sql, file) = (Arc::clone(&self.sql), file.clone());
        self.db
            .write(move |connection| {
                Box::pin(async move {
                    let held = connection.fetch(&sql.held, params![file.id, file.version - 1]).await?;
                    let changed = || Error::new(ErrorKind::Conflict, "the file was changed meanwhile");
                    let held: i64 = held.first().ok_or_else(changed)?.only()?;
                    let (state, now) = (serde_json::to_string(&file.state)?, file.held());
                    let values = params![file.id, &file.name, &state, now, file.version, file.updated_at];
                    connection.execute(&sql.update, values).await?;
                    write_blobs(connection, &sql, &file).await?;
                    weigh(connection, &sql, now - held).await
                })
            })
            .await
    }

    async fn attach(
        &self,
        ids: &[FileId],
        uploader: &Uploader,
        attached: &Attached,
        at: Timestamp,
    ) -> Result<Vec<File>> {
        let (sql, ids) = (Arc::clone(&self.sql), ids.to_vec());
        let (uploader, attached) = (uploader.clone(), attached.clone());
        self.db
            .write(move |connection| {
                Box::pin(async move {
                    let rows = json(ids.iter().map(|id| IdRow { id: Hex(id.0) }))?;
                    let held = connection.fetch(&sql.hold, params![&rows]).await?;
                    let held = held.iter().map(read).collect::<Result<Vec<_>>>()?;
                    let find = |id: &FileId| held.iter().find(|file| file.id == *id).cloned();
                    let files = ids.iter().map(|id| {
                        let file = find(id).ok_or_else(|| Error::not_found("the file"))?;
                        file.attached_to(&uploader, &attached, at)
                    });
                    let files = files.collect::<Result<Vec<_>>>()?;
                    let (owner, staff_only) = (attached.to.to_string(), i64::from(attached.staff_only));
                    let values = params![&rows, &owner, &attached.key, staff_only, at];
                    connection.execute(&sql.attach, values).await?;
                    Ok(files)
                })
            })
            .await
    }

    async fn delete(&self, id: FileId, unattached: bool) -> Result<Option<File>> {
        let sql = Arc::clone(&self.sql);
        self.db
            .write(move |connection| {
                Box::pin(async move {
                    let rows = json([IdRow { id: Hex(id.0) }].into_iter())?;
                    let held = connection.fetch(&sql.hold, params![&rows]).await?;
                    let Some(file) = held.first().map(read).transpose()? else { return Ok(None) };
                    if unattached && file.attached.is_some() {
                        return Ok(None);
                    }
                    connection.execute(&sql.delete, params![id]).await?;
                    weigh(connection, &sql, -file.held()).await?;
                    Ok(Some(file))
                })
            })
            .await
    }

    async fn stale(&self, stale: &Stale, limit: usize) -> Result<Vec<FileId>> {
        let attached_before = stale.attached_before.map_or(i64::MIN, |before| before.timestamp_micros());
        let values = params![stale.unattached_before, attached_before, limit];
        self.db.fetch(&self.sql.stale, values).await?.iter().map(Row::only).collect()
    }

    async fn of_owner(&self, owner: &Owner, limit: usize) -> Result<Vec<FileId>> {
        let owner = owner.to_string();
        self.db.fetch(&self.sql.of_owner, params![&owner, limit]).await?.iter().map(Row::only).collect()
    }

    async fn beginnings(
        &self,
        begun: &Range<Timestamp>,
        changed_before: Timestamp,
        after: Option<&Owner>,
        limit: usize,
    ) -> Result<Vec<Owner>> {
        let after = after.map(Owner::to_string).unwrap_or_default();
        let values = params![begun.start, begun.end, changed_before, &after, limit];
        let rows = self.db.fetch(&self.sql.beginnings, values).await?;
        rows.iter().map(|row| row.only::<String>()?.parse()).collect()
    }

    async fn named(&self, keys: &[BlobKey]) -> Result<HashSet<BlobKey>> {
        let rows = json(keys.iter().map(|key| BlobRow { blob: Hex(key.uuid()) }))?;
        let found = self.db.fetch(&self.sql.named, params![&rows]).await?;
        found.iter().map(|row| row.only::<Uuid>().map(BlobKey::from)).collect()
    }

    async fn move_uploads(&self, from: ContactId, into: ContactId) -> Result<()> {
        let (from, into) = (Uploader::Visitor(from).to_string(), Uploader::Visitor(into).to_string());
        let sql = Arc::clone(&self.sql);
        self.db
            .write(move |connection| {
                Box::pin(async move {
                    connection.execute(&sql.move_uploads, params![&from, &into]).await?;
                    Ok(())
                })
            })
            .await
    }
}

async fn insert(connection: &mut dyn Connection, sql: &FileStatements, file: &File, uploader: &str) -> Result<()> {
    let state = serde_json::to_string(&file.state)?;
    let owner = file.attached.as_ref().map(|attached| attached.to.to_string());
    let key = file.attached.as_ref().map(|attached| attached.key.as_str());
    let staff_only = i64::from(file.attached.as_ref().is_some_and(|attached| attached.staff_only));
    let values = params![
        file.id,
        &file.name,
        file.declared,
        &state,
        uploader,
        owner.as_deref(),
        key,
        staff_only,
        file.version,
        file.created_at,
        file.updated_at,
        file.held(),
    ];
    connection.execute(&sql.create, values).await?;
    write_blobs(connection, sql, file).await
}

async fn write_blobs(connection: &mut dyn Connection, sql: &FileStatements, file: &File) -> Result<()> {
    let rows = json(file.blobs().into_iter().map(|key| BlobRow { blob: Hex(key.uuid()) }))?;
    // While parts come in none goes.
    if !matches!(file.state, FileState::Uploading { .. }) {
        connection.execute(&sql.keep_blobs, params![file.id, &rows]).await?;
    }
    connection.execute(&sql.add_blobs, params![file.id, &rows]).await?;
    Ok(())
}

async fn weigh(connection: &mut dyn Connection, sql: &FileStatements, by: i64) -> Result<()> {
    if by != 0 {
        connection.execute(&sql.weigh, params![by]).await?;
    }
    Ok(())
}

/// A row of the columns in their order.
fn read(row: &Row) -> Result<File> {
    let mut columns = row.columns();
    let (id, name, declared) = (columns.take()?, columns.take()?, columns.take()?);
    let state = columns.take::<String>()?;
    let uploader = columns.take::<String>()?.parse()?;
    let owner = columns.take::<Option<String>>()?.map(|owner| owner.parse::<Owner>()).transpose()?;
    let (key, staff_only) = (columns.take::<Option<String>>()?, columns.take::<i64>()? == 1);
    Ok(File {
        id,
        name,
        declared,
        state: serde_json::from_str(&state).map_err(Error::internal)?,
        uploader,
        attached: owner.zip(key).map(|(to, key)| Attached { to, key, staff_only }),
        version: columns.take()?,
        created_at: columns.take()?,
        updated_at: columns.take()?,
    })
}
