//! Bodies, in both directions.

use std::convert::Infallible;
use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use http_body::{Frame, SizeHint};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Empty, Full, LengthLimitError, Limited, StreamBody};

/// A body that streams, in requests as in answers.
pub type Body = UnsyncBoxBody<Bytes, BodyError>;

/// Why a body broke off.
#[derive(Debug)]
pub struct BodyError(Box<dyn StdError + Send + Sync>);

/// No body.
pub fn empty() -> Body {
    Empty::new().map_err(never).boxed_unsync()
}

/// A body of known length.
pub fn full(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into()).map_err(never).boxed_unsync()
}

/// A body that comes in pieces.
pub fn stream<E: Into<Box<dyn StdError + Send + Sync>>>(
    pieces: impl Stream<Item = Result<Bytes, E>> + Send + 'static,
) -> Body {
    StreamBody::new(pieces.map(|piece| piece.map(Frame::data).map_err(|error| BodyError(error.into())))).boxed_unsync()
}

/// A body that comes in pieces and has `size` bytes; what comes beyond them breaks it off.
pub(crate) fn sized<E: Into<Box<dyn StdError + Send + Sync>>>(
    size: u64,
    pieces: impl Stream<Item = Result<Bytes, E>> + Send + 'static,
) -> Body {
    Sized { body: stream(pieces), left: size }.boxed_unsync()
}

/// The whole of a body; `None` when it has more than `cap` bytes.
pub(crate) async fn collect(body: Body, cap: usize) -> Result<Option<Bytes>, BodyError> {
    match Limited::new(body, cap).collect().await {
        Ok(collected) => Ok(Some(collected.to_bytes())),
        Err(error) if error.is::<LengthLimitError>() => Ok(None),
        Err(error) => Err(BodyError(error)),
    }
}

/// A body that knows how long it is.
struct Sized {
    body: Body,
    left: u64,
}

impl http_body::Body for Sized {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        if let Poll::Ready(Some(Ok(frame))) = &polled {
            let came = frame.data_ref().map_or(0, Bytes::len) as u64;
            let Some(left) = self.left.checked_sub(came) else {
                return Poll::Ready(Some(Err(BodyError("the content is longer than was said".into()))));
            };
            self.left = left;
        }
        polled
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

fn never(never: Infallible) -> BodyError {
    match never {}
}

impl fmt::Display for BodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body broke off")
    }
}

impl StdError for BodyError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.0)
    }
}
