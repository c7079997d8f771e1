//! Numbers, spans and times as people read them. Times are those of the workspace.

use crate::metric::Calendar;
use jiff::Timestamp;

const SECOND_MS: u64 = 1_000;
const MINUTE_MS: u64 = 60 * SECOND_MS;
const HOUR_MS: u64 = 60 * MINUTE_MS;
pub(super) const DAY_MS: u64 = 24 * HOUR_MS;

/// `1,204`
pub(super) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `62.4%`; a share that is not all or nothing is never rounded to it.
pub(super) fn percent(share: f64) -> String {
    let shown = match share * 100.0 {
        all_or_nothing if all_or_nothing <= 0.0 || all_or_nothing >= 100.0 => return format!("{all_or_nothing:.0}%"),
        hundredths => hundredths.clamp(0.1, 99.9),
    };
    format!("{shown:.1}%")
}

/// `55.1–68.9%`
pub(super) fn percents(low: f64, high: f64) -> String {
    format!("{}–{}", percent(low).trim_end_matches('%'), percent(high))
}

/// The two largest units: `2 d 4 h`, `35 min`, `12 s`, `640 ms`.
pub(super) fn span(span_ms: u64) -> String {
    let (large_ms, large, small_ms, small) = match span_ms {
        DAY_MS.. => (DAY_MS, "d", HOUR_MS, "h"),
        HOUR_MS.. => (HOUR_MS, "h", MINUTE_MS, "min"),
        MINUTE_MS.. => (MINUTE_MS, "min", SECOND_MS, "s"),
        SECOND_MS.. => (SECOND_MS, "s", SECOND_MS, ""),
        _ => return if span_ms == 0 { "0 s".to_owned() } else { format!("{span_ms} ms") },
    };
    let rest = span_ms % large_ms / small_ms;
    // From ten of the large unit on, the small one is noise.
    if rest == 0 || span_ms / large_ms >= 10 {
        format!("{} {large}", span_ms / large_ms)
    } else {
        format!("{} {large} {rest} {small}", span_ms / large_ms)
    }
}

/// A window in words: `14 days`, `1 hour`.
pub(super) fn window_in_words(window_ms: u64) -> String {
    let units = [(DAY_MS, "day"), (HOUR_MS, "hour"), (MINUTE_MS, "minute"), (SECOND_MS, "second")];
    let unit = units.into_iter().find(|(unit_ms, _)| window_ms > 0 && window_ms.is_multiple_of(*unit_ms));
    unit.map_or_else(
        || format!("{window_ms} milliseconds"),
        |(unit_ms, unit)| match window_ms / unit_ms {
            1 => format!("1 {unit}"),
            many => format!("{} {unit}s", count(many)),
        },
    )
}

/// `2026-11-22 02:30`
pub(super) fn minute(at_ms: i64, calendar: &Calendar) -> String {
    in_form(at_ms, "%Y-%m-%d %H:%M", calendar)
}

/// `2026-11-22T02:30:00.125Z`, for programs and `<time>`.
pub(super) fn iso(at_ms: i64) -> String {
    in_utc(at_ms, "%Y-%m-%dT%H:%M:%S%.3fZ")
}

/// `2026-11-22` for where a day begins, else the moment, in UTC, as addresses have it.
pub(super) fn day_or_time(at_ms: i64, calendar: &Calendar) -> String {
    if is_day(at_ms, calendar) { calendar.date_of(at_ms) } else { in_utc(at_ms, "%Y-%m-%dT%H:%M:%SZ") }
}

/// `2026-11-22` for where a day begins, else with the time.
pub(super) fn day_or_minute(at_ms: i64, calendar: &Calendar) -> String {
    if is_day(at_ms, calendar) { calendar.date_of(at_ms) } else { minute(at_ms, calendar) }
}

fn is_day(at_ms: i64, calendar: &Calendar) -> bool {
    calendar.midnight_ms(at_ms) == at_ms
}

/// An error's text as a sentence of a page.
pub(super) fn sentence(error: &str) -> String {
    let sentence = first_upper(error);
    if sentence.is_empty() { sentence } else { format!("{sentence}.") }
}

/// `Over all time`
pub(super) fn first_upper(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn in_form(at_ms: i64, form: &str, calendar: &Calendar) -> String {
    calendar.show(at_ms, form).unwrap_or_else(|| format!("{at_ms} ms"))
}

fn in_utc(at_ms: i64, form: &str) -> String {
    match Timestamp::from_millisecond(at_ms) {
        Ok(at) => at.strftime(form).to_string(),
        Err(_) => format!("{at_ms} ms"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_shares_are_never_rounded_to_all_or_nothing() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(count), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(
            [0.0, 0.0001, 0.5, 0.6239, 0.9999, 1.0].map(percent),
            ["0%", "0.1%", "50.0%", "62.4%", "99.9%", "100%"]
        );
    }

    #[test]
    fn spans_have_their_two_largest_units() {
        let spans = [0, 640, 12_000, 95_000, 2 * HOUR_MS, 52 * HOUR_MS, 30 * DAY_MS + HOUR_MS];
        assert_eq!(spans.map(span), ["0 s", "640 ms", "12 s", "1 min 35 s", "2 h", "2 d 4 h", "30 d"]);
        assert_eq!([14 * DAY_MS, HOUR_MS].map(window_in_words), ["14 days", "1 hour"]);
    }

    #[test]
    fn times_are_those_of_the_workspace() {
        let (utc, berlin) = (Calendar::default(), crate::testing::berlin());
        let at_ms = 1_795_314_600_125;
        assert_eq!([&utc, &berlin].map(|it| minute(at_ms, it)), ["2026-11-22 02:30", "2026-11-22 03:30"]);
        assert_eq!(iso(at_ms), "2026-11-22T02:30:00.125Z");
        let midnight_ms = 1_795_305_600_000;
        assert_eq!(day_or_time(midnight_ms, &utc), "2026-11-22");
        assert_eq!(day_or_time(midnight_ms, &berlin), "2026-11-22T00:00:00Z");
        assert_eq!(day_or_time(midnight_ms - 3_600_000, &berlin), "2026-11-22");
        assert_eq!(day_or_minute(midnight_ms, &berlin), "2026-11-22 01:00");
        assert_eq!(minute(i64::MAX, &utc), "9223372036854775807 ms");
    }
}
