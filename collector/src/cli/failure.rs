//! How a command ends, as `sysexits.h` numbers it.

use crate::project::Diagnostics;
use crate::storage::StorageError;
use std::process::ExitCode;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    Done = 0,
    Failed = 1,
    Usage = 2,
    /// Definitions or data are not what they should be (`EX_DATAERR`).
    BadData = 65,
    /// The server cannot be reached or refuses (`EX_UNAVAILABLE`).
    Unavailable = 69,
    /// A file or folder cannot be created (`EX_CANTCREAT`).
    CannotCreate = 73,
    /// A file cannot be read or written (`EX_IOERR`).
    Io = 74,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command could not do what it was asked to.
#[derive(Debug)]
pub(super) enum Failure {
    Plain {
        exit: Exit,
        message: String,
    },
    /// `milepost.toml` has mistakes.
    Definitions(Box<Diagnostics>),
    /// Whoever read our output has enough of it.
    ReaderGone,
}

impl Failure {
    pub(super) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self::Plain { exit, message: message.into() }
    }

    pub(super) fn exit(&self) -> Exit {
        match self {
            Self::Plain { exit, .. } => *exit,
            Self::Definitions(_) => Exit::BadData,
            Self::ReaderGone => Exit::Done,
        }
    }

    /// An error of writing our output.
    pub(super) fn writing(error: &std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            Self::ReaderGone
        } else {
            Self::new(Exit::Io, format!("cannot write the output: {error}"))
        }
    }
}

impl From<StorageError> for Failure {
    fn from(error: StorageError) -> Self {
        let exit = match &error {
            StorageError::Busy => Exit::Failed,
            StorageError::Newer(_) => Exit::BadData,
            _ => Exit::Io,
        };
        Self::new(exit, error.to_string())
    }
}
