//! What the SDK's core needs of a survey's screens. Their texts pass it by, to what draws (`sdk/loader/view.js`).

use super::answer::{Answer, Answers};
use super::branch::{Goal, Person, Test};
use super::content::{Content, Step, StepKind};
use crate::compact::presentation;
use crate::condition::{Condition, Operator};
use crate::id::{StepId, SurveyId};
use crate::rule::{Rule, Source};
use crate::value::{Lookup, Scalar, Value};

/// A [`Content`] as it travels with a lease.
#[derive(Clone, Debug, PartialEq)]
pub struct Outline {
    pub survey: SurveyId,
    pub language: String,
    /// One line of JSON; see `compact/presentation.rs`.
    pub presentation: String,
    pub steps: Vec<OutlineStep>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct OutlineStep {
    pub id: StepId,
    /// [`StepKind::as_str`]
    pub kind: String,
    pub sort: Sort,
    pub is_required: bool,
    /// Several may be chosen.
    pub is_multiple: bool,
    pub is_shuffled: bool,
    /// Something else may be written in.
    pub has_other: bool,
    /// Ends of a scale, else 0.
    pub from: i32,
    pub to: i32,
    /// Ids, as they are recorded.
    pub choices: Vec<String>,
    /// Of the first whose rule holds, the step it leads to …
    pub branches: Vec<(Rule, usize)>,
    /// … else this one. What is no step's position is the end.
    pub otherwise: usize,
}

/// Kinds of steps, as far as answers to them differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    Scale,
    Choice,
    Written,
    Information,
    Link,
    Thanks,
}

impl Sort {
    /// In the order of the numbers by which they travel.
    pub const ALL: [Self; 6] = [Self::Scale, Self::Choice, Self::Written, Self::Information, Self::Link, Self::Thanks];

    /// Something can be answered.
    pub fn is_question(self) -> bool {
        (self as u8) < Self::Information as u8
    }
}

/// In the path of a condition: something was written.
const WRITTEN: &str = "+";

impl Outline {
    pub fn of(content: &Content) -> Self {
        let end = content.steps.len();
        Self {
            survey: content.survey.clone(),
            language: content.language.clone(),
            presentation: presentation(content),
            steps: content.steps.iter().map(|it| OutlineStep::of(it, end)).collect(),
        }
    }

    /// [`Content::next`]
    pub fn next(&self, step: usize, answers: &Answers, person: Person<'_>) -> Goal {
        let Some(step) = self.steps.get(step) else { return Goal::End };
        let mut next = step.otherwise;
        for (rule, to) in &step.branches {
            if holds(rule, person, answers) {
                next = *to;
                break;
            }
        }
        if next < self.steps.len() { Goal::Step(next) } else { Goal::End }
    }
}

impl OutlineStep {
    fn of(step: &Step, end: usize) -> Self {
        let position = |goal: Goal| if let Goal::Step(step) = goal { step.min(end) } else { end };
        let mut outline = Self {
            id: step.id.clone(),
            kind: step.kind.as_str().to_owned(),
            sort: Sort::Information,
            is_required: step.is_required,
            is_multiple: false,
            is_shuffled: false,
            has_other: false,
            from: 0,
            to: 0,
            choices: Vec::new(),
            branches: step.branches.iter().map(|it| (rule(&it.test), position(it.to))).collect(),
            otherwise: position(step.otherwise),
        };
        outline.sort = match &step.kind {
            StepKind::Scale { from, to, .. } => {
                (outline.from, outline.to) = (*from, *to);
                Sort::Scale
            }
            StepKind::Choice { is_multiple, choices, other, is_shuffled } => {
                outline.is_multiple = *is_multiple;
                outline.is_shuffled = *is_shuffled;
                outline.has_other = !other.is_empty();
                outline.choices = choices.iter().map(|it| it.id.clone()).collect();
                Sort::Choice
            }
            StepKind::Written { .. } => Sort::Written,
            StepKind::Information => Sort::Information,
            StepKind::Link(_) => Sort::Link,
            StepKind::Thanks { .. } => Sort::Thanks,
        };
        outline
    }
}

/// A test in the words of rules, which the SDK reads and judges anyway: answers are properties, named by their steps.
fn rule(test: &Test) -> Rule {
    let position = |it: &usize| it.to_string();
    match test {
        Test::Score { step, from, to } => {
            let end = |operator, it: &i32| Condition {
                path: vec![position(step)],
                operator,
                values: vec![Value::Number(f64::from(*it))],
            };
            about(vec![end(Operator::Gte, from), end(Operator::Lte, to)])
        }
        Test::Chosen { any_of, .. } if any_of.is_empty() => Rule::Any(Vec::new()),
        Test::Chosen { step, any_of } => {
            is_so([step].into_iter().chain(any_of).map(position).collect(), Operator::Exists)
        }
        Test::Written { step } => is_so(vec![position(step), WRITTEN.to_owned()], Operator::Exists),
        Test::Unanswered { step } => is_so(vec![position(step)], Operator::Absent),
        Test::Trait { of, condition } => Rule::Trait { of: *of, conditions: vec![condition.clone()] },
        Test::All(tests) => Rule::All(tests.iter().map(rule).collect()),
        Test::Any(tests) => Rule::Any(tests.iter().map(rule).collect()),
        Test::Not(test) => Rule::Not(Box::new(rule(test))),
    }
}

fn is_so(path: Vec<String>, operator: Operator) -> Rule {
    about(vec![Condition { path, operator, values: Vec::new() }])
}

fn about(conditions: Vec<Condition>) -> Rule {
    Rule::Event { name: String::new(), conditions, source: Source::Any }
}

/// Whether a rule about traits, and answers, holds for somebody. Rules about deeds hold for nobody here.
pub fn holds(rule: &Rule, person: Person<'_>, answers: &Answers) -> bool {
    match rule {
        Rule::Trait { of, conditions } => all(conditions, person.of(*of)),
        Rule::Event { name, conditions, .. } => name.is_empty() && all(conditions, answers),
        Rule::All(rules) => rules.iter().all(|it| holds(it, person, answers)),
        Rule::Any(rules) => rules.iter().any(|it| holds(it, person, answers)),
        Rule::Not(rule) => !holds(rule, person, answers),
        Rule::Page { .. } | Rule::Click { .. } | Rule::Seen { .. } | Rule::Count { .. } => false,
    }
}

fn all(conditions: &[Condition], of: &dyn Lookup) -> bool {
    conditions.iter().all(|it| it.holds(of))
}

impl Lookup for Answers {
    /// A step; or a step, and what of it (positions of choices, [`WRITTEN`]): there, when any of it is.
    fn get(&self, path: &[String]) -> Option<Scalar<'_>> {
        let (step, parts) = path.split_first()?;
        let answer = self.get(position(step)).filter(|it| !matches!(it, Answer::Passed))?;
        if let Answer::Score(score) = answer {
            return Some(Scalar::Number(f64::from(*score)));
        }
        let mut is_so = parts.is_empty();
        for part in parts {
            is_so |= match answer {
                Answer::Chosen { other: text, .. } | Answer::Written(text) if part.as_bytes() == WRITTEN.as_bytes() => {
                    !text.is_empty()
                }
                Answer::Chosen { choices, .. } => choices.contains(&position(part)),
                _ => false,
            };
        }
        is_so.then_some(Scalar::Object)
    }
}

/// Digits only, as they were written by [`rule`].
fn position(digits: &str) -> usize {
    digits.bytes().fold(0, |number: usize, it| number.wrapping_mul(10).wrapping_add(usize::from(it & 15)))
}
