//! Cohorts below each other, periods beside each other; each cell opens its people.

use super::period_name;
use super::view::RetentionView;
use crate::app::retention::{CohortReport, RetentionAnswer, Share};
use crate::http::dashboard::annotations::Marks;
use crate::http::dashboard::funnel_chart;
use crate::http::dashboard::href::Href;
use crate::http::dashboard::shade::shade;
use crate::http::dashboard::written;
use crate::metric::SMALL_SAMPLE;
use crate::metric::retention::Counted;

/// Rows of one page, the latest: half a year of weeks.
const COHORTS_SHOWN: usize = 26;

pub(in crate::http::dashboard) struct Grid {
    pub(in crate::http::dashboard) periods: Vec<String>,
    pub(in crate::http::dashboard) average: Vec<Option<AverageCell>>,
    pub(in crate::http::dashboard) rows: Vec<Row>,
    /// Said where there are more cohorts than a page shows.
    pub(in crate::http::dashboard) rest: Option<String>,
}

pub(in crate::http::dashboard) struct Row {
    pub(in crate::http::dashboard) from: String,
    pub(in crate::http::dashboard) marks: Vec<(usize, String)>,
    pub(in crate::http::dashboard) users: String,
    pub(in crate::http::dashboard) href: Href,
    pub(in crate::http::dashboard) small: bool,
    pub(in crate::http::dashboard) cells: Vec<Cell>,
    /// Periods that have not begun.
    pub(in crate::http::dashboard) missing: usize,
}

pub(in crate::http::dashboard) struct Cell {
    pub(in crate::http::dashboard) percent: String,
    pub(in crate::http::dashboard) count: String,
    pub(in crate::http::dashboard) href: Href,
    pub(in crate::http::dashboard) shade: u64,
    /// The period still runs.
    pub(in crate::http::dashboard) so_far: bool,
}

/// One period over all cohorts for which it is over.
pub(in crate::http::dashboard) struct AverageCell {
    pub(in crate::http::dashboard) cell: Cell,
    pub(in crate::http::dashboard) share: funnel_chart::Share,
}

impl Grid {
    pub(super) fn of(answer: &RetentionAnswer, view: &RetentionView, marks: &Marks) -> Self {
        let (period, counted) = (view.period(), view.counted());
        let periods = answer.all.len();
        let hidden = answer.cohorts.len().saturating_sub(COHORTS_SHOWN);
        let shown = answer.cohorts.get(hidden..).unwrap_or_default();
        let average = |it: &Share| {
            let share = funnel_chart::Share::of(count_of(it, counted), it.users)?;
            Some(AverageCell { cell: Cell::of(it, counted, view.people("people", None, Some(it.after), false)), share })
        };
        Self {
            periods: (0..periods).map(|after| period_name(period, after)).collect(),
            average: answer.all.iter().map(average).collect(),
            rows: shown.iter().map(|it| Row::of(it, view, periods, marks)).collect(),
            rest: (hidden > 0).then(|| {
                format!(
                    "The latest {COHORTS_SHOWN} of {} cohorts are shown; the first row counts all of them. Choose a \
                     range to see others.",
                    written::count(answer.cohorts.len() as u64)
                )
            }),
        }
    }
}

impl Row {
    fn of(cohort: &CohortReport, view: &RetentionView, periods: usize, marks: &Marks) -> Self {
        let period = view.period();
        let calendar = &view.range.calendar;
        let number = period.of(calendar.parse_ms(&cohort.from).unwrap_or_default(), calendar);
        let href = |after| view.people("people", Some(&cohort.from), after, false);
        let cells = cohort.came.iter().map(|it| Cell::of(it, view.counted(), href(Some(it.after))));
        Self {
            from: cohort.from.clone(),
            marks: marks.of(period.start_ms(number, calendar), period.start_ms(number + 1, calendar)),
            users: written::count(cohort.users),
            href: href(None),
            small: cohort.users < SMALL_SAMPLE,
            cells: cells.collect(),
            missing: periods.saturating_sub(cohort.came.len()),
        }
    }
}

impl Cell {
    fn of(share: &Share, counted: Counted, href: Href) -> Self {
        let count = count_of(share, counted);
        Self {
            percent: written::percent(count as f64 / share.users.max(1) as f64),
            count: written::count(count),
            href,
            shade: shade(count, share.users),
            so_far: !share.is_over,
        }
    }
}

pub(super) fn count_of(share: &Share, counted: Counted) -> u64 {
    match counted {
        Counted::Exact => share.exact,
        Counted::Unbounded => share.unbounded,
    }
}
