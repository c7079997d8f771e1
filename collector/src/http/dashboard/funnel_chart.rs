//! The funnel as bars and as a table: the same rows drawn twice.

use super::href::Href;
use super::next::next_href;
use super::view::View;
use super::written;
use crate::app::funnel::Step;
use crate::metric::{SMALL_SAMPLE, wilson_interval};
use domain::Journey;

/// One milestone's bar, and its row of the table.
pub(super) struct Bar {
    pub(super) position: usize,
    pub(super) name: String,
    pub(super) is_value: bool,
    pub(super) reached: String,
    pub(super) reached_href: Href,
    pub(super) from_start: Option<Share>,
    /// Absent for the first milestone.
    pub(super) from_previous: Option<Share>,
    /// Went no further; absent for the last milestone, where everyone has arrived.
    pub(super) stuck: Option<Stuck>,
    pub(super) median: Option<String>,
    pub(super) p75: Option<String>,
    pub(super) p90: Option<String>,
    /// Lengths in percent of the first bar.
    pub(super) width: String,
    pub(super) previous_width: String,
    /// The bar in words, for those who do not see it.
    pub(super) in_words: String,
}

pub(super) struct Stuck {
    pub(super) count: String,
    pub(super) href: Href,
    /// What they did next; of a whole funnel, where somebody is stuck.
    pub(super) next: Option<Href>,
}

/// A share with how sure it is.
pub(super) struct Share {
    pub(super) percent: String,
    /// `55.1–68.9%`
    pub(super) interval: String,
    /// The number it is a share of.
    pub(super) of: String,
    /// Whether that number is too small to say much.
    pub(super) small: bool,
}

impl Share {
    pub(super) fn of(part: u64, whole: u64) -> Option<Self> {
        let (low, high) = wilson_interval(part, whole)?;
        Some(Self {
            percent: written::percent(part as f64 / whole as f64),
            interval: written::percents(low, high),
            of: written::count(whole),
            small: whole < SMALL_SAMPLE,
        })
    }
}

/// The bars of a funnel, or of one group of it.
pub(super) fn bars(journey: &Journey, steps: &[Step], view: &View, group: Option<&str>) -> Vec<Bar> {
    let start = steps.first().map_or(0, |it| it.reached);
    let value = journey.value_index();
    let last = journey.milestones.len().saturating_sub(1);
    let mut previous = start;
    let mut bars = Vec::with_capacity(steps.len());
    for (position, (milestone, step)) in journey.milestones.iter().zip(steps).enumerate() {
        let people = |standing: &str| people_href(journey, view, milestone.id.as_str(), standing, group);
        let from_start = Share::of(step.reached, start);
        let of_start =
            from_start.as_ref().map_or_else(String::new, |it| format!(", {} of those who started", it.percent));
        bars.push(Bar {
            position: position + 1,
            name: milestone.name.clone(),
            is_value: position == value,
            reached: written::count(step.reached),
            reached_href: people("reached"),
            in_words: format!("{} reached {}{of_start}", view.subjects(step.reached), milestone.name),
            from_start,
            from_previous: if position == 0 { None } else { Share::of(step.reached, previous) },
            stuck: (position < last).then(|| Stuck {
                count: written::count(step.stuck),
                href: people("stuck"),
                next: (group.is_none() && step.stuck > 0).then(|| next_href(journey, view, milestone.id.as_str())),
            }),
            median: step.median_ms.map(written::span),
            p75: step.p75_ms.map(written::span),
            p90: step.p90_ms.map(written::span),
            width: width(step.reached, start),
            previous_width: width(previous, start),
        });
        previous = step.reached;
    }
    bars
}

pub(super) fn people_href(
    journey: &Journey,
    view: &View,
    milestone: &str,
    standing: &str,
    group: Option<&str>,
) -> Href {
    Href::to(&["journeys", journey.id.as_str(), "people"])
        .with("milestone", milestone)
        .with("standing", standing)
        .with_all(group.map(|it| ("group", it)))
        .with_all(view.pairs())
}

/// `1 person`, `1,204 people`
pub(super) fn people_in_words(count: u64) -> String {
    if count == 1 { "1 person".to_owned() } else { format!("{} people", written::count(count)) }
}

fn width(part: u64, whole: u64) -> String {
    if whole == 0 { "0%".to_owned() } else { format!("{:.2}%", part as f64 / whole as f64 * 100.0) }
}
