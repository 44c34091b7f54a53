//! What visitors look at while they talk, for whoever talks with them.

use super::Chat;
use crate::bus::Hint;
use crate::chat::model::Page;
use crate::chat::store::{ListQuery, Sight};
use crate::contacts::Blocked;
use crate::error::{Error, ErrorKind, Result};
use crate::identity::{Actor, Audience};
use crate::ids::{ContactId, ConversationId};

/// In how many of a contact's conversations staff are told at once.
const TOLD: usize = 20;

impl Chat {
    /// Notes that `contact` looks at a page now, and tells the staff who follow one of their conversations. Nothing is kept of
    /// who has no conversation, nor when the site has switched it off (`chat.page_trail`).
    ///
    /// # Errors
    /// `Invalid` as [`Page::checked`] says; `Forbidden` (`blocked`) for who may not write.
    pub async fn visit(&self, contact: ContactId, url: &str, title: &str) -> Result<()> {
        let page = Page::checked(url, title, self.0.context.clock.now())?;
        if !self.0.settings.get().chat_page_trail {
            return Ok(());
        }
        let talks = self.list(&ListQuery::new(Sight::Visitor(contact), TOLD)).await?;
        if talks.iter().any(|listed| listed.conversation.blocked.is_some()) {
            return Err(Blocked::refusal());
        }
        if talks.is_empty() {
            return Ok(());
        }
        for page in self.0.store.add_pages(contact, &[page]).await? {
            let conversations = talks.iter().map(|listed| listed.conversation.id).collect();
            self.0.news.bus.publish(Hint::Page { conversations, page });
        }
        Ok(())
    }

    /// What the visitor of a conversation has looked at in the last day, latest first, at most [`Page::KEPT`]; nothing while the
    /// site has switched it off.
    ///
    /// # Errors
    /// `NotFound` when it does not exist for `actor`; `Forbidden` for visitors.
    pub async fn pages(&self, actor: &Actor, conversation: ConversationId) -> Result<Vec<Page>> {
        let contact = self.get(actor, conversation).await?.conversation.contact;
        if actor.audience() == Audience::Visitor {
            return Err(Error::new(ErrorKind::Forbidden, "only staff may do this"));
        }
        if !self.0.settings.get().chat_page_trail {
            return Ok(Vec::new());
        }
        self.0.store.pages(contact, self.0.context.clock.now() - Page::KEPT_FOR, Page::KEPT).await
    }

    /// Keeps what a browser gathered before `contact` began to talk, as far as it is news and can be kept.
    pub(super) async fn keep_gathered(&self, contact: ContactId, gathered: &[Page]) -> Result<()> {
        let now = self.0.context.clock.now();
        let mut pages = Page::gathered(gathered, now);
        if pages.is_empty() || !self.0.settings.get().chat_page_trail {
            return Ok(());
        }
        // A second conversation of a visit brings what was told since the first.
        let known = self.0.store.pages(contact, now - Page::KEPT_FOR, 1).await?;
        pages.retain(|page| known.iter().all(|known| page.at > known.at));
        self.0.store.add_pages(contact, &pages).await.map(drop)
    }

    /// What `from` has looked at goes with them into the contact that they turned out to be.
    pub(crate) async fn move_pages(&self, from: ContactId, into: ContactId) -> Result<()> {
        self.0.store.move_pages(from, into).await
    }

    /// Deletes what has had its time.
    pub(crate) async fn prune_pages(&self, limit: usize) -> Result<u64> {
        self.0.store.prune_pages(self.0.context.clock.now() - Page::KEPT_FOR, limit).await
    }
}
