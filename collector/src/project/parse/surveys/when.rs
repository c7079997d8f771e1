//! `when`: what brings a survey up.

use crate::project::parse::findings::Findings;
use crate::project::parse::table::{Item, Table, in_file_order, text, wrong_type};
use crate::project::parse::{rules, suggestions};
use domain::survey::Trigger;
use domain::{Journey, JourneyId, MilestoneId, Rule, Source, limits};
use toml::de::{DeTable, DeValue};

/// What is ours beside the words of rules.
const WORDS: [&str; 4] = ["milestone", "overdue", "hesitation", "time_on_page"];

const EXAMPLE: &str = "write `when = { event = \"Invoice Sent\" }`, `{ milestone = \"onboarding/invoice-sent\" }`, `{ overdue = \"onboarding/invoice-sent\", after = \"7d\" }`, `{ hesitation = true }` or `{ time_on_page = \"40s\" }`";

/// Each trigger with its item: one, or a list of them.
pub(super) fn read<'t>(
    table: &Table<'t>,
    journeys: &[Journey],
    findings: &mut Findings<'_>,
) -> Vec<(Trigger, &'t Item<'t>)> {
    let Some(item) = table.get("when") else { return Vec::new() };
    let items: Vec<&Item<'_>> = match item.get_ref() {
        DeValue::Array(items) => items.iter().collect(),
        _ => vec![item],
    };
    if items.is_empty() {
        findings.error(item.span(), "an empty `when`", EXAMPLE);
    }
    if let Some(first_beyond) = items.get(limits::TRIGGERS) {
        let message = format!("{} triggers: a survey has at most {}", items.len(), limits::TRIGGERS);
        findings.error(first_beyond.span(), message, "put events into one `{ any = […] }`");
    }
    items.into_iter().filter_map(|it| Some((trigger(it, journeys, findings)?, it))).collect()
}

fn trigger(item: &Item<'_>, journeys: &[Journey], findings: &mut Findings<'_>) -> Option<Trigger> {
    let DeValue::Table(entries) = item.get_ref() else {
        wrong_type(item, "when", "a table", item.get_ref(), EXAMPLE, findings);
        return None;
    };
    let Some(word) = WORDS.into_iter().find(|it| entries.get(*it).is_some()) else {
        if let Some((key, _)) = entries.iter().find(|(key, _)| key.get_ref() == "after") {
            let help = "write `{ overdue = \"onboarding/invoice-sent\", after = \"7d\" }`; for a pause, `delay = \"5s\"` beside `when`";
            findings.error(key.span(), "`after` without `overdue`", help);
            return None;
        }
        let rule = rules::firing(item, "when", findings)?;
        noticed(&rule, item, findings);
        return Some(Trigger::Fired(rule));
    };
    for (key, _) in in_file_order(entries) {
        let other = key.get_ref().as_ref();
        if other != word && (other, word) != ("after", "overdue") {
            let help = format!("write them apart, in a list: `when = [{{ {word} = … }}, {{ {other} = … }}]`");
            findings.error(key.span(), format!("`{other}` does not go with `{word}`"), help);
            return None;
        }
    }
    let item = entries.get(word)?;
    match word {
        "milestone" => {
            let (journey, milestone) = milestone(item, word, journeys, findings)?;
            let milestones = journeys.iter().filter(|it| it.id == journey).flat_map(|it| &it.milestones);
            milestones.filter(|it| it.id == milestone).for_each(|it| noticed(&it.rule, item, findings));
            Some(Trigger::Reached { journey, milestone })
        }
        "overdue" => {
            let found = milestone(item, word, journeys, findings);
            let after_ms = after(entries, item, findings);
            let (journey, milestone) = found?;
            Some(Trigger::Overdue { journey, milestone, after_ms: after_ms? })
        }
        "time_on_page" => Some(Trigger::TimeOnPage { after_ms: rules::duration_of(item, word, "40s", findings)? }),
        _ if matches!(item.get_ref(), DeValue::Boolean(true)) => Some(Trigger::Hesitation),
        _ => {
            let help = "write `hesitation = true`, or leave it out";
            wrong_type(item, word, "true", item.get_ref(), help, findings);
            None
        }
    }
}

/// Warns where no page can see it happen.
fn noticed(rule: &Rule, item: &Item<'_>, findings: &mut Findings<'_>) {
    if !happens_in_pages(rule) {
        let help = "name something that a page sees, such as an element that shows it: `{ seen = \".paid\" }`";
        findings.warning(
            item.span(),
            "only your server says that this happened: no page notices, so nothing comes up",
            help,
        );
    }
}

fn happens_in_pages(rule: &Rule) -> bool {
    match rule {
        Rule::Event { source, .. } => *source == Source::Any,
        Rule::Count { rule, .. } => happens_in_pages(rule),
        Rule::All(rules) => rules.iter().all(happens_in_pages),
        Rule::Any(rules) => rules.iter().any(happens_in_pages),
        // What must not have happened need not be noticed.
        Rule::Not(_) | Rule::Page { .. } | Rule::Click { .. } | Rule::Seen { .. } | Rule::Trait { .. } => true,
    }
}

fn after(entries: &DeTable<'_>, overdue: &Item<'_>, findings: &mut Findings<'_>) -> Option<u64> {
    match entries.get("after") {
        Some(item) => rules::duration_of(item, "after", "7d", findings),
        None => {
            findings.missing(
                overdue.span(),
                "`overdue` without `after`",
                "add how long after the milestone before it: `after = \"7d\"`",
            );
            None
        }
    }
}

/// `journey/milestone`, both of which there are.
fn milestone(
    item: &Item<'_>,
    word: &str,
    journeys: &[Journey],
    findings: &mut Findings<'_>,
) -> Option<(JourneyId, MilestoneId)> {
    let help = format!("write `{word} = \"journey/milestone\"`, by their ids");
    let found = text(item, word, &help, findings)?;
    let Some((journey, milestone)) = found.text.split_once('/') else {
        let owner = journeys.iter().find(|it| it.milestones.iter().any(|it| it.id.as_str() == found.text));
        let help = owner.map_or(help, |it| format!("write `{word} = \"{}/{}\"`", it.id, found.text));
        findings.error(found.span, format!("`{}` does not say of which journey", found.text), help);
        return None;
    };
    let Some(known) = journeys.iter().find(|it| it.id.as_str() == journey) else {
        let ids: Vec<&str> = journeys.iter().map(|it| it.id.as_str()).collect();
        let help =
            if ids.is_empty() { "define it under `[[journey]]`".to_owned() } else { suggestions::help(journey, &ids) };
        // A journey with a mistake of its own is not known either.
        findings.error(found.span, format!("there is no journey `{journey}`"), help);
        return None;
    };
    if !known.milestones.iter().any(|it| it.id.as_str() == milestone) {
        let ids: Vec<&str> = known.milestones.iter().map(|it| it.id.as_str()).collect();
        findings.error(
            found.span,
            format!("`{journey}` has no milestone `{milestone}`"),
            suggestions::help(milestone, &ids),
        );
        return None;
    }
    Some((JourneyId::new(journey), MilestoneId::new(milestone)))
}
