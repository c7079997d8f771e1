//! Every way through a survey: which steps somebody comes to, and which branches somebody takes.
//!
//! Answers are tried out, one of each sort that some test tells apart; a trait's condition holds or does not.

use super::routes::Route;
use super::steps::{Draft, Kind};
use domain::survey::{Answer, Answers, Branch, Goal, Person, Test};
use domain::{Condition, NoProperties, Scope};
use std::collections::HashSet;

/// More sorts of people than this are not gone through; nothing is then said about them.
const MOST: usize = 20_000;

/// Conditions on traits that are told apart: each doubles the sorts of people.
const MOST_CONDITIONS: usize = 8;

/// Choices of one step that are told apart.
const MOST_CHOICES: usize = 6;

pub(super) struct Walked {
    /// By step: somebody comes here.
    pub(super) reached: Vec<bool>,
    /// By step and branch: somebody takes it.
    pub(super) taken: Vec<Vec<bool>>,
    /// By step and branch: its test holds for somebody, whoever else is sent elsewhere before.
    pub(super) met: Vec<Vec<bool>>,
}

/// `None` where there are too many ways. There must be no circle.
pub(super) fn walk(drafts: &[Draft<'_>], routes: &[Route]) -> Option<Walked> {
    let mut conditions = Conditions::default();
    let tests: Vec<Vec<Test>> = routes
        .iter()
        .map(|it| it.branches.iter().map(|Branch { test, .. }| conditions.replaced(test, drafts.len())).collect())
        .collect();
    if conditions.found.len() > MOST_CONDITIONS {
        return None;
    }
    let mut atoms = Vec::new();
    tests.iter().flatten().for_each(|it| collect(it, &mut atoms));
    let sorts: Vec<Vec<Answer>> =
        drafts.iter().enumerate().map(|(step, it)| sorts(step, it, &atoms)).collect::<Option<_>>()?;
    let mut walked = Walked {
        reached: vec![false; drafts.len()],
        taken: tests.iter().map(|it| vec![false; it.len()]).collect(),
        met: tests.iter().map(|it| vec![false; it.len()]).collect(),
    };
    let mut seen: HashSet<(usize, Vec<u8>)> = HashSet::new();
    let mut waiting = Vec::new();
    for people in 0..1_usize << conditions.found.len() {
        let choices = (0..conditions.found.len()).filter(|it| people >> it & 1 == 1).collect();
        let mut answers = Answers::default();
        answers.set(drafts.len(), Some(Answer::Chosen { choices, other: String::new() }));
        let mut path = vec![u8::MAX; drafts.len() + 1];
        if let Some(last) = path.last_mut() {
            *last = people as u8;
        }
        waiting.push((0, path, answers));
    }
    while let Some((step, path, answers)) = waiting.pop() {
        if !seen.insert((step, path.clone())) {
            continue;
        }
        if seen.len() > MOST {
            return None;
        }
        let (Some(reached), Some(route)) = (walked.reached.get_mut(step), routes.get(step)) else { continue };
        *reached = true;
        for (sort, answer) in sorts.get(step)?.iter().enumerate() {
            let (mut path, mut answers) = (path.clone(), answers.clone());
            answers.set(step, Some(answer.clone()));
            if let Some(slot) = path.get_mut(step) {
                *slot = sort as u8;
            }
            let mut to = None;
            for (number, test) in tests.get(step)?.iter().enumerate() {
                if !test.holds(&answers, NOBODY) {
                    continue;
                }
                *walked.met.get_mut(step)?.get_mut(number)? = true;
                if to.is_none() {
                    *walked.taken.get_mut(step)?.get_mut(number)? = true;
                    to = route.branches.get(number).map(|it| it.to);
                }
            }
            if let Goal::Step(next) = to.unwrap_or(route.otherwise()) {
                waiting.push((next, path, answers));
            }
        }
    }
    Some(walked)
}

/// Conditions are looked up among the answers, so nobody's traits are.
const NOBODY: Person<'_> = Person { user: &NoProperties, account: &NoProperties };

#[derive(Default)]
struct Conditions {
    found: Vec<(Scope, Condition)>,
}

impl Conditions {
    /// The same test, with the traits turned into choices at a step behind the last.
    fn replaced(&mut self, test: &Test, step: usize) -> Test {
        match test {
            Test::Trait { of, condition } => {
                let wanted = (*of, condition.clone());
                let position = self.found.iter().position(|it| *it == wanted).unwrap_or_else(|| {
                    self.found.push(wanted);
                    self.found.len() - 1
                });
                Test::Chosen { step, any_of: vec![position] }
            }
            Test::All(tests) => Test::All(tests.iter().map(|it| self.replaced(it, step)).collect()),
            Test::Any(tests) => Test::Any(tests.iter().map(|it| self.replaced(it, step)).collect()),
            Test::Not(test) => Test::Not(Box::new(self.replaced(test, step))),
            other => other.clone(),
        }
    }
}

/// The tests that look at one step each.
fn collect(test: &Test, atoms: &mut Vec<Test>) {
    match test {
        Test::All(tests) | Test::Any(tests) => tests.iter().for_each(|it| collect(it, atoms)),
        Test::Not(test) => collect(test, atoms),
        atom => atoms.push(atom.clone()),
    }
}

/// One answer of each sort that the tests tell apart; `None` where there are too many.
fn sorts(step: usize, draft: &Draft<'_>, atoms: &[Test]) -> Option<Vec<Answer>> {
    let mut all = Vec::new();
    match &draft.kind {
        Kind::Scale { from, to, .. } => all.extend((*from..=*to).map(Answer::Score)),
        Kind::Choice { is_multiple, ids, has_other, .. } => {
            let others: &[&str] = if *has_other { &["", "x"] } else { &[""] };
            let choices = if *is_multiple {
                subsets(step, ids.len(), atoms)?
            } else {
                (0..ids.len()).map(|it| vec![it]).collect()
            };
            if *has_other {
                all.push(Answer::Chosen { choices: Vec::new(), other: "x".to_owned() });
            }
            for choices in choices {
                // With one choice, what is written is that choice.
                for other in others.iter().filter(|it| *is_multiple || it.is_empty()) {
                    all.push(Answer::Chosen { choices: choices.clone(), other: (*other).to_owned() });
                }
            }
        }
        Kind::Written { .. } => all.push(Answer::Written("x".to_owned())),
        Kind::Information | Kind::Link | Kind::Thanks { .. } => {}
    }
    if !draft.is_required || all.is_empty() {
        all.push(Answer::Passed);
    }
    let mut signatures = HashSet::new();
    all.retain(|answer| {
        let mut answers = Answers::default();
        answers.set(step, Some(answer.clone()));
        let signature: Vec<bool> = atoms.iter().map(|it| looks_at(it, step) && it.holds(&answers, NOBODY)).collect();
        signatures.insert(signature)
    });
    Some(all)
}

fn looks_at(atom: &Test, wanted: usize) -> bool {
    match atom {
        Test::Score { step, .. } | Test::Chosen { step, .. } | Test::Written { step } | Test::Unanswered { step } => {
            *step == wanted
        }
        _ => false,
    }
}

/// Of the choices that some test names, every set that is not empty; and one that none names.
fn subsets(step: usize, count: usize, atoms: &[Test]) -> Option<Vec<Vec<usize>>> {
    let is_named = |choice: &usize| {
        atoms.iter().any(|it| matches!(it, Test::Chosen { step: at, any_of } if *at == step && any_of.contains(choice)))
    };
    let (named, plain): (Vec<usize>, Vec<usize>) = (0..count).partition(is_named);
    if named.len() > MOST_CHOICES {
        return None;
    }
    let sets = (1..1_usize << named.len())
        .map(|set| named.iter().enumerate().filter(|(bit, _)| set >> bit & 1 == 1).map(|(_, it)| *it).collect());
    Some(sets.chain(plain.first().map(|it| vec![*it])).collect())
}
