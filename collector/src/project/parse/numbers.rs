//! Whole numbers within bounds.

use super::findings::Findings;
use super::table::{Item, Table, wrong_type};
use std::ops::RangeInclusive;
use toml::de::DeValue;

/// `None` where there is none, or where it is wrong.
pub(super) fn read(
    table: &Table<'_>,
    key: &str,
    allowed: RangeInclusive<u32>,
    findings: &mut Findings<'_>,
) -> Option<u32> {
    within(table.get(key)?, key, allowed, findings)
}

pub(super) fn within(
    item: &Item<'_>,
    key: &str,
    allowed: RangeInclusive<u32>,
    findings: &mut Findings<'_>,
) -> Option<u32> {
    let (least, most) = (*allowed.start(), *allowed.end());
    let DeValue::Integer(number) = item.get_ref() else {
        let written = match item.get_ref() {
            DeValue::String(text) => text.trim().parse().ok().filter(|it| allowed.contains(it)),
            _ => None,
        };
        let help = format!("write `{key} = {}`, without quotes", written.unwrap_or(most.min(least.max(2))));
        wrong_type(item, key, "a whole number", item.get_ref(), &help, findings);
        return None;
    };
    let found = i64::from_str_radix(number.as_str(), number.radix()).ok();
    let fitting = found.and_then(|it| u32::try_from(it).ok()).filter(|it| allowed.contains(it));
    if fitting.is_none() {
        let nearest = found.unwrap_or(i64::MAX).clamp(i64::from(least), i64::from(most));
        let message = format!("`{key}` is {number}: it lies between {least} and {most}");
        findings.error(item.span(), message, format!("write `{key} = {nearest}`"));
    }
    fitting
}
