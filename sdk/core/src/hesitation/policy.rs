//! Whether this is the moment to ask. It knows people's patience, not what the score is made of.
//!
//! `docs/reference/hesitation.md`, "When it asks", has the rules in words.

mod history;
#[cfg(test)]
mod tests;

use super::assignment::Assignment;
use super::decision::{Blocker, Verdict};
use crate::observation::{Busy, Observation, PromptSaid};
use crate::scene::{OnScreen, Scene};
use domain::hesitation::Model;
use history::History;

/// Thousandths of a logit more where the page has no baseline of its own: less is known.
const NOT_OWN_ADDS: i32 = 500;
/// … where this user said "I'm fine" of late.
const FINE_ADDS: i32 = 700;
/// So far below the hint's threshold it is calm again: a score on the edge does not flicker.
const CALM_BELOW: i32 = 300;
/// A score must hold for so many ticks: one may be a moment's noise.
const STEADY_TICKS: u32 = 2;
/// Without a baseline that says how long visits last.
const EARLY_MS: i64 = 10_000;
/// Idle for so long, and for the page's third quartile up to the longest, somebody is between two things.
const SHORTEST_PAUSE_MS: i64 = 3_000;
const LONGEST_PAUSE_MS: i64 = 8_000;
/// Over a form with changes in it not even a hint comes sooner.
const DIRTY_PAUSE_MS: i64 = 10_000;
/// A hint is there to be taken before a question replaces it.
const HINT_TICKS: u32 = 5;
/// Hints per session, one per visit: more would be wallpaper.
const MOST_HINTS: i64 = 3;
/// Exploration asks at an age between these two.
const EXPLORE_FROM_MS: i64 = 20_000;
const EXPLORE_TO_MS: i64 = 180_000;
/// Later times are taken for this one (the year 2248), so that sums fit.
const LATEST_MS: i64 = 1 << 43;

/// What others know about this moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Situation<'a> {
    pub(crate) model: &'a Model,
    pub(crate) assignment: Assignment,
    /// The score's total.
    pub(crate) score: i32,
    /// Active milliseconds of the visit.
    pub(crate) age_ms: i64,
    /// The first quartile of how long visits to this page last; `None` without a curve.
    pub(crate) early_ms: Option<i64>,
    /// Milliseconds since anything was done.
    pub(crate) idle_ms: i64,
    /// The third quartile of that, after the same kind of action; `None` without a curve.
    pub(crate) usual_idle_ms: Option<i64>,
    /// Idle for so long that nobody may be there.
    pub(crate) is_away: bool,
    /// Of the page's baseline.
    pub(crate) is_own: bool,
    pub(crate) is_muted: bool,
    /// One of [`Model::excluded`] fits the page.
    pub(crate) is_excluded: bool,
}

/// Decides; remembers how patient this visitor was.
#[derive(Debug, Default)]
pub(crate) struct Policy {
    scene: Scene,
    history: History,
    episode: Episode,
    /// A hash of the page's template.
    page: i64,
    /// A hint or a question was given on this visit.
    is_offered: bool,
}

/// From the first tick above a threshold until it is calm again, or the visit over.
#[derive(Debug, Default)]
struct Episode {
    ask_ticks: u32,
    hint_ticks: u32,
    calm_ticks: u32,
    /// A hint is up for so many more ticks before a question may take its place.
    patience_ticks: u32,
    /// A verdict was given.
    is_told: bool,
    is_asked: bool,
    /// One bit per [`Blocker`] that was reported.
    withheld: u32,
}

impl Policy {
    /// Somebody else, or another session: `memory` is what [`Self::memory`] said last; what cannot be read says nothing.
    pub(crate) fn recall(&mut self, session: &str, memory: &str) {
        self.history = History::read(memory);
        self.history.enter(hash(session));
    }

    /// One word of at most 300 letters and digits.
    pub(crate) fn memory(&self) -> String {
        self.history.write()
    }

    /// Keeps what stands against interrupting. Does nothing with [`Observation::Started`]: see [`Self::recall`].
    pub(crate) fn observe(&mut self, now_ms: i64, observation: &Observation<'_>) {
        let now_ms = now_ms.clamp(0, LATEST_MS);
        match *observation {
            Observation::Page { page, .. } => {
                self.page = hash(page);
                self.episode = Episode::default();
                self.is_offered = false;
            }
            Observation::Prompt(said) => self.hear(now_ms, said),
            _ => (),
        }
        self.scene.observe(now_ms, observation);
    }

    /// Nobody looked at the question: take it away, and say [`PromptSaid::TimedOut`].
    pub(crate) fn is_timed_out(&self) -> bool {
        self.scene.is_timed_out()
    }

    /// To be called at every [`Observation::Tick`], after [`Self::observe`]:
    /// a verdict where it changes, and the score from which on it is given.
    pub(crate) fn decide(&mut self, now_ms: i64, situation: &Situation<'_>) -> Option<(Verdict, i32)> {
        let now_ms = now_ms.clamp(0, LATEST_MS);
        if situation.is_away {
            self.scene.leave();
        }
        let mut adds = if situation.is_own { 0 } else { NOT_OWN_ADDS };
        if self.history.is_fine(now_ms, self.page) {
            adds += FINE_ADDS;
        }
        let ask_at = situation.model.ask_at.saturating_add(adds);
        let hint_at = situation.model.hint_at.saturating_add(adds);

        let episode = &mut self.episode;
        let is_calm = is_steady(&mut episode.calm_ticks, situation.score < hint_at.saturating_sub(CALM_BELOW));
        let may_hint = is_steady(&mut episode.hint_ticks, situation.score >= hint_at);
        let mut may_ask = is_steady(&mut episode.ask_ticks, situation.score >= ask_at) && may_hint;
        if situation.assignment == Assignment::Exploration {
            may_ask = situation.age_ms >= self.history.explore_ms(situation.model.salt);
        } else if is_calm {
            let was_told = episode.is_told;
            *episode = Episode::default();
            return was_told.then_some((Verdict::Calm, hint_at));
        }

        let mut withheld = None;
        self.episode.patience_ticks = self.episode.patience_ticks.saturating_sub(1);
        if may_ask && !self.episode.is_asked && self.episode.patience_ticks == 0 {
            withheld = self.against(now_ms, situation, true);
            if withheld.is_none() {
                self.episode.is_asked = true;
                self.episode.is_told = true;
                self.is_offered = true;
                self.history.ask(now_ms);
                let verdict = match situation.assignment {
                    Assignment::HoldOut => Verdict::Withheld(Blocker::HoldOut),
                    Assignment::Shadow => Verdict::Withheld(Blocker::Shadow),
                    Assignment::Treated | Assignment::Exploration => Verdict::Ask,
                };
                return Some((verdict, ask_at));
            }
        }
        if may_hint
            && situation.assignment == Assignment::Treated
            && !self.is_offered
            && self.history.hints < MOST_HINTS
            && self.against(now_ms, situation, false).is_none()
        {
            self.episode.is_told = true;
            self.is_offered = true;
            self.history.hints += 1;
            self.episode.patience_ticks = HINT_TICKS;
            return Some((Verdict::Hint, hint_at));
        }
        let blocker = withheld?;
        let bit = 1 << blocker as u32;
        if self.episode.withheld & bit != 0 {
            return None;
        }
        self.episode.withheld |= bit;
        self.episode.is_told = true;
        Some((Verdict::Withheld(blocker), ask_at))
    }

    /// The first thing that stands against a question, or against a hint: what lasts comes first, so that it is what is reported.
    fn against(&self, now_ms: i64, situation: &Situation<'_>, is_question: bool) -> Option<Blocker> {
        let (scene, history) = (&self.scene, &self.history);
        let pause_ms = situation.usual_idle_ms.unwrap_or(0).clamp(SHORTEST_PAUSE_MS, LONGEST_PAUSE_MS);
        let is_acting = situation.idle_ms < pause_ms || scene.is_acting(now_ms);
        let is_in_the_way = match scene.on_screen {
            OnScreen::Nothing => false,
            // A question takes the place of a hint, but not from under the pointer.
            OnScreen::Hint => !is_question || scene.is_held,
            OnScreen::Question | OnScreen::Opened => true,
        };
        Some(match () {
            () if situation.model.ask.is_none() => Blocker::Unconfigured,
            () if situation.is_excluded => Blocker::Excluded,
            () if history.is_declined() => Blocker::Declined,
            () if history.is_cooling(now_ms) || is_question && history.is_often(now_ms) => Blocker::CoolDown,
            () if is_question && history.is_asked() => Blocker::Session,
            () if scene.is_hidden => Blocker::Hidden,
            () if scene.is_returning() => Blocker::Returned,
            () if scene.is_typing(now_ms) => Blocker::Typing,
            () if scene.is(Busy::Dragging) => Blocker::Dragging,
            () if scene.is(Busy::Composing) => Blocker::Composing,
            () if scene.is(Busy::Modal) => Blocker::Modal,
            () if scene.is(Busy::Dirty) && (is_question || situation.idle_ms < DIRTY_PAUSE_MS) => Blocker::Dirty,
            () if scene.is(Busy::Media) => Blocker::Media,
            () if scene.is(Busy::Fullscreen) => Blocker::Fullscreen,
            () if is_in_the_way => Blocker::Prompted,
            () if situation.age_ms < situation.early_ms.unwrap_or(EARLY_MS) => Blocker::Early,
            () if is_acting => Blocker::Acting,
            // After all that passes, so that such moments compare with those where somebody was asked.
            () if situation.is_muted => Blocker::Muted,
            () => return None,
        })
    }

    /// What an answer means for later.
    fn hear(&mut self, now_ms: i64, said: PromptSaid) {
        let is_refused = match said {
            PromptSaid::Opened => {
                // Whoever opened the hint has seen the question.
                self.history.questions = 1;
                false
            }
            PromptSaid::Fine => {
                self.history.fine(now_ms, self.page);
                false
            }
            PromptSaid::Never => {
                self.history.decline();
                false
            }
            // Closing what one opened oneself, or has answered, refuses nothing.
            PromptSaid::Dismissed => matches!(self.scene.on_screen, OnScreen::Hint | OnScreen::Question),
            PromptSaid::TimedOut => self.scene.is_timed_out(),
            _ => false,
        };
        if is_refused {
            self.history.refuse(now_ms);
        }
    }
}

/// Enough of a hash to tell a visitor's sessions and pages apart.
fn hash(text: &str) -> i64 {
    i64::from(domain::hash(text, 0) as u32)
}

/// Counts ticks in a row.
fn is_steady(ticks: &mut u32, holds: bool) -> bool {
    *ticks = if holds { (*ticks + 1).min(STEADY_TICKS) } else { 0 };
    *ticks == STEADY_TICKS
}
