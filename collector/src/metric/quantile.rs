//! Quantiles of durations.

/// The quantile of a list in any order, interpolated between neighbours as numpy and R (type 7) do,
/// rounded to the nearest millisecond; `None` for an empty list. It moves the list about: sorting a million to look at
/// two of them would take longer than all the rest of a funnel.
pub(crate) fn quantile_ms(times_ms: &mut [u64], q: f64) -> Option<u64> {
    let last = times_ms.len().checked_sub(1)?;
    let position = q * last as f64;
    let (_, below, rest) = times_ms.select_nth_unstable(position.floor() as usize);
    let below = *below as f64;
    let above = if position.fract() > 0.0 { rest.iter().min().map_or(below, |it| *it as f64) } else { below };
    Some((below + (above - below) * position.fract()).round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_interpolate_as_numpy_does() {
        assert_eq!(quantile_ms(&mut [], 0.5), None);
        assert_eq!(quantile_ms(&mut [7], 0.9), Some(7));
        assert_eq!(quantile_ms(&mut [10, 1, 3, 2], 0.5), Some(3)); // 2.5 rounds up
        assert_eq!(quantile_ms(&mut [10, 20, 30, 40, 50], 0.9), Some(46));
    }
}
