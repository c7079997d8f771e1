//! `[[survey.step]]`: one screen each, before they know of one another.

use super::said::Said;
use crate::project::parse::findings::Findings;
use crate::project::parse::ids::{self, Seen};
use crate::project::parse::table::{RawTable, Table, in_file_order, wrong_type};
use crate::project::parse::{numbers, suggestions};
use domain::limits;
use domain::survey::{Choice, Link, Metric, Shape, StepKind};
use toml::de::DeValue;

/// A screen as it stands in the file, without its texts.
pub(super) struct Draft<'t> {
    pub(super) id: String,
    pub(super) table: Table<'t>,
    pub(super) kind: Kind,
    pub(super) is_required: bool,
}

pub(super) enum Kind {
    Scale { metric: Metric, shape: Shape, from: i32, to: i32 },
    Choice { is_multiple: bool, ids: Vec<String>, has_other: bool, is_shuffled: bool },
    Written { is_long: bool },
    Information,
    Link,
    Thanks { has_link: bool },
}

const KINDS: [&str; 11] =
    ["nps", "csat", "ces", "rating", "single", "multiple", "short", "long", "information", "link", "thanks"];

const KIND_HELP: &str = "add `kind = \"nps\"`; there are `nps`, `csat`, `ces`, `rating`, `single`, `multiple`, `short`, `long`, `information`, `link` and `thanks`";

/// What a step cannot be called: these words mean something else where steps are named.
const WORDS: [&str; 5] = ["end", "label", "words", "user", "account"];

/// The keys of a kind, beside those of all.
fn keys(kind: &str) -> &'static [&'static str] {
    match kind {
        "nps" | "csat" | "ces" | "rating" => &["required", "low", "high", "shape", "min", "max", "next", "branch"],
        "single" | "multiple" => &["required", "choices", "other", "shuffle", "next", "branch"],
        "short" | "long" => &["required", "placeholder", "next", "branch"],
        "information" => &["next", "branch"],
        "link" => &["link", "next", "branch"],
        _ => &["link", "contact"],
    }
}

const COMMON: [&str; 5] = ["id", "kind", "title", "text", "band"];

/// The keys of this kind, and those of others that stand here; about these it is said where they belong.
fn with_foreign<'t>(raw: &Table<'t>, word: &str, own: &[&'static str], findings: &mut Findings<'_>) -> Vec<&'t str> {
    let mut known: Vec<&str> = own.to_vec();
    for key in raw.entries.keys() {
        let found = key.get_ref().as_ref();
        let owners: Vec<&str> = KINDS.into_iter().filter(|it| keys(it).contains(&found)).collect();
        if !own.contains(&found) && !owners.is_empty() {
            let help = format!("it belongs to {}", suggestions::list(&owners));
            findings.error(key.span(), format!("`{found}` does not go with the kind `{word}`"), help);
            known.push(found);
        }
    }
    known
}

pub(super) fn read<'t>(survey: &Table<'t>, findings: &mut Findings<'_>) -> Vec<Draft<'t>> {
    let tables = survey.tables("step", "survey.step", findings);
    if tables.is_empty() {
        let help = "add `[[survey.step]]` with an `id`, a `kind` and a `title`";
        findings.missing(survey.span.clone(), "a survey without steps", help);
    }
    if let Some(first_beyond) = tables.get(limits::SURVEY_STEPS) {
        let message = format!("{} steps: a survey has at most {}", tables.len(), limits::SURVEY_STEPS);
        findings.error(first_beyond.span.clone(), message, "nobody answers so many: ask less");
    }
    let mut seen = Seen::new();
    tables.into_iter().filter_map(|it| step(it, &mut seen, findings)).collect()
}

fn step<'t>(table: RawTable<'t>, seen: &mut Seen, findings: &mut Findings<'_>) -> Option<Draft<'t>> {
    let raw = Table { entries: table.entries, span: table.span, what: "step" };
    let word = raw.required_text("kind", KIND_HELP, findings);
    let word = word.and_then(|it| {
        if !KINDS.contains(&it.text) {
            let help = suggestions::help(it.text, &KINDS);
            findings.error(it.span, format!("unknown kind of step `{}`", it.text), help);
            return None;
        }
        Some(it.text)
    });
    let id = ids::read(&raw, "step", "score", seen, findings);
    let id = id.filter(|it| {
        let is_free = !WORDS.contains(&it.as_str());
        if !is_free && let Some(item) = raw.get("id") {
            let message =
                format!("a step cannot be called `{it}`: the word means something else where steps are named");
            findings.error(item.span(), message, format!("write `id = \"{it}-1\"`, or a word for what it asks"));
        }
        is_free
    });
    let word = word?;
    let own: Vec<&str> = COMMON.iter().chain(keys(word)).copied().collect();
    let known = with_foreign(&raw, word, &own, findings);
    let table = Table::new(raw.entries, raw.span, "step", &known, findings);
    let kind = kind(word, &table, findings)?;
    // A survey begins with a number or a choice; the rest is asked kindly.
    let must_be = matches!(kind, Kind::Scale { .. } | Kind::Choice { is_multiple: false, .. });
    let is_required = table.truth("required", findings).unwrap_or(must_be);
    Some(Draft { id: id?, table, kind, is_required })
}

fn kind(word: &str, table: &Table<'_>, findings: &mut Findings<'_>) -> Option<Kind> {
    if let Some(metric) = Metric::parse(word) {
        return scale(metric, table, findings);
    }
    match word {
        "single" | "multiple" => Some(Kind::Choice {
            is_multiple: word == "multiple",
            ids: choices(table, findings)?,
            has_other: table.get("other").is_some(),
            is_shuffled: table.truth("shuffle", findings).unwrap_or(false),
        }),
        "short" | "long" => Some(Kind::Written { is_long: word == "long" }),
        "information" => Some(Kind::Information),
        "link" => {
            if table.get("link").is_none() {
                table.missing("link", "add `link = { label = \"Read more\", url = \"https://…\" }`", findings);
            }
            Some(Kind::Link)
        }
        _ => Some(Kind::Thanks { has_link: table.get("link").is_some() }),
    }
}

fn scale(metric: Metric, table: &Table<'_>, findings: &mut Findings<'_>) -> Option<Kind> {
    let (from, to) = match metric {
        Metric::Nps => (0, 10),
        Metric::Csat | Metric::Rating => (1, 5),
        Metric::Ces => (1, 7),
    };
    let word = metric.as_str();
    let mut bound = |key, usual: u32| match table.get(key) {
        Some(item) if metric != Metric::Rating => {
            // Only what everybody measures the same way can be compared.
            let found = numbers::within(item, key, 0..=100, findings)?;
            if found != usual {
                let message = format!("a step of kind `{word}` goes from {from} to {to}, always");
                let help = format!("leave `{key}` out, or write `kind = \"rating\"` for a scale of your own");
                findings.error(item.span(), message, help);
            }
            Some(usual)
        }
        Some(item) => numbers::within(item, key, if key == "min" { 0..=1 } else { 2..=10 }, findings),
        None => Some(usual),
    };
    let (from, to) = (bound("min", from)?, bound("max", to)?);
    let known = Shape::ALL.map(Shape::as_str);
    let help = format!("write `shape = \"stars\"`; there are {}", suggestions::list(&known));
    let found = table.text("shape", &help, findings);
    let mut shape = if metric == Metric::Rating && from > 0 { Shape::Stars } else { Shape::Numbers };
    if let Some(found) = found {
        match Shape::parse(found.text) {
            None => {
                let help = suggestions::help(found.text, &known);
                findings.error(found.span, format!("unknown shape `{}`", found.text), help);
            }
            Some(other) if other != Shape::Numbers && matches!(metric, Metric::Nps | Metric::Ces) => {
                let message = format!("a step of kind `{word}` is asked in numbers");
                findings.error(found.span, message, "leave `shape` out, or write `kind = \"rating\"`");
            }
            Some(Shape::Emoji) if to > 5 => {
                findings.error(found.span, "there are five faces at most", "write `max = 5`, or another `shape`");
            }
            Some(other) if other != Shape::Numbers && from == 0 => {
                findings.error(
                    found.span,
                    "no star at all cannot be chosen",
                    "leave `min` out, or write `shape = \"numbers\"`",
                );
            }
            Some(other) => shape = other,
        }
    }
    if matches!(metric, Metric::Nps | Metric::Ces) && (table.get("low").is_none() || table.get("high").is_none()) {
        let help = match metric {
            Metric::Nps => "add `low = \"Not at all likely\"` and `high = \"Extremely likely\"`",
            _ => "add `low = \"Strongly disagree\"` and `high = \"Strongly agree\"`",
        };
        findings.warning(table.span.clone(), "nobody knows which end of this scale is which", help);
    }
    Some(Kind::Scale { metric, shape, from: from as i32, to: to as i32 })
}

/// The ids of the choices in their order.
fn choices(table: &Table<'_>, findings: &mut Findings<'_>) -> Option<Vec<String>> {
    const HELP: &str = "write each with an id of its own: `choices = { price = \"The price\", speed = \"The speed\" }`";
    let Some(item) = table.get("choices") else {
        table.missing("choices", HELP, findings);
        return None;
    };
    let DeValue::Table(entries) = item.get_ref() else {
        wrong_type(item, "choices", "a table", item.get_ref(), HELP, findings);
        return None;
    };
    let ordered = in_file_order(entries);
    let mut found = Vec::new();
    for (key, _) in &ordered {
        let word = key.get_ref().as_ref();
        if !ids::is_id(word) {
            let message = format!("`{word}` is not an id: lower-case letters, digits and hyphens only");
            let help = format!(
                "write `{} = \"…\"`: the id is what is recorded, the text what is shown",
                ids::nearest(word, "price")
            );
            findings.error(key.span(), message, help);
            return None;
        }
        if word == "other" && table.get("other").is_some() {
            let help = "give this choice another id, or leave `other` out";
            findings.error(key.span(), "`other` is what people write themselves, and a choice as well", help);
            return None;
        }
        found.push(word.to_owned());
    }
    let count = found.len() + usize::from(table.get("other").is_some());
    if count < 2 || found.is_empty() {
        findings.error(item.span(), "there is nothing to choose between", "write two choices at least");
        return None;
    }
    if found.len() > limits::CHOICES {
        let message = format!("{} choices: a step has at most {}", found.len(), limits::CHOICES);
        findings.error(item.span(), message, "ask for less, or let people write");
        return None;
    }
    Some(found)
}

impl Draft<'_> {
    /// Something can be answered.
    pub(super) fn is_question(&self) -> bool {
        matches!(self.kind, Kind::Scale { .. } | Kind::Choice { .. } | Kind::Written { .. })
    }

    pub(super) fn kind_word(&self) -> &'static str {
        self.speaking(&|_| String::new()).as_str()
    }

    /// With its texts in one language, where that has them, else in the default.
    pub(super) fn spoken(&self, own: Option<&Said>, usual: &Said) -> StepKind {
        self.speaking(&|key| own.and_then(|it| it.get(key)).or(usual.get(key)).unwrap_or_default().to_owned())
    }

    fn speaking(&self, say: &dyn Fn(&str) -> String) -> StepKind {
        let link = || Link { label: say("link"), url: say("url") };
        match &self.kind {
            Kind::Scale { metric, shape, from, to } => StepKind::Scale {
                metric: *metric,
                shape: *shape,
                from: *from,
                to: *to,
                low: say("low"),
                high: say("high"),
            },
            Kind::Choice { is_multiple, ids, is_shuffled, .. } => StepKind::Choice {
                is_multiple: *is_multiple,
                choices: ids.iter().map(|id| Choice { id: id.clone(), label: say(&format!("choices.{id}")) }).collect(),
                other: say("other"),
                is_shuffled: *is_shuffled,
            },
            Kind::Written { is_long } => StepKind::Written { is_long: *is_long, placeholder: say("placeholder") },
            Kind::Information => StepKind::Information,
            Kind::Link => StepKind::Link(link()),
            Kind::Thanks { has_link } => StepKind::Thanks { link: has_link.then(link), contact: say("contact") },
        }
    }
}
