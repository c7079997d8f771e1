//! URL patterns as texts of the file.

use super::findings::Findings;
use super::table::{Item, Table, Text, text, wrong_type};
use domain::{UrlPattern, limits};
use std::collections::HashMap;
use std::ops::Range;
use toml::de::DeValue;

/// How the text stands in the file, so that it can be shown mended.
pub(super) enum Where {
    /// `page = "/a"`
    Key,
    /// `"/a"`, among others.
    List,
}

impl Where {
    pub(super) fn as_written(&self, key: &str, pattern: &str) -> String {
        match self {
            Self::Key => format!("`{key} = \"{pattern}\"`"),
            Self::List => format!("\"{pattern}\""),
        }
    }
}

/// What [`domain::UrlPattern`] can be held against a URL.
pub(super) fn read<'t>(
    item: &'t Item<'t>,
    key: &str,
    place: &Where,
    example: &str,
    findings: &mut Findings<'_>,
) -> Option<Text<'t>> {
    let found = text(item, key, &format!("write a path, such as {}", place.as_written(key, example)), findings)?;
    let has_scheme = found.text.split_once("://").is_some_and(|(scheme, _)| {
        !scheme.is_empty() && scheme.chars().all(|it| it.is_ascii_alphanumeric() || matches!(it, '+' | '-' | '.'))
    });
    if !found.text.starts_with(['/', '#', '*']) && !has_scheme {
        let message = format!("`{}` is not a URL pattern: it starts with `/`, `#`, `*` or a scheme", found.text);
        let looks_like_host = found.text.split('/').next().is_some_and(|it| it.contains('.'));
        let prefix = if looks_like_host { "https://" } else { "/" };
        let help = format!("write {}", place.as_written(key, &format!("{prefix}{}", found.text)));
        findings.error(found.span, message, help);
        return None;
    }
    if found.text.chars().any(|it| it.is_whitespace() || it.is_control()) {
        let mended = found.text.split_whitespace().collect::<Vec<_>>().join("%20");
        findings.error(found.span, "a URL holds no spaces", format!("write {}", place.as_written(key, &mended)));
        return None;
    }
    Some(found)
}

/// Reads one pattern of a list.
type ReadOne<'r> = &'r dyn for<'t> Fn(&'t Item<'t>, &mut Findings<'_>) -> Option<Text<'t>>;

/// A list of patterns, each once; empty where there is none.
pub(super) fn list(
    table: &Table<'_>,
    key: &str,
    example: &str,
    findings: &mut Findings<'_>,
    one: ReadOne<'_>,
) -> Vec<UrlPattern> {
    let Some(item) = table.get(key) else { return Vec::new() };
    let DeValue::Array(items) = item.get_ref() else {
        let help = match item.get_ref() {
            DeValue::String(one) => format!("write `{key} = [\"{one}\"]`"),
            _ => format!("write `{key} = [\"{example}\"]`"),
        };
        wrong_type(item, key, "a list", item.get_ref(), &help, findings);
        return Vec::new();
    };
    if let Some(first_beyond) = items.get(limits::PAGE_PATTERNS) {
        let message = format!("{} patterns: at most {} fit in `{key}`", items.len(), limits::PAGE_PATTERNS);
        findings.error(first_beyond.span(), message, "every page loads them all: let `*` and `:name` stand for many");
    }
    let mut seen: HashMap<&str, Range<usize>> = HashMap::new();
    let mut found = Vec::new();
    for item in items.iter() {
        let Some(pattern) = one(item, findings) else { continue };
        if let Some(first) = seen.get(pattern.text) {
            let message = format!("`{}` stands here twice", pattern.text);
            findings.clash(pattern.span, message, "remove one of the two", first.clone(), "the first one");
            continue;
        }
        found.push(UrlPattern::new(pattern.text));
        seen.insert(pattern.text, pattern.span);
    }
    found
}
