//! Hesitation in words: what is measured on a page, what is normal there, and what it weighs.
//!
//! A [`Feature`] says how unusual one thing is; how unusual is read off a [`Curve`] of a
//! [`Baseline`], what is normal on one page. A [`Model`] weighs the features and says from which
//! score on to hint and to ask. All arithmetic is in whole thousandths, so that a browser and a
//! server cannot differ in the last digit, and so that the parts of a score add up to it exactly.
//! Made by the collector from many visits, read by the SDK, replayed by both.

mod baseline;
mod curve;
mod feature;
mod model;
mod page_template;
mod sample;

pub use baseline::{Baseline, Device, PRIOR_AT_MS};
pub use curve::{Curve, SIGNED_SURPRISES, SURPRISES, Tail};
pub use feature::Feature;
pub use model::{Ask, HelpLink, Model, Wording};
pub use page_template::page_template;
pub use sample::{
    LATELY_MS, Measure, REACHED, Reached, STATES_AFTER, STATES_AT_MS, Sample, read_reached, read_samples,
    write_reached, write_sample,
};
pub(crate) use sample::{push_code, push_hash, read_code, read_hash};
