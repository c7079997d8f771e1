//! What is known of one person, and of their account, when a prompt is thought of.

use domain::PromptKind;

/// A hint can be opened, and become a question, for as long as a session can last.
const HINT_OPEN_MS: i64 = 24 * 3_600_000;

/// One earlier prompt of the person; what was given back is not among them.
#[derive(Clone, Debug, PartialEq)]
pub struct Past {
    /// When the lease was granted.
    pub at_ms: i64,
    /// A survey's id, or [`domain::HESITATION`].
    pub prompt: String,
    pub kind: PromptKind,
    pub session: String,
    /// It was leased for the account that is asked for now.
    pub is_of_account: bool,
    pub asks_nps: bool,
    /// Something was answered.
    pub is_answered: bool,
    pub completed_ms: Option<i64>,
    /// The person closed it, said "not now" or "don't ask again".
    pub dismissed_ms: Option<i64>,
    /// It is known to be gone from the screen.
    pub is_over: bool,
}

/// Somebody else of the account who was prompted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Colleague {
    pub person: String,
    pub at_ms: i64,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// In order of time.
    pub past: Vec<Past>,
    /// In any order, each prompt of each colleague.
    pub colleagues: Vec<Colleague>,
    pub muted_until_ms: Option<i64>,
    pub declined: bool,
    /// Completed responses to the prompt in question, of everybody.
    pub completed: u64,
}

impl Past {
    /// Starts the gap and counts in the quarter: a question, or a hint that may still become one.
    pub fn counts(&self, now_ms: i64) -> bool {
        match self.kind {
            PromptKind::Popover | PromptKind::Question => true,
            PromptKind::Hint => !self.is_over && now_ms.saturating_sub(self.at_ms) < HINT_OPEN_MS,
            PromptKind::Inline | PromptKind::Tab => false,
        }
    }

    /// Closed without an answer.
    pub(super) fn is_refused(&self) -> bool {
        self.kind.interrupts() && !self.is_answered && self.dismissed_ms.is_some()
    }
}
