//! Surveys, and leases with the outline of what may be shown, to and from the compact form.

use super::read::Reader;
use super::write::Lines;
use crate::id::{JourneyId, LeaseId, MilestoneId, StepId, SurveyId};
use crate::lease::LeaseAnswer;
use crate::limits;
use crate::reason::Reasons;
use crate::survey::{Outline, OutlineStep, Sort, Surface, Survey, Trigger};

// What a step is, in one number.
const REQUIRED: u64 = 1;
const MULTIPLE: u64 = 2;
const SHUFFLED: u64 = 4;
const OTHER: u64 = 8;

impl Reader<'_> {
    pub(super) fn survey(&mut self) -> Survey {
        let mut survey = Survey {
            id: SurveyId::new(self.text()),
            surface: self.one_of(&Surface::ALL, Surface::as_str, Surface::Popover),
            triggers: Vec::new(),
            audience: None,
            pages: Vec::new(),
            excluded: Vec::new(),
            delay_ms: self.number(),
            sample: self.number() as u32,
            priority: self.number() as u32,
            labels: Vec::new(),
        };
        survey.pages = self.patterns();
        survey.excluded = self.patterns();
        for _ in 0..self.count(limits::LANGUAGES) {
            survey.labels.push((self.text(), self.text()));
        }
        let has_audience = self.count(1) == 1;
        let triggers = self.count(limits::TRIGGERS);
        if has_audience {
            survey.audience = Some(self.rule(0));
        }
        for _ in 0..triggers {
            let trigger = self.trigger();
            survey.triggers.push(trigger);
        }
        survey
    }

    fn trigger(&mut self) -> Trigger {
        match self.text().as_str() {
            "message" => Trigger::Fired(self.rule(0)),
            "reached" => {
                Trigger::Reached { journey: JourneyId::new(self.text()), milestone: MilestoneId::new(self.text()) }
            }
            "overdue" => Trigger::Overdue {
                journey: JourneyId::new(self.text()),
                milestone: MilestoneId::new(self.text()),
                after_ms: self.number(),
            },
            "timeOnPage" => Trigger::TimeOnPage { after_ms: self.number() },
            word => {
                self.failed |= word.as_bytes() != b"hesitation";
                Trigger::Hesitation
            }
        }
    }

    pub(super) fn lease(&mut self) -> LeaseAnswer<Outline> {
        self.word("lease");
        let word = self.text();
        if word.as_bytes() == b"denied" {
            return LeaseAnswer::Denied { reasons: Reasons::from_bits(self.number()), retry_after_ms: self.number() };
        }
        self.failed |= word.as_bytes() != b"granted";
        let lease = LeaseId::new(self.text());
        let expires_in_ms = self.number();
        let content = if self.count(1) == 1 { Some(self.outline()) } else { None };
        LeaseAnswer::Granted { lease, expires_in_ms, content }
    }

    fn outline(&mut self) -> Outline {
        self.word("content");
        let mut outline = Outline {
            survey: SurveyId::new(self.text()),
            language: self.text(),
            presentation: self.text(),
            steps: Vec::new(),
        };
        for _ in 0..self.count(limits::SURVEY_STEPS) {
            let step = self.outline_step();
            outline.steps.push(step);
        }
        self.failed |= outline.steps.is_empty();
        outline
    }

    fn outline_step(&mut self) -> OutlineStep {
        self.word("step");
        let (id, kind, sort, flags) = (self.text(), self.text(), self.number(), self.number());
        let mut step = OutlineStep {
            id: StepId::new(id),
            kind,
            sort: Sort::ALL.get(sort as usize).copied().unwrap_or(Sort::Information),
            is_required: flags & REQUIRED != 0,
            is_multiple: flags & MULTIPLE != 0,
            is_shuffled: flags & SHUFFLED != 0,
            has_other: flags & OTHER != 0,
            from: self.number() as i32,
            to: self.number() as i32,
            otherwise: self.number() as usize,
            choices: Vec::new(),
            branches: Vec::new(),
        };
        self.failed |= sort >= Sort::ALL.len() as u64;
        for _ in 0..self.count(limits::CHOICES) {
            let choice = self.text();
            step.choices.push(choice);
        }
        for _ in 0..self.count(limits::RULE_WIDTH) {
            self.word("branch");
            let to = self.number() as usize;
            let rule = self.rule(0);
            step.branches.push((rule, to));
        }
        step
    }

    /// One of a closed list, by its word; a failure, where it is none.
    fn one_of<T: Copy>(&mut self, all: &[T], word: fn(T) -> &'static str, otherwise: T) -> T {
        let text = self.text();
        let found = all.iter().copied().find(|it| word(*it).as_bytes() == text.as_bytes());
        self.failed |= found.is_none();
        found.unwrap_or(otherwise)
    }
}

impl Lines {
    pub(super) fn survey(&mut self, survey: &Survey) {
        let mut fields = vec![
            "survey".to_owned(),
            survey.id.as_str().to_owned(),
            survey.surface.as_str().to_owned(),
            survey.delay_ms.to_string(),
            survey.sample.to_string(),
            survey.priority.to_string(),
        ];
        for patterns in [&survey.pages, &survey.excluded] {
            fields.push(patterns.len().to_string());
            fields.extend(patterns.iter().map(|it| it.as_str().to_owned()));
        }
        fields.push(survey.labels.len().to_string());
        for (language, label) in &survey.labels {
            fields.extend([language.clone(), label.clone()]);
        }
        fields.push(flag(survey.audience.is_some()).to_owned());
        fields.push(survey.triggers.len().to_string());
        self.push_all(&fields);
        if let Some(audience) = &survey.audience {
            self.rule(audience);
        }
        for trigger in &survey.triggers {
            self.trigger(trigger);
        }
    }

    fn trigger(&mut self, trigger: &Trigger) {
        let word = trigger.as_str();
        match trigger {
            Trigger::Fired(rule) => {
                self.push(&[word]);
                self.rule(rule);
            }
            Trigger::Reached { journey, milestone } => self.push(&[word, journey.as_str(), milestone.as_str()]),
            Trigger::Overdue { journey, milestone, after_ms } => {
                self.push(&[word, journey.as_str(), milestone.as_str(), &after_ms.to_string()]);
            }
            Trigger::Hesitation => self.push(&[word]),
            Trigger::TimeOnPage { after_ms } => self.push(&[word, &after_ms.to_string()]),
        }
    }

    pub(super) fn lease(&mut self, answer: &LeaseAnswer) {
        match answer {
            LeaseAnswer::Denied { reasons, retry_after_ms } => {
                self.push(&["lease", "denied", &reasons.bits().to_string(), &retry_after_ms.to_string()]);
            }
            LeaseAnswer::Granted { lease, expires_in_ms, content } => {
                let has_content = flag(content.is_some());
                self.push(&["lease", "granted", lease.as_str(), &expires_in_ms.to_string(), has_content]);
                if let Some(content) = content {
                    self.outline(&Outline::of(content));
                }
            }
        }
    }

    fn outline(&mut self, outline: &Outline) {
        let count = outline.steps.len().to_string();
        self.push(&["content", outline.survey.as_str(), &outline.language, &outline.presentation, &count]);
        for step in &outline.steps {
            let mut fields = vec!["step".to_owned(), step.id.as_str().to_owned(), step.kind.clone()];
            let flags = [
                (step.is_required, REQUIRED),
                (step.is_multiple, MULTIPLE),
                (step.is_shuffled, SHUFFLED),
                (step.has_other, OTHER),
            ];
            fields.push((step.sort as usize).to_string());
            fields.push(flags.iter().filter(|it| it.0).map(|it| it.1).sum::<u64>().to_string());
            fields.extend([step.from.to_string(), step.to.to_string(), step.otherwise.to_string()]);
            fields.push(step.choices.len().to_string());
            fields.extend(step.choices.iter().cloned());
            fields.push(step.branches.len().to_string());
            self.push_all(&fields);
            for (rule, to) in &step.branches {
                self.push(&["branch", &to.to_string()]);
                self.rule(rule);
            }
        }
    }

    fn push_all(&mut self, fields: &[String]) {
        self.push(&fields.iter().map(String::as_str).collect::<Vec<_>>());
    }
}

fn flag(is_so: bool) -> &'static str {
    if is_so { "1" } else { "0" }
}
