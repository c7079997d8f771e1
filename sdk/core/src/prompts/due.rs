//! What is due now: what time brings up, what may be asked for, drawn, or must go.

use super::cause::{Cause, kind_of};
use super::flow::Turn;
use super::leasing::What;
use super::notes::{Note, Noted, is};
use super::{Here, Open, Prompts, bring_up, find, gates, kept, view, withheld};
use crate::effect::Effect;
use crate::told::Told;
#[cfg(feature = "hesitation")]
use domain::PromptKind;
use domain::survey::{Surface, Trigger};
use domain::{Reason, Reasons};

/// A popover that nobody touched goes away after being shown for so long, as does one that says thanks.
const UNTOUCHED_MS: i64 = 60_000;
/// Whoever is not in a sample is thought of again tomorrow: they may have said who they are.
const UNSAMPLED_MS: i64 = 86_400_000;
/// What may pass by itself is looked at once a second.
const LOOK_MS: i64 = 1_000;
/// Submissions open at once: one popover, one tab, and a few in the page.
const OPEN: usize = 4;

impl Prompts {
    /// Takes time into account, asks for what may be shown, draws what is granted.
    pub(crate) fn settle(&mut self, here: &Here<'_>, told: &mut Told) {
        if !self.is_configured {
            return;
        }
        let (now_ms, session) = (here.now_ms, here.session);
        if !self.kept.is_empty() {
            let kept = std::mem::take(&mut self.kept);
            let traits = self.traits.read(here.read_json);
            kept::read(session.id.as_str(), &kept, traits.person(), &mut |flow| {
                if self.open.len() < OPEN && find(&self.campaigns, &flow.cause.prompt).is_some() {
                    self.open.push(Open { flow, is_drawn: false, is_held: false, untouched_ms: 0 });
                }
            });
        }
        told.is_changed |= self.notes.expire(now_ms, session.started_ms, &self.campaigns);
        self.count(here);
        self.look_at_the_clock(here, told);
        if here.is_visible {
            for at in (0..self.open.len()).rev() {
                self.settle_open(here, at, told);
            }
            self.settle_ready(here, told);
            self.choose(here, false, told);
            self.settle_tab(here, told);
        } else {
            self.urgent.clear();
            self.give_back(here, told);
        }
        if std::mem::take(&mut self.is_kept_changed) {
            told.effects.push(Effect::Keep(kept::write(session.id.as_str(), &self.open)));
        }
        if self.has_place && !self.is_taken() {
            self.has_place = false;
            told.effects.push(Effect::Unlock);
        }
    }

    /// How long the page, and what is open on it, was before somebody's eyes.
    pub(super) fn count(&mut self, here: &Here<'_>) {
        let span_ms = here.now_ms - self.counted_ms;
        self.counted_ms = here.now_ms;
        if here.is_visible && !self.scene.is_hidden {
            self.looked_ms += span_ms;
            for it in self.open.iter_mut().filter(|it| it.is_drawn && !it.is_held) {
                it.untouched_ms += span_ms;
            }
        }
    }

    /// What comes up by time alone.
    fn look_at_the_clock(&mut self, here: &Here<'_>, told: &mut Told) {
        for campaign in &mut self.campaigns {
            for trigger in &campaign.survey.triggers {
                let comes_up = match trigger {
                    Trigger::TimeOnPage { after_ms } => !campaign.has_looked && self.looked_ms >= *after_ms as i64,
                    Trigger::Overdue { journey, milestone, after_ms } => {
                        here.milestones.is_overdue(journey, milestone, here.now_ms - *after_ms as i64)
                    }
                    _ => false,
                };
                if comes_up {
                    campaign.has_looked |= matches!(trigger, Trigger::TimeOnPage { .. });
                    let cause = Cause::new(campaign.survey.id.as_str(), trigger.as_str());
                    told.is_changed |= bring_up(&mut self.notes, here.now_ms, cause);
                }
            }
        }
    }

    /// Draws what may go on, takes away what may not be here or was not touched.
    fn settle_open(&mut self, here: &Here<'_>, at: usize, told: &mut Told) {
        let Some(open) = self.open.get(at) else { return };
        let (flow, is_popover) = (&open.flow, open.flow.surface == Surface::Popover);
        let Some(campaign) = find(&self.campaigns, &flow.cause.prompt) else { return };
        let is_here = !gates::is_elsewhere(&campaign.survey, &self.route, &self.page);
        if open.is_drawn {
            if !is_here {
                self.undraw(at, told);
            } else if is_popover && !open.is_held && flow.may_time_out() && open.untouched_ms >= UNTOUCHED_MS {
                let mut messages = Vec::new();
                flow.dismiss("timedOut", &mut messages);
                self.follow(here, at, Turn::End, messages, told);
            }
            return;
        }
        let may_be_drawn = match flow.surface {
            Surface::Popover => {
                let is_beside = self.open.iter().any(|it| it.is_drawn && it.flow.surface != Surface::Inline);
                self.detector.is_none() && !is_beside && self.moment(here.now_ms, "").is_empty()
            }
            Surface::Inline => self.there.iter().any(|it| is(it, &flow.cause.prompt)),
            // Whoever opened it goes on at once.
            Surface::Tab => true,
        };
        if !is_here || !may_be_drawn {
            return;
        }
        if !is_popover || self.has_place {
            self.draw(here, at, told);
        } else if self.asked.is_none() && !self.notes.is_quiet(here.now_ms, "") {
            self.lease(here, Cause::new("", ""), What::Place, told);
        }
    }

    fn settle_ready(&mut self, here: &Here<'_>, told: &mut Told) {
        let now_ms = here.now_ms;
        let Some(ready) = &self.ready else { return };
        let (mut is_over, mut against) = (now_ms >= ready.expires_ms, Reasons::NONE);
        if let Some(flow) = &ready.flow {
            let campaign = find(&self.campaigns, &flow.cause.prompt);
            is_over |= campaign.is_none_or(|it| !self.gates(it, here).is_empty());
            if flow.surface == Surface::Popover {
                against = self.moment(now_ms, &flow.cause.prompt);
            }
        }
        #[cfg(feature = "hesitation")]
        if let What::Detector(kind) = ready.what {
            against = self.scene.reasons_to_wait(now_ms, kind == PromptKind::Question);
        }
        if is_over {
            return self.give_back(here, told);
        }
        // Whatever had to wait waits for a pause as well; what is drawn was asked for.
        self.urgent.clear();
        let Some(ready) = self.ready.take_if(|_| against.is_empty()) else { return };
        if let Some(flow) = ready.flow {
            told.is_changed = true;
            let cause = flow.cause.clone();
            self.notes.remove(&cause.prompt, Noted::Candidate);
            if flow.surface != Surface::Tab {
                self.notes.add(Note { cause, is: Noted::Shown, at_ms: here.session.started_ms });
            }
            self.is_kept_changed = true;
            self.open.push(Open { flow, is_drawn: false, is_held: false, untouched_ms: 0 });
            self.draw(here, self.open.len() - 1, told);
        }
        #[cfg(feature = "hesitation")]
        if let What::Detector(kind) = ready.what {
            self.detector = Some(kind == PromptKind::Question);
            told.lease = Some(ready.lease);
        }
    }

    /// Asks for the most important candidate that nothing stands against, and says of the others what does.
    /// `is_leaving`: only the latter, because the page is left.
    pub(crate) fn choose(&mut self, here: &Here<'_>, is_leaving: bool, told: &mut Told) {
        if self.asked.is_some() || self.ready.is_some() {
            return;
        }
        let mut best: Option<((bool, u32), Cause, Surface)> = None;
        for at in 0..self.notes.list.len() {
            let Some(it) = self.notes.list.get(at) else { continue };
            let prompt = &it.cause.prompt;
            let Some(campaign) = find(&self.campaigns, prompt) else { continue };
            let (surface, priority) = (campaign.survey.surface, campaign.survey.priority);
            let is_absent = surface == Surface::Inline && !self.there.iter().any(|there| is(there, prompt));
            if is_absent || it.is != Noted::Candidate || self.notes.is_quiet(here.now_ms, prompt) {
                continue;
            }
            let reasons = self.against(campaign, it, here);
            let cause = it.cause.clone();
            let is_urgent = self.is_urgent(prompt);
            if reasons.is_empty() {
                // What somebody asks for now goes before what only matters more.
                let rank = (is_urgent, priority);
                if best.as_ref().is_none_or(|known| rank > known.0) {
                    best = Some((rank, cause, surface));
                }
                continue;
            }
            if is_urgent {
                self.urgent.clear();
            }
            let is_settled = !reasons.has(Reason::Delayed) && !reasons.has(Reason::Early);
            if reasons.has(Reason::Unsampled) && is_settled {
                self.notes.silence(&cause.prompt, here.now_ms + UNSAMPLED_MS);
                told.is_changed = true;
            }
            if is_leaving || !withheld::passes(reasons) {
                self.withhold(&cause, kind_of(surface), reasons, told);
            }
        }
        if let (Some((_, cause, surface)), false) = (best, is_leaving) {
            self.lease(here, cause, What::Survey(surface), told);
        }
    }

    /// The tab of the most important survey that has one here.
    fn settle_tab(&mut self, here: &Here<'_>, told: &mut Told) {
        let mut wanted = None;
        let mut most = 0;
        for it in self.campaigns.iter().filter(|it| it.survey.surface == Surface::Tab) {
            if (wanted.is_none() || it.survey.priority > most) && self.gates(it, here).is_empty() {
                most = it.survey.priority;
                wanted = Some(&it.survey);
            }
        }
        let survey = wanted.map_or("", |it| it.id.as_str());
        if is(survey, &self.tab) || self.open.iter().any(|it| it.flow.surface == Surface::Tab) {
            return;
        }
        if !self.tab.is_empty() {
            told.effects.push(Effect::Undraw(self.tab.clone()));
        }
        if let Some(survey) = wanted {
            told.effects.push(Effect::Draw(view::tab(survey.id.as_str(), view::label(survey, here.language))));
        }
        self.tab = survey.into();
    }

    /// When to look again; `None` where nothing changes by time alone.
    pub(crate) fn wake_at_ms(&self, here: &Here<'_>) -> Option<i64> {
        let soon_ms = here.now_ms + LOOK_MS;
        let is_open =
            |it: &Open| it.flow.surface == Surface::Popover && (!it.is_drawn || !it.is_held && it.flow.may_time_out());
        let mut at_ms = if self.ready.is_some() || self.open.iter().any(is_open) { soon_ms } else { i64::MAX };
        for it in &self.campaigns {
            let prompt = it.survey.id.as_str();
            let looks = |it: &Trigger| matches!(it, Trigger::TimeOnPage { .. });
            if !it.has_looked && it.survey.triggers.iter().any(looks) {
                at_ms = soon_ms;
            }
            if self.notes.find(prompt, Noted::Candidate).is_some()
                && !self.is_taken()
                && self.gates(it, here).is_empty()
            {
                let quiet_ms = self.notes.find(prompt, Noted::Quiet).map_or(0, |it| it.at_ms);
                at_ms = at_ms.min(quiet_ms.max(soon_ms));
            }
        }
        (self.is_configured && !self.scene.is_hidden && at_ms < i64::MAX).then_some(at_ms)
    }
}
