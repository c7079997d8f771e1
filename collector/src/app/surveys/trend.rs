//! Weeks and months, as reports have them.

use super::answer::NpsAnswer;
use super::response::Response;
use crate::app::hesitation::Share;
use crate::metric::{Calendar, Period};
use serde::Serialize;
use std::collections::BTreeMap;

/// The latest are shown, of histories that are longer.
const POINTS: usize = 60;

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
    fn around(self, at_ms: i64, calendar: &Calendar) -> (i64, i64) {
        let period = match self {
            Self::Week => Period::Week,
            Self::Month => Period::Month,
        };
        let number = period.of(at_ms, calendar);
        (period.start_ms(number, calendar), period.start_ms(number + 1, calendar))
    }
}

/// From the first to the last one with a response, without gaps; `nps_step` is the step that is scored.
pub(super) fn trend(responses: &[Response], per: Per, nps_step: Option<&str>, calendar: &Calendar) -> Vec<TrendPoint> {
    let mut points: BTreeMap<i64, TrendPoint> = BTreeMap::new();
    for response in responses {
        let (since_ms, until_ms) = per.around(response.at_ms, calendar);
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
        let (since_ms, until_ms) = per.around(at_ms, calendar);
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
            assert_eq!(per.around(day(at), &Calendar::default()), (day(since), day(until)), "{at}");
        }
    }
}
