//! The funnel once per value of a trait.

use super::funnel_chart::{Bar, bars, people_in_words};
use super::view::View;
use super::written;
use crate::app::funnel::FunnelAnswer;
use crate::storage::Profile;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Groups on one page, largest first; a trait with more values is an id, not a segment.
const SHOWN: usize = 24;

/// Traits offered in the form.
const OFFERED: usize = 20;

/// Names that tell people apart and therefore group nobody.
const TELL_APART: [&str; 9] =
    ["id", "email", "name", "firstName", "lastName", "username", "phone", "avatar", "createdAt"];

/// The breakdown of a page.
pub(super) struct Groups {
    pub(super) by: String,
    pub(super) groups: Vec<GroupView>,
    /// Said where there are more groups than a page shows.
    pub(super) rest: Option<String>,
}

pub(super) struct GroupView {
    pub(super) value: String,
    pub(super) bars: Vec<Bar>,
}

impl Groups {
    /// `None` where no breakdown is asked for.
    pub(super) fn of(answer: &FunnelAnswer, view: &View) -> Option<Self> {
        let by = answer.by.as_ref()?.to_string();
        let shown = answer.groups.iter().take(SHOWN);
        let groups = shown
            .map(|it| GroupView {
                value: it.value.clone(),
                bars: bars(&answer.journey, &it.steps, view, Some(&it.value)),
            })
            .collect();
        let hidden = answer.groups.get(SHOWN..).unwrap_or_default();
        let people = hidden.iter().filter_map(|it| it.steps.first()).map(|it| it.reached).sum();
        let rest = (!hidden.is_empty()).then(|| {
            format!(
                "{} more values with {} are not shown: the {SHOWN} largest groups are.",
                written::count(hidden.len() as u64),
                people_in_words(people)
            )
        });
        Some(Self { by, groups, rest })
    }
}

/// Names of traits that some of these people share a value of: worth a breakdown, commonest first.
pub(super) fn traits_seen(people: &[Profile]) -> Vec<String> {
    let mut values: BTreeMap<String, (usize, BTreeSet<String>)> = BTreeMap::new();
    let mut note = |prefix: &str, traits: &Map<String, Value>| {
        for (name, value) in traits {
            let plain = value.is_string() || value.is_boolean() || value.is_number();
            if plain && !name.contains('.') && !TELL_APART.contains(&name.as_str()) {
                let (count, seen) = values.entry(format!("{prefix}{name}")).or_default();
                *count += 1;
                seen.insert(value.to_string());
            }
        }
    };
    for profile in people {
        note("", &profile.traits);
        note("account.", &profile.account_traits);
    }
    let shared = |count: usize, values: usize| values < count || count < 3;
    let mut names: Vec<(usize, String)> = values
        .into_iter()
        .filter(|(_, (count, seen))| shared(*count, seen.len()))
        .map(|(name, (count, _))| (count, name))
        .collect();
    names.sort_by(|left, right| right.0.cmp(&left.0).then_with(|| left.1.cmp(&right.1)));
    names.into_iter().take(OFFERED).map(|(_, name)| name).collect()
}
