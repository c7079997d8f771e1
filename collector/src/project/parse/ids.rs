//! Ids that people choose: lower-case letters, digits and hyphens.

use super::findings::Findings;
use super::table::{Table, Text};
use std::collections::HashMap;
use std::ops::Range;

/// Ids taken so far, and where.
pub(super) type Seen = HashMap<String, Range<usize>>;

/// The table's `id`, which no other of its kind has.
pub(super) fn read(
    table: &Table<'_>,
    what: &str,
    example: &str,
    seen: &mut Seen,
    findings: &mut Findings<'_>,
) -> Option<String> {
    let help = format!("add `id = \"{example}\"`: lower-case letters, digits and hyphens");
    let Text { text, span } = table.required_text("id", &help, findings)?;
    if !is_id(text) {
        let message = format!("`{text}` is not an id: lower-case letters, digits and hyphens only");
        findings.error(span, message, format!("write `id = \"{}\"`", nearest(text, example)));
        return None;
    }
    if let Some(first) = seen.get(text) {
        let message = format!("two {what}s have the id `{text}`");
        findings.clash(span, message, format!("give each {what} its own"), first.clone(), "the first one");
        return None;
    }
    seen.insert(text.to_owned(), span);
    Some(text.to_owned())
}

pub(super) fn is_id(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-')
}

/// The nearest id: `First Invoice_sent!` → `first-invoice-sent`.
pub(super) fn nearest(text: &str, example: &str) -> String {
    let mut id = String::new();
    for character in text.to_lowercase().chars() {
        if character.is_ascii_alphanumeric() {
            id.push(character);
        } else if !id.ends_with('-') {
            id.push('-');
        }
    }
    let id = id.trim_matches('-');
    if id.is_empty() { example.to_owned() } else { id.to_owned() }
}
