//! Idempotency records in memory.

use async_trait::async_trait;

use super::store::{Begun, IdempotencyStore, IdempotentRequest};
use crate::clock::Timestamp;
use crate::error::Result;
use crate::memory::Memory;

#[async_trait]
impl IdempotencyStore for Memory {
    async fn begin(&self, request: &IdempotentRequest) -> Result<Begun> {
        let mut tables = self.tables.lock();
        let key = (request.scope.clone(), request.key.clone());
        if let Some((fingerprint, at, begun)) = tables.idempotency.get(&key) {
            let forgotten = match begun {
                Begun::InFlight => *at < request.stale_before,
                _ => *at < request.expired_before,
            };
            if !forgotten {
                return Ok(if *fingerprint == request.fingerprint { begun.clone() } else { Begun::Mismatch });
            }
        }
        tables.idempotency.insert(key, (request.fingerprint, request.at, Begun::InFlight));
        Ok(Begun::New)
    }

    async fn finish(&self, scope: &str, key: &str, status: u16, body: &[u8]) -> Result<()> {
        let mut tables = self.tables.lock();
        if let Some((_, _, begun)) = tables.idempotency.get_mut(&(scope.to_owned(), key.to_owned())) {
            *begun = Begun::Done { status, body: body.to_owned() };
        }
        Ok(())
    }

    async fn abandon(&self, scope: &str, key: &str) -> Result<()> {
        self.tables.lock().idempotency.remove(&(scope.to_owned(), key.to_owned()));
        Ok(())
    }

    async fn prune(&self, before: Timestamp, limit: usize) -> Result<u64> {
        let mut tables = self.tables.lock();
        let old = tables.idempotency.iter().filter(|(_, (_, at, _))| *at < before).take(limit);
        let old: Vec<_> = old.map(|(key, _)| key.clone()).collect();
        for key in &old {
            tables.idempotency.remove(key);
        }
        Ok(old.len() as u64)
    }
}
