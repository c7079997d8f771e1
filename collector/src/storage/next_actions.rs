//! What users did next after a milestone, packed as [`super::Chains`] are.

use super::{FunnelQuestion, UserKey};
use domain::reserved;

/// A question about the first thing done after a milestone; `docs/reference/metrics.md` has the definition.
#[derive(Clone, Debug)]
pub struct NextQuestion {
    /// Whose way along which journey; without a breakdown.
    pub funnel: FunnelQuestion,
    /// The milestone after which it is looked; where accounts are counted, at what any of their users does.
    pub level: usize,
}

/// What somebody did, as far as it can be told without what the message says of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// A `track` message of this name.
    Event(String),
    /// A `page` message, by the name it gives the page, else by the page's path with ids as `:id`.
    Page(String),
    /// A `screen` message, by the same.
    Screen(String),
}

/// What the SDK notes of itself: nothing that somebody did.
pub const NOTES: [&str; 8] = [
    reserved::ELEMENT_SEEN,
    reserved::PAGE_LEFT,
    reserved::HESITATION_DETECTED,
    reserved::INPUTS_RECORDED,
    reserved::SURVEY_SHOWN,
    reserved::PROMPT_WITHHELD,
    reserved::SDK_STOPPED,
    reserved::MESSAGES_DROPPED,
];

/// Everybody who reached the milestone, in order of [`UserKey`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NextActions {
    pub users: Vec<Next>,
    /// By number.
    pub actions: Vec<Action>,
}

/// One user who reached the milestone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Next {
    pub user: UserKey,
    /// By the user's [chain](super::Chain).
    pub reached_ms: i64,
    /// The chain goes on.
    pub went_on: bool,
    /// When the first action after it was, and its number in [`NextActions::actions`]; `None`: there was none.
    pub action: Option<(i64, u32)>,
}

impl NextActions {
    /// As far as some users go.
    pub fn only(mut self, is_wanted: impl Fn(UserKey) -> bool) -> Self {
        self.users.retain(|it| is_wanted(it.user));
        self
    }
}
