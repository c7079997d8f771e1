//! Milepost's words, and nothing else.
//!
//! A [`Journey`] is an ordered list of [`Milestone`]s; each has a [`Rule`].
//! A message, seen as a [`Fact`], is held against a rule by a [`RuleProgress`]: the same code
//! in the browser (at once) and on the collector (authoritative, also over history).
//! What hesitation is measured by and held against is in [`hesitation`]; what is asked, in [`survey`].
//! Whether a prompt may be shown is a [lease](LeaseAnswer); why not, a set of [`Reasons`].
//! All of it travels to the browser in the [compact form](compact).
//!
//! This crate knows no clock, no browser, no server and no storage; nothing in it can fail
//! because of the outside world.

pub mod compact;
mod condition;
mod config;
mod fact;
mod hash;
pub mod hesitation;
mod id;
mod journey;
mod lease;
pub mod limits;
mod outcome;
mod progress;
mod reason;
pub mod reserved;
mod rule;
pub mod survey;
mod url_pattern;
mod value;

pub use condition::{Condition, Operator};
pub use config::Config;
pub use fact::{Fact, Kind};
pub use hash::{hash, is_sampled};
pub use id::{
    AccountId, AnonymousId, JourneyId, LeaseId, MessageId, MilestoneId, SessionId, StepId, SubmissionId, SurveyId,
    UserId, WriteKey,
};
pub use journey::{Definitions, Journey, Milestone, Watched};
pub use lease::{HESITATION, LeaseAnswer, PromptKind};
pub use outcome::{Outcome, RejectCode};
pub use progress::{JourneyProgress, RuleProgress};
pub use reason::{Reason, Reasons};
pub use rule::{Rule, Scope, Source};
pub use url_pattern::UrlPattern;
pub use value::{Lookup, NoProperties, Scalar, Value};
