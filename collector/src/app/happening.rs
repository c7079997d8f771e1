//! What somebody does that a question is about, as addresses name it: nothing for any message, the name of an event, or
//! `milestone:` with a journey and one of its milestones.

use crate::storage::Happening;
use domain::{Definitions, Journey, Milestone, Rule};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Before the name of a milestone; an event that is called so cannot be asked for.
const MILESTONE: &str = "milestone:";

/// Names a milestone that is not defined.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("names no milestone: write {MILESTONE}journey/milestone as they are in milepost.toml, or the name of an event")]
pub struct NoSuchMilestone;

impl Happening {
    pub fn parse(text: &str, definitions: &Definitions) -> Result<Self, NoSuchMilestone> {
        if text.is_empty() {
            return Ok(Self::Message);
        }
        let Some(named) = text.strip_prefix(MILESTONE) else { return Ok(Self::Event(text.to_owned())) };
        let of = |journey: &Journey| -> Option<Self> {
            let milestone = journey.milestones.iter().find(|it| name(journey, it) == named)?;
            Some(Self::Milestone(Arc::new(Journey { milestones: vec![milestone.clone()], ..journey.clone() })))
        };
        definitions.journeys.iter().find_map(of).ok_or(NoSuchMilestone)
    }

    /// What [`Self::parse`] reads; `None` for any message.
    pub fn text(&self) -> Option<String> {
        match self {
            Self::Message => None,
            Self::Event(name) => Some(name.clone()),
            Self::Milestone(journey) => {
                journey.milestones.first().map(|it| format!("{MILESTONE}{}", name(journey, it)))
            }
        }
    }

    /// As a reader would say it.
    pub fn in_words(&self) -> String {
        match self {
            Self::Message => "any message".to_owned(),
            Self::Event(name) => format!("“{name}”"),
            Self::Milestone(journey) => {
                let milestone = journey.milestones.first().map_or("", |it| it.name.as_str());
                format!("“{milestone}” of “{}”", journey.name)
            }
        }
    }
}

/// Every milestone, as an address names it and as a reader would say it.
pub fn milestones(definitions: &Definitions) -> Vec<(String, String)> {
    milestone_names(definitions).map(|(id, name)| (format!("{MILESTONE}{id}"), name)).collect()
}

/// Every milestone, as `onboarding/signed-up` and as a reader would say it.
pub fn milestone_names(definitions: &Definitions) -> impl Iterator<Item = (String, String)> {
    let of = |journey: &Journey, it: &Milestone| (name(journey, it), format!("{}: {}", journey.name, it.name));
    definitions.journeys.iter().flat_map(move |journey| journey.milestones.iter().map(move |it| of(journey, it)))
}

/// The events that rules name, each once.
pub fn events(definitions: &Definitions) -> Vec<String> {
    let mut names = BTreeSet::new();
    for milestone in definitions.journeys.iter().flat_map(|it| &it.milestones) {
        milestone.rule.visit(&mut |rule| {
            if let Rule::Event { name, .. } = rule {
                names.insert(name.clone());
            }
        });
    }
    names.into_iter().collect()
}

fn name(journey: &Journey, milestone: &Milestone) -> String {
    format!("{}/{}", journey.id.as_str(), milestone.id.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::project;

    #[test]
    fn what_is_named_is_found_and_named_the_same_again() {
        let definitions = project().definitions;
        for text in ["", "Invoice Sent", "milestone:onboarding/sent"] {
            let found = Happening::parse(text, &definitions).unwrap();
            assert_eq!(found.text().unwrap_or_default(), text);
        }
        let found = Happening::parse("milestone:onboarding/sent", &definitions).unwrap();
        assert_eq!(found.in_words(), "“Sent the first invoice” of “Onboarding”");
        assert_eq!(events(&definitions), ["Customer Added", "Invoice Sent", "Signed Up"]);
        assert_eq!(milestones(&definitions)[2].0, "milestone:onboarding/sent");
        assert_eq!(Happening::parse("milestone:onboarding", &definitions), Err(NoSuchMilestone));
        assert_eq!(Happening::parse("milestone:onboarding/none", &definitions), Err(NoSuchMilestone));
    }
}
