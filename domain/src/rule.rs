//! A rule says which message reaches a milestone.

use crate::condition::Condition;
use crate::url_pattern::UrlPattern;

/// What the vendor wrote under `rule` in `milepost.toml`.
///
/// A rule *fires* at a message, and from then on it *has held*; see [`crate::RuleProgress`].
#[derive(Clone, Debug, PartialEq)]
pub enum Rule {
    /// A `track` message of this name whose properties meet all conditions.
    Event { name: String, conditions: Vec<Condition>, source: Source },
    /// A `page` or `screen` message whose URL matches.
    Page { pattern: UrlPattern, conditions: Vec<Condition> },
    /// A click on, or inside, an element that this CSS selector matches.
    Click { selector: String },
    /// Half of an element that this CSS selector matches was on screen for a second.
    Seen { selector: String },
    /// Traits, as the latest `identify` (user) or `group` (account) messages left them.
    Trait { of: Scope, conditions: Vec<Condition> },
    /// The inner rule fired this often, within this time when one is given (ends included).
    Count { at_least: u32, within_ms: Option<u64>, rule: Box<Rule> },
    /// Every child has held; fires at the message that completes or renews it.
    All(Vec<Rule>),
    /// Fires whenever a child fires.
    Any(Vec<Rule>),
    /// Has held for as long as its child has not; never fires, so it only makes sense inside `All`.
    Not(Box<Rule>),
}

/// Who must have done it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    User,
    /// Any user of the account.
    Account,
}

/// Where a message may come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    Any,
    /// Sent with a server key: a page cannot forge it.
    Server,
}

impl Rule {
    /// Whether one message alone decides: no memory of earlier messages is needed.
    pub fn is_single_message(&self) -> bool {
        match self {
            Self::Event { .. } | Self::Page { .. } | Self::Click { .. } | Self::Seen { .. } => true,
            Self::Any(rules) => rules.iter().all(Self::is_single_message),
            Self::Trait { .. } | Self::Count { .. } | Self::All(_) | Self::Not(_) => false,
        }
    }

    /// Calls `visit` with this rule and every rule inside it, outside in.
    pub fn visit<'a>(&'a self, visit: &mut dyn FnMut(&'a Rule)) {
        visit(self);
        match self {
            Self::Count { rule, .. } | Self::Not(rule) => rule.visit(visit),
            Self::All(rules) | Self::Any(rules) => rules.iter().for_each(|it| it.visit(visit)),
            Self::Event { .. } | Self::Page { .. } | Self::Click { .. } | Self::Seen { .. } | Self::Trait { .. } => {}
        }
    }
}
