//! Open submissions as text, for the next page of the same tab: it goes on at the same step.

use super::answer;
use super::candidates::is;
use super::cause::Cause;
use super::flow::Flow;
use crate::json::push_number;
use domain::compact::read_lease;
use domain::survey::{Answer, Answers, Surface};
use domain::{LeaseAnswer, SessionId};

/// Changes with the form; what carries another one is ignored.
const FORM: &str = "1";
/// Stands for a step that was passed, and before an answer; nothing stands for no answer.
const PASSED: &str = "-";
const ANSWER: char = '=';

/// Fields with a NUL after each; empty without any open submission.
pub(crate) fn write<'a>(session: &SessionId, flows: impl Iterator<Item = &'a Flow>) -> String {
    let mut text = String::new();
    for flow in flows {
        if text.is_empty() {
            push(&mut text, FORM);
            push(&mut text, session.as_str());
        }
        let cause = &flow.cause;
        for field in [
            cause.prompt.as_str(),
            &cause.trigger,
            &cause.page,
            flow.surface.as_str(),
            &flow.submission,
            if flow.is_completed { "1" } else { "" },
            if flow.is_shown { "1" } else { "" },
            &flow.granted,
        ] {
            push(&mut text, field);
        }
        push_count(&mut text, cause.visit_ms.max(0) as u64);
        push_count(&mut text, flow.path.len() as u64);
        flow.path.iter().chain([&flow.at]).for_each(|it| push_count(&mut text, *it as u64));
        for step in 0..flow.content.steps.len() {
            match flow.answers.get(step) {
                Some(Answer::Passed) => push(&mut text, PASSED),
                Some(it) => {
                    text.push(ANSWER);
                    push(&mut text, &answer::write(it));
                }
                None => push(&mut text, ""),
            }
        }
    }
    text
}

/// What [`write`] wrote in this session; else nothing.
pub(crate) fn read(session: &SessionId, text: &str) -> Vec<Flow> {
    let mut fields = Fields { rest: text.chars() };
    let mut flows = Vec::new();
    if is(&fields.next(), FORM) && is(&fields.next(), session.as_str()) {
        while let Some(flow) = read_flow(&mut fields) {
            flows.push(flow);
        }
    }
    flows
}

fn read_flow(fields: &mut Fields<'_>) -> Option<Flow> {
    let mut cause = Cause::new(&fields.next(), &fields.next());
    cause.page = fields.next();
    let surface = Surface::parse(&fields.next())?;
    let submission = fields.next();
    let is_completed = !fields.next().is_empty();
    let is_shown = !fields.next().is_empty();
    let granted = fields.next();
    let Some(LeaseAnswer::Granted { lease, content: Some(content), .. }) = read_lease(&granted) else { return None };
    cause.visit_ms = fields.number();
    let steps = content.steps.len();
    let mut path = Vec::new();
    for _ in 0..(fields.number() as usize).min(steps) {
        path.push(fields.number() as usize);
    }
    let at = fields.number() as usize;
    let mut answers = Answers::default();
    for (position, step) in content.steps.iter().enumerate() {
        let value = fields.next();
        let mut rest = value.chars();
        let answer = if rest.next() == Some(ANSWER) { answer::read(step, rest.as_str()) } else { None };
        answers.set(position, if is(&value, PASSED) { Some(Answer::Passed) } else { answer });
    }
    let is_whole = at < steps && path.iter().all(|it| *it < steps);
    is_whole.then(|| Flow {
        cause,
        surface,
        lease: lease.into_string(),
        submission,
        content,
        granted,
        answers,
        path,
        at,
        is_shown,
        is_completed,
        is_resumed: true,
    })
}

fn push(text: &mut String, field: &str) {
    text.extend(field.chars().filter(|it| *it != '\0'));
    text.push('\0');
}

fn push_count(text: &mut String, count: u64) {
    push_number(text, count, 1);
    text.push('\0');
}

struct Fields<'a> {
    rest: std::str::Chars<'a>,
}

impl Fields<'_> {
    /// Empty, beyond the end.
    fn next(&mut self) -> String {
        self.rest.by_ref().take_while(|it| *it != '\0').collect()
    }

    fn number(&mut self) -> i64 {
        let digits = self.next();
        digits.bytes().fold(0, |number: i64, it| number.wrapping_mul(10).wrapping_add(i64::from(it & 15)))
    }
}
