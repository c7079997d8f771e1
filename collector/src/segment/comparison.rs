//! How the value of a trait is compared. Values are texts here, whatever they were sent as: who asks does not know whether
//! a product sends `5` or `"5"`.

use std::cmp::Ordering;

/// What is asked of a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Comparison {
    Equals(Constant),
    /// Also holds for who has no value.
    Differs(Constant),
    Greater(Constant),
    GreaterOrEqual(Constant),
    Less(Constant),
    LessOrEqual(Constant),
    /// One of them.
    In(Vec<Constant>),
    /// A part of the text, whatever the case.
    Contains(String),
    StartsWith(String),
    Exists,
}

/// What a value is compared with: as written, and as a number where it is one.
#[derive(Clone, Debug, PartialEq)]
pub struct Constant {
    pub text: String,
    pub number: Option<f64>,
}

impl Constant {
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { number: number(&text), text }
    }

    /// Numbers by size, texts by bytes (so ISO 8601 dates compare as dates); `None` where one is a number and the other
    /// is none.
    fn compare(&self, found: &str) -> Option<Ordering> {
        match (self.number, number(found)) {
            (Some(wanted), Some(found)) => found.partial_cmp(&wanted),
            (None, None) => Some(found.as_bytes().cmp(self.text.as_bytes())),
            _ => None,
        }
    }

    fn equals(&self, found: &str) -> bool {
        self.text == found || self.compare(found) == Some(Ordering::Equal)
    }
}

/// Digits with at most a sign and a point; `1e3`, `inf` and `NaN` are texts.
fn number(text: &str) -> Option<f64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_plain = digits.bytes().all(|it| it.is_ascii_digit() || it == b'.')
        && digits.starts_with(|it: char| it.is_ascii_digit())
        && digits.ends_with(|it: char| it.is_ascii_digit());
    text.parse().ok().filter(|_| is_plain)
}

impl Comparison {
    /// Of a user's value, as it is shown; `None` for who has none.
    pub fn holds(&self, found: Option<&str>) -> bool {
        let Some(found) = found else { return matches!(self, Self::Differs(_)) };
        let is = |it: &Constant, wanted: &[Ordering]| it.compare(found).is_some_and(|it| wanted.contains(&it));
        match self {
            Self::Equals(it) => it.equals(found),
            Self::Differs(it) => !it.equals(found),
            Self::Greater(it) => is(it, &[Ordering::Greater]),
            Self::GreaterOrEqual(it) => is(it, &[Ordering::Greater, Ordering::Equal]),
            Self::Less(it) => is(it, &[Ordering::Less]),
            Self::LessOrEqual(it) => is(it, &[Ordering::Less, Ordering::Equal]),
            Self::In(all) => all.iter().any(|it| it.equals(found)),
            Self::Contains(part) => found.to_lowercase().contains(&part.to_lowercase()),
            Self::StartsWith(start) => found.to_lowercase().starts_with(&start.to_lowercase()),
            Self::Exists => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_compared_as_numbers_and_dates_as_dates() {
        let greater = |wanted: &str, found: &str| Comparison::Greater(Constant::new(wanted)).holds(Some(found));
        assert!(greater("9", "10") && !greater("10", "9") && greater("-1", "0.5"));
        assert!(greater("2026-01-31", "2026-02-01") && !greater("2026-02-01", "2026-01-31"));
        assert!(!greater("9", "many") && !greater("many", "9"));
    }

    #[test]
    fn equal_is_what_reads_the_same_or_counts_the_same() {
        let equals = |wanted: &str, found: &str| Comparison::Equals(Constant::new(wanted)).holds(Some(found));
        assert!(equals("5", "5.0") && equals("true", "true") && equals("", ""));
        assert!(!equals("5", "50") && !equals("pro", "Pro") && !equals("1e3", "1000"));
    }

    #[test]
    fn only_a_difference_holds_for_who_has_no_value() {
        let five = || Constant::new("5");
        let all = [
            Comparison::Equals(five()),
            Comparison::Greater(five()),
            Comparison::LessOrEqual(five()),
            Comparison::In(vec![five()]),
            Comparison::Contains(String::new()),
            Comparison::Exists,
        ];
        assert!(all.iter().all(|it| !it.holds(None)));
        assert!(Comparison::Differs(five()).holds(None));
    }
}
