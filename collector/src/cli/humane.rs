//! Numbers as people read them.

use crate::project::duration;
use jiff::Timestamp;

/// Each unit beside the next smaller one, below which a span of that length is cut off.
const UNITS_MS: [(u64, u64); 3] = [(86_400_000, 3_600_000), (3_600_000, 60_000), (60_000, 1_000)];

/// The largest unit and the one below it: `3d 4h`, `12m 5s`, `850ms`.
pub(super) fn duration(duration_ms: u64) -> String {
    let step_ms = UNITS_MS.iter().find(|(unit_ms, _)| duration_ms >= *unit_ms).map_or(1, |(_, below_ms)| *below_ms);
    duration::write(duration_ms / step_ms * step_ms)
}

/// `45.2%`
pub(super) fn share(share: f64) -> String {
    format!("{:.1}%", share * 100.0)
}

/// ISO 8601 in UTC, milliseconds included.
pub(super) fn time(at_ms: i64) -> String {
    Timestamp::from_millisecond(at_ms).map(|it| format!("{it:.3}")).unwrap_or_default()
}

/// Rows of cells under headings; the columns of numbers lean to the right.
pub(super) fn table(headings: &[&str], right_from: usize, rows: &[Vec<String>]) -> String {
    let mut widths: Vec<usize> = headings.iter().map(|it| it.chars().count()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = String::new();
    let headings: Vec<String> = headings.iter().map(|it| (*it).to_owned()).collect();
    for row in std::iter::once(&headings).chain(rows) {
        let mut line = String::new();
        for (index, (cell, width)) in row.iter().zip(&widths).enumerate() {
            if index > 0 {
                line.push_str("  ");
            }
            let padding = " ".repeat(width.saturating_sub(cell.chars().count()));
            if index >= right_from {
                line.push_str(&padding);
            }
            line.push_str(cell);
            if index < right_from {
                line.push_str(&padding);
            }
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// What a sender chose, fit for a terminal: no control characters.
pub(super) fn plain(text: &str) -> String {
    text.chars().map(|it| if it.is_control() { '\u{fffd}' } else { it }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_show_their_largest_unit_and_the_one_below() {
        assert_eq!(duration(850), "850ms");
        assert_eq!(duration(725_000), "12m 5s");
        assert_eq!(duration(273_845_000), "3d 4h");
        assert_eq!(duration(86_400_000 + 3_540_000), "1d");
        assert_eq!(duration(0), "0s");
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        assert_eq!(plain("a\u{1b}[31mb\n"), "a\u{fffd}[31mb\u{fffd}");
    }
}
