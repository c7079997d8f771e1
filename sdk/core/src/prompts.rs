//! Prompts: from what brings one up to what was answered, one at a time.
//!
//! The way of a survey: a trigger makes a candidate (`notes.rs`) → its gates (`gates.rs`, the [`Scene`]) → a lease is asked
//! for (`leasing.rs`) → granted, and the scene still fits (`due.rs`) → a [`flow::Flow`] is drawn → what is said becomes
//! messages. The detector's hint and question come the second half of that way. Does not know the budget: the
//! collector does.

mod answer;
mod campaign;
mod cause;
#[cfg(feature = "hesitation")]
mod detected;
mod due;
mod flow;
mod gates;
mod inspect;
mod kept;
mod leasing;
mod notes;
mod said;
mod traits;
mod view;
mod withheld;

pub use said::SurveySaid;
pub(crate) use traits::Traits;

use crate::client::ReadJson;
use crate::effect::Effect;
use crate::identity::Identity;
use crate::input::Call;
use crate::message::Said;
use crate::milestones::Milestones;
use crate::observation::Observation;
use crate::scene::Scene;
use crate::session::Session;
use crate::told::Told;
use campaign::{Campaign, find};
use cause::{CODE, Cause, INLINE, TAB};
use domain::survey::{Surface, Trigger};
use domain::{Config, Fact, Kind, Reason, Reasons, Scope};
use flow::{Flow, Message, Turn};
use leasing::{Asked, Ready};
use notes::{Note, Noted, Notes, is};
use withheld::Withheld;

/// Elements for surveys in one page.
const ELEMENTS: usize = 8;

/// What is known of the moment, beside what prompts keep themselves.
pub(crate) struct Here<'a> {
    pub(crate) now_ms: i64,
    pub(crate) identity: &'a Identity,
    pub(crate) session: &'a Session,
    /// Sessions this browser has had, this one included.
    pub(crate) sessions: u32,
    pub(crate) milestones: &'a Milestones,
    pub(crate) language: &'a str,
    pub(crate) is_visible: bool,
    pub(crate) read_json: ReadJson,
}

/// A submission that goes on.
#[derive(Debug)]
struct Open {
    flow: Box<Flow>,
    is_drawn: bool,
    is_held: bool,
    /// Milliseconds of being shown since somebody touched it.
    untouched_ms: i64,
}

#[derive(Debug, Default)]
pub(crate) struct Prompts {
    campaigns: Vec<Campaign>,
    after_load_ms: i64,
    is_configured: bool,
    pub(crate) scene: Scene,
    pub(crate) traits: Traits,
    notes: Notes,
    withheld: Withheld,
    asked: Option<Asked>,
    last_asked: u32,
    /// The survey that the vendor's code asks for just now: nothing has stood against it yet, and it waits for no pause.
    urgent: String,
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

    pub(crate) fn configure(&mut self, config: &mut Config, effects: &mut Vec<Effect>) {
        self.after_load_ms = config.after_load_ms as i64;
        self.is_configured = true;
        for survey in std::mem::take(&mut config.surveys) {
            if survey.surface == Surface::Inline {
                effects.push(Effect::Attend);
            }
            self.campaigns.push(Campaign::new(survey));
        }
    }

    /// No survey could come of anything.
    pub(crate) fn is_empty(&self) -> bool {
        self.campaigns.is_empty()
    }

    /// Whether the scene is to be watched for surveys: also for those that only code brings up, which come up at once.
    pub(crate) fn needs_scene(&self) -> bool {
        self.campaigns.iter().any(|it| it.survey.surface == Surface::Popover)
    }

    // What is stored

    /// One line for the next page and the other tabs.
    pub(crate) fn memory(&self) -> String {
        self.notes.write()
    }

    /// What the last page left behind; or, where this one is already known (no traits), what another tab did.
    pub(crate) fn recall(&mut self, memory: &str, traits: Option<Traits>) {
        self.notes.read(memory);
        if let Some(traits) = traits {
            let told = std::mem::replace(&mut self.traits, traits);
            self.traits.tell(Scope::User, &told.user);
            self.traits.tell(Scope::Account, &told.account);
        }
    }

    /// What this tab kept from its last page.
    pub(crate) fn resume(&mut self, kept: &str) {
        self.kept = kept.into();
    }

    /// It is no longer allowed: everything goes.
    pub(crate) fn stop(&mut self, effects: &mut Vec<Effect>) {
        self.forget(effects);
        if !self.tab.is_empty() {
            effects.push(Effect::Undraw(std::mem::take(&mut self.tab)));
        }
        self.campaigns.clear();
        self.is_configured = false;
        self.is_kept_changed = false;
        self.scene.forget_busy();
        if std::mem::take(&mut self.has_place) {
            effects.push(Effect::Unlock);
        }
    }

    /// Somebody else sits here now.
    pub(crate) fn forget(&mut self, effects: &mut Vec<Effect>) {
        for it in &self.open {
            effects.push(Effect::Undraw(it.flow.cause.prompt.clone()));
        }
        self.open.clear();
        self.notes.list.clear();
        self.traits = Traits::default();
        self.asked = None;
        self.ready = None;
        self.urgent.clear();
        self.detector = None;
        self.kept.clear();
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

    /// Another page, perhaps of the same document.
    pub(crate) fn at_page(&mut self, now_ms: i64, route: String, page: String) {
        self.route = route;
        self.page = page;
        self.looked_ms = 0;
        self.counted_ms = now_ms;
        self.withheld.clear();
        self.scene.observe(now_ms, &Observation::Page { page: "", context: "" });
        self.campaigns.iter_mut().for_each(|it| it.has_looked = false);
    }

    /// A message of this page's. Says whether it brought something up.
    pub(crate) fn said(&mut self, said: &Said, fact: &Fact<'_>) -> bool {
        match said.kind {
            Kind::Identify => self.traits.tell(Scope::User, &said.body),
            Kind::Group => self.traits.tell(Scope::Account, &said.body),
            _ => {}
        }
        let mut is_news = false;
        for campaign in &mut self.campaigns {
            if campaign.fires(fact) {
                is_news |= bring_up(&mut self.notes, said.at_ms, Cause::new(campaign.survey.id.as_str(), "message"));
            }
        }
        is_news
    }

    /// A milestone is reached now.
    pub(crate) fn reached(&mut self, now_ms: i64, reached: (&str, &str)) {
        for campaign in &self.campaigns {
            let is_it = campaign.survey.triggers.iter().any(|it| {
                matches!(it, Trigger::Reached { journey, milestone }
                    if is(journey.as_str(), reached.0) && is(milestone.as_str(), reached.1))
            });
            if is_it {
                bring_up(&mut self.notes, now_ms, Cause::new(campaign.survey.id.as_str(), "reached"));
            }
        }
    }

    /// The vendor's code asks for it.
    pub(crate) fn ask(&mut self, now_ms: i64, survey: &str) -> bool {
        self.urgent = survey.into();
        bring_up(&mut self.notes, now_ms, Cause::new(survey, CODE))
    }

    /// What is said of a survey on screen, or of its tab or element.
    pub(crate) fn surveyed(&mut self, here: &Here<'_>, said: SurveySaid, value: &str, survey: &str, told: &mut Told) {
        self.count(here);
        // Of an element, the survey is all there is to say.
        let survey = if survey.is_empty() { value } else { survey };
        if said == SurveySaid::Opened {
            bring_up(&mut self.notes, here.now_ms, Cause::new(survey, TAB));
        }
        if matches!(said, SurveySaid::There | SurveySaid::Gone) {
            self.there.retain(|it| !is(it, survey));
        }
        if said == SurveySaid::There && self.there.len() < ELEMENTS {
            self.there.push(survey.into());
            let campaign = find(&self.campaigns, survey);
            if campaign.is_some_and(|it| it.survey.triggers.is_empty() && it.survey.surface == Surface::Inline) {
                bring_up(&mut self.notes, here.now_ms, Cause::new(survey, INLINE));
            }
        }
        if let Some(at) = self.open.iter().position(|it| is(&it.flow.cause.prompt, survey)) {
            self.heard(here, at, said, value, told);
        }
    }

    fn heard(&mut self, here: &Here<'_>, at: usize, said: SurveySaid, value: &str, told: &mut Told) {
        let Some(open) = self.open.get_mut(at) else { return };
        open.untouched_ms = 0;
        match said {
            SurveySaid::Held => open.is_held = true,
            SurveySaid::Released => open.is_held = false,
            SurveySaid::Gone if open.flow.is_shown && open.flow.surface == Surface::Inline => open.is_drawn = false,
            SurveySaid::Gone => {
                if !open.flow.is_shown {
                    told.effects.push(leasing::release(here, &open.flow.lease));
                }
                self.close(at);
            }
            _ => {
                let traits = self.traits.read(here.read_json);
                let mut messages = Vec::new();
                let turn = open.flow.hear(said, value, traits.person(), &mut messages);
                if said == SurveySaid::Never {
                    self.notes.list.retain(|it| it.is != Noted::Candidate);
                }
                self.follow(here, at, turn, messages, told);
            }
        }
    }

    fn follow(&mut self, here: &Here<'_>, at: usize, turn: Turn, messages: Vec<Message>, told: &mut Told) {
        self.is_kept_changed |= !messages.is_empty() || turn != Turn::Stay;
        for (name, properties) in messages {
            told.calls.push(Call::track(name, properties));
        }
        match turn {
            Turn::Stay => {}
            Turn::Draw => self.draw(here, at, told),
            Turn::End => {
                self.undraw(at, told);
                self.close(at);
            }
        }
    }

    fn undraw(&mut self, at: usize, told: &mut Told) {
        if let Some(open) = self.open.get_mut(at) {
            open.is_drawn = false;
            open.is_held = false;
            open.flow.is_resumed = true;
            told.effects.push(Effect::Undraw(open.flow.cause.prompt.clone()));
        }
    }

    fn close(&mut self, at: usize) {
        self.is_kept_changed = true;
        if at < self.open.len() {
            self.open.swap_remove(at);
        }
        // A tab is drawn anew.
        self.tab.clear();
    }

    fn draw(&mut self, here: &Here<'_>, at: usize, told: &mut Told) {
        let traits = self.traits.read(here.read_json);
        let Some(open) = self.open.get_mut(at) else { return };
        open.is_drawn = true;
        let campaign = find(&self.campaigns, &open.flow.cause.prompt);
        let label = campaign.map_or("", |it| view::label(&it.survey, here.language).1);
        told.effects.push(Effect::Draw(view::view(&open.flow, label, traits.person(), &self.traits)));
    }

    // Gates

    /// A popover, or a prompt of the detector's, is on screen, or about to be.
    fn is_taken(&self) -> bool {
        self.detector.is_some()
            || self.ready.is_some()
            || self.asked.is_some()
            || self.open.iter().any(|it| it.flow.surface != Surface::Inline)
    }

    /// A survey that came up by itself is before somebody's eyes.
    pub(crate) fn is_prompting(&self) -> bool {
        self.open.iter().any(|it| it.is_drawn && it.flow.surface == Surface::Popover)
    }

    /// The moment, for a popover.
    fn moment(&self, now_ms: i64, prompt: &str) -> Reasons {
        let mut reasons = self.scene.reasons(now_ms, !self.is_urgent(prompt));
        reasons.add_if(self.is_offline, Reason::Offline);
        reasons.add_if(self.saves_data, Reason::SavingData);
        reasons
    }

    fn is_urgent(&self, prompt: &str) -> bool {
        !self.urgent.is_empty() && is(&self.urgent, prompt)
    }

    fn gates(&self, campaign: &Campaign, here: &Here<'_>) -> Reasons {
        gates::gates(&campaign.survey, &self.route, &self.page, here, &self.traits)
    }

    fn against(&self, campaign: &Campaign, candidate: &Note, here: &Here<'_>) -> Reasons {
        let mut reasons = self.gates(campaign, here);
        let delay_ms = campaign.survey.delay_ms as i64;
        reasons.add_if(here.now_ms < candidate.at_ms + delay_ms, Reason::Delayed);
        if campaign.survey.surface == Surface::Popover {
            let prompt = campaign.survey.id.as_str();
            let is_early = here.now_ms - self.loaded_ms < self.after_load_ms;
            reasons = reasons.union(self.moment(here.now_ms, prompt));
            reasons.add_if(is_early && !self.is_urgent(prompt), Reason::Early);
            reasons.add_if(self.is_taken(), Reason::Prompted);
        } else {
            reasons.add_if(self.is_offline, Reason::Offline);
            reasons.add_if(campaign.survey.surface == Surface::Tab && self.is_prompting(), Reason::Prompted);
        }
        reasons
    }
}

fn bring_up(notes: &mut Notes, now_ms: i64, cause: Cause) -> bool {
    notes.add(Note { cause, is: Noted::Candidate, at_ms: now_ms })
}
