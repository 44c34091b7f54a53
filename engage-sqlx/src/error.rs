//! What sqlx says, as what the caller can do about it.

use engage_core::{Error, ErrorKind};
use sqlx::error::ErrorKind as Violation;

/// The kind of an error of the database, with the error as its source.
pub(crate) fn from_sqlx(error: sqlx::Error) -> Error {
    let (kind, message) = match &error {
        sqlx::Error::Database(error) => of_database(&error.kind(), error.code().as_deref().unwrap_or("")),
        sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::BeginFailed => (ErrorKind::Unavailable, UNAVAILABLE),
        _ => (ErrorKind::Internal, "internal error"),
    };
    if kind == ErrorKind::Invalid {
        return Error::invalid("", "unsupported_character", message).with_source(error);
    }
    Error::new(kind, message).with_source(error)
}

/// A value that no version of engage has written.
pub(crate) fn unknown(what: &str, value: &str) -> Error {
    Error::internal(format!("the database holds an unknown {what}: {value:?}"))
}

const UNAVAILABLE: &str = "the database is away or busy";

/// SQLSTATE (five characters) on Postgres, the extended result code (up to four digits) on SQLite.
fn of_database(violation: &Violation, code: &str) -> (ErrorKind, &'static str) {
    if *violation == Violation::UniqueViolation {
        return (ErrorKind::Conflict, "somebody else has stored this meanwhile");
    }
    match code {
        // lock_not_available, deadlock_detected, serialization_failure; SQLITE_BUSY and SQLITE_LOCKED with their extensions.
        "55P03" | "40P01" | "40001" | "5" | "6" | "261" | "262" | "517" | "773" => {
            (ErrorKind::Locked, "somebody else holds the row")
        }
        // character_not_in_repertoire, untranslatable_character: U+0000 in a text.
        "22021" | "22P05" => (ErrorKind::Invalid, "a text holds U+0000"),
        // query_canceled, read_only_sql_transaction, a standby that is asked what only a primary knows, and a transaction that the server has ended for being idle;
        // SQLITE_READONLY, SQLITE_FULL, SQLITE_CANTOPEN.
        "57014" | "25006" | "25P03" | "55000" | "8" | "13" | "14" => (ErrorKind::Unavailable, UNAVAILABLE),
        // Connection, resources, operator intervention, system; SQLITE_IOERR with its extensions.
        code if code.len() == 5 && ["08", "53", "57", "58"].contains(&&code[..2]) => {
            (ErrorKind::Unavailable, UNAVAILABLE)
        }
        code if code.parse::<u32>().is_ok_and(|code| code.to_string().len() < 5 && code & 0xff == 10) => {
            (ErrorKind::Unavailable, UNAVAILABLE)
        }
        _ => (ErrorKind::Internal, "internal error"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_kinds() {
        let kind = |code| of_database(&Violation::Other, code).0;
        assert_eq!(of_database(&Violation::UniqueViolation, "23505").0, ErrorKind::Conflict);
        for (code, expected) in [
            ("55P03", ErrorKind::Locked),
            ("5", ErrorKind::Locked),
            ("57P01", ErrorKind::Unavailable),
            ("53300", ErrorKind::Unavailable),
            ("57014", ErrorKind::Unavailable),
            ("13", ErrorKind::Unavailable),
            ("778", ErrorKind::Unavailable),
            ("42P01", ErrorKind::Internal),
            ("1", ErrorKind::Internal),
            ("23503", ErrorKind::Internal),
            ("", ErrorKind::Internal),
        ] {
            assert_eq!(kind(code), expected, "{code}");
        }
    }
}
