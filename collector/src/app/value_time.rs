//! Time to first value (TTFV): from a user's first milestone to the value milestone.
//!
//! Definition: `docs/reference/metrics.md`. Who has not arrived counts for as long as they have waited.

use super::App;
use crate::metric::survival::{Quantile, Survival, Waited, log_rank};
use crate::metric::{Calendar, Period, quantile_ms};
use crate::storage::{Profile, Reaches, StorageError, UserKey};
use domain::{Journey, JourneyId, Rule};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Shares of people whose time is told.
const SHARES: [f64; 3] = [0.5, 0.75, 0.9];

/// Weeks told apart: half a year.
pub const WEEKS: usize = 26;

/// Points of a curve: more cannot be told apart on a screen.
const POINTS: usize = 200;

/// How fast users get to value, over users who started in the range.
#[derive(Clone, Debug, PartialEq, Serialize)]
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
    /// When half, three quarters and nine tenths of all have reached it, in this order.
    pub quantiles: Vec<ShareTime>,
    /// The share of all who have reached it, by time since their start.
    pub curve: Vec<CurvePoint>,
    /// The longest that anybody was watched: beyond it nothing is known.
    pub watched_ms: u64,
    /// The range as long before this one, where this one has both ends.
    pub before: Option<Before>,
    /// By the week of their start, in order; the latest [`WEEKS`].
    pub weeks: Vec<WeekStarts>,
}

/// Users who started in the same week.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct WeekStarts {
    /// Where the week begins, up to where the next one does.
    pub since_ms: i64,
    pub until_ms: i64,
    pub started: u64,
    pub reached: u64,
    /// When half of them had reached value.
    pub half: ShareTime,
}

/// When a share of people had reached value; `None`: not reached yet.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ShareTime {
    pub share: f64,
    pub ms: Option<u64>,
    /// At 95 %.
    pub low_ms: Option<u64>,
    pub high_ms: Option<u64>,
}

/// What holds from one time to the next.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct CurvePoint {
    pub at_ms: u64,
    /// Of all who started, how many have reached value.
    pub share: f64,
    /// At 95 %.
    pub low: f64,
    pub high: f64,
    /// Watched that long, and waiting just before.
    pub waiting: u64,
}

/// The range before, and whether it differs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Before {
    pub started: u64,
    pub reached: u64,
    pub quantiles: Vec<ShareTime>,
    /// The log-rank test's; `None` where nothing can be compared.
    pub chi_squared: Option<f64>,
    pub p: Option<f64>,
    /// More arrived in the range asked for than would be expected were it like the one before.
    pub is_faster_now: Option<bool>,
}

/// Users who started and have not reached value, the longest wait first.
#[derive(Clone, Debug)]
pub struct Waiting {
    pub milestone: String,
    pub total: u64,
    pub rows: Vec<WaitingUser>,
}

#[derive(Clone, Debug)]
pub struct WaitingUser {
    pub profile: Profile,
    pub anonymous: bool,
    pub started_ms: i64,
}

/// When everybody reached the first and the value milestone of a journey.
#[derive(Clone, Debug)]
pub struct Ends {
    journey: Arc<Journey>,
    reaches: Arc<Reaches>,
    now_ms: i64,
    calendar: Calendar,
}

impl App {
    /// TTFV of a journey; `None` when there is no such journey.
    pub async fn value_time(
        &self,
        journey: &JourneyId,
        since_ms: Option<i64>,
        until_ms: Option<i64>,
    ) -> Result<Option<ValueTime>, StorageError> {
        match self.ends(journey).await? {
            Some(ends) => ends.value_time(since_ms, until_ms).await.map(Some),
            None => Ok(None),
        }
    }

    /// Who started in the range and still waits for value; `None` when there is no such journey.
    pub async fn waiting(
        &self,
        journey: &JourneyId,
        range: (Option<i64>, Option<i64>),
        offset: usize,
        limit: usize,
    ) -> Result<Option<Waiting>, StorageError> {
        match self.ends(journey).await? {
            Some(ends) => self.waiting_of(&ends, range, offset, limit).await.map(Some),
            None => Ok(None),
        }
    }

    /// What both are told from; `None` when there is no such journey.
    pub async fn ends(&self, journey: &JourneyId) -> Result<Option<Ends>, StorageError> {
        let Some(journey) = self.project().definitions.journey(journey).cloned().map(Arc::new) else { return Ok(None) };
        let value = journey.value_index();
        let mut ends = Journey::clone(&journey);
        for (_, milestone) in ends.milestones.iter_mut().enumerate().filter(|(level, _)| ![0, value].contains(level)) {
            // Never fires, so that nothing is read for it.
            milestone.rule = Rule::Any(Vec::new());
        }
        let reaches = Arc::new(self.events.first_reached(Arc::new(ends)).await?);
        Ok(Some(Ends { journey, reaches, now_ms: self.now_ms(), calendar: self.calendar() }))
    }

    /// Who started in the range and still waits for value.
    pub async fn waiting_of(
        &self,
        ends: &Ends,
        (since_ms, until_ms): (Option<i64>, Option<i64>),
        offset: usize,
        limit: usize,
    ) -> Result<Waiting, StorageError> {
        let waiting = ends.waiting(since_ms, until_ms);
        let total = waiting.len() as u64;
        let named = self.named(waiting.into_iter().skip(offset).take(limit).collect()).await?;
        let rows = named.into_iter().map(WaitingUser::of).collect();
        Ok(Waiting { milestone: value_id(&ends.journey), total, rows })
    }
}

impl WaitingUser {
    pub(crate) fn of((profile, anonymous, started_ms): (Profile, bool, i64)) -> Self {
        Self { profile, anonymous, started_ms }
    }
}

impl Ends {
    /// TTFV over those who started in the range.
    pub async fn value_time(&self, since_ms: Option<i64>, until_ms: Option<i64>) -> Result<ValueTime, StorageError> {
        let ends = self.clone();
        // A million take a while to put in order; other requests go on meanwhile.
        let count = tokio::task::spawn_blocking(move || ends.count(since_ms, until_ms));
        count.await.map_err(|error| StorageError::Failed(format!("counting was cut off: {error}")))
    }

    fn count(&self, since_ms: Option<i64>, until_ms: Option<i64>) -> ValueTime {
        let mut started: Vec<(Waited, usize)> = Vec::with_capacity(self.reaches.len());
        // Weeks by place, because most people started in the same one as who came before them.
        let (mut places, mut last): (BTreeMap<i64, usize>, _) = (BTreeMap::new(), None);
        for (start_ms, waited) in self.watched(since_ms, until_ms) {
            let week = Period::Week.of(start_ms, &self.calendar);
            let place = match last {
                Some((same, place)) if same == week => place,
                _ => {
                    let next = places.len();
                    *places.entry(week).or_insert(next)
                }
            };
            last = Some((week, place));
            started.push((waited, place));
        }
        // Once: weeks that are dealt out of what is in order are in order.
        started.par_sort_unstable_by_key(|it| it.0.ms);
        let mut by_place: Vec<Vec<Waited>> = vec![Vec::new(); places.len()];
        for (waited, place) in &started {
            if let Some(week) = by_place.get_mut(*place) {
                week.push(*waited);
            }
        }
        let of_place =
            |(week, place): (i64, usize)| (week, by_place.get_mut(place).map(std::mem::take).unwrap_or_default());
        let by_week: BTreeMap<i64, Vec<Waited>> = places.into_iter().map(of_place).collect();
        let people: Vec<Waited> = started.into_iter().map(|it| it.0).collect();
        let mut times_ms: Vec<u64> = people.iter().filter(|it| it.arrived).map(|it| it.ms).collect();
        let survival = Survival::of_ordered(&people);
        let before = since_ms.zip(until_ms).map(|(since_ms, until_ms)| {
            let earlier = self.watched(Some(self.calendar.start_before(since_ms, until_ms)), Some(since_ms));
            Before::of(&mut earlier.map(|it| it.1).collect::<Vec<_>>(), &people)
        });
        ValueTime {
            milestone: value_id(&self.journey),
            started: survival.people,
            reached: survival.arrived,
            median_ms: quantile_ms(&mut times_ms, 0.5),
            p90_ms: quantile_ms(&mut times_ms, 0.9),
            quantiles: quantiles(&survival),
            curve: curve(&survival),
            watched_ms: survival.watched_ms,
            before,
            weeks: weeks(by_week, &self.calendar),
        }
    }

    /// When those who started in the range did, and how long they took or have waited.
    fn watched(&self, since_ms: Option<i64>, until_ms: Option<i64>) -> impl Iterator<Item = (i64, Waited)> {
        let pairs = self.reaches.pairs(0, self.journey.value_index());
        let pairs = pairs.filter(move |(start_ms, _)| is_within(*start_ms, since_ms, until_ms));
        pairs.map(|(start_ms, value_ms)| (start_ms, waited(start_ms, value_ms, self.now_ms)))
    }

    /// Who waits since when, the longest wait first.
    pub(crate) fn waiting(&self, since_ms: Option<i64>, until_ms: Option<i64>) -> Vec<(UserKey, i64)> {
        let value = self.journey.value_index();
        let mut waiting: Vec<(i64, UserKey)> = Vec::new();
        for (user, mut times_ms) in self.reaches.iter() {
            let (start_ms, value_ms) = (times_ms.next().flatten(), times_ms.nth(value.saturating_sub(1)).flatten());
            // Where the first milestone is the value, whoever started has arrived.
            if let Some(start_ms) = start_ms
                && value > 0
                && value_ms.is_none()
                && is_within(start_ms, since_ms, until_ms)
            {
                waiting.push((start_ms, user));
            }
        }
        waiting.sort_unstable();
        waiting.into_iter().map(|(start_ms, user)| (user, start_ms)).collect()
    }
}

impl Before {
    fn of(earlier: &mut [Waited], people: &[Waited]) -> Self {
        let survival = Survival::of(earlier);
        let test = log_rank(&[earlier, people]);
        Self {
            started: survival.people,
            reached: survival.arrived,
            quantiles: quantiles(&survival),
            chi_squared: test.map(|it| it.chi_squared),
            p: test.map(|it| it.p),
            is_faster_now: test.map(|it| it.surplus > 0.0),
        }
    }
}

pub(super) fn is_within(at_ms: i64, since_ms: Option<i64>, until_ms: Option<i64>) -> bool {
    since_ms.is_none_or(|it| at_ms >= it) && until_ms.is_none_or(|it| at_ms < it)
}

/// Value before the first milestone counts as no time at all, not as negative time.
pub(super) fn waited(start_ms: i64, value_ms: Option<i64>, now_ms: i64) -> Waited {
    let ms = value_ms.unwrap_or(now_ms).saturating_sub(start_ms).max(0).unsigned_abs();
    Waited { ms, arrived: value_ms.is_some() }
}

fn value_id(journey: &Journey) -> String {
    journey.milestones.get(journey.value_index()).map(|it| it.id.as_str().to_owned()).unwrap_or_default()
}

fn quantiles(survival: &Survival) -> Vec<ShareTime> {
    SHARES.map(|it| ShareTime::of(survival, it)).to_vec()
}

/// The latest weeks in which somebody started, in order; the people of each are in order of their time.
fn weeks(by_week: BTreeMap<i64, Vec<Waited>>, calendar: &Calendar) -> Vec<WeekStarts> {
    let week = |(week, people): (i64, Vec<Waited>)| {
        let survival = Survival::of_ordered(&people);
        WeekStarts {
            since_ms: Period::Week.start_ms(week, calendar),
            until_ms: Period::Week.start_ms(week + 1, calendar),
            started: survival.people,
            reached: survival.arrived,
            half: ShareTime::of(&survival, 0.5),
        }
    };
    let latest: Vec<(i64, Vec<Waited>)> = by_week.into_iter().rev().take(WEEKS).collect();
    latest.into_par_iter().rev().map(week).collect()
}

impl ShareTime {
    fn of(survival: &Survival, share: f64) -> Self {
        let Quantile { ms, low_ms, high_ms } = survival.quantile(share);
        Self { share, ms, low_ms, high_ms }
    }
}

/// As many points as can be told apart, the last one among them.
fn curve(survival: &Survival) -> Vec<CurvePoint> {
    let mut points: Vec<CurvePoint> = Vec::new();
    let mut told = 0.0;
    for (nth, step) in survival.steps.iter().enumerate() {
        let share = 1.0 - step.share;
        if share - told < 1.0 / POINTS as f64 && nth + 1 < survival.steps.len() && nth > 0 {
            continue;
        }
        told = share;
        let (low, high) = (1.0 - step.high, 1.0 - step.low);
        points.push(CurvePoint { at_ms: step.at_ms, share, low, high, waiting: step.at_risk });
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn arrived(ms: u64) -> Waited {
        Waited { ms, arrived: true }
    }

    #[test]
    fn a_curve_of_a_million_fits_on_a_screen_and_ends_where_it_ends() {
        let mut people: Vec<Waited> = (1..=100_000).map(arrived).collect();
        let survival = Survival::of(&mut people);
        let curve = curve(&survival);
        assert!(curve.len() <= POINTS + 2, "{}", curve.len());
        assert_eq!(curve.last().map(|it| (it.at_ms, it.share)), Some((100_000, 1.0)));
        assert_eq!(curve[0].waiting, 100_000);
    }

    #[test]
    fn who_waits_counts_for_as_long_as_they_have_waited() {
        assert_eq!(waited(10, Some(25), 100), arrived(15));
        assert_eq!(waited(10, None, 100), Waited { ms: 90, arrived: false });
        assert_eq!(waited(10, Some(5), 100), arrived(0));
        assert_eq!(waited(200, None, 100), Waited { ms: 0, arrived: false });
    }

    #[test]
    fn weeks_begin_on_monday_and_only_the_latest_are_told() {
        let weeks = weeks(
            (0..40).map(|week| (week, vec![arrived(7), Waited { ms: 9, arrived: false }])).collect(),
            &Calendar::default(),
        );
        assert_eq!(weeks.len(), WEEKS);
        let last = weeks[WEEKS - 1];
        assert_eq!((last.since_ms, last.until_ms - last.since_ms), ((39 * 7 - 3) * 86_400_000, 7 * 86_400_000));
        assert_eq!((last.started, last.reached, last.half.ms), (2, 1, Some(7)));
    }

    #[test]
    fn the_range_before_is_compared_where_it_can_be() {
        let slow: Vec<Waited> = (100..140).map(arrived).collect();
        let mut quick: Vec<Waited> = (1..40).map(arrived).collect();
        let before = Before::of(&mut quick, &slow);
        assert!(before.p.expect("a test") < 0.001);
        assert_eq!(before.is_faster_now, Some(false));
        assert_eq!(Before::of(&mut [], &slow).p, None);
    }

    proptest! {
        /// Beside a model that puts each week and all of them in order by themselves.
        #[test]
        fn people_are_put_in_order_once_for_all_and_for_each_week(
            people in prop::collection::vec((0..60_i64, prop::option::of(0..90_i64)), 0..40),
            since in prop::option::of(0..40_i64),
        ) {
            const DAY_MS: i64 = 86_400_000;
            let journey = Arc::new(crate::testing::project().definitions.journeys[0].clone());
            let value = journey.value_index();
            let mut reaches = Reaches::new(journey.milestones.len());
            for (user, (start, there)) in (0..).zip(&people) {
                reaches.push(UserKey(user));
                reaches.reach(0, start * DAY_MS);
                if let Some(there) = there {
                    reaches.reach(value, there * DAY_MS);
                }
            }
            let ends = Ends { journey, reaches: Arc::new(reaches), now_ms: 100 * DAY_MS, calendar: crate::testing::berlin() };
            let since_ms = since.map(|it| it * DAY_MS);
            let found = ends.count(since_ms, None);
            let mut all: Vec<Waited> = ends.watched(since_ms, None).map(|it| it.1).collect();
            let mut times_ms: Vec<u64> = all.iter().filter(|it| it.arrived).map(|it| it.ms).collect();
            let survival = Survival::of(&mut all);
            prop_assert_eq!((found.started, found.reached), (survival.people, survival.arrived));
            prop_assert_eq!(found.median_ms, quantile_ms(&mut times_ms, 0.5));
            prop_assert_eq!(found.curve, curve(&survival));
            prop_assert_eq!(found.quantiles, quantiles(&survival));
            prop_assert!(found.weeks.is_sorted_by_key(|it| it.since_ms));
            prop_assert_eq!(found.weeks.iter().map(|it| it.started).sum::<u64>(), found.started);
            for week in found.weeks {
                let mut people: Vec<Waited> =
                    ends.watched(since_ms, None).filter(|it| (week.since_ms..week.until_ms).contains(&it.0)).map(|it| it.1).collect();
                let survival = Survival::of(&mut people);
                let half = ShareTime::of(&survival, 0.5);
                prop_assert_eq!((week.started, week.reached, week.half), (survival.people, survival.arrived, half));
            }
        }
    }
}
