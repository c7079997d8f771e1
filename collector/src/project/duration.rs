//! Durations as people write them: `14d`, `12h`, `30m`, `45s`, `500ms`, `1d 12h`.

const UNITS: [(&str, u64); 5] = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

/// Words people try, and the unit they mean.
const WORDS: [(&str, &str); 22] = [
    ("millisecond", "ms"),
    ("milliseconds", "ms"),
    ("msec", "ms"),
    ("sec", "s"),
    ("secs", "s"),
    ("second", "s"),
    ("seconds", "s"),
    ("min", "m"),
    ("mins", "m"),
    ("minute", "m"),
    ("minutes", "m"),
    ("hr", "h"),
    ("hrs", "h"),
    ("hour", "h"),
    ("hours", "h"),
    ("day", "d"),
    ("days", "d"),
    ("S", "s"),
    ("M", "m"),
    ("H", "h"),
    ("D", "d"),
    ("MS", "ms"),
];

/// Ten years: longer than any journey, and far from overflow when added to a time.
pub const LONGEST_MS: u64 = 3_653 * 86_400_000;

/// Why a text is no duration, as one line that says what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotADuration(String);

/// Reads a duration in milliseconds: longer than nothing, at most [`LONGEST_MS`].
pub fn parse(text: &str) -> Result<u64, NotADuration> {
    let mut total_ms: u64 = 0;
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(not_a_duration("write a number and a unit, such as \"14d\""));
    }
    while !rest.is_empty() {
        let (digits, tail) = split_while(rest, |it| it.is_ascii_digit());
        let (unit, tail) = split_while(tail.trim_start(), char::is_alphabetic);
        let number: Option<u64> = digits.parse().ok();
        let unit_ms = UNITS.iter().find(|(name, _)| *name == unit).map(|(_, ms)| *ms);
        let (Some(number), Some(unit_ms)) = (number, unit_ms) else { return Err(not_a_duration(&help(digits, unit))) };
        total_ms = total_ms.saturating_add(number.saturating_mul(unit_ms));
        rest = tail.trim_start();
    }
    if total_ms == 0 {
        return Err(not_a_duration("write a time longer than nothing, such as \"14d\""));
    }
    if total_ms > LONGEST_MS {
        return Err(not_a_duration("write at most \"3653d\" (ten years)"));
    }
    Ok(total_ms)
}

/// Writes a duration so that [`parse`] reads it back: `14d`, `1d 12h`, `90s` as `1m 30s`.
pub fn write(duration_ms: u64) -> String {
    let mut rest_ms = duration_ms;
    let mut parts = Vec::new();
    for (name, unit_ms) in UNITS.iter().rev() {
        if rest_ms >= *unit_ms {
            parts.push(format!("{}{name}", rest_ms / unit_ms));
            rest_ms %= unit_ms;
        }
    }
    if parts.is_empty() { "0s".to_owned() } else { parts.join(" ") }
}

fn help(digits: &str, unit: &str) -> String {
    let meant = WORDS.iter().find(|(word, _)| *word == unit).map(|(_, meant)| *meant);
    match (digits.is_empty(), meant) {
        (false, Some(meant)) => format!("write \"{digits}{meant}\""),
        (false, None) if unit.is_empty() => format!("add a unit: \"{digits}d\" for days; units are d, h, m, s and ms"),
        (false, None) if unit.starts_with('w') => match digits.parse::<u64>() {
            Ok(weeks) => format!("write \"{}d\": weeks are written in days", weeks.saturating_mul(7)),
            Err(_) => "weeks are written in days".to_owned(),
        },
        (false, None) => format!("`{unit}` is no unit: units are d, h, m, s and ms, as in \"14d\""),
        (true, _) => "write a whole number and a unit (d, h, m, s or ms), such as \"14d\" or \"1d 12h\"".to_owned(),
    }
}

fn not_a_duration(help: &str) -> NotADuration {
    NotADuration(help.to_owned())
}

fn split_while(text: &str, keep: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|it| !keep(it)).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_numbers_with_units() {
        assert_eq!(parse("14d"), Ok(1_209_600_000));
        assert_eq!(parse("500ms"), Ok(500));
        assert_eq!(parse(" 1d 12h "), Ok(129_600_000));
        assert_eq!(parse("1m30s"), Ok(90_000));
    }

    #[test]
    fn a_mistake_is_answered_with_what_to_write() {
        let help = |text: &str| parse(text).expect_err("not a duration").to_string();
        assert_eq!(help("14 days"), "write \"14d\"");
        assert_eq!(help("2w"), "write \"14d\": weeks are written in days");
        assert_eq!(help("14"), "add a unit: \"14d\" for days; units are d, h, m, s and ms");
        assert_eq!(help("0d"), "write a time longer than nothing, such as \"14d\"");
        assert_eq!(help("99999999999999999d"), "write at most \"3653d\" (ten years)");
        assert_eq!(help("-1d"), "write a whole number and a unit (d, h, m, s or ms), such as \"14d\" or \"1d 12h\"");
        assert_eq!(help("3fortnights"), "`fortnights` is no unit: units are d, h, m, s and ms, as in \"14d\"");
    }

    #[test]
    fn what_is_written_reads_back() {
        for duration_ms in [1, 999, 1_000, 90_000, 1_209_600_000, 129_600_001] {
            assert_eq!(parse(&write(duration_ms)), Ok(duration_ms));
        }
    }
}
