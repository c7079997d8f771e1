//! Times as text: ISO 8601 in UTC, with milliseconds.

use crate::json::push_number;

/// `2026-01-31T09:05:00.007Z` for a Unix time.
pub(crate) fn iso_8601(at_ms: i64) -> String {
    let at_ms = at_ms.max(0) as u64;
    let (days, in_day_ms) = (at_ms / 86_400_000, at_ms % 86_400_000);
    // Days since 0000-03-01, so that the leap day ends a year; eras of 400 years have 146,097 days.
    // http://howardhinnant.github.io/date_algorithms.html
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);

    let mut text = String::new();
    for (number, width, after) in [
        (year, 4, '-'),
        (month, 2, '-'),
        (day, 2, 'T'),
        (in_day_ms / 3_600_000, 2, ':'),
        (in_day_ms / 60_000 % 60, 2, ':'),
        (in_day_ms / 1_000 % 60, 2, '.'),
        (in_day_ms % 1_000, 3, 'Z'),
    ] {
        push_number(&mut text, number, width);
        text.push(after);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn days_around_leap_days_are_right() {
        for (at_ms, wanted) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_399_999, "2000-02-28T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_709_251_200_007, "2024-03-01T00:00:00.007Z"),
            (1_767_225_599_999, "2025-12-31T23:59:59.999Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        ] {
            assert_eq!(iso_8601(at_ms), wanted);
        }
    }
}
