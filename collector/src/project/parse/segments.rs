//! `[[segment]]`: named groups of users, in the language of `segment.rs`.

use super::findings::Findings;
use super::ids::{self, Seen};
use super::table::{RawTable, Table};
use crate::project::SegmentDefinition;
use crate::segment;
use domain::Definitions;

pub(super) fn read(
    root: &Table<'_>,
    definitions: &Definitions,
    has_touch: bool,
    findings: &mut Findings<'_>,
) -> Vec<SegmentDefinition> {
    let tables = root.tables("segment", "segment", findings);
    if let Some(first_beyond) = tables.get(SegmentDefinition::MOST) {
        let message = format!("{} segments: at most {} fit in one project", tables.len(), SegmentDefinition::MOST);
        findings.error(first_beyond.span.clone(), message, "remove those that nobody uses");
    }
    let mut seen = Seen::new();
    tables.into_iter().filter_map(|it| segment(it, definitions, has_touch, &mut seen, findings)).collect()
}

fn segment(
    table: RawTable<'_>,
    definitions: &Definitions,
    has_touch: bool,
    seen: &mut Seen,
    findings: &mut Findings<'_>,
) -> Option<SegmentDefinition> {
    let table = Table::new(table.entries, table.span, "segment", &["id", "name", "where"], findings);
    let id = ids::read(&table, "segment", "stuck-on-pro", seen, findings);
    let name = table.text("name", "write `name = \"Stuck on Pro\"`", findings).map(|it| it.text.to_owned());
    let text = table.required_text("where", "add `where = \"plan = pro and seen within 30d\"`", findings)?;
    let expression = match segment::parse(text.text) {
        Ok(expression) => expression,
        Err(wrong) => {
            findings.error(text.span, format!("`where` is no segment: {wrong}"), HELP);
            return None;
        }
    };
    if let Err(undefined) = expression.check(definitions, has_touch) {
        findings.error(text.span, undefined.to_string(), "name what this file defines");
        return None;
    }
    let id = id?;
    Some(SegmentDefinition { name: name.unwrap_or_else(|| id.clone()), id, expression })
}

const HELP: &str = "join conditions by `and`, `or` and `not`, as in `plan = pro and not reached onboarding/first`";
