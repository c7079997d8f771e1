//! How good the detector is: real and made-up visitors through the real detector and the real learning.
//!
//! `pisa.rs` and `exam.rs` and `mouse.rs` are where [`visitor::Visitor`]s come from → `play.rs` runs them through the
//! detector → `study.rs` learns from half of them and scores the others → `measure.rs` says how well, beside the fixed
//! `rules.rs` → `report.rs` writes it down. Nothing here is tuned to a log: all that is learned is learned by the
//! collector's own code.

pub mod exam;
pub mod measure;
pub mod mouse;
pub mod pisa;
pub mod play;
pub mod random;
pub mod report;
pub mod rules;
pub mod study;
pub mod table;
pub mod visitor;
