//! What is normal on one page.

use super::{Curve, Measure};

/// The class of device a visit was made with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Device {
    #[default]
    Desktop,
    Touch,
}

/// Ages of a visit from which on each entry of [`Baseline::prior`] holds.
pub const PRIOR_AT_MS: [i64; 7] = [0, 15_000, 30_000, 60_000, 120_000, 240_000, 480_000];

/// What visits that went on looked like, already shrunk towards what contains it.
#[derive(Clone, Debug, PartialEq)]
pub struct Baseline {
    /// A page template such as `/invoices/:id`; `*` is the whole site.
    pub page: String,
    /// Empty: any context.
    pub context: String,
    /// `None`: any device.
    pub device: Option<Device>,
    /// Learned from enough visitors of this very page. Others are asked about more reluctantly.
    pub is_own: bool,
    /// Too many were asked here without need: no hints and no questions.
    pub is_muted: bool,
    /// Per [`Measure`]; `None`: ask the site's.
    pub curves: [Option<Curve>; Measure::COUNT],
    /// Thousandths of a logit over the site's, per entry of [`PRIOR_AT_MS`].
    pub prior: [i32; PRIOR_AT_MS.len()],
}
