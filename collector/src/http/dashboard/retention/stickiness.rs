//! DAU, WAU, MAU and how sticky that makes the product: tiles, two drawings, one table.

use super::view::RetentionView;
use crate::app::stickiness::{DayReport, Stickiness, Within};
use crate::http::dashboard::annotations::Marks;
use crate::http::dashboard::funnel_chart::Share;
use crate::http::dashboard::href::Href;
use crate::http::dashboard::written;
use crate::metric::presence::MONTH_DAYS;

/// The drawings are squares of so many units, stretched.
const SIDE: f64 = 1_000.0;

pub(in crate::http::dashboard) struct StickinessView {
    /// The latest day that is over.
    pub(in crate::http::dashboard) latest: Day,
    /// The latest first.
    pub(in crate::http::dashboard) days: Vec<Day>,
    /// Paths of DAU, WAU and MAU.
    pub(in crate::http::dashboard) lines: [String; 3],
    /// Of DAU ÷ MAU, with its interval.
    pub(in crate::http::dashboard) sticky: String,
    pub(in crate::http::dashboard) band: String,
    /// The top of the first drawing, and half of it.
    pub(in crate::http::dashboard) top: String,
    pub(in crate::http::dashboard) half: String,
    /// The top of the second one, and half of it.
    pub(in crate::http::dashboard) top_percent: String,
    pub(in crate::http::dashboard) half_percent: String,
    pub(in crate::http::dashboard) ticks: Vec<(String, String)>,
    /// Where something happened, and its number.
    pub(in crate::http::dashboard) marks: Vec<(String, usize)>,
    /// Where the range begins before the first message: until when the month is not whole.
    pub(in crate::http::dashboard) fills_up: Option<String>,
    pub(in crate::http::dashboard) in_words: String,
    pub(in crate::http::dashboard) sticky_in_words: String,
}

pub(in crate::http::dashboard) struct Day {
    pub(in crate::http::dashboard) day: String,
    pub(in crate::http::dashboard) dau: (String, Href),
    pub(in crate::http::dashboard) wau: (String, Href),
    pub(in crate::http::dashboard) mau: (String, Href),
    pub(in crate::http::dashboard) share: Option<Share>,
    pub(in crate::http::dashboard) so_far: bool,
}

impl StickinessView {
    /// `None` where no day is over, or nobody came.
    pub(super) fn of(stickiness: &Stickiness, view: &RetentionView, marks: &Marks) -> Option<Self> {
        // Before the first message there is nothing to draw.
        let empty = stickiness.days.iter().take_while(|it| it.mau == 0).count();
        let days = stickiness.days.get(empty..).unwrap_or_default();
        let over: Vec<&DayReport> = days.iter().filter(|it| it.is_over).collect();
        let (first, latest) = (over.first()?, over.last()?);
        let top = nice(over.iter().map(|it| it.mau).max().filter(|it| *it > 0)?);
        let most = over.iter().filter_map(|it| it.interval).map(|(_, high)| high).fold(0.0, f64::max);
        // In steps of a tenth, so that labels are whole.
        let top_share = ((most * 10.0).ceil() / 10.0).clamp(0.1, 1.0);
        let x = |nth: usize| if over.len() < 2 { SIDE / 2.0 } else { nth as f64 / (over.len() - 1) as f64 * SIDE };
        let counts = |of: fn(&DayReport) -> u64| {
            path(over.iter().enumerate().map(|(nth, it)| (x(nth), (1.0 - of(it) as f64 / top as f64) * SIDE)))
        };
        let shares = |of: fn(&DayReport) -> Option<f64>| -> Vec<(f64, f64)> {
            let point = |(nth, it): (usize, &&DayReport)| Some((x(nth), (1.0 - of(it)? / top_share) * SIDE));
            over.iter().enumerate().filter_map(point).collect()
        };
        let mut around = shares(|it| it.interval.map(|it| it.1));
        around.extend(shares(|it| it.interval.map(|it| it.0)).into_iter().rev());
        let middle = &over[over.len() / 2];
        let mut ticks = vec![("0%".to_owned(), first.day.clone())];
        if over.len() > 2 {
            ticks.push((format!("{:.2}%", x(over.len() / 2) / SIDE * 100.0), middle.day.clone()));
        }
        if over.len() > 1 {
            ticks.push(("100%".to_owned(), latest.day.clone()));
        } else {
            ticks[0].0 = "50%".to_owned();
        }
        let calendar = &view.range.calendar;
        let marked = over.iter().enumerate().flat_map(|(nth, it)| {
            let from_ms = calendar.parse_ms(&it.day).unwrap_or_default();
            let numbers = marks.of(from_ms, calendar.day_start_ms(calendar.day(from_ms) + 1));
            numbers.into_iter().map(move |(number, _)| (nth, number))
        });
        let marks = marked.map(|(nth, number)| (format!("{:.2}%", x(nth) / SIDE * 100.0), number)).collect();
        let in_words = format!(
            "On {} {} people came in a day, {} in a week, {} in a month",
            latest.day,
            written::count(latest.dau),
            written::count(latest.wau),
            written::count(latest.mau)
        );
        let percent = |it: &DayReport| it.stickiness.map_or_else(|| "nobody".to_owned(), written::percent);
        Some(Self {
            latest: Day::of(latest, view),
            days: days.iter().rev().map(|it| Day::of(it, view)).collect(),
            lines: [counts(|it| it.dau), counts(|it| it.wau), counts(|it| it.mau)],
            sticky: path(shares(|it| it.stickiness).into_iter()),
            band: format!("{}Z", path(around.into_iter())),
            top: written::count(top),
            half: written::count(top / 2),
            top_percent: written::percent(top_share).replace(".0%", "%"),
            half_percent: written::percent(top_share / 2.0).replace(".0%", "%"),
            ticks,
            marks,
            fills_up: (empty > 0).then(|| days.get(MONTH_DAYS - 1).or(days.last())).flatten().map(|it| it.day.clone()),
            in_words,
            sticky_in_words: format!(
                "Of those who came in the month, {} came on its last day on {}, {} on {}",
                percent(first),
                first.day,
                percent(latest),
                latest.day
            ),
        })
    }
}

impl Day {
    fn of(day: &DayReport, view: &RetentionView) -> Self {
        let counted =
            |count: u64, within: Within| (written::count(count), view.active("active", &day.day, within.days()));
        Self {
            day: day.day.clone(),
            dau: counted(day.dau, Within::Day),
            wau: counted(day.wau, Within::Week),
            mau: counted(day.mau, Within::Month),
            share: Share::of(day.dau, day.mau),
            so_far: !day.is_over,
        }
    }
}

/// The next even number of one digit and noughts; at least 2.
fn nice(most: u64) -> u64 {
    let mut unit = 1;
    while unit * 10 < most {
        unit *= 10;
    }
    (most.div_ceil(unit) * unit).next_multiple_of(2 * unit).max(2)
}

fn path(points: impl Iterator<Item = (f64, f64)>) -> String {
    let points: Vec<String> = points.map(|(x, y)| format!("{x:.1} {y:.1}")).collect();
    if points.is_empty() { String::new() } else { format!("M{}", points.join("L")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_top_of_a_drawing_is_a_round_number_not_below_the_most() {
        assert_eq!([1, 2, 3, 9, 10, 11, 99, 251, 1_000].map(nice), [2, 2, 4, 10, 10, 20, 100, 400, 1_000]);
    }

    #[test]
    fn a_line_of_nobody_is_no_line() {
        assert_eq!(path(std::iter::empty()), "");
        assert_eq!(path([(0.0, 1.0), (2.0, 3.0)].into_iter()), "M0.0 1.0L2.0 3.0");
    }
}
