//! A table of the file, read key by key; wrong types and unknown keys are found here.

use super::findings::Findings;
use super::suggestions;
use domain::limits;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

pub(super) type Item<'t> = Spanned<DeValue<'t>>;

pub(super) struct Table<'t> {
    pub(super) entries: &'t DeTable<'t>,
    /// Where something missing is said to be missing.
    pub(super) span: Range<usize>,
    /// What is described here: "journey", "milestone".
    pub(super) what: &'static str,
}

/// A table not yet looked into.
pub(super) struct RawTable<'t> {
    pub(super) entries: &'t DeTable<'t>,
    pub(super) span: Range<usize>,
}

/// A text and where it stands.
pub(super) struct Text<'t> {
    pub(super) text: &'t str,
    pub(super) span: Range<usize>,
}

impl<'t> Table<'t> {
    pub(super) fn root(entries: &'t DeTable<'t>, known: &[&str], findings: &mut Findings<'_>) -> Self {
        Self::new(entries, 0..0, "file", known, findings)
    }

    /// Looks into a table that may hold these keys and no others.
    pub(super) fn new(
        entries: &'t DeTable<'t>,
        span: Range<usize>,
        what: &'static str,
        known: &[&str],
        findings: &mut Findings<'_>,
    ) -> Self {
        for key in entries.keys() {
            let word = key.get_ref().as_ref();
            // After a syntax error in a header, keys that belong under it stand at the top.
            let may_be_misplaced = what == "file" && !findings.is_whole();
            if !known.contains(&word) && !may_be_misplaced {
                let message = if what == "file" {
                    format!("unknown key `{word}`")
                } else {
                    format!("unknown key `{word}` in {} {what}", article(what))
                };
                findings.error(key.span(), message, suggestions::help(word, known));
            }
        }
        Self { entries, span, what }
    }

    pub(super) fn get(&self, key: &str) -> Option<&'t Item<'t>> {
        self.entries.get(key)
    }

    pub(super) fn text(&self, key: &str, help: &str, findings: &mut Findings<'_>) -> Option<Text<'t>> {
        text(self.get(key)?, key, help, findings)
    }

    pub(super) fn required_text(&self, key: &str, help: &str, findings: &mut Findings<'_>) -> Option<Text<'t>> {
        match self.get(key) {
            Some(item) => text(item, key, help, findings),
            None => {
                self.missing(key, help, findings);
                None
            }
        }
    }

    pub(super) fn truth(&self, key: &str, findings: &mut Findings<'_>) -> Option<bool> {
        let item = self.get(key)?;
        match item.get_ref() {
            DeValue::Boolean(value) => Some(*value),
            other => {
                wrong_type(item, key, "true or false", other, &format!("write `{key} = true`"), findings);
                None
            }
        }
    }

    pub(super) fn table(&self, key: &str, findings: &mut Findings<'_>) -> Option<RawTable<'t>> {
        let item = self.get(key)?;
        match item.get_ref() {
            DeValue::Table(entries) => Some(RawTable { entries, span: item.span() }),
            DeValue::Array(items) => {
                let span = items.first().map_or(item.span(), Spanned::span);
                let help = format!("there is one {key}: write `[{key}]`, in single brackets");
                findings.error(span, format!("`{key}` must be a table, found a list"), help);
                None
            }
            other => {
                wrong_type(item, key, "a table", other, &format!("write `[{key}]` on a line of its own"), findings);
                None
            }
        }
    }

    pub(super) fn required_table(&self, key: &str, help: &str, findings: &mut Findings<'_>) -> Option<RawTable<'t>> {
        if self.get(key).is_none() {
            self.missing(key, help, findings);
        }
        self.table(key, findings)
    }

    /// The tables of `[[key]]`; none when there are none.
    pub(super) fn tables(&self, key: &str, header: &str, findings: &mut Findings<'_>) -> Vec<RawTable<'t>> {
        let Some(item) = self.get(key) else { return Vec::new() };
        let help = format!("write each {key} under a line `[[{header}]]`, in double brackets");
        let items = match item.get_ref() {
            DeValue::Array(items) => items,
            other => {
                wrong_type(item, key, "a list of tables", other, &help, findings);
                return Vec::new();
            }
        };
        let mut tables = Vec::new();
        for item in items.iter() {
            match item.get_ref() {
                DeValue::Table(entries) => tables.push(RawTable { entries, span: item.span() }),
                other => wrong_type(item, key, "a list of tables", other, &help, findings),
            }
        }
        tables
    }

    pub(super) fn missing(&self, key: &str, help: &str, findings: &mut Findings<'_>) {
        let message = if self.what == "file" {
            format!("`{key}` is missing")
        } else {
            format!("{} {} without `{key}`", article(self.what), self.what)
        };
        findings.missing(self.span.clone(), message, help);
    }
}

/// A text that is not empty and not too long.
pub(super) fn text<'t>(item: &'t Item<'t>, key: &str, help: &str, findings: &mut Findings<'_>) -> Option<Text<'t>> {
    let DeValue::String(text) = item.get_ref() else {
        wrong_type(item, key, "text in quotes", item.get_ref(), help, findings);
        return None;
    };
    if text.trim().is_empty() {
        findings.error(item.span(), format!("`{key}` is empty"), help);
        return None;
    }
    if text.len() > limits::ID_BYTES {
        let message = format!("`{key}` is {} bytes long", text.len());
        findings.error(item.span(), message, format!("write at most {} bytes", limits::ID_BYTES));
        return None;
    }
    Some(Text { text, span: item.span() })
}

pub(super) fn wrong_type(
    item: &Item<'_>,
    key: &str,
    wanted: &str,
    found: &DeValue<'_>,
    help: &str,
    findings: &mut Findings<'_>,
) {
    findings.error(item.span(), format!("`{key}` must be {wanted}, found {}", kind(found)), help);
}

/// What a value is, in words.
pub(super) fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// Entries in the order of the file; the tree keeps them by name.
pub(super) fn in_file_order<'t>(entries: &'t DeTable<'t>) -> Vec<(&'t Spanned<toml::de::DeString<'t>>, &'t Item<'t>)> {
    let mut ordered: Vec<_> = entries.iter().collect();
    ordered.sort_by_key(|(key, _)| key.span().start);
    ordered
}

fn article(word: &str) -> &'static str {
    if word.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}
