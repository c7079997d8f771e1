//! How long people pause on one page, drawn as curves and written as a table: the same numbers twice.

use crate::app::hesitation::{BaselineCurve, Troubled};
use crate::http::dashboard::written;

/// Times that the axis may name; as many as have room.
const TICKS_MS: [i64; 14] = [
    0, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_200_000, 1_800_000, 3_600_000,
];

/// The room that a tick's name needs, in percent of a narrow drawing's width: per letter, and between two.
const LETTER_ROOM: f64 = 2.5;
const GAP_ROOM: f64 = 3.0;

/// Units of the drawing inside its box, which stretches.
const DRAWN: f64 = 1_000.0;

/// Beyond this share of the width a label stands to the left of what it names.
const LABEL_TURNS: f64 = 50.0;

/// Rows of the table: so many are still idle.
const TABLED: [(f64, &str); 5] =
    [(0.75, "Three in four"), (0.5, "Half"), (0.1, "One in ten"), (0.05, "One in twenty"), (0.01, "One in a hundred")];

/// The curve is drawn up to where so many are left.
const DRAWN_TO: f64 = 0.01;

/// Shares are equal when they agree to this much: they come from whole thousandths of a logarithm.
const SAME_SHARE: f64 = 0.002;

/// The pauses of a page.
pub(super) struct Pauses {
    pub(super) panels: Vec<Panel>,
    pub(super) rows: Vec<PauseRow>,
}

/// The pauses after one kind of action.
pub(super) struct Panel {
    pub(super) id: &'static str,
    /// `After a click`
    pub(super) name: &'static str,
    /// Of the page itself; else of the whole product.
    pub(super) is_own: bool,
    /// The curve in words.
    pub(super) in_words: String,
    /// `M0 0 L12.5 100 …` in a box of [`DRAWN`] by [`DRAWN`].
    pub(super) path: String,
    pub(super) area: String,
    pub(super) ticks: Vec<Tick>,
    pub(super) firing: Option<Firing>,
    /// … if clicks had no effect before.
    pub(super) troubled: Option<Firing>,
}

pub(super) struct Tick {
    pub(super) at: String,
    pub(super) name: String,
}

/// Where somebody who only pauses would be asked.
pub(super) struct Firing {
    pub(super) at: String,
    pub(super) label: String,
    pub(super) turns: bool,
}

/// One row of the table: how many are still idle, and when, per panel.
pub(super) struct PauseRow {
    pub(super) name: String,
    pub(super) cells: Vec<String>,
}

impl Pauses {
    /// `None` where there is nothing to draw.
    pub(super) fn of(curves: &[BaselineCurve]) -> Option<Self> {
        let panels: Vec<Panel> = curves.iter().filter(|it| !it.points.is_empty()).map(Panel::of).collect();
        (!panels.is_empty()).then(|| Self { rows: rows(curves), panels })
    }
}

fn rows(curves: &[BaselineCurve]) -> Vec<PauseRow> {
    let curves: Vec<&BaselineCurve> = curves.iter().filter(|it| !it.points.is_empty()).collect();
    let row = |(share, name): (f64, &str)| PauseRow {
        name: format!("{name} still idle after"),
        cells: curves.iter().map(|it| until(it, share).map_or_else(|| "–".to_owned(), span)).collect(),
    };
    let mut rows: Vec<PauseRow> = TABLED.into_iter().map(row).collect();
    let asked = |name: &str, when: fn(&BaselineCurve) -> Option<String>| PauseRow {
        name: name.to_owned(),
        cells: curves.iter().map(|it| when(it).unwrap_or_else(|| "never".to_owned())).collect(),
    };
    rows.push(asked("Asked after, if nothing else is unusual", |it| it.fires_at_ms.map(span)));
    rows.push(asked("Asked or offered help after, if clicks had no effect before", |it| {
        it.fires_troubled
            .map(|it| format!("{}, {}{}", span(it.idle_ms), clicks(it), if it.is_hint { ": hint" } else { "" }))
    }));
    rows
}

/// `3 clicks`
fn clicks(troubled: Troubled) -> String {
    if troubled.dead_clicks == 1 { "1 click".to_owned() } else { format!("{} clicks", troubled.dead_clicks) }
}

/// When the share of those still idle falls to `share`.
fn until(curve: &BaselineCurve, share: f64) -> Option<i64> {
    curve.points.iter().find(|(_, still)| *still <= share + SAME_SHARE).map(|(at_ms, _)| *at_ms)
}

impl Panel {
    fn of(curve: &BaselineCurve) -> Self {
        let (firing_ms, troubled) = (curve.fires_at_ms, curve.fires_troubled);
        let last_ms = curve.points.last().map_or(0, |(at_ms, _)| *at_ms);
        let drawn_ms = until(curve, DRAWN_TO).unwrap_or(last_ms);
        let end_ms =
            [firing_ms, troubled.map(|it| it.idle_ms)].into_iter().flatten().fold(drawn_ms.max(1_000), i64::max);
        let end_ms = end_ms.saturating_add(end_ms / 12);
        // The square root gives short pauses room and still begins at zero.
        let across = |at_ms: i64| (at_ms.max(0) as f64 / end_ms as f64).sqrt();
        let mut points = vec![(0.0, 0.0)];
        points.extend(curve.points.iter().map(|(at_ms, still)| (across(*at_ms), (1.0 - still).clamp(0.0, 1.0))));
        let points: Vec<String> =
            cut(&points).into_iter().map(|(x, y)| format!("{:.1} {:.1}", x * DRAWN, y * DRAWN)).collect();
        let path = format!("M{}", points.join(" L"));
        let half = until(curve, 0.5).map_or_else(|| "–".to_owned(), span);
        let most = until(curve, 0.05).map_or_else(|| "–".to_owned(), span);
        let asked = firing_ms.map_or_else(
            || "A pause alone is never a reason to ask.".to_owned(),
            |it| format!("Who only pauses is asked after {}.", span(it)),
        );
        let asked = troubled.map_or_else(
            || asked.clone(),
            |it| {
                let done = if it.is_hint { "help is offered" } else { "the question comes" };
                format!("{asked} After {} without effect {done} within {}.", clicks(it), span(it.idle_ms))
            },
        );
        let firing = |at_ms: i64, label: String| {
            let at = across(at_ms) * 100.0;
            Firing { at: format!("{at:.2}%"), label, turns: at > LABEL_TURNS }
        };
        Self {
            id: curve.after,
            name: name(curve.after),
            is_own: curve.is_own,
            in_words: format!("Half act again within {half}, 95% within {most}. {asked}"),
            area: format!("{path} L{DRAWN} {DRAWN} L0 {DRAWN} Z"),
            path,
            ticks: ticks(across),
            firing: firing_ms.map(|it| firing(it, format!("asked after {}", span(it)))),
            troubled: troubled.map(|it| firing(it.idle_ms, format!("{} in vain", clicks(it)))),
        }
    }
}

fn name(after: &str) -> &'static str {
    match after {
        "typing" => "After typing",
        "scrolling" => "After scrolling",
        _ => "After a click",
    }
}

/// The points up to the right edge, and one on it.
fn cut(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut kept: Vec<(f64, f64)> = Vec::new();
    for &(x, y) in points {
        if let Some(&(before_x, before_y)) = kept.last()
            && x > 1.0
        {
            let into = (1.0 - before_x) / (x - before_x).max(f64::EPSILON);
            kept.push((1.0, before_y + (y - before_y) * into));
            return kept;
        }
        kept.push((x, y));
    }
    if let Some(&(_, y)) = kept.last() {
        kept.push((1.0, y));
    }
    kept
}

fn ticks(across: impl Fn(i64) -> f64) -> Vec<Tick> {
    let mut ticks = Vec::new();
    let mut free_from = 0.0;
    for at_ms in TICKS_MS {
        let (at, name) = (across(at_ms) * 100.0, span(at_ms));
        let room = GAP_ROOM + LETTER_ROOM * name.chars().count() as f64;
        if (free_from..=100.0).contains(&at) {
            ticks.push(Tick { at: format!("{at:.2}%"), name });
            free_from = at + room;
        }
    }
    ticks
}

fn span(span_ms: i64) -> String {
    let span_ms = u64::try_from(span_ms).unwrap_or(0);
    // Tenths of a second matter below three of them.
    match span_ms {
        100..3_000 if span_ms % 1_000 >= 50 => format!("{:.1} s", span_ms as f64 / 1_000.0),
        _ => written::span(span_ms),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(after: &'static str, is_own: bool, fires_at_ms: Option<i64>) -> BaselineCurve {
        let shares = [0.9, 0.75, 0.5, 0.35, 0.2, 0.1, 0.05, 0.02, 0.01, 0.001];
        let times_ms = [400, 900, 2_500, 4_000, 9_000, 15_000, 22_000, 35_000, 50_000, 90_000];
        BaselineCurve {
            is_own,
            after,
            points: times_ms.into_iter().zip(shares).collect(),
            fires_at_ms,
            fires_troubled: Some(Troubled { dead_clicks: 3, idle_ms: 4_000, is_hint: false }),
        }
    }

    #[test]
    fn table_and_drawing_say_the_same() {
        let pauses = Pauses::of(&[curve("click", true, Some(41_000)), curve("typing", false, None)]).unwrap();
        let panels: Vec<_> = pauses.panels.iter().map(|it| (it.name, it.is_own, it.in_words.as_str())).collect();
        assert_eq!(
            panels,
            [
                (
                    "After a click",
                    true,
                    "Half act again within 2.5 s, 95% within 22 s. Who only pauses is asked after 41 s. After 3 clicks without effect the question comes within 4 s."
                ),
                (
                    "After typing",
                    false,
                    "Half act again within 2.5 s, 95% within 22 s. A pause alone is never a reason to ask. After 3 clicks without effect the question comes within 4 s."
                ),
            ]
        );
        assert_eq!(pauses.panels[0].firing.as_ref().unwrap().label, "asked after 41 s");
        let rows: Vec<_> = pauses.rows.iter().map(|it| format!("{}: {}", it.name, it.cells.join(", "))).collect();
        assert_eq!(
            rows,
            [
                "Three in four still idle after: 0.9 s, 0.9 s",
                "Half still idle after: 2.5 s, 2.5 s",
                "One in ten still idle after: 15 s, 15 s",
                "One in twenty still idle after: 22 s, 22 s",
                "One in a hundred still idle after: 50 s, 50 s",
                "Asked after, if nothing else is unusual: 41 s, never",
                "Asked or offered help after, if clicks had no effect before: 4 s, 3 clicks, 4 s, 3 clicks",
            ]
        );
        let path = &pauses.panels[0].path;
        assert!(path.starts_with("M0.0 0.0 L") && path.contains(" 500") && path.contains("L1000.0 "), "{path}");
    }

    #[test]
    fn without_a_curve_there_is_nothing_to_draw() {
        assert!(Pauses::of(&[]).is_none());
        assert!(Pauses::of(&[BaselineCurve { points: Vec::new(), ..curve("click", true, None) }]).is_none());
    }

    #[test]
    fn absurd_curves_are_drawn_within_their_box() {
        for (at_ms, still) in [(0, 0.5), (i64::MAX, 0.0), (-5, 7.0), (3, f64::NAN)] {
            let panel =
                Panel::of(&BaselineCurve { points: vec![(at_ms, still)], ..curve("click", true, Some(i64::MAX)) });
            for number in panel.path.split(['M', 'L', ' ']).filter(|it| !it.is_empty()) {
                let number: f64 = number.parse().unwrap();
                assert!((0.0..=DRAWN).contains(&number) || still.is_nan(), "{}", panel.path);
            }
            assert!(!panel.ticks.is_empty());
        }
    }
}
