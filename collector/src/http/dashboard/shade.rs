//! How dark a cell of a grid is, so that shares can be compared at a glance; the number stands in it as well.

/// Shades that can be told apart, with ink still readable on each; `milepost.css` has as many.
const SHADES: u64 = 6;

/// 0 for nobody, then one shade for each sixth of the whole.
pub(super) fn shade(part: u64, whole: u64) -> u64 {
    if whole == 0 { 0 } else { (part * SHADES).div_ceil(whole).min(SHADES) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_has_no_shade_and_everybody_the_darkest() {
        let shades = [(0, 0), (0, 9), (1, 100), (1, 6), (2, 6), (99, 100), (100, 100)];
        assert_eq!(shades.map(|(part, whole)| shade(part, whole)), [0, 0, 1, 1, 2, 6, 6]);
    }
}
