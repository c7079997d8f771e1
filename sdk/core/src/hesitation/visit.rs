//! What one visit to a page measured: the collector learns what is normal from many of these.

use crate::json::Json;
use domain::hesitation::Device;

/// One visit so far. A later one with the same page and `started_ms` replaces it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    pub page: String,
    pub context: String,
    pub device: Device,
    pub started_ms: i64,
    /// Active milliseconds, up to the prompt where there was one.
    pub active_ms: i64,
    /// Somebody was asked or given a hint: what came after taught nothing.
    pub is_prompted: bool,
    /// There was progress on this page.
    pub is_progressed: bool,
    /// Highest score, in thousandths of a logit; `None` without a model.
    pub top_score: Option<i32>,
    /// As [`domain::hesitation::write_sample`] writes them, up to the prompt.
    pub samples: String,
    /// As [`domain::hesitation::write_reached`] writes them, up to the prompt.
    pub states: String,
    /// Clicks, keys and fields filled in, up to the prompt.
    pub actions: i64,
    /// Version of the model; 0: none.
    pub model: u64,
}

impl Visit {
    /// The fields of one JSON object, for the message that says the page was left.
    pub(crate) fn write(&self, json: &mut Json) {
        json.text("page", &self.page)
            .text("context", &self.context)
            .text("device", self.device.as_str())
            .number("visit", self.started_ms)
            .number("visitMs", self.active_ms)
            .number("prompted", i64::from(self.is_prompted))
            .number("progressed", i64::from(self.is_progressed))
            .text("samples", &self.samples)
            .text("states", &self.states)
            .number("actions", self.actions)
            .number("model", self.model as i64);
        if let Some(score) = self.top_score {
            json.number("topScore", i64::from(score));
        }
    }
}
