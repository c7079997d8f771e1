//! Conditions on properties and traits: `{ total = { gte = 1 }, currency = "EUR" }`.
//!
//! A bare value means equal; braces hold operators. A dotted key is a path into nested
//! properties, and so is a quoted key that holds a dot; the last part of a dotted key is taken as
//! an operator where it is one (`total.gte = 1`), the parts of a quoted key never are.

use super::findings::Findings;
use super::suggestions;
use super::table::{Item, in_file_order, kind, wrong_type};
use domain::{Condition, Operator, Value, limits};
use toml::de::{DeArray, DeTable, DeValue};

/// As in the file; `absent` is written `exists = false`.
const OPERATORS: [&str; 10] = ["eq", "ne", "gt", "gte", "lt", "lte", "in", "contains", "starts_with", "exists"];

/// Whole numbers beyond this have neighbours that look the same to a browser.
const EXACT: i64 = 1 << 53;

/// The conditions under `where`; none without it.
pub(super) fn beside(entries: &DeTable<'_>, findings: &mut Findings<'_>) -> Option<Vec<Condition>> {
    match entries.get("where") {
        Some(item) => {
            let help = "write the conditions in braces: `where = { total = { gte = 1 } }`, or leave `where` out";
            read(item, "where", help, findings)
        }
        None => Some(Vec::new()),
    }
}

/// The conditions of `trait` or `account_trait`.
pub(super) fn of_traits(item: &Item<'_>, word: &str, findings: &mut Findings<'_>) -> Option<Vec<Condition>> {
    let help = match item.get_ref() {
        DeValue::String(name) => format!("write `{word} = {{ {name} = {{ exists = true }} }}`"),
        _ => format!("write `{word} = {{ plan = \"pro\" }}`"),
    };
    read(item, word, &help, findings)
}

fn read(item: &Item<'_>, word: &str, help: &str, findings: &mut Findings<'_>) -> Option<Vec<Condition>> {
    let DeValue::Table(entries) = item.get_ref() else {
        wrong_type(item, word, "a table of conditions", item.get_ref(), help, findings);
        return None;
    };
    if entries.is_empty() {
        findings.error(item.span(), format!("`{word}` names nothing"), help);
        return None;
    }
    let mut reader = Reader { conditions: Vec::new(), is_sound: true };
    reader.entries(entries, &[], findings);
    if reader.conditions.len() > limits::RULE_WIDTH {
        let message = format!("{} conditions in one rule", reader.conditions.len());
        findings.error(item.span(), message, format!("write at most {}", limits::RULE_WIDTH));
        return None;
    }
    reader.is_sound.then_some(reader.conditions)
}

struct Reader {
    conditions: Vec<Condition>,
    is_sound: bool,
}

impl Reader {
    /// Entries whose keys go on from `path`.
    fn entries(&mut self, entries: &DeTable<'_>, path: &[String], findings: &mut Findings<'_>) {
        for (key, item) in in_file_order(entries) {
            let word = key.get_ref().as_ref();
            if !path.is_empty() && OPERATORS.contains(&word) {
                self.operator(word, item, path, findings);
                continue;
            }
            let mut path = path.to_vec();
            path.extend(word.split('.').map(str::to_owned));
            if path.iter().any(String::is_empty) || path.len() > limits::RULE_WIDTH {
                let help = "write the names from the outside in, with one dot between: `address.city`";
                findings.error(key.span(), format!("`{word}` is not the path of a property"), help);
                self.is_sound = false;
                continue;
            }
            match item.get_ref() {
                DeValue::Table(inner) if findings.is_in_braces(&item.span()) => {
                    self.operators(inner, item, &path, findings);
                }
                DeValue::Table(inner) => self.entries(inner, &path, findings),
                DeValue::Array(items) => {
                    let help = format!("write `{word} = {{ in = {} }}`", shown(items));
                    self.refuse(item, "a list equals nothing", help, findings);
                }
                _ => {
                    if let Some(value) = self.value(item, word, findings) {
                        self.push(&path, Operator::Eq, vec![value]);
                    }
                }
            }
        }
    }

    /// What stands in braces behind a property: operators only.
    fn operators(&mut self, entries: &DeTable<'_>, item: &Item<'_>, path: &[String], findings: &mut Findings<'_>) {
        let property = path.join(".");
        if entries.is_empty() {
            let help = format!("write `{property} = {{ exists = true }}` if it only has to be there");
            self.refuse(item, "empty braces say nothing", help, findings);
        }
        for (key, item) in in_file_order(entries) {
            let word = key.get_ref().as_ref();
            if OPERATORS.contains(&word) {
                self.operator(word, item, path, findings);
                continue;
            }
            let help = if word == "absent" {
                "write `exists = false`".to_owned()
            } else {
                let near = suggestions::help(word, &OPERATORS);
                match suggestions::nearest(word, &OPERATORS) {
                    Some(_) => near,
                    None => format!("{near}; a property inside another is written `{property}.{word}`"),
                }
            };
            findings.error(key.span(), format!("unknown operator `{word}`"), help);
            self.is_sound = false;
        }
    }

    fn operator(&mut self, word: &str, item: &Item<'_>, path: &[String], findings: &mut Findings<'_>) {
        let found = item.get_ref();
        match word {
            "exists" => match found {
                DeValue::Boolean(true) => self.push(path, Operator::Exists, Vec::new()),
                DeValue::Boolean(false) => self.push(path, Operator::Absent, Vec::new()),
                _ => self.refuse_type(item, word, "true or false", "write `exists = true`", findings),
            },
            "in" => self.one_of(item, path, findings),
            "starts_with" if !matches!(found, DeValue::String(_)) => {
                self.refuse_type(item, word, "text in quotes", "write `starts_with = \"Inv\"`", findings);
            }
            "gt" | "gte" | "lt" | "lte" if matches!(found, DeValue::Boolean(_)) => {
                self.refuse_type(item, word, "a number or text", "write `eq` for true and false", findings);
            }
            _ => {
                let operator = Operator::parse(word);
                if let (Some(value), Some(operator)) = (self.value(item, word, findings), operator) {
                    self.push(path, operator, vec![value]);
                }
            }
        }
    }

    fn one_of(&mut self, item: &Item<'_>, path: &[String], findings: &mut Findings<'_>) {
        let DeValue::Array(items) = item.get_ref() else {
            self.refuse_type(item, "in", "a list", "write `in = [\"pro\", \"team\"]`", findings);
            return;
        };
        if items.is_empty() || items.len() > limits::RULE_WIDTH {
            let message = format!("`in` lists {} values", items.len());
            self.refuse(item, &message, format!("write 1 to {}", limits::RULE_WIDTH), findings);
            return;
        }
        let values: Vec<Option<Value>> = items.iter().map(|it| self.value(it, "in", findings)).collect();
        if let Some(values) = values.into_iter().collect() {
            self.push(path, Operator::In, values);
        }
    }

    fn value(&mut self, item: &Item<'_>, word: &str, findings: &mut Findings<'_>) -> Option<Value> {
        match item.get_ref() {
            DeValue::String(text) if text.len() <= limits::MESSAGE_BYTES => Some(Value::Text(text.to_string())),
            DeValue::String(_) => {
                self.refuse(item, "this text is longer than any message", String::new(), findings);
                None
            }
            DeValue::Boolean(truth) => Some(Value::Bool(*truth)),
            DeValue::Integer(number) => {
                let found = i64::from_str_radix(number.as_str(), number.radix()).ok();
                match found.filter(|it| (-EXACT..=EXACT).contains(it)) {
                    Some(number) => Some(Value::Number(number as f64)),
                    None => {
                        let help = "whole numbers are exact up to 9007199254740992; write an id as text".to_owned();
                        self.refuse(item, &format!("{number} cannot be compared exactly"), help, findings);
                        None
                    }
                }
            }
            DeValue::Float(number) => match number.as_str().parse::<f64>().ok().filter(|it| it.is_finite()) {
                Some(number) => Some(Value::Number(number)),
                None => {
                    let message = format!("nothing compares with {number}");
                    self.refuse(item, &message, "write a finite number".to_owned(), findings);
                    None
                }
            },
            DeValue::Datetime(date) => {
                let help = format!("messages carry dates as text: write \"{date}\"");
                self.refuse_type(item, word, "text, a number, true or false", &help, findings);
                None
            }
            DeValue::Array(_) | DeValue::Table(_) => {
                let help = "write one text, number, true or false";
                self.refuse_type(item, word, "one value", help, findings);
                None
            }
        }
    }

    fn push(&mut self, path: &[String], operator: Operator, values: Vec<Value>) {
        self.conditions.push(Condition { path: path.to_vec(), operator, values });
    }

    fn refuse(&mut self, item: &Item<'_>, message: &str, help: String, findings: &mut Findings<'_>) {
        findings.error(item.span(), message, help);
        self.is_sound = false;
    }

    fn refuse_type(&mut self, item: &Item<'_>, word: &str, wanted: &str, help: &str, findings: &mut Findings<'_>) {
        let message = format!("`{word}` must be {wanted}, found {}", kind(item.get_ref()));
        self.refuse(item, &message, help.to_owned(), findings);
    }
}

/// A list as it may be written again.
fn shown(items: &DeArray<'_>) -> String {
    let shown: Vec<String> = items
        .iter()
        .map(|it| match it.get_ref() {
            DeValue::String(text) => format!("\"{text}\""),
            DeValue::Integer(number) => number.to_string(),
            DeValue::Float(number) => number.to_string(),
            DeValue::Boolean(truth) => truth.to_string(),
            _ => "…".to_owned(),
        })
        .collect();
    format!("[{}]", shown.join(", "))
}
