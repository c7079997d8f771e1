//! The detector's own prompts: they need a lease as surveys do, and a survey may go in their place.

use super::cause::Cause;
use super::leasing::What;
use super::{Here, Prompts, bring_up};
use crate::told::{Told, Wish};
use domain::survey::{Surface, Trigger};
use domain::{HESITATION, PromptKind, Reason, Reasons};

impl Prompts {
    /// The detector would prompt: a survey that waits for that goes instead of the question.
    pub(crate) fn wish(&mut self, here: &Here<'_>, wish: Wish, told: &mut Told) {
        let is_question = wish.kind == PromptKind::Question;
        for campaign in self.campaigns.iter().filter(|_| is_question) {
            let survey = &campaign.survey;
            let waits = survey.surface == Surface::Popover
                && survey.triggers.iter().any(|it| matches!(it, Trigger::Hesitation));
            if waits && self.gates(campaign, here).is_empty() {
                let mut cause = Cause::new(survey.id.as_str(), "hesitation");
                cause.page.push_str(&wish.page);
                cause.visit_ms = wish.visit_ms;
                told.is_changed |= bring_up(&mut self.notes, here.now_ms, cause);
                return;
            }
        }
        if self.notes.is_quiet(here.now_ms, HESITATION) {
            return;
        }
        let cause = Cause::new(HESITATION, "hesitation");
        // The question takes the place of the hint.
        let is_next = self.detector == Some(false) && is_question && self.asked.is_none() && self.ready.is_none();
        if self.is_taken() && !is_next {
            let mut reasons = Reasons::NONE;
            reasons.add(Reason::Prompted);
            self.withhold(&cause, wish.kind, reasons, told);
        } else {
            self.lease(here, cause, What::Detector(wish.kind), told);
        }
    }

    /// The detector's prompt is over.
    pub(crate) fn detector_over(&mut self, here: &Here<'_>, told: &mut Told) {
        self.detector = None;
        self.asked.take_if(|it| matches!(it.what, What::Detector(_)));
        if self.ready.as_ref().is_some_and(|it| it.flow.is_none()) {
            self.give_back(here, told);
        }
    }
}
