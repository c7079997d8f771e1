//! The client's side of prompts: of the detector's, and of surveys.

use super::Client;
use crate::effect::{Effect, Level};
use crate::input::{Leased, Page};
use crate::json::Json;
use crate::observation::{Busy, Observation, PromptSaid};
use crate::prompts::{Here, Prompts, SurveySaid};
use crate::random::Random;
use crate::told::Told;
use domain::UserId;
use domain::hesitation::page_template;

/// What prompts do, with all they may look at.
type Act<'a> = &'a mut dyn FnMut(&mut Prompts, &Here<'_>, &mut Random, &mut Told);

impl Client {
    fn with_prompts(&mut self, now_ms: i64, effects: &mut Vec<Effect>, act: Act<'_>) {
        let here = Here {
            now_ms,
            identity: &self.identity,
            session: &self.session,
            sessions: self.sessions,
            milestones: &self.milestones,
            language: &self.options.locale,
            is_visible: self.engagement.is_visible(),
            read_json: self.read_json,
        };
        let mut told = Told::default();
        act(&mut self.prompts, &here, &mut self.random, &mut told);
        self.tell(now_ms, told, effects);
    }

    pub(super) fn leased(&mut self, now_ms: i64, id: u32, answer: Leased<'_>, effects: &mut Vec<Effect>) {
        if self.is_loaded {
            self.with_prompts(now_ms, effects, &mut |prompts, here, random, told| {
                prompts.leased(here, id, answer, random, told);
            });
        }
    }

    pub(super) fn surveyed(
        &mut self,
        now_ms: i64,
        said: SurveySaid,
        value: &str,
        survey: &str,
        effects: &mut Vec<Effect>,
    ) {
        if self.is_loaded {
            self.with_prompts(now_ms, effects, &mut |prompts, here, _, told| {
                prompts.surveyed(here, said, value, survey, told);
            });
        }
    }

    /// The page is left: what waits says why.
    #[inline(never)]
    pub(super) fn explain(&mut self, now_ms: i64, effects: &mut Vec<Effect>) {
        if self.is_loaded {
            self.with_prompts(now_ms, effects, &mut |prompts, here, _, told| prompts.choose(here, true, told));
        }
    }

    pub(super) fn settle_prompts(&mut self, now_ms: i64, effects: &mut Vec<Effect>) {
        if self.is_loaded {
            self.with_prompts(now_ms, effects, &mut |prompts, here, _, told| {
                prompts.settle(here, told);
            });
        }
        self.tell_detector(now_ms, effects);
        let level = if self.watcher.is_on() {
            Level::Everything
        } else if self.is_loaded && self.prompts.needs_scene() {
            Level::Scene
        } else {
            Level::Nothing
        };
        if level != self.level {
            if self.level == Level::Nothing {
                // What came and went while nobody looked.
                self.prompts.observe(now_ms, &Observation::Shown(self.engagement.is_visible()));
            }
            self.level = level;
            effects.push(Effect::Observe(level));
        }
    }

    /// What follows a survey teaches nothing about what is normal, and no question comes beside one.
    fn tell_detector(&mut self, now_ms: i64, effects: &mut Vec<Effect>) {
        let is_prompting = self.prompts.is_prompting();
        if is_prompting != self.is_survey_told {
            self.is_survey_told = is_prompting;
            let said: &[PromptSaid] =
                if is_prompting { &[PromptSaid::Asked, PromptSaid::Opened] } else { &[PromptSaid::Help] };
            for it in said {
                let mut told = Told::default();
                self.watcher.observe(now_ms, Observation::Prompt(*it), effects, &mut told);
                self.tell(now_ms, told, effects);
            }
        }
    }

    pub(super) fn prompts_at_ms(&mut self, now_ms: i64) -> Option<i64> {
        let mut at_ms = None;
        if self.is_loaded {
            self.with_prompts(now_ms, &mut Vec::new(), &mut |prompts, here, _, _| {
                at_ms = prompts.wake_at_ms(here);
            });
        }
        at_ms
    }

    pub(super) fn inspect(&mut self, now_ms: i64, effects: &mut Vec<Effect>) {
        let mut json = Json::object();
        json.texts("milestones", &mut self.milestones.reached.iter().map(|it| it.key.as_str()))
            .raw("hesitation", self.watcher.inspect(now_ms).as_deref().unwrap_or("null"))
            .text("session", self.session.id.as_str());
        self.with_prompts(now_ms, effects, &mut |prompts, here, _, _| prompts.inspect(here, &mut json));
        effects.push(Effect::Inspected(json.end()));
    }

    pub(super) fn template(&self, page: &Page) -> String {
        page_template(&page.route(), self.watcher.patterns())
    }

    #[inline(never)]
    pub(super) fn observe(&mut self, now_ms: i64, observation: Observation<'_>, effects: &mut Vec<Effect>) {
        let mut told = Told::default();
        self.prompts.observe(now_ms, &observation);
        if !matches!(observation, Observation::Busy(Busy::Pressed | Busy::Writing, _)) {
            self.watcher.observe(now_ms, observation, effects, &mut told);
        }
        self.tell(now_ms, told, effects);
    }

    /// The same page under a new name, or at a new time.
    #[inline(never)]
    pub(super) fn begin_visit(&mut self, now_ms: i64, effects: &mut Vec<Effect>) {
        let mut told = Told::default();
        let template = self.template(&self.page_view.page);
        self.watcher.at_page(now_ms, &template, effects, &mut told);
        self.prompts.at_page(now_ms, self.page_view.page.route(), template);
        self.tell(now_ms, told, effects);
    }

    #[inline(never)]
    pub(super) fn introduce(&mut self, now_ms: i64, memory: Option<&str>, effects: &mut Vec<Effect>) -> bool {
        let identity = &self.identity;
        let user = identity.user_id.as_ref().map_or(identity.anonymous_id.as_str(), UserId::as_str);
        let mut told = Told::default();
        let is_news = self.watcher.introduce(now_ms, user, self.session.id.as_str(), memory, effects, &mut told);
        self.tell(now_ms, told, effects);
        is_news
    }

    #[inline(never)]
    pub(super) fn tell(&mut self, now_ms: i64, told: Told, effects: &mut Vec<Effect>) {
        self.is_changed |= told.is_changed;
        effects.extend(told.effects);
        for call in told.calls {
            self.submit(now_ms, call, effects);
        }
        #[cfg(feature = "hesitation")]
        {
            let (wish, lease, is_over) = (told.wish, told.lease, told.is_over);
            if is_over {
                self.with_prompts(now_ms, effects, &mut |prompts, here, _, told| {
                    prompts.detector_over(here, told);
                });
            }
            if let Some(wish) = wish {
                self.with_prompts(now_ms, effects, &mut |prompts, here, _, told| {
                    prompts.wish(here, wish.clone(), told);
                });
            }
            if let Some(lease) = lease {
                self.watcher.show(lease, effects);
            }
        }
    }
}
