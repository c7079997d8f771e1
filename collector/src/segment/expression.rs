//! What a segment asks of a user.

use super::comparison::Comparison;
use crate::storage::TraitPath;
use domain::{JourneyId, MilestoneId};

/// Conditions, and how they are joined. An empty `All` holds for everybody.
#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
    All(Vec<Expression>),
    Any(Vec<Expression>),
    Not(Box<Expression>),
    Is(Condition),
}

/// One thing asked of a user. Times are spans before now.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// The latest value of a trait of the user, or of their account.
    Trait { path: TraitPath, comparison: Comparison },
    /// A `track` message of this name, so often, within this time where one is given.
    Did { event: String, at_least: u32, within_ms: Option<u64> },
    /// Reached a milestone, whatever the order and the window; for the first time within this time where one is given.
    Reached { journey: JourneyId, milestone: MilestoneId, within_ms: Option<u64> },
    /// Reached it, and none of those after it; for so long where a time is given.
    Stuck { journey: JourneyId, milestone: MilestoneId, for_ms: Option<u64> },
    /// The latest message came within this time.
    Seen { within_ms: u64 },
    /// The first message came within this time.
    Joined { within_ms: u64 },
    /// The latest answer to a question of the Net Promoter Score; any (`None`).
    Nps { band: Option<NpsBand> },
    /// How much attention the user's account gets, by `[touch]` in `milepost.toml`.
    Touch { is: Touch },
    /// The user's account, by id; any (`None`).
    Account { is: Option<String> },
    /// Said who they are.
    Identified,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NpsBand {
    Detractor,
    Passive,
    Promoter,
}

/// The touch models of customer success: how much of a person's attention an account is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touch {
    High,
    Low,
    Tech,
}

impl NpsBand {
    pub const ALL: [Self; 3] = [Self::Detractor, Self::Passive, Self::Promoter];

    pub fn name(self) -> &'static str {
        match self {
            Self::Detractor => "detractor",
            Self::Passive => "passive",
            Self::Promoter => "promoter",
        }
    }
}

impl Touch {
    pub const ALL: [Self; 3] = [Self::High, Self::Low, Self::Tech];

    pub fn name(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Low => "low",
            Self::Tech => "tech",
        }
    }
}

impl Expression {
    /// Holds where both hold; brackets that say nothing are left out.
    pub fn and(self, other: Self) -> Self {
        let mut parts = Vec::new();
        for it in [self, other] {
            match it {
                Self::All(inner) => parts.extend(inner),
                it => parts.push(it),
            }
        }
        Self::All(parts)
    }

    /// Holds where one holds.
    pub fn or(self, other: Self) -> Self {
        let mut parts = Vec::new();
        for it in [self, other] {
            match it {
                Self::Any(inner) => parts.extend(inner),
                it => parts.push(it),
            }
        }
        Self::Any(parts)
    }

    /// Calls `visit` with every condition, from left to right.
    pub fn visit<'a>(&'a self, visit: &mut dyn FnMut(&'a Condition)) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|it| it.visit(visit)),
            Self::Not(inner) => inner.visit(visit),
            Self::Is(condition) => visit(condition),
        }
    }

    /// What everybody is, once `of` says for whom each condition holds: one truth a user.
    pub fn holds(&self, users: usize, of: &mut dyn FnMut(&Condition) -> Vec<bool>) -> Vec<bool> {
        let mut joined = |parts: &[Self], start: bool, join: fn(bool, bool) -> bool| {
            let mut all = vec![start; users];
            for part in parts {
                let holds = part.holds(users, of);
                all.iter_mut().zip(holds).for_each(|(all, it)| *all = join(*all, it));
            }
            all
        };
        match self {
            Self::All(parts) => joined(parts, true, |a, b| a && b),
            Self::Any(parts) => joined(parts, false, |a, b| a || b),
            Self::Not(inner) => inner.holds(users, of).into_iter().map(|it| !it).collect(),
            Self::Is(condition) => of(condition),
        }
    }
}
