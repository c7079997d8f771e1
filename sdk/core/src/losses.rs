//! What had to be let go, until it is told.

use crate::limits;

/// Why a message was dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Loss {
    /// No room.
    Full,
    /// Waited too long.
    Old,
    /// The collector said it can never be stored.
    Refused,
    /// A loop called us.
    Runaway,
}

impl Loss {
    const ALL: [Self; 4] = [Self::Full, Self::Old, Self::Refused, Self::Runaway];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Old => "old",
            Self::Refused => "refused",
            Self::Runaway => "runaway",
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Losses {
    counts: [i64; 4],
    /// Since when there is something to tell.
    since_ms: Option<i64>,
    /// Messages get through just now.
    pub(crate) is_heard: bool,
}

impl Losses {
    pub(crate) fn add(&mut self, now_ms: i64, loss: Loss, count: u64) {
        if let Some(it) = self.counts.get_mut(loss as usize)
            && count > 0
        {
            *it += count as i64;
            self.since_ms.get_or_insert(now_ms);
        }
    }

    /// One reason and its count, when it is time to tell.
    pub(crate) fn take(&mut self, now_ms: i64, leaving: bool) -> Option<(Loss, i64)> {
        let since_ms = self.since_ms?;
        let is_due = leaving || self.is_heard && now_ms - since_ms >= limits::LOSSES_MS;
        if !is_due {
            return None;
        }
        for (count, loss) in self.counts.iter_mut().zip(Loss::ALL) {
            if *count > 0 {
                return Some((loss, std::mem::take(count)));
            }
        }
        (self.since_ms, self.is_heard) = (None, false);
        None
    }
}
