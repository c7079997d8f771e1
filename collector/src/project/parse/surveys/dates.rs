//! `starts` and `ends`: a day, or a moment.

use crate::metric::Calendar;
use crate::metric::calendar::day_number;
use crate::project::parse::findings::Findings;
use crate::project::parse::table::{Table, wrong_type};
use jiff::Timestamp;
use toml::de::DeValue;

/// From when, and from when no more. A day is the project's; the day of `ends` belongs to it.
pub(super) fn read(table: &Table<'_>, calendar: &Calendar, findings: &mut Findings<'_>) -> (Option<i64>, Option<i64>) {
    let starts_ms = moment(table, "starts", 0, calendar, findings);
    let ends_ms = moment(table, "ends", 1, calendar, findings);
    if let (Some(starts_ms), Some(ends_ms), Some(item)) = (starts_ms, ends_ms, table.get("ends"))
        && ends_ms <= starts_ms
    {
        findings.error(item.span(), "it ends before it starts", "write a later day into `ends`");
    }
    (starts_ms, ends_ms)
}

/// A day or a moment; of a day, the beginning of the one so many `days` later.
pub(in crate::project::parse) fn moment(
    table: &Table<'_>,
    key: &str,
    days: i64,
    calendar: &Calendar,
    findings: &mut Findings<'_>,
) -> Option<i64> {
    let item = table.get(key)?;
    let help = format!("write a day, `{key} = 2026-09-01`, or a moment, `{key} = 2026-09-01T08:00:00Z`");
    let text = match item.get_ref() {
        DeValue::Datetime(found) if found.date.is_some() && (found.time.is_none() || found.offset.is_some()) => {
            found.to_string()
        }
        DeValue::Datetime(found) => {
            let help = match found.date {
                Some(_) => format!("add the time zone: `{key} = {found}Z`"),
                None => help,
            };
            findings.error(item.span(), format!("`{found}` is no moment"), help);
            return None;
        }
        DeValue::String(text) => text.trim().to_owned(),
        other => {
            wrong_type(item, key, "a date", other, &help, findings);
            return None;
        }
    };
    let day = || text.parse().ok().and_then(day_number).map(|it| calendar.day_start_ms(it + days));
    let found = text.parse::<Timestamp>().map(Timestamp::as_millisecond).ok().or_else(day);
    if found.is_none() {
        findings.error(item.span(), format!("`{text}` is no date"), help);
    }
    found
}
