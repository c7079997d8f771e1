//! Prompts: from what brings one up to what was answered, one at a time.
//!
//! The way of a survey: a trigger makes a [`candidates::Candidate`] → its gates (`gates.rs`, the [`Scene`]) → a lease is
//! asked for → granted, and the scene still fits → a [`flow::Flow`] is drawn → what is said becomes messages.
//! The detector's hint and question come the second half of that way. Does not know the budget: the collector does.

mod answer;
mod candidates;
mod cause;
mod config;
mod flow;
mod gates;
mod kept;
mod said;
mod traits;
mod view;
mod withheld;

pub use said::SurveySaid;
pub(crate) use traits::Traits;

use crate::client::{ReadJson, Speak};
use crate::effect::{Effect, Topic};
use crate::identity::Identity;
use crate::input::{Call, Leased};
use crate::json::Json;
use crate::message::Said;
use crate::milestones::Reach;
use crate::observation::Observation;
use crate::random::Random;
use crate::request::Request;
use crate::scene::Scene;
use crate::session::Session;
use crate::told::Told;
#[cfg(feature = "hesitation")]
use crate::told::Wish;
use candidates::{Candidate, Candidates, is};
use cause::{Cause, kind_of};
use config::Campaign;
use domain::compact::read_lease;
use domain::survey::{Surface, Trigger};
use domain::{AccountId, Config, Fact, Kind, LeaseAnswer, PromptKind, Reason, Reasons, Scope};
use flow::{Flow, Message, Turn};
use withheld::Withheld;

/// Who could not be reached may be asked again after this time; so may who said no without saying until when.
const AGAIN_MS: i64 = 60_000;
/// Another tab has the place: it is asked for again, quietly.
const OTHER_TAB_MS: i64 = 30_000;
/// Nobody waits longer for anything (`every` in `milepost.toml` is shorter).
const LONGEST_QUIET_MS: i64 = 366 * 86_400_000;
/// A popover that nobody touched goes away after being shown for so long, as does one that says thanks.
const UNTOUCHED_MS: i64 = 60_000;
/// Whoever is not in a sample is thought of again tomorrow: they may have said who they are.
const UNSAMPLED_MS: i64 = 86_400_000;
/// Momentary gates are looked at once a second.
const LOOK_MS: i64 = 1_000;
/// Elements for surveys in one page.
const ELEMENTS: usize = 8;
/// Submissions open at once: one popover, one tab, and a few in the page.
const OPEN: usize = 4;

/// What is known of the moment, beside what prompts keep themselves.
pub(crate) struct Here<'a> {
    pub(crate) now_ms: i64,
    pub(crate) identity: &'a Identity,
    pub(crate) session: &'a Session,
    /// Sessions this browser has had, this one included.
    pub(crate) sessions: u32,
    pub(crate) reached: &'a [Reach],
    pub(crate) language: &'a str,
    pub(crate) is_visible: bool,
    pub(crate) read_json: ReadJson,
    pub(crate) speak: Speak,
}

/// A lease asked for, one at a time.
#[derive(Debug)]
struct Asked {
    id: u32,
    what: What,
}

#[derive(Debug)]
enum What {
    Survey(Cause, Surface),
    #[cfg(feature = "hesitation")]
    Detector(Wish),
    /// Only the place among the tabs, for a popover that goes on.
    Place,
}

/// Granted, and waiting for its moment.
#[derive(Debug)]
struct Ready {
    lease: String,
    expires_ms: i64,
    what: Granted,
}

#[derive(Debug)]
enum Granted {
    Survey(Box<Flow>),
    #[cfg(feature = "hesitation")]
    Detector(PromptKind),
}

/// A submission that goes on.
#[derive(Debug)]
struct Open {
    flow: Flow,
    is_drawn: bool,
    is_held: bool,
    /// Milliseconds of being shown since somebody touched it.
    untouched_ms: i64,
    counted_ms: i64,
}

#[derive(Debug, Default)]
pub(crate) struct Prompts {
    campaigns: Vec<Campaign>,
    after_load_ms: i64,
    is_configured: bool,
    pub(crate) scene: Scene,
    pub(crate) traits: Traits,
    candidates: Candidates,
    withheld: Withheld,
    asked: Option<Asked>,
    last_asked: u32,
    ready: Option<Ready>,
    open: Vec<Open>,
    /// What the last page of this tab kept, until the surveys are known.
    kept: String,
    is_kept_changed: bool,
    /// This tab holds the place.
    has_place: bool,
    /// The detector's hint (`false`) or question is on screen.
    detector: Option<bool>,
    /// Surveys whose elements stand in the page.
    there: Vec<String>,
    /// The survey whose tab is drawn.
    tab: String,
    /// The path, with a hash that is a route; and its template.
    route: String,
    page: String,
    loaded_ms: i64,
    looked_ms: i64,
    counted_ms: i64,
    pub(crate) is_offline: bool,
    saves_data: bool,
}

impl Prompts {
    pub(crate) fn new(saves_data: bool) -> Self {
        Self { saves_data, ..Self::default() }
    }

    pub(crate) fn configure(&mut self, now_ms: i64, config: &mut Config, effects: &mut Vec<Effect>) {
        self.after_load_ms = config.after_load_ms as i64;
        let surveys = std::mem::take(&mut config.surveys);
        self.campaigns = surveys.into_iter().map(|it| Campaign::new(it, &config.definitions)).collect();
        self.is_configured = true;
        if self.campaigns.iter().any(|it| it.survey.surface == Surface::Inline) {
            effects.push(Effect::Attend);
        }
        self.candidates.retain(now_ms, |it| gates::delay_ms(&self.campaigns, it));
    }

    /// No survey could come of anything.
    pub(crate) fn is_empty(&self) -> bool {
        self.campaigns.is_empty()
    }

    /// Whether the scene is to be watched for surveys.
    pub(crate) fn needs_scene(&self) -> bool {
        let is_popover = |it: &Campaign| it.survey.surface == Surface::Popover;
        self.campaigns.iter().any(|it| is_popover(it) && !it.survey.triggers.is_empty())
            || self
                .candidates
                .list
                .iter()
                .any(|it| gates::find(&self.campaigns, &it.cause.prompt).is_some_and(is_popover))
            || self.open.iter().any(|it| it.flow.surface == Surface::Popover)
    }

    // What is stored

    /// One line for the next page and the other tabs.
    pub(crate) fn memory(&self) -> String {
        self.candidates.write()
    }

    /// What the last page left behind; or, where this one is already known, what another tab did.
    pub(crate) fn recall(&mut self, memory: &str, traits: Traits, is_first: bool) {
        let stored = Candidates::read(memory);
        if is_first {
            let told = std::mem::replace(&mut self.traits, traits);
            self.traits.tell(Scope::User, &told.user);
            self.traits.tell(Scope::Account, &told.account);
        }
        self.candidates.merge(stored);
    }

    /// What this tab kept from its last page.
    pub(crate) fn resume(&mut self, kept: &str) {
        self.kept = kept.into();
    }

    /// It is no longer allowed: everything goes.
    pub(crate) fn stop(&mut self, effects: &mut Vec<Effect>) {
        if !self.tab.is_empty() {
            effects.push(Effect::Draw(view::no_tab(&std::mem::take(&mut self.tab))));
        }
        self.forget(effects);
        self.campaigns.clear();
        self.is_configured = false;
        self.is_kept_changed = false;
        self.scene = Scene::default();
        if std::mem::take(&mut self.has_place) {
            effects.push(Effect::Unlock);
        }
    }

    /// Somebody else sits here now.
    pub(crate) fn forget(&mut self, effects: &mut Vec<Effect>) {
        self.candidates = Candidates::default();
        self.traits = Traits::default();
        self.asked = None;
        self.ready = None;
        self.detector = None;
        self.kept.clear();
        for it in std::mem::take(&mut self.open) {
            effects.push(Effect::Undraw(it.flow.cause.prompt));
        }
        self.is_kept_changed = true;
    }

    // What happens

    pub(crate) fn loaded(&mut self, now_ms: i64) {
        self.loaded_ms = now_ms;
        self.counted_ms = now_ms;
    }

    pub(crate) fn observe(&mut self, now_ms: i64, observation: &Observation<'_>) {
        self.scene.observe(now_ms, observation);
    }

    /// Another page of the same document: what may not be there goes for now.
    pub(crate) fn at_page(&mut self, now_ms: i64, route: String, page: String) {
        self.route = route;
        self.page = page;
        self.looked_ms = 0;
        self.counted_ms = now_ms;
        self.withheld.clear();
        self.scene.observe(now_ms, &Observation::Page { page: "", context: "" });
        self.campaigns.iter_mut().for_each(|it| it.has_looked = false);
    }

    /// A message of this page's.
    pub(crate) fn said(&mut self, now_ms: i64, said: &Said, fact: &Fact<'_>) -> bool {
        match said.kind {
            Kind::Identify => self.traits.tell(Scope::User, &said.body),
            Kind::Group => self.traits.tell(Scope::Account, &said.body),
            _ => {}
        }
        let mut is_news = false;
        for campaign in &mut self.campaigns {
            if campaign.fires(fact) {
                is_news |= self.candidates.add(now_ms, Cause::new(campaign.survey.id.as_str(), "message"));
            }
        }
        is_news
    }

    /// A milestone is reached now: `journey/milestone`.
    pub(crate) fn reached(&mut self, now_ms: i64, key: &str) {
        for campaign in &self.campaigns {
            for (trigger, (own, _)) in campaign.survey.triggers.iter().zip(&campaign.keys) {
                if matches!(trigger, Trigger::Reached { .. }) && is(own, key) {
                    self.candidates.add(now_ms, Cause::new(campaign.survey.id.as_str(), trigger.as_str()));
                }
            }
        }
    }

    /// The vendor's code asks for it.
    pub(crate) fn ask(&mut self, now_ms: i64, survey: &str) -> bool {
        self.candidates.add(now_ms, Cause::new(survey, cause::CODE))
    }

    /// The detector would prompt: a survey that waits for that goes instead of the question.
    #[cfg(feature = "hesitation")]
    pub(crate) fn wish(&mut self, here: &Here<'_>, wish: Wish, effects: &mut Vec<Effect>, told: &mut Told) {
        if wish.kind == PromptKind::Question {
            for campaign in &self.campaigns {
                let waits = campaign.survey.triggers.iter().any(|it| matches!(it, Trigger::Hesitation));
                if waits && self.gates_of(campaign, here).is_empty() {
                    let mut cause = Cause::new(campaign.survey.id.as_str(), Trigger::Hesitation.as_str());
                    cause.page.push_str(&wish.page);
                    cause.visit_ms = wish.visit_ms;
                    told.is_changed |= self.candidates.add(here.now_ms, cause);
                    return;
                }
            }
        }
        // The question takes the place of the hint.
        let is_next = self.detector == Some(false) && wish.kind == PromptKind::Question;
        if self.asked.is_some() || self.is_taken() && !is_next {
            let mut reasons = Reasons::NONE;
            reasons.add(Reason::Prompted);
            return self.withhold(&Cause::new(domain::HESITATION, "hesitation"), wish.kind, reasons, told);
        }
        let cause = Cause::new(domain::HESITATION, "hesitation");
        self.lease(here, &cause, wish.kind, What::Detector(wish.clone()), effects);
    }

    /// The detector's prompt is over.
    #[cfg(feature = "hesitation")]
    pub(crate) fn detector_over(&mut self, here: &Here<'_>, effects: &mut Vec<Effect>) {
        self.detector = None;
        self.asked.take_if(|it| matches!(it.what, What::Detector(_)));
        if self.ready.as_ref().is_some_and(|it| matches!(it.what, Granted::Detector(_))) {
            self.give_back(here, effects);
        }
    }

    /// What is said of a survey on screen, or of its tab or element.
    pub(crate) fn surveyed(
        &mut self,
        here: &Here<'_>,
        said: SurveySaid,
        value: &str,
        survey: &str,
        effects: &mut Vec<Effect>,
        told: &mut Told,
    ) {
        // Of an element, the survey is all there is to say.
        let survey = if survey.is_empty() { value } else { survey };
        match said {
            SurveySaid::Opened => {
                self.candidates.add(here.now_ms, Cause::new(survey, cause::TAB));
            }
            SurveySaid::There => {
                if self.there.len() < ELEMENTS && !self.there.iter().any(|it| is(it, survey)) {
                    self.there.push(survey.into());
                }
                let campaign = gates::find(&self.campaigns, survey);
                if campaign.is_some_and(|it| it.survey.triggers.is_empty() && it.survey.surface == Surface::Inline) {
                    self.candidates.add(here.now_ms, Cause::new(survey, cause::INLINE));
                }
            }
            _ => self.heard(here, said, value, survey, effects, told),
        }
    }

    fn heard(
        &mut self,
        here: &Here<'_>,
        said: SurveySaid,
        value: &str,
        survey: &str,
        effects: &mut Vec<Effect>,
        told: &mut Told,
    ) {
        if said == SurveySaid::Gone {
            self.there.retain(|it| !is(it, survey));
        }
        let Some(open) = self.open.iter_mut().find(|it| is(&it.flow.cause.prompt, survey)) else { return };
        open.untouched_ms = 0;
        open.counted_ms = here.now_ms;
        match said {
            SurveySaid::Held => open.is_held = true,
            SurveySaid::Released => open.is_held = false,
            SurveySaid::Gone => {
                open.is_drawn = false;
                let is_shown = open.flow.is_shown;
                let is_inline = open.flow.surface == Surface::Inline;
                if !is_shown {
                    effects.push(release(here, &open.flow.lease));
                }
                if !is_shown || !is_inline {
                    self.close(survey);
                }
                return;
            }
            _ => {}
        }
        let traits = self.traits.read(here.read_json);
        let mut messages = Vec::new();
        let turn = open.flow.hear(said, value, traits.person(), &mut messages);
        if said == SurveySaid::Never {
            self.candidates.list.clear();
        }
        self.follow(here, survey, turn, messages, effects, told);
    }

    fn follow(
        &mut self,
        here: &Here<'_>,
        survey: &str,
        turn: Turn,
        messages: Vec<Message>,
        effects: &mut Vec<Effect>,
        told: &mut Told,
    ) {
        self.is_kept_changed |= !messages.is_empty() || turn != Turn::Stay;
        for (name, properties) in messages {
            effects.push(Effect::Emit { topic: Topic::Survey, detail: topic(name, &properties) });
            told.calls.push(Call::track(name, properties));
        }
        match turn {
            Turn::Stay => {}
            Turn::Draw => self.draw(here, survey, effects),
            Turn::End => {
                effects.push(Effect::Undraw(survey.into()));
                self.close(survey);
            }
        }
    }

    fn close(&mut self, survey: &str) {
        self.is_kept_changed = true;
        self.open.retain(|it| !is(&it.flow.cause.prompt, survey));
        if is(&self.tab, survey) {
            // Its tab is drawn anew.
            self.tab.clear();
        }
    }

    fn draw(&mut self, here: &Here<'_>, survey: &str, effects: &mut Vec<Effect>) {
        let traits = self.traits.read(here.read_json);
        let Some(open) = self.open.iter_mut().find(|it| is(&it.flow.cause.prompt, survey)) else { return };
        open.is_drawn = true;
        open.counted_ms = here.now_ms;
        let label = gates::find(&self.campaigns, survey).map_or("", |it| view::label(&it.survey, here.language).1);
        effects.push(Effect::Draw(view::view(&open.flow, label, traits.person(), here.speak)));
    }

    // Leases

    fn lease(&mut self, here: &Here<'_>, cause: &Cause, kind: PromptKind, what: What, effects: &mut Vec<Effect>) {
        let mut json = Request::begin(here.identity);
        json.text_if("accountId", here.identity.account_id.as_ref().map(AccountId::as_str))
            .text("sessionId", here.session.id.as_str())
            .number("sessions", i64::from(here.sessions))
            .text("prompt", &cause.prompt)
            .text("kind", kind.as_str())
            .text("trigger", &cause.trigger)
            .text("language", here.language)
            .text("page", &self.page);
        self.ask_for(Some(Request::end(json)), kind.interrupts(), what, effects);
    }

    fn ask_for(&mut self, request: Option<Request>, is_alone: bool, what: What, effects: &mut Vec<Effect>) {
        self.last_asked += 1;
        self.asked = Some(Asked { id: self.last_asked, what });
        effects.push(Effect::Lease { id: self.last_asked, request, is_alone });
    }

    /// The answer to [`Effect::Lease`].
    pub(crate) fn leased(
        &mut self,
        here: &Here<'_>,
        id: u32,
        answer: Leased<'_>,
        random: &mut Random,
        effects: &mut Vec<Effect>,
        told: &mut Told,
    ) {
        let now_ms = here.now_ms;
        let text = if let Leased::Text(text) = answer { text } else { "" };
        let read = read_lease(text);
        let Some(Asked { what, .. }) = self.asked.take_if(|it| it.id == id) else {
            // For somebody, or somewhere, that is no longer here.
            if let Some(LeaseAnswer::Granted { lease, .. }) = read {
                effects.push(release(here, lease.as_str()));
            }
            return;
        };
        let (cause, kind) = match &what {
            What::Survey(cause, surface) => (cause.clone(), kind_of(*surface)),
            #[cfg(feature = "hesitation")]
            What::Detector(wish) => (Cause::new(domain::HESITATION, "hesitation"), wish.kind),
            What::Place => (Cause::new("", ""), PromptKind::Popover),
        };
        self.has_place |= kind.interrupts() && !matches!(answer, Leased::OtherTab);
        let mut reasons = Reasons::NONE;
        let mut wait_ms = AGAIN_MS;
        match (read, what) {
            (Some(LeaseAnswer::Granted { lease, expires_in_ms, content }), what) => {
                let lease = lease.into_string();
                let granted = match (what, content) {
                    (What::Survey(_, surface), Some(content)) if is(content.survey.as_str(), &cause.prompt) => {
                        Granted::Survey(Box::new(Flow {
                            cause,
                            surface,
                            lease: lease.clone(),
                            submission: random.uuid(now_ms),
                            content,
                            granted: text.into(),
                            answers: Default::default(),
                            path: Vec::new(),
                            at: 0,
                            is_shown: false,
                            is_completed: false,
                            is_resumed: false,
                        }))
                    }
                    #[cfg(feature = "hesitation")]
                    (What::Detector(wish), _) => Granted::Detector(wish.kind),
                    _ => {
                        effects.push(release(here, &lease));
                        self.candidates.silence(now_ms, &cause.prompt, now_ms + AGAIN_MS);
                        return;
                    }
                };
                let expires_ms = now_ms + (expires_in_ms as i64).clamp(0, LONGEST_QUIET_MS);
                self.ready = Some(Ready { lease, expires_ms, what: granted });
                return;
            }
            (Some(LeaseAnswer::Denied { reasons: against, retry_after_ms }), _) => {
                reasons = against;
                wait_ms = (retry_after_ms.min(LONGEST_QUIET_MS as u64) as i64).max(AGAIN_MS);
            }
            (None, What::Place) => {
                // Held from now on, or asked for again later.
                if matches!(answer, Leased::OtherTab) {
                    self.candidates.silence(now_ms, "", now_ms + OTHER_TAB_MS);
                }
                return;
            }
            (None, _) if matches!(answer, Leased::OtherTab) => {
                reasons.add(Reason::OtherTab);
                wait_ms = OTHER_TAB_MS;
            }
            (None, _) => reasons.add(Reason::Unreachable),
        }
        self.candidates.silence(now_ms, &cause.prompt, now_ms + wait_ms);
        if is(&cause.trigger, cause::TAB) {
            // Nobody waits before a tab.
            self.candidates.remove(&cause.prompt);
        }
        told.is_changed = true;
        self.withhold(&cause, kind, reasons, told);
    }

    fn give_back(&mut self, here: &Here<'_>, effects: &mut Vec<Effect>) {
        let Some(ready) = self.ready.take() else { return };
        effects.push(release(here, &ready.lease));
        #[allow(irrefutable_let_patterns, reason = "without the detector there is nothing else")]
        if let Granted::Survey(flow) = ready.what {
            self.candidates.silence(here.now_ms, &flow.cause.prompt, here.now_ms + AGAIN_MS);
        }
    }

    // The why-log

    fn withhold(&mut self, cause: &Cause, kind: PromptKind, reasons: Reasons, told: &mut Told) {
        if self.withheld.is_news(&cause.prompt, reasons) {
            let mut json = Json::object();
            json.text("prompt", &cause.prompt)
                .text("kind", kind.as_str())
                .text("trigger", &cause.trigger)
                .number("reasons", reasons.bits() as i64)
                .text("page", &self.page);
            told.calls.push(Call::track(domain::reserved::PROMPT_WITHHELD, json.end()));
        }
    }

    /// The page is left: what still waits says why it was not shown here.
    pub(crate) fn leave(&mut self, here: &Here<'_>, told: &mut Told) {
        let waiting: Vec<Candidate> = self.candidates.list.clone();
        for it in waiting {
            let Some(campaign) = gates::find(&self.campaigns, &it.cause.prompt) else { continue };
            let kind = kind_of(campaign.survey.surface);
            let reasons = self.against(campaign, &it, here);
            if !reasons.is_empty() && !self.withheld.has(&it.cause.prompt) {
                self.withhold(&it.cause, kind, reasons, told);
            }
        }
    }

    // Gates

    /// A popover, or a prompt of the detector's, is on screen, or about to be.
    fn is_taken(&self) -> bool {
        self.detector.is_some()
            || self.ready.is_some()
            || self.open.iter().any(|it| it.flow.surface != Surface::Inline)
            || self.asked.is_some()
    }

    /// A survey that came up by itself is before somebody's eyes.
    pub(crate) fn is_prompting(&self) -> bool {
        self.open.iter().any(|it| it.is_drawn && it.flow.surface == Surface::Popover)
    }

    /// Where and whom it is for.
    fn gates_of(&self, campaign: &Campaign, here: &Here<'_>) -> Reasons {
        gates::gates(campaign, &self.route, &self.page, here, &self.traits)
    }

    /// The moment, for a popover.
    fn moment(&self, now_ms: i64) -> Reasons {
        let mut reasons = self.scene.reasons(now_ms);
        reasons.add_if(self.is_offline, Reason::Offline);
        reasons.add_if(self.saves_data, Reason::SavingData);
        reasons
    }

    fn against(&self, campaign: &Campaign, candidate: &Candidate, here: &Here<'_>) -> Reasons {
        let now_ms = here.now_ms;
        let mut reasons = self.gates_of(campaign, here);
        reasons.add_if(now_ms < candidate.at_ms + campaign.survey.delay_ms as i64, Reason::Delayed);
        if campaign.survey.surface == Surface::Popover {
            reasons = reasons.union(self.moment(now_ms));
            reasons.add_if(now_ms - self.loaded_ms < self.after_load_ms, Reason::Early);
            reasons.add_if(self.is_taken(), Reason::Prompted);
        } else {
            reasons.add_if(self.is_offline, Reason::Offline);
            reasons.add_if(campaign.survey.surface == Surface::Tab && self.is_prompting(), Reason::Prompted);
        }
        reasons
    }

    // What is due

    /// Takes time into account, asks for what may be shown, draws what is granted.
    pub(crate) fn settle(&mut self, here: &Here<'_>, effects: &mut Vec<Effect>, told: &mut Told) {
        if !self.is_configured {
            return;
        }
        self.candidates.enter(here.session.id.as_str());
        let kept = std::mem::take(&mut self.kept);
        for flow in kept::read(&here.session.id, &kept).into_iter().take(OPEN) {
            if gates::find(&self.campaigns, &flow.cause.prompt).is_some() {
                self.candidates.shown(&flow.cause.prompt);
                self.open(here, flow);
            }
        }
        self.count(here);
        self.look_at_the_clock(here, told);
        if here.is_visible {
            self.settle_open(here, effects, told);
            self.settle_ready(here, effects, told);
            self.choose(here, effects, told);
            self.settle_tab(here, effects);
        } else {
            self.give_back(here, effects);
        }
        if std::mem::take(&mut self.is_kept_changed) {
            effects.push(Effect::Keep(kept::write(&here.session.id, self.open.iter().map(|it| &it.flow))));
        }
        if self.has_place && !self.is_taken() {
            self.has_place = false;
            effects.push(Effect::Unlock);
        }
    }

    fn open(&mut self, here: &Here<'_>, flow: Flow) {
        self.open.push(Open { flow, is_drawn: false, is_held: false, untouched_ms: 0, counted_ms: here.now_ms });
        self.is_kept_changed = true;
    }

    /// How long the page, and what is open on it, was before somebody's eyes.
    fn count(&mut self, here: &Here<'_>) {
        if here.is_visible && !self.scene.is_hidden {
            self.looked_ms += here.now_ms - self.counted_ms;
            for it in self.open.iter_mut().filter(|it| it.is_drawn && !it.is_held) {
                it.untouched_ms += here.now_ms - it.counted_ms;
            }
        }
        self.counted_ms = here.now_ms;
        self.open.iter_mut().for_each(|it| it.counted_ms = here.now_ms);
    }

    /// What comes up by time alone.
    fn look_at_the_clock(&mut self, here: &Here<'_>, told: &mut Told) {
        for campaign in &mut self.campaigns {
            let mut trigger = None;
            for (it, (own, before)) in campaign.survey.triggers.iter().zip(&campaign.keys) {
                match it {
                    Trigger::TimeOnPage { after_ms } if !campaign.has_looked && self.looked_ms >= *after_ms as i64 => {
                        campaign.has_looked = true;
                        trigger = Some(it.as_str());
                    }
                    Trigger::Overdue { after_ms, .. }
                        if config::overdue_at_ms(here.reached, own, before, *after_ms)
                            .is_some_and(|it| it <= here.now_ms) =>
                    {
                        trigger = Some(it.as_str());
                    }
                    _ => {}
                }
            }
            if let Some(trigger) = trigger {
                let cause = Cause::new(campaign.survey.id.as_str(), trigger);
                told.is_changed |= self.candidates.add(here.now_ms, cause);
            }
        }
    }

    /// Draws what may go on, takes away what may not be here or was not touched.
    fn settle_open(&mut self, here: &Here<'_>, effects: &mut Vec<Effect>, told: &mut Told) {
        let surveys: Vec<String> = self.open.iter().map(|it| it.flow.cause.prompt.clone()).collect();
        for survey in &surveys {
            let Some(campaign) = gates::find(&self.campaigns, survey) else { continue };
            let Some(open) = self.open.iter().find(|it| is(&it.flow.cause.prompt, survey)) else { continue };
            let is_popover = open.flow.surface == Surface::Popover;
            let is_here = !gates::is_elsewhere(&campaign.survey, &self.route, &self.page);
            if open.is_drawn {
                let is_done = !open.flow.is_touched() || open.flow.is_completed;
                if !is_here {
                    effects.push(Effect::Undraw(survey.clone()));
                    self.undraw(survey);
                } else if is_popover && is_done && !open.is_held && open.untouched_ms >= UNTOUCHED_MS {
                    self.time_out(here, survey, effects, told);
                }
                continue;
            }
            let may_be_drawn = is_here
                && match open.flow.surface {
                    Surface::Popover => self.moment(here.now_ms).is_empty() && self.detector.is_none(),
                    Surface::Inline => self.there.iter().any(|it| is(it, survey)),
                    // Whoever opened it goes on at once.
                    Surface::Tab => true,
                };
            if !may_be_drawn {
                continue;
            }
            if !is_popover || self.has_place {
                self.draw(here, survey, effects);
            } else if self.asked.is_none() && self.candidates.quiet_until_ms("") <= here.now_ms {
                self.ask_for(None, true, What::Place, effects);
            }
        }
    }

    fn undraw(&mut self, survey: &str) {
        for it in self.open.iter_mut().filter(|it| is(&it.flow.cause.prompt, survey)) {
            it.is_drawn = false;
            it.is_held = false;
            it.flow.is_resumed = true;
        }
    }

    fn time_out(&mut self, here: &Here<'_>, survey: &str, effects: &mut Vec<Effect>, told: &mut Told) {
        let mut messages = Vec::new();
        if let Some(open) = self.open.iter_mut().find(|it| is(&it.flow.cause.prompt, survey)) {
            open.flow.dismiss("timedOut", &mut messages);
        }
        self.follow(here, survey, Turn::End, messages, effects, told);
    }

    fn settle_ready(&mut self, here: &Here<'_>, effects: &mut Vec<Effect>, told: &mut Told) {
        let now_ms = here.now_ms;
        let Some(ready) = &self.ready else { return };
        if now_ms >= ready.expires_ms {
            return self.give_back(here, effects);
        }
        let against = match &ready.what {
            Granted::Survey(flow) if flow.surface == Surface::Popover => self.moment(now_ms),
            Granted::Survey(_) => Reasons::NONE,
            #[cfg(feature = "hesitation")]
            Granted::Detector(kind) => self.scene.reasons_to_wait(now_ms, *kind == PromptKind::Question),
        };
        let is_elsewhere = match &ready.what {
            Granted::Survey(flow) => {
                gates::find(&self.campaigns, &flow.cause.prompt).is_none_or(|it| !self.gates_of(it, here).is_empty())
            }
            #[cfg(feature = "hesitation")]
            Granted::Detector(_) => false,
        };
        if is_elsewhere {
            return self.give_back(here, effects);
        }
        if !against.is_empty() {
            return;
        }
        match self.ready.take() {
            Some(Ready { what: Granted::Survey(flow), .. }) => {
                let survey = flow.cause.prompt.clone();
                if flow.surface == Surface::Tab {
                    self.candidates.remove(&survey);
                } else {
                    self.candidates.shown(&survey);
                }
                told.is_changed = true;
                self.open(here, *flow);
                self.draw(here, &survey, effects);
            }
            #[cfg(feature = "hesitation")]
            Some(Ready { what: Granted::Detector(kind), lease, .. }) => {
                self.detector = Some(kind == PromptKind::Question);
                told.lease = Some(lease);
            }
            None => {}
        }
    }

    /// Asks for the most important candidate that nothing stands against.
    fn choose(&mut self, here: &Here<'_>, effects: &mut Vec<Effect>, told: &mut Told) {
        told.is_changed |= self.candidates.retain(here.now_ms, |it| gates::delay_ms(&self.campaigns, it));
        if self.asked.is_some() || self.ready.is_some() {
            return;
        }
        let mut best: Option<(u32, Candidate, Surface)> = None;
        let mut unsampled = None;
        let waiting: Vec<Candidate> = self.candidates.list.clone();
        for it in waiting {
            let Some(campaign) = gates::find(&self.campaigns, &it.cause.prompt) else { continue };
            let survey = &campaign.survey;
            let (surface, priority) = (survey.surface, survey.priority);
            let is_absent = surface == Surface::Inline && !self.there.iter().any(|it| is(it, survey.id.as_str()));
            if is_absent || self.candidates.quiet_until_ms(&it.cause.prompt) > here.now_ms {
                continue;
            }
            let reasons = self.against(campaign, &it, here);
            if reasons.is_empty() {
                if best.as_ref().is_none_or(|known| priority > known.0) {
                    best = Some((priority, it, surface));
                }
            } else {
                if reasons.has(Reason::Unsampled) && !reasons.has(Reason::Delayed) && !reasons.has(Reason::Early) {
                    unsampled = Some(it.cause.prompt.clone());
                }
                if !withheld::passes(reasons) {
                    self.withhold(&it.cause, kind_of(surface), reasons, told);
                }
            }
        }
        if let Some(prompt) = unsampled {
            // It will not be in the sample later either.
            self.candidates.silence(here.now_ms, &prompt, here.now_ms + UNSAMPLED_MS);
            told.is_changed = true;
        }
        if let Some((_, it, surface)) = best {
            self.lease(here, &it.cause, kind_of(surface), What::Survey(it.cause.clone(), surface), effects);
        }
    }

    /// The tab of the most important survey that has one here.
    fn settle_tab(&mut self, here: &Here<'_>, effects: &mut Vec<Effect>) {
        let mut wanted: Option<&Campaign> = None;
        for it in self.campaigns.iter().filter(|it| it.survey.surface == Surface::Tab) {
            if wanted.is_none_or(|known| it.survey.priority > known.survey.priority)
                && self.gates_of(it, here).is_empty()
            {
                wanted = Some(it);
            }
        }
        let survey = wanted.map_or("", |it| it.survey.id.as_str());
        if is(survey, &self.tab) || self.open.iter().any(|it| it.flow.surface == Surface::Tab) {
            return;
        }
        let drawn = wanted.map(|it| view::tab(&it.survey, here.language));
        let before = std::mem::replace(&mut self.tab, survey.into());
        effects.push(Effect::Draw(drawn.unwrap_or_else(|| view::no_tab(&before))));
    }

    /// When something may have changed by time alone; `None` while the page is hidden.
    pub(crate) fn wake_at_ms(&self, here: &Here<'_>) -> Option<i64> {
        if !self.is_configured {
            return None;
        }
        let now_ms = here.now_ms;
        let mut at_ms = i64::MAX;
        let mut wake = |it: i64| at_ms = at_ms.min(it.max(now_ms + 1));
        if let Some(ready) = &self.ready {
            wake(ready.expires_ms.min(now_ms + LOOK_MS));
        }
        for it in &self.open {
            if it.flow.surface == Surface::Popover {
                if !it.is_drawn {
                    wake((now_ms + LOOK_MS).max(self.candidates.quiet_until_ms("")));
                } else if !it.is_held && (!it.flow.is_touched() || it.flow.is_completed) {
                    wake(now_ms + UNTOUCHED_MS - it.untouched_ms);
                }
            }
        }
        for it in &self.candidates.list {
            let Some(campaign) = gates::find(&self.campaigns, &it.cause.prompt) else { continue };
            let due_ms = it.at_ms + campaign.survey.delay_ms as i64;
            let quiet_ms = self.candidates.quiet_until_ms(&it.cause.prompt);
            let is_popover = campaign.survey.surface == Surface::Popover;
            let early_ms = if is_popover { self.loaded_ms + self.after_load_ms } else { 0 };
            let is_waiting = self.asked.is_some()
                || self.ready.is_some()
                || is_popover && (self.is_taken() || self.scene.is_hidden)
                || !self.gates_of(campaign, here).is_empty();
            if !is_waiting {
                wake(due_ms.max(quiet_ms).max(early_ms).max(now_ms + LOOK_MS));
            }
        }
        for campaign in &self.campaigns {
            for (trigger, (own, before)) in campaign.survey.triggers.iter().zip(&campaign.keys) {
                match trigger {
                    Trigger::TimeOnPage { after_ms } if !campaign.has_looked => {
                        wake(now_ms + *after_ms as i64 - self.looked_ms);
                    }
                    Trigger::Overdue { after_ms, .. } => {
                        if let Some(due_ms) = config::overdue_at_ms(here.reached, own, before, *after_ms)
                            && due_ms > now_ms
                        {
                            wake(due_ms);
                        }
                    }
                    _ => {}
                }
            }
        }
        (at_ms < i64::MAX).then_some(at_ms)
    }

    // For the inspector

    /// `"prompts":[…],"lease":…`
    pub(crate) fn inspect(&self, here: &Here<'_>, json: &mut Json) {
        let mut list = String::from("[");
        for campaign in &self.campaigns {
            let id = campaign.survey.id.as_str();
            let waiting = self.candidates.list.iter().find(|it| is(&it.cause.prompt, id));
            let is_open = self.open.iter().any(|it| is(&it.flow.cause.prompt, id));
            let mut reasons = self.gates_of(campaign, here);
            let mut trigger = "";
            let mut state = if is_open { "open" } else { "idle" };
            if let Some(it) = waiting {
                reasons = self.against(campaign, it, here);
                trigger = &it.cause.trigger;
                state = "waiting";
            }
            let mut prompt = Json::object();
            prompt
                .text("survey", id)
                .text("surface", campaign.survey.surface.as_str())
                .text("trigger", trigger)
                .text("state", state)
                .number("reasons", reasons.bits() as i64)
                .number("quietUntil", self.candidates.quiet_until_ms(id));
            if list.len() > 1 {
                list.push(',');
            }
            list.push_str(&prompt.end());
        }
        list.push(']');
        json.raw("prompts", &list);
        let lease = self.ready.as_ref().map(|it| it.lease.as_str());
        let lease = lease.or(self.open.first().map(|it| it.flow.lease.as_str()));
        json.text("lease", lease.unwrap_or_default()).text("page", &self.page);
    }
}

fn release(here: &Here<'_>, lease: &str) -> Effect {
    let mut json = Request::begin(here.identity);
    json.text("lease", lease);
    Effect::Release(Request::end(json))
}

/// `{"what":"answered", …}` and what the message says.
fn topic(name: &str, properties: &str) -> String {
    // The last word of the message's name.
    let mut what = String::new();
    for character in name.chars() {
        if character == ' ' {
            what.clear();
        } else {
            what.push(character.to_ascii_lowercase());
        }
    }
    let mut json = Json::object();
    json.text("what", &what);
    let mut text = json.into_open();
    text.push(',');
    text.push_str(properties.strip_prefix('{').unwrap_or_default());
    text
}
