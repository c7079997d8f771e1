//! The interruption budget in small; `cargo xtask simulate-budget` runs it in full.

use simulation::{BudgetReport, BudgetRun, run_budget};

fn simulate(seed: u64) -> BudgetReport {
    let report = run_budget(BudgetRun { seed, people: 300, days: 60 });
    eprintln!("{report}");
    report
}

#[test]
fn three_hundred_people_in_sixty_days_are_never_asked_too_much_or_twice() {
    for seed in [1, 2] {
        let report = simulate(seed);
        assert!(report.most_in_a_quarter() <= 4);
        // A run that never met a gate has shown nothing of it.
        for (reason, count) in &report.reasons {
            assert!(
                *count > 0 || matches!(*reason, "quarter" | "enough"),
                "seed {seed}: nothing was denied for {reason}"
            );
        }
        for kind in ["popover", "question", "hint", "inline", "tab"] {
            assert!(report.shown.get(kind).is_some_and(|it| *it > 0), "seed {seed}: no {kind} was shown");
        }
    }
}
