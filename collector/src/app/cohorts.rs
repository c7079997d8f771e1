//! Weeks of starters on their way along a journey: what share of each reached value, or each milestone, in time.
//!
//! Definition: `docs/reference/metrics.md`. As in the time to first value, neither the order of other milestones nor the
//! funnel's window matters; who has not had the time yet is told apart.

use super::App;
use super::value_time::{is_within, waited};
use crate::metric::progress::{Got, Started, by_week, pooled};
use crate::metric::survival::{Waited, log_rank};
use crate::metric::{Calendar, Period, wilson_interval};
use crate::storage::{Profile, Reaches, StorageError, UserKey};
use domain::{Journey, JourneyId};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

const WEEK_MS: u64 = 7 * 86_400_000;

/// Times in which value may be reached, in weeks.
const WITHIN_WEEKS: [u64; 4] = [1, 2, 4, 8];

/// What the columns are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Columns {
    /// The value milestone, within 1, 2, 4 and 8 weeks.
    #[default]
    Value,
    /// Each milestone but the first, within the journey's window.
    Milestones,
}

impl Columns {
    pub fn name(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::Milestones => "milestones",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        [Self::Value, Self::Milestones].into_iter().find(|it| it.name() == name)
    }
}

/// One column: a milestone, and how long it may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    pub level: usize,
    pub within_ms: u64,
}

/// The answer, as the API gives it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cohorts {
    pub journey: String,
    /// `value` or `milestones`.
    pub show: &'static str,
    /// Users who started in the range.
    pub started: u64,
    pub columns: Vec<ColumnReport>,
    /// Over those weeks that are complete, by column.
    pub all: Vec<Cell>,
    /// In order of time.
    pub weeks: Vec<Week>,
    /// Whether the weeks differ in how fast people reach value.
    pub test: Option<Test>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ColumnReport {
    pub milestone: String,
    pub within_ms: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Week {
    /// Its first day.
    pub from: String,
    pub started: u64,
    pub cells: Vec<Cell>,
}

/// How many got there in time, of how many.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cell {
    pub started: u64,
    pub reached: u64,
    pub share: Option<f64>,
    /// Wilson's at 95 %.
    pub interval: Option<(f64, f64)>,
    /// Everybody of the week has had the time.
    pub is_complete: bool,
}

/// The log-rank test over all weeks.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Test {
    pub weeks: usize,
    pub chi_squared: f64,
    pub p: f64,
}

/// Whom a number of the grid counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AskedCell {
    /// The number of the week; `None`: all weeks, and with a column those that are complete.
    pub week: Option<i64>,
    /// `None`: everybody who started.
    pub column: Option<Column>,
    /// Those who did not get there in time instead.
    pub away: bool,
}

/// A page of the people behind a number.
#[derive(Clone, Debug)]
pub struct CohortPeople {
    /// Equal to the number.
    pub total: u64,
    /// The latest to start first.
    pub rows: Vec<CohortUser>,
}

#[derive(Clone, Debug)]
pub struct CohortUser {
    pub profile: Profile,
    pub anonymous: bool,
    pub started_ms: i64,
    /// When they got to the column's milestone, whether in time or later.
    pub reached_ms: Option<i64>,
}

/// When somebody started, and when they got there.
pub(crate) type Times = (i64, Option<i64>);

impl CohortUser {
    pub(crate) fn of((profile, anonymous, (started_ms, reached_ms)): (Profile, bool, Times)) -> Self {
        Self { profile, anonymous, started_ms, reached_ms }
    }
}

/// The columns of a journey.
pub fn columns(journey: &Journey, show: Columns) -> Vec<Column> {
    match show {
        Columns::Value => {
            let level = journey.value_index();
            WITHIN_WEEKS.map(|weeks| Column { level, within_ms: weeks * WEEK_MS }).into()
        }
        Columns::Milestones => {
            (1..journey.milestones.len()).map(|level| Column { level, within_ms: journey.window_ms }).collect()
        }
    }
}

impl App {
    /// The grid; `None` when there is no such journey.
    pub async fn cohorts(
        &self,
        journey: &JourneyId,
        show: Columns,
        (since_ms, until_ms): (Option<i64>, Option<i64>),
    ) -> Result<Option<Cohorts>, StorageError> {
        let Some((journey, reaches)) = self.reaches_of(journey).await? else { return Ok(None) };
        let (now_ms, calendar) = (self.now_ms(), self.calendar());
        // A million take a while to put in order; other requests go on meanwhile.
        let count = tokio::task::spawn_blocking(move || {
            Cohorts::of(&journey, &reaches, show, (since_ms, until_ms), now_ms, &calendar)
        });
        count.await.map(Some).map_err(|error| StorageError::Failed(format!("counting was cut off: {error}")))
    }

    /// Who is behind a number of [`Self::cohorts`], the latest to start first; `None` when there is no such journey.
    pub async fn cohort_people(
        &self,
        journey: &JourneyId,
        cell: AskedCell,
        (since_ms, until_ms): (Option<i64>, Option<i64>),
        offset: usize,
        limit: usize,
    ) -> Result<Option<CohortPeople>, StorageError> {
        let Some(found) = self.who_started(journey, cell, (since_ms, until_ms)).await? else { return Ok(None) };
        let total = found.len() as u64;
        let named = self.named(found.into_iter().skip(offset).take(limit).collect()).await?;
        Ok(Some(CohortPeople { total, rows: named.into_iter().map(CohortUser::of).collect() }))
    }

    /// All of them, without their names: when each started, and got to the column's milestone.
    pub(crate) async fn who_started(
        &self,
        journey: &JourneyId,
        cell: AskedCell,
        (since_ms, until_ms): (Option<i64>, Option<i64>),
    ) -> Result<Option<Vec<(UserKey, Times)>>, StorageError> {
        let Some((journey, reaches)) = self.reaches_of(journey).await? else { return Ok(None) };
        let (now_ms, calendar) = (self.now_ms(), self.calendar());
        let level = cell.column.map_or(journey.value_index(), |it| it.level);
        let mut found: Vec<(std::cmp::Reverse<i64>, UserKey, Option<i64>)> = Vec::new();
        for (user, times_ms) in reaches.iter() {
            let times_ms: Vec<Option<i64>> = times_ms.collect();
            let Some(start_ms) = times_ms.first().copied().flatten() else { continue };
            let there_ms = times_ms.get(level).copied().flatten();
            if is_within(start_ms, since_ms, until_ms) && cell.holds(Started { start_ms, there_ms }, now_ms, &calendar)
            {
                found.push((std::cmp::Reverse(start_ms), user, there_ms));
            }
        }
        found.sort_unstable();
        Ok(Some(found.into_iter().map(|(start_ms, user, there_ms)| (user, (start_ms.0, there_ms))).collect()))
    }

    async fn reaches_of(&self, journey: &JourneyId) -> Result<Option<(Arc<Journey>, Reaches)>, StorageError> {
        let Some(journey) = self.project().definitions.journey(journey).cloned().map(Arc::new) else { return Ok(None) };
        let reaches = self.events.first_reached(Arc::clone(&journey)).await?;
        Ok(Some((journey, reaches)))
    }
}

impl Cohorts {
    fn of(
        journey: &Journey,
        reaches: &Reaches,
        show: Columns,
        (since_ms, until_ms): (Option<i64>, Option<i64>),
        now_ms: i64,
        calendar: &Calendar,
    ) -> Self {
        let columns = columns(journey, show);
        let started = |level: usize| {
            let pairs = reaches.pairs(0, level).filter(|it| is_within(it.0, since_ms, until_ms));
            pairs.map(|(start_ms, there_ms)| Started { start_ms, there_ms })
        };
        let counted: Vec<BTreeMap<i64, Got>> =
            columns.par_iter().map(|it| by_week(started(it.level), it.within_ms, now_ms, calendar)).collect();
        let mut weeks: BTreeMap<i64, Vec<Waited>> = BTreeMap::new();
        for it in started(journey.value_index()) {
            let waited = waited(it.start_ms, it.there_ms, now_ms);
            weeks.entry(Period::Week.of(it.start_ms, calendar)).or_default().push(waited);
        }
        let groups: Vec<&[Waited]> = weeks.values().map(Vec::as_slice).collect();
        let test = (groups.len() > 1).then(|| log_rank(&groups)).flatten();
        let week = |(number, people): (&i64, &Vec<Waited>)| Week {
            from: Period::Week.start_date(*number, calendar),
            started: people.len() as u64,
            cells: counted.iter().map(|it| Cell::of(it.get(number).copied().unwrap_or_default())).collect(),
        };
        let report = |it: &Column| ColumnReport {
            milestone: journey.milestones.get(it.level).map(|it| it.id.as_str().to_owned()).unwrap_or_default(),
            within_ms: it.within_ms,
        };
        Self {
            journey: journey.id.as_str().to_owned(),
            show: show.name(),
            started: groups.iter().map(|it| it.len() as u64).sum(),
            all: counted.iter().map(|it| Cell::of(pooled(it))).collect(),
            weeks: weeks.iter().map(week).collect(),
            columns: columns.iter().map(report).collect(),
            test: test.map(|it| Test { weeks: groups.len(), chi_squared: it.chi_squared, p: it.p }),
        }
    }
}

impl AskedCell {
    fn holds(&self, person: Started, now_ms: i64, calendar: &Calendar) -> bool {
        let week = Period::Week.of(person.start_ms, calendar);
        if self.week.is_some_and(|it| it != week) {
            return false;
        }
        let Some(Column { within_ms, .. }) = self.column else { return true };
        let counts = self.week.is_some() || crate::metric::progress::is_complete(week, within_ms, now_ms, calendar);
        counts && person.within(within_ms) != self.away
    }
}

impl Cell {
    fn of(got: Got) -> Self {
        Self {
            started: got.people,
            reached: got.there,
            share: (got.people > 0).then(|| got.there as f64 / got.people as f64),
            interval: wilson_interval(got.there, got.people),
            is_complete: got.is_complete,
        }
    }
}
