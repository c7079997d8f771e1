//! How large something usually is: from a sketch, censored waits included, down to the ten knots of a curve.

use super::sketch::Sketch;
use domain::hesitation::{Curve, Measure, SIGNED_SURPRISES, SURPRISES, Tail};

/// Counts are kept in thousandths.
const ONE: f64 = 1_000.0;

/// A formula is evaluated for counts below this one.
const COUNTS: i32 = 200;

/// … at these shares: all knots of all tails, and some more.
const QUANTILES: [f64; 23] = [
    0.999, 0.99, 0.98, 0.95, 0.9, 0.85, 0.8, 0.75, 0.65, 0.6, 0.5, 0.4, 0.35, 0.3, 0.2, 0.15, 0.1, 0.05, 0.02, 0.01,
    0.005, 0.001, 0.0001,
];

/// Shares above the values where anything happened: P(X > x) + ½ P(X = x), "mid-P", so that the many ties of counts
/// leave both tails their due (Lancaster, JASA 56 (1961) 223–234).
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Distribution {
    /// (value, share above): values rising, shares falling, all within (0, 1).
    points: Vec<(f64, f64)>,
    is_count: bool,
}

impl Distribution {
    /// Kaplan and Meier's estimate over buckets: `S(b) = ∏ (1 − ended / (still there))`, where what ended in a bucket
    /// ended before what was censored in it. Beyond the last that was seen to end, `wider` takes over.
    /// `None`: nothing ended.
    pub(super) fn of(sketch: &Sketch, is_count: bool, wider: Option<&Self>) -> Option<Self> {
        let rows = sketch.rows();
        let mut still_there: f64 = rows.iter().map(|it| it.ended + it.censored).sum();
        let mut survival = 1.0;
        let mut points: Vec<(f64, f64)> = Vec::new();
        for row in &rows {
            if row.ended > 0.0 && still_there > 0.0 {
                let after = survival * (1.0 - row.ended / still_there).max(0.0);
                points.push((row.value, f64::midpoint(survival, after)));
                survival = after;
            }
            still_there -= row.ended + row.censored;
        }
        let (last, _) = *points.last()?;
        if let Some(wider) = wider
            && survival > 1e-9
        {
            let known = wider.above(last).max(1e-9);
            let beyond = wider.points.iter().filter(|it| it.0 > last);
            points.extend(beyond.map(|it| (it.0, survival * (it.1 / known).min(1.0))));
        }
        Some(Self { points, is_count })
    }

    /// From the value that a share exceeds.
    pub(super) fn of_quantiles(is_count: bool, exceeded_by: impl Fn(f64) -> f64) -> Self {
        let points = QUANTILES.map(|share| (exceeded_by(share), share));
        Self { points: points.to_vec(), is_count }
    }

    /// From the share at or above a count, in counts.
    pub(super) fn of_counts(reached_by: impl Fn(i32) -> f64) -> Self {
        let share = |it| f64::midpoint(reached_by(it), reached_by(it + 1));
        let all = (0..COUNTS).map(|it| (f64::from(it) * ONE, share(it)));
        Self { points: all.take_while(|it| it.1 > 1e-4).collect(), is_count: true }
    }

    /// `(own · weight + wider · prior) / (weight + prior)` at every value that either knows.
    pub(super) fn shrunk(&self, weight: f64, wider: &Self, prior: f64) -> Self {
        let mut values: Vec<f64> = self.points.iter().chain(&wider.points).map(|it| it.0).collect();
        values.sort_by(f64::total_cmp);
        values.dedup();
        let share = |it: f64| (weight * self.above(it) + prior * wider.above(it)) / (weight + prior);
        Self { points: values.into_iter().map(|it| (it, share(it))).collect(), is_count: self.is_count }
    }

    /// Never surer than so many observations allow: half a one lies beyond either end.
    pub(super) fn humble(mut self, weight: f64) -> Self {
        let least = 0.5 / (weight + 1.0);
        for (_, above) in &mut self.points {
            *above = above.clamp(least, 1.0 - least);
        }
        if let (true, Some((last, _))) = (self.is_count, self.points.last().copied()) {
            // One more than anybody had.
            self.points.push((last + ONE, least));
        }
        self
    }

    /// The same in other units.
    pub(super) fn scaled(&self, by: f64) -> Self {
        Self { points: self.points.iter().map(|it| (it.0 * by, it.1)).collect(), is_count: self.is_count }
    }

    pub(super) fn median(&self) -> f64 {
        self.points.iter().find(|it| it.1 <= 0.5).or(self.points.last()).map_or(0.0, |it| it.0)
    }

    /// The largest difference of shares.
    pub(super) fn distance(&self, other: &Self) -> f64 {
        let at = |value: f64| (self.above(value) - other.above(value)).abs();
        self.points.iter().chain(&other.points).map(|it| at(it.0)).fold(0.0, f64::max)
    }

    /// The share above a value: straight between the points, halved with every doubling beyond the last.
    pub(super) fn above(&self, value: f64) -> f64 {
        let mut before = (0.0, 1.0);
        for &(at, share) in &self.points {
            if value <= at {
                let into = if at > before.0 { (value - before.0) / (at - before.0) } else { 1.0 };
                return before.1 + (share - before.1) * into.clamp(0.0, 1.0);
            }
            before = (at, share);
        }
        if before.0 <= 0.0 { before.1 } else { before.1 * before.0 / value }
    }

    /// Ten knots.
    pub(super) fn curve(&self, measure: Measure) -> Curve {
        let mut values = [0; SURPRISES.len()];
        match measure.tail() {
            Tail::High => {
                for (value, knot) in values.iter_mut().zip(SURPRISES) {
                    *value = self.at(f64::from(knot), high).round() as i64;
                }
            }
            Tail::Both => {
                for (value, knot) in values.iter_mut().zip(SIGNED_SURPRISES) {
                    *value = self.at(f64::from(knot), signed).round() as i64;
                }
                let is_below = |it: &i32| *it < 0;
                let low = SIGNED_SURPRISES.iter().copied().filter(is_below).count();
                let lowest = -self.points.first().map_or(0.0, |it| signed(it.1));
                let knots: Vec<f64> = SIGNED_SURPRISES[..low].iter().rev().map(|it| f64::from(-it)).collect();
                let mut outward: Vec<i64> = values[..low].iter().rev().copied().collect();
                end_at_the_nearest(&mut outward, &knots, lowest, self.least());
                outward.reverse();
                values[..low].copy_from_slice(&outward);
                if lowest < f64::from(SIGNED_SURPRISES[low]) / 2.0 {
                    // Nearly all have the smallest value: having it too is no surprise.
                    values[low - 1] = self.least();
                    values[low] = self.least();
                }
            }
            Tail::Low => {
                for (value, knot) in values.iter_mut().zip(SURPRISES) {
                    *value = self.at(-f64::from(knot), |above| -low(above)).round() as i64;
                }
                let lowest = self.points.first().map_or(0.0, |it| low(it.1));
                end_at_the_nearest(&mut values, &SURPRISES.map(f64::from), lowest, self.least());
            }
        }
        Curve { values }
    }

    fn least(&self) -> i64 {
        self.points.first().map_or(0, |it| it.0.round() as i64)
    }

    /// Where a surprise, rising with the value, is reached.
    fn at(&self, wanted: f64, surprise: fn(f64) -> f64) -> f64 {
        let mut before: Option<(f64, f64)> = None;
        for &(value, above) in &self.points {
            let here = surprise(above);
            if here >= wanted {
                // Below the smallest value there is only what never happened: from zero upwards it is no surprise.
                let (from, least) = before.unwrap_or((0.0, surprise(1.0 - 1e-9).max(0.0).min(here)));
                let into = if here > least { (wanted - least) / (here - least) } else { 1.0 };
                return if before.is_none() && wanted < 0.0 {
                    value
                } else {
                    from + (value - from) * into.clamp(0.0, 1.0)
                };
            }
            before = Some((value, here));
        }
        let (last, here) = before.unwrap_or((0.0, 0.0));
        last.max(1.0) * 2_f64.powf((wanted - here) / 301.03)
    }
}

/// A low tail ends at its smallest value. Of the knots there, the first must be the one closest to the surprise of that
/// value, because the first is the one that counts.
fn end_at_the_nearest(outward: &mut [i64], knots: &[f64], lowest: f64, least: i64) {
    let nearest = knots
        .iter()
        .enumerate()
        .min_by(|one, other| (one.1 - lowest).abs().total_cmp(&(other.1 - lowest).abs()))
        .map_or(0, |it| it.0);
    for value in outward.iter_mut().skip(nearest) {
        *value = least.min(*value);
    }
}

/// −log₁₀ of the share above, in thousandths.
fn high(above: f64) -> f64 {
    -1_000.0 * above.max(1e-12).log10()
}

/// … below.
fn low(above: f64) -> f64 {
    high(1.0 - above)
}

fn signed(above: f64) -> f64 {
    high(above) - low(above)
}
