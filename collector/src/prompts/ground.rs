//! One gate that stands against a prompt, with what it rests on: enough to say it in a sentence later.

use domain::{Reason, Reasons};
use serde::{Deserialize, Serialize};

/// A page asks again at least once a day: definitions change, and a mute is undone elsewhere.
pub const RETRY_AFTER_MAX_MS: u64 = 24 * 3_600_000;

/// Times are the collector's; `until_ms` is when this alone would stand no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Ground {
    Unknown,
    Dates {
        starts_ms: Option<i64>,
        ends_ms: Option<i64>,
    },
    Enough {
        completed: u64,
        wanted: u64,
    },
    Declined,
    Muted {
        until_ms: i64,
    },
    Silenced {
        dismissals: u32,
        latest_ms: i64,
        until_ms: i64,
    },
    FirstSession,
    Session {
        prompt: String,
        at_ms: i64,
        allowed: u32,
    },
    Gap {
        prompt: String,
        at_ms: i64,
        until_ms: i64,
    },
    Quarter {
        prompts: u32,
        allowed: u32,
        until_ms: i64,
    },
    NpsGap {
        prompt: String,
        at_ms: i64,
        until_ms: i64,
    },
    NotDue {
        at_ms: i64,
        until_ms: Option<i64>,
    },
    Account {
        people: u32,
        allowed: u32,
        latest_ms: i64,
        until_ms: i64,
    },
    Reserved {
        survey: String,
        due_ms: i64,
    },
    NotOverdue,
    Throttled {
        until_ms: i64,
    },
    /// Not of the survey's segment.
    Audience {
        segment: String,
    },
}

impl Ground {
    pub fn reason(&self) -> Reason {
        match self {
            Self::Unknown => Reason::Unknown,
            Self::Dates { .. } => Reason::Dates,
            Self::Enough { .. } => Reason::Enough,
            Self::Declined => Reason::Declined,
            Self::Muted { .. } => Reason::Muted,
            Self::Silenced { .. } => Reason::Silenced,
            Self::FirstSession => Reason::FirstSession,
            Self::Session { .. } => Reason::Session,
            Self::Gap { .. } => Reason::Gap,
            Self::Quarter { .. } => Reason::Quarter,
            Self::NpsGap { .. } => Reason::NpsGap,
            Self::NotDue { .. } => Reason::NotDue,
            Self::Account { .. } => Reason::Account,
            Self::Reserved { .. } => Reason::Reserved,
            Self::NotOverdue => Reason::NotOverdue,
            Self::Throttled { .. } => Reason::Throttled,
            Self::Audience { .. } => Reason::Audience,
        }
    }

    /// When this alone would stand no more; `None` where time alone does not change it, or nobody knows when.
    pub fn until_ms(&self) -> Option<i64> {
        match self {
            Self::Dates { starts_ms, .. } => *starts_ms,
            Self::Muted { until_ms }
            | Self::Silenced { until_ms, .. }
            | Self::Gap { until_ms, .. }
            | Self::Quarter { until_ms, .. }
            | Self::NpsGap { until_ms, .. }
            | Self::Account { until_ms, .. }
            | Self::Throttled { until_ms } => Some(*until_ms),
            Self::NotDue { until_ms, .. } => *until_ms,
            Self::Reserved { due_ms, .. } => Some(*due_ms),
            Self::Unknown
            | Self::Enough { .. }
            | Self::Declined
            | Self::FirstSession
            | Self::Session { .. }
            | Self::Audience { .. }
            | Self::NotOverdue => None,
        }
    }

    pub fn reasons(grounds: &[Self]) -> Reasons {
        let mut reasons = Reasons::NONE;
        for ground in grounds {
            reasons.add(ground.reason());
        }
        reasons
    }

    /// All of them must be gone.
    pub fn retry_after_ms(grounds: &[Self], now_ms: i64) -> u64 {
        let wait_ms = |it: &Self| match it.until_ms() {
            Some(until_ms) => u64::try_from(until_ms.saturating_sub(now_ms)).unwrap_or(0),
            None => RETRY_AFTER_MAX_MS,
        };
        grounds.iter().map(wait_ms).max().unwrap_or(0).min(RETRY_AFTER_MAX_MS)
    }
}
