//! `[retention]`: how long what was collected is kept.

use super::findings::Findings;
use super::rules;
use super::table::{RawTable, Table};
use crate::project::{Retention, duration};

pub(super) fn read(table: RawTable<'_>, findings: &mut Findings<'_>) -> Retention {
    let table = Table::new(table.entries, table.span, "retention", &["messages"], findings);
    let Some(item) = table.get("messages") else { return Retention::default() };
    let messages_ms = rules::duration_of(item, "messages", "396d", findings);
    if messages_ms.is_some_and(|it| it < Retention::LEAST_MS) {
        let least = duration::write(Retention::LEAST_MS);
        findings.error(
            item.span(),
            format!("`messages` is shorter than {least}: a message that is sent again would be stored again"),
            format!("write `messages = \"{least}\"` or more"),
        );
    }
    Retention { messages_ms }
}
