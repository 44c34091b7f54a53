//! The host's word on who is there, through its own extractors.

use std::fmt::Display;
use std::future::Future;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::response::IntoResponse;
use engage_core::Identity;
use engage_http::Identified;
use futures_util::future::BoxFuture;
use http::request::Parts;

/// An async function over extractors that says who is signed in: `async fn(A, B, ..) -> Result<Option<Identity>, E>`.
pub trait Resolve<Args, S>: Clone + Send + Sync + 'static {
    /// Asks it.
    fn resolve(self, parts: Parts, state: S) -> impl Future<Output = Identified> + Send;
}

pub(crate) type Resolver<S> = Arc<dyn Fn(Parts, S) -> BoxFuture<'static, Identified> + Send + Sync>;

pub(crate) fn boxed<Args, S: Send + 'static>(resolve: impl Resolve<Args, S>) -> Resolver<S> {
    Arc::new(move |parts, state| {
        let resolve = resolve.clone();
        Box::pin(async move { resolve.resolve(parts, state).await })
    })
}

macro_rules! resolve_over {
    ($($extractor:ident),*) => {
        impl<F, Answer, E, S, $($extractor),*> Resolve<($($extractor,)*), S> for F
        where
            F: Fn($($extractor),*) -> Answer + Clone + Send + Sync + 'static,
            Answer: Future<Output = Result<Option<Identity>, E>> + Send,
            E: Display,
            S: Send + Sync + 'static,
            $($extractor: FromRequestParts<S> + Send,)*
        {
            #[allow(non_snake_case, unused_mut, unused_variables, reason = "one text for any number of extractors")]
            async fn resolve(self, mut parts: Parts, state: S) -> Identified {
                $(
                    let $extractor = match $extractor::from_request_parts(&mut parts, &state).await {
                        Ok(extracted) => extracted,
                        Err(rejection) => return Identified::refused(rejection.into_response().status().as_u16()),
                    };
                )*
                Identified::told(self($($extractor),*).await)
            }
        }
    };
}

resolve_over!();
resolve_over!(A);
resolve_over!(A, B);
resolve_over!(A, B, C);
resolve_over!(A, B, C, D);
