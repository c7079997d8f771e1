//! `[budget]`: the one allowance that all prompts share.

/// How often people may be interrupted, whatever for. The defaults are those of `docs/reference/budget.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Prompts in one session.
    pub per_session: u32,
    /// Between any two prompts to one person.
    pub gap_ms: u64,
    /// Prompts to one person in any 90 days.
    pub per_quarter: u32,
    /// People of one account who may be prompted in `account_window_ms`.
    pub per_account: u32,
    pub account_window_ms: u64,
    /// Between two NPS questions to one person, of whatever survey.
    pub nps_gap_ms: u64,
    /// After a page was loaded.
    pub after_load_ms: u64,
    /// Surveys may interrupt somebody's first session.
    pub first_session: bool,
    /// After so many dismissals in a row …
    pub dismissals: u32,
    /// … nothing for so long.
    pub silence_ms: u64,
}

impl Budget {
    /// The quarter of `per_quarter`: 90 days, wherever they begin.
    pub const QUARTER_MS: u64 = 90 * DAY_MS;
}

const DAY_MS: u64 = 24 * 3_600_000;

impl Default for Budget {
    fn default() -> Self {
        Self {
            per_session: 1,
            gap_ms: 7 * DAY_MS,
            per_quarter: 4,
            per_account: 2,
            account_window_ms: 7 * DAY_MS,
            nps_gap_ms: 90 * DAY_MS,
            after_load_ms: 30_000,
            first_session: false,
            dismissals: 2,
            silence_ms: 90 * DAY_MS,
        }
    }
}
