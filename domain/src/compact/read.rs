//! Compact form → definitions. Runs in the browser, so it stays frugal: no formatting, no
//! string slicing, no decimal parsing; anything unexpected is `None`, never a panic.

use super::VERSION;
use crate::condition::{Condition, Operator};
use crate::id::{JourneyId, MilestoneId};
use crate::journey::{Definitions, Journey, Milestone};
use crate::limits;
use crate::rule::{Rule, Scope, Source};
use crate::url_pattern::UrlPattern;
use crate::value::Value;

/// Reads a whole config; `None` when it is of another version or not what [`super::write`] writes.
pub fn read(text: &str) -> Option<Definitions> {
    let mut reader = Reader { rest: text.as_bytes() };
    reader.word(b"milepost")?;
    reader.word(VERSION.as_bytes())?;
    let mut journeys = Vec::new();
    while !reader.rest.is_empty() {
        reader.word(b"journey")?;
        journeys.push(reader.journey()?);
        if journeys.len() > limits::JOURNEYS {
            return None;
        }
    }
    Some(Definitions { journeys })
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// The next field, still escaped; a newline ends a field just as a tab does.
    fn raw(&mut self) -> Option<&'a [u8]> {
        let end = self.rest.iter().position(|it| matches!(it, b'\t' | b'\n'))?;
        let (field, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest.split_first()?.1;
        Some(field)
    }

    fn word(&mut self, wanted: &[u8]) -> Option<()> {
        (self.raw()? == wanted).then_some(())
    }

    fn text(&mut self) -> Option<String> {
        unescape(self.raw()?)
    }

    fn number(&mut self) -> Option<u64> {
        let digits = self.raw()?;
        let mut number: u64 = 0;
        for digit in digits {
            number = number.checked_mul(10)?.checked_add(u64::from(digit.wrapping_sub(b'0')))?;
            if !digit.is_ascii_digit() {
                return None;
            }
        }
        (!digits.is_empty()).then_some(number)
    }

    fn count(&mut self, limit: usize) -> Option<usize> {
        let count = self.number()? as usize;
        (count <= limit).then_some(count)
    }

    fn journey(&mut self) -> Option<Journey> {
        let id = JourneyId::new(self.text()?);
        let name = self.text()?;
        let window_ms = self.number()?;
        let count = self.count(limits::JOURNEY_MILESTONES)?;
        let mut milestones = Vec::new();
        for _ in 0..count {
            self.word(b"milestone")?;
            milestones.push(Milestone {
                id: MilestoneId::new(self.text()?),
                name: self.text()?,
                scope: self.scope()?,
                is_value: self.raw()? == b"value",
                rule: self.rule(0)?,
            });
        }
        Some(Journey { id, name, window_ms, milestones })
    }

    fn scope(&mut self) -> Option<Scope> {
        match self.raw()? {
            b"user" => Some(Scope::User),
            b"account" => Some(Scope::Account),
            _ => None,
        }
    }

    fn rule(&mut self, depth: usize) -> Option<Rule> {
        if depth > limits::RULE_DEPTH {
            return None;
        }
        Some(match self.raw()? {
            b"event" => Rule::Event {
                name: self.text()?,
                source: if self.raw()? == b"server" { Source::Server } else { Source::Any },
                conditions: self.conditions()?,
            },
            b"page" => Rule::Page { pattern: UrlPattern::new(self.text()?), conditions: self.conditions()? },
            b"click" => Rule::Click { selector: self.text()? },
            b"seen" => Rule::Seen { selector: self.text()? },
            b"trait" => Rule::Trait { of: self.scope()?, conditions: self.conditions()? },
            b"count" => {
                let at_least = self.count(limits::COUNT as usize)? as u32;
                let within_ms = if self.rest.first() == Some(&b'-') {
                    self.raw()?;
                    None
                } else {
                    Some(self.number()?)
                };
                Rule::Count { at_least, within_ms, rule: Box::new(self.rule(depth + 1)?) }
            }
            b"all" => Rule::All(self.rules(depth)?),
            b"any" => Rule::Any(self.rules(depth)?),
            b"not" => Rule::Not(Box::new(self.rule(depth + 1)?)),
            _ => return None,
        })
    }

    fn rules(&mut self, depth: usize) -> Option<Vec<Rule>> {
        let mut rules = Vec::new();
        for _ in 0..self.count(limits::RULE_WIDTH)? {
            rules.push(self.rule(depth + 1)?);
        }
        Some(rules)
    }

    fn conditions(&mut self) -> Option<Vec<Condition>> {
        let mut conditions = Vec::new();
        for _ in 0..self.count(limits::RULE_WIDTH)? {
            self.word(b"where")?;
            let operator = Operator::parse(&self.text()?)?;
            let mut path = Vec::new();
            for _ in 0..self.count(limits::RULE_WIDTH)? {
                path.push(self.text()?);
            }
            let mut values = Vec::new();
            for _ in 0..self.count(limits::RULE_WIDTH)? {
                values.push(value(self.raw()?)?);
            }
            conditions.push(Condition { path, operator, values });
        }
        Some(conditions)
    }
}

fn value(field: &[u8]) -> Option<Value> {
    let (kind, rest) = field.split_first()?;
    Some(match kind {
        b'b' => Value::Bool(rest == b"1"),
        b'n' => Value::Number(f64::from_bits(hex(rest)?)),
        b's' => Value::Text(unescape(rest)?),
        _ => return None,
    })
}

fn hex(digits: &[u8]) -> Option<u64> {
    let mut bits: u64 = 0;
    for digit in digits {
        let digit = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'f' => digit - b'a' + 10,
            _ => return None,
        };
        bits = (bits << 4) | u64::from(digit);
    }
    (digits.len() == 16).then_some(bits)
}

fn unescape(field: &[u8]) -> Option<String> {
    let mut bytes = Vec::with_capacity(field.len());
    let mut escaped = false;
    for byte in field {
        match (escaped, byte) {
            (true, b't') => bytes.push(b'\t'),
            (true, b'n') => bytes.push(b'\n'),
            (true, other) => bytes.push(*other),
            (false, b'\\') => {
                escaped = true;
                continue;
            }
            (false, other) => bytes.push(*other),
        }
        escaped = false;
    }
    String::from_utf8(bytes).ok()
}
