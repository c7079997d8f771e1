//! Compact form → definitions. Runs in the browser, so it stays frugal: no formatting, no string
//! slicing, no decimal parsing, never a panic.
//!
//! Anything unexpected sets a flag and reading goes on with nothing; who asked gets `None` at the
//! end. An early return at every field would cost as much again in code that cleans up.

use super::VERSION;
use crate::condition::{Condition, Operator};
use crate::config::Config;
use crate::id::{JourneyId, MilestoneId};
use crate::journey::{Journey, Milestone};
use crate::lease::LeaseAnswer;
use crate::limits;
use crate::rule::{Rule, Scope, Source};
use crate::survey::Outline;
use crate::url_pattern::UrlPattern;
use crate::value::Value;
use std::str::Chars;

/// Reads a whole config; `None` when it is of another version or not what [`super::write`] writes.
pub fn read(text: &str) -> Option<Config> {
    read_with(text, |reader, config| config.hesitation = Some(reader.hesitation()))
}

/// The same without what is known of hesitation, which stands last: for an SDK that was built without the detector.
pub fn read_without_hesitation(text: &str) -> Option<Config> {
    read_with(text, |reader, _| reader.rest = "".chars())
}

fn read_with(text: &str, hesitation: impl FnOnce(&mut Reader<'_>, &mut Config)) -> Option<Config> {
    let mut reader = Reader::new(text);
    reader.word("milepost");
    reader.word(VERSION);
    let mut config = Config::default();
    let mut hesitation = Some(hesitation);
    while !reader.failed && !reader.rest.as_str().is_empty() {
        match reader.text().as_bytes() {
            b"hesitation" => match hesitation.take() {
                Some(hesitation) => hesitation(&mut reader, &mut config),
                None => reader.failed = true,
            },
            b"prompts" => config.after_load_ms = reader.number(),
            b"survey" => config.surveys.push(reader.survey()),
            _ => config.definitions.journeys.push(reader.journey()),
        }
        reader.failed |= config.definitions.journeys.len() > limits::JOURNEYS;
        reader.failed |= config.surveys.len() > limits::SURVEYS;
    }
    if reader.failed { None } else { Some(config) }
}

/// The answer of `POST /v1/lease`; `None` when it is not what [`super::write_lease`] writes.
pub fn read_lease(text: &str) -> Option<LeaseAnswer<Outline>> {
    let mut reader = Reader::new(text);
    let answer = reader.lease();
    if reader.failed { None } else { Some(answer) }
}

pub(super) struct Reader<'a> {
    rest: Chars<'a>,
    pub(super) failed: bool,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        Self { rest: text.chars(), failed: false }
    }
}

impl Reader<'_> {
    /// The next field; a newline ends a field just as a tab does.
    pub(super) fn text(&mut self) -> String {
        let mut text = String::new();
        loop {
            let mut next = self.rest.next();
            if let Some('\t' | '\n') = next {
                return text;
            }
            if next == Some('\\') {
                next = self.rest.next().map(|it| match it {
                    't' => '\t',
                    'n' => '\n',
                    other => other,
                });
            }
            match next {
                Some(character) => text.push(character),
                None => {
                    self.failed = true;
                    return text;
                }
            }
        }
    }

    pub(super) fn word(&mut self, wanted: &str) {
        self.failed |= self.text() != wanted;
    }

    pub(super) fn number(&mut self) -> u64 {
        let digits = self.text();
        self.number_in(&digits)
    }

    pub(super) fn number_in(&mut self, digits: &str) -> u64 {
        let mut number: u64 = 0;
        // More digits than any number here has would overflow.
        self.failed |= digits.is_empty() || digits.len() > 18;
        for digit in digits.bytes() {
            self.failed |= !digit.is_ascii_digit();
            number = number.wrapping_mul(10).wrapping_add(u64::from(digit.wrapping_sub(b'0')));
        }
        number
    }

    /// A number that says how many nodes follow: none, once anything is wrong.
    pub(super) fn count(&mut self, limit: usize) -> usize {
        let count = self.number();
        self.failed |= count > limit as u64;
        if self.failed { 0 } else { count as usize }
    }

    fn journey(&mut self) -> Journey {
        let mut journey = Journey {
            id: JourneyId::new(self.text()),
            name: self.text(),
            window_ms: self.number(),
            milestones: Vec::new(),
        };
        for _ in 0..self.count(limits::JOURNEY_MILESTONES) {
            self.word("milestone");
            journey.milestones.push(Milestone {
                id: MilestoneId::new(self.text()),
                name: self.text(),
                scope: self.scope(),
                is_value: self.text() == "value",
                rule: self.rule(0),
            });
        }
        journey
    }

    fn scope(&mut self) -> Scope {
        let scope = self.text();
        let is_user = scope == "user";
        self.failed |= !is_user && scope != "account";
        if is_user { Scope::User } else { Scope::Account }
    }

    pub(super) fn rule(&mut self, depth: usize) -> Rule {
        let kind = self.text();
        match kind.as_str() {
            "event" => Rule::Event {
                name: self.text(),
                source: if self.text() == "server" { Source::Server } else { Source::Any },
                conditions: self.conditions(),
            },
            "page" => Rule::Page { pattern: UrlPattern::new(self.text()), conditions: self.conditions() },
            "click" => Rule::Click { selector: self.text() },
            "seen" => Rule::Seen { selector: self.text() },
            "trait" => Rule::Trait { of: self.scope(), conditions: self.conditions() },
            "count" => {
                let at_least = self.count(limits::COUNT as usize) as u32;
                let within = self.text();
                let within_ms = if within == "-" { None } else { Some(self.number_in(&within)) };
                Rule::Count { at_least, within_ms, rule: Box::new(self.inner(depth)) }
            }
            "all" => Rule::All(self.rules(depth)),
            "any" => Rule::Any(self.rules(depth)),
            "not" => Rule::Not(Box::new(self.inner(depth))),
            _ => self.no_rule(),
        }
    }

    fn inner(&mut self, depth: usize) -> Rule {
        if depth < limits::RULE_DEPTH { self.rule(depth + 1) } else { self.no_rule() }
    }

    fn no_rule(&mut self) -> Rule {
        self.failed = true;
        Rule::Any(Vec::new())
    }

    fn rules(&mut self, depth: usize) -> Vec<Rule> {
        let mut rules = Vec::new();
        for _ in 0..self.count(limits::RULE_WIDTH) {
            rules.push(self.inner(depth));
        }
        rules
    }

    fn conditions(&mut self) -> Vec<Condition> {
        let mut conditions = Vec::new();
        for _ in 0..self.count(limits::RULE_WIDTH) {
            let condition = self.condition();
            conditions.push(condition);
        }
        conditions
    }

    pub(super) fn condition(&mut self) -> Condition {
        self.word("where");
        let operator = Operator::parse(&self.text());
        self.failed |= operator.is_none();
        let mut condition =
            Condition { path: self.path(), operator: operator.unwrap_or(Operator::Exists), values: Vec::new() };
        for _ in 0..self.count(limits::RULE_WIDTH) {
            condition.values.push(self.value());
        }
        condition
    }

    pub(super) fn path(&mut self) -> Vec<String> {
        let mut path = Vec::new();
        for _ in 0..self.count(limits::RULE_WIDTH) {
            path.push(self.text());
        }
        path
    }

    /// `b1`, `n3ff0000000000000`, `stext`
    fn value(&mut self) -> Value {
        let field = self.text();
        let mut rest = field.chars();
        match rest.next() {
            Some('b') => Value::Bool(rest.as_str() == "1"),
            Some('s') => Value::Text(rest.as_str().into()),
            kind => {
                self.failed |= kind != Some('n') || field.len() != 17;
                Value::Number(f64::from_bits(self.hex(rest)))
            }
        }
    }

    fn hex(&mut self, digits: Chars<'_>) -> u64 {
        digits.fold(0, |bits, digit| {
            let digit = match digit {
                '0'..='9' => u32::from(digit) - u32::from('0'),
                'a'..='f' => u32::from(digit) - u32::from('a') + 10,
                _ => {
                    self.failed = true;
                    0
                }
            };
            (bits << 4) | u64::from(digit)
        })
    }
}
