//! Texts with earlier answers and traits in them.
//!
//! In `milepost.toml`: `You gave us {nps}. Why, {user.name|you}?`, and ICU's plural,
//! `{account.seats, plural, one {# seat} other {# seats}}`.
//! What is filled in is never read again: a brace in it is a brace.

use super::answer::{Answer, Answers};
use super::branch::Person;
use super::content::{Content, StepKind};
use crate::rule::Scope;
use crate::value::Scalar;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Text {
    pub parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    Plain(String),
    /// What was answered or is known, else `fallback`.
    Filled {
        source: Source,
        fallback: String,
    },
    /// The form for a number, by CLDR's category (`one`, `few`, `other`); `#` in it stands for the number.
    /// Without a number, or without its category: `other`.
    Plural {
        source: Source,
        forms: Vec<(String, String)>,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// The position of an earlier step.
    Answer(usize),
    Trait {
        of: Scope,
        path: Vec<String>,
    },
}

/// What only the visitor's browser knows of language: `Intl.NumberFormat`, `Intl.PluralRules`.
pub trait Speech {
    /// Digits as they are written in the text's language.
    fn number(&self, number: f64) -> String;
    /// CLDR's category.
    fn plural(&self, number: f64) -> String;
}

/// Characters of one filled-in value: a name, not a novel.
const FILLED_CHARACTERS: usize = 80;

impl Text {
    pub fn plain(text: impl Into<String>) -> Self {
        Self { parts: Vec::from([Part::Plain(text.into())]) }
    }

    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    pub fn fill(&self, content: &Content, answers: &Answers, person: Person<'_>, speech: &dyn Speech) -> String {
        let mut out = String::new();
        for part in &self.parts {
            match part {
                Part::Plain(text) => out.push_str(text),
                Part::Filled { source, fallback } => match found(source, content, answers, person) {
                    Found::Text(text) => push_tame(&mut out, &text),
                    Found::Number(number) => out.push_str(&speech.number(number)),
                    Found::Nothing => out.push_str(fallback),
                },
                Part::Plural { source, forms } => {
                    let number = match found(source, content, answers, person) {
                        Found::Number(number) => Some(number),
                        _ => None,
                    };
                    let category = number.map(|it| speech.plural(it)).unwrap_or_default();
                    let named = |name: &str| forms.iter().find(|it| it.0.as_bytes() == name.as_bytes());
                    let Some((_, form)) = named(&category).or_else(|| named("other")) else { continue };
                    for character in form.chars() {
                        match number {
                            Some(number) if character == '#' => out.push_str(&speech.number(number)),
                            _ => out.push(character),
                        }
                    }
                }
            }
        }
        out
    }
}

enum Found {
    Text(String),
    Number(f64),
    Nothing,
}

fn found(source: &Source, content: &Content, answers: &Answers, person: Person<'_>) -> Found {
    match source {
        Source::Trait { of, path } => match person.of(*of).get(path) {
            Some(Scalar::Text(text)) if !text.is_empty() => Found::Text(text.into_owned()),
            Some(Scalar::Number(number)) => Found::Number(number),
            _ => Found::Nothing,
        },
        Source::Answer(step) => match answers.get(*step) {
            Some(Answer::Score(score)) => Found::Number(f64::from(*score)),
            Some(Answer::Written(text)) if !text.is_empty() => Found::Text(text.clone()),
            Some(Answer::Chosen { choices, other }) => chosen(content, *step, choices, other),
            _ => Found::Nothing,
        },
    }
}

/// `A, B`, in the words of the list.
fn chosen(content: &Content, step: usize, positions: &[usize], other: &str) -> Found {
    let mut text = String::new();
    let Some(StepKind::Choice { choices, .. }) = content.steps.get(step).map(|it| &it.kind) else {
        return Found::Nothing;
    };
    let labels = positions.iter().filter_map(|it| choices.get(*it)).map(|it| it.label.as_str());
    for label in labels.chain([other]).filter(|it| !it.is_empty()) {
        if !text.is_empty() {
            text.push_str(", ");
        }
        text.push_str(label);
    }
    if text.is_empty() { Found::Nothing } else { Found::Text(text) }
}

/// On one line, short, and without marks that would turn the rest of the sentence around.
fn push_tame(out: &mut String, text: &str) {
    let is_tame = |it: &char| !matches!(*it, '\0'..='\x1f' | '\x7f'..='\u{9f}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    for (count, character) in text.chars().filter(is_tame).enumerate() {
        if count == FILLED_CHARACTERS {
            out.push('…');
            break;
        }
        out.push(character);
    }
}
