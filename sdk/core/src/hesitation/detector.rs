//! Composes the signals, the score and the policy; the only one that knows them all.

use super::assignment::Assignment;
use super::decision::Decision;
use super::policy::{Policy, Situation};
use super::score::{Score, score};
use super::signals::{Measured, Norm, Signals, Trail};
use super::visit::Visit;
use crate::observation::{Observation, PromptSaid};
use domain::hash;
use domain::hesitation::{Device, Measure, Model};

/// Names longer than this are cut: a page's URL may be a whole document.
const NAME_CHARS: usize = 512;
/// More than a day between two observations is a clock that was set.
const LONGEST_STEP_MS: i64 = 86_400_000;
const TICK_MS: i64 = 1_000;

/// What came of an observation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The verdict changed.
    Decided(Box<Decision>),
    /// A visit ended, or was hidden and may not go on.
    Visited(Box<Visit>),
    /// The prompt was up long enough without an answer: take it away, and say [`super::PromptSaid::TimedOut`].
    TimedOut,
}

/// One visitor, watched.
#[derive(Debug, Default)]
pub struct Detector {
    model: Option<Model>,
    device: Device,
    assigned: String,
    is_shown: bool,
    last_ms: i64,
    ticked_ms: i64,
    trail: Trail,
    policy: Policy,
    visit: Option<Current>,
}

/// The visit that goes on.
#[derive(Debug)]
struct Current {
    page: String,
    context: String,
    /// A hash of both.
    key: u32,
    started_ms: i64,
    top_score: Option<i32>,
    signals: Signals,
}

impl Detector {
    /// Until then only visits are measured.
    pub fn configure(&mut self, model: Option<Model>) {
        self.model = model;
        if let Some(visit) = &mut self.visit {
            visit.signals.norm = norm(self.model.as_ref(), &visit.page, &visit.context, self.device);
        }
    }

    pub fn model(&self) -> Option<&Model> {
        self.model.as_ref()
    }

    /// Takes one observation and appends what came of it. Times may be absurd, and go back.
    pub fn observe(&mut self, now_ms: i64, observation: Observation<'_>, findings: &mut Vec<Finding>) {
        // A clock that goes back stands still for us, and goes on from there.
        let step_ms = now_ms.saturating_sub(self.last_ms).clamp(0, LONGEST_STEP_MS);
        self.last_ms = now_ms;
        self.ticked_ms = self.ticked_ms.min(now_ms);
        // Said twice, it is said once: a pause goes on.
        let is_known = matches!(observation, Observation::Shown(it) if it == self.is_shown);
        if !is_known {
            self.policy.observe(now_ms, &observation);
        }
        if let Some(visit) = &mut self.visit {
            if visit.signals.is_away {
                self.ticked_ms = now_ms;
            }
            visit.signals.advance(step_ms);
            if !is_known {
                visit.signals.observe(&observation, &mut self.trail);
            }
        }
        match observation {
            Observation::Started { user, session, device, memory } => {
                self.device = device;
                self.assigned = cut(user);
                let memory = self.trail.recall(session, memory);
                self.policy.recall(session, memory);
            }
            Observation::Page { page, context } => {
                self.leave(findings);
                self.enter(now_ms, page, context);
            }
            Observation::Left => self.leave(findings),
            Observation::Shown(is_shown) => {
                let was_shown = std::mem::replace(&mut self.is_shown, is_shown);
                self.ticked_ms = now_ms;
                if was_shown && !is_shown {
                    self.tell_visit(false, findings);
                }
            }
            Observation::Prompt(PromptSaid::Asked | PromptSaid::Hinted) => {
                if let Some(visit) = &mut self.visit {
                    visit.signals.prompted(&mut self.trail);
                }
            }
            Observation::Tick => self.tick(now_ms, findings),
            _ => {}
        }
    }

    /// The score as of the last observation (tell it [`Observation::Tick`] first); `None` without a model or outside of a visit.
    pub fn score(&self, _now_ms: i64) -> Option<Score> {
        Some(score(self.model.as_ref()?, &self.visit.as_ref()?.signals, &self.trail))
    }

    /// When it wants to hear [`Observation::Tick`]; `None` while nothing can come of it.
    pub fn tick_at_ms(&self) -> Option<i64> {
        let signals = &self.visit.as_ref()?.signals;
        self.model.as_ref()?;
        let second = self.ticked_ms.div_euclid(TICK_MS).saturating_add(1);
        (signals.is_shown && !signals.is_away).then(|| second.saturating_mul(TICK_MS))
    }

    /// What outlives the page: the trail of pages, and who was asked when. One line of text, at most a kilobyte.
    pub fn memory(&self) -> String {
        let mut memory = self.trail.write(self.visit.as_ref().map(|it| it.signals.stop(it.key)));
        memory.push_str(&self.policy.memory());
        memory
    }

    /// Everything but the model, which is the config's.
    #[doc(hidden)]
    #[cfg(not(target_family = "wasm"))]
    pub fn size_bytes(&self) -> usize {
        let visit =
            self.visit.as_ref().map_or(0, |it| it.page.capacity() + it.context.capacity() + it.signals.size_bytes());
        size_of::<Self>() + self.assigned.capacity() + self.trail.size_bytes() + visit
    }

    fn enter(&mut self, now_ms: i64, page: &str, context: &str) {
        let (page, context) = (cut(page), cut(context));
        let key = hash(&context, hash(&page, 0)) as u32;
        let norm = norm(self.model.as_ref(), &page, &context, self.device);
        let signals = Signals::new(norm, key, self.is_shown, &self.trail);
        self.ticked_ms = now_ms;
        self.visit = Some(Current { page, context, key, started_ms: now_ms, top_score: None, signals });
    }

    fn leave(&mut self, findings: &mut Vec<Finding>) {
        if let Some(visit) = &mut self.visit {
            // As when it is hidden: what was waited for is out of sight.
            visit.signals.observe(&Observation::Shown(false), &mut self.trail);
        }
        self.tell_visit(true, findings);
        if let Some(visit) = self.visit.take() {
            self.trail.push(visit.signals.stop(visit.key));
        }
    }

    fn tell_visit(&mut self, is_over: bool, findings: &mut Vec<Finding>) {
        let Some(visit) = &self.visit else { return };
        let signals = &visit.signals;
        let is_prompted = signals.prompted.is_some();
        let Measured { samples, states, active_ms, actions } =
            signals.prompted.clone().unwrap_or_else(|| signals.measured(!is_over));
        if signals.active_ms > 0 {
            findings.push(Finding::Visited(Box::new(Visit {
                page: visit.page.clone(),
                context: visit.context.clone(),
                device: self.device,
                started_ms: visit.started_ms,
                active_ms,
                is_prompted,
                is_progressed: signals.is_progressed,
                top_score: visit.top_score,
                samples,
                states,
                actions,
                model: self.model.as_ref().map_or(0, |it| it.version),
            })));
        }
    }

    fn tick(&mut self, now_ms: i64, findings: &mut Vec<Finding>) {
        self.ticked_ms = now_ms;
        if self.policy.is_timed_out() {
            findings.push(Finding::TimedOut);
        }
        let (Some(model), Some(visit)) = (&self.model, &mut self.visit) else { return };
        let signals = &visit.signals;
        let score = score(model, signals, &self.trail);
        if signals.prompted.is_none() {
            visit.top_score = visit.top_score.max(Some(score.total()));
        }
        let assignment = Assignment::of(&self.assigned, model.salt);
        let situation = Situation {
            model,
            assignment,
            score: score.total(),
            age_ms: signals.active_ms,
            early_ms: signals.knot(Measure::Visit, 1),
            idle_ms: signals.idle_ms(),
            usual_idle_ms: signals
                .pause
                .and_then(|it| signals.knot(it.0, if it.0 == Measure::FirstAction { 6 } else { 4 })),
            is_away: signals.is_away,
            is_own: signals.norm.baseline.is_own,
            is_muted: signals.norm.baseline.is_muted,
            is_excluded: signals.norm.is_excluded,
        };
        if let Some((verdict, threshold)) = self.policy.decide(now_ms, &situation) {
            findings.push(Finding::Decided(Box::new(Decision {
                at_ms: now_ms,
                verdict,
                page: visit.page.clone(),
                context: visit.context.clone(),
                device: self.device,
                visit_ms: visit.started_ms,
                assignment,
                model: model.version,
                is_own: signals.norm.baseline.is_own,
                score,
                threshold,
            })));
        }
    }
}

fn norm(model: Option<&Model>, page: &str, context: &str, device: Device) -> Norm {
    let mut norm = Norm::default();
    if let Some(model) = model {
        norm.expects_progress = model.fill(&mut norm.baseline, page, context, device);
        norm.is_excluded = model.excluded.iter().any(|it| it.matches(page));
    }
    norm
}

fn cut(name: &str) -> String {
    name.chars().take(NAME_CHARS).collect()
}
