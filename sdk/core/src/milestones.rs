//! Which milestones this user has reached, as their own messages tell: at once, and each once.
//!
//! The collector decides for good (it knows the whole account and all of history); this is for
//! reacting in the page.

use crate::client::ReadJson;
use crate::json::Json;
use crate::limits;
use crate::message::Said;
use domain::{Definitions, Fact, Journey, JourneyProgress, Kind, Milestone};

#[derive(Debug)]
enum Config {
    /// Messages wait for it.
    Awaited(Vec<Said>),
    Known(Definitions, Vec<JourneyProgress>),
}

#[derive(Debug)]
pub(crate) struct Milestones {
    config: Config,
    /// `journey/milestone`, in the order reached.
    pub(crate) reached: Vec<String>,
    read_json: ReadJson,
}

impl Milestones {
    pub(crate) fn new(read_json: ReadJson) -> Self {
        Self { config: Config::Awaited(Vec::new()), reached: Vec::new(), read_json }
    }

    /// Takes the definitions and holds everything noted so far against them.
    pub(crate) fn configure(&mut self, definitions: Definitions) -> Vec<String> {
        let progress = definitions.journeys.iter().map(JourneyProgress::new).collect();
        let before = std::mem::replace(&mut self.config, Config::Known(definitions, progress));
        let mut reached = Vec::new();
        if let Config::Awaited(noted) = before {
            for it in noted {
                reached.extend(self.observe(it));
            }
        }
        reached
    }

    /// Takes the next message and returns what it reached for the first time, as [`crate::Topic::Milestone`] tells it.
    pub(crate) fn observe(&mut self, noted: Said) -> Vec<String> {
        let mut fresh = Vec::new();
        match &mut self.config {
            Config::Awaited(waiting) => {
                // Beyond that the config is not coming, and the collector knows anyway.
                if waiting.len() < limits::EARLY_FACTS {
                    waiting.push(noted);
                }
            }
            Config::Known(definitions, progress) => {
                if definitions.journeys.is_empty() {
                    return fresh;
                }
                let properties = (self.read_json)(&noted.body);
                let fact = Fact {
                    at_ms: noted.at_ms,
                    kind: noted.kind,
                    name: &noted.name,
                    url: if noted.kind == Kind::Page { &noted.page.url } else { "" },
                    from_server: false,
                    properties: &*properties,
                };
                for (journey, progress) in definitions.journeys.iter().zip(progress) {
                    progress.observe(journey, &fact, |index| {
                        let Some(milestone) = journey.milestones.get(index) else { return };
                        let mut key = String::from(journey.id.as_str());
                        key.push('/');
                        key.push_str(milestone.id.as_str());
                        if !self.reached.contains(&key) {
                            self.reached.push(key);
                            fresh.push(told(journey, milestone));
                        }
                    });
                }
            }
        }
        fresh
    }

    /// Somebody else sits here now.
    pub(crate) fn forget(&mut self) {
        self.reached.clear();
        match &mut self.config {
            Config::Awaited(noted) => noted.clear(),
            Config::Known(definitions, progress) => {
                *progress = definitions.journeys.iter().map(JourneyProgress::new).collect();
            }
        }
    }
}

fn told(journey: &Journey, milestone: &Milestone) -> String {
    let mut json = Json::object();
    json.text("journey", journey.id.as_str())
        .text("milestone", milestone.id.as_str())
        .text("name", &milestone.name)
        .raw("isValue", if milestone.is_value { "true" } else { "false" });
    json.end()
}
