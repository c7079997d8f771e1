//! What brings a survey up, as far as one message or the time tells.

use crate::cli::simulate::World;
use crate::cli::simulate::actions::Action;
use crate::cli::simulate::properties::Json;
use domain::survey::{Person, Trigger};
use domain::{Condition, Rule};
use serde_json::{Map, Value};

/// Something that happens to somebody.
pub(in crate::cli::simulate) enum Moment<'a> {
    /// A page was opened.
    Page,
    /// Something was done.
    Act(&'a Action),
    /// A milestone was reached just now, by journey and position.
    Reached((usize, usize)),
    /// The page has been looked at for so long.
    Stayed(u64),
}

/// What is known of somebody and their account.
pub(in crate::cli::simulate) struct Traits {
    user: Json<Value>,
    account: Json<Value>,
}

impl Traits {
    pub(in crate::cli::simulate) fn new(user: Map<String, Value>, account: Map<String, Value>) -> Self {
        Self { user: Json(Value::Object(user)), account: Json(Value::Object(account)) }
    }

    pub(super) fn person(&self) -> Person<'_> {
        Person { user: &self.user, account: &self.account }
    }
}

/// What a trigger is held against.
pub(super) struct Around<'a> {
    pub(super) world: &'a World,
    pub(super) reached: &'a [((usize, usize), i64)],
    pub(super) now_ms: i64,
}

impl Around<'_> {
    pub(super) fn brings(&self, moment: &Moment<'_>, trigger: &Trigger) -> bool {
        match (trigger, moment) {
            (Trigger::Fired(rule), Moment::Act(action)) => fires(rule, action),
            (Trigger::Reached { .. }, Moment::Reached(milestone)) => self.position(trigger) == Some(*milestone),
            (Trigger::Overdue { after_ms, .. }, Moment::Page) => self.is_overdue(trigger, *after_ms),
            (Trigger::TimeOnPage { after_ms }, Moment::Stayed(stayed_ms)) => stayed_ms >= after_ms,
            _ => false,
        }
    }

    /// The milestone that a trigger names.
    fn position(&self, trigger: &Trigger) -> Option<(usize, usize)> {
        let (Trigger::Reached { journey, milestone } | Trigger::Overdue { journey, milestone, .. }) = trigger else {
            return None;
        };
        let journeys = &self.world.definitions.journeys;
        let position = journeys.iter().position(|it| it.id == *journey)?;
        let milestones = &journeys.get(position)?.milestones;
        Some((position, milestones.iter().position(|it| it.id == *milestone)?))
    }

    fn is_overdue(&self, trigger: &Trigger, after_ms: u64) -> bool {
        let Some((journey, milestone)) = self.position(trigger) else { return false };
        let reached = |it: (usize, usize)| self.reached.iter().find(|(known, _)| *known == it).map(|(_, at_ms)| *at_ms);
        let before_ms = match milestone.checked_sub(1) {
            Some(before) => reached((journey, before)),
            None => self.reached.iter().map(|it| it.1).min(),
        };
        reached((journey, milestone)).is_none() && before_ms.is_some_and(|it| self.now_ms - it >= after_ms as i64)
    }
}

/// Whether this one thing done makes a rule fire; what needs a memory does not.
fn fires(rule: &Rule, action: &Action) -> bool {
    match (rule, action) {
        (Rule::Any(rules), _) => rules.iter().any(|it| fires(it, action)),
        (Rule::Event { name, conditions, .. }, Action::Track { name: found, properties }) => {
            name == found && meets(conditions, properties)
        }
        (Rule::Page { pattern, conditions }, Action::Visit { page, properties }) => {
            pattern.matches(&page.url) && meets(conditions, properties)
        }
        (Rule::Click { selector }, Action::Click { selector: found })
        | (Rule::Seen { selector }, Action::See { selector: found }) => selector == found,
        _ => false,
    }
}

fn meets(conditions: &[Condition], properties: &Map<String, Value>) -> bool {
    let properties = Json(Value::Object(properties.clone()));
    conditions.iter().all(|it| it.holds(&properties))
}

/// Whether somebody is of an audience.
pub(super) fn is_of(rule: &Rule, traits: &Traits) -> bool {
    match rule {
        Rule::Trait { of, conditions } => conditions.iter().all(|it| it.holds(traits.person().of(*of))),
        Rule::All(rules) => rules.iter().all(|it| is_of(it, traits)),
        Rule::Any(rules) => rules.iter().any(|it| is_of(it, traits)),
        Rule::Not(rule) => !is_of(rule, traits),
        _ => false,
    }
}

/// `/app/invoices/4711` → `/app/invoices/:id`
pub(super) fn template(path: &str) -> String {
    let named =
        |it: &str| if it.starts_with(|it: char| it.is_ascii_digit()) { ":id".to_owned() } else { it.to_owned() };
    path.split('/').map(named).collect::<Vec<_>>().join("/")
}
