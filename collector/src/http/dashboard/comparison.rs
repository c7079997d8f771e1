//! The funnel beside another, in words: the range before it, or one group beside the others.

use super::funnel_chart::people_href;
use super::href::Href;
use super::view::View;
use super::written;
use crate::app::comparison::{BEFORE, Baseline, Comparison, Difference};
use crate::app::funnel::{FunnelAnswer, Step};
use crate::http::among::{ACCOUNT, Chosen};

/// Groups of one page, as the breakdown above has them.
const GROUPS_SHOWN: usize = 24;

pub(super) struct ComparisonCard {
    pub(super) heading: String,
    pub(super) about: String,
    /// The head of the column that is compared with.
    pub(super) then: &'static str,
    /// Beside the range before, or other users: one row for each milestone.
    pub(super) steps: Vec<StepRow>,
    /// Beside a group: one row for each other group, the one compared with first.
    pub(super) groups: Vec<GroupRow>,
    pub(super) milestones: Vec<String>,
}

pub(super) struct StepRow {
    pub(super) name: String,
    pub(super) now: Counted,
    pub(super) then: Counted,
    pub(super) from_start: Option<Gap>,
    pub(super) from_previous: Option<Gap>,
}

pub(super) struct GroupRow {
    pub(super) value: String,
    pub(super) cells: Vec<(Counted, Option<Gap>)>,
}

pub(super) struct Counted {
    pub(super) count: String,
    pub(super) href: Href,
}

/// A difference of two shares.
pub(super) struct Gap {
    /// `4.1 points more than before (0.2 to 8.0)`
    pub(super) in_words: String,
    /// No difference lies within its interval.
    pub(super) may_be_chance: bool,
}

impl ComparisonCard {
    pub(super) fn of(
        comparison: &Comparison,
        answer: &FunnelAnswer,
        view: &View,
        baseline: &Baseline,
        chosen: &Chosen,
    ) -> Self {
        let milestones = answer.journey.milestones.iter().map(|it| it.name.clone()).collect();
        let beside = |with: String, about: String, among: Vec<(&'static str, String)>| Self {
            heading: format!("Compared with {with}"),
            about,
            then: "Reached there",
            steps: step_rows(comparison, answer, view, &view.among(among), "there"),
            groups: Vec::new(),
            milestones: Vec::new(),
        };
        match (baseline, comparison.since_ms, comparison.until_ms) {
            (Baseline::Segment(id), ..) => {
                let name = chosen.all.iter().find(|it| it.id == *id).map_or(id.as_str(), |it| &it.name);
                let subjects = if view.counts_accounts() { "Accounts" } else { "Users" };
                let about =
                    format!("{subjects} of both count on both sides: the more there are, the less the interval says.");
                let level = view.counts_accounts().then(|| ("level", ACCOUNT.to_owned()));
                beside(format!("“{name}”"), about, [("segment", id.clone())].into_iter().chain(level).collect())
            }
            (Baseline::Others, ..) => {
                let about = match view.counts_accounts() {
                    true => "Accounts that none of these users belongs to.",
                    false => "Users who are not of this segment.",
                };
                beside("everybody else".to_owned(), about.to_owned(), chosen.pairs_of_others())
            }
            (_, Some(since_ms), Some(until_ms)) => {
                let earlier = view.in_range(since_ms, until_ms);
                Self {
                    heading: "Compared with the range before".to_owned(),
                    about: format!("The range before is {}.", earlier.range_in_words()),
                    then: "Reached before",
                    steps: step_rows(comparison, answer, view, &earlier, BEFORE),
                    groups: Vec::new(),
                    milestones,
                }
            }
            _ => Self {
                heading: format!("Compared with “{}”", comparison.with),
                about: "Each group’s share of those who started, less that of the group compared with.".to_owned(),
                then: "",
                steps: Vec::new(),
                groups: group_rows(comparison, answer, view),
                milestones,
            },
        }
    }
}

fn step_rows(comparison: &Comparison, answer: &FunnelAnswer, view: &View, other: &View, with: &str) -> Vec<StepRow> {
    let changes = comparison.parts.first().map(|it| it.changes.as_slice()).unwrap_or_default();
    let rows = answer.journey.milestones.iter().zip(&answer.steps).zip(&comparison.reached).zip(changes);
    let row = |(((milestone, step), then), change): (((&domain::Milestone, &Step), &u64), _)| {
        let change: &crate::app::comparison::Change = change;
        let counted = |count: u64, view: &View| Counted {
            count: written::count(count),
            href: people_href(&answer.journey, view, milestone.id.as_str(), "reached", None),
        };
        StepRow {
            name: milestone.name.clone(),
            now: counted(step.reached, view),
            then: counted(*then, other),
            from_start: change.from_start.map(|it| Gap::of(it, with)),
            from_previous: change.from_previous.map(|it| Gap::of(it, with)),
        }
    };
    rows.map(row).collect()
}

fn group_rows(comparison: &Comparison, answer: &FunnelAnswer, view: &View) -> Vec<GroupRow> {
    let with = format!("“{}”", comparison.with);
    let row = |value: &str, gaps: Vec<Option<Gap>>| {
        let steps = answer.groups.iter().find(|it| it.value == value).map(|it| it.steps.as_slice()).unwrap_or_default();
        let cells = answer.journey.milestones.iter().zip(steps).zip(gaps).map(|((milestone, step), gap)| {
            let href = people_href(&answer.journey, view, milestone.id.as_str(), "reached", Some(value));
            (Counted { count: written::count(step.reached), href }, gap)
        });
        GroupRow { value: value.to_owned(), cells: cells.collect() }
    };
    let none = answer.steps.iter().map(|_| None).collect();
    let others = comparison.parts.iter().take(GROUPS_SHOWN - 1).map(|part| {
        let gaps = part.changes.iter().map(|it| it.from_start.map(|it| Gap::of(it, &with))).collect();
        row(part.group.as_deref().unwrap_or_default(), gaps)
    });
    std::iter::once(row(&comparison.with, none)).chain(others).collect()
}

impl Gap {
    /// The interval is told in the same direction as the difference.
    pub(super) fn of(difference: Difference, with: &str) -> Self {
        let (low, high) = difference.interval;
        let points = |share: f64| {
            let text = format!("{:.1}", share * 100.0).replace('-', "−");
            if text == "−0.0" { "0.0".to_owned() } else { text }
        };
        let (direction, low_end, high_end) = match points(difference.share).as_str() {
            "0.0" => ("as many as", low, high),
            text if text.starts_with('−') => ("less than", -high, -low),
            _ => ("more than", low, high),
        };
        let interval = format!("({} to {})", points(low_end), points(high_end));
        let in_words = if direction == "as many as" {
            format!("{direction} {with} {interval}")
        } else {
            let text = points(difference.share.abs());
            format!("{text} {} {direction} {with} {interval}", if text == "1.0" { "point" } else { "points" })
        };
        Self { in_words, may_be_chance: low <= 0.0 && high >= 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_told_with_its_direction_and_its_interval() {
        let of = |share, low, high| {
            let gap = Gap::of(Difference { share, interval: (low, high) }, "before");
            (gap.in_words, gap.may_be_chance)
        };
        let told = |text: &str, may_be_chance| (text.to_owned(), may_be_chance);
        assert_eq!(of(0.041, 0.002, 0.08), told("4.1 points more than before (0.2 to 8.0)", false));
        assert_eq!(of(-0.041, -0.08, 0.01), told("4.1 points less than before (−1.0 to 8.0)", true));
        assert_eq!(of(0.01, -0.02, 0.04), told("1.0 point more than before (−2.0 to 4.0)", true));
        assert_eq!(of(-0.0, -0.031, 0.0), told("as many as before (−3.1 to 0.0)", true));
    }
}
