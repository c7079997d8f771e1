//! `[retention]`: how long what was collected is kept.

/// By default for ever: nobody's history goes because they did not read about a setting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retention {
    /// Messages are deleted so long after they were received.
    pub messages_ms: Option<u64>,
}

impl Retention {
    /// A message that is sent again, because its answer was lost, finds itself stored: no client tries for so long.
    pub const LEAST_MS: u64 = 30 * 86_400_000;

    /// What was received before this is kept no longer.
    pub fn messages_before_ms(self, now_ms: i64) -> Option<i64> {
        self.messages_ms.map(|it| now_ms.saturating_sub_unsigned(it))
    }
}
