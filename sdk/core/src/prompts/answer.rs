//! Answers as the edge says them: one text each.

use crate::json::Json;
use domain::limits;
use domain::survey::{Answer, OutlineStep, Sort};

/// Digits of a position or a score; more are no number of ours.
const DIGITS: usize = 6;

/// `None` where this is no answer to the step.
pub(crate) fn read(step: &OutlineStep, value: &str) -> Option<Answer> {
    match step.sort {
        Sort::Scale => {
            let score = number(value)? as i32;
            (step.from <= score && score <= step.to).then_some(Answer::Score(score))
        }
        Sort::Choice => {
            let mut rest = value.chars();
            let mut chosen = Vec::new();
            let mut digits = String::new();
            let mut is_over = false;
            while !is_over {
                let next = rest.next();
                is_over = matches!(next, None | Some('\n'));
                match next {
                    Some(digit) if !is_over && digit != ',' => digits.push(digit),
                    _ if digits.is_empty() => {}
                    _ => {
                        let position = number(&digits)? as usize;
                        if position >= step.choices.len() || chosen.last().is_some_and(|it| *it >= position) {
                            return None;
                        }
                        chosen.push(position);
                        digits.clear();
                    }
                }
            }
            let written = if step.has_other { tame(rest.as_str()) } else { String::new() };
            let count = chosen.len() + usize::from(!written.is_empty());
            (count == 1 || count > 1 && step.is_multiple).then_some(Answer::Chosen { choices: chosen, other: written })
        }
        Sort::Written => {
            let text = tame(value);
            if text.is_empty() { None } else { Some(Answer::Written(text)) }
        }
        Sort::Link => Some(Answer::Agreed),
        Sort::Thanks => (value.as_bytes() == b"1").then_some(Answer::Agreed),
        Sort::Information => None,
    }
}

/// As it is recorded, and drawn; `None`: a box that is no longer ticked.
pub(crate) fn write(json: &mut Json, step: &OutlineStep, answer: Option<&Answer>) {
    let (key, is_so) = match answer {
        Some(Answer::Score(score)) => {
            json.number("score", i64::from(*score));
            return;
        }
        Some(Answer::Chosen { choices, other }) => {
            json.texts("choices", &mut choices.iter().filter_map(|it| step.choices.get(*it)).map(String::as_str));
            if !other.is_empty() {
                json.text("other", other);
            }
            return;
        }
        Some(Answer::Written(text)) => {
            json.text("text", text);
            return;
        }
        Some(Answer::Passed) => ("passed", true),
        other => ("agreed", other.is_some()),
    };
    json.flag(key, is_so);
}

/// Digits only.
fn number(digits: &str) -> Option<u64> {
    if digits.is_empty() || digits.len() > DIGITS || !digits.bytes().all(|it| it.is_ascii_digit()) {
        return None;
    }
    Some(digits.bytes().fold(0, |number, it| number * 10 + u64::from(it & 15)))
}

/// As much as fits, without the characters that part what is stored.
fn tame(text: &str) -> String {
    text.chars().filter(|it| !matches!(it, '\0' | '\u{1}')).take(limits::ANSWER_TEXT).collect()
}
