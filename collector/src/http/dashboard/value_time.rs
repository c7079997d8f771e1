//! Time to first value as a curve: what share of those who started had reached it, by the time since.

use super::href::Href;
use super::view::View;
use super::written;
use crate::app::value_time::{Before, CurvePoint, ShareTime, ValueTime};
use crate::metric::SMALL_SAMPLE;
use domain::Journey;

/// Ages of the table, as far as somebody was watched that long.
const AGES_MS: [u64; 8] = [HOUR_MS, 6 * HOUR_MS, DAY_MS, 3 * DAY_MS, 7 * DAY_MS, 14 * DAY_MS, 30 * DAY_MS, 90 * DAY_MS];

const HOUR_MS: u64 = 3_600_000;
const DAY_MS: u64 = 24 * HOUR_MS;

/// The drawing is a square of so many units, stretched.
const SIDE: f64 = 1_000.0;

/// Below this a difference is said to be more than chance.
const SURE: f64 = 0.05;

pub(super) struct ValueCard {
    pub(super) quantiles: Vec<QuantileRow>,
    pub(super) rows: Vec<AgeRow>,
    pub(super) waiting: String,
    pub(super) waiting_href: Href,
    pub(super) cohorts_href: Href,
    pub(super) small: bool,
    pub(super) started: String,
    /// Of a drawing; empty where nobody has arrived.
    pub(super) line: String,
    pub(super) band: String,
    pub(super) ticks: Vec<Tick>,
    pub(super) in_words: String,
    pub(super) before: Option<String>,
}

pub(super) struct QuantileRow {
    pub(super) name: &'static str,
    pub(super) time: String,
    pub(super) interval: Option<String>,
}

pub(super) struct AgeRow {
    pub(super) age: String,
    pub(super) reached: String,
    pub(super) interval: String,
}

pub(super) struct Tick {
    pub(super) at: String,
    pub(super) name: String,
}

impl ValueCard {
    pub(super) fn of(time: &ValueTime, journey: &Journey, view: &View) -> Option<Self> {
        if time.started == 0 {
            return None;
        }
        let waiting = time.started - time.reached;
        let until_ms = drawn_until_ms(time);
        let (line, band) = drawing(&time.curve, until_ms);
        let value = journey.milestones.get(journey.value_index()).map_or("", |it| it.name.as_str());
        let median = time.quantiles.first().copied().and_then(|it| it.ms);
        let in_words = match (median, time.curve.last()) {
            (Some(ms), _) => format!("Half of those who started reached “{value}” within {}", written::span(ms)),
            (None, Some(last)) => {
                format!(
                    "{} of those who started have reached “{value}”; half of them is not reached",
                    written::percent(last.share)
                )
            }
            (None, None) => format!("Nobody has reached “{value}” yet"),
        };
        Some(Self {
            quantiles: time
                .quantiles
                .iter()
                .zip(["Half", "Three quarters", "Nine tenths"])
                .map(QuantileRow::of)
                .collect(),
            rows: ages(time),
            waiting: written::count(waiting),
            waiting_href: waiting_href(journey, view),
            cohorts_href: Href::to(&["journeys", journey.id.as_str(), "cohorts"]).with_all(view.range_pairs()),
            small: time.started < SMALL_SAMPLE,
            started: written::count(time.started),
            ticks: ticks(until_ms),
            before: time.before.as_ref().map(compared),
            line,
            band,
            in_words,
        })
    }
}

impl QuantileRow {
    fn of((it, name): (&ShareTime, &'static str)) -> Self {
        let end = |ms: Option<u64>| ms.map_or_else(|| "not reached".to_owned(), written::span);
        let known = it.ms.is_some() || it.low_ms.is_some();
        Self { name, time: end(it.ms), interval: known.then(|| format!("{} to {}", end(it.low_ms), end(it.high_ms))) }
    }
}

pub(super) fn waiting_href(journey: &Journey, view: &View) -> Href {
    Href::to(&["journeys", journey.id.as_str(), "waiting"]).with_all(view.range_pairs())
}

fn at(curve: &[CurvePoint], ms: u64) -> Option<&CurvePoint> {
    curve[..curve.partition_point(|it| it.at_ms <= ms)].last()
}

fn ages(time: &ValueTime) -> Vec<AgeRow> {
    let row = |ms: u64| {
        let point = at(&time.curve, ms);
        AgeRow {
            age: written::window_in_words(ms),
            reached: written::percent(point.map_or(0.0, |it| it.share)),
            interval: point.map_or_else(|| "–".to_owned(), |it| written::percents(it.low, it.high)),
        }
    };
    AGES_MS.into_iter().filter(|ms| *ms <= time.watched_ms).map(row).collect()
}

/// The last arrival and a little more: the tail of waiting only would squeeze the rest.
fn drawn_until_ms(time: &ValueTime) -> u64 {
    let last = time.curve.last().map_or(time.watched_ms, |it| it.at_ms);
    (last + last / 20).min(time.watched_ms).max(1)
}

/// Steps of the share, and of its interval, as paths.
fn drawing(curve: &[CurvePoint], until_ms: u64) -> (String, String) {
    if curve.is_empty() {
        return (String::new(), String::new());
    }
    let x = |ms: u64| ms.min(until_ms) as f64 / until_ms as f64 * SIDE;
    let y = |share: f64| (1.0 - share) * SIDE;
    let steps = |of: fn(&CurvePoint) -> f64| -> Vec<(f64, f64)> {
        let mut corners = vec![(0.0, y(0.0))];
        for point in curve {
            let level = corners.last().map_or(SIDE, |it| it.1);
            corners.push((x(point.at_ms), level));
            corners.push((x(point.at_ms), y(of(point))));
        }
        let level = corners.last().map_or(SIDE, |it| it.1);
        corners.push((SIDE, level));
        corners
    };
    let path = |corners: &[(f64, f64)]| -> String {
        let corners: Vec<String> = corners.iter().map(|(x, y)| format!("{x:.1} {y:.1}")).collect();
        format!("M{}", corners.join("L"))
    };
    let mut around = steps(|it| it.high);
    around.extend(steps(|it| it.low).into_iter().rev());
    (path(&steps(|it| it.share)), format!("{}Z", path(&around)))
}

fn ticks(until_ms: u64) -> Vec<Tick> {
    (0..=2)
        .map(|half| Tick {
            at: format!("{}%", half * 50),
            name: if half == 0 { "0".to_owned() } else { written::span(round(until_ms / 2 * half)) },
        })
        .collect()
}

/// To a whole number of the largest unit's tenth, so that names stay short.
fn round(ms: u64) -> u64 {
    let unit = if ms >= DAY_MS {
        HOUR_MS
    } else if ms >= HOUR_MS {
        60_000
    } else {
        1_000
    };
    ms / unit * unit
}

fn compared(before: &Before) -> String {
    let median =
        |it: &[ShareTime]| it.first().and_then(|it| it.ms).map_or_else(|| "not reached".to_owned(), written::span);
    let then = format!(
        "In the range as long before this one {} of {} reached value, half of them within: {}.",
        written::count(before.reached),
        written::count(before.started),
        median(&before.quantiles),
    );
    let verdict = match before.p {
        None => "The two cannot be compared".to_owned(),
        Some(p) if p < SURE => {
            let direction = if before.is_faster_now == Some(true) { "faster" } else { "slower" };
            format!("This one is {direction}, and not by chance alone (log-rank p {})", p_value(p))
        }
        Some(p) => format!("The difference may well be chance (log-rank p {})", p_value(p)),
    };
    format!("{then} {verdict}.")
}

fn p_value(p: f64) -> String {
    if p < 0.001 { "below 0.001".to_owned() } else { format!("= {p:.3}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::project;

    fn point(at_ms: u64, share: f64) -> CurvePoint {
        CurvePoint { at_ms, share, low: share / 2.0, high: (share * 1.5).min(1.0), waiting: 9 }
    }

    fn time(reached: u64, curve: Vec<CurvePoint>, half_ms: Option<u64>) -> ValueTime {
        let share = |share: f64, ms: Option<u64>| ShareTime { share, ms, low_ms: ms, high_ms: None };
        ValueTime {
            milestone: "sent".to_owned(),
            started: 10,
            reached,
            median_ms: None,
            p90_ms: None,
            quantiles: vec![share(0.5, half_ms), share(0.75, None), share(0.9, None)],
            curve,
            watched_ms: 8 * DAY_MS,
            before: None,
            weeks: Vec::new(),
        }
    }

    fn card(time: &ValueTime) -> ValueCard {
        let journey = project().definitions.journeys[0].clone();
        ValueCard::of(time, &journey, &View::parse(&[], &crate::metric::Calendar::default())).expect("somebody started")
    }

    #[test]
    fn half_is_told_where_it_is_reached_and_else_that_it_is_not() {
        let reached = card(&time(6, vec![point(HOUR_MS, 0.2), point(2 * DAY_MS, 0.6)], Some(2 * DAY_MS)));
        assert!(reached.in_words.ends_with("within 2 d"), "{}", reached.in_words);
        assert_eq!((&*reached.waiting, reached.small), ("4", true));
        assert_eq!(reached.quantiles[0].interval.as_deref(), Some("2 d to not reached"));
        let young = card(&time(2, vec![point(HOUR_MS, 0.2)], None));
        assert!(young.in_words.starts_with("20.0% of those who started"), "{}", young.in_words);
        assert_eq!((&*young.quantiles[0].time, &young.quantiles[1].interval), ("not reached", &None));
        assert!(card(&time(0, Vec::new(), None)).line.is_empty());
    }

    #[test]
    fn the_table_is_the_curve_at_round_ages_as_far_as_anybody_was_watched() {
        let card = card(&time(6, vec![point(HOUR_MS, 0.2), point(2 * DAY_MS, 0.6)], Some(2 * DAY_MS)));
        let rows: Vec<(&str, &str)> = card.rows.iter().map(|it| (&*it.age, &*it.reached)).collect();
        let wanted =
            [("1 hour", "20.0%"), ("6 hours", "20.0%"), ("1 day", "20.0%"), ("3 days", "60.0%"), ("7 days", "60.0%")];
        assert_eq!(rows, wanted);
        assert!(card.line.starts_with("M0.0 1000.0L") && card.band.ends_with('Z'));
    }

    #[test]
    fn a_difference_is_called_one_only_where_chance_hardly_explains_it() {
        let before = |p: Option<f64>, is_faster_now| Before {
            started: 20,
            reached: 10,
            quantiles: Vec::new(),
            chi_squared: None,
            p,
            is_faster_now,
        };
        let ends = |it: Before, end: &str| assert!(compared(&it).ends_with(end), "{}", compared(&it));
        ends(before(Some(0.0001), Some(true)), "This one is faster, and not by chance alone (log-rank p below 0.001).");
        ends(before(Some(0.04), Some(false)), "This one is slower, and not by chance alone (log-rank p = 0.040).");
        ends(before(Some(0.2), Some(true)), "The difference may well be chance (log-rank p = 0.200).");
        ends(before(None, None), "The two cannot be compared.");
    }
}
