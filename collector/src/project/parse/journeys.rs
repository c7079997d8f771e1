//! `[[journey]]` and `[[journey.milestone]]`.

use super::findings::Findings;
use super::ids::{self, Seen};
use super::table::{RawTable, Table};
use super::{rules, suggestions};
use domain::{Condition, Journey, JourneyId, Milestone, MilestoneId, Operator, Rule, Scope, Source, Value};
use domain::{limits, reserved};
use std::ops::Range;

/// A journey's window when the file names none: two weeks, the usual length of a trial.
const DEFAULT_WINDOW_MS: u64 = 14 * 86_400_000;

pub(super) fn read(root: &Table<'_>, findings: &mut Findings<'_>) -> Vec<Journey> {
    let tables = root.tables("journey", "journey", findings);
    if let Some(first_beyond) = tables.get(limits::JOURNEYS) {
        let message = format!("{} journeys: at most {} fit in one project", tables.len(), limits::JOURNEYS);
        findings.error(first_beyond.span.clone(), message, "every page loads them all: keep those in use");
    }
    let mut seen = Seen::new();
    tables.into_iter().filter_map(|it| journey(it, &mut seen, findings)).collect()
}

fn journey(table: RawTable<'_>, seen: &mut Seen, findings: &mut Findings<'_>) -> Option<Journey> {
    let table = Table::new(table.entries, table.span, "journey", &["id", "name", "window", "milestone"], findings);
    let id = ids::read(&table, "journey", "onboarding", seen, findings);
    let name = table.text("name", "write `name = \"Onboarding\"`", findings).map(|it| it.text.to_owned());
    let window_ms = window(&table, findings);
    let tables = table.tables("milestone", "journey.milestone", findings);
    if tables.is_empty() {
        let help = "add `[[journey.milestone]]` with an `id` and a `rule`";
        findings.missing(table.span.clone(), "a journey without milestones", help);
    }
    if let Some(first_beyond) = tables.get(limits::JOURNEY_MILESTONES) {
        let message = format!("{} milestones: a journey has at most {}", tables.len(), limits::JOURNEY_MILESTONES);
        findings.error(first_beyond.span.clone(), message, "split the journey in two");
    }
    let mut ids = Seen::new();
    let mut value_span: Option<Range<usize>> = None;
    let milestones = tables.into_iter().filter_map(|it| milestone(it, &mut ids, &mut value_span, findings)).collect();
    let id = id?;
    Some(Journey { name: name.unwrap_or_else(|| id.clone()), id: JourneyId::new(id), window_ms, milestones })
}

fn window(table: &Table<'_>, findings: &mut Findings<'_>) -> u64 {
    table.get("window").and_then(|it| rules::duration_of(it, "window", "14d", findings)).unwrap_or(DEFAULT_WINDOW_MS)
}

fn milestone(
    table: RawTable<'_>,
    ids: &mut Seen,
    value_span: &mut Option<Range<usize>>,
    findings: &mut Findings<'_>,
) -> Option<Milestone> {
    let known = ["id", "name", "scope", "value", "rule"];
    let table = Table::new(table.entries, table.span, "milestone", &known, findings);
    let id = ids::read(&table, "milestone", "first-invoice-sent", ids, findings);
    let name = table.text("name", "write `name = \"Sent an invoice\"`", findings).map(|it| it.text.to_owned());
    let scope = scope(&table, findings);
    let is_value = table.truth("value", findings).unwrap_or(false);
    if is_value && let Some(item) = table.get("value") {
        match value_span {
            Some(first) => {
                let message = "a journey has one value milestone, this is the second";
                let help = "remove `value = true` from one of them";
                findings.clash(item.span(), message, help, first.clone(), "the first one");
            }
            None => *value_span = Some(item.span()),
        }
    }
    let rule = match table.get("rule") {
        Some(item) => rules::read(item, findings),
        None => id.as_deref().map(reached_by_hand),
    };
    let id = id?;
    Some(Milestone { name: name.unwrap_or_else(|| id.clone()), id: MilestoneId::new(id), scope, is_value, rule: rule? })
}

/// The rule of a milestone without one: the vendor's code says when it is reached.
fn reached_by_hand(id: &str) -> Rule {
    Rule::Event {
        name: reserved::MILESTONE_REACHED.to_owned(),
        conditions: vec![Condition {
            path: vec![reserved::MILESTONE.to_owned()],
            operator: Operator::Eq,
            values: vec![Value::Text(id.to_owned())],
        }],
        source: Source::Any,
    }
}

fn scope(table: &Table<'_>, findings: &mut Findings<'_>) -> Scope {
    let help = "write `scope = \"user\"` or `scope = \"account\"`";
    let Some(found) = table.text("scope", help, findings) else { return Scope::User };
    rules::scope_of(found.text).unwrap_or_else(|| {
        let help = suggestions::help(found.text, &["user", "account"]);
        findings.error(found.span, format!("unknown scope `{}`", found.text), help);
        Scope::User
    })
}
