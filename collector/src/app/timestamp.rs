//! When a message happened, by the collector's clock.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// Reads ISO 8601 into milliseconds since 1970; a time without an offset is taken as UTC.
/// `None` when it is none, or lies outside the years 1970 to 9999.
pub fn parse_ms(text: &str) -> Option<i64> {
    parse_usual_ms(text.as_bytes()).or_else(|| parse_any_ms(text))
}

/// The one form that all of Segment's libraries write, `2026-01-31T12:00:00.000Z`, with or without the fraction;
/// `None` says nothing.
fn parse_usual_ms(text: &[u8]) -> Option<i64> {
    let (start, rest) = text.split_first_chunk::<19>()?;
    let thousandths = match rest {
        b"Z" => 0,
        [b'.', hundreds @ b'0'..=b'9', tens @ b'0'..=b'9', ones @ b'0'..=b'9', b'Z'] => {
            [hundreds, tens, ones].iter().fold(0, |sum, digit| sum * 10 + i64::from(**digit - b'0'))
        }
        _ => return None,
    };
    let separators = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if separators.iter().any(|(at, wanted)| start[*at] != *wanted) {
        return None;
    }
    let number = |from: usize, to: usize| {
        let mut number = 0;
        for digit in &start[from..to] {
            if !digit.is_ascii_digit() {
                return None;
            }
            number = number * 10 + i64::from(*digit - b'0');
        }
        Some(number)
    };
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days_in_month = match month {
        2 => 28 + i64::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let is_date = year >= 1970 && (1..=12).contains(&month) && (1..=days_in_month).contains(&day);
    if !is_date || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    // Days since 1970, by Howard Hinnant's `days_from_civil`: <https://howardhinnant.github.io/date_algorithms.html>
    let year = year - i64::from(month <= 2);
    let (era, year_of_era) = (year / 400, year % 400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468;
    Some((((days * 24 + hour) * 60 + minute) * 60 + second) * 1_000 + thousandths)
}

fn parse_any_ms(text: &str) -> Option<i64> {
    let text = text.trim();
    let at = text
        .parse::<Timestamp>()
        .ok()
        .or_else(|| text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok().map(|it| it.timestamp()))
        .or_else(|| text.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok().map(|it| it.timestamp()))?;
    let ms = at.as_millisecond();
    (ms >= 0).then_some(ms)
}

/// Segment's rule: `receivedAt − (sentAt − originalTimestamp)` takes the sender's clock out.
///
/// Without `sentAt` the sender's time is taken as it is. The result is never later than
/// `received_ms`, and never before 1970.
/// <https://segment.com/docs/connections/spec/common/#timestamps>
pub(super) fn corrected_ms(original_ms: i64, sent_at_ms: Option<i64>, received_ms: i64) -> i64 {
    let at_ms = match sent_at_ms {
        Some(sent_at_ms) => received_ms.saturating_sub(sent_at_ms.saturating_sub(original_ms)),
        None => original_ms,
    };
    at_ms.clamp(0, received_ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iso_8601_is_read_in_its_common_forms() {
        assert_eq!(parse_ms("1970-01-01T00:00:01.5Z"), Some(1_500));
        assert_eq!(parse_ms("1970-01-01T01:00:00+01:00"), Some(0));
        assert_eq!(parse_ms("1970-01-01T00:00:02"), Some(2_000));
        assert_eq!(parse_ms("1970-01-02"), Some(86_400_000));
        assert_eq!(parse_ms("1969-12-31T23:59:59Z"), None);
        assert_eq!(parse_ms("yesterday"), None);
        assert_eq!(parse_ms("99999-01-01T00:00:00Z"), None);
    }

    #[test]
    fn the_usual_form_is_read_as_any_other() {
        let mut random = 1_u64;
        let mut below = |bound: u64| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (random >> 33) % bound
        };
        for round in 0..20_000 {
            let (year, month, day) = (1_960 + below(8_050), below(14), below(33));
            let (hour, minute, second, ms) = (below(25), below(61), below(61), below(1_000));
            let fraction = if round % 3 == 0 { String::new() } else { format!(".{ms:03}") };
            let text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z");
            let usual = parse_usual_ms(text.as_bytes());
            if usual.is_some() {
                assert_eq!(usual, parse_any_ms(&text), "{text}");
            } else if second < 60 {
                assert_eq!(parse_any_ms(&text), None, "{text}");
            }
        }
        for other in
            ["2026-01-31 12:00:00Z", "2026-01-31T12:00:00+01:00", "2026-01-31T12:00:00.5Z", "2026-01-3xT12:00:00Z"]
        {
            assert_eq!(parse_usual_ms(other.as_bytes()), None, "{other}");
        }
    }

    #[test]
    fn a_wrong_clock_is_taken_out() {
        // The sender's clock is a year ahead; the message was made 5 s before it was sent.
        let year_ms = 365 * 86_400_000;
        assert_eq!(corrected_ms(year_ms + 95_000, Some(year_ms + 100_000), 100_000), 95_000);
    }

    #[test]
    fn nothing_happens_in_the_future_or_before_1970() {
        assert_eq!(corrected_ms(200, Some(100), 1_000), 1_000);
        assert_eq!(corrected_ms(5_000, None, 1_000), 1_000);
        assert_eq!(corrected_ms(0, Some(5_000), 1_000), 0);
    }
}
