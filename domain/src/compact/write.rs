//! Definitions → compact form. Runs on the collector only.

use super::VERSION;
use crate::condition::Condition;
use crate::hesitation::Model;
use crate::journey::Definitions;
use crate::lease::LeaseAnswer;
use crate::rule::{Rule, Scope, Source};
use crate::survey::Survey;
use crate::value::Value;

/// A config without surveys.
pub fn write(definitions: &Definitions, hesitation: Option<&Model>) -> String {
    write_config(definitions, &[], 0, hesitation)
}

/// A whole config. What is known of hesitation comes last, so that a reader without the detector can stop there.
pub fn write_config(
    definitions: &Definitions,
    surveys: &[Survey],
    after_load_ms: u64,
    hesitation: Option<&Model>,
) -> String {
    let mut lines = Lines::default();
    lines.push(&["milepost", VERSION]);
    for journey in &definitions.journeys {
        let window_ms = journey.window_ms.to_string();
        let count = journey.milestones.len().to_string();
        lines.push(&["journey", journey.id.as_str(), &journey.name, &window_ms, &count]);
        for milestone in &journey.milestones {
            let is_value = if milestone.is_value { "value" } else { "step" };
            lines.push(&["milestone", milestone.id.as_str(), &milestone.name, scope(milestone.scope), is_value]);
            lines.rule(&milestone.rule);
        }
    }
    if after_load_ms > 0 {
        lines.push(&["prompts", &after_load_ms.to_string()]);
    }
    surveys.iter().for_each(|it| lines.survey(it));
    if let Some(model) = hesitation {
        lines.hesitation(model);
    }
    lines.text
}

/// The answer of `POST /v1/lease`.
pub fn write_lease(answer: &LeaseAnswer) -> String {
    let mut lines = Lines::default();
    lines.lease(answer);
    lines.text
}

/// One rule alone: equal text means equal meaning, so it serves as a fingerprint.
pub fn write_rule(rule: &Rule) -> String {
    let mut lines = Lines::default();
    lines.rule(rule);
    lines.text
}

#[derive(Default)]
pub(super) struct Lines {
    pub(super) text: String,
}

impl Lines {
    pub(super) fn push(&mut self, fields: &[&str]) {
        for (index, field) in fields.iter().enumerate() {
            if index > 0 {
                self.text.push('\t');
            }
            for character in field.chars() {
                match character {
                    '\t' => self.text.push_str("\\t"),
                    '\n' => self.text.push_str("\\n"),
                    '\\' => self.text.push_str("\\\\"),
                    other => self.text.push(other),
                }
            }
        }
        self.text.push('\n');
    }

    pub(super) fn rule(&mut self, rule: &Rule) {
        match rule {
            Rule::Event { name, conditions, source } => {
                let source = if *source == Source::Server { "server" } else { "any" };
                self.push(&["event", name, source, &conditions.len().to_string()]);
                self.conditions(conditions);
            }
            Rule::Page { pattern, conditions } => {
                self.push(&["page", pattern.as_str(), &conditions.len().to_string()]);
                self.conditions(conditions);
            }
            Rule::Click { selector } => self.push(&["click", selector]),
            Rule::Seen { selector } => self.push(&["seen", selector]),
            Rule::Trait { of, conditions } => {
                self.push(&["trait", scope(*of), &conditions.len().to_string()]);
                self.conditions(conditions);
            }
            Rule::Count { at_least, within_ms, rule } => {
                let within = within_ms.map_or_else(|| "-".to_owned(), |it| it.to_string());
                self.push(&["count", &at_least.to_string(), &within]);
                self.rule(rule);
            }
            Rule::All(rules) => self.group("all", rules),
            Rule::Any(rules) => self.group("any", rules),
            Rule::Not(rule) => {
                self.push(&["not"]);
                self.rule(rule);
            }
        }
    }

    fn group(&mut self, word: &str, rules: &[Rule]) {
        self.push(&[word, &rules.len().to_string()]);
        rules.iter().for_each(|it| self.rule(it));
    }

    pub(super) fn conditions(&mut self, conditions: &[Condition]) {
        for condition in conditions {
            let path_length = condition.path.len().to_string();
            let value_count = condition.values.len().to_string();
            let values: Vec<String> = condition.values.iter().map(value).collect();
            let mut fields = vec!["where", condition.operator.as_str(), &path_length];
            fields.extend(condition.path.iter().map(String::as_str));
            fields.push(&value_count);
            fields.extend(values.iter().map(String::as_str));
            self.push(&fields);
        }
    }
}

pub(super) fn scope(scope: Scope) -> &'static str {
    match scope {
        Scope::User => "user",
        Scope::Account => "account",
    }
}

fn value(value: &Value) -> String {
    match value {
        Value::Bool(true) => "b1".to_owned(),
        Value::Bool(false) => "b0".to_owned(),
        Value::Number(number) => format!("n{:016x}", number.to_bits()),
        Value::Text(text) => format!("s{text}"),
    }
}
