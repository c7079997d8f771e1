//! Who comes back: cohorts by the day, week or month in which users began, and the people behind each number.
//!
//! Definition: `docs/reference/metrics.md`.

use super::App;
use crate::metric::retention::{Cell, Cohort, cohorts, merged, pooled};
use crate::metric::{Activity, Calendar, Period, wilson_interval};
use crate::storage::{Active, ActivityQuestion, Happening, Profile, StorageError, UserKey};
use domain::Scope;
use rayon::prelude::*;
use serde::Serialize;

/// People that one core counts at a time.
const PIECE: usize = 16_384;

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct RetentionRequest {
    pub period: Period,
    /// Told beside the first; at most [`crate::metric::retention::PERIODS_MAX`].
    pub periods: usize,
    /// What users begin with.
    pub start: Happening,
    /// What counts as coming back.
    pub back: Happening,
    /// Only users who began in `since ≤ t < until`.
    pub since_ms: Option<i64>,
    pub until_ms: Option<i64>,
}

/// The answer, as the API gives it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RetentionAnswer {
    /// `day`, `week` or `month`.
    pub period: &'static str,
    /// As the address has it; `None`: any message.
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
    /// Wilson's at 95 %.
    pub exact_interval: Option<(f64, f64)>,
    /// In this period or a later one.
    pub unbounded: u64,
    pub unbounded_share: Option<f64>,
    pub unbounded_interval: Option<(f64, f64)>,
    /// The period is over: `exact` is what it will be.
    pub is_over: bool,
}

/// A page of the people behind a number.
#[derive(Clone, Debug)]
pub struct CameBack {
    /// Equal to the number.
    pub total: u64,
    /// The latest to begin first.
    pub rows: Vec<CameBackUser>,
}

#[derive(Clone, Debug)]
pub struct CameBackUser {
    pub profile: Profile,
    pub anonymous: bool,
    pub began_ms: i64,
    /// As [`Activity::came`] has it.
    pub came: u64,
}

impl App {
    pub async fn retention(&self, request: &RetentionRequest) -> Result<RetentionAnswer, StorageError> {
        let calendar = self.calendar();
        let active = self.events.activity(request.question(&calendar)).await?;
        let users = active.len() as u64;
        let now = request.period.of(self.now_ms(), &calendar);
        let activity = |it: &Active| activity(it, request.period, &calendar);
        let of_piece = |it: &[Active]| cohorts(it.iter().map(activity), request.periods, now);
        let found = merged(active.par_chunks(PIECE).map(of_piece).collect::<Vec<_>>());
        let all = pooled(&found, request.periods).into_iter().enumerate();
        Ok(RetentionAnswer {
            period: request.period.name(),
            start: request.start.text(),
            back: request.back.text(),
            users,
            all: all.map(|(after, it)| Share::of(after, it.users, it.exact, it.unbounded, true)).collect(),
            cohorts: found.iter().map(|it| CohortReport::of(it, request.period, &calendar)).collect(),
        })
    }

    /// Who is behind a number of [`Self::retention`], the latest to begin first.
    pub async fn came_back(
        &self,
        request: &RetentionRequest,
        cell: Cell,
        offset: usize,
        limit: usize,
    ) -> Result<CameBack, StorageError> {
        let found = self.who_came_back(request, cell).await?;
        let total = found.len() as u64;
        let named = self.named(found.into_iter().skip(offset).take(limit).collect()).await?;
        Ok(CameBack { total, rows: named.into_iter().map(CameBackUser::of).collect() })
    }

    /// All of them, without their names.
    pub(crate) async fn who_came_back(
        &self,
        request: &RetentionRequest,
        cell: Cell,
    ) -> Result<Vec<(UserKey, Active)>, StorageError> {
        let calendar = self.calendar();
        let now = request.period.of(self.now_ms(), &calendar);
        let mut found = self.events.activity(request.question(&calendar)).await?;
        found.retain(|it| cell.holds(activity(it, request.period, &calendar), now));
        found.sort_unstable_by_key(|it| (std::cmp::Reverse(it.began_ms), it.user));
        Ok(found.into_iter().map(|it| (it.user, it)).collect())
    }
}

impl RetentionRequest {
    fn question(&self, calendar: &Calendar) -> ActivityQuestion {
        ActivityQuestion {
            period: self.period,
            calendar: calendar.clone(),
            of: Scope::User,
            start: self.start.clone(),
            back: self.back.clone(),
            since_ms: self.since_ms,
            until_ms: self.until_ms,
        }
    }
}

fn activity(active: &Active, period: Period, calendar: &Calendar) -> Activity {
    Activity { start: period.of(active.began_ms, calendar), came: active.came }
}

impl CameBackUser {
    pub(crate) fn of((profile, anonymous, it): (Profile, bool, Active)) -> Self {
        Self { profile, anonymous, began_ms: it.began_ms, came: it.came }
    }

    /// The periods after their first in which they came, as far as they are told apart.
    pub fn came_after(&self) -> impl Iterator<Item = usize> {
        (0..=crate::metric::retention::PERIODS_MAX).filter(|it| self.came >> it & 1 == 1)
    }
}

impl CohortReport {
    fn of(cohort: &Cohort, period: Period, calendar: &Calendar) -> Self {
        let came = cohort.came.iter().enumerate();
        let came = came.map(|(after, it)| Share::of(after, cohort.users, it.exact, it.unbounded, it.is_over));
        Self { from: period.start_date(cohort.start, calendar), users: cohort.users, came: came.collect() }
    }
}

impl Share {
    fn of(after: usize, users: u64, exact: u64, unbounded: u64, is_over: bool) -> Self {
        let share = |part: u64| (users > 0).then(|| part as f64 / users as f64);
        Self {
            after,
            users,
            exact,
            exact_share: share(exact),
            exact_interval: wilson_interval(exact, users),
            unbounded,
            unbounded_share: share(unbounded),
            unbounded_interval: wilson_interval(unbounded, users),
            is_over,
        }
    }
}
