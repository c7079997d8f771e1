//! The embedded engine: one SQLite file, one writer thread, readers beside it.
//!
//! Every answer of [`Events::append`] leaves after the commit that holds its rows has been synced
//! (WAL, `synchronous=FULL`); many requests share one commit. Measured: `docs/reference/performance.md`.

mod append;
mod connection;
mod define;
mod desk;
mod facts;
mod intern;
mod person;
mod read;
mod writer;

use super::{
    Answering, Appended, Chain, Desk, Events, FactQuestion, FirstReach, FunnelQuestion, Person, Profile, Row, Somebody,
    StorageError, TakeFact,
};
use connection::Readers;
use domain::{Definitions, Journey};
use std::path::Path;
use std::sync::Arc;
use writer::Writer;

/// The two parts of storage that live in a data folder.
pub type Opened = (Arc<dyn Events>, Arc<dyn Desk>);

/// Opens a data folder for writing and reading; creates what is missing.
/// Only one process may hold it at a time.
pub fn open(folder: &Path) -> Result<Opened, StorageError> {
    let lock = connection::lock(folder)?;
    let writer = Writer::start(connection::open_writer(folder)?, lock)?;
    let events = SqliteEvents { readers: Readers::new(folder), writer: Some(writer) };
    Ok((Arc::new(events), desk::open_desk(folder)?))
}

/// Opens the desk alone, also while a server uses it.
pub fn open_desk(folder: &Path) -> Result<Arc<dyn Desk>, StorageError> {
    connection::check_exists(folder)?;
    desk::open_desk(folder)
}

/// Opens a data folder for questions only, also while a server writes to it.
pub fn open_read_only(folder: &Path) -> Result<Arc<dyn Events>, StorageError> {
    connection::check_exists(folder)?;
    Ok(Arc::new(SqliteEvents { readers: Readers::new(folder), writer: None }))
}

struct SqliteEvents {
    readers: Readers,
    writer: Option<Writer>,
}

impl SqliteEvents {
    fn writer(&self) -> Result<&Writer, StorageError> {
        self.writer.as_ref().ok_or_else(|| StorageError::Failed("the data folder was opened for questions only".into()))
    }
}

impl Events for SqliteEvents {
    fn append(&self, rows: Vec<Row>) -> Answering<'_, Vec<Appended>> {
        Box::pin(async move { self.writer()?.append(rows).await })
    }

    fn define(&self, definitions: &Definitions) -> Answering<'_, ()> {
        let definitions = definitions.clone();
        Box::pin(async move {
            match &self.writer {
                Some(writer) => writer.define(definitions).await,
                // A reader takes first reaches as the writer left them, or finds them in the log.
                None => Ok(()),
            }
        })
    }

    fn chains(&self, question: FunnelQuestion) -> Answering<'_, Vec<Chain>> {
        Box::pin(self.readers.ask(move |connection| read::chains(connection, &question)))
    }

    fn first_reached(&self, journey: Arc<Journey>) -> Answering<'_, Vec<FirstReach>> {
        Box::pin(self.readers.ask(move |connection| read::first_reached(connection, &journey)))
    }

    fn facts(&self, question: FactQuestion, mut take: TakeFact) -> Answering<'_, ()> {
        Box::pin(self.readers.ask(move |connection| facts::facts(connection, &question, &mut take)))
    }

    fn person(&self, user: Option<String>, anonymous: Option<String>) -> Answering<'_, Somebody> {
        let ask = move |connection: &_| person::person(connection, user.as_deref(), anonymous.as_deref());
        Box::pin(self.readers.ask(ask))
    }

    fn reached_by(&self, journey: Arc<Journey>, person: Person) -> Answering<'_, Vec<Option<i64>>> {
        Box::pin(self.readers.ask(move |connection| person::reached_by(connection, &journey, &person)))
    }

    fn profiles(&self, users: Vec<String>) -> Answering<'_, Vec<Profile>> {
        Box::pin(self.readers.ask(move |connection| read::profiles(connection, &users)))
    }

    fn messages(&self, from: i64, limit: usize) -> Answering<'_, (Vec<String>, i64)> {
        Box::pin(self.readers.ask(move |connection| read::messages(connection, from, limit)))
    }

    fn count(&self) -> Answering<'_, u64> {
        Box::pin(self.readers.ask(read::count))
    }

    fn ready(&self) -> Answering<'_, ()> {
        Box::pin(async move {
            match &self.writer {
                Some(writer) => writer.ready().await,
                None => self.readers.ask(|connection| read::count(connection).map(drop)).await,
            }
        })
    }
}

impl From<rusqlite::Error> for StorageError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Failed(format!("sqlite: {error}"))
    }
}
