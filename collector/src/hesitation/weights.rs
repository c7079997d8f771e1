//! What the features weigh, learned from moments of which the outcome is known.
//!
//! Logistic regression whose weights are pulled to what they were before, and kept at or above zero where more of a
//! feature never speaks against hesitation. Newton's method; each step solves its quadratic exactly within the bounds.

use domain::hesitation::{Feature, PRIOR_AT_MS};

/// With fewer labels than this the weights stay what they were: it takes some ten labels of the rarer kind a weight.
pub const LEAST_LABELS: usize = 200;

/// How far a weight strays from what it was: half a logit for a feature ten times as surprising.
const SPREAD: f64 = 0.5;

/// How much the moments of one user are worth more than one: they are much alike.
const MOMENTS_OF_ONE_USER: f64 = 3.0;

/// Newton's steps and sweeps within one; convergence comes far sooner.
const STEPS: usize = 50;
const SWEEPS: usize = 500;
const CLOSE_ENOUGH: f64 = 1e-9;

/// Besides the features: where a visit of each age starts.
const AGES: usize = PRIOR_AT_MS.len();
const SIZE: usize = Feature::COUNT + AGES;

/// One moment of a visit, with what came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    pub user: String,
    /// Thousandths, as `sdk_core::hesitation::Score::feature` has them.
    pub features: [i32; Feature::COUNT],
    pub is_stuck: bool,
    /// How old the visit was.
    pub age_ms: i64,
}

/// What a score is made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weights {
    /// Thousandths of a logit.
    pub bias: i32,
    /// As [`domain::hesitation::Model::weights`].
    pub weights: [i32; Feature::COUNT],
}

/// The weights that fit the moments best without straying from `prior` further than they make likely.
///
/// Visits of each age get a start of their own while weights are learned, so that none is learned for what is only age;
/// the bias is then the one start for all that expects as many to be stuck as were.
pub fn fit(moments: &[Moment], prior: &Weights) -> Weights {
    if moments.len() < LEAST_LABELS || moments.iter().all(|it| it.is_stuck) || !moments.iter().any(|it| it.is_stuck) {
        return *prior;
    }
    let rows = rows(moments);
    let before = prior.weights.map(|it| f64::from(it) / 1_000.0);
    let mut at = [0.0; SIZE];
    at[..Feature::COUNT].copy_from_slice(&before);
    for (feature, weight) in Feature::ALL.iter().zip(&mut at) {
        if feature.is_never_negative() {
            *weight = weight.max(0.0);
        }
    }
    for _ in 0..STEPS {
        let moved = step(&rows, &before, &mut at);
        if moved < 1e-7 {
            break;
        }
    }
    let mut weights = [0; Feature::COUNT];
    for (weight, found) in weights.iter_mut().zip(at) {
        *weight = (found * 1_000.0).round() as i32;
    }
    Weights { bias: bias(&rows, &weights), weights }
}

/// A moment as numbers.
struct Row {
    features: [f64; Feature::COUNT],
    age: usize,
    is_stuck: f64,
    weight: f64,
}

fn rows(moments: &[Moment]) -> Vec<Row> {
    let mut order: Vec<&Moment> = moments.iter().collect();
    order.sort_by(|one, other| (&one.user, one.age_ms, one.features).cmp(&(&other.user, other.age_ms, other.features)));
    let mut rows = Vec::with_capacity(order.len());
    for user in order.chunk_by(|one, other| one.user == other.user) {
        let weight = (MOMENTS_OF_ONE_USER / user.len() as f64).min(1.0);
        rows.extend(user.iter().map(|it| Row {
            features: it.features.map(|it| f64::from(it) / 1_000.0),
            age: PRIOR_AT_MS.iter().rposition(|at| it.age_ms >= *at).unwrap_or(0),
            is_stuck: f64::from(u8::from(it.is_stuck)),
            weight,
        }));
    }
    rows
}

/// One step of Newton's; says how far it went.
fn step(rows: &[Row], before: &[f64; Feature::COUNT], at: &mut [f64; SIZE]) -> f64 {
    let mut slope = [0.0; SIZE];
    let mut bend = [[0.0; SIZE]; SIZE];
    for row in rows {
        let mut z = at[Feature::COUNT + row.age];
        let mut seen = [0; Feature::COUNT];
        let mut count = 0;
        for (index, value) in row.features.iter().enumerate() {
            if *value != 0.0 {
                z += at[index] * value;
                seen[count] = index;
                count += 1;
            }
        }
        let chance = 1.0 / (1.0 + (-z).exp());
        let off = row.weight * (chance - row.is_stuck);
        let spread = row.weight * (chance * (1.0 - chance)).max(1e-6);
        let age = Feature::COUNT + row.age;
        slope[age] += off;
        bend[age][age] += spread;
        for (nth, one) in seen[..count].iter().enumerate() {
            let of_one = row.features[*one];
            slope[*one] += off * of_one;
            bend[age][*one] += spread * of_one;
            bend[*one][age] += spread * of_one;
            for other in &seen[..=nth] {
                let shared = spread * of_one * row.features[*other];
                bend[*one][*other] += shared;
                if one != other {
                    bend[*other][*one] += shared;
                }
            }
        }
    }
    for index in 0..SIZE {
        let (precision, to) = match before.get(index) {
            Some(before) => (1.0 / (SPREAD * SPREAD), *before),
            // Hardly pulled: only so that an age nobody reached stays where it is.
            None => (1e-4, 0.0),
        };
        slope[index] += precision * (at[index] - to);
        bend[index][index] += precision;
    }
    let shift = solve(&slope, &bend, at);
    let mut farthest = 0.0_f64;
    for (value, by) in at.iter_mut().zip(shift) {
        // Never so far at once that the quadratic no longer resembles the likelihood.
        let by = by.clamp(-2.0, 2.0);
        *value += by;
        farthest = farthest.max(by.abs());
    }
    farthest
}

/// Minimises `slope · s + ½ s · bend · s` within the bounds, one coordinate after the other.
fn solve(slope: &[f64; SIZE], bend: &[[f64; SIZE]; SIZE], at: &[f64; SIZE]) -> [f64; SIZE] {
    let mut shift = [0.0; SIZE];
    for _ in 0..SWEEPS {
        let mut farthest = 0.0_f64;
        for index in 0..SIZE {
            let pull: f64 =
                slope[index] + bend[index].iter().zip(&shift).map(|(bend, shift)| bend * shift).sum::<f64>();
            let mut to = shift[index] - pull / bend[index][index];
            if Feature::ALL.get(index).is_some_and(|it| it.is_never_negative()) {
                to = to.max(-at[index]);
            }
            farthest = farthest.max((to - shift[index]).abs());
            shift[index] = to;
        }
        if farthest < CLOSE_ENOUGH {
            break;
        }
    }
    shift
}

/// The start with which as many are expected to be stuck as were.
fn bias(rows: &[Row], weights: &[i32; Feature::COUNT]) -> i32 {
    let sums: Vec<f64> = rows
        .iter()
        .map(|row| row.features.iter().zip(weights).map(|(x, w)| x * f64::from(*w) / 1_000.0).sum())
        .collect();
    let too_many = |bias: f64| -> f64 {
        rows.iter().zip(&sums).map(|(row, sum)| row.weight * (1.0 / (1.0 + (-(bias + sum)).exp()) - row.is_stuck)).sum()
    };
    let (mut low, mut high) = (-20.0, 20.0);
    while high - low > 1e-4 {
        let middle = f64::midpoint(low, high);
        if too_many(middle) > 0.0 { high = middle } else { low = middle }
    }
    (1_000.0 * low).round() as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRIOR: Weights = Weights { bias: -3_000, weights: [100; Feature::COUNT] };

    /// People whose chance to be stuck follows from idling and, against it, from help; nothing else.
    fn moments(count: u64) -> Vec<Moment> {
        let mut state = 1_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as f64 / f64::from(1_u32 << 31)
        };
        (0..count)
            .map(|user| {
                let (idle, help, returns) = (next() * 4.0, next() * 4.0, next() * 8.0 - 4.0);
                let z = -2.0 + 1.2 * idle - 0.8 * help - 0.7 * returns;
                let mut features = [0; Feature::COUNT];
                features[Feature::Idle as usize] = (idle * 1_000.0) as i32;
                features[Feature::Help as usize] = (help * 1_000.0) as i32;
                features[Feature::Returns as usize] = (returns * 1_000.0) as i32;
                let is_stuck = next() < 1.0 / (1.0 + (-z).exp());
                Moment { user: user.to_string(), features, is_stuck, age_ms: 60_000 }
            })
            .collect()
    }

    #[test]
    fn weights_are_found_and_signs_are_kept() {
        let mut free = moments(6_000);
        // Without help, which may only weigh for hesitation, the truth can be found.
        free.retain(|it| it.features[Feature::Help as usize] < 400);
        let found = fit(&free, &PRIOR);
        assert!((found.weights[Feature::Idle as usize] - 1_200).abs() < 300, "{found:?}");
        assert!((found.weights[Feature::Returns as usize] + 700).abs() < 200, "{found:?}");
        let all = fit(&moments(6_000), &PRIOR);
        assert_eq!(all.weights[Feature::Help as usize], 0);
        assert!(all.weights[Feature::Returns as usize] < -300);
    }

    #[test]
    fn what_was_not_seen_keeps_its_weight() {
        let found = fit(&moments(2_000), &PRIOR);
        assert_eq!(found.weights[Feature::DeadClicks as usize], 100);
    }

    #[test]
    fn few_labels_change_nothing() {
        assert_eq!(fit(&moments(199), &PRIOR), PRIOR);
        let mut fine = moments(1_000);
        fine.iter_mut().for_each(|it| it.is_stuck = false);
        assert_eq!(fit(&fine, &PRIOR), PRIOR);
    }

    #[test]
    fn the_order_of_the_moments_does_not_matter() {
        let mut reversed = moments(500);
        reversed.reverse();
        assert_eq!(fit(&moments(500), &PRIOR), fit(&reversed, &PRIOR));
    }

    #[test]
    fn as_many_are_expected_to_be_stuck_as_were() {
        let moments = moments(3_000);
        let found = fit(&moments, &PRIOR);
        let expected: f64 = moments
            .iter()
            .map(|it| {
                let sum: f64 =
                    it.features.iter().zip(found.weights).map(|(x, w)| f64::from(*x) * f64::from(w) / 1e6).sum();
                1.0 / (1.0 + (-(f64::from(found.bias) / 1_000.0 + sum)).exp())
            })
            .sum();
        let stuck = moments.iter().filter(|it| it.is_stuck).count() as f64;
        assert!((expected - stuck).abs() < 2.0, "{expected} expected, {stuck} stuck");
    }
}
