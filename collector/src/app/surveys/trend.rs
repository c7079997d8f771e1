//! Weeks and months, as reports have them: UTC, weeks from Monday (ISO 8601).

use super::answer::NpsAnswer;
use super::response::Response;
use crate::app::hesitation::Share;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::Serialize;
use std::collections::BTreeMap;

/// The latest are shown, of histories that are longer.
const POINTS: usize = 60;

const DAY_MS: i64 = 24 * 3_600_000;

/// How long one point of a trend is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Per {
    Week,
    #[default]
    Month,
}

/// One week or month, by when surveys were shown.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TrendPoint {
    pub since_ms: i64,
    pub until_ms: i64,
    /// Of those shown.
    pub answered: Share,
    pub nps: NpsAnswer,
}

impl Per {
    pub fn name(self) -> &'static str {
        match self {
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Week, Self::Month].into_iter().find(|it| it.name() == text)
    }

    /// The one that holds this moment: its beginning, and its end, which is not part of it.
    fn around(self, at_ms: i64) -> (i64, i64) {
        match self {
            // The epoch was a Thursday.
            Self::Week => {
                let monday = (at_ms.div_euclid(DAY_MS) + 3).div_euclid(7) * 7 - 3;
                (monday * DAY_MS, (monday + 7) * DAY_MS)
            }
            Self::Month => {
                let date = Timestamp::from_millisecond(at_ms).unwrap_or_default().to_zoned(TimeZone::UTC).date();
                let first = date.first_of_month();
                (start_of(first), start_of(first.saturating_add(1.month())))
            }
        }
    }
}

fn start_of(date: Date) -> i64 {
    date.to_zoned(TimeZone::UTC).map(|it| it.timestamp().as_millisecond()).unwrap_or_default()
}

/// From the first to the last one with a response, without gaps; `nps_step` is the step that is scored.
pub(super) fn trend(responses: &[Response], per: Per, nps_step: Option<&str>) -> Vec<TrendPoint> {
    let mut points: BTreeMap<i64, TrendPoint> = BTreeMap::new();
    for response in responses {
        let (since_ms, until_ms) = per.around(response.at_ms);
        let point = points.entry(since_ms).or_insert_with(|| TrendPoint::empty(since_ms, until_ms));
        point.answered.whole += 1;
        point.answered.part += u64::from(response.is_answered());
        if let Some(step) = nps_step {
            point.nps.add(response, step);
        }
    }
    let (Some(first), Some(last)) = (points.keys().next().copied(), points.keys().last().copied()) else {
        return Vec::new();
    };
    let mut at_ms = last;
    let mut filled = Vec::new();
    while at_ms >= first && filled.len() < POINTS {
        let (since_ms, until_ms) = per.around(at_ms);
        filled.push(points.remove(&since_ms).unwrap_or_else(|| TrendPoint::empty(since_ms, until_ms)));
        at_ms = since_ms - 1;
    }
    filled.reverse();
    filled
}

impl TrendPoint {
    fn empty(since_ms: i64, until_ms: i64) -> Self {
        Self { since_ms, until_ms, answered: Share::default(), nps: NpsAnswer::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> i64 {
        crate::app::timestamp::parse_ms(text).unwrap()
    }

    #[test]
    fn weeks_begin_on_monday_and_months_on_the_first() {
        for (at, per, since, until) in [
            ("2026-11-22T23:59:59Z", Per::Week, "2026-11-16", "2026-11-23"),
            ("2026-11-23T00:00:00Z", Per::Week, "2026-11-23", "2026-11-30"),
            ("1970-01-11T00:00:01Z", Per::Week, "1970-01-05", "1970-01-12"),
            ("2024-02-29T12:00:00Z", Per::Month, "2024-02-01", "2024-03-01"),
            ("2026-12-31T12:00:00Z", Per::Month, "2026-12-01", "2027-01-01"),
        ] {
            assert_eq!(per.around(day(at)), (day(since), day(until)), "{at}");
        }
    }

    proptest! {
        #[test]
        fn every_moment_is_in_one_and_the_next_begins_where_it_ends(at_ms in 0i64..4_000_000_000_000) {
            for per in [Per::Week, Per::Month] {
                let (since_ms, until_ms) = per.around(at_ms);
                prop_assert!((since_ms..until_ms).contains(&at_ms));
                prop_assert_eq!(per.around(until_ms).0, until_ms);
                prop_assert_eq!(per.around(since_ms).0, since_ms);
            }
        }
    }
}
