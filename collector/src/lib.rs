//! Milepost's collector.
//!
//! # Path of a message
//!
//! 1. `http/ingest.rs` reads the body under its limits, finds the key and the sender's token.
//! 2. `app/accept.rs` cuts the body into messages and runs each through the steps of
//!    `app/message.rs`; a message that fails a step has its [`domain::Outcome`] there and then.
//! 3. [`storage::Events::append`] puts the rest on stable storage; only then the answer leaves.
//! 4. `app/funnel.rs` asks [`storage::Events::chains`] how far each user got, and counts.
//! 5. `http/dashboard/`, `http/funnel.rs` and `cli/funnel.rs` show the same answer.
//!
//! Knowledge points inward: `http → app → storage ← storage/sqlite`; `cli` is another door to `app`.

pub mod app;
pub mod cli;
mod clock;
mod csv_safe;
pub mod hesitation;
pub mod http;
pub mod metric;
pub mod oidc;
pub mod project;
pub mod prompts;
pub mod replay;
pub mod segment;
pub mod storage;
mod telemetry;
#[cfg(test)]
mod testing;

pub use clock::Clock;
