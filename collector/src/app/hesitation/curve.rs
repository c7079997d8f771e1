//! How long visitors of a page stay idle, and when the detector would speak up.

use super::{BaselineCurve, Troubled};
use domain::UrlPattern;
use domain::hesitation::{Baseline, Curve, Device, Measure, Model, SIGNED_SURPRISES, SURPRISES, Tail};
use sdk_core::hesitation::{Assignment, Detector, Finding, Observation, Surface, Verdict};

/// Longer pauses are breaks: the firing line is not looked for beyond.
const LONGEST_IDLE_MS: i64 = 10 * 60_000;

/// Visitors tried until one is neither held out nor otherwise special: nine in ten are fit.
const VISITORS: u32 = 1_000;

/// Whoever clicks more often without effect is in trouble anyway.
const MOST_DEAD_CLICKS: u64 = 8;

/// After trouble a pause need not be long.
const LONGEST_TROUBLED_MS: i64 = 60_000;

/// One curve for each kind of last action that something is known of.
pub(super) fn curves(model: &Model, page: &str) -> Vec<BaselineCurve> {
    let firing = Firing::new(model, page);
    let actions = [
        (Measure::IdleAfterClick, "click"),
        (Measure::IdleAfterTyping, "typing"),
        (Measure::IdleAfterScrolling, "scrolling"),
    ];
    let curve = |(measure, after): (Measure, &'static str)| {
        let rows = || model.baselines_for(page, "", Device::Desktop);
        let row =
            rows().find(|it| it.curves[measure.index()].is_some() && it.device.is_none()).or_else(|| rows().last())?;
        let curve = row.curves.get(measure.index()).copied().flatten()?;
        Some(BaselineCurve {
            is_own: row.is_own && page != "*",
            after,
            points: points(&curve, measure.tail()),
            fires_at_ms: firing.as_ref().and_then(|it| it.idle(measure, 0, LONGEST_IDLE_MS)).and_then(asked),
            fires_troubled: firing.as_ref().and_then(|it| it.troubled(measure)),
        })
    };
    actions.into_iter().filter_map(curve).collect()
}

/// (milliseconds, share that is idle for longer), falling; knots at one value count as the last of them.
fn points(curve: &Curve, tail: Tail) -> Vec<(i64, f64)> {
    let mut points = vec![(0, 1.0)];
    for (value, share) in curve.values.into_iter().zip(shares(tail)) {
        match points.last_mut() {
            Some(last) if last.0 == value => *last = (value, share),
            _ => points.push((value, share)),
        }
    }
    points
}

/// The share above each knot.
fn shares(tail: Tail) -> Vec<f64> {
    match tail {
        Tail::High => SURPRISES.iter().map(|it| 10_f64.powf(-f64::from(*it) / 1_000.0)).collect(),
        Tail::Low => SURPRISES.iter().map(|it| 1.0 - 10_f64.powf(-f64::from(*it) / 1_000.0)).collect(),
        // log₁₀(below) − log₁₀(above), so the odds of being above are 10^−s.
        Tail::Both => SIGNED_SURPRISES.iter().map(|it| 1.0 / (1.0 + 10_f64.powf(f64::from(*it) / 1_000.0))).collect(),
    }
}

/// A visitor who acts as is usual and then stops, watched by the detector itself.
struct Firing<'a> {
    model: Model,
    page: &'a str,
    user: String,
    first_action_ms: i64,
}

impl<'a> Firing<'a> {
    fn new(model: &Model, page: &'a str) -> Option<Self> {
        let user = (0..VISITORS)
            .map(|it| format!("visitor-{it}"))
            .find(|it| Assignment::of(it, model.salt) == Assignment::Treated)?;
        let usual = |row: &Baseline| row.curves[Measure::FirstAction.index()].map(|it| it.values[2]);
        let first_action_ms = model.baselines_for(page, "", Device::Desktop).find_map(usual).unwrap_or(2_000);
        // Where the page is muted or excluded the line says when people would be asked if it were not.
        let mut model = Model { excluded: Vec::<UrlPattern>::new(), ..model.clone() };
        model.baselines.retain(|it| it.page == page || it.page == "*");
        model.baselines.iter_mut().for_each(|it| it.is_muted = false);
        Some(Self { model, page, user, first_action_ms: first_action_ms.clamp(500, 30_000) })
    }

    /// The fewest clicks without effect that make a pause a reason to offer help, or to ask.
    fn troubled(&self, after: Measure) -> Option<Troubled> {
        (1..=MOST_DEAD_CLICKS).find_map(|dead_clicks| {
            let (idle_ms, is_hint) = self.idle(after, dead_clicks, LONGEST_TROUBLED_MS)?;
            Some(Troubled { dead_clicks, idle_ms, is_hint })
        })
    }

    /// The idle time after which such a visitor would be asked, or only be given a hint (`true`), after so many clicks
    /// without effect; `None`: never.
    fn idle(&self, after: Measure, dead_clicks: u64, longest_ms: i64) -> Option<(i64, bool)> {
        let mut detector = Detector::default();
        detector.configure(Some(self.model.clone()));
        let mut findings = Vec::new();
        let acted_ms = self.first_action_ms + dead_clicks as i64 * 1_000;
        let mut see = |at_ms: i64, observation: Observation<'_>, findings: &mut Vec<Finding>| {
            detector.observe(at_ms, observation, findings);
        };
        let started = Observation::Started { user: &self.user, session: "s", device: Device::Desktop, memory: "" };
        see(0, started, &mut findings);
        see(0, Observation::Page { page: self.page, context: "" }, &mut findings);
        see(0, Observation::Shown(true), &mut findings);
        // In vain, a second apart; the last of them is the last action where that is to be a click.
        let before_ms = if after == Measure::IdleAfterClick { 0 } else { 1_000 };
        for left in (0..dead_clicks).rev() {
            let at_ms = acted_ms - before_ms - left as i64 * 1_000;
            let dead = Observation::Clicked { target: 9, on: Surface::Control, is_alive: false };
            see(at_ms, Observation::Tick, &mut findings);
            see(at_ms, dead, &mut findings);
        }
        // One action, which led somewhere where there was no trouble; then nothing.
        let is_well = dead_clicks == 0;
        match after {
            Measure::IdleAfterTyping => {
                see(acted_ms - 400, Observation::Focused { field: 1 }, &mut findings);
                see(acted_ms, Observation::Typed { field: 1, by: 1 }, &mut findings);
                see(acted_ms, Observation::Blurred { field: 1, is_changed: is_well }, &mut findings);
            }
            Measure::IdleAfterScrolling => {
                see(acted_ms, Observation::Scrolled { y: 300, height: 800 }, &mut findings);
            }
            _ => {
                let on = Surface::Control;
                if is_well {
                    see(acted_ms, Observation::Clicked { target: 1, on, is_alive: true }, &mut findings);
                    see(acted_ms, Observation::Progress { state: 1 }, &mut findings);
                }
            }
        }
        let mut hinted_ms = None;
        for second in 1..=longest_ms / 1_000 {
            let idle_ms = second * 1_000;
            findings.clear();
            see(acted_ms + idle_ms, Observation::Tick, &mut findings);
            for finding in &findings {
                match finding {
                    Finding::Decided(it) if it.verdict == Verdict::Hint => hinted_ms = hinted_ms.or(Some(idle_ms)),
                    Finding::Decided(it)
                        if matches!(it.verdict, Verdict::Ask | Verdict::Withheld(_))
                            && it.score.total() >= it.threshold =>
                    {
                        return Some((idle_ms, false));
                    }
                    _ => {}
                }
            }
        }
        hinted_ms.map(|it| (it, true))
    }
}

fn asked((idle_ms, is_hint): (i64, bool)) -> Option<i64> {
    (!is_hint).then_some(idle_ms)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hesitation::shipped;

    #[test]
    fn a_pause_alone_is_no_reason_to_ask_before_anything_was_learned_but_one_after_trouble_is() {
        for curve in curves(&shipped(), "/invoices") {
            assert_eq!((curve.is_own, curve.fires_at_ms), (false, None), "{}", curve.after);
            let troubled = curve.fires_troubled.expect("clicks in vain tell");
            assert!((2..=MOST_DEAD_CLICKS).contains(&troubled.dead_clicks), "{troubled:?}");
            assert!(troubled.idle_ms <= 20_000, "{troubled:?}");
        }
    }

    #[test]
    fn curves_fall_from_everybody() {
        for curve in curves(&shipped(), "/invoices") {
            assert_eq!(curve.points.first(), Some(&(0, 1.0)));
            assert!(curve.points.windows(2).all(|it| it[0].0 < it[1].0 && it[0].1 > it[1].1), "{:?}", curve.points);
        }
    }
}
