//! `[budget]`: how often people may be interrupted, whatever for.

use super::findings::Findings;
use super::numbers;
use super::rules;
use super::table::{Item, RawTable, Table};
use crate::project::Budget;
use toml::de::DeValue;

const KEYS: [&str; 10] = [
    "per_session",
    "gap",
    "per_quarter",
    "per_account",
    "account_window",
    "nps_gap",
    "after_load",
    "first_session",
    "dismissals",
    "silence",
];

/// More than one prompt a day is no budget.
const MOST_PER_QUARTER: u32 = 90;

pub(super) fn read(table: RawTable<'_>, findings: &mut Findings<'_>) -> Budget {
    let table = Table::new(table.entries, table.span, "budget", &KEYS, findings);
    let usual = Budget::default();
    let mut count = |key, most, usual| numbers::read(&table, key, 1..=most, findings).unwrap_or(usual);
    let per_session = count("per_session", 10, usual.per_session);
    let per_quarter = count("per_quarter", MOST_PER_QUARTER, usual.per_quarter);
    let per_account = count("per_account", 1_000, usual.per_account);
    let dismissals = count("dismissals", 100, usual.dismissals);
    let mut time = |key, example, usual| {
        let found = table.get(key).and_then(|it| time_or_none(it, key, example, findings));
        found.unwrap_or(usual)
    };
    Budget {
        per_session,
        gap_ms: time("gap", "7d", usual.gap_ms),
        per_quarter,
        per_account,
        account_window_ms: time("account_window", "7d", usual.account_window_ms),
        nps_gap_ms: time("nps_gap", "90d", usual.nps_gap_ms),
        after_load_ms: time("after_load", "30s", usual.after_load_ms),
        silence_ms: time("silence", "90d", usual.silence_ms),
        first_session: table.truth("first_session", findings).unwrap_or(usual.first_session),
        dismissals,
    }
}

/// A duration, or `"0s"` for no time at all.
pub(super) fn time_or_none(item: &Item<'_>, key: &str, example: &str, findings: &mut Findings<'_>) -> Option<u64> {
    match item.get_ref() {
        DeValue::String(text) if text.trim() == "0s" => Some(0),
        _ => rules::duration_of(item, key, example, findings),
    }
}
