//! Frames that never end.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, future};

use super::FRAME_BYTES;

/// How many bytes may have been read since the last message. Whole frames that wait behind it count too.
const UNREAD: usize = 8 * FRAME_BYTES;

/// Counts what a library has read and made no message of: some look at a frame's length only once the frame is whole, and
/// gather without end until then. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Unread(Arc<AtomicUsize>);

impl Unread {
    /// The bytes for the library, which end when it makes nothing of them.
    pub fn bound<S, E>(&self, bytes: S) -> impl Stream<Item = Result<Bytes, E>> + use<S, E>
    where
        S: Stream<Item = Result<Bytes, E>>,
    {
        let Self(unread) = self.clone();
        bytes.take_while(move |piece| {
            let length = piece.as_ref().map_or(0, Bytes::len);
            future::ready(unread.fetch_add(length, Ordering::Relaxed) + length <= UNREAD)
        })
    }

    /// A message has come of it.
    pub fn clear(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use futures_util::stream;

    use super::*;

    #[tokio::test]
    async fn bytes_of_which_nothing_comes_end() {
        let piece = || Ok::<_, Infallible>(Bytes::from(vec![0; FRAME_BYTES]));
        let endless = Unread::default().bound(stream::repeat_with(piece));
        assert_eq!(endless.count().await, 8);
        let unread = Unread::default();
        let bytes = unread.bound(stream::repeat_with(piece)).take(100).inspect(|_| unread.clear());
        assert_eq!(bytes.count().await, 100);
    }
}
