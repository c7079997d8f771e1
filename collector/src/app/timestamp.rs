//! When a message happened, by the collector's clock.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// Reads ISO 8601 into milliseconds since 1970; a time without an offset is taken as UTC.
/// `None` when it is none, or lies outside the years 1970 to 9999.
pub fn parse_ms(text: &str) -> Option<i64> {
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
