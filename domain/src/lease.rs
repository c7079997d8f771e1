//! A lease: the collector's word that this prompt may be shown to this person, once.

use crate::id::LeaseId;
use crate::reason::Reasons;
use crate::survey::{Content, Outline};

/// What may be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PromptKind {
    /// A survey that comes up by itself.
    Popover,
    /// A survey in the vendor's page.
    Inline,
    /// A survey that the visitor opened by its tab.
    Tab,
    /// The detector's question.
    Question,
    /// The detector's quiet offer of help.
    Hint,
}

impl PromptKind {
    pub const ALL: [Self; 5] = [Self::Popover, Self::Inline, Self::Tab, Self::Question, Self::Hint];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Popover => "popover",
            Self::Inline => "inline",
            Self::Tab => "tab",
            Self::Question => "question",
            Self::Hint => "hint",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str().as_bytes() == text.as_bytes())
    }

    /// Nobody asked for it: the budget counts it.
    pub fn interrupts(self) -> bool {
        matches!(self, Self::Popover | Self::Question | Self::Hint)
    }
}

/// The name under which the detector's question and hint are leased.
pub const HESITATION: &str = "hesitation";

/// The answer of `POST /v1/lease`: the collector gives a [`Content`], the SDK's core reads an [`Outline`] of it.
#[derive(Clone, Debug, PartialEq)]
pub enum LeaseAnswer<Of = Content> {
    Granted {
        lease: LeaseId,
        /// It must be on screen by then, or be given back.
        expires_in_ms: u64,
        /// `None` for the detector's own.
        content: Option<Of>,
    },
    Denied {
        reasons: Reasons,
        /// Asking again sooner is no use.
        retry_after_ms: u64,
    },
}

impl LeaseAnswer {
    /// As the SDK's core reads it.
    pub fn outlined(&self) -> LeaseAnswer<Outline> {
        match self.clone() {
            Self::Granted { lease, expires_in_ms, content } => {
                LeaseAnswer::Granted { lease, expires_in_ms, content: content.as_ref().map(Outline::of) }
            }
            Self::Denied { reasons, retry_after_ms } => LeaseAnswer::Denied { reasons, retry_after_ms },
        }
    }
}
