//! Everybody in a line each, kept in memory: read once from the segments, then followed message by message.
//!
//! What is kept is kept by sender, so that nothing of it changes when somebody turns out to be somebody else; who is
//! who is applied when it is asked for.

use super::columns::Sender;
use super::reading::Reading;
use super::snapshot::Snapshot;
use super::subject;
use super::who::{Account, Who, narrow};
use crate::storage::label::{Label, full_name};
use crate::storage::{AccountLine, Everybody, StorageError, UserKey, UserLine};
use domain::Kind;
use rusqlite::params;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// Messages that are followed one by one; more are quicker read from the segments.
const FOLLOWED_MAX: i64 = 100_000;

/// Users whose lines are made anew one by one; more are quicker made with all others.
const CHANGED_MAX: usize = 10_000;

/// Lines that are put in or taken out between others; each moves all that come after it.
const MOVED_MAX: usize = 16;

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
    /// What was answered last.
    made: Option<Made>,
    /// Senders of whom something came since, and accounts of which a name did.
    heard: BTreeSet<Sender>,
    renamed: HashSet<Arc<str>>,
}

/// An answer, and what it takes to bring it up to date.
#[derive(Debug)]
struct Made {
    version: Version,
    who: Arc<Who>,
    everybody: Arc<Everybody>,
    /// The places of accounts in it, by number, and how many users each has.
    places: HashMap<Account, u32>,
    members: Vec<u32>,
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
        let kept = self.made.take().and_then(|mut made| {
            let is_good = made.version == version || self.update(&mut made, &snapshot.who);
            is_good.then_some(made)
        });
        let mut made = kept.unwrap_or_else(|| self.make(&snapshot.who));
        made.version = version;
        self.heard.clear();
        self.renamed.clear();
        let everybody = Arc::clone(&made.everybody);
        self.made = Some(made);
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
            self.heard.insert(sender);
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
                let account: Arc<str> = Arc::from(label.account.as_str());
                if self.made.is_some() {
                    self.renamed.insert(Arc::clone(&account));
                }
                let name = self.account_names.entry(account).or_insert_with(|| word(text));
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

    /// Of all at once.
    fn make(&self, who: &Arc<Who>) -> Made {
        let width = who.width().max(self.senders.len());
        let mut seen = vec![UNSEEN; width];
        // Of users about whom anything was said; most senders say nothing.
        let mut words: HashMap<Sender, Said<'_>> = HashMap::new();
        for (sender, card) in (0..).zip(&self.senders) {
            let Some(card) = card.as_ref().filter(|it| it.first_ms != NEVER) else { continue };
            let user = who.user_of(sender);
            if let Some(seen) = seen.get_mut(user as usize) {
                *seen = (seen.0.min(card.first_ms), seen.1.max(card.last_ms));
            }
            if card.words.is_some() {
                card.say(words.entry(user).or_default());
            }
        }
        let mut places = Places::default();
        let mut users = Vec::new();
        for (user, seen) in (0..).zip(seen) {
            let said = words.get(&user).copied().unwrap_or_default();
            users.extend(self.line(user, seen, said).map(|line| {
                let account = who.account_of(user).and_then(|it| self.place_of(it, &mut places));
                if let Some(members) = account.and_then(|it| places.members.get_mut(it as usize)) {
                    *members += 1;
                }
                UserLine { account, ..line }
            }));
        }
        let Places { by_number, members, lines } = places;
        let everybody = Arc::new(Everybody::new(users, lines));
        Made { version: Version::default(), who: Arc::clone(who), everybody, places: by_number, members }
    }

    /// Brings an answer up to date where few lines of it changed; else `false`, and it is of no use any more.
    fn update(&self, made: &mut Made, who: &Arc<Who>) -> bool {
        let Some(mut changed) = who.differing(&made.who, CHANGED_MAX) else { return false };
        changed.extend(&self.heard);
        if changed.len() > CHANGED_MAX {
            return false;
        }
        // Whose they were, and whose they are.
        let users: BTreeSet<Sender> =
            changed.iter().flat_map(|it| [*it, made.who.user_of(*it), who.user_of(*it)]).collect();
        let mut now: BTreeMap<Sender, (Seen, Said<'_>)> =
            users.iter().map(|it| (*it, (UNSEEN, Said::default()))).collect();
        let mut is_changed = vec![false; who.width().max(self.senders.len())];
        for user in users {
            if let Some(slot) = is_changed.get_mut(user as usize) {
                *slot = true;
            }
        }
        for (sender, card) in (0..).zip(&self.senders) {
            let user = who.user_of(sender);
            if is_changed.get(user as usize) != Some(&true) {
                continue;
            }
            let Some(card) = card.as_ref().filter(|it| it.first_ms != NEVER) else { continue };
            if let Some((seen, said)) = now.get_mut(&user) {
                *seen = (seen.0.min(card.first_ms), seen.1.max(card.last_ms));
                card.say(said);
            }
        }
        let Made { everybody, members, .. } = made;
        let by_number = std::mem::take(&mut made.places);
        let mut places = Places { by_number, members: std::mem::take(members), lines: everybody.accounts().to_vec() };
        let mut lines = Vec::new();
        for (user, (seen, said)) in now {
            let line = self.line(user, seen, said).map(|line| {
                let account = who.account_of(user).and_then(|it| self.place_of(it, &mut places));
                UserLine { account, ..line }
            });
            let before = everybody.user(UserKey(user)).and_then(|it| it.account);
            let after = line.as_ref().and_then(|it| it.account);
            if let Some(members) = after.and_then(|it| places.members.get_mut(it as usize)) {
                *members += 1;
            }
            if let Some(members) = before.and_then(|it| places.members.get_mut(it as usize)) {
                *members -= 1;
            }
            lines.push((UserKey(user), line));
        }
        // An account that nobody belongs to any more is not listed.
        if places.members.contains(&0) || everybody.moved_by(&lines) > MOVED_MAX {
            return false;
        }
        if !self.renamed.is_empty() {
            for line in places.lines.iter_mut().filter(|it| self.renamed.contains(&it.account)) {
                line.name = self.account_names.get(&line.account).and_then(|it| it.2.clone());
            }
        }
        Arc::make_mut(everybody).replace(lines, places.lines);
        (made.places, made.members, made.who) = (places.by_number, places.members, Arc::clone(who));
        true
    }

    /// All but the account; `None` for who is not a user of whom anything was seen.
    fn line(&self, user: Sender, (first_ms, last_ms): Seen, said: Said<'_>) -> Option<UserLine> {
        let card = self.senders.get(user as usize)?.as_ref().filter(|_| first_ms != NEVER)?;
        let text = |nth: usize| said.get(nth).copied().flatten().and_then(|it| it.2.as_ref());
        let full = || full_name(None, text(1).map(|it| &**it), text(2).map(|it| &**it)).map(Arc::from);
        Some(UserLine {
            key: UserKey(user),
            user: Arc::clone(&card.text),
            anonymous: card.anonymous,
            name: text(0).cloned().or_else(full),
            email: text(3).cloned(),
            account: None,
            first_ms,
            last_ms,
        })
    }

    /// The place of an account among those that somebody belongs to; it gets one where it has none.
    fn place_of(&self, number: Account, places: &mut Places) -> Option<u32> {
        let account = self.accounts.get(&i64::from(number))?;
        let place = *places.by_number.entry(number).or_insert_with(|| {
            let name = self.account_names.get(account).and_then(|it| it.2.clone());
            places.lines.push(AccountLine { account: Arc::clone(account), name });
            places.members.push(0);
            places.lines.len() as u32 - 1
        });
        Some(place)
    }
}

/// Accounts that somebody belongs to.
#[derive(Default)]
struct Places {
    by_number: HashMap<Account, u32>,
    members: Vec<u32>,
    lines: Vec<AccountLine>,
}

/// When a user's first message happened, and the last.
type Seen = (i64, i64);

const UNSEEN: Seen = (NEVER, i64::MIN);

/// The latest word on each field of a [`Label`] under any of a user's ids.
type Said<'a> = [Option<&'a Word>; 4];

impl Card {
    fn say<'a>(&'a self, said: &mut Said<'a>) {
        for (latest, word) in said.iter_mut().zip(self.words.iter().flat_map(|it| it.iter())) {
            *latest = (*latest).max(word.as_ref());
        }
    }
}

fn last_seq(snapshot: &Snapshot<'_>) -> Result<i64, StorageError> {
    let select = "SELECT COALESCE(MAX(seq), 0) FROM message";
    Ok(snapshot.connection.prepare_cached(select)?.query_row([], |row| row.get(0))?)
}
