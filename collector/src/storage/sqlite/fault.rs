//! What SQLite's errors mean to the product.

use crate::storage::StorageError;
use rusqlite::ErrorCode;

/// What an error about this file is.
pub(super) fn of(file: &str, error: &rusqlite::Error) -> StorageError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StorageError::DiskFull,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => StorageError::Damaged(damaged(file, error)),
        _ => StorageError::Failed(format!("{file}: {error}")),
    }
}

/// Names the file and the way out.
pub(super) fn damaged(file: &str, error: impl std::fmt::Display) -> String {
    format!(
        "{file} is damaged ({error}): look at all of it with `milepost check-data --data DIR`, \
         and bring back a backup with `milepost restore BACKUP --data DIR --force`"
    )
}

/// Whether the connection it happened on must not be used again; a wait that was too long, or a rule of a table that
/// was broken, says nothing about the file.
pub(super) fn closes(error: &rusqlite::Error) -> bool {
    match error.sqlite_error_code() {
        Some(code) => !matches!(
            code,
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::ConstraintViolation | ErrorCode::Unknown
        ),
        None => false,
    }
}
