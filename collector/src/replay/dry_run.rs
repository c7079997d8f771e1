//! Who would have been asked, where, how often, and what stood against it.

use super::player::{Played, Told};
use domain::hesitation::Model;
use sdk_core::hesitation::Verdict;
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Above any score, and far from overflow when something is added.
const NEVER: i32 = 1_000_000_000;

/// Pages with a row of their own; the others share one. A log of random URLs must not fill the memory.
const PAGES: usize = 10_000;

/// The row of pages beyond [`PAGES`].
const OTHERS: &str = "…";

/// The model with thresholds that nobody reaches, to see how high scores go when nobody is interrupted.
pub fn never_asking(model: &Model) -> Model {
    Model { ask_at: NEVER, hint_at: NEVER, ..model.clone() }
}

/// The model with the thresholds that so large a share of these sessions would have reached: scores that are equal count
/// as above the budget. Hints keep their distance to questions.
///
/// `tops` are the highest scores of all sessions; `None`: never scored. No sessions: the thresholds stay.
pub fn within_budget(model: &Model, mut tops: Vec<Option<i32>>, budget: f64) -> Model {
    tops.sort_unstable_by(|one, other| other.cmp(one));
    // 29 % of 100 is 28.999… in binary.
    let allowed = (budget.clamp(0.0, 1.0) * tops.len() as f64 + 1e-9).floor() as usize;
    let ask_at = match tops.get(allowed) {
        // The first that is one too many, and all that equal it, stay below.
        Some(Some(top)) => top.saturating_add(1),
        // All that were ever scored may be asked.
        _ => tops.iter().flatten().min().copied().unwrap_or(model.ask_at),
    };
    let hint_at = ask_at.saturating_sub(model.ask_at.saturating_sub(model.hint_at).max(0));
    Model { ask_at, hint_at, ..model.clone() }
}

/// A dry run, added up by page.
#[derive(Debug, Default)]
pub struct DryRun {
    pages: BTreeMap<String, PageRow>,
    /// Of the session under way.
    session: BTreeMap<String, OfSession>,
    pub sessions: u64,
    /// In which somebody would have been asked.
    pub asking_sessions: u64,
}

/// One page; everything is counted in sessions.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PageRow {
    pub page: String,
    pub sessions: u64,
    pub would_ask: u64,
    /// Of the sessions.
    pub share: f64,
    pub hints: u64,
    /// What stood against asking.
    pub blockers: BTreeMap<&'static str, u64>,
    /// The first reason of what would have been asked, hinted or withheld.
    pub reasons: BTreeMap<&'static str, u64>,
}

#[derive(Debug, Default)]
struct OfSession {
    is_asked: bool,
    is_hinted: bool,
    blockers: Vec<&'static str>,
    reasons: Vec<&'static str>,
}

impl DryRun {
    pub fn told(&mut self, told: &Told<'_>) {
        let Told::Decision { decision, .. } = told else { return };
        let row = self.session.entry(decision.page.clone()).or_default();
        match decision.verdict {
            Verdict::Calm => return,
            Verdict::Ask => row.is_asked = true,
            Verdict::Hint => row.is_hinted = true,
            Verdict::Withheld(blocker) => add(&mut row.blockers, blocker.as_str()),
        }
        if let Some(reason) = decision.score.reasons().first() {
            add(&mut row.reasons, reason.feature.as_str());
        }
    }

    /// The session is over.
    pub fn played(&mut self, played: &Played) {
        let mut session = std::mem::take(&mut self.session);
        for visit in &played.visits {
            session.entry(visit.visit.page.clone()).or_default();
        }
        self.sessions += 1;
        self.asking_sessions += u64::from(session.values().any(|it| it.is_asked));
        for (page, of_session) in session {
            let is_known = self.pages.len() < PAGES || self.pages.contains_key(&page);
            let page = if is_known { page } else { OTHERS.to_owned() };
            let row = self.pages.entry(page).or_default();
            row.sessions += 1;
            row.would_ask += u64::from(of_session.is_asked);
            row.hints += u64::from(of_session.is_hinted);
            for (counts, names) in [(&mut row.blockers, &of_session.blockers), (&mut row.reasons, &of_session.reasons)]
            {
                names.iter().for_each(|it| *counts.entry(it).or_default() += 1);
            }
        }
    }

    /// Those with the most questions first, then those with the most sessions.
    pub fn rows(&self) -> Vec<PageRow> {
        let mut rows: Vec<PageRow> = self
            .pages
            .iter()
            .map(|(page, row)| {
                let share = row.would_ask as f64 / row.sessions.max(1) as f64;
                PageRow { page: page.clone(), share, ..row.clone() }
            })
            .collect();
        rows.sort_by_key(|it| Reverse((it.would_ask, it.sessions)));
        rows
    }
}

fn add(names: &mut Vec<&'static str>, name: &'static str) {
    if !names.contains(&name) {
        names.push(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hesitation::shipped;

    #[test]
    fn the_budget_is_kept_also_where_scores_are_equal() {
        let model = Model { ask_at: 0, hint_at: -500, ..shipped() };
        let thresholds = |tops: Vec<Option<i32>>, budget| {
            let model = within_budget(&model, tops, budget);
            (model.ask_at, model.hint_at)
        };
        assert_eq!(thresholds((0..100).map(Some).collect(), 0.03), (97, -403));
        assert_eq!(thresholds((0..100).map(|it| Some(it.min(95))).collect(), 0.03), (96, -404));
        assert_eq!(thresholds(vec![Some(7), None, None], 0.5), (7, -493));
        assert_eq!(thresholds(vec![Some(7), Some(9)], 1.0), (7, -493));
        assert_eq!(thresholds(Vec::new(), 0.03), (0, -500));
    }
}
