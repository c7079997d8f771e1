//! What operators do about users and accounts: note, own, open, snooze, resolve.
//!
//! Only acts are kept, each with who and when; owner, state and notes follow from them.

use super::App;
use crate::storage::{CareAct, Everybody, Person, StorageError};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Characters of one note.
pub const NOTE_CHARS_MAX: usize = 4_000;

/// Acts on one user or account: more is a program gone astray.
const ACTS_MAX: usize = 1_000;

/// How far ahead something may be snoozed: longer is forgetting it.
const SNOOZE_MS_MAX: i64 = 2 * 365 * 86_400_000;

/// Whom something is done about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject<'a> {
    User(&'a str),
    Account(&'a str),
}

/// Where somebody stands with us; who was never opened has no state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CareState {
    /// Needs attention.
    Open,
    /// Will be open again by itself.
    Snoozed {
        until_ms: i64,
    },
    Resolved,
}

/// Something an operator does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    Noted(String),
    /// By an operator's e-mail, or by nobody.
    Owned(Option<String>),
    Opened,
    Snoozed {
        until_ms: i64,
    },
    Resolved,
}

/// An act, with who and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    pub at_ms: i64,
    /// The operator's e-mail.
    pub by: String,
    pub act: Act,
}

/// What has been done about one user or account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Care {
    pub owner: Option<String>,
    state: Option<CareState>,
    /// Everything, in order.
    pub history: Vec<Done>,
}

/// Which of them a list holds; what is absent does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CareFilter {
    /// The owner's e-mail.
    pub owner: Option<String>,
    /// `open`, `snoozed` or `resolved`: [`CareState::name`].
    pub state: Option<&'static str>,
}

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum CareRefusal {
    #[error("there is no operator “{0}”: choose one from the list")]
    NoSuchOperator(String),
    #[error("the note is empty: write something")]
    EmptyNote,
    #[error("the note is too long: use at most {NOTE_CHARS_MAX} characters")]
    LongNote,
    #[error("snooze until a day that is ahead, within two years")]
    NotAhead,
    #[error("too much was done here: the history is full")]
    Full,
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl CareState {
    pub const NAMES: [&'static str; 3] = ["open", "snoozed", "resolved"];

    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Snoozed { .. } => "snoozed",
            Self::Resolved => "resolved",
        }
    }

    pub fn until_ms(self) -> Option<i64> {
        match self {
            Self::Snoozed { until_ms } => Some(until_ms),
            Self::Open | Self::Resolved => None,
        }
    }
}

impl Act {
    /// As it is stored: a word, and what it is about.
    fn stored(&self) -> (&'static str, String) {
        match self {
            Self::Noted(text) => ("noted", text.clone()),
            Self::Owned(by) => ("owned", by.clone().unwrap_or_default()),
            Self::Opened => ("opened", String::new()),
            Self::Snoozed { until_ms } => ("snoozed", until_ms.to_string()),
            Self::Resolved => ("resolved", String::new()),
        }
    }

    fn of(act: &str, detail: String) -> Option<Self> {
        Some(match act {
            "noted" => Self::Noted(detail),
            "owned" => Self::Owned((!detail.is_empty()).then_some(detail)),
            "opened" => Self::Opened,
            "snoozed" => Self::Snoozed { until_ms: detail.parse().ok()? },
            "resolved" => Self::Resolved,
            _ => return None,
        })
    }

    /// Within the limits, without what nobody sees.
    fn checked(self, now_ms: i64) -> Result<Self, CareRefusal> {
        match self {
            Self::Noted(text) => {
                let text = text.replace("\r\n", "\n").trim().to_owned();
                match text.chars().count() {
                    0 => Err(CareRefusal::EmptyNote),
                    count if count > NOTE_CHARS_MAX => Err(CareRefusal::LongNote),
                    _ => Ok(Self::Noted(text)),
                }
            }
            Self::Snoozed { until_ms } if until_ms <= now_ms || until_ms > now_ms + SNOOZE_MS_MAX => {
                Err(CareRefusal::NotAhead)
            }
            other => Ok(other),
        }
    }
}

impl Care {
    pub fn of(history: Vec<Done>) -> Self {
        let mut care = Self::default();
        for done in history {
            care.take(done);
        }
        care
    }

    /// What is snoozed is open once its time has come.
    pub fn state(&self, now_ms: i64) -> Option<CareState> {
        match self.state {
            Some(CareState::Snoozed { until_ms }) if until_ms <= now_ms => Some(CareState::Open),
            state => state,
        }
    }

    /// The notes, in order.
    pub fn notes(&self) -> impl Iterator<Item = (&Done, &str)> {
        self.history.iter().filter_map(|it| match &it.act {
            Act::Noted(text) => Some((it, text.as_str())),
            _ => None,
        })
    }

    /// Whether it would change anything.
    fn changes(&self, act: &Act, now_ms: i64) -> bool {
        match act {
            Act::Noted(_) => true,
            Act::Owned(by) => self.owner != *by,
            Act::Opened => self.state(now_ms) != Some(CareState::Open),
            Act::Snoozed { until_ms } => self.state(now_ms) != Some(CareState::Snoozed { until_ms: *until_ms }),
            Act::Resolved => self.state(now_ms) != Some(CareState::Resolved),
        }
    }

    fn take(&mut self, done: Done) {
        match &done.act {
            Act::Noted(_) => {}
            Act::Owned(by) => self.owner.clone_from(by),
            Act::Opened => self.state = Some(CareState::Open),
            Act::Snoozed { until_ms } => self.state = Some(CareState::Snoozed { until_ms: *until_ms }),
            Act::Resolved => self.state = Some(CareState::Resolved),
        }
        self.history.push(done);
    }
}

impl CareFilter {
    pub fn is_empty(&self) -> bool {
        self.owner.is_none() && self.state.is_none()
    }

    pub(super) fn holds(&self, care: Option<&Care>, now_ms: i64) -> bool {
        let is_owned = |owner: &String| care.is_some_and(|it| it.owner.as_ref() == Some(owner));
        let state = care.and_then(|it| it.state(now_ms)).map(CareState::name);
        self.owner.as_ref().is_none_or(is_owned) && self.state.is_none_or(|wanted| state == Some(wanted))
    }
}

/// What was done about many, by id.
pub(super) type Cares = HashMap<String, Arc<Care>>;

impl App {
    /// What was done about an account.
    pub async fn care_of_account(&self, account: &str) -> Result<Care, StorageError> {
        let acts = self.desk.care_acts(true, Some(vec![account.to_owned()])).await?;
        Ok(Care::of(acts.into_iter().filter_map(done).map(|(_, it)| it).collect()))
    }

    /// What was done about a user, under any of their ids.
    pub async fn care_of_user(&self, user: &str) -> Result<Care, StorageError> {
        let Person { mut users, anonymous } = self.somebody_called(user).await?.0.ids;
        users.extend(anonymous);
        if !users.iter().any(|it| it == user) {
            users.push(user.to_owned());
        }
        let acts = self.desk.care_acts(false, Some(users)).await?;
        Ok(Care::of(acts.into_iter().filter_map(done).map(|(_, it)| it).collect()))
    }

    /// Does something in an operator's name; what would change nothing is not written down.
    pub async fn care(&self, subject: Subject<'_>, operator: &str, act: Act) -> Result<(), CareRefusal> {
        let now_ms = self.now_ms();
        let act = act.checked(now_ms)?;
        if let Act::Owned(Some(by)) = &act
            && !self.operators().await?.contains(by)
        {
            return Err(CareRefusal::NoSuchOperator(by.clone()));
        }
        let (care, is_account, id) = match subject {
            Subject::User(id) => (self.care_of_user(id).await?, false, id),
            Subject::Account(id) => (self.care_of_account(id).await?, true, id),
        };
        if care.history.len() >= ACTS_MAX {
            return Err(CareRefusal::Full);
        }
        if care.changes(&act, now_ms) {
            let (word, detail) = act.stored();
            let (subject, operator, act) = (id.to_owned(), operator.to_owned(), word.to_owned());
            self.desk.add_care_act(CareAct { is_account, subject, at_ms: now_ms, operator, act, detail }).await?;
            self.news.arrived();
        }
        Ok(())
    }

    /// Of all accounts about which anything was done.
    pub(super) async fn cares_of_accounts(&self) -> Result<Cares, StorageError> {
        Ok(fold(self.desk.care_acts(true, None).await?, |it| Some(it.to_owned())))
    }

    /// Of all users about whom anything was done, by the id that lists show: they may have got another one since.
    pub(super) async fn cares_of_users(&self, everybody: &Everybody) -> Result<Cares, StorageError> {
        let acts = self.desk.care_acts(false, None).await?;
        let mut shown: HashMap<String, String> = HashMap::new();
        let subjects: HashSet<&str> = acts.iter().map(|it| it.subject.as_str()).collect();
        if !subjects.is_empty() {
            let users = everybody.users().iter().map(|it| &*it.user).filter(|it| subjects.contains(it));
            shown.extend(users.map(|it| (it.to_owned(), it.to_owned())));
        }
        let mut others: HashMap<String, String> = HashMap::new();
        for subject in subjects.into_iter().filter(|it| !shown.contains_key(*it)) {
            let Person { users, anonymous } = self.somebody_called(subject).await?.0.ids;
            others.extend(users.into_iter().chain(anonymous).map(|it| (it, subject.to_owned())));
        }
        if !others.is_empty() {
            let found = everybody.users().iter().filter_map(|it| Some((others.get(&*it.user)?, &it.user)));
            shown.extend(found.map(|(subject, user)| (subject.clone(), user.to_string())));
        }
        Ok(fold(acts, |it| shown.get(it).cloned()))
    }
}

/// Acts by the id that `of` makes of their subject, in order.
fn fold(acts: Vec<CareAct>, of: impl Fn(&str) -> Option<String>) -> Cares {
    let mut histories: HashMap<String, Vec<Done>> = HashMap::new();
    for (subject, done) in acts.into_iter().filter_map(done) {
        if let Some(id) = of(&subject) {
            histories.entry(id).or_default().push(done);
        }
    }
    histories.into_iter().map(|(id, history)| (id, Arc::new(Care::of(history)))).collect()
}

fn done(it: CareAct) -> Option<(String, Done)> {
    let act = Act::of(&it.act, it.detail)?;
    Some((it.subject, Done { at_ms: it.at_ms, by: it.operator, act }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn care(acts: Vec<Act>) -> Care {
        let done = |act| Done { at_ms: 1, by: "ada@example.com".to_owned(), act };
        Care::of(acts.into_iter().map(done).collect())
    }

    #[test]
    fn what_is_snoozed_opens_by_itself_and_only_acts_give_a_state() {
        let noted = care(vec![Act::Noted("called".to_owned()), Act::Owned(Some("ada@example.com".to_owned()))]);
        assert_eq!((noted.state(0), noted.owner.as_deref()), (None, Some("ada@example.com")));
        let snoozed = care(vec![Act::Opened, Act::Snoozed { until_ms: 100 }]);
        assert_eq!(snoozed.state(99), Some(CareState::Snoozed { until_ms: 100 }));
        assert_eq!(snoozed.state(100), Some(CareState::Open));
        assert!(snoozed.changes(&Act::Opened, 99) && !snoozed.changes(&Act::Opened, 100));
        let open = CareFilter { owner: None, state: Some("open") };
        assert!(!open.holds(Some(&snoozed), 99) && open.holds(Some(&snoozed), 100) && !open.holds(None, 100));
        let mine = CareFilter { owner: Some("ada@example.com".to_owned()), state: None };
        assert!(mine.holds(Some(&noted), 0) && !mine.holds(Some(&snoozed), 0) && !mine.holds(None, 0));
    }

    #[test]
    fn notes_say_something_and_snoozing_ends() {
        let checked = |act: Act| act.checked(1_000);
        assert!(matches!(checked(Act::Noted(" a\r\nb ".to_owned())), Ok(Act::Noted(text)) if text == "a\nb"));
        assert!(matches!(checked(Act::Noted(" \n".to_owned())), Err(CareRefusal::EmptyNote)));
        assert!(matches!(checked(Act::Noted("x".repeat(4_001))), Err(CareRefusal::LongNote)));
        for until_ms in [0, 1_000, 1_001 + SNOOZE_MS_MAX] {
            assert!(matches!(checked(Act::Snoozed { until_ms }), Err(CareRefusal::NotAhead)), "{until_ms}");
        }
        assert!(checked(Act::Snoozed { until_ms: 1_001 }).is_ok());
    }

    fn any_act() -> impl Strategy<Value = Act> {
        prop_oneof![
            "[a-z]{1,3}".prop_map(Act::Noted),
            prop::option::of("[ab]@x").prop_map(Act::Owned),
            Just(Act::Opened),
            (1i64..4).prop_map(|until_ms| Act::Snoozed { until_ms }),
            Just(Act::Resolved),
        ]
    }

    proptest! {
        #[test]
        fn what_would_change_nothing_changes_nothing(
            acts in prop::collection::vec(any_act(), 0..20),
            next in any_act(),
        ) {
            let before = care(acts.clone());
            let after = care(acts.into_iter().chain([next.clone()]).collect());
            let differs = (before.owner.clone(), before.state(0)) != (after.owner.clone(), after.state(0));
            prop_assert_eq!(before.changes(&next, 0), differs || matches!(next, Act::Noted(_)));
        }

        #[test]
        fn acts_are_stored_as_they_are(act in any_act()) {
            let (word, detail) = act.stored();
            prop_assert_eq!(Act::of(word, detail), Some(act));
        }
    }
}
