//! The ledger: every prompt that was granted, what became of it, and every one that was denied, with its grounds.
//!
//! It decides nothing: what it knows of a person goes to the caller's [`Decide`], whose word it keeps, all in one
//! transaction, so that two tabs or devices that ask at once are answered one after the other.

use super::Answering;
use crate::prompts::{Decision, Ground, History, Past};
use domain::{LeaseId, PromptKind, Reasons};

/// Durable store of leases. What the person did not get is known as well, for 90 days.
///
/// # Persons
/// Rows belong to a person by user id or by anonymous id. A row without a user becomes the user's as soon as a
/// wish names both.
pub trait Ledger: Send + Sync {
    /// Hands over what is known of the person, and keeps what is decided.
    fn lease(&self, wish: Wish, decide: Decide) -> Answering<'_, Leased>;

    /// Takes a lease back; `false` where this browser has no such lease, or it was shown already.
    fn give_back(&self, lease: LeaseId, anonymous: String, at_ms: i64) -> Answering<'_, bool>;

    /// What messages say of leases. Telling the same again changes nothing; unknown leases are passed over.
    fn tell(&self, told: Vec<Told>) -> Answering<'_, ()>;

    /// The position in the log up to which everything was told.
    fn told_until(&self) -> Answering<'_, i64>;

    fn set_told_until(&self, position: i64) -> Answering<'_, ()>;

    /// Puts this in force for all ids of the person, instead of what was.
    fn mute(&self, person: Person, muted: Muted) -> Answering<'_, ()>;

    /// The strictest of what is in force for any id of the person.
    fn muted(&self, person: Person) -> Answering<'_, Muted>;

    /// The person's leases, given back ones included, the latest first; at most `limit`.
    fn leases(&self, person: Person, limit: usize) -> Answering<'_, Vec<KeptLease>>;

    /// What the person was denied, the latest first; at most `limit`.
    fn denials(&self, person: Person, limit: usize) -> Answering<'_, Vec<Withheld>>;

    /// Completed responses to a prompt, of everybody, as they were told.
    fn completed(&self, prompt: String) -> Answering<'_, u64>;

    /// Leases of a prompt granted in `since ≤ t < until`, given back ones included, the latest first.
    fn leases_of_prompt(
        &self,
        prompt: String,
        since_ms: Option<i64>,
        until_ms: Option<i64>,
    ) -> Answering<'_, Vec<PromptLease>>;

    /// Leases of an account, granted in `since ≤ t < until`, that count or may yet: not given back, not a hint that is
    /// gone, nothing in the page or behind the tab. The latest first; at most `limit`.
    fn leases_of_account(
        &self,
        account: String,
        since_ms: i64,
        until_ms: i64,
        limit: usize,
    ) -> Answering<'_, Vec<KeptLease>>;

    /// Forgets all that names the person, so that no byte of it is left in any file.
    fn forget(&self, person: Person) -> Answering<'_, Forgotten>;

    /// Forgets denials, and leases that bind nobody any more, from before this time.
    fn prune(&self, before_ms: i64) -> Answering<'_, ()>;
}

/// Hears what is known, says what is to be.
pub type Decide = Box<dyn FnOnce(&History) -> Decision + Send>;

/// All ids of one person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    pub users: Vec<String>,
    pub anonymous: Vec<String>,
}

/// A prompt that is thought of.
#[derive(Clone, Debug)]
pub struct Wish {
    /// The id it gets when it is granted.
    pub lease: LeaseId,
    /// The browser that asks.
    pub anonymous: String,
    pub user: Option<String>,
    pub account: Option<String>,
    /// All ids of the person, these two included.
    pub person: Person,
    pub session: String,
    pub prompt: String,
    pub kind: PromptKind,
    /// [`domain::survey::Trigger::as_str`], or `code`, `tab`, `inline`.
    pub trigger: String,
    pub page: String,
    pub language: String,
    pub asks_nps: bool,
    pub at_ms: i64,
    /// Prompts of colleagues before this do not matter.
    pub colleagues_since_ms: i64,
}

/// What became of a wish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leased {
    /// Under this id: of the wish, or of a lease in the page or behind the tab that is still open in this browser.
    Granted(LeaseId),
    Denied(Vec<Ground>),
}

/// What a message says of a lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub lease: LeaseId,
    pub at_ms: i64,
    pub what: What,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    Shown,
    /// A hint was opened, or a question asked.
    Asked,
    Answered,
    Completed,
    /// `closed`, `notNow`, `never`; the last is a word on all prompts.
    Dismissed(String),
    /// It went away by itself.
    TimedOut,
}

/// What the person said about being prompted at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Muted {
    pub until_ms: Option<i64>,
    /// "Don't ask again".
    pub declined: bool,
    /// When all of it was last taken back; 0: never. A "don't ask again" of before is not heard after that.
    pub undone_ms: i64,
}

/// One lease as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptLease {
    pub lease: LeaseId,
    pub anonymous: String,
    pub user: Option<String>,
    pub account: Option<String>,
    pub session: String,
    pub prompt: String,
    pub kind: PromptKind,
    pub trigger: String,
    pub page: String,
    pub language: String,
    pub granted_ms: i64,
    pub released_ms: Option<i64>,
    pub shown_ms: Option<i64>,
    /// When something was answered first.
    pub answered_ms: Option<i64>,
    pub completed_ms: Option<i64>,
    pub dismissed_ms: Option<i64>,
    pub dismissed_how: Option<String>,
    /// When it left the screen, whatever for.
    pub over_ms: Option<i64>,
    /// The latest of all that is known of it.
    pub latest_ms: i64,
    pub asks_nps: bool,
}

impl KeptLease {
    pub fn is_of(&self, person: &Person) -> bool {
        self.user.as_ref().is_some_and(|it| person.users.contains(it)) || person.anonymous.contains(&self.anonymous)
    }

    /// As the budget looks at it; `account` is the one that is asked for.
    pub fn past(&self, account: Option<&str>) -> Past {
        Past {
            at_ms: self.granted_ms,
            prompt: self.prompt.clone(),
            kind: self.kind,
            session: self.session.clone(),
            is_of_account: account.is_some() && self.account.as_deref() == account,
            asks_nps: self.asks_nps,
            is_answered: self.answered_ms.is_some() || self.completed_ms.is_some(),
            completed_ms: self.completed_ms,
            dismissed_ms: self.dismissed_ms,
            is_over: self.over_ms.is_some(),
        }
    }
}

/// Who was granted a prompt, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PromptLease {
    pub lease: LeaseId,
    pub anonymous: String,
    pub user: Option<String>,
    pub granted_ms: i64,
}

/// Equal denials in a row, within an hour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withheld {
    pub anonymous: String,
    pub user: Option<String>,
    pub account: Option<String>,
    pub prompt: String,
    pub kind: PromptKind,
    pub trigger: String,
    pub page: String,
    pub reasons: Reasons,
    pub grounds: Vec<Ground>,
    pub first_ms: i64,
    pub last_ms: i64,
    pub times: u64,
}

/// What was forgotten of a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forgotten {
    pub leases: u64,
    pub denials: u64,
    pub mutes: u64,
}
