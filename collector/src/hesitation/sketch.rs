//! Many measurements in few numbers: a DDSketch whose buckets also keep what was censored.
//!
//! Bucket `i` holds the values in (γ^(i−1), γ^i], γ = (1 + α) / (1 − α), so that a value read back is within α of the
//! true one (Masson, Rim, Lee, VLDB 2019, <https://doi.org/10.14778/3352063.3352135>). Sketches merge by adding, in any
//! order. Our own because crates of it count whole values only: ours weighs them (old visits count less), keeps
//! censored ones beside the others, and can be taken apart again (a page's type without the page).

use std::collections::BTreeMap;

/// Relative error of a value read back: less than what people can tell apart in time.
const ALPHA: f64 = 0.02;

/// Larger values than this are cut off: a day.
const MOST: i64 = 86_400_000;

/// Weighted measurements by bucket.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Sketch {
    buckets: BTreeMap<u16, Bucket>,
}

/// What fell between two values.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Bucket {
    /// Weight of what was seen to the end, and of the values times that.
    ended: f64,
    ended_sum: f64,
    /// Weight of what was not.
    censored: f64,
}

/// A bucket as [`Sketch::rows`] tells of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Row {
    /// The mean of the values in it; where nothing ended, the bucket's own.
    pub(super) value: f64,
    pub(super) ended: f64,
    pub(super) censored: f64,
}

impl Sketch {
    pub(super) fn add(&mut self, value: i64, is_censored: bool, weight: f64) {
        let value = value.clamp(0, MOST);
        let bucket = self.buckets.entry(bucket_of(value)).or_default();
        if is_censored {
            bucket.censored += weight;
        } else {
            bucket.ended += weight;
            bucket.ended_sum += weight * value as f64;
        }
    }

    pub(super) fn merge(&mut self, other: &Self, sign: f64) {
        for (index, from) in &other.buckets {
            let into = self.buckets.entry(*index).or_default();
            into.ended += sign * from.ended;
            into.ended_sum += sign * from.ended_sum;
            into.censored += sign * from.censored;
        }
    }

    /// The buckets that hold anything, by rising value.
    pub(super) fn rows(&self) -> Vec<Row> {
        self.buckets
            .iter()
            .map(|(index, it)| {
                // Subtracting leaves crumbs.
                let (ended, censored) = (clean(it.ended), clean(it.censored));
                let value = if ended > 0.0 { it.ended_sum / it.ended } else { value_of(*index) };
                Row { value, ended, censored }
            })
            .filter(|it| it.ended + it.censored > 0.0)
            .collect()
    }
}

fn clean(weight: f64) -> f64 {
    if weight < 1e-9 { 0.0 } else { weight }
}

/// Zero has a bucket of its own.
fn bucket_of(value: i64) -> u16 {
    if value <= 0 { 0 } else { (value as f64).ln().div_euclid(gamma().ln()) as u16 + 1 }
}

fn value_of(bucket: u16) -> f64 {
    if bucket == 0 { 0.0 } else { gamma().powi(i32::from(bucket) - 1) * (1.0 + ALPHA) }
}

fn gamma() -> f64 {
    (1.0 + ALPHA) / (1.0 - ALPHA)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_read_back_is_within_two_percent() {
        for value in (1..200).chain((200..10_000_000).step_by(7_919)) {
            let back = value_of(bucket_of(value));
            assert!((back / value as f64 - 1.0).abs() <= ALPHA * 1.000_1, "{value} came back as {back}");
        }
    }

    #[test]
    fn a_day_takes_fewer_than_five_hundred_buckets() {
        assert!(bucket_of(MOST) < 500);
    }

    #[test]
    fn what_was_merged_can_be_taken_out_again() {
        let (mut one, mut other) = (Sketch::default(), Sketch::default());
        one.add(1_000, false, 0.3);
        other.add(1_000, false, 0.7);
        other.add(0, true, 1.0);
        let before = one.rows();
        one.merge(&other, 1.0);
        assert_eq!(one.rows().len(), 2);
        one.merge(&other, -1.0);
        let after = one.rows();
        assert_eq!(after.len(), 1);
        assert!((after[0].ended - before[0].ended).abs() < 1e-12);
    }
}
