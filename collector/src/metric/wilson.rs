//! How sure a share is.

/// Below this many people a share says little, whatever its interval.
pub(crate) const SMALL_SAMPLE: u64 = 30;

/// The 95 % quantile of the normal distribution, two-sided.
pub(super) const Z: f64 = 1.959_963_984_540_054;

/// Wilson's 95 % score interval of a share; `None` without anyone.
/// Stays within 0 and 1 and is honest for small samples, unlike the textbook interval.
/// E. B. Wilson, JASA 22 (1927) 209–212, <https://doi.org/10.1080/01621459.1927.10502953>.
pub(crate) fn wilson_interval(part: u64, whole: u64) -> Option<(f64, f64)> {
    if whole == 0 {
        return None;
    }
    let n = whole as f64;
    let share = part.min(whole) as f64 / n;
    let middle = share + Z * Z / (2.0 * n);
    let spread = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    let widen = 1.0 + Z * Z / n;
    // Nobody and everybody are exact; rounding must not turn 100 % into 99.9 %.
    let low = if part == 0 { 0.0 } else { ((middle - spread) / widen).max(0.0) };
    let high = if part >= whole { 1.0 } else { ((middle + spread) / widen).min(1.0) };
    Some((low, high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_those_of_r_prop_test_without_correction() {
        for (part, whole, low, high) in [
            (0, 10, 0.0, 0.277_533),
            (10, 10, 0.722_467, 1.0),
            (5, 10, 0.236_593, 0.763_407),
            (81, 263, 0.255_290, 0.366_210),
        ] {
            let (found_low, found_high) = wilson_interval(part, whole).unwrap();
            assert!((found_low - low).abs() < 1e-4, "{part} of {whole}: {found_low}");
            assert!((found_high - high).abs() < 1e-4, "{part} of {whole}: {found_high}");
        }
        assert_eq!(wilson_interval(0, 0), None);
        assert_eq!((wilson_interval(0, 41).unwrap().0, wilson_interval(41, 41).unwrap().1), (0.0, 1.0));
    }
}
