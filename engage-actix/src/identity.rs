//! The host's word on who is there, through its own extractors.

use std::fmt::Display;
use std::future::Future;
use std::sync::Arc;

use actix_web::{FromRequest, Handler, HttpRequest};
use engage_core::Identity;
use engage_http::Identified;
use futures_util::future::LocalBoxFuture;

/// An async function over extractors that says who is signed in: `async fn(A, B, ..) -> Result<Option<Identity>, E>`.
pub trait Resolve<Args>: Send + Sync + 'static {
    /// Asks it.
    fn resolve(&self, request: &HttpRequest) -> impl Future<Output = Identified>;
}

pub(crate) type Resolver = Arc<dyn Fn(HttpRequest) -> LocalBoxFuture<'static, Identified> + Send + Sync>;

pub(crate) fn boxed<Args: 'static>(resolve: impl Resolve<Args>) -> Resolver {
    let resolve = Arc::new(resolve);
    Arc::new(move |request| {
        let resolve = Arc::clone(&resolve);
        Box::pin(async move { resolve.resolve(&request).await })
    })
}

impl<F, Args, E> Resolve<Args> for F
where
    F: Handler<Args, Output = Result<Option<Identity>, E>> + Send + Sync,
    Args: FromRequest,
    E: Display,
{
    async fn resolve(&self, request: &HttpRequest) -> Identified {
        match Args::extract(request).await {
            Ok(args) => Identified::told(self.call(args).await),
            Err(refused) => {
                let refused: actix_web::Error = refused.into();
                Identified::refused(refused.as_response_error().status_code().as_u16())
            }
        }
    }
}
