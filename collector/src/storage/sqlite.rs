//! The embedded engine: one SQLite file, one writer thread, readers beside it.
//!
//! Every answer of [`Events::append`] leaves after the commit that holds its rows has been synced
//! (WAL, `synchronous=FULL`); many requests share one commit. Measured: `docs/reference/performance.md`.

mod append;
mod connection;
mod define;
mod desk;
mod erase;
mod facts;
mod intern;
mod person;
mod read;
mod remembered;
mod residue;
mod writer;

use super::{
    Answering, Appended, Arrived, Batch, Chain, Desk, Erased, Events, FactQuestion, FirstReach, FunnelQuestion, Person,
    Profile, Somebody, StorageError, TakeFact,
};
use connection::{FILE, Readers};
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

/// Messages that are taken out while others wait to be stored: some milliseconds.
const ERASED_AT_ONCE: usize = 500;

/// How often, and how long apart, the log of changes is tried to be emptied: for 50 seconds.
const LOG_EMPTY_ATTEMPTS: u32 = 500;
const LOG_EMPTY_WAIT: std::time::Duration = std::time::Duration::from_millis(100);

struct SqliteEvents {
    readers: Readers,
    writer: Option<Writer>,
}

impl SqliteEvents {
    fn writer(&self) -> Result<&Writer, StorageError> {
        self.writer.as_ref().ok_or_else(|| StorageError::Failed("the data folder was opened for questions only".into()))
    }
}

impl SqliteEvents {
    async fn erase_person(&self, person: Person, now_ms: i64, until_ms: i64) -> Result<Erased, StorageError> {
        let senders = self.writer()?.begin_erasing(person, now_ms, until_ms).await?;
        let theirs = senders.clone();
        let positions = self.readers.ask(move |connection| erase::find(connection, &theirs)).await?;
        let messages = self.erase_found(positions).await?;
        let ids = senders.len() as u64;
        self.writer()?.finish_erasing(senders).await?;
        self.leave_nothing().await?;
        Ok(Erased { ids, messages })
    }

    async fn erase_found(&self, positions: Vec<i64>) -> Result<u64, StorageError> {
        let mut erased = 0;
        for positions in positions.chunks(ERASED_AT_ONCE) {
            erased += self.writer()?.erase_messages(positions.to_vec()).await?;
        }
        Ok(erased)
    }

    /// Takes what was erased out of the log of changes and out of the free space of pages.
    async fn leave_nothing(&self) -> Result<(), StorageError> {
        self.clean(Vec::new()).await?;
        let path = self.readers.path().to_owned();
        let found = tokio::task::spawn_blocking(move || residue::find(&path)).await;
        let found = found.map_err(|error| StorageError::Failed(format!("a search was cut off: {error}")))?;
        self.clean(found.map_err(|error| StorageError::Failed(format!("cannot search {FILE}: {error}")))?).await
    }

    /// Waits for readers that still need the log of changes, until nothing is left in it.
    async fn clean(&self, pages: Vec<u64>) -> Result<(), StorageError> {
        let pages = Arc::new(pages);
        for _ in 0..LOG_EMPTY_ATTEMPTS {
            if self.writer()?.clean(self.readers.path().to_owned(), Arc::clone(&pages)).await? {
                return Ok(());
            }
            tokio::time::sleep(LOG_EMPTY_WAIT).await;
        }
        let help = "what was erased is still in the log of changes, because a reader holds it: erase again";
        Err(StorageError::Failed(help.into()))
    }
}

impl Events for SqliteEvents {
    fn store(&self, batch: Arc<Batch>) -> Answering<'_, Vec<Appended>> {
        Box::pin(async move { self.writer()?.append(batch).await })
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

    fn arrived(&self, names: Vec<String>, after: i64, limit: usize) -> Answering<'_, Vec<Arrived>> {
        Box::pin(self.readers.ask(move |connection| facts::arrived(connection, &names, after, limit)))
    }

    fn about_prompts(&self, person: Person, limit: usize) -> Answering<'_, Vec<Arrived>> {
        Box::pin(self.readers.ask(move |connection| facts::about_prompts(connection, &person, limit)))
    }

    fn erase(&self, person: Person, now_ms: i64, until_ms: i64) -> Answering<'_, Erased> {
        Box::pin(self.erase_person(person, now_ms, until_ms))
    }

    fn erase_messages(&self, positions: Vec<i64>) -> Answering<'_, u64> {
        Box::pin(async move {
            let erased = self.erase_found(positions).await?;
            self.leave_nothing().await?;
            Ok(erased)
        })
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
