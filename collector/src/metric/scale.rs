//! What answers on a scale come to.

/// Satisfied are the upper two of CSAT's five.
pub(crate) const SATISFIED_FROM: i32 = 4;

/// Of CES's seven, from "somewhat agree" on it was easy.
pub(crate) const EASY_FROM: i32 = 5;

/// The mean of so many answers per value; `None` without any.
pub(crate) fn mean(counts: impl IntoIterator<Item = (i32, u64)>) -> Option<f64> {
    let (sum, answers) = counts
        .into_iter()
        .fold((0.0, 0), |(sum, answers), (value, count)| (sum + f64::from(value) * count as f64, answers + count));
    (answers > 0).then(|| sum / answers as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_mean_needs_an_answer() {
        assert_eq!(mean([(1, 0), (5, 0)]), None);
        assert_eq!(mean([(1, 1), (4, 2)]), Some(3.0));
    }

    proptest! {
        #[test]
        fn a_mean_lies_between_the_answers_and_is_that_of_the_list(counts in prop::collection::vec((-20i32..20, 1u64..50), 1..8)) {
            let all: Vec<f64> = counts.iter().flat_map(|(value, count)| vec![f64::from(*value); *count as usize]).collect();
            let found = mean(counts.clone()).unwrap();
            prop_assert!((found - all.iter().sum::<f64>() / all.len() as f64).abs() < 1e-9);
            let values = counts.iter().map(|it| f64::from(it.0));
            prop_assert!(values.clone().fold(f64::MAX, f64::min) <= found + 1e-9);
            prop_assert!(values.fold(f64::MIN, f64::max) >= found - 1e-9);
        }
    }
}
