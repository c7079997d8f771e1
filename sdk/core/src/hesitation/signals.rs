//! What was seen of the page as it is now: one visit, in its own active time.
//!
//! It does not know what any of it weighs, nor who is asked.

mod clicks;
mod evidence;
mod samples;
mod tally;
mod trail;
mod turns;

use super::score::plain;
use crate::observation::{Busy, Observation};
use clicks::Clicks;
use domain::hesitation::{
    Baseline, Feature, LATELY_MS, Measure, REACHED, Reached, STATES_AT_MS, Sample, write_reached, write_sample,
};
use evidence::Evidence;
use samples::Samples;
use tally::Tally;
pub(super) use trail::{Stop, Trail};
use turns::Turns;

/// Without any input for so long nobody is there …
const MOST_AWAY_MS: i64 = 300_000;
/// … or for as long as one pause in a thousand, but never less than this: who thinks is not away.
const LEAST_AWAY_MS: i64 = 60_000;
/// Shorter pauses are the time between two keys or two pixels.
const PAUSE_MS: i64 = 1_000;
/// Progress this soon, before anything was done, is where the page began.
const BEGINNING_MS: i64 = 1_000;
/// A pointer that rests for so long may be reading along.
const REST_MS: i64 = 2_000;
/// Less than this up or down is a trembling hand.
const POINTER_TURN_PX: i64 = 24;
/// A quarter of a viewport that says nothing about its height.
const LEAST_SCROLL_TURN_PX: i64 = 100;
/// How long a click may take to have an effect: within these, the page's slowest in a hundred.
const RESPONSE_MS: (i64, i64) = (500, 7_000);
const USUAL_RESPONSE_MS: i64 = 2_000;
/// A visit shorter than nine in ten is quick, within these.
const QUICK_MS: (i64, i64) = (1_000, 10_000);
const USUAL_QUICK_MS: i64 = 3_000;
/// Actions that are told apart in the last seconds: two a second.
const LATELY: usize = 32;
/// One in a thousand is beyond it.
const LAST_KNOT: usize = 9;
/// One piece of evidence.
const ONE: i32 = 1_000;
/// What is counted. The first half counts anywhere, the second where progress is to be expected.
pub(super) const COUNTED: [(Feature, Measure); 6] = [
    (Feature::Returns, Measure::Returns),
    (Feature::ReEdits, Measure::ReEdits),
    (Feature::ScrollReversals, Measure::ScrollReversals),
    (Feature::Hovers, Measure::Hovers),
    (Feature::Repeats, Measure::Repeats),
    (Feature::Restarts, Measure::Restarts),
];
const RETURNS: usize = 0;
const RE_EDITS: usize = 1;
const SCROLL_TURNS: usize = 2;
const HOVERS: usize = 3;
const REPEATS: usize = 4;
const RESTARTS: usize = 5;
/// Kinds of things that are met again.
const ENTERED: u32 = 0;
const CHANGED: u32 = 1;
const WRONG: u32 = 2;
const REACHING: u32 = 3;
/// What speaks for itself.
pub(super) const EVIDENCE: [Feature; 5] =
    [Feature::Invalid, Feature::DeadClicks, Feature::QuickBack, Feature::Help, Feature::FieldLatency];
const INVALID: usize = 0;
const DEAD_CLICKS: usize = 1;
const QUICK_BACK: usize = 2;
const HELP: usize = 3;
const FIELD_LATENCY: usize = 4;

/// What is normal on a page.
#[derive(Debug, Default)]
pub(super) struct Norm {
    pub(super) baseline: Baseline,
    /// People progress on this very page.
    pub(super) expects_progress: bool,
    /// Nobody may be asked here.
    pub(super) is_excluded: bool,
}

/// What a visit measured, as it travels.
#[derive(Clone, Debug)]
pub(super) struct Measured {
    pub(super) samples: String,
    pub(super) states: String,
    pub(super) active_ms: i64,
    pub(super) actions: i64,
}

#[derive(Debug, Default)]
pub(super) struct Signals {
    /// What is normal here.
    pub(super) norm: Norm,
    /// Since the visit began, while it was shown and somebody was there.
    pub(super) active_ms: i64,
    /// On earlier visits of the session.
    pub(super) before_ms: i64,
    /// The session led from progress to progress.
    is_progressing: bool,
    pub(super) is_shown: bool,
    pub(super) is_away: bool,
    /// A prompt was shown: what was measured until then. Nothing is from then on.
    pub(super) prompted: Option<Measured>,

    /// What was done last, and when; `None`: what they did since is out of sight.
    pub(super) pause: Option<(Measure, i64)>,
    /// The last sign of life.
    stirred_ms: i64,
    pub(super) first_ms: Option<i64>,
    /// Things done, scrolling and typing included.
    deeds: u32,
    /// Clicks, keys, fields filled in: what may lead somewhere.
    pub(super) actions: i64,
    /// When the latest actions were.
    lately_ms: Vec<i64>,

    /// Per entry of [`COUNTED`].
    pub(super) counts: [i64; COUNTED.len()],
    /// Fields entered, fields changed, fields with errors, states.
    met: Tally,

    start: Option<u32>,
    current: Option<u32>,
    pub(super) reached: Vec<Reached>,
    pub(super) progressed_ms: i64,
    pub(super) is_progressed: bool,
    /// Nothing was done since the last progress.
    is_spent: bool,
    /// Entries of [`STATES_AT_MS`] that are behind.
    landmarks: usize,

    field: Option<u32>,
    /// Entered, and nothing typed yet.
    pub(super) entered_ms: Option<i64>,
    /// The present field was typed into.
    is_typed: bool,

    clicks: Clicks,
    /// Per entry of [`EVIDENCE`].
    evidence: [Evidence; EVIDENCE.len()],

    scroll: Turns,
    pointer: Turns,
    moved_ms: i64,

    samples: Samples,
}

impl Signals {
    pub(super) fn new(norm: Norm, page: u32, is_shown: bool, trail: &Trail) -> Self {
        let mut signals = Self { norm, is_shown, is_spent: true, ..Self::default() };
        (signals.counts[RETURNS], signals.before_ms) = trail.before(page);
        signals.is_progressing = trail.is_progressing();
        signals.pause = Some((Measure::FirstAction, 0));
        if trail.is_quick_back(page) {
            signals.evidence[QUICK_BACK].add(0, ONE, 1);
        }
        signals
    }

    /// Time passed.
    pub(super) fn advance(&mut self, step_ms: i64) {
        if !self.is_shown || self.is_away {
            return;
        }
        let now_ms = self.active_ms + step_ms;
        let leaves_ms = self.stirred_ms + self.patience_ms();
        self.is_away = now_ms > leaves_ms;
        self.active_ms = now_ms.min(leaves_ms);
        while STATES_AT_MS.get(self.landmarks).is_some_and(|it| self.active_ms >= *it) {
            self.landmarks += 1;
            for (measure, count) in [
                (Measure::Returns, self.counts[RETURNS]),
                (Measure::Restarts, self.counts[RESTARTS]),
                (Measure::Lately, self.lately()),
            ] {
                self.sample(measure, count * 1_000, false);
            }
        }
        let response_ms =
            self.knot(Measure::Response, 8).map_or(USUAL_RESPONSE_MS, |it| it.clamp(RESPONSE_MS.0, RESPONSE_MS.1));
        self.clicks.judge(self.active_ms, response_ms, &mut self.evidence[DEAD_CLICKS]);
    }

    pub(super) fn observe(&mut self, observation: &Observation<'_>, trail: &mut Trail) {
        match *observation {
            Observation::Shown(is_shown) => {
                if !is_shown {
                    self.wake();
                    self.end_pause(true, trail);
                    self.leave_field(true);
                    self.clicks.live();
                    self.stirred_ms = self.active_ms;
                }
                self.is_shown = is_shown;
            }
            Observation::Moved { y, .. } => {
                self.wake();
                // Before the first action it is but the hand coming to rest.
                if !matches!(self.pause, Some((Measure::FirstAction, _))) {
                    self.end_pause(false, trail);
                    self.pause = Some((Measure::IdleAfterScrolling, self.active_ms));
                }
                let is_rest = self.moved_ms == self.stirred_ms && self.active_ms - self.moved_ms >= REST_MS;
                self.counts[HOVERS] += i64::from(is_rest) + i64::from(self.pointer.is_turn(y, POINTER_TURN_PX));
                self.stirred_ms = self.active_ms;
                self.moved_ms = self.active_ms;
            }
            Observation::Clicked { target, on, is_alive } => {
                self.act(Measure::IdleAfterClick, true, trail);
                self.clicks.click(self.active_ms, target, on);
                if is_alive {
                    self.react();
                }
            }
            Observation::Reacted => self.react(),
            Observation::Scrolled { y, height } => {
                self.act(Measure::IdleAfterScrolling, false, trail);
                self.clicks.live();
                let least = (i64::from(height) / 4).max(LEAST_SCROLL_TURN_PX);
                self.counts[SCROLL_TURNS] += i64::from(self.scroll.is_turn(y, least));
            }
            Observation::Focused { field } => {
                self.clicks.live();
                self.leave_field(true);
                let is_known = self.met.count(ENTERED, field) > 0;
                self.counts[RETURNS] += i64::from(is_known && self.field != Some(field));
                self.field = Some(field);
                self.entered_ms = Some(self.active_ms);
                self.is_typed = false;
            }
            Observation::Typed { .. } => {
                self.act(Measure::IdleAfterTyping, !self.is_typed, trail);
                self.clicks.live();
                self.leave_field(false);
                self.is_typed = true;
            }
            Observation::Blurred { field, is_changed } => {
                self.leave_field(true);
                self.is_typed = false;
                self.counts[RE_EDITS] += i64::from(is_changed && self.met.count(CHANGED, field) > 0);
            }
            Observation::Keyed => self.act(Measure::IdleAfterTyping, true, trail),
            Observation::Invalid { field } => {
                let amount = if self.met.count(WRONG, field) > 0 { ONE } else { ONE / 2 };
                self.evidence[INVALID].add(self.active_ms, amount, 1);
            }
            Observation::Failed => self.clicks.fail(self.active_ms, &mut self.evidence[DEAD_CLICKS]),
            Observation::SoughtHelp => self.evidence[HELP].add(self.active_ms, ONE, 1),
            // Until now there was nothing to be done.
            Observation::Busy(Busy::Media | Busy::Modal, false) => self.restart_pause(),
            Observation::Progress { state } => self.progress(state, trail),
            _ => {}
        }
    }

    /// A prompt is on screen: what comes now is not what would have come.
    pub(super) fn prompted(&mut self, trail: &mut Trail) {
        if self.prompted.is_none() {
            let (pause, entered_ms) = (self.pause, self.entered_ms);
            self.end_pause(true, trail);
            self.leave_field(true);
            self.prompted = Some(self.measured(true));
            // It is measured no longer, but goes on: whoever leaves a hint alone is still stuck.
            (self.pause, self.entered_ms) = (pause, entered_ms);
        }
    }

    /// The whole visit so far. `goes_on`: it was hidden, or prompted; what it would have become is not known.
    pub(super) fn measured(&self, goes_on: bool) -> Measured {
        let mut samples = self.samples.write();
        for (measure, value, is_censored) in [
            (Measure::Stall, self.active_ms - self.progressed_ms, true),
            (Measure::Repeats, self.counts[REPEATS] * 1_000, true),
            (Measure::Hovers, self.counts[HOVERS] * 1_000, true),
            (Measure::ReEdits, self.counts[RE_EDITS] * 1_000, goes_on),
            (Measure::ScrollReversals, self.counts[SCROLL_TURNS] * 1_000, goes_on),
            (Measure::TimeHere, self.before_ms + self.active_ms, goes_on),
            (Measure::Visit, self.active_ms, goes_on),
        ] {
            write_sample(&mut samples, Sample { measure, value, is_censored });
        }
        let mut states = String::new();
        self.reached.iter().for_each(|it| write_reached(&mut states, *it));
        Measured { samples, states, active_ms: self.active_ms, actions: self.actions }
    }

    pub(super) fn stop(&self, page: u32) -> Stop {
        let quick_ms = self.knot(Measure::Visit, 0).map_or(USUAL_QUICK_MS, |it| it.clamp(QUICK_MS.0, QUICK_MS.1));
        let is_quick = self.active_ms < quick_ms && self.deeds <= 1 && !self.is_progressed;
        Stop { page, active_ms: self.active_ms, is_quick, is_progressed: self.is_progressed }
    }

    /// Since anything was done.
    pub(super) fn idle_ms(&self) -> i64 {
        self.active_ms - self.stirred_ms
    }

    /// Actions in the last seconds.
    pub(super) fn lately(&self) -> i64 {
        self.lately_ms.iter().filter(|it| **it > self.active_ms - LATELY_MS).count() as i64
    }

    /// How much each of [`EVIDENCE`] weighs now, and what was counted or measured.
    pub(super) fn evidence(&self) -> impl Iterator<Item = (i32, i64)> {
        self.evidence.iter().map(|it| it.now(self.active_ms))
    }

    /// No progress means something here: it did on this page, or nobody knows better. Otherwise whoever begins on an
    /// unknown page would be more suspect than whoever never does.
    pub(super) fn expects_progress(&self) -> bool {
        self.is_progressed || self.is_progressing || self.norm.expects_progress || !self.norm.baseline.is_own
    }

    /// How much progress was made, in thousandths of a step.
    pub(super) fn worth(&self) -> i64 {
        self.reached.iter().map(|it| self.norm.baseline.worth_of(it.state)).sum()
    }

    /// How surprising a value of this measure is here; 0 where nothing is known.
    pub(super) fn surprise(&self, measure: Measure, value: i64) -> i32 {
        let curve = self.norm.baseline.curves.get(measure.index()).copied().flatten();
        curve.map_or(0, |it| it.surprise(measure.tail(), value))
    }

    /// What one in twenty is beyond.
    pub(super) fn usual(&self, measure: Measure) -> Option<i64> {
        self.norm.baseline.curves.get(measure.index())?.map(|it| plain(measure, it.usual(measure.tail())))
    }

    pub(super) fn knot(&self, measure: Measure, knot: usize) -> Option<i64> {
        self.norm.baseline.curves.get(measure.index())?.as_ref()?.values.get(knot).copied()
    }

    fn patience_ms(&self) -> i64 {
        let pause = self.pause.filter(|it| it.0 != Measure::FirstAction);
        let longest = pause.and_then(|it| self.knot(it.0, LAST_KNOT));
        longest.map_or(MOST_AWAY_MS, |it| it.clamp(LEAST_AWAY_MS, MOST_AWAY_MS))
    }

    fn sample(&mut self, measure: Measure, value: i64, is_censored: bool) {
        self.samples.push(measure, value, is_censored);
    }

    /// Somebody is here again: the time without them never was.
    fn wake(&mut self) {
        if self.is_away {
            if let Some((measure, since_ms)) = self.pause.take() {
                self.sample(measure, self.active_ms - since_ms, true);
            }
            self.leave_field(true);
            self.active_ms = self.stirred_ms;
            self.is_away = false;
        }
    }

    fn act(&mut self, kind: Measure, counts: bool, trail: &mut Trail) {
        self.wake();
        self.end_pause(false, trail);
        self.pause = Some((kind, self.active_ms));
        self.stirred_ms = self.active_ms;
        self.deeds += 1;
        if counts {
            self.lately_ms.retain(|it| *it > self.active_ms - LATELY_MS);
            if self.lately_ms.len() < LATELY {
                self.lately_ms.push(self.active_ms);
            }
            self.actions += 1;
            self.counts[REPEATS] += 1;
            self.is_spent = false;
        }
    }

    fn end_pause(&mut self, is_censored: bool, trail: &mut Trail) {
        let Some((measure, since_ms)) = self.pause.take() else { return };
        let pause_ms = self.active_ms - since_ms;
        let is_first = measure == Measure::FirstAction;
        if is_first || pause_ms >= PAUSE_MS {
            self.sample(measure, pause_ms, is_censored);
            if !is_censored {
                trail.pause(self.surprise(measure, pause_ms));
                if is_first {
                    self.first_ms = Some(pause_ms);
                }
            }
        }
    }

    fn restart_pause(&mut self) {
        if let Some((_, since_ms)) = &mut self.pause {
            *since_ms = self.active_ms;
        }
        self.stirred_ms = self.active_ms;
    }

    fn react(&mut self) {
        if let Some(response_ms) = self.clicks.react(self.active_ms) {
            self.sample(Measure::Response, response_ms, false);
            self.restart_pause();
        }
    }

    /// The wait for the first input into a field is over.
    fn leave_field(&mut self, is_censored: bool) {
        if let Some(entered_ms) = self.entered_ms.take() {
            let wait_ms = self.active_ms - entered_ms;
            self.sample(Measure::FieldLatency, wait_ms, is_censored);
            if !is_censored {
                let surprise = self.surprise(Measure::FieldLatency, wait_ms);
                self.evidence[FIELD_LATENCY].replace(self.active_ms, surprise, wait_ms);
            }
        }
    }

    fn progress(&mut self, state: u32, trail: &mut Trail) {
        let is_new = self.met.count(REACHING, state) == 0;
        if self.actions == 0 && self.start.is_none() && self.active_ms < BEGINNING_MS {
            self.start = Some(state);
            self.current = Some(state);
            return;
        }
        self.act(Measure::IdleAfterClick, self.is_spent, trail);
        self.is_spent = true;
        if is_new {
            self.clicks.live();
            self.sample(Measure::Stall, self.active_ms - self.progressed_ms, false);
            self.sample(Measure::Repeats, self.counts[REPEATS] * 1_000, false);
            self.sample(Measure::Hovers, self.counts[HOVERS] * 1_000, false);
            self.progressed_ms = self.active_ms;
            self.is_progressed = true;
            self.counts[REPEATS] = 0;
            self.counts[HOVERS] = 0;
            if self.reached.len() < REACHED {
                self.reached.push(Reached { state, age_ms: self.active_ms, actions: self.actions });
            }
        } else if self.current != Some(state) {
            self.counts[RETURNS] += 1;
            self.counts[RESTARTS] += i64::from(self.start == Some(state));
        }
        self.current = Some(state);
    }

    #[cfg(not(target_family = "wasm"))]
    pub(super) fn size_bytes(&self) -> usize {
        let prompted = self.prompted.as_ref().map_or(0, |it| it.samples.capacity() + it.states.capacity());
        self.met.size_bytes()
            + prompted
            + self.clicks.size_bytes()
            + self.samples.size_bytes()
            + self.reached.capacity() * size_of::<Reached>()
            + self.lately_ms.capacity() * size_of::<i64>()
    }
}
