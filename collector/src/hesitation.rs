//! What is normal, learned from many visits: the way from [`LearnedVisit`]s to a [`domain::hesitation::Model`].
//!
//! `sketch.rs` keeps what a page's visits measured → `survival.rs` makes of it the share that lasts longer, censored
//! waits included → `baselines.rs` pulls every page towards its type, the site and [`shipped`] → `curves.rs` cuts it down
//! to what a browser is sent. `weights.rs` learns what the features weigh from labelled moments, `calibration.rs` what a
//! score means. Pure: no clock, no storage; the same visits give the same model, to the bit.

mod learn;
mod options;
mod shipped;
mod visit;
mod weights;

pub use learn::{Learned, learn};
pub use options::LearnOptions;
pub use shipped::{shipped, shipped_weights};
pub use visit::LearnedVisit;
pub use weights::{Moment, Weights, fit};
