//! Everything the SDK can ask of a browser, as one closed list.

use crate::batch::Batch;

/// Something to do, in the order given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Read what `Store` left behind and answer with [`crate::Input::Stored`].
    Load,
    /// Keep this text for the next page and the other tabs.
    Store(String),
    /// Remove what `Store` left behind.
    Remove,
    /// Fetch the definitions and answer with [`crate::Input::Configured`].
    FetchConfig,
    /// From now on, report clicks and sightings for these selectors, and only these.
    Watch { clicks: Vec<String>, sightings: Vec<String> },
    /// From now on, report [`crate::Input::Observed`], or no longer.
    Observe(bool),
    /// Draw the question, or only a hint that opens it, and report [`crate::Input::Prompt`].
    ///
    /// The texts: an accent color, the words in the order of [`domain::hesitation::Wording`], then label and URL of
    /// each help link.
    Prompt { is_open: bool, texts: Vec<String> },
    /// Take away what `Prompt` drew.
    Retract,
    /// Post this and answer with [`crate::Input::Answered`].
    Send(Batch),
    /// Answer with [`crate::Input::Woke`] at this time; replaces the time asked for before. `None`: never mind.
    WakeAt(Option<i64>),
    /// Answer with [`crate::Input::Page`]: the page had time to settle.
    DescribePage,
    /// Tell the vendor's code; the detail is JSON text.
    Emit { topic: Topic, detail: String },
}

/// What the vendor's code may listen to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// Consent is granted and the visitor is known: `{anonymousId}`.
    Ready,
    /// A message joined the queue: the message itself.
    Message,
    /// A session began: `{sessionId}`.
    Session,
    /// `{journey, milestone, name, isValue}`, once per user and milestone.
    Milestone,
    /// Something the vendor should repair: `{code}`.
    Warning,
}

impl Topic {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Message => "message",
            Self::Session => "session",
            Self::Milestone => "milestone",
            Self::Warning => "warning",
        }
    }
}
