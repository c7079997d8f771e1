//! Holding messages against a rule, one after the other, in order of time.
//!
//! A message makes a rule *fire* or not. From its first firing on, a rule *has held*.
//! `trait` is different: it holds while the latest known traits meet its conditions, and fires
//! at a message that says something about them. `all` fires when a child fires and every child
//! holds; `not` holds while its child does not.

use crate::fact::{Fact, Kind};
use crate::journey::Journey;
use crate::reserved;
use crate::rule::{Rule, Scope, Source};
use crate::value::{Lookup, Scalar};

/// What one rule remembers of the messages it has seen.
#[derive(Clone, Debug)]
pub struct RuleProgress {
    /// One memory per rule node, in the order of [`Rule::visit`].
    memories: Vec<Memory>,
}

#[derive(Clone, Debug)]
enum Memory {
    /// Nothing to remember: the children know.
    None,
    HasFired(bool),
    /// Per condition: does the latest known trait meet it?
    Traits(Vec<bool>),
    /// The last times the inner rule fired, at most as many as are counted.
    Times {
        times_ms: Vec<i64>,
        has_fired: bool,
    },
}

struct Step {
    fires: bool,
    holds: bool,
}

impl RuleProgress {
    pub fn new(rule: &Rule) -> Self {
        let mut memories = Vec::new();
        rule.visit(&mut |rule| {
            memories.push(match rule {
                Rule::Event { .. } | Rule::Page { .. } | Rule::Click { .. } | Rule::Seen { .. } => {
                    Memory::HasFired(false)
                }
                Rule::Trait { conditions, .. } => {
                    // An absent trait already meets `ne` and `absent`.
                    Memory::Traits(conditions.iter().map(|it| it.holds(&crate::NoProperties)).collect())
                }
                Rule::Count { .. } => Memory::Times { times_ms: Vec::new(), has_fired: false },
                Rule::All(_) | Rule::Any(_) | Rule::Not(_) => Memory::None,
            });
        });
        Self { memories }
    }

    /// Takes the next message and says whether the rule fires at it.
    ///
    /// `rule` must be the rule this progress was made for.
    pub fn observe(&mut self, rule: &Rule, fact: &Fact<'_>) -> bool {
        observe(rule, fact, &mut self.memories.iter_mut()).fires
    }
}

fn observe<'m>(rule: &Rule, fact: &Fact<'_>, memories: &mut impl Iterator<Item = &'m mut Memory>) -> Step {
    let memory = memories.next();
    match rule {
        Rule::Event { .. } | Rule::Page { .. } | Rule::Click { .. } | Rule::Seen { .. } => {
            let fires = matches_alone(rule, fact);
            let Some(Memory::HasFired(has_fired)) = memory else { return Step { fires, holds: fires } };
            *has_fired |= fires;
            Step { fires, holds: *has_fired }
        }
        Rule::Trait { of, conditions } => {
            let speaks = fact.kind == if *of == Scope::User { Kind::Identify } else { Kind::Group };
            let Some(Memory::Traits(met)) = memory else { return Step { fires: false, holds: false } };
            let mut touched = false;
            for (condition, met) in conditions.iter().zip(met.iter_mut()) {
                if speaks && condition.touched_by(fact.properties) {
                    touched = true;
                    *met = condition.holds(fact.properties);
                }
            }
            let holds = met.iter().all(|it| *it);
            Step { fires: touched && holds, holds }
        }
        Rule::Count { at_least, within_ms, rule } => {
            let inner = observe(rule, fact, memories);
            let Some(Memory::Times { times_ms, has_fired }) = memory else { return inner };
            let fires = inner.fires && count(times_ms, *at_least as usize, *within_ms, fact.at_ms);
            *has_fired |= fires;
            Step { fires, holds: *has_fired }
        }
        Rule::All(rules) => {
            let mut step = Step { fires: false, holds: true };
            for rule in rules {
                let child = observe(rule, fact, memories);
                step.fires |= child.fires;
                step.holds &= child.holds;
            }
            Step { fires: step.fires && step.holds, holds: step.holds }
        }
        Rule::Any(rules) => {
            let mut step = Step { fires: false, holds: false };
            for rule in rules {
                let child = observe(rule, fact, memories);
                step.fires |= child.fires;
                step.holds |= child.holds;
            }
            step
        }
        Rule::Not(rule) => Step { fires: false, holds: !observe(rule, fact, memories).holds },
    }
}

/// Remembers this firing and says whether enough of the last ones lie within the time.
fn count(times_ms: &mut Vec<i64>, at_least: usize, within_ms: Option<u64>, at_ms: i64) -> bool {
    times_ms.push(at_ms);
    if times_ms.len() > at_least {
        times_ms.rotate_left(1);
        times_ms.pop();
    }
    if times_ms.len() < at_least {
        return false;
    }
    let oldest_ms = times_ms.first().copied().unwrap_or(at_ms);
    within_ms.is_none_or(|within_ms| at_ms.saturating_sub(oldest_ms) as u64 <= within_ms)
}

fn matches_alone(rule: &Rule, fact: &Fact<'_>) -> bool {
    let is_track = |name: &str| fact.kind == Kind::Track && fact.name.as_bytes() == name.as_bytes();
    match rule {
        Rule::Event { name, conditions, source } => {
            is_track(name)
                && (*source == Source::Any || fact.from_server)
                && conditions.iter().all(|it| it.holds(fact.properties))
        }
        Rule::Page { pattern, conditions } => {
            matches!(fact.kind, Kind::Page | Kind::Screen)
                && pattern.matches(fact.url)
                && conditions.iter().all(|it| it.holds(fact.properties))
        }
        Rule::Click { selector } => is_track(reserved::ELEMENT_CLICKED) && names_selector(fact.properties, selector),
        Rule::Seen { selector } => is_track(reserved::ELEMENT_SEEN) && names_selector(fact.properties, selector),
        Rule::Trait { .. } | Rule::Count { .. } | Rule::All(_) | Rule::Any(_) | Rule::Not(_) => false,
    }
}

fn names_selector(properties: &dyn Lookup, selector: &str) -> bool {
    match properties.get(&[String::from(reserved::SELECTOR)]) {
        Some(Scalar::Text(found)) => found.as_bytes() == selector.as_bytes(),
        _ => false,
    }
}

/// One person's (or one account's) way along one journey.
#[derive(Clone, Debug)]
pub struct JourneyProgress {
    rules: Vec<RuleProgress>,
}

impl JourneyProgress {
    pub fn new(journey: &Journey) -> Self {
        Self { rules: journey.milestones.iter().map(|it| RuleProgress::new(&it.rule)).collect() }
    }

    /// Takes the next message and calls `reached` with the position of each milestone whose rule fires.
    ///
    /// `journey` must be the journey this progress was made for. Every rule sees every message;
    /// whose messages they are (see [`crate::Milestone::scope`]) is the caller's choice.
    pub fn observe(&mut self, journey: &Journey, fact: &Fact<'_>, mut reached: impl FnMut(usize)) {
        for (index, (milestone, progress)) in journey.milestones.iter().zip(&mut self.rules).enumerate() {
            if progress.observe(&milestone.rule, fact) {
                reached(index);
            }
        }
    }
}

#[cfg(test)]
mod tests;
