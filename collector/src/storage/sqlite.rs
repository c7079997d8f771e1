//! The embedded engine: one SQLite file, one writer thread, readers beside it.
//!
//! Every answer of [`Events::append`] leaves after the commit that holds its rows has been synced
//! (WAL, `synchronous=FULL`); many requests share one commit. Measured: `docs/reference/performance.md`.

mod append;
mod backup;
mod connection;
mod define;
mod delivery;
mod desk;
mod erase;
mod facts;
mod fault;
mod intern;
mod log_file;
mod migrate;
mod person;
mod read;
mod remembered;
mod residue;
mod retention;
mod segments;
mod space;
mod writer;

use super::{
    Active, ActivityQuestion, Answering, Appended, Arrived, Batch, Chains, Delivered, DeliveryQuestion, Desk, Erased,
    Events, Everybody, Expired, FactQuestion, FunnelQuestion, HappenedQuestion, Moment, NextActions, NextQuestion,
    Person, PresenceQuestion, Present, Profile, Reaches, Somebody, StorageError, TakeFact, TraitPath, TraitValues,
    UserKey, UserName,
};
pub use backup::{BackedUp, Manifest, back_up, check_data, holds_data, restore, verify_backup};
pub use connection::create_private;
pub use space::DiskLimits;

use connection::{FILE, Readers};
use domain::{Definitions, Journey};
use segments::{Background, Segments};
use space::{Space, Watch};
use std::path::Path;
use std::sync::Arc;
use writer::Writer;

/// The two parts of storage that live in a data folder.
pub type Opened = (Arc<dyn Events>, Arc<dyn Desk>);

/// Opens a data folder for writing and reading; creates what is missing.
/// Only one process may hold it at a time.
pub fn open(folder: &Path) -> Result<Opened, StorageError> {
    open_in(folder, None)
}

/// The same, and never fills the disk: below a reserve nothing is stored.
pub fn open_with_reserve(folder: &Path, limits: DiskLimits) -> Result<Opened, StorageError> {
    open_in(folder, Some(limits))
}

fn open_in(folder: &Path, limits: Option<DiskLimits>) -> Result<Opened, StorageError> {
    let lock = connection::lock(folder)?;
    backup::settle(folder)?;
    let (readers, segments) = (Readers::new(folder), Segments::default());
    let space = match limits {
        Some(limits) => Space::watched(folder, limits),
        None => Space::unwatched(folder),
    };
    space.make_room_to_open();
    let writer = Writer::start(folder, lock, readers.clone(), Arc::clone(&space))?;
    let background = match writer.hands() {
        Some(write) => {
            let readers = readers.clone();
            Some(segments.start(Box::new(move || readers.connect()), write)?)
        }
        None => None,
    };
    let watch = limits.map(|_| space.watch(readers.clone()));
    let events = SqliteEvents { readers, segments, background, writer: Some(writer), space, _watch: watch };
    Ok((Arc::new(events), desk::open_desk(folder)?))
}

/// Opens the desk alone, also while a server uses it.
pub fn open_desk(folder: &Path) -> Result<Arc<dyn Desk>, StorageError> {
    connection::check_exists(folder)?;
    backup::check_settled(folder)?;
    desk::open_desk(folder)
}

/// Opens a data folder for questions only, also while a server writes to it.
pub fn open_read_only(folder: &Path) -> Result<Arc<dyn Events>, StorageError> {
    connection::check_exists(folder)?;
    backup::check_settled(folder)?;
    let space = Space::unwatched(folder);
    let (readers, segments) = (Readers::new(folder), Segments::default());
    Ok(Arc::new(SqliteEvents { readers, segments, background: None, writer: None, space, _watch: None }))
}

/// What tier 2 holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sealed {
    pub messages: u64,
    pub segments: u64,
    /// Of all columns.
    pub bytes: u64,
}

/// How much of a data folder is sealed.
pub fn sealed(folder: &Path) -> Result<Sealed, StorageError> {
    connection::check_exists(folder)?;
    segments::summary(&Readers::new(folder).connect()?)
}

/// Throws away what was sealed in a data folder that nobody else holds; it is made anew from the messages.
pub fn unseal(folder: &Path) -> Result<(), StorageError> {
    connection::check_exists(folder)?;
    let _lock = connection::lock(folder)?;
    segments::unseal(&connection::open_writer(folder)?)
}

/// Messages that are taken out while others wait to be stored: some milliseconds.
const ERASED_AT_ONCE: usize = 500;

/// How often, and how long apart, the log of changes is tried to be emptied: for 50 seconds.
const LOG_EMPTY_ATTEMPTS: u32 = 500;
const LOG_EMPTY_WAIT: std::time::Duration = std::time::Duration::from_millis(100);

struct SqliteEvents {
    readers: Readers,
    segments: Segments,
    /// Goes before the writer, to whom it hands what it made.
    background: Option<Background>,
    writer: Option<Writer>,
    space: Arc<Space>,
    _watch: Option<Watch>,
}

impl SqliteEvents {
    fn writer(&self) -> Result<&Writer, StorageError> {
        self.writer.as_ref().ok_or_else(|| StorageError::Failed("the data folder was opened for questions only".into()))
    }
}

impl SqliteEvents {
    async fn erase_person(&self, person: Person, now_ms: i64, until_ms: i64) -> Result<Erased, StorageError> {
        let begin = || async { self.writer()?.begin_erasing(person.clone(), now_ms, until_ms).await };
        let senders = self.on_full_disk(begin).await?;
        let theirs = senders.clone();
        let positions = self.readers.ask(move |connection| erase::find(connection, &theirs)).await?;
        let messages = self.erase_found(positions).await?;
        self.purge().await?;
        let ids = senders.len() as u64;
        self.on_full_disk(|| async { self.writer()?.finish_erasing(senders.clone()).await }).await?;
        self.leave_nothing().await?;
        Ok(Erased { ids, messages })
    }

    async fn erase_found(&self, positions: Vec<i64>) -> Result<u64, StorageError> {
        let mut erased = 0;
        for positions in positions.chunks(ERASED_AT_ONCE) {
            erased += self.on_full_disk(|| self.take_out(positions)).await?;
        }
        Ok(erased)
    }

    async fn purge(&self) -> Result<(), StorageError> {
        match &self.background {
            Some(background) => background.purge().await,
            None => Ok(()),
        }
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
        self.segments.define(definitions.clone());
        Box::pin(async move {
            match &self.writer {
                Some(writer) => writer.define(definitions).await,
                // A reader takes first reaches as the writer left them, or finds them in the log.
                None => Ok(()),
            }
        })
    }

    fn chains(&self, question: FunnelQuestion) -> Answering<'_, Chains> {
        let segments = self.segments.clone();
        Box::pin(self.readers.ask(move |connection| segments.chains(connection, &question)))
    }

    fn first_reached(&self, journey: Arc<Journey>) -> Answering<'_, Reaches> {
        let segments = self.segments.clone();
        Box::pin(self.readers.ask(move |connection| segments.first_reached(connection, &journey)))
    }

    fn first_reached_of(&self, journey: Arc<Journey>, users: Vec<UserKey>) -> Answering<'_, Reaches> {
        let segments = self.segments.clone();
        Box::pin(self.readers.ask(move |connection| segments.first_reached_of(connection, &journey, users)))
    }

    fn names(&self, users: Vec<UserKey>) -> Answering<'_, Vec<Option<UserName>>> {
        Box::pin(self.readers.ask(move |connection| segments::names(connection, &users)))
    }

    fn everybody(&self) -> Answering<'_, Arc<Everybody>> {
        let segments = self.segments.clone();
        Box::pin(self.readers.ask(move |connection| segments.everybody(connection)))
    }

    fn activity(&self, question: ActivityQuestion) -> Answering<'_, Vec<Active>> {
        let segments = self.segments.clone();
        Box::pin(self.readers.ask(move |connection| segments.activity(connection, &question)))
    }

    fn presence(&self, question: PresenceQuestion) -> Answering<'_, Vec<Present>> {
        let segments = self.segments.clone();
        Box::pin(self.readers.ask(move |connection| segments.presence(connection, &question)))
    }

    fn happened(&self, question: HappenedQuestion) -> Answering<'_, Vec<(UserKey, u32)>> {
        let segments = self.segments.clone();
        Box::pin(self.readers.ask(move |connection| segments.happened(connection, &question)))
    }

    fn next_actions(&self, question: NextQuestion) -> Answering<'_, NextActions> {
        let segments = self.segments.clone();
        Box::pin(self.readers.ask(move |connection| segments.next_actions(connection, &question)))
    }

    fn trait_values(&self, path: TraitPath) -> Answering<'_, TraitValues> {
        let segments = self.segments.clone();
        Box::pin(self.readers.ask(move |connection| segments.trait_values(connection, &path)))
    }

    fn timeline(&self, person: Person, limit: usize) -> Answering<'_, Vec<Moment>> {
        let segments = self.segments.clone();
        Box::pin(self.readers.ask(move |connection| segments.timeline(connection, &person, limit)))
    }

    fn account_timeline(&self, account: String, limit: usize) -> Answering<'_, Vec<(UserKey, Moment)>> {
        let segments = self.segments.clone();
        Box::pin(self.readers.ask(move |connection| segments.account_timeline(connection, &account, limit)))
    }

    fn settle(&self) -> Answering<'_, ()> {
        Box::pin(async move {
            match &self.background {
                Some(background) => background.settle().await,
                None => Ok(()),
            }
        })
    }

    fn facts(&self, question: FactQuestion, mut take: TakeFact) -> Answering<'_, ()> {
        let segments = self.segments.clone();
        Box::pin(self.readers.ask(move |connection| {
            let people = segments.people(connection)?;
            facts::facts(connection, people, &question, &mut take)
        }))
    }

    fn person(&self, user: Option<String>, anonymous: Option<String>) -> Answering<'_, Somebody> {
        let ask = move |connection: &_| person::person(connection, user.as_deref(), anonymous.as_deref());
        Box::pin(self.readers.ask(ask))
    }

    fn reached_by(&self, journey: Arc<Journey>, person: Person) -> Answering<'_, Vec<Option<i64>>> {
        let segments = self.segments.clone();
        Box::pin(self.readers.ask(move |connection| person::reached_by(connection, &segments, &journey, &person)))
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
            self.purge().await?;
            self.leave_nothing().await?;
            Ok(erased)
        })
    }

    fn expired(&self, received_before_ms: i64) -> Answering<'_, u64> {
        Box::pin(self.count_expired(received_before_ms))
    }

    fn expire(&self, received_before_ms: i64) -> Answering<'_, Expired> {
        Box::pin(self.expire_all(received_before_ms))
    }

    fn delivery(&self, question: DeliveryQuestion) -> Answering<'_, Vec<Delivered>> {
        Box::pin(self.readers.ask(move |connection| delivery::delivered(connection, &question)))
    }

    fn fold_delivery(&self, heard_before_ms: i64) -> Answering<'_, ()> {
        Box::pin(async move {
            for part in 0..delivery::PARTS {
                self.writer()?.fold_delivery(part, heard_before_ms).await?;
            }
            Ok(())
        })
    }

    fn profiles(&self, users: Vec<String>) -> Answering<'_, Vec<Profile>> {
        let segments = self.segments.clone();
        Box::pin(self.readers.ask(move |connection| segments.profiles(connection, &users)))
    }

    fn messages(&self, from: i64, limit: usize) -> Answering<'_, (Vec<String>, i64)> {
        Box::pin(self.readers.ask(move |connection| read::messages(connection, from, limit)))
    }

    fn count(&self) -> Answering<'_, u64> {
        Box::pin(self.readers.ask(read::count))
    }

    fn shedding(&self) -> Option<StorageError> {
        self.writer.as_ref().and_then(Writer::shedding)
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
        fault::of(FILE, &error)
    }
}
