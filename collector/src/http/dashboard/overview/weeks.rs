//! Time to first value by week of start: drawn, and written as a table.

use super::super::funnel_chart::people_href;
use super::super::value_time::waiting_href;
use crate::app::annotations::Annotation;
use crate::app::value_time::{ShareTime, ValueTime, WeekStarts};
use crate::http::dashboard::annotations::Marks;
use crate::http::dashboard::href::Href;
use crate::http::dashboard::view::View;
use crate::http::dashboard::written;
use crate::metric::SMALL_SAMPLE;
use domain::Journey;

/// Names below the drawing, as many as have room on a phone.
const NAMES: usize = 3;

/// Ends of the drawing: the least that holds every half.
const SCALES_MS: [u64; 12] = [
    MINUTE_MS,
    10 * MINUTE_MS,
    30 * MINUTE_MS,
    HOUR_MS,
    6 * HOUR_MS,
    12 * HOUR_MS,
    DAY_MS,
    3 * DAY_MS,
    7 * DAY_MS,
    14 * DAY_MS,
    30 * DAY_MS,
    90 * DAY_MS,
];

const MINUTE_MS: u64 = 60_000;
const HOUR_MS: u64 = 60 * MINUTE_MS;
const DAY_MS: u64 = 24 * HOUR_MS;

pub(super) struct Weeks {
    pub(super) weeks: Vec<Week>,
    /// From one half to that of the week after.
    pub(super) lines: Vec<Line>,
    /// Where the drawing ends, and its middle.
    pub(super) top: String,
    pub(super) middle: String,
    pub(super) in_words: String,
    /// Where something happened: place, and its numbers.
    pub(super) marked: Vec<(String, String)>,
    pub(super) marks: Marks,
}

pub(super) struct Week {
    pub(super) name: String,
    pub(super) started: String,
    pub(super) started_href: Href,
    pub(super) waiting: String,
    pub(super) waiting_href: Href,
    /// When half had reached value; else fewer have.
    pub(super) half: Option<String>,
    pub(super) interval: Option<String>,
    pub(super) small: bool,
    /// Places in percent of the drawing, from the left and from the top.
    pub(super) x: String,
    pub(super) y: String,
    pub(super) low: String,
    pub(super) high: String,
    pub(super) is_tick: bool,
    pub(super) marks: Vec<(usize, String)>,
}

pub(super) struct Line {
    pub(super) x1: String,
    pub(super) y1: String,
    pub(super) x2: String,
    pub(super) y2: String,
}

impl Weeks {
    /// `None` where there are not two weeks to compare.
    pub(super) fn of(
        time: &ValueTime,
        journey: &Journey,
        view: &View,
        annotations: &[Annotation],
        now_ms: i64,
    ) -> Option<Self> {
        let weeks = &time.weeks;
        if weeks.len() < 2 {
            return None;
        }
        let marks =
            Marks::within(annotations, weeks.first()?.since_ms, weeks.last()?.until_ms.min(now_ms), &view.calendar);
        let latest = weeks.iter().filter_map(|it| it.half.ms).max().unwrap_or(DAY_MS);
        let scale_ms = SCALES_MS.into_iter().find(|it| *it >= latest).unwrap_or(latest);
        let every = weeks.len().div_ceil(NAMES).max(1);
        let shown: Vec<Week> = weeks
            .iter()
            .enumerate()
            .map(|(nth, week)| {
                let is_tick = (weeks.len() - 1 - nth).is_multiple_of(every);
                let marks = marks.of(week.since_ms, week.until_ms);
                let week = Week::of(week, journey, view, (nth as f64 + 0.5) / weeks.len() as f64, scale_ms, is_tick);
                Week { marks, ..week }
            })
            .collect();
        let marked = weeks.iter().zip(&shown);
        let marked = marked.filter_map(|(it, drawn)| Some((drawn.x.clone(), marks.numbers(it.since_ms, it.until_ms)?)));
        let line = |(one, other): (&Week, &Week)| {
            (one.half.is_some() && other.half.is_some()).then(|| Line {
                x1: one.x.clone(),
                y1: one.y.clone(),
                x2: other.x.clone(),
                y2: other.y.clone(),
            })
        };
        Some(Self {
            lines: shown.iter().zip(shown.iter().skip(1)).filter_map(line).collect(),
            top: written::span(scale_ms),
            middle: written::span(scale_ms / 2),
            in_words: in_words(&shown),
            marked: marked.collect(),
            weeks: shown,
            marks,
        })
    }
}

impl Week {
    fn of(week: &WeekStarts, journey: &Journey, view: &View, x: f64, scale_ms: u64, is_tick: bool) -> Self {
        let ShareTime { ms, low_ms, high_ms, .. } = week.half;
        let end = |ms: Option<u64>| ms.map_or_else(|| "not reached".to_owned(), written::span);
        // Who started in the week and in the page's range.
        let week_view = view.within(week.since_ms, week.until_ms);
        let first = journey.milestones.first().map_or("", |it| it.id.as_str());
        Self {
            name: written::day_or_time(week.since_ms, &view.calendar),
            started: written::count(week.started),
            started_href: people_href(journey, &week_view, first, "reached", None),
            waiting: written::count(week.started - week.reached),
            waiting_href: waiting_href(journey, &week_view),
            half: ms.map(written::span),
            interval: (ms.is_some() || low_ms.is_some()).then(|| format!("{} to {}", end(low_ms), end(high_ms))),
            small: week.started < SMALL_SAMPLE,
            x: percent(x),
            y: height(ms, scale_ms),
            low: height(low_ms.or(ms), scale_ms),
            high: height(high_ms, scale_ms),
            is_tick,
            marks: Vec::new(),
        }
    }
}

/// From the top; what is beyond the drawing, or not reached, lies at its upper edge.
fn height(ms: Option<u64>, scale_ms: u64) -> String {
    percent(ms.map_or(0.0, |it| 1.0 - (it as f64 / scale_ms as f64).min(1.0)))
}

fn percent(share: f64) -> String {
    format!("{:.2}%", share * 100.0)
}

fn in_words(weeks: &[Week]) -> String {
    let half = |it: &Week| it.half.as_ref().map_or_else(|| "not reached yet".to_owned(), |it| format!("within {it}"));
    match (weeks.first(), weeks.last()) {
        (Some(first), Some(last)) => format!(
            "Half of those who started in the week from {}: {}; in the week from {}: {}",
            first.name,
            half(first),
            last.name,
            half(last)
        ),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_longer_lies_higher_and_what_is_not_reached_at_the_edge() {
        assert_eq!(height(Some(0), DAY_MS), "100.00%");
        assert_eq!(height(Some(6 * HOUR_MS), DAY_MS), "75.00%");
        assert_eq!(height(Some(9 * DAY_MS), DAY_MS), "0.00%");
        assert_eq!(height(None, DAY_MS), "0.00%");
    }
}
