//! What stands against interrupting at this moment. It does not know about scores, surveys or budgets.
//!
//! The detector's policy keeps one and asks it piece by piece; surveys keep another and get all of it as [`Reasons`].

use crate::observation::{Busy, Observation, PromptSaid};
use domain::{Reason, Reasons};

/// A key less than this ago: somebody is typing.
const TYPING_MS: i64 = 3_000;
/// … while the field still has the focus: they think about the next word.
const EDITING_MS: i64 = 10_000;
/// Anything done less than this ago: somebody is in the middle of something.
const ACTING_MS: i64 = 1_500;
/// A pointer that rests for so long does not reach for something.
const SETTLED_MS: i64 = 500;
/// Things done closer together than this are one: a scroll is many.
const BURST_MS: i64 = 500;
/// Nothing at all for so long: they were away.
const AWAY_MS: i64 = 300_000;
/// Who comes back finds their way first.
const INTERACTIONS_TO_RETURN: u32 = 2;
/// Nobody answers later (Wikimedia's surveys ended after as long).
#[cfg(feature = "hesitation")]
const TIME_OUT_TICKS: u32 = 60;
/// A survey waits for three seconds without a key; signs of activity are let through once a second.
const ACTIVE_MS: i64 = 4_000;
/// Whoever just met an error has something else to do.
const TROUBLED_MS: i64 = 60_000;

/// Why each of it is to be left alone.
const BUSY: [(Busy, Reason); 8] = [
    (Busy::Dragging, Reason::Dragging),
    (Busy::Composing, Reason::Composing),
    (Busy::Modal, Reason::Modal),
    (Busy::Dirty, Reason::Dirty),
    (Busy::Media, Reason::Media),
    (Busy::Fullscreen, Reason::Fullscreen),
    (Busy::Pressed, Reason::Dragging),
    (Busy::Writing, Reason::Typing),
];

/// Of ours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum OnScreen {
    #[default]
    Nothing,
    Hint,
    Question,
    /// The question, because the hint was opened: it stays until it is closed.
    Opened,
}

#[derive(Debug, Default)]
pub(crate) struct Scene {
    /// One bit per [`Busy`].
    busy: u32,
    pub(crate) is_hidden: bool,
    /// Interactions still to come before somebody is back.
    returning: u32,
    /// The field that was typed into last still has the focus.
    is_editing: bool,
    typed_ms: i64,
    acted_ms: i64,
    moved_ms: i64,
    /// The last sign of activity, whatever it was.
    active_ms: Option<i64>,
    troubled_ms: Option<i64>,
    pub(crate) on_screen: OnScreen,
    /// The pointer or the focus is on the prompt.
    pub(crate) is_held: bool,
    question_ticks: u32,
}

impl Scene {
    pub(crate) fn observe(&mut self, now_ms: i64, observation: &Observation<'_>) {
        match *observation {
            Observation::Page { .. } => {
                // The first page of a document is somebody's doing, a later one need not be.
                if self.moved_ms > 0 {
                    self.wake(now_ms);
                }
                self.moved_ms = now_ms;
                self.show(OnScreen::Nothing);
            }
            Observation::Shown(is_shown) => {
                if !is_shown {
                    self.leave();
                }
                self.is_hidden = !is_shown;
            }
            Observation::Tick if self.on_screen == OnScreen::Question && !self.is_held => self.question_ticks += 1,
            Observation::Moved { .. } => {
                self.wake(now_ms);
                self.moved_ms = now_ms;
            }
            Observation::Clicked { .. } | Observation::Scrolled { .. } | Observation::Keyed => self.act(now_ms),
            Observation::Typed { .. } => {
                self.typed_ms = now_ms;
                self.is_editing = true;
                self.act(now_ms);
            }
            Observation::Blurred { .. } => self.is_editing = false,
            Observation::Invalid { .. } | Observation::Failed => self.troubled_ms = Some(now_ms),
            Observation::Busy(which, is_on) => {
                let bit = 1 << which as u32;
                self.busy = if is_on { self.busy | bit } else { self.busy & !bit };
            }
            Observation::Prompt(said) => match said {
                PromptSaid::Asked => self.show(OnScreen::Question),
                PromptSaid::Hinted => self.show(OnScreen::Hint),
                PromptSaid::Opened => self.show(OnScreen::Opened),
                PromptSaid::Held => self.is_held = true,
                PromptSaid::Released => self.is_held = false,
                _ => self.show(OnScreen::Nothing),
            },
            _ => (),
        }
    }

    /// Nobody may be there any more.
    pub(crate) fn leave(&mut self) {
        self.returning = INTERACTIONS_TO_RETURN;
    }

    /// Nobody looks any more: whoever looks again says anew what goes on.
    pub(crate) fn forget_busy(&mut self) {
        self.busy = 0;
    }

    pub(crate) fn is_returning(&self) -> bool {
        self.returning > 0
    }

    pub(crate) fn is(&self, busy: Busy) -> bool {
        self.busy & 1 << busy as u32 != 0
    }

    pub(crate) fn is_typing(&self, now_ms: i64) -> bool {
        self.typed_ms > 0 && now_ms - self.typed_ms < if self.is_editing { EDITING_MS } else { TYPING_MS }
    }

    pub(crate) fn is_acting(&self, now_ms: i64) -> bool {
        now_ms - self.acted_ms < ACTING_MS || now_ms - self.moved_ms < SETTLED_MS
    }

    /// Something was done: all that is heard where nobody listens to single clicks and keys.
    pub(crate) fn active(&mut self, now_ms: i64) {
        self.active_ms = Some(now_ms);
        self.act(now_ms);
    }

    /// What stands against a survey over the page; `waits`: also that this is no pause in what somebody does.
    pub(crate) fn reasons(&self, now_ms: i64, waits: bool) -> Reasons {
        let mut reasons = Reasons::NONE;
        let within = |at_ms: Option<i64>, span_ms| at_ms.is_some_and(|it| now_ms - it < span_ms);
        for (applies, reason) in [
            (self.is_hidden, Reason::Hidden),
            (waits && self.is_returning(), Reason::Returned),
            (self.is_typing(now_ms), Reason::Typing),
            (waits && (within(self.active_ms, ACTIVE_MS) || self.is_acting(now_ms)), Reason::Acting),
            (within(self.troubled_ms, TROUBLED_MS), Reason::Troubled),
        ] {
            reasons.add_if(applies, reason);
        }
        for (busy, reason) in BUSY {
            reasons.add_if(self.is(busy), reason);
        }
        reasons
    }

    /// What stands against drawing the detector's prompt, which was decided on a moment ago: there, the field that
    /// somebody is stuck in and the error that they met are no reasons.
    #[cfg(feature = "hesitation")]
    pub(crate) fn reasons_to_wait(&self, now_ms: i64, is_question: bool) -> Reasons {
        let mut reasons = Reasons::NONE;
        for (applies, reason) in [
            (self.is_hidden, Reason::Hidden),
            (self.is_returning(), Reason::Returned),
            (self.is_typing(now_ms), Reason::Typing),
            (self.is(Busy::Dragging) || self.is(Busy::Pressed), Reason::Dragging),
            (self.is(Busy::Composing), Reason::Composing),
            (self.is(Busy::Modal), Reason::Modal),
            (self.is(Busy::Dirty) && is_question, Reason::Dirty),
            (self.is(Busy::Media), Reason::Media),
            (self.is(Busy::Fullscreen), Reason::Fullscreen),
            (self.is_acting(now_ms), Reason::Acting),
            (self.is_held, Reason::Prompted),
        ] {
            reasons.add_if(applies, reason);
        }
        reasons
    }

    #[cfg(feature = "hesitation")]
    pub(crate) fn is_timed_out(&self) -> bool {
        self.on_screen == OnScreen::Question && self.question_ticks >= TIME_OUT_TICKS
    }

    fn act(&mut self, now_ms: i64) {
        self.wake(now_ms);
        if now_ms - self.acted_ms >= BURST_MS {
            self.returning = self.returning.saturating_sub(1);
        }
        self.acted_ms = now_ms;
    }

    fn wake(&mut self, now_ms: i64) {
        if now_ms - self.acted_ms.max(self.moved_ms) > AWAY_MS {
            self.leave();
        }
    }

    fn show(&mut self, what: OnScreen) {
        self.on_screen = what;
        self.is_held = false;
        self.question_ticks = 0;
    }
}
