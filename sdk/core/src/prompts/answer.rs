//! Answers as the edge says them: one text each.

use domain::limits;
use domain::survey::{Answer, Step, StepKind};

/// Digits of a position or a score; more are no number of ours.
const DIGITS: usize = 6;

/// `None` where this is no answer to the step.
pub(crate) fn read(step: &Step, value: &str) -> Option<Answer> {
    match &step.kind {
        StepKind::Scale { from, to, .. } => {
            let score = number(value)? as i32;
            (*from <= score && score <= *to).then_some(Answer::Score(score))
        }
        StepKind::Choice { is_multiple, choices, other, .. } => {
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
                        if position >= choices.len() || chosen.last().is_some_and(|it| *it >= position) {
                            return None;
                        }
                        chosen.push(position);
                        digits.clear();
                    }
                }
            }
            let written = if other.is_empty() { String::new() } else { tame(rest.as_str()) };
            let count = chosen.len() + usize::from(!written.is_empty());
            (count == 1 || count > 1 && *is_multiple).then_some(Answer::Chosen { choices: chosen, other: written })
        }
        StepKind::Written { .. } => {
            let text = tame(value);
            if text.is_empty() { None } else { Some(Answer::Written(text)) }
        }
        StepKind::Link(_) => Some(Answer::Agreed),
        StepKind::Thanks { .. } => (value.as_bytes() == b"1").then_some(Answer::Agreed),
        StepKind::Information => None,
    }
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
