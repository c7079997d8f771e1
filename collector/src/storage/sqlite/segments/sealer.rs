//! The thread that seals: reads what is new in the log, writes it as segments, makes few large ones of many small ones,
//! and makes those anew that hold what was erased.
//!
//! It reads on a connection of its own and hands every change to the writing thread, where it is one short transaction
//! among others. A crash at any point leaves the log, and segments up to some point.

use super::cache::Cache;
use super::columns::{self, Line};
use super::merge::{self, Size};
use super::reading::{self, Reading};
use super::segment::Segment;
use super::store::{self, Change, Listed, Sealed};
use super::subject;
use super::who::narrow;
use crate::storage::abridged::Abridged;
use crate::storage::interest::interests;
use crate::storage::{StorageError, TraitPath};
use domain::{Definitions, Kind};
use rusqlite::Connection;
use std::collections::{BTreeMap, HashSet};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::oneshot;

/// Messages that may be unsealed before they are sealed by themselves: read into memory in some 20 ms.
const SEAL_FROM: i64 = 50_000;

/// Messages sealed at once: 30 bytes of memory each, for as long as it takes.
const SEAL_AT_ONCE: usize = 500_000;

/// How often the sealer looks.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Bytes of segments in one transaction, so that nobody's commit waits long behind it.
const CHANGE_BYTES: usize = 4 * 1024 * 1024;

/// Changes of identity kept for those who follow them.
const CHANGES_KEPT: i64 = 20_000;

/// Hands a change to the thread that writes, and waits for it.
pub(in crate::storage::sqlite) type Write = Box<dyn Fn(Work) -> Result<bool, StorageError> + Send>;

/// What is to be done in one transaction.
pub(in crate::storage::sqlite) type Work = Box<dyn FnOnce(&Connection) -> Result<bool, StorageError> + Send>;

/// Opens a connection that reads.
pub(in crate::storage::sqlite) type Open = Box<dyn Fn() -> Result<Connection, StorageError> + Send>;

/// What questions ask of messages, so that it can be read off them as they are sealed.
#[derive(Default)]
pub(super) struct Wanted {
    definitions: Mutex<Arc<Definitions>>,
    traits: Mutex<Vec<TraitPath>>,
}

/// Traits that are read off as messages are sealed: those asked for last.
const TRAITS_MAX: usize = 8;

impl Wanted {
    pub(super) fn define(&self, definitions: Definitions) {
        *self.definitions.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(definitions);
    }

    pub(super) fn ask(&self, by: &TraitPath) {
        let mut traits = self.traits.lock().unwrap_or_else(PoisonError::into_inner);
        traits.retain(|it| it != by);
        traits.insert(0, by.clone());
        traits.truncate(TRAITS_MAX);
    }
}

/// A handle to the sealing thread; dropping it waits until the thread has put down what it does.
pub(in crate::storage::sqlite) struct Sealer {
    requests: Option<Sender<Request>>,
    thread: Option<JoinHandle<()>>,
}

enum Request {
    /// Seal, merge and purge, whatever there is.
    Everything(oneshot::Sender<Result<(), StorageError>>),
    /// Make those anew that hold what was erased.
    Purge(oneshot::Sender<Result<(), StorageError>>),
}

impl Sealer {
    pub(super) fn start(
        open: Open,
        write: Write,
        cache: Arc<Cache>,
        wanted: Arc<Wanted>,
    ) -> Result<Self, StorageError> {
        let (sender, requests) = channel();
        let mut state = State { open, write, cache, wanted, reader: None };
        let thread = std::thread::Builder::new()
            .name("milepost-sealer".into())
            .spawn(move || state.run(&requests))
            .map_err(|error| StorageError::Failed(format!("cannot start the sealing thread: {error}")))?;
        Ok(Self { requests: Some(sender), thread: Some(thread) })
    }

    pub(super) async fn settle(&self) -> Result<(), StorageError> {
        self.ask(Request::Everything).await
    }

    pub(super) async fn purge(&self) -> Result<(), StorageError> {
        self.ask(Request::Purge).await
    }

    async fn ask(&self, request: fn(oneshot::Sender<Result<(), StorageError>>) -> Request) -> Result<(), StorageError> {
        let (answer, answered) = oneshot::channel();
        let requests = self.requests.as_ref().ok_or(StorageError::Busy)?;
        requests.send(request(answer)).map_err(|_| StorageError::Busy)?;
        answered.await.map_err(|_| StorageError::Busy)?
    }
}

impl Drop for Sealer {
    fn drop(&mut self) {
        self.requests = None;
        if let Some(thread) = self.thread.take() {
            // A panic there has been reported by its own thread.
            let _ = thread.join();
        }
    }
}

struct State {
    open: Open,
    write: Write,
    cache: Arc<Cache>,
    wanted: Arc<Wanted>,
    reader: Option<Connection>,
}

/// What one step came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// There may be more to do.
    Done,
    Nothing,
}

impl State {
    fn run(&mut self, requests: &Receiver<Request>) {
        loop {
            match requests.recv_timeout(LOOK_EVERY) {
                Ok(Request::Everything(answer)) => {
                    let _ = answer.send(self.everything());
                }
                Ok(Request::Purge(answer)) => {
                    let _ = answer.send(self.until_nothing(Self::purge));
                }
                Err(RecvTimeoutError::Timeout) => {
                    if let Err(error) = self.look(requests) {
                        tracing::warn!(%error, "messages could not be sealed; questions are answered from the log");
                    }
                    self.cache.rest();
                }
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn everything(&mut self) -> Result<(), StorageError> {
        self.until_nothing(Self::purge)?;
        self.until_nothing(|it| it.seal(1))?;
        self.until_nothing(Self::merge)?;
        self.until_nothing(Self::read_off)
    }

    fn until_nothing(&mut self, step: impl Fn(&mut Self) -> Result<Step, StorageError>) -> Result<(), StorageError> {
        while step(self)? == Step::Done {}
        Ok(())
    }

    /// What there is to do by itself, as long as nobody asks for anything.
    fn look(&mut self, requests: &Receiver<Request>) -> Result<(), StorageError> {
        for step in [Self::purge, |it: &mut Self| it.seal(SEAL_FROM), Self::merge, Self::read_off, Self::prune] {
            while step(self)? == Step::Done {
                match requests.try_recv() {
                    Ok(Request::Everything(answer)) => {
                        let _ = answer.send(self.everything());
                    }
                    Ok(Request::Purge(answer)) => {
                        let _ = answer.send(self.until_nothing(Self::purge));
                    }
                    Err(std::sync::mpsc::TryRecvError::Disconnected) => return Ok(()),
                    Err(std::sync::mpsc::TryRecvError::Empty) => {}
                }
            }
        }
        Ok(())
    }

    /// Asks something of the file, within one read transaction.
    fn ask<T>(&mut self, question: impl FnOnce(&Connection) -> Result<T, StorageError>) -> Result<T, StorageError> {
        let mut connection = match self.reader.take() {
            Some(connection) => connection,
            None => (self.open)()?,
        };
        let transaction = connection.transaction()?;
        let answer = question(&transaction)?;
        drop(transaction);
        // What it remembers of pages is not needed again soon.
        connection.execute_batch("PRAGMA shrink_memory")?;
        self.reader = Some(connection);
        Ok(answer)
    }

    fn apply(&mut self, change: Change) -> Result<bool, StorageError> {
        let removed = change.removed.clone();
        let is_applied = (self.write)(Box::new(move |connection| store::apply(connection, &change)))?;
        if is_applied {
            self.cache.drop_segments(&removed);
        }
        Ok(is_applied)
    }

    /// Seals messages, where at least so many are not.
    fn seal(&mut self, from: i64) -> Result<Step, StorageError> {
        let read = self.ask(|connection| {
            let sealed = store::sealed(connection)?;
            let select = "SELECT COALESCE(MAX(seq), 0) FROM message";
            let last: i64 = connection.query_row(select, [], |row| row.get(0))?;
            if last - sealed.until_seq < from {
                return Ok(None);
            }
            Ok(Some((sealed, read_lines(connection, &sealed)?)))
        })?;
        let Some((sealed, (lines, until_seq))) = read else { return Ok(Step::Nothing) };
        let mut change = Change { erasures: sealed.erasures, until_seq: Some(until_seq), ..Change::default() };
        for (subject, mut lines) in lines {
            lines.sort_unstable();
            change.added.push((subject, columns::encode(&lines)));
        }
        if !(self.write)(Box::new(|connection| store::begin(connection).map(|()| true)))? || !self.apply(change)? {
            tracing::debug!("messages were erased while others were sealed: they are sealed again");
        }
        Ok(Step::Done)
    }

    /// Makes one segment of several small ones.
    fn merge(&mut self) -> Result<Step, StorageError> {
        let change = self.ask(|connection| {
            let sealed = store::sealed(connection)?;
            let listed = store::list(connection, &sealed, None)?;
            let mut change = Change { erasures: sealed.erasures, ..Change::default() };
            let mut bytes = 0;
            for of_subject in listed.chunk_by(|a, b| a.subject == b.subject) {
                let sizes: Vec<Size> = of_subject.iter().map(|it| it.rows).collect();
                let Some(range) = merge::which(&sizes) else { continue };
                let mut lines = Vec::new();
                for listed in of_subject.get(range).unwrap_or_default() {
                    lines.extend(lines_of(connection, listed)?);
                    change.removed.push(listed.id);
                }
                lines.sort_unstable();
                let encoded = columns::encode(&lines);
                bytes += encoded.bytes();
                change.added.push((of_subject.first().map_or(0, |it| it.subject), encoded));
                if bytes > CHANGE_BYTES {
                    break;
                }
            }
            Ok(change)
        })?;
        if change.removed.is_empty() {
            return Ok(Step::Nothing);
        }
        self.apply(change)?;
        Ok(Step::Done)
    }

    /// Makes segments anew that hold what was erased.
    fn purge(&mut self) -> Result<Step, StorageError> {
        let change = self.ask(|connection| {
            let sealed = store::sealed(connection)?;
            let gone = store::gone(connection)?;
            let mut change = Change { erasures: sealed.erasures, ..Change::default() };
            let mut bytes = 0;
            let listed = store::list(connection, &sealed, None)?;
            // What retention took out, at the end of what is left.
            for listed in listed.iter().filter(|it| it.first_seq < sealed.from_seq) {
                if gone.contains_key(&listed.subject) || bytes > CHANGE_BYTES {
                    continue;
                }
                let mut lines = lines_of(connection, listed)?;
                lines.retain(|it| it.seq >= sealed.from_seq);
                bytes += change.replace(listed, &lines);
            }
            for (subject, positions) in &gone {
                let is_of = |it: &&Listed| {
                    it.subject == *subject && positions.iter().any(|seq| (it.first_seq..=it.last_seq).contains(seq))
                };
                for listed in listed.iter().filter(is_of) {
                    let mut lines = lines_of(connection, listed)?;
                    lines.retain(|it| positions.binary_search(&it.seq).is_err());
                    bytes += change.replace(listed, &lines);
                }
                change.purged.extend(positions.iter().map(|it| (*subject, *it)));
                if bytes > CHANGE_BYTES {
                    break;
                }
            }
            Ok(change)
        })?;
        if change.purged.is_empty() && change.removed.is_empty() {
            return Ok(Step::Nothing);
        }
        self.apply(change)?;
        Ok(Step::Done)
    }

    /// Reads off one segment what is going to be asked.
    fn read_off(&mut self) -> Result<Step, StorageError> {
        let definitions = Arc::clone(&self.wanted.definitions.lock().unwrap_or_else(PoisonError::into_inner));
        let traits = self.wanted.traits.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let rules: Vec<Abridged> =
            definitions.journeys.iter().flat_map(|it| &it.milestones).map(|it| Abridged::new(&it.rule)).collect();
        let taken = self.ask(|connection| {
            let sealed = store::sealed(connection)?;
            let known = store::columns(connection)?;
            for (milestone, rule) in definitions.journeys.iter().flat_map(|it| &it.milestones).zip(&rules) {
                let interests = interests([&milestone.rule]);
                for subject in
                    subject::of(connection, &interests)?.iter().filter(|it| rule.needs_body(it.kind, &it.name))
                {
                    let taken = take_one(connection, &sealed, &known, subject, &Reading::Rule(rule))?;
                    if taken.is_some() {
                        return Ok(taken);
                    }
                }
            }
            let of_names = [
                (Kind::Identify, Reading::Label),
                (Kind::Group, Reading::Label),
                // Whoever looks at a user wants the traits of their account.
                (Kind::Group, Reading::Account),
                (Kind::Page, Reading::Page),
                (Kind::Screen, Reading::Page),
            ];
            for (kind, reading) in of_names {
                if let Some(subject) = subject::subject(connection, kind, "")? {
                    let taken = take_one(connection, &sealed, &known, &subject, &reading)?;
                    if taken.is_some() {
                        return Ok(taken);
                    }
                }
            }
            for by in &traits {
                let kind = if by.of == domain::Scope::User { Kind::Identify } else { Kind::Group };
                if let Some(subject) = subject::subject(connection, kind, "")? {
                    let taken = take_one(connection, &sealed, &known, &subject, &Reading::Trait(by))?;
                    if taken.is_some() {
                        return Ok(taken);
                    }
                }
            }
            Ok(None)
        })?;
        let Some(taken) = taken else { return Ok(Step::Nothing) };
        let Taken { erasures, segment, key, codes } = taken;
        (self.write)(Box::new(move |connection| {
            store::keep_column(connection, erasures, segment, &key, &codes).map(|()| true)
        }))?;
        Ok(Step::Done)
    }

    /// Throws away changes of identity that nobody waits for.
    fn prune(&mut self) -> Result<Step, StorageError> {
        let seen = self.cache.changes_seen();
        let (first, last): (i64, i64) = self.ask(|connection| {
            let select = "SELECT COALESCE(MIN(id), 0), COALESCE(MAX(id), 0) FROM identity_change";
            Ok(connection.query_row(select, [], |row| Ok((row.get(0)?, row.get(1)?)))?)
        })?;
        let until = seen.unwrap_or(last).min(last);
        if until - first < CHANGES_KEPT {
            return Ok(Step::Nothing);
        }
        (self.write)(Box::new(move |connection| store::prune_changes(connection, until).map(|()| true)))?;
        Ok(Step::Nothing)
    }
}

/// A reading, taken off one segment.
struct Taken {
    erasures: i64,
    segment: i64,
    key: String,
    codes: Vec<u8>,
}

/// Takes a reading off the first segment that lacks it.
fn take_one(
    connection: &Connection,
    sealed: &Sealed,
    known: &HashSet<(i64, String)>,
    subject: &subject::Subject,
    reading: &Reading<'_>,
) -> Result<Option<Taken>, StorageError> {
    let key = reading.key();
    let listed = store::list(connection, sealed, Some(subject.id))?;
    let Some(listed) = listed.into_iter().find(|it| !known.contains(&(it.id, key.clone()))) else { return Ok(None) };
    let segment = Segment::read(connection, &listed)?;
    let column = reading::column(connection, subject, &segment, reading)?;
    Ok(Some(Taken { erasures: sealed.erasures, segment: listed.id, key, codes: column.encode() }))
}

/// The next messages after what is sealed, by subject, and the position of the last of them.
fn read_lines(connection: &Connection, sealed: &Sealed) -> Result<(BTreeMap<i64, Vec<Line>>, i64), StorageError> {
    let mut statement = connection.prepare_cached(
        "SELECT seq, subject, sender, at_ms, trust FROM message WHERE seq > ?1 ORDER BY seq LIMIT ?2",
    )?;
    let mut rows = statement.query([sealed.until_seq, SEAL_AT_ONCE as i64])?;
    let mut lines: BTreeMap<i64, Vec<Line>> = BTreeMap::new();
    let mut until_seq = sealed.until_seq;
    while let Some(row) = rows.next()? {
        until_seq = row.get(0)?;
        lines.entry(row.get(1)?).or_default().push(Line {
            sender: narrow(row.get(2)?)?,
            at_ms: row.get(3)?,
            seq: until_seq,
            trust: row.get(4)?,
        });
    }
    Ok((lines, until_seq))
}

fn lines_of(connection: &Connection, listed: &Listed) -> Result<Vec<Line>, StorageError> {
    let segment = Segment::read(connection, listed)?;
    let rows = segment.senders().iter().zip(segment.times_ms()).zip(segment.places(connection)?);
    let line = |((sender, at_ms), place): ((&u32, &i64), &columns::Place)| Line {
        sender: *sender,
        at_ms: *at_ms,
        seq: place.seq(),
        trust: place.trust(),
    };
    Ok(rows.map(line).collect())
}
