//! Quantiles of durations.

/// The quantile of a sorted list, interpolated between neighbours as numpy and R (type 7) do,
/// rounded to the nearest millisecond; `None` for an empty list.
pub(crate) fn quantile_ms(sorted_ms: &[u64], q: f64) -> Option<u64> {
    let last = sorted_ms.len().checked_sub(1)?;
    let position = q * last as f64;
    let below = sorted_ms[position.floor() as usize] as f64;
    let above = sorted_ms[position.ceil() as usize] as f64;
    Some((below + (above - below) * position.fract()).round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_interpolate_as_numpy_does() {
        assert_eq!(quantile_ms(&[], 0.5), None);
        assert_eq!(quantile_ms(&[7], 0.9), Some(7));
        assert_eq!(quantile_ms(&[1, 2, 3, 10], 0.5), Some(3)); // 2.5 rounds up
        assert_eq!(quantile_ms(&[10, 20, 30, 40, 50], 0.9), Some(46));
    }
}
