//! Tags as shared flags: dropping all entries of a tag is one store, however many there are.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};

use parking_lot::Mutex;

/// The tags that entries have now. It holds each only weakly, so it cannot outgrow the entries.
#[derive(Debug, Default)]
pub(super) struct Tags(Mutex<HashMap<String, Weak<Tag>>>);

/// One life of a tag, held by the entries that were put in it.
#[derive(Debug)]
pub(super) struct Tag {
    name: String,
    dropped: AtomicBool,
    tags: Weak<Tags>,
}

impl Tags {
    /// The present life of a tag.
    pub(super) fn join(self: &Arc<Self>, name: &str) -> Arc<Tag> {
        let mut tags = self.0.lock();
        if let Some(tag) = tags.get(name).and_then(Weak::upgrade) {
            return tag;
        }
        let tag = Arc::new(Tag { name: name.to_owned(), dropped: AtomicBool::new(false), tags: Arc::downgrade(self) });
        tags.insert(name.to_owned(), Arc::downgrade(&tag));
        tag
    }

    /// Ends the present life of a tag, and with it the entries that were put in it or are being put.
    pub(super) fn drop_tag(&self, name: &str) {
        let tag = self.0.lock().remove(name);
        if let Some(tag) = tag.and_then(|tag| tag.upgrade()) {
            tag.dropped.store(true, Ordering::Release);
        }
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.lock().len()
    }
}

impl Tag {
    pub(super) fn is_dropped(&self) -> bool {
        self.dropped.load(Ordering::Acquire)
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for Tag {
    fn drop(&mut self) {
        let Some(tags) = self.tags.upgrade() else { return };
        let mut tags = tags.0.lock();
        // A new life may have begun under the same name.
        if tags.get(&self.name).is_some_and(|tag| std::ptr::eq(tag.as_ptr(), self)) {
            tags.remove(&self.name);
        }
    }
}
