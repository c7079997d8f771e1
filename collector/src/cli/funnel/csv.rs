//! CSV as RFC 4180 has it, safe to open in a spreadsheet.

use super::table::stuck;
use crate::app::funnel_report::{FunnelReport, StepReport};
use crate::cli::failure::{Exit, Failure};
use crate::csv_safe::csv_safe;

const HEADINGS: [&str; 12] = [
    "journey",
    "window_ms",
    "by",
    "group",
    "milestone",
    "reached",
    "from_start",
    "from_previous",
    "median_ms",
    "p75_ms",
    "p90_ms",
    "stuck",
];

/// One row a step; first for all users (without a group), then for each group.
pub(super) fn of(report: &FunnelReport) -> Result<Vec<u8>, Failure> {
    let mut rows = Vec::new();
    let groups = report.groups.iter().flatten().map(|it| (Some(it.value.as_str()), &it.steps));
    for (group, steps) in std::iter::once((None, &report.steps)).chain(groups) {
        for (step, stuck) in steps.iter().zip(stuck(steps)) {
            rows.push(row(report, group, step, stuck));
        }
    }
    write(&HEADINGS, &rows)
}

fn row(report: &FunnelReport, group: Option<&str>, step: &StepReport, stuck: u64) -> Vec<String> {
    let by = if group.is_some() { report.by.as_deref() } else { None };
    vec![
        csv_safe(&report.journey).into_owned(),
        report.window_ms.to_string(),
        csv_safe(by.unwrap_or_default()).into_owned(),
        csv_safe(group.unwrap_or_default()).into_owned(),
        csv_safe(&step.milestone).into_owned(),
        step.reached.to_string(),
        number(step.from_start),
        number(step.from_previous),
        number(step.median_ms),
        number(step.p75_ms),
        number(step.p90_ms),
        stuck.to_string(),
    ]
}

fn number(number: Option<impl ToString>) -> String {
    number.map(|it| it.to_string()).unwrap_or_default()
}

/// Headings and rows with CR LF, quoted where needed.
pub(super) fn write(headings: &[&str], rows: &[Vec<String>]) -> Result<Vec<u8>, Failure> {
    let failed = |error: String| Failure::new(Exit::Failed, format!("the answer cannot be written as CSV: {error}"));
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(headings).map_err(|error| failed(error.to_string()))?;
    for row in rows {
        writer.write_record(row).map_err(|error| failed(error.to_string()))?;
    }
    writer.into_inner().map_err(|error| failed(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_text_and_commas_are_quoted() {
        let written = write(&["a", "b"], &[vec![csv_safe("=x,\"y\"").into_owned(), "1".into()]]).expect("written");
        assert_eq!(String::from_utf8(written).expect("UTF-8"), "a,b\r\n\"'=x,\"\"y\"\"\",1\r\n");
    }
}
