//! Time to first value (TTFV): from a user's first milestone to the value milestone.
//!
//! Definition: `docs/reference/metrics.md`.

use super::App;
use crate::metric::quantile_ms;
use crate::storage::StorageError;
use domain::{Journey, JourneyId, Rule};
use std::sync::Arc;

/// How fast users get to value, over users who started in the range.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct ValueTime {
    /// The value milestone.
    pub milestone: String,
    /// Users who first reached the journey's first milestone in the range.
    pub started: u64,
    /// Those of them who have reached the value milestone since.
    pub reached: u64,
    /// Over those who reached it; `None` when nobody did.
    pub median_ms: Option<u64>,
    pub p90_ms: Option<u64>,
}

impl App {
    /// TTFV of a journey; `None` when there is no such journey.
    pub async fn value_time(
        &self,
        journey: &JourneyId,
        since_ms: Option<i64>,
        until_ms: Option<i64>,
    ) -> Result<Option<ValueTime>, StorageError> {
        let Some(journey) = self.project().definitions.journey(journey).cloned().map(Arc::new) else { return Ok(None) };
        let value = journey.value_index();
        let mut ends = Journey::clone(&journey);
        for (_, milestone) in ends.milestones.iter_mut().enumerate().filter(|(level, _)| ![0, value].contains(level)) {
            // Never fires, so that nothing is read for it.
            milestone.rule = Rule::Any(Vec::new());
        }
        let reaches = self.events.first_reached(Arc::new(ends)).await?;
        let mut started = 0;
        let mut times_ms = Vec::new();
        for (start_ms, value_ms) in reaches.pairs(0, value) {
            if since_ms.is_some_and(|since_ms| start_ms < since_ms)
                || until_ms.is_some_and(|until_ms| start_ms >= until_ms)
            {
                continue;
            }
            started += 1;
            if let Some(value_ms) = value_ms {
                // Value before the first milestone counts as no time at all, not as negative time.
                times_ms.push(value_ms.saturating_sub(start_ms).max(0) as u64);
            }
        }
        Ok(Some(ValueTime {
            milestone: journey.milestones.get(value).map(|it| it.id.as_str().to_owned()).unwrap_or_default(),
            started,
            reached: times_ms.len() as u64,
            median_ms: quantile_ms(&mut times_ms, 0.5),
            p90_ms: quantile_ms(&mut times_ms, 0.9),
        }))
    }
}
