//! What people answered: responses, what they come to, and what operators do about them.
//!
//! A **response** is one filling-in, whatever became of it. Every number is the length of a list of responses that one
//! [`ResponseFilter`] picks, so a number always equals its list. Definitions: `docs/reference/metrics.md`.
//!
//! `messages.rs` reads what browsers said → `fold.rs` makes responses of it → `filter.rs` picks → `answer.rs` counts.
//! `triage.rs` knows what operators did; `person.rs` what is known of one user.

mod answer;
mod filter;
mod fold;
mod messages;
mod people;
mod person;
mod pick;
mod response;
mod search;
mod steps;
mod trend;

pub use answer::{NpsAnswer, SegmentAnswer, SurveyAnswer, SurveyRequest, SurveySummary};
pub use filter::{FILTER_CHARS_MAX, ResponseFilter, Responses, Who};
pub use people::{Asked, SurveyPerson};
pub use person::UserAnswer;
pub use pick::Pick;
pub use response::{Given, KINDS, Outcome, Response, StepAnswer};
pub use search::Search;
pub use steps::{Bar, StepResult};
pub use trend::{Per, TrendPoint};

use crate::project::SurveyDefinition;
use serde::Serialize;

/// Whether a survey asks anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum SurveyState {
    Asking,
    /// Its first day is ahead.
    Planned,
    /// Its last day is past.
    Over,
    /// It has the responses it wanted.
    Enough,
    /// It is not in `milepost.toml` any more.
    Gone,
}

impl SurveyState {
    fn of(definition: Option<&SurveyDefinition>, completed: u64, now_ms: i64) -> Self {
        let Some(it) = definition else { return Self::Gone };
        if it.starts_ms.is_some_and(|at_ms| now_ms < at_ms) {
            Self::Planned
        } else if it.ends_ms.is_some_and(|at_ms| now_ms >= at_ms) {
            Self::Over
        } else if it.wanted.is_some_and(|wanted| completed >= wanted) {
            Self::Enough
        } else {
            Self::Asking
        }
    }
}
