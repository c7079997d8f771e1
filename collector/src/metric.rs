//! Formulas, and nothing else: numbers in, numbers out. `docs/reference/metrics.md` defines them in words.

mod newcombe;
mod quantile;
mod wilson;
mod window_funnel;

pub(crate) use newcombe::newcombe_interval;
pub(crate) use quantile::quantile_ms;
pub(crate) use wilson::{SMALL_SAMPLE, wilson_interval};
pub(crate) use window_funnel::{Mark, furthest_chain};
