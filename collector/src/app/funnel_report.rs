//! The funnel as JSON: one shape for the CLI and the API, documented in `docs/reference/metrics.md`.

use super::comparison::Comparison;
use super::funnel::{FunnelAnswer, Step};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FunnelReport {
    pub journey: String,
    pub window_ms: u64,
    pub steps: Vec<StepReport>,
    /// Only with a breakdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub groups: Option<Vec<GroupReport>>,
    /// Only where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compared: Option<Comparison>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupReport {
    pub value: String,
    pub steps: Vec<StepReport>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepReport {
    pub milestone: String,
    pub reached: u64,
    pub from_start: Option<f64>,
    pub from_previous: Option<f64>,
    pub median_ms: Option<u64>,
    #[serde(default)]
    pub p75_ms: Option<u64>,
    pub p90_ms: Option<u64>,
}

impl From<&FunnelAnswer> for FunnelReport {
    fn from(answer: &FunnelAnswer) -> Self {
        let report = |steps: &[Step]| -> Vec<StepReport> {
            let milestones = answer.journey.milestones.iter();
            milestones
                .zip(steps)
                .map(|(milestone, step)| StepReport {
                    milestone: milestone.id.as_str().to_owned(),
                    reached: step.reached,
                    from_start: step.from_start,
                    from_previous: step.from_previous,
                    median_ms: step.median_ms,
                    p75_ms: step.p75_ms,
                    p90_ms: step.p90_ms,
                })
                .collect()
        };
        Self {
            journey: answer.journey.id.as_str().to_owned(),
            window_ms: answer.window_ms,
            steps: report(&answer.steps),
            by: answer.by.as_ref().map(ToString::to_string),
            groups: answer.by.as_ref().map(|_| {
                let groups = answer.groups.iter();
                groups.map(|it| GroupReport { value: it.value.clone(), steps: report(&it.steps) }).collect()
            }),
            compared: None,
        }
    }
}
