//! Held against lifelines (`tests/statistics/survival.py`), and against what is plain.

use super::*;
use proptest::prelude::*;
use serde_json::Value;

const DAY_MS: f64 = 86_400_000.0;

fn golden() -> Value {
    serde_json::from_str(include_str!("../../../../tests/statistics/survival.json")).unwrap()
}

fn waited(list: &Value) -> Vec<Waited> {
    let one = |it: &Value| Waited { ms: (it[0].as_f64().unwrap() * DAY_MS) as u64, arrived: it[1].as_bool().unwrap() };
    list.as_array().unwrap().iter().map(one).collect()
}

fn close(found: f64, wanted: &Value) {
    let wanted = wanted.as_f64().unwrap();
    assert!((found - wanted).abs() <= 1e-9 * wanted.abs().max(1.0), "{found} is not {wanted}");
}

fn days(ms: Option<u64>) -> f64 {
    ms.unwrap() as f64 / DAY_MS
}

#[test]
fn curves_bands_and_quantiles_are_those_of_lifelines() {
    for (name, group) in golden()["groups"].as_object().unwrap() {
        let survival = Survival::of(&mut waited(&group["waited"]));
        let steps = group["steps"].as_array().unwrap();
        assert_eq!(survival.steps.len(), steps.len(), "{name}");
        for (found, wanted) in survival.steps.iter().zip(steps) {
            close(found.at_ms as f64 / DAY_MS, &wanted["at"]);
            close(found.share, &wanted["share"]);
            if found.share > 0.0 {
                close(found.low, &wanted["low"]);
                close(found.high, &wanted["high"]);
            }
        }
        let median = survival.quantile(0.5);
        close(days(median.ms), &group["median"][0]);
        close(days(median.low_ms), &group["median"][1]);
        close(days(median.high_ms), &group["median"][2]);
        close(days(survival.quantile(0.25).ms), &group["quarters"][0]);
        close(days(survival.quantile(0.75).ms), &group["quarters"][1]);
    }
}

#[test]
fn log_rank_tests_are_those_of_lifelines() {
    let golden = golden();
    let check = |groups: &Value, wanted: &Value| {
        let groups: Vec<Vec<Waited>> = groups.as_object().unwrap().values().map(waited).collect();
        let groups: Vec<&[Waited]> = groups.iter().map(Vec::as_slice).collect();
        let found = log_rank(&groups).unwrap();
        close(found.chi_squared, &wanted["chi_squared"]);
        close(found.p, &wanted["p"]);
    };
    let waited_of = golden["groups"].as_object().unwrap().iter().map(|(name, it)| (name.clone(), it["waited"].clone()));
    check(&Value::Object(waited_of.collect()), &golden["two"]);
    check(&golden["three"]["groups"], &golden["three"]);
}

#[test]
fn what_is_not_reached_is_not_made_up() {
    let some = |ms, arrived| Waited { ms, arrived };
    let survival = Survival::of(&mut [some(1, true), some(2, false), some(3, false), some(4, false)]);
    assert_eq!(survival.quantile(0.25).ms, Some(1));
    assert_eq!(survival.quantile(0.5), Quantile { ms: None, low_ms: Some(1), high_ms: None });
    assert_eq!((survival.steps.len(), survival.steps[0].share), (1, 0.75));
    assert_eq!(Survival::of(&mut []), Survival::default());
    assert_eq!(log_rank(&[]), None);
    assert_eq!(log_rank(&[&[some(1, true)]]), None);
    assert_eq!(log_rank(&[&[some(1, false)], &[some(2, false)]]), None);
}

#[test]
fn who_arrives_when_another_is_last_seen_arrived_first() {
    let survival = Survival::of(&mut [Waited { ms: 5, arrived: false }, Waited { ms: 5, arrived: true }]);
    assert_eq!((survival.steps[0].at_risk, survival.steps[0].share), (2, 0.5));
}

proptest! {
    #[test]
    fn without_anybody_waiting_it_is_the_plain_share(mut times in prop::collection::vec(0_u64..50, 1..60)) {
        let mut waited: Vec<Waited> = times.iter().map(|ms| Waited { ms: *ms, arrived: true }).collect();
        let survival = Survival::of(&mut waited);
        times.sort_unstable();
        for step in &survival.steps {
            let still = times.iter().filter(|it| **it > step.at_ms).count();
            prop_assert!((step.share - still as f64 / times.len() as f64).abs() < 1e-12);
        }
        prop_assert_eq!(survival.quantile(0.5).ms, Some(times[(times.len() - 1) / 2]));
    }

    #[test]
    fn a_curve_falls_and_its_band_holds_it(people in prop::collection::vec((0_u64..50, any::<bool>()), 0..80)) {
        let mut waited: Vec<Waited> = people.iter().map(|(ms, arrived)| Waited { ms: *ms, arrived: *arrived }).collect();
        let survival = Survival::of(&mut waited);
        let mut last = 1.0;
        for step in &survival.steps {
            prop_assert!(step.share < last && step.share >= 0.0);
            prop_assert!(0.0 <= step.low && step.low <= step.share + 1e-12 && step.share <= step.high + 1e-12 && step.high <= 1.0);
            last = step.share;
        }
        prop_assert_eq!(survival.arrived, people.iter().filter(|it| it.1).count() as u64);
    }

    #[test]
    fn nobody_differs_from_their_like(people in prop::collection::vec((0_u64..50, any::<bool>()), 2..40)) {
        let group: Vec<Waited> = people.iter().map(|(ms, arrived)| Waited { ms: *ms, arrived: *arrived }).collect();
        if let Some(same) = log_rank(&[&group, &group]) {
            prop_assert!(same.chi_squared.abs() < 1e-9 && same.p > 0.999);
        }
    }
}

/// As the paper has it, one time after the other, without a thought for how long that takes.
fn plain_log_rank(groups: &[&[Waited]]) -> Option<LogRank> {
    let mut times: Vec<u64> = groups.iter().flat_map(|it| it.iter()).filter(|it| it.arrived).map(|it| it.ms).collect();
    times.sort_unstable();
    times.dedup();
    let many = groups.len();
    let (mut surplus, mut variance) = (vec![0.0; many], vec![vec![0.0; many]; many]);
    for at_ms in times {
        let count = |is: &dyn Fn(&Waited) -> bool| -> Vec<f64> {
            groups.iter().map(|group| group.iter().filter(|it| is(it)).count() as f64).collect()
        };
        let at_risk = count(&|it| it.ms >= at_ms);
        let arrived = count(&|it| it.ms == at_ms && it.arrived);
        let (n, d): (f64, f64) = (at_risk.iter().sum(), arrived.iter().sum());
        for one in 0..many {
            surplus[one] += arrived[one] - d * at_risk[one] / n;
            for other in 0..many {
                let same = if one == other { 1.0 } else { 0.0 };
                let spread = if n > 1.0 { d * (n - d) / (n - 1.0) } else { 0.0 };
                variance[one][other] += spread * at_risk[one] / n * (same - at_risk[other] / n);
            }
        }
    }
    let free = many.checked_sub(1).filter(|it| *it > 0)?;
    let solved = solve(variance, &surplus, free)?;
    let chi_squared: f64 = solved.iter().zip(&surplus).map(|(one, other)| one * other).sum();
    Some(LogRank { chi_squared, p: 0.0, surplus: surplus[free] })
}

proptest! {
    #[test]
    fn the_log_rank_test_is_that_of_a_naive_model(
        groups in prop::collection::vec(prop::collection::vec((0..12_u64, any::<bool>()), 0..15), 2..5),
    ) {
        let groups: Vec<Vec<Waited>> =
            groups.into_iter().map(|it| it.into_iter().map(|(ms, arrived)| Waited { ms, arrived }).collect()).collect();
        let groups: Vec<&[Waited]> = groups.iter().map(Vec::as_slice).collect();
        let (found, wanted) = (log_rank(&groups), plain_log_rank(&groups));
        // Where it hardly can be solved, a rounding decides whether it is: those cases say nothing.
        if let (Some(found), Some(wanted)) = (found, wanted)
            && wanted.chi_squared < 1e6
        {
            prop_assert!((found.chi_squared - wanted.chi_squared).abs() <= 1e-6 * wanted.chi_squared.max(1.0));
            prop_assert!((found.surplus - wanted.surplus).abs() <= 1e-9);
        }
    }
}
