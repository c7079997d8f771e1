//! Which milestones this user has reached, as their own messages tell: at once, and each once.
//!
//! The collector decides for good (it knows the whole account and all of history); this is for
//! reacting in the page.

use crate::json::Json;
use domain::{Definitions, Fact, Journey, JourneyId, JourneyProgress, Milestone};

/// A milestone that was reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reach {
    /// `journey/milestone`
    pub(crate) key: String,
    /// 0: long ago.
    pub(crate) at_ms: i64,
}

/// What is news, as [`crate::Topic::Milestone`] tells it, and by its key.
#[derive(Debug)]
pub(crate) struct News {
    pub(crate) key: String,
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
                let key = key_of(&journey.id, milestone.id.as_str());
                if !self.reached.iter().any(|it| it.key.as_bytes() == key.as_bytes()) {
                    self.reached.push(Reach { key: key.clone(), at_ms: fact.at_ms });
                    news.push(News { key, detail: told(journey, milestone) });
                }
            });
        }
        news
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

pub(crate) fn key_of(journey: &JourneyId, milestone: &str) -> String {
    let mut key = String::from(journey.as_str());
    key.push('/');
    key.push_str(milestone);
    key
}

fn told(journey: &Journey, milestone: &Milestone) -> String {
    let mut json = Json::object();
    json.text("journey", journey.id.as_str())
        .text("milestone", milestone.id.as_str())
        .text("name", &milestone.name)
        .raw("isValue", if milestone.is_value { "true" } else { "false" });
    json.end()
}
