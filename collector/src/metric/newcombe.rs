//! How sure the difference of two shares is.

use super::wilson_interval;

/// The 95 % interval of `one − other`, each a part of a whole; `None` without anyone in either.
/// Method 10 of R. G. Newcombe, Statistics in Medicine 17 (1998) 873–890: two Wilson intervals, joined.
pub(crate) fn newcombe_interval(one: (u64, u64), other: (u64, u64)) -> Option<(f64, f64)> {
    let share = |(part, whole): (u64, u64)| part.min(whole) as f64 / whole as f64;
    let ((low_one, high_one), (low_other, high_other)) =
        (wilson_interval(one.0, one.1)?, wilson_interval(other.0, other.1)?);
    let (one, other) = (share(one), share(other));
    let apart = |left: f64, right: f64| (left * left + right * right).sqrt();
    let difference = one - other;
    Some((difference - apart(one - low_one, high_other - other), difference + apart(high_one - one, other - low_other)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Table II of the paper, method 10.
    #[test]
    fn intervals_are_those_of_the_paper() {
        for (one, other, low, high) in [
            ((56, 70), (48, 80), 0.0524, 0.3339),
            ((9, 10), (3, 10), 0.1705, 0.8090),
            ((10, 10), (0, 20), 0.6791, 1.0),
            ((0, 10), (0, 20), -0.1611, 0.2775),
        ] {
            let (found_low, found_high) = newcombe_interval(one, other).unwrap();
            assert!((found_low - low).abs() < 1e-4 && (found_high - high).abs() < 1e-4, "{found_low} {found_high}");
        }
        assert_eq!(newcombe_interval((0, 0), (1, 2)), None);
    }
}
