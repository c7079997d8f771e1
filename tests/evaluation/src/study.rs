//! Learns from some people through the real detector, and scores others.

use crate::measure::Scored;
use crate::play::{Played, play};
use crate::visitor::{Visitor, hash};
use domain::hesitation::{Feature, Model};
use milepost::hesitation::{
    Calibration, LearnOptions, LearnedVisit, Moment, Weights, calibration_error, fit, learn, learn_with, shipped,
};

/// Ages at which a visit may become a label.
pub const LABELLED_MS: [i64; 8] = [15_000, 30_000, 45_000, 60_000, 90_000, 120_000, 180_000, 240_000];

/// The default budget.
pub const BUDGET: f64 = 0.03;

/// The visits of one session.
pub type Session = Vec<Visitor>;

/// One visit at one age.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Which visit, counted over all sessions.
    pub visit: usize,
    pub user: String,
    pub page: String,
    pub age_ms: i64,
    pub features: [i32; Feature::COUNT],
    pub is_stuck: bool,
}

/// People split in two.
#[derive(Debug, Default)]
pub struct Split {
    pub train: Vec<Session>,
    pub test: Vec<Session>,
}

/// By user, half and half.
pub fn split_by_user(sessions: &[Session], salt: u64) -> Split {
    split(sessions, |it| hash(&it.user, salt).is_multiple_of(2))
}

/// By country (or whatever people have in common), half and half.
pub fn split_by_group(sessions: &[Session]) -> Split {
    split(sessions, |it| hash(&it.group, 2).is_multiple_of(2))
}

fn split(sessions: &[Session], is_train: impl Fn(&Visitor) -> bool) -> Split {
    let (train, test) = sessions.iter().filter(|it| !it.is_empty()).cloned().partition(|it| is_train(&it[0]));
    Split { train, test }
}

/// What a model shows of people at these ages.
pub fn see(model: &Model, sessions: &[Session], ages_ms: &[i64]) -> Vec<Seen> {
    let mut seen = Vec::new();
    let mut visit = 0;
    for session in sessions {
        for (visitor, played) in session.iter().zip(play(Some(model), session, ages_ms)) {
            seen.extend(played.moments.into_iter().map(|(age_ms, features)| Seen {
                visit,
                user: visitor.user.clone(),
                page: visitor.page.clone(),
                age_ms,
                features,
                is_stuck: visitor.is_stuck,
            }));
            visit += 1;
        }
    }
    seen
}

/// What people's visits measured.
pub fn visits(model: Option<&Model>, sessions: &[Session]) -> Vec<LearnedVisit> {
    sessions.iter().flat_map(|it| play(model, it, &[])).filter_map(|it: Played| it.visit).collect()
}

const OPTIONS: LearnOptions = LearnOptions { now_ms: 0, budget: BUDGET };

/// The shipped model with what is normal among these.
pub fn with_baselines(visits: &[LearnedVisit], kappa: Option<f64>) -> Model {
    let mut model = shipped();
    let visits = visits.iter().cloned();
    let learned = match kappa {
        None => learn(visits, &OPTIONS),
        Some(kappa) => learn_with(visits, &OPTIONS, kappa),
    };
    // Scores of another model's making say nothing about this one's.
    milepost::hesitation::Learned { thresholds: None, ..learned }.apply_to(&mut model);
    model
}

/// With what features weigh among these; those named weigh nothing.
pub fn with_weights(model: &Model, seen: &[Seen], without: &[Feature]) -> Model {
    let moments: Vec<Moment> = seen
        .iter()
        .map(|it| {
            let mut features = it.features;
            without.iter().for_each(|it| features[*it as usize] = 0);
            Moment { user: it.user.clone(), features, is_stuck: it.is_stuck, age_ms: it.age_ms }
        })
        .collect();
    let Weights { bias, mut weights } = fit(&moments, &Weights { bias: model.bias, weights: model.weights });
    without.iter().for_each(|it| weights[*it as usize] = 0);
    Model { bias, weights, ..model.clone() }
}

/// With the thresholds that keep the budget among these.
pub fn with_thresholds(model: &Model, sessions: &[Session]) -> Model {
    let mut next = model.clone();
    if let Some((ask_at, hint_at)) = learn(visits(Some(model), sessions).into_iter(), &OPTIONS).thresholds {
        (next.ask_at, next.hint_at) = (ask_at, hint_at);
    }
    next
}

/// The score those features come to.
pub fn total(model: &Model, features: &[i32; Feature::COUNT]) -> i32 {
    let parts = features.iter().zip(model.weights).map(|(value, weight)| i64::from(*value) * i64::from(weight) / 1_000);
    parts.sum::<i64>() as i32 + model.bias
}

/// Those of one age, scored.
pub fn scored(seen: &[Seen], age_ms: i64, score: impl Fn(&Seen) -> f64) -> Vec<Scored> {
    let of_age = seen.iter().filter(|it| it.age_ms == age_ms);
    of_age.map(|it| Scored { score: score(it), is_stuck: it.is_stuck, tie: hash(&it.user, 3) }).collect()
}

/// Calibrated on some, the error of the chances of others.
pub fn calibration(model: &Model, labelled: &[Seen], seen: &[Seen], age_ms: i64) -> f64 {
    let labels: Vec<(i32, bool)> = labelled.iter().map(|it| (total(model, &it.features), it.is_stuck)).collect();
    let calibration = Calibration::of(&labels);
    let of_age = seen.iter().filter(|it| it.age_ms == age_ms);
    let chances: Vec<(f64, bool)> =
        of_age.map(|it| (calibration.chance(total(model, &it.features)), it.is_stuck)).collect();
    calibration_error(&chances).unwrap_or(1.0)
}
