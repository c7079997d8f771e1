//! A score by week or month, drawn and written as a table: the same numbers twice.

use super::nps::{Score, points};
use super::{Counted, Links};
use crate::app::surveys::{Per, TrendPoint};
use crate::http::dashboard::annotations::Marks;
use crate::http::dashboard::funnel_chart::Share;
use crate::http::dashboard::view::View;
use crate::http::dashboard::written;
use crate::metric::Calendar;

/// Names below the drawing, as many as have room on a phone: days are longer than months.
const DAYS: usize = 3;
const MONTHS: usize = 4;

pub(in crate::http::dashboard) struct TrendView {
    pub(in crate::http::dashboard) points: Vec<Point>,
    /// From one point with a score to the next.
    pub(in crate::http::dashboard) lines: Vec<Line>,
    pub(in crate::http::dashboard) in_words: String,
    /// Where something happened: place, and its numbers.
    pub(in crate::http::dashboard) marked: Vec<(String, String)>,
    pub(in crate::http::dashboard) marks: Marks,
}

pub(in crate::http::dashboard) struct Point {
    pub(in crate::http::dashboard) name: String,
    pub(in crate::http::dashboard) shown: Counted,
    pub(in crate::http::dashboard) answered: Counted,
    pub(in crate::http::dashboard) rate: Option<Share>,
    pub(in crate::http::dashboard) score: Option<Score>,
    pub(in crate::http::dashboard) scored: Counted,
    /// Places in percent of the drawing.
    pub(in crate::http::dashboard) x: String,
    pub(in crate::http::dashboard) y: String,
    pub(in crate::http::dashboard) low: String,
    pub(in crate::http::dashboard) high: String,
    pub(in crate::http::dashboard) is_tick: bool,
    pub(in crate::http::dashboard) marks: Vec<(usize, String)>,
}

pub(in crate::http::dashboard) struct Line {
    pub(in crate::http::dashboard) x1: String,
    pub(in crate::http::dashboard) y1: String,
    pub(in crate::http::dashboard) x2: String,
    pub(in crate::http::dashboard) y2: String,
}

impl TrendView {
    /// `links` of one point are those of the range it shares with the page's: `since` and `until` are the page's.
    pub(in crate::http::dashboard) fn of(
        trend: &[TrendPoint],
        per: Per,
        survey: &str,
        step: &str,
        view: &View,
        marks: Marks,
    ) -> Self {
        let (since_ms, until_ms) = (view.since.value, view.until.value);
        let every = trend.len().div_ceil(if per == Per::Week { DAYS } else { MONTHS }).max(1);
        let mut points_shown = Vec::new();
        for (nth, point) in trend.iter().enumerate() {
            let since =
                written::day_or_time(since_ms.map_or(point.since_ms, |it| it.max(point.since_ms)), &view.calendar);
            let until =
                written::day_or_time(until_ms.map_or(point.until_ms, |it| it.min(point.until_ms)), &view.calendar);
            let dates = [("since", since.as_str()), ("until", until.as_str())];
            let among = view.among.iter().map(|(name, text)| (*name, text.as_str()));
            let links = Links::new(survey, dates.into_iter().chain(among));
            let (low, high) = point.nps.interval().unwrap_or_default();
            points_shown.push(Point {
                name: name(point.since_ms, per, &view.calendar),
                shown: Counted::new(point.answered.whole, links.who("shown")),
                answered: Counted::new(point.answered.part, links.who("answered")),
                rate: Share::of(point.answered.part, point.answered.whole),
                score: Score::of(point.nps),
                scored: Counted::new(point.nps.answers(), links.answer(step, "answered")),
                x: format!("{:.2}%", (nth as f64 + 0.5) / trend.len() as f64 * 100.0),
                y: height(point.nps.score().unwrap_or_default()),
                low: height(low),
                high: height(high),
                marks: marks.of(point.since_ms, point.until_ms),
                is_tick: (trend.len() - 1 - nth).is_multiple_of(every),
            });
        }
        let scored: Vec<&Point> = points_shown.iter().filter(|it| it.score.is_some()).collect();
        let line = |pair: &[&Point]| Line {
            x1: pair[0].x.clone(),
            y1: pair[0].y.clone(),
            x2: pair[1].x.clone(),
            y2: pair[1].y.clone(),
        };
        let lines = scored.windows(2).map(line).collect();
        let in_words = match (scored.first(), scored.last(), first_and_last(trend)) {
            (Some(first), Some(last), Some((from, to))) if first.name != last.name => {
                format!("From {} in {} to {} in {}", points(from), first.name, points(to), last.name)
            }
            (Some(only), _, Some((score, _))) => format!("{} in {}", points(score), only.name),
            _ => "No answer yet".to_owned(),
        };
        let marked = trend.iter().zip(&points_shown);
        let marked = marked
            .filter_map(|(it, drawn)| Some((drawn.x.clone(), marks.numbers(it.since_ms, it.until_ms)?)))
            .collect();
        Self { points: points_shown, lines, in_words, marked, marks }
    }
}

fn first_and_last(trend: &[TrendPoint]) -> Option<(f64, f64)> {
    let mut scores = trend.iter().filter_map(|it| it.nps.score());
    let first = scores.next()?;
    Some((first, scores.next_back().unwrap_or(first)))
}

/// From the top, where +100 is.
fn height(score: f64) -> String {
    format!("{:.2}%", (1.0 - score) / 2.0 * 100.0)
}

/// `2026-11`, or the first day of a week.
fn name(since_ms: i64, per: Per, calendar: &Calendar) -> String {
    let day = calendar.date_of(since_ms);
    match per {
        Per::Week => day,
        Per::Month => day.chars().take(7).collect(),
    }
}
