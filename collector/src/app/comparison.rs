//! A funnel beside another: the range before this one, or one group beside the others.
//!
//! Definition: `docs/reference/metrics.md`.

use super::App;
use super::by_account::WhichAccounts;
use super::funnel::{FunnelAnswer, FunnelRequest, Step};
use crate::metric::newcombe_interval;
use crate::storage::StorageError;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What a funnel is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Baseline {
    /// The range as long before this one, which needs both ends.
    Before,
    /// The users of the segment of this id.
    Segment(String),
    /// Everybody who is not of the segment, which needs one.
    Others,
    /// The group of this value, which needs a breakdown.
    Group(String),
}

/// The name of [`Baseline::Before`] in addresses.
pub const BEFORE: &str = "before";

/// The name of [`Baseline::Others`].
pub const OTHERS: &str = "others";

/// Before the id of a [`Baseline::Segment`].
pub const SEGMENT: &str = "segment:";

/// Two funnels beside each other, as the API gives it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// `before`, `others`, `segment:` with an id, or the group's value.
    pub with: String,
    /// The range before; absent where groups are compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since_ms: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until_ms: Option<i64>,
    /// How many of the other funnel reached each milestone.
    pub reached: Vec<u64>,
    /// Everybody, or each other group.
    pub parts: Vec<Part>,
}

/// One funnel, less the other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// The group's value; `None`: everybody.
    pub group: Option<String>,
    /// For each milestone.
    pub changes: Vec<Change>,
}

/// By how much a milestone's shares differ.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Of those who started; `None` for the first milestone, and where nobody started in one of the two.
    pub from_start: Option<Difference>,
    /// Of those who reached the milestone before.
    pub from_previous: Option<Difference>,
}

/// Share less share, within −1 and 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    pub share: f64,
    /// Newcombe's at 95 %.
    pub interval: (f64, f64),
}

/// There is nothing to compare with, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotComparable {
    #[error("the range before needs a range with both ends: give since and until")]
    OpenRange,
    #[error("a group needs the trait it belongs to: give by, such as by=plan")]
    NoBreakdown,
}

impl Baseline {
    pub fn parse(text: &str) -> Self {
        match text.strip_prefix(SEGMENT) {
            Some(id) => Self::Segment(id.to_owned()),
            None if text == BEFORE => Self::Before,
            None if text == OTHERS => Self::Others,
            None => Self::Group(text.to_owned()),
        }
    }

    /// Whether what is asked has something to compare with.
    pub fn check(&self, request: &FunnelRequest) -> Result<(), NotComparable> {
        match self {
            Self::Before => both_ends(request).map(|_| ()).ok_or(NotComparable::OpenRange),
            Self::Segment(_) | Self::Others => Ok(()),
            Self::Group(_) => request.by.as_ref().map(|_| ()).ok_or(NotComparable::NoBreakdown),
        }
    }
}

fn both_ends(request: &FunnelRequest) -> Option<(i64, i64)> {
    request.since_ms.zip(request.until_ms)
}

impl App {
    /// Compares an answer to `request`; `None` where there is nothing to compare with.
    pub async fn compare(
        &self,
        answer: &FunnelAnswer,
        request: &FunnelRequest,
        baseline: &Baseline,
    ) -> Result<Option<Comparison>, StorageError> {
        match baseline {
            Baseline::Before => {
                let Some((since_ms, until_ms)) = both_ends(request) else { return Ok(None) };
                let (since_ms, until_ms) = (self.calendar().start_before(since_ms, until_ms), since_ms);
                let earlier =
                    FunnelRequest { since_ms: Some(since_ms), until_ms: Some(until_ms), by: None, ..request.clone() };
                let Some(earlier) = self.funnel(&answer.journey.id, &earlier).await? else { return Ok(None) };
                Ok(Some(Comparison {
                    with: BEFORE.to_owned(),
                    since_ms: Some(since_ms),
                    until_ms: Some(until_ms),
                    reached: reached(&earlier.steps),
                    parts: vec![Part { group: None, changes: changes(&answer.steps, &earlier.steps) }],
                }))
            }
            Baseline::Segment(id) => {
                let Some(segment) = self.segment(id).await? else { return Ok(None) };
                let members = self.segment_members(&segment.expression).await?;
                let there = match self.counts_accounts {
                    true => self.by_account(WhichAccounts::OfAny(members)).await?,
                    false => self.among(members),
                };
                there.beside(answer, request, format!("{SEGMENT}{id}")).await
            }
            Baseline::Others => {
                let Some(members) = &self.among else { return Ok(None) };
                let there = match self.counts_accounts {
                    true => self.by_account(WhichAccounts::OfNone(Arc::clone(members))).await?,
                    false => self.among(Arc::new(members.others())),
                };
                there.beside(answer, request, OTHERS.to_owned()).await
            }
            Baseline::Group(value) => {
                let Some(base) = answer.groups.iter().find(|it| it.value == *value) else { return Ok(None) };
                let others = answer.groups.iter().filter(|it| it.value != *value);
                let part = |it: &super::funnel::Group| Part {
                    group: Some(it.value.clone()),
                    changes: changes(&it.steps, &base.steps),
                };
                Ok(Some(Comparison {
                    with: value.clone(),
                    since_ms: None,
                    until_ms: None,
                    reached: reached(&base.steps),
                    parts: others.map(part).collect(),
                }))
            }
        }
    }
}

impl App {
    /// An answer about others, with the same funnel of those who are counted here.
    async fn beside(
        &self,
        answer: &FunnelAnswer,
        request: &FunnelRequest,
        with: String,
    ) -> Result<Option<Comparison>, StorageError> {
        let request = FunnelRequest { by: None, ..request.clone() };
        let Some(other) = self.funnel(&answer.journey.id, &request).await? else { return Ok(None) };
        let parts = vec![Part { group: None, changes: changes(&answer.steps, &other.steps) }];
        Ok(Some(Comparison { with, since_ms: None, until_ms: None, reached: reached(&other.steps), parts }))
    }
}

fn reached(steps: &[Step]) -> Vec<u64> {
    steps.iter().map(|it| it.reached).collect()
}

/// Each milestone's shares in one funnel, less those in another.
fn changes(one: &[Step], other: &[Step]) -> Vec<Change> {
    let start = |steps: &[Step]| steps.first().map_or(0, |it| it.reached);
    let (one_start, other_start) = (start(one), start(other));
    let mut previous: Option<(u64, u64)> = None;
    let mut changes = Vec::with_capacity(one.len());
    for (one, other) in one.iter().zip(other) {
        changes.push(previous.map_or_else(Change::default, |(one_previous, other_previous)| Change {
            from_start: difference((one.reached, one_start), (other.reached, other_start)),
            from_previous: difference((one.reached, one_previous), (other.reached, other_previous)),
        }));
        previous = Some((one.reached, other.reached));
    }
    changes
}

pub(super) fn difference(one: (u64, u64), other: (u64, u64)) -> Option<Difference> {
    let interval = newcombe_interval(one, other)?;
    let share = |(part, whole): (u64, u64)| part as f64 / whole as f64;
    Some(Difference { share: share(one) - share(other), interval })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn steps(reached: &[u64]) -> Vec<Step> {
        let step = |it: &u64| Step {
            reached: *it,
            from_start: None,
            from_previous: None,
            median_ms: None,
            p75_ms: None,
            p90_ms: None,
            stuck: 0,
        };
        reached.iter().map(step).collect()
    }

    #[test]
    fn differences_are_newcombes() {
        // Table II of the paper: 56 of 70 less 48 of 80.
        let found = changes(&steps(&[70, 56, 28]), &steps(&[80, 48, 48]));
        assert_eq!(found[0], Change::default());
        let second = found[1].from_start.unwrap();
        assert!((second.share - 0.2).abs() < 1e-12 && (second.interval.0 - 0.0524).abs() < 1e-4);
        assert_eq!(found[1].from_previous, Some(second));
        assert!((found[2].from_start.unwrap().share + 0.2).abs() < 1e-12);
        assert!((found[2].from_previous.unwrap().share + 0.5).abs() < 1e-12);
        assert_eq!(changes(&steps(&[0, 0]), &steps(&[80, 48]))[1], Change::default());
    }

    #[test]
    fn a_range_before_is_as_long_and_needs_both_ends() {
        let request = |since_ms, until_ms| FunnelRequest { since_ms, until_ms, ..FunnelRequest::default() };
        assert_eq!(Baseline::Before.check(&request(Some(100), None)), Err(NotComparable::OpenRange));
        assert_eq!(Baseline::Group("pro".into()).check(&request(None, None)), Err(NotComparable::NoBreakdown));
        assert_eq!(Baseline::parse("before"), Baseline::Before);
    }

    proptest! {
        #[test]
        fn turning_a_comparison_round_turns_its_sign(
            one in (0..50_u64, 0..50_u64), other in (0..50_u64, 0..50_u64),
        ) {
            let funnel = |(start, rest): (u64, u64)| steps(&[start, rest.min(start)]);
            let (one, other) = (funnel(one), funnel(other));
            let (there, back) = (changes(&one, &other), changes(&other, &one));
            match (there[1].from_start, back[1].from_start) {
                (Some(there), Some(back)) => {
                    prop_assert!((there.share + back.share).abs() < 1e-12);
                    prop_assert!((there.interval.0 + back.interval.1).abs() < 1e-9);
                    prop_assert!(there.interval.0 <= there.share && there.share <= there.interval.1);
                }
                (there, back) => prop_assert!(there.is_none() && back.is_none()),
            }
        }
    }
}
