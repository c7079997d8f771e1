//! The short form of the evaluation, on made-up people: it needs no file, and runs wherever the tests do.

use evaluation::report::{Line, compare, mouse_work, transfer};
use evaluation::study::split_by_user;
use evaluation::{exam, play, visitor};

const PEOPLE: usize = 400;

fn auc(lines: &[Line], name: &str, landmark: usize) -> f64 {
    lines.iter().find(|it| it.name.starts_with(name)).expect("a line of this name").at[landmark].0.value
}

#[test]
fn it_tells_who_is_stuck_better_than_fixed_rules_and_better_the_more_it_learned() {
    let lines = compare(&split_by_user(&exam::sessions(PEOPLE, 1), 1));
    for landmark in 0..3 {
        let fitted = auc(&lines, "warm: learned baselines and weights", landmark);
        let warm = auc(&lines, "warm: learned baselines, shipped weights", landmark);
        let cold = auc(&lines, "cold", landmark);
        assert!(fitted >= warm - 0.01 && warm > cold + 0.05, "{fitted} {warm} {cold}");
        assert!(cold > 0.55, "{cold}");
        for rule in ["B1", "B2", "B3: rage clicks, as PostHog", "B3: rage clicks, as Datadog", "B4", "B7"] {
            assert!(fitted > auc(&lines, rule, landmark) + 0.01, "{rule} at landmark {landmark}");
        }
    }
}

#[test]
fn pages_nobody_has_seen_gain_from_what_was_learned_elsewhere() {
    let lines = transfer(&exam::sessions(PEOPLE, 2));
    let at = |name: &str| lines.iter().find(|it| it.0.starts_with(name)).expect("a line of this name").1.clone();
    for (landmark, raw) in at("raw").into_iter().enumerate() {
        assert!(at("cold")[landmark] > raw);
        assert!(at("learned on other pages")[landmark] > at("cold")[landmark]);
        assert!(at("and these pages'")[landmark] > at("learned on other pages")[landmark]);
    }
}

#[test]
fn the_same_people_give_the_same_numbers() {
    let split = || split_by_user(&exam::sessions(60, 3), 1);
    assert_eq!(format!("{:?}", compare(&split())), format!("{:?}", compare(&split())));
}

#[test]
fn hours_of_ordinary_mouse_work_stay_quiet_before_anything_was_learned() {
    let (asked, _, hours) = mouse_work();
    assert!(hours >= 10);
    assert!(asked <= 0.5, "{asked} questions an hour");
}

#[test]
fn a_visit_is_seen_at_the_ages_it_lived_to() {
    let session = exam::sessions(1, 4).remove(0);
    let model = milepost::hesitation::shipped();
    for (visitor, played) in session.iter().zip(play::play(Some(&model), &session, &[10_000, 30_000, 60_000])) {
        let lived: Vec<i64> = [10_000, 30_000, 60_000].into_iter().filter(|it| *it < visitor.end_ms).collect();
        assert_eq!(played.moments.iter().map(|it| it.0).collect::<Vec<_>>(), lived);
        let visit = played.visit.expect("a visit that was left");
        assert_eq!(visit.actions > 0, visitor.deeds.iter().any(|it| it.1.target().is_some()));
    }
    assert_ne!(visitor::hash("a", 1), visitor::hash("a", 2));
}
