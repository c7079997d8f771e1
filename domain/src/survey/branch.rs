//! Where an answer leads.

use super::answer::{Answer, Answers};
use super::content::Content;
use crate::condition::Condition;
use crate::rule::Scope;
use crate::value::Lookup;

/// The first branch whose test holds is taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    pub test: Test,
    pub to: Goal,
}

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// The position of a step.
    Step(usize),
    End,
}

/// About earlier answers (by position of their step) and traits.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// A scale was answered within these, ends included.
    Score {
        step: usize,
        from: i32,
        to: i32,
    },
    /// One of these positions was chosen.
    Chosen {
        step: usize,
        any_of: Vec<usize>,
    },
    /// Something was written, in a field or as "other".
    Written {
        step: usize,
    },
    /// It was left out, or never seen.
    Unanswered {
        step: usize,
    },
    Trait {
        of: Scope,
        condition: Condition,
    },
    All(Vec<Test>),
    Any(Vec<Test>),
    Not(Box<Test>),
}

/// The traits of the visitor and of their account.
#[derive(Clone, Copy)]
pub struct Person<'a> {
    pub user: &'a dyn Lookup,
    pub account: &'a dyn Lookup,
}

impl Person<'_> {
    pub fn of(&self, scope: Scope) -> &dyn Lookup {
        match scope {
            Scope::User => self.user,
            Scope::Account => self.account,
        }
    }
}

impl Test {
    pub fn holds(&self, answers: &Answers, person: Person<'_>) -> bool {
        match self {
            Self::Score { step, from, to } => {
                matches!(answers.get(*step), Some(Answer::Score(score)) if from <= score && score <= to)
            }
            Self::Chosen { step, any_of } => match answers.get(*step) {
                Some(Answer::Chosen { choices, .. }) => choices.iter().any(|it| any_of.contains(it)),
                _ => false,
            },
            Self::Written { step } => match answers.get(*step) {
                Some(Answer::Written(text) | Answer::Chosen { other: text, .. }) => !text.is_empty(),
                _ => false,
            },
            Self::Unanswered { step } => matches!(answers.get(*step), None | Some(Answer::Passed)),
            Self::Trait { of, condition } => condition.holds(person.of(*of)),
            Self::All(tests) => tests.iter().all(|it| it.holds(answers, person)),
            Self::Any(tests) => tests.iter().any(|it| it.holds(answers, person)),
            Self::Not(test) => !test.holds(answers, person),
        }
    }
}

impl Content {
    /// What comes after a step. `milepost check` refuses definitions in which this leads in a circle.
    pub fn next(&self, step: usize, answers: &Answers, person: Person<'_>) -> Goal {
        let Some(step) = self.steps.get(step) else { return Goal::End };
        let taken = step.branches.iter().find(|it| it.test.holds(answers, person));
        match taken.map_or(step.otherwise, |it| it.to) {
            Goal::Step(next) if next < self.steps.len() => Goal::Step(next),
            _ => Goal::End,
        }
    }
}
