//! The one error of every engage crate.

use std::error::Error as StdError;
use std::fmt;

/// Shorthand for results in engage.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, with what the caller can do about it in [`Error::kind`].
///
/// Opaque and one word in size. The source is for logs and never reaches a client.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    code: &'static str,
    message: String,
    fields: Vec<FieldError>,
    retry_after: Option<std::time::Duration>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The kinds of failure, by what the caller should do.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// Does not exist, or does not exist for this caller.
    NotFound,
    /// The state is not what the caller expected: look again, decide again.
    Conflict,
    /// The input breaks a rule; [`Error::fields`] says which.
    Invalid,
    /// Nobody is known: sign in or make a session.
    Unauthenticated,
    /// Known, but not allowed.
    Forbidden,
    /// Too often: wait.
    RateLimited,
    /// This backend cannot do it.
    Unsupported,
    /// A row is held by somebody else for too long, or the database broke a deadlock: try again.
    Locked,
    /// The database or another peer is away: try again later.
    Unavailable,
    /// A fault of ours.
    Internal,
}

/// One field of an input that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// JSON pointer to the field, such as `/body`.
    pub field: String,
    /// Stable name of the rule, such as `too_long`.
    pub code: &'static str,
    /// A sentence for people.
    pub detail: String,
}

impl Error {
    /// An error of `kind` whose code is the kind's own.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            code: kind.code(),
            message: message.into(),
            fields: Vec::new(),
            retry_after: None,
            source: None,
        }))
    }

    /// Something that does not exist for the caller.
    pub fn not_found(what: &str) -> Self {
        Self::new(ErrorKind::NotFound, format!("{what} does not exist"))
    }

    /// One field that breaks a rule.
    pub fn invalid(field: &str, code: &'static str, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        let mut error = Self::new(ErrorKind::Invalid, format!("{field}: {detail}"));
        error.0.fields.push(FieldError { field: field.to_owned(), code, detail });
        error
    }

    /// Several fields that break rules; `fields` is not empty.
    pub fn invalid_fields(fields: Vec<FieldError>) -> Self {
        let mut error = Self::new(ErrorKind::Invalid, format!("{} fields are invalid", fields.len()));
        error.0.fields = fields;
        error
    }

    /// A fault of ours, with its cause.
    pub fn internal(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(ErrorKind::Internal, "internal error").with_source(source)
    }

    /// A peer that is away, with its cause.
    pub fn unavailable(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(ErrorKind::Unavailable, "temporarily unavailable").with_source(source)
    }

    /// The same error with a code of its own.
    #[must_use]
    pub fn with_code(mut self, code: &'static str) -> Self {
        self.0.code = code;
        self
    }

    /// The same error with the time after which to try again.
    #[must_use]
    pub fn with_retry_after(mut self, wait: std::time::Duration) -> Self {
        self.0.retry_after = Some(wait);
        self
    }

    /// The same error with its cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// What kind of failure this is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The stable code that clients see.
    pub fn code(&self) -> &'static str {
        self.0.code
    }

    /// The sentence that clients see. Holds nothing internal.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The fields that break a rule, when the kind is [`ErrorKind::Invalid`].
    pub fn fields(&self) -> &[FieldError] {
        &self.0.fields
    }

    /// After what time to try again, when somebody said so.
    pub fn retry_after(&self) -> Option<std::time::Duration> {
        self.0.retry_after
    }

    /// Whether the same call may succeed later without a change.
    pub fn is_retryable(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Unavailable | ErrorKind::RateLimited | ErrorKind::Locked)
    }
}

impl ErrorKind {
    /// The stable code of this kind.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::Conflict => "conflict",
            Self::Invalid => "invalid",
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden => "forbidden",
            Self::RateLimited => "rate_limited",
            Self::Unsupported => "unsupported",
            Self::Locked | Self::Unavailable => "unavailable",
            Self::Internal => "internal",
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("code", &self.0.code)
            .field("message", &self.0.message)
            .field("source", &self.0.source)
            .finish()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::internal(error)
    }
}
