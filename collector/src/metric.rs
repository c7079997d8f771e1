//! Formulas, and nothing else: numbers in, numbers out. `docs/reference/metrics.md` defines them in words.

pub mod calendar;
mod newcombe;
mod nps;
mod period;
pub mod presence;
pub mod progress;
mod quantile;
pub mod retention;
mod scale;
pub mod survival;
mod wilson;
mod window_funnel;

pub use calendar::Calendar;
pub(crate) use newcombe::newcombe_interval;
pub(crate) use nps::Nps;
pub use period::Period;
pub(crate) use quantile::quantile_ms;
pub use retention::Activity;
pub(crate) use scale::{EASY_FROM, SATISFIED_FROM, mean};
pub(crate) use wilson::{SMALL_SAMPLE, wilson_interval};
pub(crate) use window_funnel::{Mark, WindowFunnel};
