//! How many people came on each day, in the week and in the month that end with it: DAU, WAU and MAU.
//!
//! Definition: `docs/reference/metrics.md`.

use super::App;
use crate::metric::presence::{Days, MONTH_DAYS, WEEK_DAYS, active_users};
use crate::metric::{Calendar, wilson_interval};
use crate::storage::{Happening, PresenceQuestion, Present, Profile, StorageError, UserKey};
use domain::Scope;
use serde::Serialize;

/// Days told where nobody says since when.
const DAYS_USUAL: i64 = 90;

/// Days told at most, the latest: with the month before them they must be among
/// [`crate::metric::presence::DAYS_MAX`].
pub const DAYS_MOST: i64 = 180;

/// What is asked. Days are those of the workspace; a day that is touched counts whole.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StickinessRequest {
    /// What counts as coming.
    pub what: Happening,
    pub since_ms: Option<i64>,
    pub until_ms: Option<i64>,
}

/// The answer, as the API gives it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stickiness {
    /// As the address has it; `None`: any message.
    #[serde(rename = "return")]
    pub what: Option<String>,
    /// In order of time; none in the future.
    pub days: Vec<DayReport>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DayReport {
    pub day: String,
    /// People who came on it, in the 7 and in the 30 days that end with it.
    pub dau: u64,
    pub wau: u64,
    pub mau: u64,
    /// `dau` ÷ `mau`; `None` where nobody came in the month.
    pub stickiness: Option<f64>,
    /// Wilson's at 95 %.
    pub interval: Option<(f64, f64)>,
    /// Else it still grows.
    pub is_over: bool,
}

/// How far the people behind a number reach back from their day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Within {
    Day,
    Week,
    Month,
}

impl Within {
    pub fn days(self) -> usize {
        match self {
            Self::Day => 1,
            Self::Week => WEEK_DAYS,
            Self::Month => MONTH_DAYS,
        }
    }

    /// By its number of days, as addresses have it.
    pub fn parse(days: &str) -> Option<Self> {
        [Self::Day, Self::Week, Self::Month].into_iter().find(|it| it.days().to_string() == days)
    }
}

/// A page of the people who came.
#[derive(Clone, Debug)]
pub struct ActivePeople {
    /// Equal to the number.
    pub total: u64,
    /// Who came on most days first.
    pub rows: Vec<ActiveUser>,
}

#[derive(Clone, Debug)]
pub struct ActiveUser {
    pub profile: Profile,
    pub anonymous: bool,
    /// Of those looked at, on how many they came.
    pub days: u64,
    /// When the last of those days begins.
    pub last_ms: i64,
}

impl App {
    pub async fn stickiness(&self, request: &StickinessRequest) -> Result<Stickiness, StorageError> {
        let calendar = self.calendar();
        let today = calendar.day(self.now_ms());
        let last = request.until_ms.map_or(today, |it| calendar.day(it - 1).min(today));
        let first = request.since_ms.map_or(last - DAYS_USUAL + 1, |it| calendar.day(it));
        let first = first.max(last - DAYS_MOST + 1);
        let what = request.what.text();
        let Ok(told) = usize::try_from(last - first + 1) else { return Ok(Stickiness { what, days: Vec::new() }) };
        let before = MONTH_DAYS - 1;
        let days = before + told;
        let question = PresenceQuestion {
            what: request.what.clone(),
            of: Scope::User,
            calendar,
            first: first - before as i64,
            days,
        };
        let found = self.events.presence(question).await?;
        let counts = active_users(&found, days, |it| it.days).into_iter().skip(before);
        let report = |(number, it): (i64, crate::metric::presence::ActiveUsers)| DayReport {
            day: Calendar::date(number),
            dau: it.day,
            wau: it.week,
            mau: it.month,
            stickiness: (it.month > 0).then(|| it.day as f64 / it.month as f64),
            interval: wilson_interval(it.day, it.month),
            is_over: number < today,
        };
        Ok(Stickiness { what, days: (first..).zip(counts).map(report).collect() })
    }

    /// Who came on the days that end with the one in which `day_ms` lies; who came on most of them first.
    pub async fn active(
        &self,
        what: &Happening,
        day_ms: i64,
        within: Within,
        offset: usize,
        limit: usize,
    ) -> Result<ActivePeople, StorageError> {
        let found = self.who_was_active(what, day_ms, within).await?;
        let total = found.len() as u64;
        let named = self.named(found.into_iter().skip(offset).take(limit).collect()).await?;
        Ok(ActivePeople { total, rows: named.into_iter().map(ActiveUser::of).collect() })
    }

    /// All of them, without their names: on how many days each came, and when the last of these begins.
    pub(crate) async fn who_was_active(
        &self,
        what: &Happening,
        day_ms: i64,
        within: Within,
    ) -> Result<Vec<(UserKey, (u64, i64))>, StorageError> {
        let days = within.days();
        let calendar = self.calendar();
        let first = calendar.day(day_ms) - (days as i64 - 1);
        let question =
            PresenceQuestion { what: what.clone(), of: Scope::User, calendar: calendar.clone(), first, days };
        let mut found = self.events.presence(question).await?;
        let rank = |it: &Present| (std::cmp::Reverse((it.days.iter().count(), last_of(it.days))), it.user);
        found.sort_unstable_by_key(rank);
        let last_ms = |days: Days| calendar.day_start_ms(first + last_of(days) as i64);
        Ok(found.into_iter().map(|it| (it.user, (it.days.iter().count() as u64, last_ms(it.days)))).collect())
    }
}

impl ActiveUser {
    pub(crate) fn of((profile, anonymous, (days, last_ms)): (Profile, bool, (u64, i64))) -> Self {
        Self { profile, anonymous, days, last_ms }
    }
}

fn last_of(days: Days) -> usize {
    days.iter().last().unwrap_or_default()
}
