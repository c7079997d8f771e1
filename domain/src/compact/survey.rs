//! Surveys, their content, and leases, to and from the compact form.

use super::read::Reader;
use super::write::{Lines, scope};
use crate::id::{JourneyId, LeaseId, MilestoneId, StepId, SurveyId};
use crate::lease::LeaseAnswer;
use crate::limits;
use crate::reason::Reasons;
use crate::survey::{
    Branch, Choice, Content, Goal, Link, Metric, Part, Shape, Source, Step, StepKind, Surface, Survey, SurveyWording,
    Test, Text, Trigger,
};

/// Stands for "nothing more" where a position of a step is expected.
const END: &str = "-";

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

    pub(super) fn lease(&mut self) -> LeaseAnswer {
        self.word("lease");
        let word = self.text();
        if word.as_bytes() == b"denied" {
            return LeaseAnswer::Denied { reasons: Reasons::from_bits(self.number()), retry_after_ms: self.number() };
        }
        self.failed |= word.as_bytes() != b"granted";
        let lease = LeaseId::new(self.text());
        let expires_in_ms = self.number();
        let content = if self.count(1) == 1 { Some(self.content()) } else { None };
        LeaseAnswer::Granted { lease, expires_in_ms, content }
    }

    fn content(&mut self) -> Content {
        self.word("content");
        let mut content = Content {
            survey: SurveyId::new(self.text()),
            language: self.text(),
            accent: self.text(),
            words: Vec::new(),
            steps: Vec::new(),
        };
        for _ in 0..SurveyWording::COUNT {
            let word = self.text();
            content.words.push(word);
        }
        for _ in 0..self.count(limits::SURVEY_STEPS) {
            let step = self.step();
            content.steps.push(step);
        }
        self.failed |= content.steps.is_empty();
        content
    }

    fn step(&mut self) -> Step {
        self.word("step");
        let id = StepId::new(self.text());
        let is_required = self.number() == 1;
        let otherwise = self.goal();
        let kind = self.step_kind();
        let title = self.survey_text();
        let text = self.survey_text();
        let mut branches = Vec::new();
        for _ in 0..self.count(limits::RULE_WIDTH) {
            self.word("branch");
            let to = self.goal();
            branches.push(Branch { to, test: self.test(0) });
        }
        Step { id, kind, title, text, is_required, branches, otherwise }
    }

    fn step_kind(&mut self) -> StepKind {
        match self.text().as_str() {
            "scale" => StepKind::Scale {
                metric: self.one_of(&Metric::ALL, Metric::as_str, Metric::Rating),
                shape: self.one_of(&Shape::ALL, Shape::as_str, Shape::Numbers),
                from: self.number() as i32,
                to: self.number() as i32,
                low: self.text(),
                high: self.text(),
            },
            "choice" => {
                let is_multiple = self.number() == 1;
                let is_shuffled = self.number() == 1;
                let other = self.text();
                let mut choices = Vec::new();
                for _ in 0..self.count(limits::CHOICES) {
                    choices.push(Choice { id: self.text(), label: self.text() });
                }
                StepKind::Choice { is_multiple, choices, other, is_shuffled }
            }
            "written" => StepKind::Written { is_long: self.number() == 1, placeholder: self.text() },
            "link" => StepKind::Link(self.link()),
            "thanks" => {
                let contact = self.text();
                let link = if self.count(1) == 1 { Some(self.link()) } else { None };
                StepKind::Thanks { link, contact }
            }
            word => {
                self.failed |= word.as_bytes() != b"information";
                StepKind::Information
            }
        }
    }

    fn link(&mut self) -> Link {
        Link { label: self.text(), url: self.text() }
    }

    fn survey_text(&mut self) -> Text {
        let mut text = Text::default();
        for _ in 0..self.count(limits::TEXT_PARTS) {
            let part = match self.text().as_str() {
                "filled" => Part::Filled { source: self.source(), fallback: self.text() },
                "plural" => {
                    let source = self.source();
                    let mut forms = Vec::new();
                    for _ in 0..self.count(limits::PLURAL_FORMS) {
                        forms.push((self.text(), self.text()));
                    }
                    Part::Plural { source, forms }
                }
                word => {
                    self.failed |= word.as_bytes() != b"plain";
                    Part::Plain(self.text())
                }
            };
            text.parts.push(part);
        }
        text
    }

    fn source(&mut self) -> Source {
        let of = self.text();
        if of.as_bytes() == b"answer" {
            return Source::Answer(self.number() as usize);
        }
        let of = self.scope_in(&of);
        Source::Trait { of, path: self.path() }
    }

    fn goal(&mut self) -> Goal {
        let text = self.text();
        if text.as_bytes() == END.as_bytes() { Goal::End } else { Goal::Step(self.number_in(&text) as usize) }
    }

    fn test(&mut self, depth: usize) -> Test {
        self.failed |= depth > limits::RULE_DEPTH;
        if self.failed {
            return Test::Any(Vec::new());
        }
        match self.text().as_str() {
            "score" => {
                Test::Score { step: self.number() as usize, from: self.number() as i32, to: self.number() as i32 }
            }
            "chosen" => {
                let step = self.number() as usize;
                let mut any_of = Vec::new();
                for _ in 0..self.count(limits::CHOICES) {
                    any_of.push(self.number() as usize);
                }
                Test::Chosen { step, any_of }
            }
            "text" => Test::Written { step: self.number() as usize },
            "unanswered" => Test::Unanswered { step: self.number() as usize },
            "trait" => Test::Trait { of: self.scope(), condition: self.condition() },
            "all" => Test::All(self.tests(depth)),
            "any" => Test::Any(self.tests(depth)),
            word => {
                self.failed |= word.as_bytes() != b"not";
                Test::Not(Box::new(self.test(depth + 1)))
            }
        }
    }

    fn tests(&mut self, depth: usize) -> Vec<Test> {
        let mut tests = Vec::new();
        for _ in 0..self.count(limits::RULE_WIDTH) {
            let test = self.test(depth + 1);
            tests.push(test);
        }
        tests
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
                    self.content(content);
                }
            }
        }
    }

    fn content(&mut self, content: &Content) {
        let mut fields = vec!["content", content.survey.as_str(), &content.language, &content.accent];
        let word = |it: usize| content.words.get(it).map_or("", String::as_str);
        fields.extend((0..SurveyWording::COUNT).map(word));
        let count = content.steps.len().to_string();
        fields.push(&count);
        self.push(&fields);
        for step in &content.steps {
            self.step(step);
        }
    }

    fn step(&mut self, step: &Step) {
        let mut fields =
            vec!["step".to_owned(), step.id().to_owned(), flag(step.is_required).to_owned(), goal(step.otherwise)];
        match &step.kind {
            StepKind::Scale { metric, shape, from, to, low, high } => fields.extend([
                "scale".to_owned(),
                metric.as_str().to_owned(),
                shape.as_str().to_owned(),
                from.to_string(),
                to.to_string(),
                low.clone(),
                high.clone(),
            ]),
            StepKind::Choice { is_multiple, choices, other, is_shuffled } => {
                let flags = [flag(*is_multiple).to_owned(), flag(*is_shuffled).to_owned()];
                fields.push("choice".to_owned());
                fields.extend(flags);
                fields.push(other.clone());
                fields.push(choices.len().to_string());
                for choice in choices {
                    fields.extend([choice.id.clone(), choice.label.clone()]);
                }
            }
            StepKind::Written { is_long, placeholder } => {
                fields.extend(["written".to_owned(), flag(*is_long).to_owned(), placeholder.clone()]);
            }
            StepKind::Information => fields.push("information".to_owned()),
            StepKind::Link(Link { label, url }) => fields.extend(["link".to_owned(), label.clone(), url.clone()]),
            StepKind::Thanks { link, contact } => {
                fields.extend(["thanks".to_owned(), contact.clone(), flag(link.is_some()).to_owned()]);
                if let Some(Link { label, url }) = link {
                    fields.extend([label.clone(), url.clone()]);
                }
            }
        }
        for text in [&step.title, &step.text] {
            push_text(&mut fields, text);
        }
        fields.push(step.branches.len().to_string());
        self.push_all(&fields);
        for branch in &step.branches {
            self.push(&["branch", &goal(branch.to)]);
            self.test(&branch.test);
        }
    }

    fn test(&mut self, test: &Test) {
        match test {
            Test::Score { step, from, to } => {
                self.push(&["score", &step.to_string(), &from.to_string(), &to.to_string()]);
            }
            Test::Chosen { step, any_of } => {
                let mut fields = vec!["chosen".to_owned(), step.to_string(), any_of.len().to_string()];
                fields.extend(any_of.iter().map(usize::to_string));
                self.push_all(&fields);
            }
            Test::Written { step } => self.push(&["text", &step.to_string()]),
            Test::Unanswered { step } => self.push(&["unanswered", &step.to_string()]),
            Test::Trait { of, condition } => {
                self.push(&["trait", scope(*of)]);
                self.conditions(std::slice::from_ref(condition));
            }
            Test::All(tests) => self.tests("all", tests),
            Test::Any(tests) => self.tests("any", tests),
            Test::Not(test) => {
                self.push(&["not"]);
                self.test(test);
            }
        }
    }

    fn tests(&mut self, word: &str, tests: &[Test]) {
        self.push(&[word, &tests.len().to_string()]);
        tests.iter().for_each(|it| self.test(it));
    }

    fn push_all(&mut self, fields: &[String]) {
        self.push(&fields.iter().map(String::as_str).collect::<Vec<_>>());
    }
}

fn push_text(fields: &mut Vec<String>, text: &Text) {
    fields.push(text.parts.len().to_string());
    for part in &text.parts {
        match part {
            Part::Plain(text) => fields.extend(["plain".to_owned(), text.clone()]),
            Part::Filled { source, fallback } => {
                fields.push("filled".to_owned());
                push_source(fields, source);
                fields.push(fallback.clone());
            }
            Part::Plural { source, forms } => {
                fields.push("plural".to_owned());
                push_source(fields, source);
                fields.push(forms.len().to_string());
                for (category, form) in forms {
                    fields.extend([category.clone(), form.clone()]);
                }
            }
        }
    }
}

fn push_source(fields: &mut Vec<String>, source: &Source) {
    match source {
        Source::Answer(step) => fields.extend(["answer".to_owned(), step.to_string()]),
        Source::Trait { of, path } => {
            fields.extend([scope(*of).to_owned(), path.len().to_string()]);
            fields.extend(path.iter().cloned());
        }
    }
}

fn goal(goal: Goal) -> String {
    match goal {
        Goal::Step(step) => step.to_string(),
        Goal::End => END.to_owned(),
    }
}

fn flag(is_so: bool) -> &'static str {
    if is_so { "1" } else { "0" }
}
