//! Rules: which message reaches a milestone.

use super::conditions;
use super::findings::Findings;
use super::patterns;
use super::selectors;
use super::suggestions;
use super::table::{Item, in_file_order, kind, text, wrong_type};
use crate::project::duration;
use domain::{Rule, Scope, Source, UrlPattern, limits, reserved};
use std::ops::Range;
use toml::de::{DeArray, DeTable, DeValue};

/// The word that says what a rule is, and the words that may stand beside it.
const WORDS: [(&str, &[&str]); 10] = [
    ("event", &["where", "source"]),
    ("page", &["where"]),
    ("click", &[]),
    ("seen", &[]),
    ("trait", &[]),
    ("account_trait", &[]),
    ("count", &["of", "within"]),
    ("all", &[]),
    ("any", &[]),
    ("not", &[]),
];

const EXAMPLE: &str = "write `rule = { event = \"Invoice Sent\" }`";

/// Where a rule stands.
#[derive(Clone, Copy)]
struct Position {
    depth: usize,
    /// Whether it must itself happen; inside `all` it is enough that another child does.
    must_fire: bool,
}

/// A milestone's rule.
pub(super) fn read(item: &Item<'_>, findings: &mut Findings<'_>) -> Option<Rule> {
    firing(item, "rule", findings)
}

/// A rule that fires, under another key.
pub(super) fn firing(item: &Item<'_>, key: &str, findings: &mut Findings<'_>) -> Option<Rule> {
    rule(item, key, Position { depth: 0, must_fire: true }, findings)
}

/// What must hold for somebody's traits; it need not happen, so `not` may stand alone.
pub(super) fn audience(item: &Item<'_>, findings: &mut Findings<'_>) -> Option<Rule> {
    let rule = rule(item, "who", Position { depth: 0, must_fire: false }, findings)?;
    let mut is_about_traits = true;
    rule.visit(&mut |it| {
        is_about_traits &= matches!(it, Rule::Trait { .. } | Rule::All(_) | Rule::Any(_) | Rule::Not(_));
    });
    if !is_about_traits {
        let help =
            "say what must happen in `when`; here, write `trait` or `account_trait`, with `all`, `any` and `not`";
        findings.error(item.span(), "`who` looks at traits only", help);
        return None;
    }
    Some(rule)
}

fn rule(item: &Item<'_>, key: &str, position: Position, findings: &mut Findings<'_>) -> Option<Rule> {
    let entries = match item.get_ref() {
        DeValue::Table(entries) => entries,
        DeValue::String(name) => {
            let help = format!("write `{{ event = \"{name}\" }}`");
            wrong_type(item, key, "a rule in braces", item.get_ref(), &help, findings);
            return None;
        }
        other => {
            let help = match other {
                DeValue::Array(_) => "write `{ any = […] }` or `{ all = […] }`",
                _ => EXAMPLE,
            };
            wrong_type(item, key, "a rule in braces", other, help, findings);
            return None;
        }
    };
    if position.depth > limits::RULE_DEPTH {
        let message = format!("this rule nests deeper than {}", limits::RULE_DEPTH);
        findings.error(item.span(), message, "split it over several milestones");
        return None;
    }
    let word = word(entries, item.span(), findings)?;
    let rule = one(word, entries, item.span(), position, findings)?;
    if position.must_fire && !can_fire(&rule) {
        let (message, help) = if word == "not" {
            (
                "a `not` alone is never reached: nothing happens at the moment when nothing happens",
                "say what must happen as well: `all = [{ event = \"…\" }, { not = { event = \"…\" } }]`",
            )
        } else {
            (
                "everything in here is negative, so it is never reached",
                "add what must happen: `all = [{ event = \"…\" }, { not = { event = \"…\" } }]`",
            )
        };
        findings.error(item.span(), message, help);
        return None;
    }
    Some(rule)
}

/// Finds the one word that says what the rule is, and everything that does not go with it.
fn word(entries: &DeTable<'_>, span: Range<usize>, findings: &mut Findings<'_>) -> Option<&'static str> {
    let words: Vec<&str> = WORDS.iter().map(|(word, _)| *word).collect();
    let ordered = in_file_order(entries);
    let mut present = ordered.iter().filter_map(|(key, _)| {
        let found = WORDS.iter().find(|(word, _)| *word == key.get_ref().as_ref())?;
        Some((found, key.span()))
    });
    let Some(((word, beside), first)) = present.next() else {
        no_word(entries, span, &words, findings);
        return None;
    };
    let mut is_clear = true;
    for ((other, _), other_span) in present {
        let message = format!("a rule says one thing, this one says `{word}` and `{other}`");
        let help = format!("combine them: `any = [{{ {word} = … }}, {{ {other} = … }}]`, or `all`");
        findings.clash(other_span, message, help, first.clone(), "the first one");
        is_clear = false;
    }
    for (key, _) in &ordered {
        let found = key.get_ref().as_ref();
        if words.contains(&found) || beside.contains(&found) {
            continue;
        }
        let owners: Vec<&str> =
            WORDS.iter().filter(|(_, beside)| beside.contains(&found)).map(|(word, _)| *word).collect();
        if owners.is_empty() {
            let known: Vec<&str> = words.iter().chain(beside.iter()).copied().collect();
            findings.error(key.span(), format!("unknown key `{found}` in a rule"), suggestions::help(found, &known));
        } else {
            let message = format!("`{found}` does not go with `{word}`");
            findings.error(key.span(), message, format!("it belongs to {}", suggestions::list(&owners)));
        }
        is_clear = false;
    }
    is_clear.then_some(*word)
}

fn no_word(entries: &DeTable<'_>, span: Range<usize>, words: &[&str], findings: &mut Findings<'_>) {
    if entries.is_empty() {
        findings.error(span, "an empty rule", EXAMPLE);
        return;
    }
    for (key, _) in in_file_order(entries) {
        let found = key.get_ref().as_ref();
        let (message, help) = match found {
            "within" | "of" => (
                format!("`{found}` without `count`"),
                "write `{ count = 3, of = { event = \"Invoice Sent\" }, within = \"30d\" }`".to_owned(),
            ),
            "where" | "source" => (format!("`{found}` without `event`"), "add `event = \"Invoice Sent\"`".to_owned()),
            _ => (format!("unknown rule `{found}`"), suggestions::help(found, words)),
        };
        findings.error(key.span(), message, help);
    }
}

fn one(
    word: &str,
    entries: &DeTable<'_>,
    span: Range<usize>,
    position: Position,
    findings: &mut Findings<'_>,
) -> Option<Rule> {
    let item = entries.get(word)?;
    let deeper = |must_fire| Position { depth: position.depth + 1, must_fire };
    match word {
        "event" => event(item, entries, findings),
        "page" => {
            let conditions = conditions::beside(entries, findings);
            let pattern = patterns::read(item, "page", &patterns::Where::Key, "/invoices/:id", findings)?;
            Some(Rule::Page { pattern: UrlPattern::new(pattern.text), conditions: conditions? })
        }
        "click" => Some(Rule::Click { selector: selector(item, word, findings)? }),
        "seen" => Some(Rule::Seen { selector: selector(item, word, findings)? }),
        "trait" => Some(Rule::Trait { of: Scope::User, conditions: conditions::of_traits(item, word, findings)? }),
        "account_trait" => {
            Some(Rule::Trait { of: Scope::Account, conditions: conditions::of_traits(item, word, findings)? })
        }
        "count" => {
            let at_least = count(item, findings);
            let within_ms = match entries.get("within") {
                Some(item) => Some(duration_of(item, "within", "30d", findings)?),
                None => None,
            };
            let Some(of) = entries.get("of") else {
                let help = "add what is counted: `of = { event = \"Invoice Sent\" }`";
                findings.missing(span, "a count without `of`", help);
                return None;
            };
            let rule = rule(of, "of", deeper(true), findings)?;
            Some(Rule::Count { at_least: at_least?, within_ms, rule: Box::new(rule) })
        }
        "all" => Some(Rule::All(rules(item, word, deeper(false), findings)?)),
        "any" => Some(Rule::Any(rules(item, word, deeper(position.must_fire), findings)?)),
        _ => Some(Rule::Not(Box::new(rule(item, word, deeper(false), findings)?))),
    }
}

fn event(item: &Item<'_>, entries: &DeTable<'_>, findings: &mut Findings<'_>) -> Option<Rule> {
    let conditions = conditions::beside(entries, findings);
    let source = match entries.get("source") {
        Some(item) => source(item, findings),
        None => Some(Source::Any),
    };
    let name = text(item, "event", "write `event = \"Invoice Sent\"`", findings)?;
    let instead = match name.text {
        reserved::MILESTONE_REACHED => {
            Some("leave `rule` out: such a milestone is reached by `milepost('milestone', \"its-id\")` in your code")
        }
        reserved::ELEMENT_CLICKED => Some("write `click = \"css selector\"`"),
        reserved::ELEMENT_SEEN => Some("write `seen = \"css selector\"`"),
        _ => None,
    };
    if let Some(help) = instead {
        findings.error(name.span, format!("`{}` is a message that Milepost itself sends", name.text), help);
        return None;
    }
    Some(Rule::Event { name: name.text.to_owned(), conditions: conditions?, source: source? })
}

fn source(item: &Item<'_>, findings: &mut Findings<'_>) -> Option<Source> {
    let found = text(item, "source", "write `source = \"server\"` or `source = \"any\"`", findings)?;
    match found.text {
        "any" => Some(Source::Any),
        "server" => Some(Source::Server),
        other => {
            let help = suggestions::help(other, &["server", "any"]);
            findings.error(found.span, format!("unknown source `{other}`"), help);
            None
        }
    }
}

fn selector(item: &Item<'_>, word: &str, findings: &mut Findings<'_>) -> Option<String> {
    let help = format!("write a CSS selector, such as `{word} = \"[data-milepost='invite']\"`");
    let found = text(item, word, &help, findings)?;
    if let Some(mistake) = selectors::mistake(found.text) {
        findings.error(found.span, format!("`{}` is not a CSS selector: {mistake}", found.text), help);
        return None;
    }
    Some(found.text.to_owned())
}

fn count(item: &Item<'_>, findings: &mut Findings<'_>) -> Option<u32> {
    let help = format!("write a whole number from 1 to {}", limits::COUNT);
    let DeValue::Integer(number) = item.get_ref() else {
        wrong_type(item, "count", "a whole number", item.get_ref(), &help, findings);
        return None;
    };
    let found = i64::from_str_radix(number.as_str(), number.radix()).ok().and_then(|it| u32::try_from(it).ok());
    match found.filter(|it| (1..=limits::COUNT).contains(it)) {
        Some(count) => Some(count),
        None => {
            findings.error(item.span(), format!("a count of {number} cannot be counted"), help);
            None
        }
    }
}

fn rules(item: &Item<'_>, word: &str, position: Position, findings: &mut Findings<'_>) -> Option<Vec<Rule>> {
    let items = list(item, word, findings)?;
    let found: Vec<Option<Rule>> = items.iter().map(|it| rule(it, word, position, findings)).collect();
    found.into_iter().collect()
}

fn list<'t>(item: &'t Item<'t>, word: &str, findings: &mut Findings<'_>) -> Option<&'t DeArray<'t>> {
    let help = format!("write a list: `{word} = [{{ event = \"A\" }}, {{ event = \"B\" }}]`");
    let DeValue::Array(items) = item.get_ref() else {
        let message = format!("`{word}` must be a list of rules, found {}", kind(item.get_ref()));
        findings.error(item.span(), message, help);
        return None;
    };
    if items.is_empty() {
        findings.error(item.span(), format!("an empty `{word}`"), help);
        return None;
    }
    if items.len() > limits::RULE_WIDTH {
        let message = format!("{} rules in one `{word}`", items.len());
        findings.error(item.span(), message, format!("write at most {}, or nest them", limits::RULE_WIDTH));
        return None;
    }
    Some(items)
}

/// Whether some message can make this rule fire.
fn can_fire(rule: &Rule) -> bool {
    match rule {
        Rule::Event { .. } | Rule::Page { .. } | Rule::Click { .. } | Rule::Seen { .. } | Rule::Trait { .. } => true,
        Rule::Count { rule, .. } => can_fire(rule),
        Rule::All(rules) | Rule::Any(rules) => rules.iter().any(can_fire),
        Rule::Not(_) => false,
    }
}

pub(super) fn scope_of(text: &str) -> Option<Scope> {
    match text {
        "user" => Some(Scope::User),
        "account" => Some(Scope::Account),
        _ => None,
    }
}

/// A duration; where it is none, that is said.
pub(super) fn duration_of(item: &Item<'_>, key: &str, example: &str, findings: &mut Findings<'_>) -> Option<u64> {
    let help = match item.get_ref() {
        DeValue::String(text) => match duration::parse(text) {
            Ok(duration_ms) => return Some(duration_ms),
            Err(help) => {
                findings.error(item.span(), format!("`{text}` is not a duration"), help.to_string());
                return None;
            }
        },
        DeValue::Integer(number) => {
            let unit = example.trim_start_matches(|it: char| it.is_ascii_digit());
            format!("write a unit, in quotes: `{key} = \"{number}{unit}\"`")
        }
        _ => format!("write `{key} = \"{example}\"`"),
    };
    wrong_type(item, key, "a duration in quotes", item.get_ref(), &help, findings);
    None
}
