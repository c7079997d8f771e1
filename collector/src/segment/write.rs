//! A segment as text that [`super::parse`] reads back.

use super::comparison::{Comparison, Constant};
use super::expression::{Condition, Expression};
use super::parse::is_keyword;
use super::token::is_of_word;
use crate::project::duration;
use domain::Scope;
use std::fmt::{Display, Formatter, Result};

impl Display for Expression {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        match self {
            Self::All(parts) if parts.is_empty() => out.write_str("everybody"),
            Self::Any(parts) if parts.is_empty() => out.write_str("not everybody"),
            Self::All(parts) => joined(out, parts, " and ", is_joined_by_or),
            Self::Any(parts) => joined(out, parts, " or ", |_| false),
            Self::Not(inner) => {
                let is_one = match inner.as_ref() {
                    Self::Is(_) | Self::Not(_) => true,
                    Self::All(parts) | Self::Any(parts) => parts.is_empty(),
                };
                if is_one { write!(out, "not {inner}") } else { write!(out, "not ({inner})") }
            }
            Self::Is(condition) => condition.fmt(out),
        }
    }
}

fn is_joined_by_or(expression: &Expression) -> bool {
    match expression {
        Expression::Any(parts) if parts.len() > 1 => true,
        Expression::Any(parts) | Expression::All(parts) if parts.len() == 1 => parts.iter().any(is_joined_by_or),
        _ => false,
    }
}

fn joined(
    out: &mut Formatter<'_>,
    parts: &[Expression],
    word: &str,
    wants_brackets: fn(&Expression) -> bool,
) -> Result {
    for (place, part) in parts.iter().enumerate() {
        if place > 0 {
            out.write_str(word)?;
        }
        if wants_brackets(part) {
            write!(out, "({part})")?;
        } else {
            part.fmt(out)?;
        }
    }
    Ok(())
}

impl Display for Condition {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        let span = |word: &str, ms: &Option<u64>| ms.map_or_else(String::new, |ms| format!(" {word} {}", time(ms)));
        match self {
            Self::Trait { path, comparison } => {
                let text = path.to_string();
                let first = path.path.first().map_or("", String::as_str);
                let is_taken = path.of == Scope::User && (path.path.len() == 1 && is_keyword(&text) || first == "user");
                let text = if is_taken { format!("user.{text}") } else { text };
                write!(out, "{} {comparison}", word_or_quoted(&text))
            }
            Self::Did { event, at_least, within_ms } => {
                write!(out, "did {}", in_quotes(event))?;
                if *at_least > 1 {
                    write!(out, " {at_least} times")?;
                }
                out.write_str(&span("within", within_ms))
            }
            Self::Reached { journey, milestone, within_ms } => {
                write!(out, "reached {journey}/{milestone}{}", span("within", within_ms))
            }
            Self::Stuck { journey, milestone, for_ms } => {
                write!(out, "stuck {journey}/{milestone}{}", span("for", for_ms))
            }
            Self::Seen { within_ms } => write!(out, "seen within {}", time(*within_ms)),
            Self::Joined { within_ms } => write!(out, "joined within {}", time(*within_ms)),
            Self::Nps { band: None } => out.write_str("nps exists"),
            Self::Nps { band: Some(band) } => write!(out, "nps = {}", band.name()),
            Self::Touch { is } => write!(out, "touch = {}", is.name()),
            Self::Account { is: None } => out.write_str("account exists"),
            Self::Account { is: Some(id) } => write!(out, "account = {}", word_or_quoted(id)),
            Self::Identified => out.write_str("identified"),
        }
    }
}

impl Display for Comparison {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        match self {
            Self::Equals(it) => write!(out, "= {it}"),
            Self::Differs(it) => write!(out, "!= {it}"),
            Self::Greater(it) => write!(out, "> {it}"),
            Self::GreaterOrEqual(it) => write!(out, ">= {it}"),
            Self::Less(it) => write!(out, "< {it}"),
            Self::LessOrEqual(it) => write!(out, "<= {it}"),
            Self::In(all) => {
                let all: Vec<String> = all.iter().map(ToString::to_string).collect();
                write!(out, "in ({})", all.join(", "))
            }
            Self::Contains(part) => write!(out, "contains {}", word_or_quoted(part)),
            Self::StartsWith(start) => write!(out, "starts with {}", word_or_quoted(start)),
            Self::Exists => out.write_str("exists"),
        }
    }
}

impl Display for Constant {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        out.write_str(&word_or_quoted(&self.text))
    }
}

/// `1d 12h` would be two words: units are written together.
fn time(ms: u64) -> String {
    duration::write(ms).replace(' ', "")
}

fn word_or_quoted(text: &str) -> String {
    if !text.is_empty() && text.chars().all(is_of_word) { text.to_owned() } else { in_quotes(text) }
}

fn in_quotes(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
