//! From what was played to what learning takes, and back into a model.
//!
//! Three times through the log: without a model for what is normal, with that for what it weighs, with both for the
//! scores from which on to ask.

use super::player::{Played, ScoreAt};
use crate::hesitation::{LearnOptions, LearnedVisit, Moment, Weights, fit, learn};
use domain::hesitation::{Feature, Model};
use std::collections::BTreeMap;

/// Ages of a visit at which its score is held against how it ended.
pub const MOMENTS_AT_MS: [i64; 8] = [15_000, 30_000, 45_000, 60_000, 90_000, 120_000, 180_000, 240_000];

/// Visits of a log, with how they went on.
#[derive(Debug, Default)]
pub struct Visits {
    visits: Vec<LearnedVisit>,
    /// Anything in the log tells those who went on from those who did not.
    is_telling: bool,
}

impl Visits {
    pub fn add(&mut self, session: &str, played: Played) {
        let last_page = played.visits.last().map(|it| it.visit.page.clone());
        for it in played.visits {
            let visit = it.visit;
            let goes_elsewhere = last_page.as_ref().is_some_and(|last| *last != visit.page);
            let got_further = visit.is_progressed || goes_elsewhere;
            self.is_telling |= it.is_stuck.is_some() || got_further;
            self.visits.push(LearnedVisit {
                user: it.user,
                session: session.to_owned(),
                started_ms: visit.started_ms,
                page: visit.page,
                context: visit.context,
                device: visit.device,
                samples: visit.samples,
                states: visit.states,
                actions: visit.actions,
                went_on: Some(it.is_stuck.map_or(got_further, |it| !it)),
                is_prompted: visit.is_prompted,
                active_ms: visit.active_ms,
                top_score: visit.top_score,
            });
        }
    }

    pub fn len(&self) -> usize {
        self.visits.len()
    }

    pub fn is_empty(&self) -> bool {
        self.visits.is_empty()
    }

    /// A log that says of nobody how it went on is of people who did.
    fn settled(mut self) -> Vec<LearnedVisit> {
        if !self.is_telling {
            self.visits.iter_mut().for_each(|it| it.went_on = Some(true));
        }
        self.visits
    }
}

/// Scores of visits whose outcome the log knows.
#[derive(Debug, Default)]
pub struct Moments {
    moments: Vec<Moment>,
    /// Of the session under way: page, context and start of the visit, its age, its features.
    waiting: Vec<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    page: String,
    context: String,
    started_ms: i64,
    age_ms: i64,
    features: [i32; Feature::COUNT],
}

impl Moments {
    pub fn told(&mut self, at: &ScoreAt<'_>) {
        self.waiting.push(Waiting {
            page: at.page.to_owned(),
            context: at.context.to_owned(),
            started_ms: at.t_ms.saturating_sub(at.age_ms),
            age_ms: at.age_ms,
            features: Feature::ALL.map(|it| at.score.feature(it)),
        });
    }

    /// The session is over, and its outcomes are known.
    pub fn played(&mut self, played: &Played) {
        for it in std::mem::take(&mut self.waiting) {
            let visit = played.visits.iter().find(|known| {
                let visit = &known.visit;
                visit.started_ms == it.started_ms && visit.page == it.page && visit.context == it.context
            });
            if let Some((visit, is_stuck)) = visit.and_then(|it| it.is_stuck.map(|is_stuck| (it, is_stuck))) {
                let user = visit.user.clone();
                self.moments.push(Moment { user, features: it.features, is_stuck, age_ms: it.age_ms });
            }
        }
    }

    pub fn len(&self) -> usize {
        self.moments.len()
    }

    pub fn is_empty(&self) -> bool {
        self.moments.is_empty()
    }
}

/// The next version of the model, with what is normal by these visits.
pub fn with_baselines(model: &Model, visits: Visits, budget: f64) -> Model {
    let mut next = Model { version: model.version.saturating_add(1), ..model.clone() };
    let visits = visits.settled();
    let options = options(&visits, budget);
    let mut learned = learn(visits.into_iter(), &options);
    // Scores of another model's making say nothing about this one's.
    learned.thresholds = None;
    learned.apply_to(&mut next);
    next
}

/// The model with what features weigh by these moments; without any it stays.
pub fn with_weights(model: &Model, moments: &Moments) -> Model {
    let before = Weights { bias: model.bias, weights: model.weights };
    let Weights { bias, weights } = fit(&moments.moments, &before);
    Model { bias, weights, ..model.clone() }
}

/// The model with the thresholds that keep the budget over these visits; too few sessions leave them as they are.
pub fn with_thresholds(model: &Model, visits: Visits, budget: f64) -> Model {
    let visits = visits.settled();
    let options = options(&visits, budget);
    let mut next = model.clone();
    if let Some((ask_at, hint_at)) = learn(visits.into_iter(), &options).thresholds {
        next.ask_at = ask_at;
        next.hint_at = hint_at;
    }
    next
}

/// Now is when the log ends: a recording of last year is as good as one of today.
fn options(visits: &[LearnedVisit], budget: f64) -> LearnOptions {
    LearnOptions { now_ms: visits.iter().map(|it| it.started_ms).max().unwrap_or(0), budget }
}

/// How many pages have a baseline of their own.
pub fn own_pages(model: &Model) -> usize {
    let pages: BTreeMap<&str, ()> =
        model.baselines.iter().filter(|it| it.page != "*").map(|it| (it.page.as_str(), ())).collect();
    pages.len()
}
