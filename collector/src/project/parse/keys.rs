//! `[[key]]`: who may append messages.

use super::findings::Findings;
use super::table::{RawTable, Table, text, wrong_type};
use super::{origins, secrets, suggestions};
use crate::project::{Key, KeyKind};
use domain::WriteKey;
use std::collections::HashMap;
use std::ops::Range;
use toml::de::DeValue;

/// A key travels in a header and in URLs.
const KEY_BYTES: usize = 128;

const ID_HELP: &str = "add `id = \"wk_…\"`: letters, digits, `_`, `-` and `.`, hard to guess";

pub(super) fn read(root: &Table<'_>, findings: &mut Findings<'_>) -> Vec<Key> {
    if root.get("key").is_none() {
        findings
            .warn_missing("there is no key: nobody can send messages", "add `[[key]]` with `id`, `kind` and `origins`");
    }
    let mut keys = Vec::new();
    let mut seen: HashMap<String, Range<usize>> = HashMap::new();
    for table in root.tables("key", "key", findings) {
        if let Some(key) = key(table, &mut seen, findings) {
            keys.push(key);
        }
    }
    keys
}

fn key(table: RawTable<'_>, seen: &mut HashMap<String, Range<usize>>, findings: &mut Findings<'_>) -> Option<Key> {
    let span = table.span.clone();
    let table = Table::new(table.entries, table.span, "key", &["id", "kind", "origins"], findings);
    let kind = kind(&table, findings);
    let id = id(&table, kind, seen, findings);
    let origins = match kind {
        Some(KeyKind::Server) => {
            if let Some(item) = table.get("origins") {
                let message = "a server key has no origins: it is never used in a page";
                findings.error(item.span(), message, "remove `origins`, or write `kind = \"browser\"`");
            }
            Vec::new()
        }
        Some(KeyKind::Browser) => browser_origins(&table, span, findings),
        None => Vec::new(),
    };
    Some(Key { id: WriteKey::new(id?), kind: kind?, origins })
}

fn kind(table: &Table<'_>, findings: &mut Findings<'_>) -> Option<KeyKind> {
    let help = "write `kind = \"browser\"` for pages or `kind = \"server\"` for your servers";
    let found = table.required_text("kind", help, findings)?;
    match found.text {
        "browser" => Some(KeyKind::Browser),
        "server" => Some(KeyKind::Server),
        other => {
            let help = suggestions::help(other, &["browser", "server"]);
            findings.error(found.span, format!("unknown kind of key `{other}`"), help);
            None
        }
    }
}

fn id(
    table: &Table<'_>,
    kind: Option<KeyKind>,
    seen: &mut HashMap<String, Range<usize>>,
    findings: &mut Findings<'_>,
) -> Option<String> {
    let Some(item) = table.get("id") else {
        table.missing("id", ID_HELP, findings);
        return None;
    };
    let id = if kind == Some(KeyKind::Server) {
        secrets::read(item, "id", findings)?
    } else {
        text(item, "id", ID_HELP, findings)?.text.to_owned()
    };
    let allowed = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '-' | '.');
    if id.len() > KEY_BYTES || !id.chars().all(allowed) {
        let help = format!("use letters, digits, `_`, `-` and `.`, at most {KEY_BYTES}");
        findings.error(item.span(), "this key's id cannot travel in a header", help);
        return None;
    }
    if let Some(first) = seen.get(&id) {
        findings.clash(item.span(), "two keys have this id", "give each key its own", first.clone(), "the first one");
        return None;
    }
    seen.insert(id.clone(), item.span());
    Some(id)
}

fn browser_origins(table: &Table<'_>, span: Range<usize>, findings: &mut Findings<'_>) -> Vec<String> {
    let help = "add `origins = [\"https://app.example.com\"]`";
    let Some(item) = table.get("origins") else {
        findings.warning(span, "a browser key without `origins`: no page may use it", help);
        return Vec::new();
    };
    let DeValue::Array(items) = item.get_ref() else {
        let help = match item.get_ref() {
            DeValue::String(one) => format!("write `origins = [\"{one}\"]`"),
            _ => help.to_owned(),
        };
        wrong_type(item, "origins", "a list", item.get_ref(), &help, findings);
        return Vec::new();
    };
    if items.is_empty() {
        findings.warning(item.span(), "`origins` is empty: no page may use this key", help);
    }
    let mut origins = Vec::new();
    for item in items.iter() {
        let Some(origin) = text(item, "origins", help, findings) else { continue };
        match origins::check(origin.text) {
            Ok(()) => origins.push(origin.text.to_owned()),
            Err(help) => findings.error(origin.span, format!("`{}` is not an origin", origin.text), help),
        }
    }
    origins
}
