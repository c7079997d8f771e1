//! Who comes back: cohorts by the day or week in which users began.
//!
//! Definition: `docs/reference/metrics.md`.

use super::App;
use crate::metric::Period;
use crate::metric::retention::{Cohort, cohorts, pooled};
use crate::storage::{ActivityQuestion, StorageError};
use serde::Serialize;

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct RetentionRequest {
    pub period: Period,
    /// Told beside the first; at most [`crate::metric::retention::PERIODS_MAX`].
    pub periods: usize,
    /// The event that users begin with; `None`: their first message.
    pub start: Option<String>,
    /// The event that counts as coming back; `None`: any message.
    pub back: Option<String>,
    /// Only users who began in `since ≤ t < until`.
    pub since_ms: Option<i64>,
    pub until_ms: Option<i64>,
}

/// The answer, as the API gives it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RetentionAnswer {
    /// `day` or `week`.
    pub period: &'static str,
    pub start: Option<String>,
    #[serde(rename = "return")]
    pub back: Option<String>,
    /// Users of all cohorts.
    pub users: u64,
    /// For each period after the first, over those cohorts for which it is over.
    pub all: Vec<Share>,
    /// In order of time.
    pub cohorts: Vec<CohortReport>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CohortReport {
    /// The first day of the cohort's period.
    pub from: String,
    pub users: u64,
    /// For each period after the first that has begun.
    pub came: Vec<Share>,
}

/// How many came back, of how many.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Share {
    pub after: usize,
    pub users: u64,
    /// In this very period.
    pub exact: u64,
    pub exact_share: Option<f64>,
    /// In this period or a later one.
    pub unbounded: u64,
    pub unbounded_share: Option<f64>,
    /// The period is over: `exact` is what it will be.
    pub is_over: bool,
}

impl App {
    pub async fn retention(&self, request: &RetentionRequest) -> Result<RetentionAnswer, StorageError> {
        let question = ActivityQuestion {
            period: request.period,
            start: request.start.clone(),
            back: request.back.clone(),
            since_ms: request.since_ms,
            until_ms: request.until_ms,
        };
        let activities = self.events.activity(question).await?;
        let users = activities.len() as u64;
        let found = cohorts(activities, request.periods, request.period.of(self.now_ms()));
        let all = pooled(&found, request.periods).into_iter().enumerate();
        Ok(RetentionAnswer {
            period: match request.period {
                Period::Day => "day",
                Period::Week => "week",
            },
            start: request.start.clone(),
            back: request.back.clone(),
            users,
            all: all.map(|(after, it)| Share::of(after, it.users, it.exact, it.unbounded, true)).collect(),
            cohorts: found.iter().map(|it| CohortReport::of(it, request.period)).collect(),
        })
    }
}

impl CohortReport {
    fn of(cohort: &Cohort, period: Period) -> Self {
        let from = jiff::Timestamp::from_millisecond(period.start_ms(cohort.start));
        let from = from.map(|it| it.strftime("%Y-%m-%d").to_string()).unwrap_or_default();
        let came = cohort.came.iter().enumerate();
        let came = came.map(|(after, it)| Share::of(after, cohort.users, it.exact, it.unbounded, it.is_over));
        Self { from, users: cohort.users, came: came.collect() }
    }
}

impl Share {
    fn of(after: usize, users: u64, exact: u64, unbounded: u64, is_over: bool) -> Self {
        let share = |part: u64| (users > 0).then(|| part as f64 / users as f64);
        let (exact_share, unbounded_share) = (share(exact), share(unbounded));
        Self { after, users, exact, exact_share, unbounded, unbounded_share, is_over }
    }
}
