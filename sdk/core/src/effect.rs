//! Everything the SDK can ask of a browser, as one closed list.

use crate::batch::Batch;
use crate::outbox::Record;
use crate::request::Request;

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
    /// From now on, report [`crate::Input::Observed`]: all of it, only what a survey must not interrupt, or nothing.
    Observe(Level),
    /// Draw the question, or only a hint that opens it, and report [`crate::Input::Prompt`].
    ///
    /// The texts: an accent color, the words in the order of [`domain::hesitation::Wording`], then label and URL of
    /// each help link.
    Prompt { is_open: bool, texts: Vec<String> },
    /// Take away what `Prompt` drew.
    Retract,
    /// Ask the collector for a lease and answer with [`crate::Input::Leased`] of this number. `is_alone`: first take the
    /// place that one tab has at a time, and keep it until [`Effect::Unlock`]; without a request, only that.
    Lease { id: u32, request: Option<Request>, is_alone: bool },
    /// Give a lease back: nothing was shown.
    Release(Request),
    /// Another tab may have the place.
    Unlock,
    /// From now on, report elements of the page that stand for a survey.
    Attend,
    /// Draw a survey's screen, or go on to the next, or only the tab that opens it, and report
    /// [`crate::Input::Surveyed`]; JSON text, as `sdk/core/src/prompts/view.rs` writes it.
    Draw(String),
    /// Take away what `Draw` drew of this survey, or its tab where there is only that.
    Undraw(String),
    /// Keep this text for the next page of this tab, and of this tab only; empty: nothing.
    Keep(String),
    /// The answer to [`crate::Input::Inspect`]: JSON text.
    Inspected(String),
    /// The answer to [`crate::Input::Introduce`].
    Introduced(Request),
    /// A message joined the queue: keep it until [`Effect::Forget`], and tell the vendor's code.
    Persist(Record),
    /// Delivered, refused or dropped: nobody needs to keep these keys any more.
    Forget(Vec<String>),
    /// Take the sending place, which one tab has at a time, and answer with [`crate::Input::Gathered`] of this number; if
    /// that takes too long, also without the place.
    Gather(u32),
    /// Give the sending place back, or stop waiting for it.
    Ungather,
    /// Post this and answer with [`crate::Input::Answered`].
    Send(Batch),
    /// Answer with [`crate::Input::Woke`] at this time; replaces the time asked for before. `None`: never mind.
    WakeAt(Option<i64>),
    /// Answer with [`crate::Input::Page`]: the page had time to settle.
    DescribePage,
    /// Tell the vendor's code; the detail is JSON text.
    Emit { topic: Topic, detail: String },
}

/// How much is observed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    #[default]
    Nothing,
    /// What stands against interrupting.
    Scene,
    /// What tells of hesitation as well.
    Everything,
}

/// What the vendor's code may listen to, besides messages: see [`Effect::Persist`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// Consent is granted and the visitor is known: `{anonymousId}`.
    Ready,
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
            Self::Session => "session",
            Self::Milestone => "milestone",
            Self::Warning => "warning",
        }
    }
}
