//! Holding history against a journey: which milestone fired when, for whom.
//!
//! Pure: an engine hands over the messages that could matter, each with its user already known.
//! The rules are those that run in the browser ([`domain::JourneyProgress`]).

use super::identity_graph::{People, SenderId};
use super::json::JsonProperties;
use crate::metric::Mark;
use domain::{Fact, Journey, Kind, RuleProgress, Scope};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

/// One stored message that could matter to a journey.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) user: SenderId,
    pub(super) at_ms: i64,
    /// The order of arrival decides between equal times.
    pub(super) seq: i64,
    pub(super) kind: Kind,
    pub(super) name: Rc<str>,
    pub(super) from_server: bool,
    /// The whole message; `None` where no rule looks inside.
    pub(super) body: Option<Value>,
}

/// Who a rule's messages are collected over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Actor<'p> {
    User(SenderId),
    Account(&'p str),
}

/// Every firing of every milestone, by user.
///
/// A milestone of account scope fires for every user of the account at which anybody's message
/// made it fire; a user without an account stands alone.
/// `members` are users to count beside those who sent one of the events.
pub(super) fn marks(
    journey: &Journey,
    mut events: Vec<Event>,
    people: &People,
    members: &[SenderId],
) -> HashMap<SenderId, Vec<Mark>> {
    events.sort_by_key(|it| (it.at_ms, it.seq));
    let everybody = events.iter().map(|it| it.user).chain(members.iter().copied());
    let users: BTreeMap<SenderId, Option<&str>> = everybody.map(|it| (it, people.account_of(it))).collect();
    let mut by_user: HashMap<SenderId, Vec<Mark>> = HashMap::new();
    for (level, milestone) in journey.milestones.iter().enumerate() {
        let actor = |user: SenderId| match (milestone.scope, users.get(&user).copied().flatten()) {
            (Scope::Account, Some(account)) => Actor::Account(account),
            _ => Actor::User(user),
        };
        let mut progress: HashMap<Actor<'_>, RuleProgress> = HashMap::new();
        let mut fired: HashMap<Actor<'_>, Vec<Mark>> = HashMap::new();
        for event in &events {
            let actor = actor(event.user);
            let progress = progress.entry(actor).or_insert_with(|| RuleProgress::new(&milestone.rule));
            let properties = JsonProperties::of(event.kind, event.body.as_ref());
            let fact = Fact {
                at_ms: event.at_ms,
                kind: event.kind,
                name: &event.name,
                url: properties.url(),
                from_server: event.from_server,
                properties: &properties,
            };
            if progress.observe(&milestone.rule, &fact) {
                fired.entry(actor).or_default().push(Mark { at_ms: event.at_ms, level });
            }
        }
        for user in users.keys() {
            if let Some(marks) = fired.get(&actor(*user)) {
                by_user.entry(*user).or_default().extend(marks);
            }
        }
    }
    by_user
}
