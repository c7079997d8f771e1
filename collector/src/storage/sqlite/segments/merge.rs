//! Which segments of a subject become one: small ones of like size that lie side by side. Pure.

use std::ops::Range;

/// Rows of a segment.
pub(super) type Size = usize;

/// So many of like size become one: each message is written again once per factor it grows by.
const FAN_IN: usize = 8;

/// No segment gets larger: one of this size takes 4 MB of file and some 40 ms to make anew.
const ROWS_MAX: usize = 500_000;

/// Segments below this size are alike.
const SMALL: usize = 4_096;

/// A run of neighbours, in order of position, that should be merged now.
pub(super) fn which(sizes: &[Size]) -> Option<Range<usize>> {
    let tier = |size: Size| size.max(SMALL).ilog(FAN_IN);
    let mut start = 0;
    for run in sizes.chunk_by(|a, b| tier(*a) == tier(*b)) {
        if run.len() >= FAN_IN {
            let mut rows = 0;
            let fits = |size: &&Size| {
                rows += **size;
                rows <= ROWS_MAX
            };
            let count = run.iter().take_while(fits).count();
            if count >= 2 {
                return Some(start..start + count);
            }
        }
        start += run.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_of_like_size_become_one() {
        assert_eq!(which(&[100; 7]), None);
        assert_eq!(which(&[100; 8]), Some(0..8));
        assert_eq!(which(&[[300_000].as_slice(), &[100; 9]].concat()), Some(1..10));
    }

    #[test]
    fn large_ones_stay_as_they_are() {
        assert_eq!(which(&[400_000; 20]), None);
        assert_eq!(which(&[200_000; 20]), Some(0..2));
    }

    #[test]
    fn what_comes_in_small_steps_ends_in_few_segments_and_is_written_few_times() {
        const STEP: usize = 1_000;
        let (mut sizes, mut written): (Vec<usize>, usize) = (Vec::new(), 0);
        for _ in 0..2_000 {
            sizes.extend([STEP]);
            written += STEP;
            while let Some(range) = which(&sizes) {
                let rows: usize = sizes[range.clone()].iter().sum();
                written += rows;
                sizes.splice(range, [rows]);
            }
        }
        assert!(sizes.len() <= 40, "{} segments", sizes.len());
        assert!(written <= 5 * 2_000_000, "{written} rows written");
    }
}
