//! The questions the product asks of storage.
//!
//! Six parts: [`Events`] (messages and what follows from them), [`Desk`] (who logs in, and what they do about responses)
//! and, kept by the desk, the [`Staff`] (roles, invitations, tokens, what was done), saved [`Views`], own
//! [`Settings`] and the [`Ledger`] (prompts granted and denied).
//! Engines live below; only `cli/folder.rs` and tests name one.

mod abridged;
mod batch;
mod chains;
mod definitions;
mod delivery;
mod desk;
mod events;
mod everybody;
mod history;
mod identity_graph;
mod interest;
mod json;
mod label;
mod layer;
mod ledger;
mod next_actions;
mod page_name;
mod settings;
pub mod sqlite;
mod staff;
mod trait_values;
mod views;

pub use batch::{Batch, RowRef, Sent};
pub(crate) use batch::{Entry, SentSpans, Span};
pub use chains::{Chain, Chains, Reaches, ReachesInOrder, UserKey, UserName};
pub use definitions::{DefinitionChange, KeptDefinition};
pub use delivery::{Delivered, DeliveryQuestion, Road};
pub use desk::{
    CareAct, Desk, FirstOperator, InboxAct, KeptModel, KeptSegment, NewOperator, NewSession, Operator, Session,
    StillOpen, TokenHash,
};
pub use events::{
    ABOUT_PROMPTS, Active, ActivityQuestion, Appended, Arrived, Erased, Events, Expired, FactQuestion, FunnelQuestion,
    HappenedQuestion, Happening, Moment, PresenceQuestion, Present, Profile, Row, Somebody, StoredFact, TakeFact,
    TraitPath, Trust,
};
pub use everybody::{AccountLine, Everybody, UserLine};

pub(crate) use layer::Layer;
pub use ledger::{
    Decide, Forgotten, KeptLease, Leased, Ledger, Muted, Person, PromptLease, Told, What, Wish, Withheld,
};
pub use next_actions::{Action, NOTES, Next, NextActions, NextQuestion};
pub use settings::Settings;
pub use staff::{
    ApiToken, Changed, Deed, Invitation, Member, OpenSession, Outsider, Recognised, Role, Staff, TokenScope,
};
pub use trait_values::TraitValues;
pub use views::{Kept, NewView, SavedView, Views};

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
    /// Less is free on the disk than is held in reserve; nothing is stored until there is more.
    #[error("the disk is nearly full: free some of it, or set a smaller --disk-reserve")]
    DiskReserve,
    /// The disk is full.
    #[error("the disk is full: free some of it")]
    DiskFull,
    /// The files failed and are being opened again.
    #[error("the data folder failed and is being opened again")]
    Closed,
    /// Another process holds the data folder.
    #[error("the data folder {0} is in use by another milepost process: stop it, or ask the running server with --url")]
    InUse(String),
    /// A file is not as it was written; the text names it and says what to do.
    #[error("{0}")]
    Damaged(String),
    /// A file was written by a newer version; nothing was changed.
    #[error("{0}")]
    Newer(String),
    /// The engine failed; the text is for operators.
    #[error("{0}")]
    Failed(String),
}

impl StorageError {
    /// One word for probes and programs; stable.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Busy => "queue_full",
            Self::DiskReserve | Self::DiskFull => "disk_reserve",
            _ => "storage_failed",
        }
    }

    /// Seconds after which trying again may help.
    pub fn retry_after_s(&self) -> u64 {
        match self {
            Self::DiskReserve | Self::DiskFull => 5,
            Self::Closed => 2,
            _ => 1,
        }
    }

    /// Whether it goes by itself and is reported elsewhere, once: thousands of requests need not say it again.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Busy | Self::DiskReserve | Self::Closed)
    }
}
