//! One person's dealings with surveys: what comes up for them, and what they answer.
//!
//! The client is not asked: leases are given by the collector's own clock, and these people live in another time.
//! The budget is kept here for one person; an account's share of it is for the collector.

mod answers;
mod moment;
mod verbatims;

pub(super) use moment::{Moment, Traits};

use super::World;
use super::random::Random;
use super::tab::Tab;
use crate::cli::failure::Failure;
use crate::project::{Budget, Repeat, SurveyDefinition};
use answers::Respond;
use domain::survey::{Answer, Answers, Content, Goal, StepKind, Surface, Trigger};
use domain::{Reason, Reasons, is_sampled, reserved};
use moment::Around;
use sdk_core::Call;
use serde_json::{Map, Value, json};

const SECOND_MS: i64 = 1_000;

/// Of those for whom a survey comes up: answer, look past it, and else put it away in one way or another.
const ANSWERING: f64 = 0.46;
const LOOKING_PAST: f64 = 0.2;
const WAYS_OUT: &[(&str, f64)] = &[("closed", 5.0), ("notNow", 4.0), ("never", 0.6), ("timedOut", 1.2)];

/// Of those who come past an inline survey, or see a tab.
const ANSWERING_INLINE: f64 = 0.35;
const OPENING: f64 = 0.035;

/// Of those who answered a step, these go no further.
const BREAKING_OFF: f64 = 0.09;

/// These go back, and answer anew.
const THINKING_AGAIN: f64 = 0.05;

pub(super) struct Respondent<'w> {
    world: &'w World,
    random: Random,
    /// `de-DE`
    locale: &'static str,
    /// Who this is to a sample.
    id: String,
    /// Milestones reached, by journey and position, and when.
    reached: Vec<((usize, usize), i64)>,
    /// Surveys shown, by position, and when.
    shown: Vec<(usize, i64)>,
    visits: u32,
    visit_began_ms: i64,
    interrupted_in_visit: u32,
    dismissals: u32,
    silent_until_ms: i64,
    has_declined: bool,
    /// What stood against a survey on this page has been said.
    withheld: Vec<(usize, u64)>,
}

impl<'w> Respondent<'w> {
    pub(super) fn new(world: &'w World, random: Random, locale: &'static str, id: &str) -> Self {
        Self {
            world,
            random,
            locale,
            id: id.to_owned(),
            reached: Vec::new(),
            shown: Vec::new(),
            visits: 0,
            visit_began_ms: 0,
            interrupted_in_visit: 0,
            dismissals: 0,
            silent_until_ms: 0,
            has_declined: false,
            withheld: Vec::new(),
        }
    }

    pub(super) fn arrive(&mut self, at_ms: i64) {
        self.visits += 1;
        self.visit_began_ms = at_ms;
        self.interrupted_in_visit = 0;
    }

    pub(super) fn reach(&mut self, milestone: (usize, usize), at_ms: i64) {
        if !self.reached.iter().any(|it| it.0 == milestone) {
            self.reached.push((milestone, at_ms));
        }
    }

    /// Something happened: at most one survey comes of it.
    pub(super) async fn meet(
        &mut self,
        tab: &mut Tab<'_>,
        moment: &Moment<'_>,
        traits: &Traits,
    ) -> Result<(), Failure> {
        if let Moment::Page = moment {
            self.withheld.clear();
        }
        let around = Around { world: self.world, reached: &self.reached, now_ms: tab.now_ms() };
        let mut candidates: Vec<(usize, &str)> = Vec::new();
        for (position, definition) in self.world.surveys.iter().enumerate() {
            let survey = &definition.survey;
            let url = &tab.page().url;
            let is_here = (survey.pages.is_empty() || survey.pages.iter().any(|it| it.matches(url)))
                && !survey.excluded.iter().any(|it| it.matches(url));
            let trigger = match (survey.surface, moment) {
                (Surface::Popover, _) => {
                    survey.triggers.iter().find(|it| around.brings(moment, it)).map(Trigger::as_str)
                }
                // Where an inline survey stands only its pages tell.
                (Surface::Inline, Moment::Page) => (!survey.pages.is_empty()).then_some("inline"),
                (Surface::Tab, Moment::Page) => self.random.chance(OPENING).then_some("tab"),
                _ => None,
            };
            if let Some(trigger) = trigger.filter(|_| is_here) {
                candidates.push((position, trigger));
            }
        }
        candidates
            .sort_by_key(|(position, _)| self.world.surveys.get(*position).map(|it| u32::MAX - it.survey.priority));
        for (position, trigger) in candidates {
            let Some(definition) = self.world.surveys.get(position) else { continue };
            let reasons = self.against(position, definition, tab.now_ms(), traits);
            if reasons.is_empty() {
                return self.come_up(tab, position, definition, trigger, traits).await;
            }
            self.withhold(tab, position, definition, trigger, reasons).await?;
        }
        Ok(())
    }

    /// What the page and the collector would say against it.
    fn against(&self, position: usize, definition: &SurveyDefinition, now_ms: i64, traits: &Traits) -> Reasons {
        let mut reasons = Reasons::NONE;
        let (survey, budget) = (&definition.survey, &self.world.budget);
        reasons.add_if(!is_sampled(&self.id, survey.id.as_str(), survey.sample), Reason::Unsampled);
        reasons.add_if(survey.audience.as_ref().is_some_and(|it| !moment::is_of(it, traits)), Reason::Audience);
        let is_begun = definition.starts_ms.is_none_or(|it| it <= now_ms);
        reasons.add_if(!is_begun || definition.ends_ms.is_some_and(|it| it <= now_ms), Reason::Dates);
        let last = self.shown.iter().filter(|it| it.0 == position).map(|it| it.1).max();
        let is_due = match (last, definition.repeat) {
            (None, _) => true,
            (Some(_), Repeat::Once) => false,
            (Some(last_ms), Repeat::EveryMs(every_ms)) => now_ms - last_ms >= every_ms as i64,
        };
        reasons.add_if(!is_due, Reason::NotDue);
        if survey.surface != Surface::Tab {
            reasons.add_if(self.has_declined, Reason::Declined);
        }
        if survey.surface != Surface::Popover {
            return reasons;
        }
        let since = |is_counted: &dyn Fn(&SurveyDefinition) -> bool, span_ms: u64| {
            let interrupting = |it: &&(usize, i64)| {
                let shown = self.world.surveys.get(it.0);
                shown.is_some_and(|it| it.survey.surface == Surface::Popover && is_counted(it))
            };
            self.shown.iter().filter(interrupting).filter(|it| now_ms - it.1 < span_ms as i64).count()
        };
        reasons.add_if(self.interrupted_in_visit >= budget.per_session, Reason::Session);
        reasons.add_if(self.visits <= 1 && !budget.first_session, Reason::FirstSession);
        reasons.add_if(since(&|_| true, budget.gap_ms) > 0, Reason::Gap);
        reasons.add_if(since(&|_| true, Budget::QUARTER_MS) >= budget.per_quarter as usize, Reason::Quarter);
        let asks_nps = definition.asks_nps();
        reasons.add_if(asks_nps && since(&SurveyDefinition::asks_nps, budget.nps_gap_ms) > 0, Reason::NpsGap);
        reasons.add_if(now_ms < self.silent_until_ms, Reason::Silenced);
        reasons
    }

    async fn withhold(
        &mut self,
        tab: &mut Tab<'_>,
        position: usize,
        definition: &SurveyDefinition,
        trigger: &str,
        reasons: Reasons,
    ) -> Result<(), Failure> {
        if self.withheld.contains(&(position, reasons.bits())) {
            return Ok(());
        }
        self.withheld.push((position, reasons.bits()));
        let properties = json!({
            "prompt": definition.id(),
            "kind": definition.survey.surface.as_str(),
            "trigger": trigger,
            "reasons": reasons.bits(),
            "page": moment::template(&tab.page().path),
        });
        tab.call(Call::track(reserved::PROMPT_WITHHELD, properties.to_string())).await
    }

    /// It is on screen; from here on people differ.
    async fn come_up(
        &mut self,
        tab: &mut Tab<'_>,
        position: usize,
        definition: &SurveyDefinition,
        trigger: &str,
        traits: &Traits,
    ) -> Result<(), Failure> {
        let survey = &definition.survey;
        let Some(content) = definition.content(self.locale) else { return Ok(()) };
        if survey.surface == Surface::Popover {
            let loaded_ms = self.visit_began_ms + self.world.budget.after_load_ms as i64;
            tab.wait_until((tab.now_ms() + survey.delay_ms as i64).max(loaded_ms)).await?;
            self.interrupted_in_visit += 1;
        }
        self.shown.push((position, tab.now_ms()));
        let mut asked = Asked {
            content,
            traits,
            common: json!({
                "survey": definition.id(),
                "lease": self.id_at(tab.now_ms()),
                "submission": self.id_at(tab.now_ms()),
                "surface": survey.surface.as_str(),
                "trigger": trigger,
                "language": content.language,
            }),
            answers: Answers::default(),
        };
        asked.say(tab, reserved::SURVEY_SHOWN, json!({})).await?;
        match survey.surface {
            Surface::Popover if self.random.chance(ANSWERING) => self.dismissals = 0,
            Surface::Popover if self.random.chance(LOOKING_PAST) => return Ok(()),
            Surface::Popover => return self.put_away(tab, &asked).await,
            Surface::Inline if !self.random.chance(ANSWERING_INLINE) => return Ok(()),
            Surface::Inline | Surface::Tab => {}
        }
        self.answer(tab, &mut asked).await
    }

    async fn put_away(&mut self, tab: &mut Tab<'_>, asked: &Asked<'_>) -> Result<(), Failure> {
        let how = self.random.weighted(WAYS_OUT);
        let seconds = if how == "timedOut" { 60.0 } else { self.random.log_normal(4.0, 0.6) };
        tab.wait_until(tab.now_ms() + (seconds * SECOND_MS as f64) as i64).await?;
        self.dismissals += 1;
        self.has_declined |= how == "never";
        if self.dismissals >= self.world.budget.dismissals {
            self.silent_until_ms = tab.now_ms() + self.world.budget.silence_ms as i64;
            self.dismissals = 0;
        }
        let first = asked.content.steps.first().map_or("", |it| it.id());
        asked.say(tab, reserved::SURVEY_DISMISSED, json!({ "how": how, "step": first })).await
    }

    async fn answer(&mut self, tab: &mut Tab<'_>, asked: &mut Asked<'_>) -> Result<(), Failure> {
        let has_value = self.reached.iter().any(|((journey, milestone), _)| {
            let journey = self.world.definitions.journeys.get(*journey);
            journey.is_some_and(|it| it.value_index() == *milestone)
        });
        let language = self.locale.split('-').next().unwrap_or("en");
        let mut respond = Respond::new(has_value, language, &mut self.random);
        let mut goal = Goal::Step(0);
        while let Goal::Step(at) = goal {
            let Some(step) = asked.content.steps.get(at) else { break };
            if matches!(step.kind, StepKind::Thanks { .. }) {
                asked.say(tab, reserved::SURVEY_COMPLETED, json!({})).await?;
                let answer = respond.answer(step, &mut self.random);
                tab.wait_until(tab.now_ms() + self.random.log_normal(3_000.0, 0.5) as i64).await?;
                if answer == Answer::Agreed {
                    asked.tell(tab, at, answer).await?;
                }
                return Ok(());
            }
            let answer = respond.answer(step, &mut self.random);
            tab.wait_until(tab.now_ms() + self.random.log_normal(respond.pause_ms(&answer), 0.5) as i64).await?;
            asked.tell(tab, at, answer).await?;
            if step.kind.is_question() && self.random.chance(THINKING_AGAIN) {
                tab.wait_until(tab.now_ms() + self.random.log_normal(4_000.0, 0.5) as i64).await?;
                let answer = respond.answer(step, &mut self.random);
                asked.tell(tab, at, answer).await?;
            }
            goal = asked.content.next(at, &asked.answers, asked.traits.person());
            if goal != Goal::End && self.random.chance(BREAKING_OFF) {
                return self.break_off(tab, asked, goal).await;
            }
        }
        asked.say(tab, reserved::SURVEY_COMPLETED, json!({})).await
    }

    /// Half of those who go no further say so.
    async fn break_off(&mut self, tab: &mut Tab<'_>, asked: &Asked<'_>, at: Goal) -> Result<(), Failure> {
        let step = match at {
            Goal::Step(step) => asked.content.steps.get(step).map_or("", |it| it.id()),
            Goal::End => "",
        };
        if self.random.chance(0.5) {
            return Ok(());
        }
        tab.wait_until(tab.now_ms() + self.random.log_normal(5_000.0, 0.5) as i64).await?;
        asked.say(tab, reserved::SURVEY_DISMISSED, json!({ "how": "closed", "step": step })).await
    }

    fn id_at(&mut self, at_ms: i64) -> String {
        let mut chance = [0; 10];
        for (byte, drawn) in chance.iter_mut().zip(self.random.wide_bits().to_le_bytes()) {
            *byte = drawn;
        }
        uuid::Builder::from_unix_timestamp_millis(at_ms.max(0) as u64, &chance).into_uuid().to_string()
    }
}

/// One filling-in.
struct Asked<'c> {
    content: &'c Content,
    traits: &'c Traits,
    /// What every message of it carries.
    common: Value,
    answers: Answers,
}

impl Asked<'_> {
    async fn say(&self, tab: &mut Tab<'_>, name: &str, more: Value) -> Result<(), Failure> {
        let mut properties: Map<String, Value> = super::cast::object(self.common.clone());
        properties.extend(super::cast::object(more));
        tab.call(Call::track(name, Value::Object(properties).to_string())).await
    }

    async fn tell(&mut self, tab: &mut Tab<'_>, at: usize, answer: Answer) -> Result<(), Failure> {
        let Some(step) = self.content.steps.get(at) else { return Ok(()) };
        let mut said = super::cast::object(json!({ "step": step.id(), "kind": step.kind.as_str() }));
        match &answer {
            Answer::Score(score) => {
                said.insert("score".to_owned(), json!(score));
            }
            Answer::Chosen { choices, other } => {
                let StepKind::Choice { choices: known, .. } = &step.kind else { return Ok(()) };
                let ids: Vec<&str> = choices.iter().filter_map(|it| known.get(*it)).map(|it| it.id.as_str()).collect();
                said.insert("choices".to_owned(), json!(ids));
                if !other.is_empty() {
                    said.insert("other".to_owned(), json!(other));
                }
            }
            Answer::Written(text) => {
                said.insert("text".to_owned(), json!(text));
            }
            Answer::Agreed => {
                said.insert("agreed".to_owned(), json!(true));
            }
            Answer::Passed => {
                said.insert("passed".to_owned(), json!(true));
            }
        }
        self.answers.set(at, Some(answer));
        self.say(tab, reserved::SURVEY_ANSWERED, Value::Object(said)).await
    }
}
