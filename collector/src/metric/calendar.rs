//! The calendar of a workspace: the days, weeks and months of a time zone, exact wherever its clocks change.
//!
//! A day is the time from the first moment that has its date to the first that has a later one: 23 or 25 hours where
//! clocks change, none at all where a date was left out (Samoa, 30 December 2011). So every moment is in one day, and
//! each day begins where the one before ends. Where clocks went back over midnight, the hour that comes twice belongs
//! to the later day.

use jiff::civil::{Date, DateTime, Time, date};
use jiff::tz::{Offset, TimeZone};
use jiff::{Span, Timestamp};
use std::fmt;
use std::sync::Arc;

const DAY_MS: i64 = 86_400_000;

/// Changes of the clocks are known up to the year 2200; what is later is as the last of them left it.
const LAST_MS: i64 = 230 * 365 * DAY_MS + 56 * DAY_MS;

/// Changes are found by the span of 99 days (2^33 ms) in which a moment lies: it holds one of them, or two.
const SPAN_BITS: u32 = 33;

/// The first day of a week.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WeekStart {
    /// ISO 8601.
    #[default]
    Monday,
    Sunday,
    Saturday,
}

impl WeekStart {
    pub const ALL: [Self; 3] = [Self::Monday, Self::Sunday, Self::Saturday];

    /// As `milepost.toml` has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Monday => "monday",
            Self::Sunday => "sunday",
            Self::Saturday => "saturday",
        }
    }

    pub fn in_words(self) -> &'static str {
        match self {
            Self::Monday => "Monday",
            Self::Sunday => "Sunday",
            Self::Saturday => "Saturday",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }

    /// Days from it to Thursday, 1 January 1970.
    fn before_epoch(self) -> i64 {
        match self {
            Self::Monday => 3,
            Self::Sunday => 4,
            Self::Saturday => 5,
        }
    }
}

/// A time zone, and the day on which weeks begin.
#[derive(Clone)]
pub struct Calendar(Arc<Zone>);

struct Zone {
    zone: TimeZone,
    name: String,
    week_start: WeekStart,
    /// In order of time; the first holds for all that is earlier, too.
    stretches: Vec<Stretch>,
    /// For each span from 1970 on, the first stretch that touches it.
    by_span: Vec<u16>,
}

/// A time in which clocks run evenly.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    from_ms: i64,
    /// Where the next one begins.
    until_ms: i64,
    /// What its clocks show, less UTC.
    ahead_ms: i64,
}

impl Default for Calendar {
    fn default() -> Self {
        Self::utc(WeekStart::Monday)
    }
}

impl Calendar {
    pub fn utc(week_start: WeekStart) -> Self {
        Self::new(TimeZone::UTC, "UTC", week_start)
    }

    /// Of a zone of the IANA database, such as `Europe/Berlin`; `None` when it has no such zone.
    pub fn of(name: &str, week_start: WeekStart) -> Option<Self> {
        let zone = TimeZone::get(name).ok()?;
        let name = zone.iana_name().unwrap_or(name).to_owned();
        Some(Self::new(zone, &name, week_start))
    }

    fn new(zone: TimeZone, name: &str, week_start: WeekStart) -> Self {
        let stretches = stretches(&zone);
        let spans = 0..=LAST_MS >> SPAN_BITS;
        let first = |span: i64| stretches.partition_point(|it| it.from_ms <= span << SPAN_BITS).saturating_sub(1);
        let by_span = spans.map(|span| u16::try_from(first(span)).unwrap_or(u16::MAX)).collect();
        Self(Arc::new(Zone { zone, name: name.to_owned(), week_start, stretches, by_span }))
    }

    /// As the database writes it.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// `Los Angeles time`, for where there is little room.
    pub fn in_short(&self) -> String {
        let city = self.name().rsplit('/').next().unwrap_or_default();
        if city == "UTC" { city.to_owned() } else { format!("{} time", city.replace('_', " ")) }
    }

    pub fn week_start(&self) -> WeekStart {
        self.0.week_start
    }

    /// The number of the day in which a moment lies, counted from 1 January 1970.
    pub fn day(&self, at_ms: i64) -> i64 {
        at_ms.saturating_add(self.stretch(at_ms).ahead_ms).div_euclid(DAY_MS)
    }

    /// When a day begins.
    pub fn day_start_ms(&self, day: i64) -> i64 {
        let local_ms = day.saturating_mul(DAY_MS);
        let stretches = &self.0.stretches;
        // The first stretch that ends after the day has begun by its own clocks.
        let is_over = |it: &Stretch| it.until_ms.saturating_add(it.ahead_ms) <= local_ms;
        let nth = stretches.partition_point(is_over).min(stretches.len() - 1);
        let begins_ms = local_ms.saturating_sub(stretches[nth].ahead_ms);
        if nth == 0 { begins_ms } else { begins_ms.max(stretches[nth].from_ms) }
    }

    /// When the day begins in which a moment lies.
    pub fn midnight_ms(&self, at_ms: i64) -> i64 {
        self.day_start_ms(self.day(at_ms))
    }

    /// When the range begins that is as long as this one and ends where it begins: of whole days, so many days.
    pub fn start_before(&self, since_ms: i64, until_ms: i64) -> i64 {
        let (first, last) = (self.day(since_ms), self.day(until_ms));
        if self.day_start_ms(first) == since_ms && self.day_start_ms(last) == until_ms {
            self.day_start_ms(first - (last - first))
        } else {
            since_ms.saturating_sub(until_ms.saturating_sub(since_ms))
        }
    }

    /// The number of the week in which a day lies.
    pub(super) fn week(&self, day: i64) -> i64 {
        (day + self.0.week_start.before_epoch()).div_euclid(7)
    }

    /// The number of a week's first day.
    pub(super) fn first_of_week(&self, week: i64) -> i64 {
        week * 7 - self.0.week_start.before_epoch()
    }

    /// Reads a date, a time of this zone, or a moment with an offset of its own, into milliseconds since 1970; `None`
    /// when it is none, or lies outside the years 1970 to 9999.
    pub fn parse_ms(&self, text: &str) -> Option<i64> {
        let text = text.trim();
        if text.len() <= DATE_BYTES {
            let day = day_number(text.parse().ok()?)?;
            return (day >= 0).then(|| self.day_start_ms(day).max(0));
        }
        let here = || text.parse::<DateTime>().ok()?.to_zoned(self.0.zone.clone()).ok();
        let at_ms = match text.parse::<Timestamp>() {
            Ok(at) => at.as_millisecond(),
            Err(_) => here()?.timestamp().as_millisecond(),
        };
        (at_ms >= 0).then_some(at_ms)
    }

    /// The moment as its clocks show it, in a form of `strftime`; `None` outside the years that have four digits.
    pub fn show(&self, at_ms: i64, form: &str) -> Option<String> {
        let at = Timestamp::from_millisecond(at_ms).ok()?;
        Some(at.to_zoned(self.0.zone.clone()).strftime(form).to_string())
    }

    /// The date of a day by its number; empty where the calendar has none.
    pub fn date(day: i64) -> String {
        let date = Span::new().try_days(day).and_then(|it| EPOCH.checked_add(it));
        date.map(|it| it.to_string()).unwrap_or_default()
    }

    /// The date of the day in which a moment lies.
    pub fn date_of(&self, at_ms: i64) -> String {
        Self::date(self.day(at_ms))
    }

    fn stretch(&self, at_ms: i64) -> Stretch {
        let Zone { stretches, by_span, .. } = &*self.0;
        let span = usize::try_from(at_ms >> SPAN_BITS).unwrap_or(0).min(by_span.len() - 1);
        let mut nth = usize::from(by_span[span]);
        while stretches.get(nth + 1).is_some_and(|it| it.from_ms <= at_ms) {
            nth += 1;
        }
        stretches[nth]
    }
}

impl fmt::Debug for Calendar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Calendar({}, {})", self.name(), self.week_start().name())
    }
}

/// The same zone by the same name, and the same weeks.
impl PartialEq for Calendar {
    fn eq(&self, other: &Self) -> bool {
        self.0.zone == other.0.zone && self.name() == other.name() && self.week_start() == other.week_start()
    }
}

/// The longest text that is a date and no time.
const DATE_BYTES: usize = 10;

const EPOCH: Date = date(1970, 1, 1);

/// Days from 1 January 1970 on.
pub(crate) fn day_number(date: Date) -> Option<i64> {
    let midnight = Offset::UTC.to_timestamp(date.to_datetime(Time::midnight())).ok()?;
    Some(midnight.as_millisecond().div_euclid(DAY_MS))
}

fn stretches(zone: &TimeZone) -> Vec<Stretch> {
    let ahead_ms = |offset: Offset| i64::from(offset.seconds()) * 1_000;
    let first_ms = ahead_ms(zone.to_offset(Timestamp::UNIX_EPOCH));
    let mut stretches = vec![Stretch { from_ms: 0, until_ms: i64::MAX, ahead_ms: first_ms }];
    let mut before_ms = first_ms;
    for change in zone.following(Timestamp::UNIX_EPOCH) {
        let (at_ms, after_ms) = (change.timestamp().as_millisecond(), ahead_ms(change.offset()));
        if at_ms >= LAST_MS {
            break;
        }
        if after_ms == before_ms {
            continue;
        }
        let day = (at_ms - 1 + before_ms).div_euclid(DAY_MS);
        let is_back_over_midnight = (at_ms + after_ms).div_euclid(DAY_MS) < day;
        // Until the new clocks have caught up, it is the later day already.
        let from_ms = if is_back_over_midnight { day * DAY_MS - after_ms } else { at_ms };
        if let Some(last) = stretches.last_mut() {
            last.until_ms = from_ms;
        }
        stretches.push(Stretch { from_ms, until_ms: i64::MAX, ahead_ms: after_ms });
        before_ms = after_ms;
    }
    stretches
}

#[cfg(test)]
mod tests;
