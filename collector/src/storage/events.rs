//! Messages, and what the product wants to know of them.

use super::{
    Answering, Batch, Chains, Delivered, DeliveryQuestion, Everybody, NextActions, NextQuestion, Person, Reaches,
    StorageError, TraitValues, UserKey, UserName,
};
use crate::metric::presence::Days;
use crate::metric::{Calendar, Period};
use domain::{AccountId, AnonymousId, Definitions, Journey, Kind, MessageId, Scope, UserId, reserved};
use std::sync::Arc;

/// Durable store of messages. Every engine passes `tests/it/conformance.rs`, which also holds it
/// against a naive model.
///
/// # Users
/// A message belongs to its `user_id`, else to its `anonymous_id`.
/// A message with both ids (or an `alias`) links the anonymous id to the user: all that the
/// anonymous sender ever did then belongs to the user, before and after.
/// An anonymous id linked to several users belongs to the one linked at the earliest time
/// (ties: the smallest id). `alias` merges two user ids: the previous one continues as the new one.
/// A user's account is that of its `group` message with the latest time (ties: the greatest id).
pub trait Events: Send + Sync {
    /// Stores rows, each at most once by message id, and answers when they are on stable storage.
    /// The answers come in the order of the rows.
    fn store(&self, batch: Arc<Batch>) -> Answering<'_, Vec<Appended>>;

    /// The same, of rows that do not share a text.
    fn append(&self, rows: Vec<Row>) -> Answering<'_, Vec<Appended>> {
        self.store(Arc::new(rows.into()))
    }

    /// Puts definitions in force: first reaches of changed milestones are found anew over history.
    fn define(&self, definitions: &Definitions) -> Answering<'_, ()>;

    /// How far each user got along a journey; users who did not reach its first milestone are left out.
    /// In order of [`UserKey`].
    fn chains(&self, question: FunnelQuestion) -> Answering<'_, Chains>;

    /// When each user first reached each milestone, whatever the order and the window; users who
    /// reached none are left out. In order of [`UserKey`].
    fn first_reached(&self, journey: Arc<Journey>) -> Answering<'_, Reaches>;

    /// The same, of these users alone, whichever order they come in.
    fn first_reached_of(&self, journey: Arc<Journey>, users: Vec<UserKey>) -> Answering<'_, Reaches> {
        Box::pin(async move {
            let mut reaches = self.first_reached(journey).await?;
            reaches.keep(users);
            Ok(reaches)
        })
    }

    /// The ids of these users, in their order; `None` for those who were erased meanwhile.
    fn names(&self, users: Vec<UserKey>) -> Answering<'_, Vec<Option<UserName>>>;

    /// Everybody of whom a message is stored, in a line each.
    fn everybody(&self) -> Answering<'_, Arc<Everybody>>;

    /// When each user began and in which periods they came back. In order of [`UserKey`].
    fn activity(&self, question: ActivityQuestion) -> Answering<'_, Vec<Active>>;

    /// On which days users came; those who came on none are left out. In order of [`UserKey`].
    fn presence(&self, question: PresenceQuestion) -> Answering<'_, Vec<Present>>;

    /// How often something happened to each user; those to whom it never did are left out. In order of [`UserKey`].
    fn happened(&self, question: HappenedQuestion) -> Answering<'_, Vec<(UserKey, u32)>>;

    /// What everybody who reached a milestone did next.
    fn next_actions(&self, question: NextQuestion) -> Answering<'_, NextActions>;

    /// The latest value of a trait, for everybody: as the groups of [`Self::chains`] have it.
    fn trait_values(&self, path: TraitPath) -> Answering<'_, TraitValues>;

    /// A person's messages, the latest first (ties: the latest arrival first); at most `limit`.
    fn timeline(&self, person: Person, limit: usize) -> Answering<'_, Vec<Moment>>;

    /// The messages of all users who belong to an account, each with its user, in the same order; at most `limit`.
    fn account_timeline(&self, account: String, limit: usize) -> Answering<'_, Vec<(UserKey, Moment)>>;

    /// Does at once what is else done beside, so that questions are answered quickly. Changes no answer.
    fn settle(&self) -> Answering<'_, ()>;

    /// Hands over the `track` messages of these names, in the order they arrived, each with its user; stops
    /// when told to. Nothing is held in memory but the message that is handed over.
    fn facts(&self, question: FactQuestion, take: TakeFact) -> Answering<'_, ()>;

    /// All ids of the person whom these name; those that nobody sent a message under are passed through.
    /// At least one is given.
    fn person(&self, user: Option<String>, anonymous: Option<String>) -> Answering<'_, Somebody>;

    /// When this person first reached each milestone of a journey, as [`Self::first_reached`] has it.
    fn reached_by(&self, journey: Arc<Journey>, person: Person) -> Answering<'_, Vec<Option<i64>>>;

    /// The `track` messages of these names that were stored after a position, in the order they arrived; at most
    /// `limit`.
    fn arrived(&self, names: Vec<String>, after: i64, limit: usize) -> Answering<'_, Vec<Arrived>>;

    /// The person's messages [about prompts](ABOUT_PROMPTS), the latest arrival first; at most `limit`.
    fn about_prompts(&self, person: Person, limit: usize) -> Answering<'_, Vec<Arrived>>;

    /// Takes out all that is stored of a person: messages, ids, links, memberships, first reaches. No byte of it is
    /// left in any file when the answer comes. Until `until_ms` messages under any of the ids are [`Appended::Erased`].
    fn erase(&self, person: Person, now_ms: i64, until_ms: i64) -> Answering<'_, Erased>;

    /// Takes out single messages, as thoroughly; the number of those that were there.
    fn erase_messages(&self, positions: Vec<i64>) -> Answering<'_, u64>;

    /// How many messages were received before a time.
    fn expired(&self, received_before_ms: i64) -> Answering<'_, u64> {
        let _ = received_before_ms;
        Box::pin(async { Ok(0) })
    }

    /// Takes out all messages that were received before a time, the oldest first, and then whoever no message is left
    /// of. Others are stored meanwhile; it also works on a full disk.
    fn expire(&self, received_before_ms: i64) -> Answering<'_, Expired> {
        let _ = received_before_ms;
        Box::pin(async { Ok(Expired::default()) })
    }

    /// How complete what arrived on these days is, in order of day and source.
    fn delivery(&self, question: DeliveryQuestion) -> Answering<'_, Vec<Delivered>>;

    /// Forgets clients that were silent since a time one by one; their counts stay in their days'.
    fn fold_delivery(&self, heard_before_ms: i64) -> Answering<'_, ()>;

    /// What is known of these users, in their order.
    fn profiles(&self, users: Vec<String>) -> Answering<'_, Vec<Profile>>;

    /// The stored messages as JSON, one each, in the order they were stored, from a position on;
    /// at most `limit`, with the position to go on from.
    fn messages(&self, from: i64, limit: usize) -> Answering<'_, (Vec<String>, i64)>;

    /// How many messages are stored.
    fn count(&self) -> Answering<'_, u64>;

    /// Why nothing would be stored just now, where that is known without asking; costs nothing.
    fn shedding(&self) -> Option<StorageError> {
        None
    }

    /// Whether a message could be stored now.
    fn ready(&self) -> Answering<'_, ()>;
}

/// One message on its way to storage, by itself; together they make a [`Batch`].
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub message_id: MessageId,
    pub kind: Kind,
    /// The event name of a `track`, else empty.
    pub name: String,
    /// When it happened, by the collector's clock.
    pub at_ms: i64,
    pub received_ms: i64,
    pub user_id: Option<UserId>,
    pub anonymous_id: Option<AnonymousId>,
    /// The account of a `group`.
    pub account_id: Option<AccountId>,
    /// The former id of an `alias`.
    pub previous_id: Option<String>,
    pub trust: Trust,
    /// The message as JSON, as it came.
    pub body: String,
}

/// How well the sender is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// No user id, or one that was refused.
    Anonymous,
    /// A user id that nobody vouched for.
    Claimed,
    /// A user id with a valid token.
    Verified,
    /// Sent with a server key.
    Server,
}

/// What became of an appended row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appended {
    Stored,
    /// A message with this id was there before.
    Duplicate,
    /// It names somebody who was erased; nothing of it was stored.
    Erased,
}

/// Messages about prompts; a person's own are found quickly.
pub const ABOUT_PROMPTS: [&str; 7] = [
    reserved::SURVEY_SHOWN,
    reserved::SURVEY_ANSWERED,
    reserved::SURVEY_COMPLETED,
    reserved::SURVEY_DISMISSED,
    reserved::PROMPT_WITHHELD,
    reserved::HESITATION_DETECTED,
    reserved::HESITATION_ANSWERED,
];

/// One stored message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrived {
    /// Where it is in the log.
    pub position: i64,
    pub name: String,
    pub at_ms: i64,
    /// The message as JSON.
    pub body: String,
}

/// What was taken out of a person's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Erased {
    /// User ids and anonymous ids.
    pub ids: u64,
    pub messages: u64,
}

/// What was kept long enough.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Expired {
    pub messages: u64,
    /// User ids and anonymous ids.
    pub ids: u64,
}

/// A question about an ordered funnel; `docs/reference/metrics.md` has the definition.
#[derive(Clone, Debug)]
pub struct FunnelQuestion {
    pub journey: Arc<Journey>,
    /// Who is counted: users, or their accounts, each by the number of its first user and by what counts for that one: so
    /// milestones are to be the account's.
    pub of: Scope,
    pub window_ms: u64,
    /// Only milestones reached in `since ≤ t < until` count.
    pub since_ms: Option<i64>,
    pub until_ms: Option<i64>,
    pub by: Option<TraitPath>,
}

/// What somebody does that a question is about.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Happening {
    /// Any message.
    #[default]
    Message,
    /// A `track` message of this name.
    Event(String),
    /// Every time at which a milestone is reached; the journey has no other.
    Milestone(Arc<Journey>),
}

/// A question about who came back; `docs/reference/metrics.md` has the definition.
#[derive(Clone, Debug)]
pub struct ActivityQuestion {
    pub period: Period,
    pub calendar: Calendar,
    /// Who comes back: users, or their accounts, each by the number of its first user; what any of them does counts.
    pub of: Scope,
    /// What a user begins with.
    pub start: Happening,
    /// What counts as coming back.
    pub back: Happening,
    /// Only users who began in `since ≤ t < until`.
    pub since_ms: Option<i64>,
    pub until_ms: Option<i64>,
}

/// One user who began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Active {
    pub user: UserKey,
    pub began_ms: i64,
    /// As [`crate::metric::Activity::came`] has it.
    pub came: u64,
}

/// A question about how often.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HappenedQuestion {
    pub what: Happening,
    /// Only what happened from then on.
    pub since_ms: Option<i64>,
}

/// A question about the days on which users came.
#[derive(Clone, Debug)]
pub struct PresenceQuestion {
    pub what: Happening,
    /// As in [`ActivityQuestion`].
    pub of: Scope,
    pub calendar: Calendar,
    /// The first day's number.
    pub first: i64,
    /// At most [`crate::metric::presence::DAYS_MAX`].
    pub days: usize,
}

/// One user who came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Present {
    pub user: UserKey,
    /// Counted from the first day asked about.
    pub days: Days,
}

/// One message of a person's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Where it is in the log.
    pub position: i64,
    pub kind: Kind,
    /// The event name of a `track`, else empty.
    pub name: String,
    pub at_ms: i64,
    /// The message as JSON.
    pub body: String,
}

/// Which messages are wanted.
#[derive(Clone, Debug, Default)]
pub struct FactQuestion {
    /// Event names; each counts once.
    pub names: Vec<String>,
    /// Only messages of `since ≤ t < until`.
    pub since_ms: Option<i64>,
    pub until_ms: Option<i64>,
}

/// Takes one message after the other; `false`: no more.
pub type TakeFact = Box<dyn FnMut(&StoredFact<'_>) -> bool + Send>;

/// One stored message, while it is handed over.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StoredFact<'a> {
    /// The user id, or the anonymous id of a user who never said who it is.
    pub user: &'a str,
    pub anonymous: bool,
    pub account: Option<&'a str>,
    pub name: &'a str,
    pub at_ms: i64,
    /// The message as JSON.
    pub body: &'a str,
}

/// A trait to break a funnel down by: `plan` is the user's, `account.plan` the account's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraitPath {
    pub of: Scope,
    pub path: Vec<String>,
}

/// Whom ids name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Somebody {
    pub ids: Person,
    pub account: Option<String>,
    /// A message came under one of the ids.
    pub is_known: bool,
    /// One of the ids was erased; until then messages under it are not stored.
    pub erased_until_ms: Option<i64>,
}

/// What is known of one user.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
pub struct Profile {
    pub user: String,
    pub account: Option<String>,
    /// The latest value of each trait.
    pub traits: serde_json::Map<String, serde_json::Value>,
    pub account_traits: serde_json::Map<String, serde_json::Value>,
    /// Whether any of the traits came from a verified sender or a server.
    pub verified: bool,
    /// It is an account's, where accounts are counted; `user` is its id.
    #[serde(skip)]
    pub is_account: bool,
}

impl TraitPath {
    pub fn parse(text: &str) -> Self {
        let (of, rest) = match text.strip_prefix("account.") {
            Some(rest) => (Scope::Account, rest),
            None => (Scope::User, text),
        };
        Self { of, path: rest.split('.').map(str::to_owned).collect() }
    }
}

impl std::fmt::Display for TraitPath {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let prefix = if self.of == Scope::Account { "account." } else { "" };
        write!(formatter, "{prefix}{}", self.path.join("."))
    }
}
