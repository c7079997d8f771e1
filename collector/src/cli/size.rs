//! Sizes as people write them: `256MB`, `1.5 GB`, `64MiB`, `0`.

use std::str::FromStr;

const UNITS: [(&str, u64); 8] = [
    ("", 1),
    ("B", 1),
    ("KB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("KIB", 1 << 10),
    ("MIB", 1 << 20),
    ("GIB", 1 << 30),
];

/// A number of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size(pub(super) u64);

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let digits = text.find(|it: char| !it.is_ascii_digit() && it != '.').unwrap_or(text.len());
        let (number, unit) = text.split_at(digits);
        let unit = unit.trim().to_ascii_uppercase();
        let number: Option<f64> = number.parse().ok().filter(|it: &f64| it.is_finite());
        let unit_bytes = UNITS.iter().find(|(name, _)| *name == unit).map(|(_, bytes)| *bytes);
        match (number, unit_bytes) {
            (Some(number), Some(unit_bytes)) => Ok(Self((number * unit_bytes as f64) as u64)),
            _ => Err("write a number and a unit, such as 256MB or 1GB".to_owned()),
        }
    }
}

/// Bytes as people read them: `1.7 GB`.
pub(super) fn shown(bytes: u64) -> String {
    for (name, unit) in [("GB", 1_000_000_000_u64), ("MB", 1_000_000), ("kB", 1_000)] {
        if bytes >= unit {
            return format!("{:.1} {name}", bytes as f64 / unit as f64);
        }
    }
    format!("{bytes} B")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_numbers_with_units() {
        assert_eq!("256MB".parse(), Ok(Size(256_000_000)));
        assert_eq!("1.5 gb".parse(), Ok(Size(1_500_000_000)));
        assert_eq!("64MiB".parse(), Ok(Size(67_108_864)));
        assert_eq!("0".parse(), Ok(Size(0)));
        assert!("much".parse::<Size>().is_err());
        assert!("5 parsecs".parse::<Size>().is_err());
        assert_eq!(shown(1_749_000_000), "1.7 GB");
        assert_eq!(shown(12), "12 B");
    }
}
