//! What is normal, learned from many visits: the way from [`LearnedVisit`]s to a [`domain::hesitation::Model`].
//!
//! `sketch.rs` keeps what a page's visits measured → `distribution.rs` makes of it the share that lasts longer, censored
//! waits included → `baselines.rs` pulls every page towards its type, the site and [`shipped`] → cuts it down to what a
//! browser is sent. `weights.rs` learns what the features weigh from labelled moments, `calibration.rs` what a
//! score means. Pure: no clock, no storage; the same visits give the same model, to the bit.

mod baselines;
mod calibration;
mod cell;
mod distribution;
mod learn;
mod options;
mod page_type;
mod prior;
mod sentence;
mod shipped;
mod sketch;
mod steps;
#[cfg(test)]
mod tests;
mod thresholds;
mod visit;
mod weights;

pub use calibration::{Calibration, calibration_error};
pub use learn::{Learned, learn, learn_with};
pub use options::LearnOptions;
pub use sentence::{sentence, sentences};
pub use shipped::{shipped, shipped_weights};
pub use visit::LearnedVisit;
pub use weights::{LEAST_LABELS, Moment, Weights, fit};
