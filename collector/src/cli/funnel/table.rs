//! A funnel for people at a terminal.

use crate::app::funnel_report::{FunnelReport, StepReport};
use crate::cli::humane;

const HEADINGS: [&str; 8] = ["milestone", "reached", "from start", "from previous", "median", "p75", "p90", "stuck"];

pub(super) fn of(report: &FunnelReport) -> String {
    let window = humane::duration(report.window_ms);
    let mut text = format!("{}, within {window}\n\n", humane::plain(&report.journey));
    text.push_str(&steps(&report.steps));
    for group in report.groups.iter().flatten() {
        let by = humane::plain(report.by.as_deref().unwrap_or_default());
        text.push_str(&format!("\n{by} = {}\n\n", humane::plain(&group.value)));
        text.push_str(&steps(&group.steps));
    }
    text
}

fn steps(steps: &[StepReport]) -> String {
    let share = |share: Option<f64>| share.map_or_else(|| "–".to_owned(), humane::share);
    let time = |time_ms: Option<u64>| time_ms.map_or_else(|| "–".to_owned(), humane::duration);
    let rows: Vec<Vec<String>> = steps
        .iter()
        .zip(stuck(steps))
        .map(|(step, stuck)| {
            vec![
                humane::plain(&step.milestone),
                step.reached.to_string(),
                share(step.from_start),
                share(step.from_previous),
                time(step.median_ms),
                time(step.p75_ms),
                time(step.p90_ms),
                stuck.to_string(),
            ]
        })
        .collect();
    humane::table(&HEADINGS, 1, &rows)
}

/// Per step, the users who got there and no further.
pub(super) fn stuck(steps: &[StepReport]) -> impl Iterator<Item = u64> {
    let next = steps.iter().skip(1).map(|it| it.reached).chain(std::iter::once(0));
    steps.iter().zip(next).map(|(step, next)| step.reached.saturating_sub(next))
}
