//! A score: features, what they weigh, and their sum.

use super::signals::{Signals, Trail};
use crate::json::push_signed;
use domain::hesitation::{Feature, LATELY_MS, Measure, Model, PRIOR_AT_MS, STATES_AFTER, STATES_AT_MS};

/// No single thing decides by more than e¹⁰⁰ to one; so the sum of all always fits.
const MOST_CONTRIBUTION: i32 = 100_000;
/// Before anything was done, little progress says no more than this: one in thirty.
const MOST_BEFORE_ACTING: i32 = 1_500;

/// Reasons given for a score.
const REASONS: usize = 3;

/// Numbers per part in [`Score::parts`].
const NUMBERS: usize = 5;

/// Thousandths of a logit; the parts add up to the whole exactly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Score {
    pub bias: i32,
    parts: [Part; Feature::COUNT],
}

/// What one feature adds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Part {
    value: i32,
    contribution: i32,
    measured: i64,
    usual: Option<i64>,
}

/// One of the things that made a score, as it was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reason {
    pub feature: Feature,
    /// Thousandths of a logit.
    pub contribution: i32,
    /// Milliseconds or a count.
    pub measured: i64,
    /// What one visit in twenty exceeds (or falls short of); `None` where there is nothing to compare with.
    pub usual: Option<i64>,
}

impl Score {
    pub fn new(bias: i32) -> Self {
        Self { bias: bias.clamp(-MOST_CONTRIBUTION, MOST_CONTRIBUTION), ..Self::default() }
    }

    /// Adds one feature, with what was measured and what is usual.
    pub(crate) fn add(&mut self, model: &Model, feature: Feature, value: i32, measured: i64, usual: Option<i64>) {
        let contribution = i64::from(model.weight(feature)) * i64::from(value) / 1_000;
        let most = i64::from(MOST_CONTRIBUTION);
        let contribution = contribution.clamp(-most, most) as i32;
        if let Some(part) = self.parts.get_mut(feature as usize) {
            *part = Part { value, contribution, measured, usual };
        }
    }

    pub fn feature(&self, feature: Feature) -> i32 {
        self.part(feature).value
    }

    pub fn contribution(&self, feature: Feature) -> i32 {
        self.part(feature).contribution
    }

    pub fn measured(&self, feature: Feature) -> (i64, Option<i64>) {
        let part = self.part(feature);
        (part.measured, part.usual)
    }

    pub fn total(&self) -> i32 {
        self.parts.iter().fold(self.bias, |sum, it| sum + it.contribution)
    }

    /// The largest positive contributions, largest first; ties in the order of [`Feature::ALL`].
    pub fn reasons(&self) -> Vec<Reason> {
        let mut reasons: Vec<Reason> = Vec::new();
        while reasons.len() < REASONS {
            let mut best: Option<(Feature, &Part)> = None;
            for (feature, part) in Feature::ALL.into_iter().zip(&self.parts) {
                let is_free = reasons.iter().all(|it| it.feature != feature);
                if is_free && part.contribution > best.map_or(0, |it| it.1.contribution) {
                    best = Some((feature, part));
                }
            }
            let Some((feature, part)) = best else { break };
            let Part { contribution, measured, usual, .. } = *part;
            reasons.push(Reason { feature, contribution, measured, usual });
        }
        reasons
    }

    /// The parts that are not zero as a JSON list of numbers, five each: the feature's place in [`Feature::ALL`], its
    /// value, its contribution, what was measured, what is usual (−1: unknown). `[1,2310,3312,38000,22000]`
    pub fn parts(&self) -> String {
        let mut text = String::from("[");
        for (feature, part) in self.parts.iter().enumerate() {
            if part.value == 0 {
                continue;
            }
            for number in [
                feature as i64,
                i64::from(part.value),
                i64::from(part.contribution),
                part.measured,
                part.usual.unwrap_or(-1),
            ] {
                if text.len() > 1 {
                    text.push(',');
                }
                push_signed(&mut text, number);
            }
        }
        text.push(']');
        text
    }

    /// What [`Self::parts`] wrote; `None` when it is something else.
    pub fn from_parts(bias: i32, numbers: &[i64]) -> Option<Self> {
        let mut score = Self::new(bias);
        let parts = numbers.chunks_exact(NUMBERS);
        if !parts.remainder().is_empty() {
            return None;
        }
        for part in parts {
            let &[feature, value, contribution, measured, usual] = part else { return None };
            *score.parts.get_mut(usize::try_from(feature).ok()?)? = Part {
                value: i32::try_from(value).ok()?,
                contribution: i32::try_from(contribution).ok()?,
                measured,
                usual: Some(usual).filter(|it| *it >= 0),
            };
        }
        Some(score)
    }

    fn part(&self, feature: Feature) -> Part {
        self.parts.get(feature as usize).copied().unwrap_or_default()
    }
}

/// How unusual a visit is so far.
pub(super) fn score(model: &Model, signals: &Signals, trail: &Trail) -> Score {
    let now_ms = signals.active_ms;
    let mut score = Score::new(model.bias);

    let prior = PRIOR_AT_MS.iter().zip(signals.norm.baseline.prior).rfind(|it| now_ms >= *it.0).map_or(0, |it| it.1);
    score.add(model, Feature::Prior, prior, now_ms, None);

    // What is compared with a curve as it is.
    let expects_progress = signals.expects_progress();
    let (pause, pause_ms) = signals.pause.map_or((Measure::FirstAction, 0), |it| (it.0, now_ms - it.1));
    let first_ms = signals.first_ms.unwrap_or(if pause == Measure::FirstAction { pause_ms } else { 0 });
    for (feature, measure, value, holds) in [
        (Feature::Idle, pause, pause_ms, pause != Measure::FirstAction),
        (Feature::FirstAction, Measure::FirstAction, first_ms, first_ms > 0),
        (Feature::Stall, Measure::Stall, now_ms - signals.progressed_ms, expects_progress),
        (Feature::TimeHere, Measure::TimeHere, signals.before_ms + now_ms, true),
        (Feature::Returns, Measure::Returns, signals.returns * 1_000, true),
        (Feature::ReEdits, Measure::ReEdits, signals.re_edits * 1_000, true),
        (Feature::ScrollReversals, Measure::ScrollReversals, signals.scroll_turns * 1_000, true),
        (Feature::Hovers, Measure::Hovers, signals.hovers * 1_000, expects_progress),
        (Feature::Repeats, Measure::Repeats, signals.repeats * 1_000, expects_progress),
        (Feature::Slow, Measure::Lately, signals.lately() * 1_000, now_ms >= LATELY_MS),
        (Feature::Restarts, Measure::Restarts, signals.restarts * 1_000, expects_progress),
    ] {
        if holds {
            let mut surprise = signals.surprise(measure, value);
            if matches!(feature, Feature::Idle | Feature::FirstAction | Feature::TimeHere) {
                surprise = trail.at_own_pace(surprise);
            }
            if feature == Feature::FirstAction && signals.first_ms.is_none() {
                // Not done yet: it can only become later.
                surprise = surprise.max(0);
            }
            let scale = if measure.is_count() { 1_000 } else { 1 };
            score.add(model, feature, surprise, value / scale, signals.usual(measure).map(|it| it / scale));
        }
    }

    // Little progress, for the time and for the actions.
    if expects_progress {
        let worth = signals.worth();
        for (feature, at, ages, measure) in [
            (Feature::FewStates, now_ms, &STATES_AT_MS[..], Measure::States as fn(u8) -> Measure),
            (Feature::FewForActions, signals.actions, &STATES_AFTER[..], Measure::StatesAfter),
        ] {
            let (mut surprise, usual) = between(signals, ages, at, measure, worth);
            if signals.actions == 0 {
                surprise = surprise.min(MOST_BEFORE_ACTING);
            }
            score.add(model, feature, surprise, signals.reached.len() as i64, usual.map(|it| it / 1_000));
        }
    }

    for (feature, (level, times)) in
        [Feature::Invalid, Feature::DeadClicks, Feature::QuickBack, Feature::Help].into_iter().zip(signals.evidence())
    {
        if level > 0 {
            score.add(model, feature, level, times, None);
        }
    }
    let (mut level, mut wait_ms) = signals.latency();
    if let Some(entered_ms) = signals.entered_ms {
        let surprise = signals.surprise(Measure::FieldLatency, now_ms - entered_ms);
        if surprise > level {
            (level, wait_ms) = (surprise, now_ms - entered_ms);
        }
    }
    if level > 0 {
        score.add(model, Feature::FieldLatency, level, wait_ms, signals.usual(Measure::FieldLatency));
    }
    score
}

/// The surprise of so little progress, between the two ages (or numbers of actions) that are known; none before any.
fn between(signals: &Signals, ages: &[i64], at: i64, measure: fn(u8) -> Measure, value: i64) -> (i32, Option<i64>) {
    let (mut below, mut usual) = ((0, 0), None);
    for (bucket, age) in ages.iter().enumerate() {
        let measure = measure(bucket as u8);
        let known = signals.usual(measure);
        if known.is_none() {
            break;
        }
        usual = known;
        let surprise = signals.surprise(measure, value);
        if at < *age {
            let (width, into) = (age - below.0, at - below.0);
            return (below.1 + (i64::from(surprise - below.1) * into / width) as i32, usual);
        }
        below = (*age, surprise);
    }
    (below.1, usual)
}
