//! `[[annotation]]`: what happened, and when.

use super::findings::Findings;
use super::links;
use super::surveys::moment;
use super::table::{RawTable, Table};
use crate::metric::Calendar;
use crate::project::Annotation;

/// In order of time.
pub(super) fn read(root: &Table<'_>, calendar: &Calendar, findings: &mut Findings<'_>) -> Vec<Annotation> {
    let tables = root.tables("annotation", "annotation", findings);
    if let Some(table) = tables.get(Annotation::MOST) {
        let message = format!("there are more than {} annotations", Annotation::MOST);
        findings.error(table.span.clone(), message, "remove those that nobody needs any more");
    }
    let mut annotations: Vec<Annotation> =
        tables.into_iter().filter_map(|it| annotation(it, calendar, findings)).collect();
    annotations.sort_by_key(|it| it.at_ms);
    annotations
}

fn annotation(table: RawTable<'_>, calendar: &Calendar, findings: &mut Findings<'_>) -> Option<Annotation> {
    let table = Table::new(table.entries, table.span, "annotation", &["date", "text", "url"], findings);
    if table.get("date").is_none() {
        table.missing("date", "add `date = 2026-11-03`", findings);
    }
    let at_ms = moment(&table, "date", 0, calendar, findings);
    let text =
        table.required_text("text", "add `text = \"What happened\"`", findings).map(|it| it.text.trim().to_owned());
    let url = table.text("url", links::HELP, findings).and_then(|it| links::url(it, findings));
    Some(Annotation { at_ms: at_ms?, text: text?, url: url.map(|it| it.text.to_owned()) })
}
