//! Watches for hesitation on behalf of the client: runs the detector, words what it finds, keeps the recording.
//!
//! Does not know how messages are sent, nor how a prompt is drawn.

use crate::effect::Effect;
use crate::hesitation::{
    Blocker, Decision, Detector, Finding, Observation, PromptSaid, Verdict, Visit, record, record_decision,
    record_model,
};
use crate::input::Call;
use crate::json::Json;
use crate::limits;
use crate::told::{Told, Wish};
use domain::hesitation::{Device, Feature, Model};
use domain::{PromptKind, UrlPattern, hash, reserved};

#[derive(Debug, Default)]
pub(crate) struct Watcher {
    detector: Detector,
    device: Device,
    context: String,
    /// User and session, as last introduced.
    known: (String, String),
    /// Lines not yet sent; `None`: this session is not recorded.
    recording: Option<String>,
    visit: Option<Box<Visit>>,
    /// The decision that waits for a lease …
    wished: Option<Box<Decision>>,
    /// … and the one that put a prompt on screen, with the lease.
    prompted: Option<Box<Decision>>,
    lease: String,
    is_prompting: bool,
    /// Verdicts told of this visit, one bit each.
    told: u32,
}

impl Watcher {
    pub(crate) fn new(device: Device) -> Self {
        Self { device, ..Self::default() }
    }

    pub(crate) fn is_on(&self) -> bool {
        self.detector.model().is_some()
    }

    pub(crate) fn tick_at_ms(&self) -> Option<i64> {
        self.detector.tick_at_ms()
    }

    pub(crate) fn memory(&self) -> String {
        self.detector.memory()
    }

    pub(crate) fn configure(&mut self, now_ms: i64, model: Option<Model>) {
        if let (Some(lines), Some(model)) = (&mut self.recording, &model) {
            push_line(lines, &record_model(now_ms, model.version));
        }
        self.detector.configure(model);
    }

    /// Says who is here, where that is news (`true`) or `memory` comes from another page.
    pub(crate) fn introduce(
        &mut self,
        now_ms: i64,
        user: &str,
        session: &str,
        memory: Option<&str>,
        effects: &mut Vec<Effect>,
        told: &mut Told,
    ) -> bool {
        let is_known = self.known.0.as_bytes() == user.as_bytes() && self.known.1.as_bytes() == session.as_bytes();
        let Some(model) = self.detector.model() else { return false };
        if is_known && memory.is_none() {
            return false;
        }
        if !is_known {
            self.known = (user.into(), session.into());
            let is_recorded = hash(session, model.salt) % 1_000 < u64::from(model.record_share);
            if !is_recorded {
                self.flush(told);
                self.recording = None;
            } else if self.recording.is_none() {
                let mut lines = String::new();
                push_line(&mut lines, &record_model(now_ms, model.version));
                self.recording = Some(lines);
            }
        }
        let own;
        let memory = match memory {
            Some(memory) => memory,
            None => {
                own = self.detector.memory();
                &own
            }
        };
        let started = Observation::Started { user, session, device: self.device, memory };
        self.observe(now_ms, started, effects, told);
        !is_known
    }

    /// `page` is a template.
    pub(crate) fn at_page(&mut self, now_ms: i64, page: &str, effects: &mut Vec<Effect>, told: &mut Told) {
        if !self.is_on() {
            return;
        }
        told.is_over = self.wished.take().is_some();
        if std::mem::take(&mut self.is_prompting) {
            // A half-given answer may still come of it: what was decided stays known.
            effects.push(Effect::Retract);
            told.is_over = true;
        }
        self.told = 0;
        let context = std::mem::take(&mut self.context);
        self.observe(now_ms, Observation::Page { page, context: &context }, effects, told);
        self.context = context;
    }

    /// Pages as the vendor groups them.
    pub(crate) fn patterns(&self) -> &[UrlPattern] {
        self.detector.model().map_or(&[], |it| &it.pages)
    }

    /// `true`: the page is to be begun anew.
    pub(crate) fn set_context(&mut self, context: String) -> bool {
        let is_news = self.context.as_bytes() != context.as_bytes() && context.len() <= domain::limits::ID_BYTES;
        if is_news {
            self.context = context;
        }
        is_news
    }

    pub(crate) fn observe(
        &mut self,
        now_ms: i64,
        observation: Observation<'_>,
        effects: &mut Vec<Effect>,
        told: &mut Told,
    ) {
        if !self.is_on() {
            return;
        }
        if self.recording.is_some() {
            self.note(&record(now_ms, &observation), told);
        }
        let mut findings = Vec::new();
        self.detector.observe(now_ms, observation, &mut findings);
        for finding in findings {
            match finding {
                Finding::Visited(visit) => self.visit = Some(visit),
                Finding::Decided(decision) => self.decided(decision, told),
                Finding::TimedOut => {
                    effects.push(Effect::Retract);
                    self.prompt_said(now_ms, PromptSaid::TimedOut, "", effects, told);
                }
            }
        }
    }

    pub(crate) fn prompt_said(
        &mut self,
        now_ms: i64,
        said: PromptSaid,
        text: &str,
        effects: &mut Vec<Effect>,
        told: &mut Told,
    ) {
        self.observe(now_ms, Observation::Prompt(said), effects, told);
        let Some(decision) = &self.prompted else { return };
        if matches!(said, PromptSaid::Held | PromptSaid::Released) {
            return;
        }
        let mut json = Json::object();
        json.text("said", said.as_str())
            .text("page", &decision.page)
            .text("context", &decision.context)
            .number("visit", decision.visit_ms)
            .number("waitMs", now_ms - decision.at_ms)
            .text("lease", &self.lease);
        if !text.is_empty() && text.len() <= limits::DETAIL_BYTES {
            json.text(if said == PromptSaid::Help { "link" } else { "detail" }, text);
        }
        told.calls.push(Call::track(reserved::HESITATION_ANSWERED, json.end()));
        told.is_changed = true;
        let is_over = matches!(
            said,
            PromptSaid::Fine | PromptSaid::Confused | PromptSaid::Dismissed | PromptSaid::TimedOut | PromptSaid::Never
        );
        if is_over {
            self.is_prompting = false;
            self.prompted = None;
            told.is_over = true;
        }
    }

    /// The prompt that was wished for may be shown under this lease.
    pub(crate) fn show(&mut self, lease: String, effects: &mut Vec<Effect>) {
        let Some(decision) = self.wished.take() else { return };
        let Some(ask) = self.detector.model().and_then(|it| it.ask.as_ref()) else { return };
        let mut texts = Vec::new();
        texts.push(ask.accent.clone());
        texts.extend(ask.words.iter().cloned());
        for link in ask.links.iter().filter(|it| it.on.matches(&decision.page)).take(limits::PROMPT_LINKS) {
            texts.push(link.label.clone());
            texts.push(link.url.clone());
        }
        effects.push(Effect::Prompt { is_open: decision.verdict == Verdict::Ask, texts });
        self.prompted = Some(decision);
        self.lease = lease;
        self.is_prompting = true;
    }

    /// `{"score":812,"threshold":1500,"contributions":[{"feature":"idle","contribution":312,"measured":38000}]}`
    pub(crate) fn inspect(&self, now_ms: i64) -> Option<String> {
        let score = self.detector.score(now_ms)?;
        let mut list = String::from("[");
        for feature in Feature::ALL {
            let contribution = score.contribution(feature);
            if contribution == 0 {
                continue;
            }
            let (measured, usual) = score.measured(feature);
            let mut json = Json::object();
            json.text("feature", feature.as_str())
                .number("contribution", i64::from(contribution))
                .number("measured", measured);
            if let Some(usual) = usual {
                json.number("usual", usual);
            }
            if list.len() > 1 {
                list.push(',');
            }
            list.push_str(&json.end());
        }
        list.push(']');
        let mut json = Json::object();
        json.number("score", i64::from(score.total()))
            .number("threshold", self.detector.model().map_or(0, |it| i64::from(it.ask_at)))
            .number("bias", i64::from(score.bias))
            .raw("contributions", &list);
        Some(json.end())
    }

    /// The fields that say what the visit measured, for the message that it ended.
    pub(crate) fn write_visit(&mut self, json: &mut Json) -> bool {
        let visit = self.visit.take();
        if let Some(visit) = &visit {
            visit.write(json);
        }
        visit.is_some()
    }

    /// What is left of the recording goes out with the page.
    pub(crate) fn flush(&mut self, told: &mut Told) {
        if let Some(lines) = self.recording.as_mut().map(std::mem::take).filter(|it| !it.is_empty()) {
            let mut json = Json::object();
            json.text("lines", &lines);
            told.calls.push(Call::track(reserved::INPUTS_RECORDED, json.end()));
        }
    }

    fn decided(&mut self, decision: Box<Decision>, told: &mut Told) {
        let text = decision.json();
        if self.recording.is_some() {
            self.note(&record_decision(decision.at_ms, &text), told);
        }
        let bit = match decision.verdict {
            // These pass by themselves.
            Verdict::Calm | Verdict::Withheld(Blocker::Early | Blocker::Acting) => return,
            Verdict::Hint => 1,
            Verdict::Ask => 2,
            Verdict::Withheld(blocker) => 4 << blocker as u32,
        };
        if self.told & bit == 0 {
            self.told |= bit;
            told.calls.push(Call::track(reserved::HESITATION_DETECTED, text));
            // Who is asked, or would be but for an experiment, is remembered.
            told.is_changed = true;
        }
        let kind = match decision.verdict {
            Verdict::Ask => PromptKind::Question,
            Verdict::Hint => PromptKind::Hint,
            _ => return,
        };
        told.wish = Some(Wish { kind, page: decision.page.clone(), visit_ms: decision.visit_ms });
        self.wished = Some(decision);
    }

    fn note(&mut self, line: &str, told: &mut Told) {
        let Some(lines) = &mut self.recording else { return };
        push_line(lines, line);
        if lines.len() >= limits::RECORDING_BYTES {
            self.flush(told);
        }
    }
}

fn push_line(lines: &mut String, line: &str) {
    lines.push_str(line);
    lines.push('\n');
}
