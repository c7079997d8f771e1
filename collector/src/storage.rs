//! The questions the product asks of storage.
//!
//! Three parts: [`Events`] (messages and what follows from them), [`Desk`] (operators and their
//! sessions) and, kept by the desk, the [`Ledger`] (prompts granted and denied).
//! Engines live below; only `cli/folder.rs` and tests name one.

mod batch;
mod desk;
mod events;
mod history;
mod identity_graph;
mod interest;
mod json;
mod ledger;
pub mod sqlite;

pub use batch::{Batch, RowRef, Sent};
pub(crate) use batch::{Entry, SentSpans, Span};
pub use desk::{
    Desk, FirstOperator, InboxAct, KeptModel, NewOperator, NewSession, Operator, Session, StillOpen, TokenHash,
};
pub use events::{
    ABOUT_PROMPTS, Appended, Arrived, Chain, Erased, Events, FactQuestion, FirstReach, FunnelQuestion, Profile, Row,
    Somebody, StoredFact, TakeFact, TraitPath, Trust,
};

pub use ledger::{
    Decide, Forgotten, KeptLease, Leased, Ledger, Muted, Person, PromptLease, Told, What, Wish, Withheld,
};

use std::future::Future;
use std::pin::Pin;

/// An answer on its way.
pub type Answering<'a, T> = Pin<Box<dyn Future<Output = Result<T, StorageError>> + Send + 'a>>;

/// Why storage could not answer.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// There is no room just now: the queue is full or the engine is closing. Try again later.
    #[error("storage is busy: try again in a moment")]
    Busy,
    /// Another process holds the data folder.
    #[error("the data folder {0} is in use by another milepost process: stop it, or ask the running server with --url")]
    InUse(String),
    /// The engine failed; the text is for operators.
    #[error("{0}")]
    Failed(String),
}
