//! Composes the signals, the score and the policy; the only one that knows them all.

use super::decision::Decision;
use super::observation::Observation;
use super::score::Score;
use super::visit::Visit;
use domain::hesitation::Model;

/// What came of an observation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The verdict changed.
    Decided(Box<Decision>),
    /// A visit ended, or was hidden and may not go on.
    Visited(Box<Visit>),
    /// The prompt was up long enough without an answer: take it away, and say [`super::PromptSaid::TimedOut`].
    TimedOut,
}

/// One visitor, watched.
#[derive(Debug, Default)]
pub struct Detector {
    model: Option<Model>,
}

impl Detector {
    /// Until then only visits are measured.
    pub fn configure(&mut self, model: Option<Model>) {
        self.model = model;
    }

    pub fn model(&self) -> Option<&Model> {
        self.model.as_ref()
    }

    /// Takes one observation and appends what came of it. Times may be absurd, and go back.
    pub fn observe(&mut self, _now_ms: i64, _observation: Observation<'_>, _findings: &mut Vec<Finding>) {}

    /// The score at this moment; `None` without a model or outside of a visit.
    pub fn score(&self, _now_ms: i64) -> Option<Score> {
        None
    }

    /// When it wants to hear [`Observation::Tick`]; `None` while nothing can come of it.
    pub fn tick_at_ms(&self) -> Option<i64> {
        None
    }

    /// What outlives the page: the trail of pages, and who was asked when. One line of text, at most a kilobyte.
    pub fn memory(&self) -> String {
        String::new()
    }
}
