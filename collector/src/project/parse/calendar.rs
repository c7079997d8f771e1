//! `time_zone` and `week_starts` of `[project]`: the days and weeks that its pages count by.

use super::findings::Findings;
use super::suggestions;
use super::table::Table;
use crate::metric::Calendar;
use crate::metric::calendar::WeekStart;

pub(super) fn read(project: &Table<'_>, findings: &mut Findings<'_>) -> Calendar {
    let help = "write `week_starts = \"monday\"`, or sunday, or saturday";
    let week_start = project.text("week_starts", help, findings).and_then(|it| {
        let found = WeekStart::parse(it.text);
        if found.is_none() {
            findings.error(it.span, format!("no week starts on `{}`", it.text), help);
        }
        found
    });
    let week_start = week_start.unwrap_or_default();
    let help = "write a name of the IANA database: `time_zone = \"Europe/Berlin\"`";
    let calendar = project.text("time_zone", help, findings).and_then(|it| {
        let found = Calendar::of(it.text, week_start);
        if found.is_none() {
            let names: Vec<String> = jiff::tz::db().available().map(|it| it.to_string()).collect();
            findings.error(it.span, format!("there is no time zone `{}`", it.text), meant(it.text, &names, help));
        }
        found
    });
    calendar.unwrap_or_else(|| Calendar::utc(week_start))
}

/// By the whole name, or by its city alone.
fn meant(text: &str, names: &[String], help: &str) -> String {
    let known: Vec<&str> = names.iter().map(String::as_str).collect();
    let city = |name: &&&str| name.rsplit('/').next().is_some_and(|it| it.eq_ignore_ascii_case(text));
    let near = known.iter().find(city).copied().or_else(|| suggestions::nearest(text, &known));
    near.map_or_else(|| help.to_owned(), |name| format!("did you mean `{name}`?"))
}
