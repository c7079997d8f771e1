//! Recordings and logs, played through the very detector that runs in browsers.
//!
//! The way of a line: `line.rs` reads it → `log.rs` hands it to its [`Session`], with what it left out →
//! `player.rs` observes on behalf of one session → [`Told`] → `render.rs`, `dry_run.rs`, `check.rs`.
//! Does not know files, terminals or storage. The form of a log is in `docs/reference/replay.md`.

mod check;
mod dry_run;
mod learn;
mod line;
mod log;
mod mark;
mod notice;
mod player;
mod render;
mod session;
mod tally;
mod value;

pub use check::{Difference, first_difference};
pub use dry_run::{DryRun, PageRow, never_asking, within_budget};
pub use learn::{MOMENTS_AT_MS, Moments, Visits, own_pages, with_baselines, with_thresholds, with_weights};
pub use line::{Broken, Line};
pub use log::Log;
pub use mark::Mark;
pub use notice::{Notice, Unknown};
pub use player::{Assignments, Play, Played, PlayedVisit, Player, ScoreAt, Told};
pub use render::{decision_line, probability, score_line};
pub use session::{Entry, Place, Session};
pub use tally::Tally;
