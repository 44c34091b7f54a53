//! What this node hears of the others, and what it looks for itself.

use std::time::Duration;

use super::{Chat, Delivery, SWEEP};
use crate::bus::{BusEvent, Hint, Hints};
use crate::chat::model::Epoch;
use crate::error::Result;

/// A place in the inbox, and in which history of the database that is.
#[derive(Debug, Clone, Copy)]
pub(super) struct ReadUpTo {
    pub(super) epoch: Epoch,
    pub(super) place: i64,
}

impl Chat {
    /// Hears what other nodes do; looks into the database after the bus was away, and now and then in any case.
    pub(super) async fn follow(&self, mut hints: Hints) {
        let (mut look, mut epochs) = (tokio::time::Instant::now(), self.hub().epochs());
        loop {
            let outcome = tokio::select! {
                event = hints.next() => match event {
                    None => return,
                    Some(BusEvent::Hint(hint)) => self.hear(hint).await,
                    Some(BusEvent::Lagged) => {
                        self.0.queue_changed.notify_one();
                        self.reread_marks();
                        self.catch_up().await
                    }
                },
                Ok(()) = epochs.changed() => self.catch_up().await,
                () = tokio::time::sleep_until(look) => {
                    let every = if self.0.news.bus.is_live() { self.0.config.look } else { Duration::from_secs(1) };
                    look = tokio::time::Instant::now() + every;
                    self.catch_up().await
                }
            };
            if let Err(error) = outcome {
                tracing::warn!(target: "engage::chat", %error, "this node may lag behind; it looks again soon");
            }
        }
    }

    /// Marks are absolute, so telling them again heals what a lost hint left out.
    fn reread_marks(&self) {
        let chat = self.clone();
        tokio::spawn(async move {
            for conversation in chat.hub().followed() {
                let Ok(marks) = chat.0.store.reads(conversation).await else { return };
                for mark in marks {
                    chat.hub().tell(conversation, &Delivery::Read(conversation, mark));
                }
            }
        });
    }

    async fn hear(&self, hint: Hint) -> Result<()> {
        match hint {
            Hint::Advanced { heads } => self.hub().advance(&heads),
            Hint::Read { conversation, contact, mark } => {
                self.hub().note_read(contact, conversation, &mark.reader);
                self.hub().tell(conversation, &Delivery::Read(conversation, mark));
            }
            Hint::Typing(typing) => self.hub().tell(typing.conversation, &Delivery::Typing(typing)),
            Hint::Page { conversations, page } => {
                for conversation in conversations {
                    self.hub().tell(conversation, &Delivery::Page(conversation, page.clone()));
                }
            }
            Hint::Presence { .. } => self.0.refreshing.hinted(),
            Hint::Queue => self.0.queue_changed.notify_one(),
            Hint::Rewound => self.catch_up().await?,
            Hint::SessionsEnded { contact } => self.hub().end_sessions(contact),
            Hint::ContactBlocked { contact } => self.hub().note_block(contact),
            Hint::Invalidate(_) | Hint::OutboxReady | Hint::Ticket { .. } | Hint::TicketLooker { .. } => {}
            Hint::WhoIsHere { .. } | Hint::IsHere { .. } => {}
        }
        Ok(())
    }

    /// Goes on from where the database was last read, not from the newest place that was heard of: before that one there may
    /// be others of which no hint came.
    async fn catch_up(&self) -> Result<()> {
        let epoch = self.find_history().await?;
        loop {
            let after = self.0.read_up_to.lock().place;
            let heads = self.0.store.heads_after(after, SWEEP).await?;
            self.hub().advance(&heads);
            if let Some(last) = heads.last() {
                *self.0.read_up_to.lock() = ReadUpTo { epoch, place: last.inbox_seq };
            }
            if heads.len() < SWEEP {
                break;
            }
        }
        self.refresh_agents().await
    }

    /// Asks which history the database has. In another one the places of the one before mean nothing, and nobody who follows is
    /// left who would have to hear of what came before now.
    async fn find_history(&self) -> Result<Epoch> {
        let epoch = self.0.store.epoch().await?;
        self.hub().enter(epoch);
        if self.0.read_up_to.lock().epoch != epoch {
            let place = self.0.store.inbox_head().await?;
            *self.0.read_up_to.lock() = ReadUpTo { epoch, place };
            self.0.queue_changed.notify_one();
            self.0.news.bus.publish(Hint::Rewound);
        }
        Ok(epoch)
    }
}
