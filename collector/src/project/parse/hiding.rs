//! `[[hide]]`: what is hidden from whom.

use super::findings::Findings;
use super::suggestions;
use super::table::{RawTable, Table, Text, text, wrong_type};
use crate::project::{Hidden, Hide, Onlooker};
use crate::storage::TraitPath;
use toml::de::DeValue;

/// A company has some roles; more tables are a mistake of a program.
const TABLES_MAX: usize = 50;

/// Each is taken out of whatever is shown.
const TRAITS_MAX: usize = 100;

pub(super) fn read(root: &Table<'_>, findings: &mut Findings<'_>) -> Vec<Hide> {
    let tables = root.tables("hide", "hide", findings);
    if let Some(table) = tables.get(TABLES_MAX) {
        let message = format!("there are more than {TABLES_MAX} tables `[[hide]]`");
        findings.error(table.span.clone(), message, "one table may name several readers and several fields");
    }
    tables.into_iter().filter_map(|it| hide(it, findings)).collect()
}

fn hide(table: RawTable<'_>, findings: &mut Findings<'_>) -> Option<Hide> {
    let table = Table::new(table.entries, table.span, "hide table", &["from", "fields", "traits"], findings);
    if table.get("from").is_none() {
        table.missing("from", "add `from = [\"viewer\", \"token\"]`", findings);
    }
    let readers = Onlooker::ALL.map(Onlooker::as_str);
    let from =
        words(&table, "from", &readers, findings).iter().filter_map(|it| reader(it, &readers, findings)).collect();
    let mut what = Hidden::default();
    for found in words(&table, "fields", &Hidden::FIELDS, findings) {
        match found.text {
            "name" => what.name = true,
            "email" => what.email = true,
            "answers" => what.answers = true,
            "queries" => what.queries = true,
            other => {
                let message = format!("unknown field `{other}`");
                let help = format!("{}; a trait stands in `traits`", suggestions::help(other, &Hidden::FIELDS));
                findings.error(found.span, message, help);
            }
        }
    }
    let traits = words(&table, "traits", &["phone", "account.contact"], findings);
    if traits.len() > TRAITS_MAX {
        let message = format!("`traits` lists {} traits", traits.len());
        findings.error(table.span.clone(), message, format!("write at most {TRAITS_MAX}"));
    }
    for found in traits {
        let path = TraitPath::parse(found.text);
        if path.path.iter().any(String::is_empty) {
            let help = "write it as elsewhere: `phone` is the user's, `account.contact` the account's";
            findings.error(found.span, format!("`{}` is no trait", found.text), help);
            continue;
        }
        what.traits.push(path);
    }
    if table.get("fields").is_none() && table.get("traits").is_none() {
        let help = "add `fields = [\"name\", \"email\"]` or `traits = [\"phone\"]`";
        findings.missing(table.span, "this table hides nothing", help);
    }
    Some(Hide { from, what })
}

fn reader(found: &Text<'_>, known: &[&str], findings: &mut Findings<'_>) -> Option<Onlooker> {
    let reader = Onlooker::parse(found.text);
    if found.text == "owner" {
        let help = "leave `owner` out; make whoever is not to see it something else";
        findings.error(found.span.clone(), "nothing is hidden from owners: they say what is hidden", help);
    } else if reader.is_none() {
        let message = format!("unknown reader `{}`", found.text);
        findings.error(found.span.clone(), message, suggestions::help(found.text, known));
    }
    reader
}

/// The texts of a list; none where it is missing.
fn words<'t>(table: &Table<'t>, key: &str, example: &[&str], findings: &mut Findings<'_>) -> Vec<Text<'t>> {
    let Some(item) = table.get(key) else { return Vec::new() };
    let example = example.iter().map(|it| format!("\"{it}\"")).collect::<Vec<_>>().join(", ");
    let help = format!("write `{key} = [{example}]`, or less");
    let DeValue::Array(items) = item.get_ref() else {
        wrong_type(item, key, "a list", item.get_ref(), &help, findings);
        return Vec::new();
    };
    if items.is_empty() {
        findings.error(item.span(), format!("`{key}` is empty"), &help);
    }
    items.iter().filter_map(|it| text(it, key, &help, findings)).collect()
}
