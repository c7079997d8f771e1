//! `[hesitation]`: whom to ask when they are stuck, and how.

use super::findings::Findings;
use super::patterns::{self, Where};
use super::table::{Item, RawTable, Table, Text, wrong_type};
use super::{accent, links, shares, suggestions};
use crate::project::hesitation::{Hesitation, Language, WORD_KEYS, builtin_words};
use domain::hesitation::HelpLink;
use domain::{UrlPattern, limits};
use toml::de::DeValue;

const KEYS: [&str; 10] =
    ["budget", "language", "ask", "words", "accent", "pages", "exclude", "help", "record", "precision_floor"];

/// More than one session in five would be a nuisance, whatever the score.
const LARGEST_BUDGET: f64 = 0.2;

/// Shares travel to the browser in thousandths.
const SMALLEST_SHARE: f64 = 0.001;

pub(super) fn read(table: RawTable<'_>, findings: &mut Findings<'_>) -> Hesitation {
    let table = Table::new(table.entries, table.span, "hesitation table", &KEYS, findings);
    let language = language(&table, findings);
    let mut share = |key, range, example| shares::read(&table, key, range, example, findings);
    let budget = share("budget", SMALLEST_SHARE..=LARGEST_BUDGET, "3%");
    let record_share = share("record", 0.0..=1.0, "1%");
    let precision_floor = share("precision_floor", 0.0..=1.0, "50%");
    if let (Some(share), Some(item)) = (record_share, table.get("record"))
        && share > 0.0
        && share < SMALLEST_SHARE
    {
        findings.error(item.span(), "`record` is too small to count", "write at least \"0.1%\", or \"0%\" for nothing");
    }
    Hesitation {
        budget: budget.unwrap_or(Hesitation::DEFAULT_BUDGET),
        language,
        is_asking: table.truth("ask", findings).unwrap_or(true),
        words: words(&table, language, findings),
        accent: table.get("accent").and_then(|it| accent::read(it, findings)).unwrap_or_default(),
        pages: url_patterns(&table, "pages", "/invoices/:id", findings),
        excluded: url_patterns(&table, "exclude", "/checkout/*", findings),
        links: links(&table, findings),
        record_share: record_share.unwrap_or(0.0),
        precision_floor: precision_floor.unwrap_or(Hesitation::DEFAULT_PRECISION_FLOOR),
    }
}

fn language(table: &Table<'_>, findings: &mut Findings<'_>) -> Language {
    let known = Language::ALL.map(Language::tag);
    let help = format!("write `language = \"en\"`; there are {}", suggestions::list(&known));
    let Some(found) = table.text("language", &help, findings) else { return Language::default() };
    Language::from_tag(found.text).unwrap_or_else(|| {
        // `de-AT` is German, and so is `Deutsch`.
        let wanted = found.text.to_lowercase();
        let short = wanted.split(['-', '_']).next().unwrap_or_default();
        let meant = NAMES
            .iter()
            .find(|(name, _)| *name == wanted)
            .map(|(_, tag)| *tag)
            .or(known.into_iter().find(|it| *it == short));
        let help = match meant {
            Some(tag) => format!("write `language = \"{tag}\"`"),
            None => format!(
                "there are {}; for another, take the nearest and put your texts in [hesitation.words]",
                suggestions::list(&known)
            ),
        };
        findings.error(found.span, format!("unknown language `{}`", found.text), help);
        Language::default()
    })
}

/// What people write for a language.
const NAMES: [(&str, &str); 8] = [
    ("english", "en"),
    ("german", "de"),
    ("deutsch", "de"),
    ("french", "fr"),
    ("français", "fr"),
    ("spanish", "es"),
    ("español", "es"),
    ("castellano", "es"),
];

fn words(table: &Table<'_>, language: Language, findings: &mut Findings<'_>) -> Vec<String> {
    let mut words = builtin_words(language);
    let Some(item) = table.get("words") else { return words };
    let DeValue::Table(entries) = item.get_ref() else {
        let help = "write them under a line `[hesitation.words]`";
        wrong_type(item, "words", "a table", item.get_ref(), help, findings);
        return words;
    };
    let own = Table::new(entries, item.span(), "table of words", &WORD_KEYS, findings);
    for (key, word) in WORD_KEYS.iter().zip(&mut words) {
        let help = format!("write `{key} = \"{word}\"`, or leave it out for that text");
        if let Some(found) = own.text(key, &help, findings).and_then(|it| short(it, key, findings)) {
            found.text.clone_into(word);
        }
    }
    words
}

/// Shown to people: one line that fits on a phone.
fn short<'t>(found: Text<'t>, key: &str, findings: &mut Findings<'_>) -> Option<Text<'t>> {
    let length = found.text.chars().count();
    if length > limits::PROMPT_TEXT {
        let message = format!("`{key}` is {length} characters long");
        findings.error(found.span, message, format!("write at most {}: it is read at a glance", limits::PROMPT_TEXT));
        return None;
    }
    if found.text.chars().any(char::is_control) {
        findings.error(found.span, format!("`{key}` holds a control character"), "write one line of plain text");
        return None;
    }
    Some(found)
}

fn url_patterns(table: &Table<'_>, key: &str, example: &str, findings: &mut Findings<'_>) -> Vec<UrlPattern> {
    patterns::list(table, key, example, findings, &|item, findings| {
        let pattern = page_pattern(item, key, &Where::List, example, findings)?;
        if key == "pages" && pattern.text.trim_end_matches('/').trim_start_matches('/') == "*" {
            let message = format!("`{}` makes one page of all", pattern.text);
            findings.error(pattern.span, message, "write what comes before it, such as \"/docs/*\"");
            return None;
        }
        Some(pattern)
    })
}

/// A pattern over paths and hash routes: nothing else of a URL reaches the detector.
fn page_pattern<'t>(
    item: &'t Item<'t>,
    key: &str,
    place: &Where,
    example: &str,
    findings: &mut Findings<'_>,
) -> Option<Text<'t>> {
    let found = patterns::read(item, key, place, example, findings)?;
    let path = found.text.split_once("://").map(|(_, rest)| rest.find('/').map_or("/", |at| &rest[at..]));
    if let Some(path) = path {
        let help = format!("write {}", place.as_written(key, path));
        findings.error(found.span, "pages are told apart by their path, not by their origin", help);
        return None;
    }
    if let Some((path, _)) = found.text.split_once('?') {
        let help = format!("write {}", place.as_written(key, path));
        findings.error(found.span, "pages are told apart by their path, without the query", help);
        return None;
    }
    Some(found)
}

fn links(table: &Table<'_>, findings: &mut Findings<'_>) -> Vec<HelpLink> {
    let tables = table.tables("help", "hesitation.help", findings);
    if let Some(first_beyond) = tables.get(limits::HELP_LINKS) {
        let message = format!("{} help links: at most {} fit", tables.len(), limits::HELP_LINKS);
        findings.error(first_beyond.span.clone(), message, "every page loads them all: keep the most useful");
    }
    tables.into_iter().filter_map(|it| link(it, findings)).collect()
}

fn link(table: RawTable<'_>, findings: &mut Findings<'_>) -> Option<HelpLink> {
    let table = Table::new(table.entries, table.span, "help link", &["on", "label", "url"], findings);
    let on = match table.get("on") {
        Some(item) => page_pattern(item, "on", &Where::Key, "/invoices/*", findings),
        None => {
            table.missing("on", "add where it is offered: `on = \"/invoices/*\"`, or \"*\" for everywhere", findings);
            None
        }
    };
    let label = table.required_text("label", "add `label = \"How invoices are numbered\"`", findings);
    let label = label.and_then(|it| short(it, "label", findings));
    let url = table.required_text("url", links::HELP, findings).and_then(|it| links::url(it, findings));
    Some(HelpLink { on: UrlPattern::new(on?.text), label: label?.text.to_owned(), url: url?.text.to_owned() })
}
