//! Notices that someone is stuck: observations in, findings out.
//!
//! The way of an [`Observation`]: `signals/` keep what was seen of the page as it is now →
//! `score.rs` reads how unusual that is off the [`domain::hesitation::Model`] and adds it up →
//! `policy.rs` says whether this is the moment to ask, or what stands against it → [`Decision`].
//! What a visit measured leaves as a [`Visit`]: from those the collector learns what is normal.
//!
//! A [`Detector`] has no clock, no randomness and no fractions: the same observations give the same findings,
//! to the letter, in a browser and in `milepost replay`.

mod assignment;
mod decision;
mod detector;
mod policy;
mod record;
mod score;
mod signals;
mod visit;

pub use crate::observation::{Busy, Observation, PromptSaid, Surface};
pub use assignment::Assignment;
pub use decision::{Blocker, Decision, Verdict};
pub use detector::{Detector, Finding};
pub use record::record;
pub(crate) use record::{record_decision, record_model};
pub use score::{Reason, Score};
pub use visit::Visit;
