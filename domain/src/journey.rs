//! Journeys: the vendor's map from first contact to value.

use crate::id::{JourneyId, MilestoneId};
use crate::rule::{Rule, Scope};

/// Everything the vendor defined, already checked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Definitions {
    pub journeys: Vec<Journey>,
}

/// An ordered list of milestones; one of them is the value milestone.
#[derive(Clone, Debug, PartialEq)]
pub struct Journey {
    pub id: JourneyId,
    pub name: String,
    /// How long after its first milestone a user may take for the funnel to count the rest.
    pub window_ms: u64,
    pub milestones: Vec<Milestone>,
}

/// One step, reached when its rule fires.
#[derive(Clone, Debug, PartialEq)]
pub struct Milestone {
    pub id: MilestoneId,
    pub name: String,
    /// Whose messages the rule is held against.
    pub scope: Scope,
    /// Reaching this one is what the product is for.
    pub is_value: bool,
    pub rule: Rule,
}

/// An element the browser has to look out for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watched<'a> {
    Clicks(&'a str),
    Sightings(&'a str),
}

impl Definitions {
    pub fn journey(&self, id: &JourneyId) -> Option<&Journey> {
        self.journeys.iter().find(|it| it.id == *id)
    }

    /// Every selector named by a rule, each once per kind, in order of definition.
    pub fn watched(&self) -> Vec<Watched<'_>> {
        let mut found = Vec::new();
        for milestone in self.journeys.iter().flat_map(|it| &it.milestones) {
            milestone.rule.visit(&mut |rule| {
                let watched = match rule {
                    Rule::Click { selector } => Watched::Clicks(selector),
                    Rule::Seen { selector } => Watched::Sightings(selector),
                    _ => return,
                };
                if !found.contains(&watched) {
                    found.push(watched);
                }
            });
        }
        found
    }
}

impl Journey {
    /// The position of the value milestone; the last one where none is marked.
    pub fn value_index(&self) -> usize {
        self.milestones.iter().position(|it| it.is_value).unwrap_or(self.milestones.len().saturating_sub(1))
    }
}
