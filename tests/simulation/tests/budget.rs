//! The interruption budget in small; `cargo xtask simulate-budget` runs it in full.

use simulation::{BudgetReport, BudgetRun, run_budget};
use std::collections::BTreeMap;

fn simulate(seed: u64) -> BudgetReport {
    let report = run_budget(BudgetRun { seed, people: 300, days: 60 });
    eprintln!("{report}");
    report
}

#[test]
fn three_hundred_people_in_sixty_days_are_never_asked_too_much_or_twice() {
    let mut denied: BTreeMap<&str, u64> = BTreeMap::new();
    for seed in [1, 2, 3] {
        let report = simulate(seed);
        assert!(report.most_in_a_quarter() <= 4);
        for (reason, count) in &report.reasons {
            *denied.entry(reason).or_default() += *count;
        }
        for kind in ["popover", "question", "hint", "inline", "tab"] {
            assert!(report.shown.get(kind).is_some_and(|it| *it > 0), "seed {seed}: no {kind} was shown");
        }
    }
    // Runs that never met a gate have shown nothing of it; who comes first of two at once differs from run to run.
    for (reason, count) in denied {
        assert!(count > 0 || matches!(reason, "quarter" | "enough"), "nothing was denied for {reason}");
    }
}
