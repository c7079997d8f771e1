//! What brings a survey up.

use crate::id::{JourneyId, MilestoneId};
use crate::rule::Rule;

#[derive(Clone, Debug, PartialEq)]
pub enum Trigger {
    /// The rule fires at a message of this page's.
    Fired(Rule),
    /// The visitor reaches this milestone now.
    Reached { journey: JourneyId, milestone: MilestoneId },
    /// The visitor has reached the milestone before this one (any, for the first), that long ago, and not this one.
    Overdue { journey: JourneyId, milestone: MilestoneId, after_ms: u64 },
    /// The detector would ask here.
    Hesitation,
    /// The page was looked at for so long.
    TimeOnPage { after_ms: u64 },
}

impl Trigger {
    /// As it is recorded, and said in a why-log.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Fired(_) => "message",
            Self::Reached { .. } => "reached",
            Self::Overdue { .. } => "overdue",
            Self::Hesitation => "hesitation",
            Self::TimeOnPage { .. } => "timeOnPage",
        }
    }
}
