//! How unusual a value is: ten points of a distribution, as few numbers.

use super::Feature;

/// Knots of a [`Tail::High`] curve, as −log₁₀ of the share beyond, in thousandths:
/// 90, 75, 50, 35, 20, 10, 5, 2, 1 and 0.1 % lie above. Mirrored for [`Tail::Low`]: so many lie below.
pub const SURPRISES: [i32; 10] = [46, 125, 301, 456, 699, 1_000, 1_301, 1_699, 2_000, 3_000];

/// Knots of a [`Tail::Both`] curve: where 2, 5, 10, 20 and 35 % lie below, then where 35, 20, 10, 5 and 2 % lie above,
/// as the surprise of being so high less the surprise of being so low.
pub const SIGNED_SURPRISES: [i32; 10] = [-1_690, -1_279, -954, -602, -269, 269, 602, 954, 1_279, 1_690];

/// The first knot above the middle of a signed curve.
const MIDDLE: usize = 5;

/// Which end of a distribution is unusual.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tail {
    /// Much is unusual.
    High,
    /// Little is unusual.
    Low,
    /// Much is above zero, little below: what that means is learned.
    Both,
}

/// The value at each knot: milliseconds, or thousandths of a count.
///
/// Rising (never falling) for [`Tail::High`] and [`Tail::Both`]; falling (never rising) for [`Tail::Low`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Curve {
    pub values: [i64; SURPRISES.len()],
}

impl Curve {
    /// How surprising `value` is, in thousandths: 0 to [`Feature::MOST`], or −1,690 to [`Feature::MOST`] where signed.
    ///
    /// Straight between the knots. Of several knots at one value the least surprising counts.
    /// Beyond the last knot of a high tail every doubling adds log₁₀ 2; a low tail ends at its last knot.
    pub fn surprise(&self, tail: Tail, value: i64) -> i32 {
        let value = value.max(0);
        let rising = self.values.into_iter();
        match tail {
            Tail::High => outward((0, 0), rising.zip(SURPRISES), value),
            Tail::Low => {
                let most = self.values[0];
                outward((most.saturating_mul(-2), 0), rising.map(i64::saturating_neg).zip(SURPRISES), -value)
            }
            Tail::Both => {
                let (low, high) = (self.values[MIDDLE - 1], self.values[MIDDLE]);
                let middle = low.saturating_add(high) / 2;
                let knots = rising.zip(SIGNED_SURPRISES);
                if value >= middle {
                    outward((middle, 0), knots.skip(MIDDLE), value)
                } else {
                    let knots = knots.take(MIDDLE).rev().map(|it| (it.0.saturating_neg(), -it.1));
                    -outward((middle.saturating_neg(), 0), knots, -value)
                }
            }
        }
    }

    /// What one in twenty is beyond: "usual" in words.
    pub fn usual(&self, tail: Tail) -> i64 {
        if tail == Tail::Both { self.values[8] } else { self.values[6] }
    }
}

/// Walks from the middle to the first knot that `value` is not beyond; low tails come with their signs turned.
fn outward(start: (i64, i32), knots: impl Iterator<Item = (i64, i32)>, value: i64) -> i32 {
    let mut below = start;
    for (at, surprise) in knots {
        if value <= at {
            let width = at.saturating_sub(below.0).max(1);
            let into = value.saturating_sub(below.0).clamp(0, width);
            return below.1 + (i128::from(surprise - below.1) * i128::from(into) / i128::from(width)) as i32;
        }
        below = (at, surprise);
    }
    let (mut at, mut surprise) = below;
    if value <= 0 {
        return surprise;
    }
    at = at.max(1);
    while surprise < Feature::MOST {
        let next = at.saturating_mul(2);
        if value < next {
            break;
        }
        at = next;
        surprise += 301;
    }
    let rest = i128::from(value.saturating_sub(at).clamp(0, at)) * 301 / i128::from(at);
    (surprise + rest as i32).min(Feature::MOST)
}
