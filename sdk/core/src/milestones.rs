//! Which milestones this user has reached, as their own messages tell: at once, and each once.
//!
//! The collector decides for good (it knows the whole account and all of history); this is for
//! reacting in the page.

use crate::json::Json;
use domain::{Definitions, Fact, Journey, JourneyId, JourneyProgress, Milestone, MilestoneId};

/// A milestone that was reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reach {
    /// `journey/milestone`
    pub(crate) key: String,
    /// 0: long ago.
    pub(crate) at_ms: i64,
}

/// What is news, as [`crate::Topic::Milestone`] tells it, and by its ids.
#[derive(Debug)]
pub(crate) struct News {
    pub(crate) journey: String,
    pub(crate) milestone: String,
    pub(crate) detail: String,
}

#[derive(Debug, Default)]
pub(crate) struct Milestones {
    definitions: Definitions,
    progress: Vec<JourneyProgress>,
    /// In the order reached.
    pub(crate) reached: Vec<Reach>,
}

impl Milestones {
    pub(crate) fn configure(&mut self, definitions: Definitions) {
        self.definitions = definitions;
        self.start();
    }

    /// Nothing can be reached.
    pub(crate) fn is_empty(&self) -> bool {
        self.definitions.journeys.is_empty()
    }

    /// Takes the next message and returns what it reached for the first time.
    pub(crate) fn observe(&mut self, fact: &Fact<'_>) -> Vec<News> {
        let mut news = Vec::new();
        for (journey, progress) in self.definitions.journeys.iter().zip(&mut self.progress) {
            progress.observe(journey, fact, |index| {
                let Some(milestone) = journey.milestones.get(index) else { return };
                if at_ms(&self.reached, journey, milestone).is_none() {
                    self.reached.push(Reach { key: key_of(journey, milestone), at_ms: fact.at_ms });
                    news.push(News {
                        journey: journey.id.as_str().into(),
                        milestone: milestone.id.as_str().into(),
                        detail: told(journey, milestone),
                    });
                }
            });
        }
        news
    }

    /// Not reached, and what comes before it was by that time: the milestone before, of the first any.
    pub(crate) fn is_overdue(&self, journey: &JourneyId, milestone: &MilestoneId, by_ms: i64) -> bool {
        let Some(journey) = self.definitions.journey(journey) else { return false };
        let Some(position) = journey.milestones.iter().position(|it| it.id == *milestone) else { return false };
        let mut is_overdue = false;
        for (at, it) in journey.milestones.iter().enumerate() {
            let at_ms = at_ms(&self.reached, journey, it);
            if at == position && at_ms.is_some() {
                return false;
            }
            is_overdue |= (at + 1 == position || position == 0) && at_ms.is_some_and(|it| it <= by_ms);
        }
        is_overdue
    }

    /// Somebody else sits here now.
    pub(crate) fn forget(&mut self) {
        self.reached.clear();
        self.start();
    }

    fn start(&mut self) {
        self.progress = self.definitions.journeys.iter().map(JourneyProgress::new).collect();
    }
}

fn key_of(journey: &Journey, milestone: &Milestone) -> String {
    let mut key = String::from(journey.id.as_str());
    key.push('/');
    key.push_str(milestone.id.as_str());
    key
}

fn at_ms(reached: &[Reach], journey: &Journey, milestone: &Milestone) -> Option<i64> {
    let key = key_of(journey, milestone);
    reached.iter().find(|it| it.key.as_bytes() == key.as_bytes()).map(|it| it.at_ms)
}

fn told(journey: &Journey, milestone: &Milestone) -> String {
    let mut json = Json::object();
    json.text("journey", journey.id.as_str())
        .text("milestone", milestone.id.as_str())
        .text("name", &milestone.name)
        .raw("isValue", if milestone.is_value { "true" } else { "false" });
    json.end()
}
