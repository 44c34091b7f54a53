//! Several capabilities that keep one promise.

use std::sync::Arc;

use async_trait::async_trait;

use super::model::OutboxMessage;
use super::relay::Handler;
use crate::error::Result;

/// Asks each of `handlers` in their order; all of them again when one fails.
pub(crate) fn in_turn(handlers: Vec<Arc<dyn Handler>>) -> Arc<dyn Handler> {
    Arc::new(InTurn(handlers))
}

#[derive(Debug)]
struct InTurn(Vec<Arc<dyn Handler>>);

#[async_trait]
impl Handler for InTurn {
    async fn handle(&self, message: &OutboxMessage) -> Result<()> {
        for handler in &self.0 {
            handler.handle(message).await?;
        }
        Ok(())
    }
}
