//! What someone has to do for a rule to fire.

use super::World;
use super::properties::meeting;
use super::random::Random;
use super::urls;
use domain::{Milestone, MilestoneId, Rule, Scope, Source, Value, reserved};
use sdk_core::Page;
use serde_json::{Map, Value as Json};

const MINUTE_MS: u64 = 60_000;
const DAY_MS: u64 = 24 * 60 * MINUTE_MS;

/// One thing someone does.
#[derive(Clone, Debug)]
pub(super) enum Action {
    Track {
        name: String,
        properties: Map<String, Json>,
    },
    /// The vendor's server says so.
    Server {
        name: String,
        properties: Map<String, Json>,
    },
    Visit {
        page: Page,
        properties: Map<String, Json>,
    },
    Click {
        selector: String,
    },
    See {
        selector: String,
    },
    UserTraits(Map<String, Json>),
    AccountTraits(Map<String, Json>),
    Milestone(MilestoneId),
}

/// An action, and how long after the one before it.
pub(super) type Timed = (u64, Action);

/// What makes this milestone's rule fire; `None` when nothing here can.
pub(super) fn reaching(milestone: &Milestone, world: &World, random: &mut Random) -> Option<Vec<Timed>> {
    firing(&milestone.rule, world, random)
}

/// A milestone that cannot be reached for want of a server key.
pub(super) fn needs_server_key(world: &World) -> Option<String> {
    let mut random = Random::of(0, "probe", 0);
    let milestones = world.definitions.journeys.iter().flat_map(|it| &it.milestones);
    let mut unreachable = milestones.filter(|it| reaching(it, world, &mut random).is_none());
    unreachable.next().map(|it| it.id.as_str().to_owned())
}

fn firing(rule: &Rule, world: &World, random: &mut Random) -> Option<Vec<Timed>> {
    let action = match rule {
        Rule::Event { name, conditions, .. } if name == reserved::MILESTONE_REACHED => {
            match conditions.iter().flat_map(|it| &it.values).next() {
                Some(Value::Text(id)) => Action::Milestone(MilestoneId::new(id.as_str())),
                _ => return None,
            }
        }
        Rule::Event { source: Source::Server, .. } if world.server_key.is_none() => return None,
        Rule::Event { name, conditions, source } => {
            let (name, properties) = (name.clone(), meeting(conditions, random));
            match source {
                Source::Server => Action::Server { name, properties },
                Source::Any => Action::Track { name, properties },
            }
        }
        Rule::Page { pattern, conditions } => {
            let page = urls::matching(pattern, &world.site, random);
            Action::Visit { page, properties: meeting(conditions, random) }
        }
        Rule::Click { selector } => Action::Click { selector: selector.clone() },
        Rule::Seen { selector } => Action::See { selector: selector.clone() },
        Rule::Trait { of: Scope::User, conditions } => Action::UserTraits(meeting(conditions, random)),
        Rule::Trait { of: Scope::Account, conditions } => Action::AccountTraits(meeting(conditions, random)),
        Rule::Count { at_least, within_ms, rule } => return repeated(*at_least, *within_ms, rule, world, random),
        Rule::All(rules) => return all(rules, world, random),
        Rule::Any(rules) => {
            let mut ways: Vec<Vec<Timed>> = rules.iter().filter_map(|it| firing(it, world, random)).collect();
            // The first way is the one most people take.
            let chosen = if random.chance(0.7) { 0 } else { random.between(0, ways.len() as u64) as usize };
            return (chosen < ways.len()).then(|| ways.swap_remove(chosen));
        }
        Rule::Not(_) => return None,
    };
    Some(vec![(0, action)])
}

fn repeated(
    at_least: u32,
    within_ms: Option<u64>,
    rule: &Rule,
    world: &World,
    random: &mut Random,
) -> Option<Vec<Timed>> {
    // Well inside the time, so that working hours between do not burst it.
    let longest_ms = within_ms.map_or(2 * DAY_MS, |it| (it / u64::from(at_least.max(1)) / 2).min(2 * DAY_MS));
    let mut actions = Vec::new();
    for repetition in 0..at_least {
        let mut once = firing(rule, world, random)?;
        if repetition > 0
            && let Some((delay_ms, _)) = once.first_mut()
        {
            *delay_ms = (random.log_normal(longest_ms as f64 / 3.0, 0.6) as u64).min(longest_ms);
        }
        actions.append(&mut once);
    }
    Some(actions)
}

/// Every child in turn; what must not have happened is left undone.
fn all(rules: &[Rule], world: &World, random: &mut Random) -> Option<Vec<Timed>> {
    let mut actions = Vec::new();
    for rule in rules.iter().filter(|it| !matches!(it, Rule::Not(_))) {
        let mut part = firing(rule, world, random)?;
        if !actions.is_empty()
            && let Some((delay_ms, _)) = part.first_mut()
        {
            *delay_ms += random.between(MINUTE_MS / 4, 3 * MINUTE_MS);
        }
        actions.append(&mut part);
    }
    (!actions.is_empty()).then_some(actions)
}
