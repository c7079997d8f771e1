//! Segments: which users, in words that people and addresses can carry.
//!
//! `plan = pro and stuck onboarding/customer for 14d` is read ([`parse`]), written again (`Display`) and, once what it
//! asks about is known, held against everybody. Knows no clock, no storage, no names of segments.
//! The language: `docs/reference/segments.md`.

mod check;
mod comparison;
mod error;
mod expression;
mod parse;
mod token;
mod write;

pub use check::Undefined;
pub use comparison::{Comparison, Constant};
pub use error::NotASegment;
pub use expression::{Condition, Expression, NpsBand, Touch};
pub use parse::parse;

/// Longer texts stand in no honest address.
pub const TEXT_BYTES_MAX: usize = 2_000;

/// More are no segment but a list.
pub const CONDITIONS_MAX: usize = 40;

/// Brackets within brackets.
pub const DEPTH_MAX: usize = 16;
