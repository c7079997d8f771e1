//! How unusual a value is: a survival curve, as few numbers.

use super::Feature;

/// The surprises (−log₁₀ of the share above, in thousandths) at which a curve keeps its value:
/// 90, 75, 50, 35, 20, 10, 5, 2, 1 and 0.1 % lie above.
pub const SURPRISES: [i32; 10] = [46, 125, 301, 456, 699, 1_000, 1_301, 1_699, 2_000, 3_000];

/// The value that so many exceed, per entry of [`SURPRISES`]; never falling. Milliseconds or counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Curve {
    pub values: [i64; SURPRISES.len()],
}

impl Curve {
    /// How surprising `value` is, in thousandths from 0 to [`Feature::MOST`].
    ///
    /// Straight between the kept values; beyond the last, every doubling adds log₁₀ 2.
    pub fn surprise(&self, value: i64) -> i32 {
        let mut below = (0_i64, 0_i32);
        for (at, surprise) in self.values.into_iter().zip(SURPRISES) {
            if value < at {
                let width = (at - below.0).max(1);
                let into = (value - below.0).clamp(0, width);
                return below.1 + (i64::from(surprise - below.1) * into / width) as i32;
            }
            below = (at, surprise);
        }
        let (mut at, mut surprise) = (below.0.max(1), below.1);
        while surprise < Feature::MOST {
            let next = at.saturating_mul(2);
            if value < next {
                return (surprise + (301 * (value - at).max(0) / at) as i32).min(Feature::MOST);
            }
            at = next;
            surprise += 301;
        }
        Feature::MOST
    }

    /// What one visit in twenty exceeds: "usual" in words.
    pub fn usual(&self) -> i64 {
        self.values[6]
    }
}
