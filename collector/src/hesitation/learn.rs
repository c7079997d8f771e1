//! Visits in, what is normal out.

use super::baselines::{KAPPA, Page, USERS, baselines};
use super::cell::Cell;
use super::steps::{StepCount, progress};
use super::thresholds::thresholds;
use super::{LearnOptions, LearnedVisit};
use domain::hesitation::{Baseline, Device, Measure, Model, Reached, Sample, read_reached, read_samples};
use std::collections::BTreeMap;

/// A visit this long ago counts half.
const HALF_LIFE_MS: f64 = 14.0 * 86_400_000.0;

/// One user's visits to a page count for as many as this at most: a page is normal for many, not for its best customer.
const VISITS_OF_ONE_USER: f64 = 5.0;

/// What the visits of a site taught.
#[derive(Clone, Debug, PartialEq)]
pub struct Learned {
    /// The site's (`*`) first, then those of pages with enough visitors.
    pub baselines: Vec<Baseline>,
    /// (ask, hint): the scores that only as many sessions reach as the budget allows. `None`: too few sessions to tell.
    pub thresholds: Option<(i32, i32)>,
}

impl Learned {
    /// Puts what was learned into a model; what is muted stays muted.
    pub fn apply_to(self, model: &mut Model) {
        let muted: Vec<Baseline> = model.baselines.iter().filter(|it| it.is_muted).cloned().collect();
        model.baselines = self.baselines;
        for before in muted {
            let mut is_known = false;
            for row in model.baselines.iter_mut().filter(|it| it.page == before.page) {
                row.is_muted = true;
                is_known = true;
            }
            if !is_known {
                model.baselines.push(before);
            }
        }
        if let Some((ask_at, hint_at)) = self.thresholds {
            model.ask_at = ask_at;
            model.hint_at = hint_at;
        }
    }
}

/// Learns what is normal from un-prompted time of users who went on.
pub fn learn(visits: impl Iterator<Item = LearnedVisit>, options: &LearnOptions) -> Learned {
    learn_with(visits, options, KAPPA)
}

/// The same with another pull towards what contains a page: for the evaluation.
#[doc(hidden)]
pub fn learn_with(visits: impl Iterator<Item = LearnedVisit>, options: &LearnOptions, kappa: f64) -> Learned {
    let mut visits: Vec<Weighed> = visits.map(|it| Weighed::new(it, options.now_ms)).collect();
    let tops = top_scores(&visits);
    // Sums depend on their order, and the order in which visits are found should not matter.
    visits.sort_by(|one, other| one.key().cmp(&other.key()));
    let pages = visits.chunk_by_mut(|one, other| one.visit.page == other.visit.page).map(learn_page).collect();
    Learned { baselines: baselines(pages, kappa), thresholds: thresholds(tops, options.budget) }
}

/// A visit, read.
struct Weighed {
    visit: LearnedVisit,
    samples: Vec<Sample>,
    reached: Vec<Reached>,
    /// 1 today, less and less with time.
    recency: f64,
    /// That, less where one user made many visits.
    weight: f64,
}

impl Weighed {
    fn new(visit: LearnedVisit, now_ms: i64) -> Self {
        let mut samples = read_samples(&visit.samples);
        // Follows from the states, in the page's steps.
        samples.retain(|it| !matches!(it.measure, Measure::States(_) | Measure::StatesAfter(_)));
        let reached = read_reached(&visit.states);
        let age_ms = now_ms.saturating_sub(visit.started_ms).max(0) as f64;
        let recency = 0.5_f64.powf(age_ms / HALF_LIFE_MS);
        Self { samples, reached, recency, weight: recency, visit }
    }

    fn key(&self) -> (&str, &str, i64, &str, &str, Device) {
        let it = &self.visit;
        (&it.page, &it.user, it.started_ms, &it.session, &it.context, it.device)
    }

    /// What was measured, with progress in the steps given.
    fn samples_in(&self, steps: &[(u32, u16)]) -> Vec<Sample> {
        let mut samples = progress(steps, &self.reached, self.visit.active_ms, self.visit.actions);
        samples.extend(&self.samples);
        samples
    }

    fn is_normal(&self) -> bool {
        self.visit.went_on == Some(true)
    }
}

/// The visits of one page, sorted by user.
fn learn_page(visits: &mut [Weighed]) -> Page {
    let mut count = StepCount::default();
    for user in visits.chunk_by_mut(|one, other| one.visit.user == other.visit.user) {
        let normal = || user.iter().filter(|it| it.is_normal());
        if let Some(latest) = normal().map(|it| it.recency).max_by(f64::total_cmp) {
            count.add_user(latest, normal().flat_map(|it| it.reached.iter().map(|it| it.state)));
        }
        let share = (VISITS_OF_ONE_USER / user.len() as f64).min(1.0);
        user.iter_mut().for_each(|it| it.weight = it.recency * share);
    }
    let steps = count.steps();
    let plain = cell(visits, &[], |_| true);
    let own = if steps.is_empty() { plain.clone() } else { cell(visits, &steps, |_| true) };
    let mut counts: BTreeMap<(&str, Option<Device>), usize> = BTreeMap::new();
    for it in visits.iter() {
        let (context, device) = (it.visit.context.as_str(), it.visit.device);
        for part in [(context, None), ("", Some(device)), (context, Some(device))] {
            *counts.entry(part).or_default() += usize::from(part != ("", None));
        }
    }
    // With fewer visits than users are needed it is never published.
    let parts = counts.into_iter().filter(|it| it.1 >= USERS).map(|((context, device), _)| {
        let is_here = |it: &LearnedVisit| {
            (context.is_empty() || it.context == context) && device.is_none_or(|device| it.device == device)
        };
        ((context.to_owned(), device), cell(visits, &steps, is_here))
    });
    let parts = parts.collect();
    let devices = [Device::Desktop, Device::Touch].map(|device| cell(visits, &[], |it| it.device == device));
    Page { page: visits[0].visit.page.clone(), steps, plain, own, parts, devices }
}

/// What those visits measured that fit, with progress in the steps given.
fn cell(visits: &[Weighed], steps: &[(u32, u16)], fits: impl Fn(&LearnedVisit) -> bool) -> Cell {
    let mut cell = Cell::default();
    for user in visits.chunk_by(|one, other| one.visit.user == other.visit.user) {
        let fitting: Vec<&Weighed> = user.iter().filter(|it| fits(&it.visit)).collect();
        let normal = fitting.iter().filter(|it| it.is_normal());
        cell.add_user(normal.map(|it| (it.recency, it.weight, it.samples_in(steps))));
        cell.users += usize::from(fitting.iter().any(|it| it.visit.went_on.is_some()));
        for it in fitting {
            // Whoever was asked went on, or not, because of that.
            if let (Some(went_on), false) = (it.visit.went_on, it.visit.is_prompted) {
                cell.add_outcome(it.weight, it.visit.active_ms, !went_on);
            }
        }
    }
    cell
}

/// The highest score of each session, with the weight of its latest visit.
fn top_scores(visits: &[Weighed]) -> Vec<(i32, f64)> {
    let mut sessions: BTreeMap<(&str, &str), (i32, f64)> = BTreeMap::new();
    for it in visits {
        if let Some(score) = it.visit.top_score {
            let top = sessions.entry((&it.visit.user, &it.visit.session)).or_insert((score, 0.0));
            *top = (top.0.max(score), top.1.max(it.recency));
        }
    }
    sessions.into_values().collect()
}
