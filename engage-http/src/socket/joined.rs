//! Two halves as one socket, for frameworks that hand them out apart.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::{Sink, SinkExt as _, Stream, StreamExt as _};

/// A stream and a sink in one.
#[derive(Debug)]
pub struct Joined<St, Si> {
    /// What comes in.
    pub incoming: St,
    /// What goes out.
    pub outgoing: Si,
}

impl<St: Stream + Unpin, Si: Unpin> Stream for Joined<St, Si> {
    type Item = St::Item;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.incoming.poll_next_unpin(cx)
    }
}

impl<M, St: Unpin, Si: Sink<M> + Unpin> Sink<M> for Joined<St, Si> {
    type Error = Si::Error;

    fn poll_ready(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Si::Error>> {
        self.outgoing.poll_ready_unpin(cx)
    }

    fn start_send(mut self: Pin<&mut Self>, message: M) -> Result<(), Si::Error> {
        self.outgoing.start_send_unpin(message)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Si::Error>> {
        self.outgoing.poll_flush_unpin(cx)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Si::Error>> {
        self.outgoing.poll_close_unpin(cx)
    }
}
