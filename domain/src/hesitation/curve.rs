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
    /// Larger values are taken for this one (34 years), so that products fit.
    pub(crate) const MOST: i64 = 1 << 40;

    /// How surprising `value` is, in thousandths: 0 to [`Feature::MOST`], or −1,690 to [`Feature::MOST`] where signed.
    ///
    /// Straight between the knots. Of several knots at one value the least surprising counts.
    /// Beyond the last knot of a high tail every doubling adds log₁₀ 2; a low tail ends at its last knot.
    pub fn surprise(&self, tail: Tail, value: i64) -> i32 {
        let value = value.clamp(0, Self::MOST);
        let [low, high] = [MIDDLE - 1, MIDDLE].map(|it| self.values[it]);
        let middle = (low + high) / 2;
        let is_signed = tail == Tail::Both;
        let falls = tail == Tail::Low || is_signed && value < middle;
        let (surprises, start) = match tail {
            Tail::High => (&SURPRISES, 0),
            Tail::Low => (&SURPRISES, 2 * self.values[0]),
            Tail::Both => (&SIGNED_SURPRISES, middle),
        };
        // From the middle outwards, to the first knot that the value is not beyond.
        let (mut at, mut surprise) = (start, 0);
        for step in 0..self.values.len() {
            let index = match (is_signed, falls) {
                (false, _) => step,
                (true, false) => MIDDLE + step,
                (true, true) => (MIDDLE - 1).wrapping_sub(step),
            };
            let (Some(next), Some(further)) = (self.values.get(index), surprises.get(index)) else { break };
            let further = i64::from(*further);
            if if falls { value >= *next } else { value <= *next } {
                let width = (next - at).abs().max(1);
                let into = (value - at).abs().min(width);
                let into = if falls == (value > at) { 0 } else { into };
                return (surprise + (further - surprise) * into / width) as i32;
            }
            (at, surprise) = (*next, further);
        }
        let most = i64::from(Feature::MOST);
        at = at.max(1);
        while !falls && surprise < most && value > at {
            surprise += 301 * (value - at).min(at) / at;
            at *= 2;
        }
        surprise.min(most) as i32
    }

    /// What one in twenty is beyond: "usual" in words.
    pub fn usual(&self, tail: Tail) -> i64 {
        if tail == Tail::Both { self.values[8] } else { self.values[6] }
    }
}
