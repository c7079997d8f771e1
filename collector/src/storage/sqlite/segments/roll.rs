//! Everybody in a line each, kept in memory: read once from the segments, then followed message by message.
//!
//! What is kept is kept by sender, so that nothing of it changes when somebody turns out to be somebody else; who is
//! who is applied when it is asked for.

use super::columns::Sender;
use super::reading::Reading;
use super::snapshot::Snapshot;
use super::subject;
use super::who::{Who, narrow};
use crate::storage::label::{Label, full_name};
use crate::storage::{AccountLine, Everybody, StorageError, UserKey, UserLine};
use domain::Kind;
use rusqlite::params;
use std::collections::HashMap;
use std::sync::Arc;

/// Messages that are followed one by one; more are quicker read from the segments.
const FOLLOWED_MAX: i64 = 100_000;

/// Stands for a time before anything was seen.
const NEVER: i64 = i64::MAX;

#[derive(Debug, Default)]
pub(super) struct Roll {
    /// `None` before anything was read.
    until_seq: Option<i64>,
    erasures: i64,
    identities: i64,
    /// By number.
    senders: Vec<Option<Card>>,
    accounts: HashMap<i64, Arc<str>>,
    last_account: i64,
    account_names: HashMap<Arc<str>, Word>,
    /// What was answered last, and of what.
    made: Option<(Version, Arc<Everybody>)>,
}

/// Position in the log, changes of identity, the greatest number of a user: nothing else makes another answer.
type Version = (i64, i64, usize);

/// One sender.
#[derive(Debug)]
struct Card {
    text: Arc<str>,
    anonymous: bool,
    first_ms: i64,
    last_ms: i64,
    /// The latest word on each field of a [`Label`].
    words: Option<Box<Words>>,
}

/// The latest word on something: when, where in the log, and what.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Word(i64, i64, Option<Arc<str>>);

type Words = [Option<Word>; 4];

impl Roll {
    /// As this transaction sees it, or newer.
    pub(super) fn everybody(&mut self, snapshot: &Snapshot<'_>) -> Result<Arc<Everybody>, StorageError> {
        let (erasures, identities) = (snapshot.sealed.erasures, snapshot.sealed.identities);
        let last = last_seq(snapshot)?;
        let is_near = self.until_seq.is_some_and(|it| last - it <= FOLLOWED_MAX);
        if is_near && self.erasures == erasures && self.identities == identities {
            self.follow(snapshot, last)?;
        } else {
            // Nothing half read is left where it fails.
            *self = Self::default();
            *self = Self { erasures, identities, ..Self::read(snapshot, last)? };
        }
        let version = (self.until_seq.unwrap_or(0), snapshot.who.changes(), snapshot.who.width());
        if let Some((made, everybody)) = &self.made
            && *made == version
        {
            return Ok(Arc::clone(everybody));
        }
        let everybody = Arc::new(self.make(&snapshot.who));
        self.made = Some((version, Arc::clone(&everybody)));
        Ok(everybody)
    }

    fn read(snapshot: &Snapshot<'_>, last: i64) -> Result<Self, StorageError> {
        let mut roll = Self { until_seq: Some(last), ..Self::default() };
        roll.read_names(snapshot)?;
        for subject in subject::all(snapshot.connection)? {
            for segment in snapshot.segments(subject.id)? {
                for (sender, at_ms) in segment.senders().iter().zip(segment.times_ms()) {
                    roll.see(*sender, *at_ms);
                }
                if !matches!(subject.kind, Kind::Identify | Kind::Group) {
                    continue;
                }
                let column = snapshot.column(&subject, &segment, &Reading::Label)?;
                let labels: Vec<Option<Label>> = column.values.iter().map(|it| Label::read(it)).collect();
                let places = segment.places(snapshot.connection)?;
                let rows = segment.senders().iter().zip(segment.times_ms()).zip(places).zip(&column.codes);
                for (((sender, at_ms), place), code) in rows {
                    if let Some(Some(label)) = labels.get(*code as usize) {
                        roll.hear(subject.kind, *sender, *at_ms, place.seq(), label);
                    }
                }
            }
        }
        Ok(roll)
    }

    fn follow(&mut self, snapshot: &Snapshot<'_>, last: i64) -> Result<(), StorageError> {
        let Some(until_seq) = self.until_seq.filter(|it| *it < last) else { return Ok(()) };
        // Nothing half followed is left where it fails.
        self.until_seq = None;
        self.read_names(snapshot)?;
        let number = |kind| Ok(subject::subject(snapshot.connection, kind, "")?.map_or(-1, |it| it.id));
        let (identify, group): (Result<i64, StorageError>, _) = (number(Kind::Identify), number(Kind::Group));
        let (identify, group) = (identify?, group?);
        let mut statement = snapshot.connection.prepare_cached(
            "SELECT seq, subject, sender, at_ms, CASE WHEN subject IN (?2, ?3) THEN body END
             FROM message WHERE seq > ?1 ORDER BY seq",
        )?;
        let mut rows = statement.query(params![until_seq, identify, group])?;
        while let Some(row) = rows.next()? {
            let (seq, subject, at_ms): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(3)?);
            let sender = narrow(row.get(2)?)?;
            self.see(sender, at_ms);
            if let Some(body) = row.get_ref(4)?.as_str_or_null().unwrap_or_default() {
                let kind = if subject == identify { Kind::Identify } else { Kind::Group };
                let mut bytes = Vec::new();
                if let Ok(body) = serde_json::from_str(body) {
                    Label::write(kind, &body, &mut bytes);
                }
                if let Some(label) = Label::read(&bytes) {
                    self.hear(kind, sender, at_ms, seq, &label);
                }
            }
        }
        self.until_seq = Some(last);
        Ok(())
    }

    /// Ids that came since.
    fn read_names(&mut self, snapshot: &Snapshot<'_>) -> Result<(), StorageError> {
        let known = self.senders.len() as i64;
        let select = "SELECT id, text, anonymous FROM sender WHERE id >= ?1";
        let mut statement = snapshot.connection.prepare_cached(select)?;
        let mut rows = statement.query([known])?;
        while let Some(row) = rows.next()? {
            let number = narrow(row.get(0)?)? as usize;
            if self.senders.len() <= number {
                self.senders.resize_with(number + 1, || None);
            }
            let text = Arc::from(row.get_ref(1)?.as_str().unwrap_or_default());
            let card = Card { text, anonymous: row.get(2)?, first_ms: NEVER, last_ms: i64::MIN, words: None };
            if let Some(slot) = self.senders.get_mut(number) {
                *slot = Some(card);
            }
        }
        let mut statement = snapshot.connection.prepare_cached("SELECT id, text FROM account WHERE id > ?1")?;
        let mut rows = statement.query([self.last_account])?;
        while let Some(row) = rows.next()? {
            let number: i64 = row.get(0)?;
            self.accounts.insert(number, Arc::from(row.get_ref(1)?.as_str().unwrap_or_default()));
            self.last_account = self.last_account.max(number);
        }
        Ok(())
    }

    fn card(&mut self, sender: Sender) -> Option<&mut Card> {
        self.senders.get_mut(sender as usize)?.as_mut()
    }

    fn see(&mut self, sender: Sender, at_ms: i64) {
        if let Some(card) = self.card(sender) {
            card.first_ms = card.first_ms.min(at_ms);
            card.last_ms = card.last_ms.max(at_ms);
        }
    }

    fn hear(&mut self, kind: Kind, sender: Sender, at_ms: i64, seq: i64, label: &Label) {
        let word = |text: &Option<String>| Word(at_ms, seq, text.as_deref().map(Arc::from));
        if kind == Kind::Group {
            if let Some(text) = &label.fields[0] {
                let name = self.account_names.entry(Arc::from(label.account.as_str())).or_insert_with(|| word(text));
                if (at_ms, seq) > (name.0, name.1) {
                    *name = word(text);
                }
            }
        } else if let Some(card) = self.card(sender) {
            let words = card.words.get_or_insert_default();
            for (known, said) in words.iter_mut().zip(&label.fields) {
                if let Some(text) = said
                    && known.as_ref().is_none_or(|it| (it.0, it.1) < (at_ms, seq))
                {
                    *known = Some(word(text));
                }
            }
        }
    }

    fn make(&self, who: &Who) -> Everybody {
        let width = who.width().max(self.senders.len());
        let mut seen = vec![(NEVER, i64::MIN); width];
        // Of users about whom anything was said; most senders say nothing.
        let mut words: HashMap<Sender, [Option<&Word>; 4]> = HashMap::new();
        for (sender, card) in (0..).zip(&self.senders) {
            let Some(card) = card.as_ref().filter(|it| it.first_ms != NEVER) else { continue };
            let user = who.user_of(sender);
            if let Some(seen) = seen.get_mut(user as usize) {
                *seen = (seen.0.min(card.first_ms), seen.1.max(card.last_ms));
            }
            if let Some(said) = &card.words {
                for (latest, word) in words.entry(user).or_default().iter_mut().zip(said.iter()) {
                    *latest = (*latest).max(word.as_ref());
                }
            }
        }
        let mut users = Vec::new();
        let mut accounts: Vec<AccountLine> = Vec::new();
        let mut numbers: HashMap<u32, u32> = HashMap::new();
        for (user, (first_ms, last_ms)) in (0..).zip(seen).filter(|(_, it)| it.0 != NEVER) {
            let Some(Some(card)) = self.senders.get(user as usize) else { continue };
            let account = who.account_of(user).and_then(|it| Some((it, self.accounts.get(&i64::from(it))?)));
            let account = account.map(|(number, account)| {
                *numbers.entry(number).or_insert_with(|| {
                    let name = self.account_names.get(account).and_then(|it| it.2.clone());
                    accounts.push(AccountLine { account: Arc::clone(account), name });
                    accounts.len() as u32 - 1
                })
            });
            let said = words.get(&user).copied().unwrap_or_default();
            let text = |nth: usize| said.get(nth).copied().flatten().and_then(|it| it.2.as_ref());
            users.push(UserLine {
                key: UserKey(user),
                user: Arc::clone(&card.text),
                anonymous: card.anonymous,
                name: text(0)
                    .cloned()
                    .or_else(|| full_name(None, text(1).map(|it| &**it), text(2).map(|it| &**it)).map(Arc::from)),
                email: text(3).cloned(),
                account,
                first_ms,
                last_ms,
            });
        }
        Everybody::new(users, accounts)
    }
}

fn last_seq(snapshot: &Snapshot<'_>) -> Result<i64, StorageError> {
    let select = "SELECT COALESCE(MAX(seq), 0) FROM message";
    Ok(snapshot.connection.prepare_cached(select)?.query_row([], |row| row.get(0))?)
}
