//! `if`: a test on earlier answers and on traits.

use super::bands;
use super::steps::{Draft, Kind};
use crate::project::parse::findings::Findings;
use crate::project::parse::table::{Item, in_file_order, kind, wrong_type};
use crate::project::parse::{conditions, suggestions};
use domain::survey::Test;
use domain::{Scope, limits};
use std::ops::Range;
use toml::de::{DeTable, DeValue};

const WORDS: [&str; 8] = ["answer", "written", "unanswered", "trait", "account_trait", "all", "any", "not"];

const EXAMPLE: &str = "write `if = { answer = { score = \"promoter\" } }`";

const OPERATORS: [&str; 7] = ["eq", "gt", "gte", "lt", "lte", "in", "exists"];

/// Reads tests, and remembers which steps they look at.
pub(super) struct Ifs<'d, 't> {
    pub(super) drafts: &'d [Draft<'t>],
    /// Steps looked at, and where that is written.
    pub(super) seen: Vec<(usize, Range<usize>)>,
}

impl Ifs<'_, '_> {
    pub(super) fn read(&mut self, item: &Item<'_>, depth: usize, findings: &mut Findings<'_>) -> Option<Test> {
        let DeValue::Table(entries) = item.get_ref() else {
            let found = item.get_ref();
            wrong_type(item, if depth == 0 { "if" } else { "a test" }, "a table", found, EXAMPLE, findings);
            return None;
        };
        if depth > limits::RULE_DEPTH {
            let message = format!("this test nests deeper than {}", limits::RULE_DEPTH);
            findings.error(item.span(), message, "split it over several branches");
            return None;
        }
        if entries.is_empty() {
            findings.error(item.span(), "an empty test", EXAMPLE);
            return None;
        }
        let mut tests = Vec::new();
        let mut is_sound = true;
        for (key, item) in in_file_order(entries) {
            let word = key.get_ref().as_ref();
            match self.one(word, key.span(), item, depth, findings) {
                Some(test) => tests.push(test),
                None => is_sound = false,
            }
        }
        is_sound.then(|| together(tests))
    }

    fn one(
        &mut self,
        word: &str,
        span: Range<usize>,
        item: &Item<'_>,
        depth: usize,
        findings: &mut Findings<'_>,
    ) -> Option<Test> {
        let of_traits = |of, findings: &mut Findings<'_>| {
            let found = conditions::of_traits(item, word, findings)?;
            Some(together(found.into_iter().map(|condition| Test::Trait { of, condition }).collect()))
        };
        match word {
            "answer" => self.answers(item, findings),
            "written" => {
                let step = self.named(item, word, findings)?;
                let can_be_written = match &self.drafts.get(step)?.kind {
                    Kind::Written { .. } => true,
                    Kind::Choice { has_other, .. } => *has_other,
                    _ => false,
                };
                if !can_be_written {
                    let help = "name a step of kind `short` or `long`, or a choice with `other`";
                    findings.error(item.span(), "nothing can be written there", help);
                    return None;
                }
                Some(Test::Written { step })
            }
            "unanswered" => Some(Test::Unanswered { step: self.named(item, word, findings)? }),
            "trait" => of_traits(Scope::User, findings),
            "account_trait" => of_traits(Scope::Account, findings),
            "all" => Some(Test::All(self.list(item, word, depth, findings)?)),
            "any" => Some(Test::Any(self.list(item, word, depth, findings)?)),
            "not" => Some(Test::Not(Box::new(self.read(item, depth + 1, findings)?))),
            _ => {
                let help = if self.drafts.iter().any(|it| it.id == word) {
                    format!("write `answer = {{ {word} = … }}`")
                } else {
                    suggestions::help(word, &WORDS)
                };
                findings.error(span, format!("unknown test `{word}`"), help);
                None
            }
        }
    }

    fn list(&mut self, item: &Item<'_>, word: &str, depth: usize, findings: &mut Findings<'_>) -> Option<Vec<Test>> {
        let help =
            format!("write a list: `{word} = [{{ answer = {{ score = \"promoter\" }} }}, {{ written = \"why\" }}]`");
        let DeValue::Array(items) = item.get_ref() else {
            wrong_type(item, word, "a list", item.get_ref(), &help, findings);
            return None;
        };
        if items.is_empty() || items.len() > limits::RULE_WIDTH {
            findings.error(
                item.span(),
                format!("{} tests in `{word}`", items.len()),
                format!("write 1 to {}", limits::RULE_WIDTH),
            );
            return None;
        }
        let tests: Vec<Option<Test>> = items.iter().map(|it| self.read(it, depth + 1, findings)).collect();
        tests.into_iter().collect()
    }

    /// The step whose id this text is.
    fn named(&mut self, item: &Item<'_>, word: &str, findings: &mut Findings<'_>) -> Option<usize> {
        let DeValue::String(id) = item.get_ref() else {
            let help = format!("write the id of a step: `{word} = \"why\"`");
            wrong_type(item, word, "text in quotes", item.get_ref(), &help, findings);
            return None;
        };
        self.step(id, item.span(), findings)
    }

    fn step(&mut self, id: &str, span: Range<usize>, findings: &mut Findings<'_>) -> Option<usize> {
        let Some(step) = self.drafts.iter().position(|it| it.id == id) else {
            findings.error(span, format!("there is no step `{id}`"), nearest_step(id, self.drafts));
            return None;
        };
        if let Some(draft) = self.drafts.get(step).filter(|it| !it.is_question()) {
            let message = format!("nothing is answered at `{id}`, a step of kind `{}`", draft.kind_word());
            findings.error(span, message, "name a step that asks something");
            return None;
        }
        self.seen.push((step, span));
        Some(step)
    }

    /// `answer = { score = "promoter", reason = { in = ["price", "speed"] } }`
    fn answers(&mut self, item: &Item<'_>, findings: &mut Findings<'_>) -> Option<Test> {
        let DeValue::Table(entries) = item.get_ref() else {
            let help = "write `answer = { score = \"promoter\" }`, by the id of the step";
            wrong_type(item, "answer", "a table", item.get_ref(), help, findings);
            return None;
        };
        if entries.is_empty() {
            findings.error(item.span(), "`answer` names no step", EXAMPLE);
            return None;
        }
        let mut tests = Vec::new();
        let mut is_sound = true;
        for (key, item) in in_file_order(entries) {
            let step = self.step(key.get_ref(), key.span(), findings);
            match step.and_then(|it| self.answer(it, item, findings)) {
                Some(test) => tests.push(test),
                None => is_sound = false,
            }
        }
        is_sound.then(|| together(tests))
    }

    fn answer(&self, step: usize, item: &Item<'_>, findings: &mut Findings<'_>) -> Option<Test> {
        match item.get_ref() {
            DeValue::Table(entries) => self.operators(step, entries, item, findings),
            DeValue::Array(_) => {
                findings.error(item.span(), "a list equals nothing", "write `{ in = […] }`");
                None
            }
            _ => self.equal(step, item, findings),
        }
    }

    fn equal(&self, step: usize, item: &Item<'_>, findings: &mut Findings<'_>) -> Option<Test> {
        let draft = self.drafts.get(step)?;
        match &draft.kind {
            Kind::Scale { .. } => {
                let (from, to) = self.scores(draft, item, findings)?;
                Some(Test::Score { step, from, to })
            }
            Kind::Choice { ids, has_other, .. } => {
                let mut known: Vec<&str> = ids.iter().map(String::as_str).collect();
                if *has_other {
                    known.push("other");
                }
                let help = || format!("write one of its choices: {}", suggestions::list(&known));
                let DeValue::String(id) = item.get_ref() else {
                    let message = format!("`{}` is answered with a choice, found {}", draft.id, kind(item.get_ref()));
                    findings.error(item.span(), message, help());
                    return None;
                };
                if let Some(position) = ids.iter().position(|it| it == id) {
                    return Some(Test::Chosen { step, any_of: vec![position] });
                }
                if *has_other && id == "other" {
                    return Some(Test::Written { step });
                }
                let message = format!("`{}` has no choice `{id}`", draft.id);
                findings.error(item.span(), message, suggestions::help(id, &known));
                None
            }
            _ => {
                let help = format!("write `written = \"{}\"`: what was written is for people to read", draft.id);
                findings.error(item.span(), format!("`{}` is answered in words", draft.id), help);
                None
            }
        }
    }

    /// A number, or the name of a band.
    fn scores(&self, draft: &Draft<'_>, item: &Item<'_>, findings: &mut Findings<'_>) -> Option<(i32, i32)> {
        let Kind::Scale { metric, from, to, .. } = draft.kind else { return None };
        match item.get_ref() {
            DeValue::Integer(number) => {
                let score = i32::from_str_radix(number.as_str(), number.radix()).ok();
                let score = score.filter(|it| (from..=to).contains(it));
                if score.is_none() {
                    let message = format!("nobody answers {number}: `{}` goes from {from} to {to}", draft.id);
                    findings.error(item.span(), message, format!("write a number from {from} to {to}"));
                }
                score.map(|it| (it, it))
            }
            DeValue::String(name) => {
                let found = bands::scores(metric, name);
                if found.is_none() {
                    let names = bands::names(metric);
                    let help = match names.is_empty() {
                        true => format!("write numbers: `{} = {{ gte = {to} }}`", draft.id),
                        false => suggestions::help(name, &names),
                    };
                    findings.error(item.span(), format!("a step of kind `{}` has no `{name}`", metric.as_str()), help);
                }
                found
            }
            other => {
                let message = format!("`{}` is answered with a number, found {}", draft.id, kind(other));
                findings.error(item.span(), message, format!("write `{} = {{ gte = {to} }}`", draft.id));
                None
            }
        }
    }

    fn operators(
        &self,
        step: usize,
        entries: &DeTable<'_>,
        whole: &Item<'_>,
        findings: &mut Findings<'_>,
    ) -> Option<Test> {
        let draft = self.drafts.get(step)?;
        let mut tests = Vec::new();
        let mut range = match draft.kind {
            Kind::Scale { from, to, .. } => (from, to),
            _ => (0, 0),
        };
        let (mut is_sound, mut is_range) = (!entries.is_empty(), false);
        if entries.is_empty() {
            findings.error(whole.span(), "empty braces say nothing", "write `{ exists = true }` for any answer");
        }
        for (key, item) in in_file_order(entries) {
            let word = key.get_ref().as_ref();
            let test = match word {
                "eq" => self.equal(step, item, findings),
                "in" => self.one_of(step, item, findings),
                "exists" => match item.get_ref() {
                    DeValue::Boolean(false) => Some(Test::Unanswered { step }),
                    DeValue::Boolean(true) => Some(Test::Not(Box::new(Test::Unanswered { step }))),
                    other => {
                        wrong_type(item, word, "true or false", other, "write `exists = true`", findings);
                        None
                    }
                },
                "gt" | "gte" | "lt" | "lte" if matches!(draft.kind, Kind::Scale { .. }) => {
                    let Some((from, to)) = self.scores(draft, item, findings) else {
                        is_sound = false;
                        continue;
                    };
                    is_range = true;
                    match word {
                        "gt" => range.0 = range.0.max(to + 1),
                        "gte" => range.0 = range.0.max(from),
                        "lt" => range.1 = range.1.min(from - 1),
                        _ => range.1 = range.1.min(to),
                    }
                    continue;
                }
                "gt" | "gte" | "lt" | "lte" => {
                    let message = format!("`{}` is not answered with a number", draft.id);
                    findings.error(key.span(), message, "write `eq`, `in` or `exists`");
                    None
                }
                _ => {
                    findings.error(
                        key.span(),
                        format!("unknown operator `{word}`"),
                        suggestions::help(word, &OPERATORS),
                    );
                    None
                }
            };
            match test {
                Some(test) => tests.push(test),
                None => is_sound = false,
            }
        }
        if is_range {
            if range.0 > range.1 {
                let message = format!("no answer to `{}` lies in there", draft.id);
                findings.error(
                    whole.span(),
                    message,
                    "write bounds with a number between them: `{ gte = 7, lte = 8 }`",
                );
                return None;
            }
            tests.push(Test::Score { step, from: range.0, to: range.1 });
        }
        is_sound.then(|| together(tests))
    }

    fn one_of(&self, step: usize, item: &Item<'_>, findings: &mut Findings<'_>) -> Option<Test> {
        let DeValue::Array(items) = item.get_ref() else {
            wrong_type(item, "in", "a list", item.get_ref(), "write `in = [\"price\", \"speed\"]`", findings);
            return None;
        };
        if items.is_empty() || items.len() > limits::CHOICES {
            findings.error(
                item.span(),
                format!("`in` lists {} answers", items.len()),
                format!("write 1 to {}", limits::CHOICES),
            );
            return None;
        }
        let tests: Vec<Option<Test>> = items.iter().map(|it| self.equal(step, it, findings)).collect();
        let tests: Vec<Test> = tests.into_iter().collect::<Option<_>>()?;
        Some(either(step, tests))
    }
}

/// Choices of one step are one test.
fn either(step: usize, tests: Vec<Test>) -> Test {
    let mut positions = Vec::new();
    let mut others = Vec::new();
    for test in tests {
        match test {
            Test::Chosen { any_of, .. } => positions.extend(any_of),
            other => others.push(other),
        }
    }
    if !positions.is_empty() {
        others.push(Test::Chosen { step, any_of: positions });
    }
    if others.len() == 1 { others.remove(0) } else { Test::Any(others) }
}

fn together(mut tests: Vec<Test>) -> Test {
    if tests.len() == 1 { tests.remove(0) } else { Test::All(tests) }
}

/// "did you mean", or what there is.
pub(super) fn nearest_step(id: &str, drafts: &[Draft<'_>]) -> String {
    let known: Vec<&str> = drafts.iter().map(|it| it.id.as_str()).collect();
    suggestions::help(id, &known)
}
