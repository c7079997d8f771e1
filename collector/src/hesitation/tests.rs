//! Hand-made visits, and what must be learned from them.

use super::baselines::bytes;
use super::*;
use domain::hesitation::{
    Baseline, Device, Feature, Measure, Model, Reached, Sample, Tail, write_reached, write_sample,
};

const OPTIONS: LearnOptions = LearnOptions { now_ms: 0, budget: 0.03 };

fn visit(user: usize, page: &str) -> LearnedVisit {
    LearnedVisit {
        user: format!("user-{user:04}"),
        session: format!("session-{user}"),
        started_ms: 0,
        page: page.to_owned(),
        context: String::new(),
        device: Device::Desktop,
        samples: String::new(),
        states: String::new(),
        actions: 0,
        went_on: Some(true),
        is_prompted: false,
        active_ms: 60_000,
        top_score: None,
    }
}

fn with_sample(mut visit: LearnedVisit, measure: Measure, value: i64, is_censored: bool) -> LearnedVisit {
    write_sample(&mut visit.samples, Sample { measure, value, is_censored });
    visit
}

/// Idle times spread evenly up to `most_ms`.
fn idlers(page: &str, count: usize, most_ms: i64) -> Vec<LearnedVisit> {
    (0..count)
        .map(|user| {
            let value = most_ms * (user as i64 + 1) / count as i64;
            with_sample(visit(user, page), Measure::IdleAfterClick, value, false)
        })
        .collect()
}

fn row<'a>(learned: &'a Learned, page: &str) -> Option<&'a Baseline> {
    learned.baselines.iter().find(|it| it.page == page && it.context.is_empty() && it.device.is_none())
}

/// The share that is idle for longer, by the curve.
fn share_above(row: &Baseline, measure: Measure, value: i64) -> f64 {
    let curve = row.curves[measure.index()].expect("a curve");
    10_f64.powf(-f64::from(curve.surprise(measure.tail(), value)) / 1_000.0)
}

#[test]
fn a_page_is_published_from_twenty_users_on() {
    let nineteen = learn(idlers("/a", 19, 10_000).into_iter(), &OPTIONS);
    assert_eq!(nineteen.baselines, shipped().baselines);
    let twenty = learn(idlers("/a", 20, 10_000).into_iter(), &OPTIONS);
    assert!(row(&twenty, "/a").is_some_and(|it| it.is_own));
    // Twenty visits of one user are visits of one.
    let mut one = idlers("/a", 20, 10_000);
    one.iter_mut().for_each(|it| it.user = "one".to_owned());
    assert!(row(&learn(one.into_iter(), &OPTIONS), "/a").is_none());
}

#[test]
fn with_as_many_users_as_kappa_a_page_is_half_its_own_and_half_what_contains_it() {
    let learned = learn(idlers("/a", 20, 10_000).into_iter(), &OPTIONS);
    let shipped = shipped();
    let measure = Measure::IdleAfterClick;
    for value in [2_000, 5_000, 9_000] {
        let own = 1.0 - value as f64 / 10_000.0;
        let wider = share_above(&shipped.baselines[0], measure, value);
        let found = share_above(row(&learned, "/a").unwrap(), measure, value);
        assert!((found - f64::midpoint(own, wider)).abs() < 0.05, "{value} ms: {found}, own {own}, wider {wider}");
    }
}

#[test]
fn one_busy_user_neither_sets_the_norm_nor_counts_for_less_than_one() {
    let mut visits = idlers("/a", 20, 10_000);
    let alone = learn(visits.clone().into_iter(), &OPTIONS);
    visits.extend((0..1_000).map(|nth| {
        let mut again = with_sample(visit(0, "/a"), Measure::IdleAfterClick, 600_000, false);
        again.started_ms = -nth;
        again
    }));
    let learned = learn(visits.into_iter(), &OPTIONS);
    let share = |learned: &Learned| share_above(row(learned, "/a").unwrap(), Measure::IdleAfterClick, 60_000);
    // Five visits' worth of twenty-four, shrunk to half of that; not nearly all of it.
    assert!(share(&learned) < 0.2, "{}", share(&learned));
    assert!(share(&learned) > share(&alone));
}

#[test]
fn with_many_users_a_page_is_its_own() {
    let learned = learn(idlers("/a", 2_000, 10_000).into_iter(), &OPTIONS);
    let found = share_above(row(&learned, "/a").unwrap(), Measure::IdleAfterClick, 8_000);
    assert!((found - 0.2).abs() < 0.02, "{found}");
}

#[test]
fn what_was_not_seen_to_end_makes_longer_ones_more_usual() {
    // Everybody waits up to ten seconds, but half leave the page after five.
    let cut: Vec<LearnedVisit> = (0..2_000)
        .map(|user| {
            let value = 5 * (user as i64 % 2_000 + 1);
            let leaves = user % 2 == 0 && value > 5_000;
            with_sample(visit(user, "/a"), Measure::IdleAfterClick, if leaves { 5_000 } else { value }, leaves)
        })
        .collect();
    let learned = learn(cut.into_iter(), &OPTIONS);
    let found = share_above(row(&learned, "/a").unwrap(), Measure::IdleAfterClick, 8_000);
    assert!((found - 0.2).abs() < 0.03, "{found}");
}

#[test]
fn only_users_who_went_on_are_normal() {
    let mut visits = idlers("/a", 200, 10_000);
    visits.extend((200..400).map(|user| {
        let mut stuck = with_sample(visit(user, "/a"), Measure::IdleAfterClick, 600_000, false);
        stuck.went_on = Some(false);
        stuck
    }));
    visits.extend((400..600).map(|user| {
        let mut unknown = with_sample(visit(user, "/a"), Measure::IdleAfterClick, 600_000, false);
        unknown.went_on = None;
        unknown
    }));
    let learned = learn(visits.into_iter(), &OPTIONS);
    assert!(share_above(row(&learned, "/a").unwrap(), Measure::IdleAfterClick, 60_000) < 0.01);
}

#[test]
fn what_came_after_a_prompt_says_nothing_about_how_often_a_page_fails() {
    let many = |prompted: bool| -> Vec<LearnedVisit> {
        let on = |user: usize, page: &str, went_on: bool, is_prompted: bool| {
            let mut visit = visit(user, page);
            (visit.went_on, visit.is_prompted) = (Some(went_on), is_prompted);
            visit
        };
        let mut visits: Vec<LearnedVisit> = (0..200).map(|it| on(it, "/a", it % 2 == 0, false)).collect();
        visits.extend((200..400).map(|it| on(it, "/b", it % 2 == 0, false)));
        visits.extend((400..600).map(|it| on(it, "/a", false, prompted)));
        visits
    };
    let prior = |prompted| row(&learn(many(prompted).into_iter(), &OPTIONS), "/a").unwrap().prior[0];
    assert_eq!(prior(true), 0);
    assert!(prior(false) > 200, "{}", prior(false));
}

#[test]
fn a_hard_page_has_a_prior_and_stays_hard_at_ages_few_reach() {
    let mut visits = Vec::new();
    for user in 0..400 {
        for (page, chance) in [("/easy", 10), ("/hard", 60)] {
            let mut visit = visit(user, page);
            visit.went_on = Some(user % 100 >= chance);
            visit.active_ms = 100_000;
            visits.push(visit);
        }
    }
    let learned = learn(visits.into_iter(), &OPTIONS);
    let (easy, hard) = (row(&learned, "/easy").unwrap().prior, row(&learned, "/hard").unwrap().prior);
    assert!(hard[0] > 700 && easy[0] < -700, "{easy:?} {hard:?}");
    assert!(hard[6] > 500 && easy[6] < -500, "{easy:?} {hard:?}");
    assert_eq!(learned.baselines[0].prior, [0; 7]);
}

#[test]
fn steps_are_states_that_twenty_users_reach_the_most_reached_first() {
    let visits = (0..100).map(|user| {
        let mut visit = visit(user, "/a");
        visit.actions = 4;
        for (state, share) in [(11, 100), (22, 50), (33, 19)] {
            if user < share {
                write_reached(&mut visit.states, Reached { state, age_ms: 10_000, actions: 2 });
            }
        }
        visit
    });
    let learned = learn(visits, &OPTIONS);
    let page = row(&learned, "/a").unwrap();
    assert_eq!(page.steps, [(11, 1_000), (22, 500)]);
    assert!(learned.baselines[0].steps.is_empty());
    // Half have both: 1,500 thousandths at 15 s. Who has none is below all of them.
    let curve = page.curves[Measure::States(0).index()].unwrap();
    assert!(curve.surprise(Tail::Low, 0) > curve.surprise(Tail::Low, 1_000));
    assert!(curve.surprise(Tail::Low, 1_000) > curve.surprise(Tail::Low, 1_500));
    // Nobody was there after a minute, nor did eight things.
    assert_eq!(page.curves[Measure::States(3).index()], None);
    assert!(page.curves[Measure::StatesAfter(2).index()].is_some());
    assert_eq!(page.curves[Measure::StatesAfter(3).index()], None);
}

#[test]
fn ties_leave_both_tails_their_due() {
    // Four in five never go back.
    let visits = (0..1_000)
        .map(|user| with_sample(visit(user, "/a"), Measure::Returns, if user % 5 == 0 { 1_000 } else { 0 }, false));
    let learned = learn(visits, &OPTIONS);
    let curve = row(&learned, "/a").unwrap().curves[Measure::Returns.index()].unwrap();
    let (never, once) = (curve.surprise(Tail::Both, 0), curve.surprise(Tail::Both, 1_000));
    assert!((-400..=0).contains(&never), "{never}");
    // P(X ≥ 1) counted half is a tenth.
    assert!((800..=1_100).contains(&once), "{once}");
}

#[test]
fn old_visits_count_less() {
    const DAY_MS: i64 = 86_400_000;
    let mut visits = idlers("/a", 200, 10_000);
    visits.extend((0..200).map(|user| {
        let mut old = with_sample(visit(1_000 + user, "/a"), Measure::IdleAfterClick, 600_000, false);
        old.started_ms = -140 * DAY_MS;
        old
    }));
    let learned = learn(visits.into_iter(), &OPTIONS);
    assert!(share_above(row(&learned, "/a").unwrap(), Measure::IdleAfterClick, 60_000) < 0.01);
}

#[test]
fn a_device_has_curves_of_its_own_only_where_they_differ() {
    let visits = (0..400).flat_map(|user| {
        let factor = if user % 2 == 0 { 1 } else { 5 };
        let mut one = with_sample(visit(user, "/a"), Measure::IdleAfterClick, factor * 50 * (user as i64 + 1), false);
        one = with_sample(one, Measure::FirstAction, 25 * (user as i64 + 1), false);
        one.device = if user % 2 == 0 { Device::Desktop } else { Device::Touch };
        [one]
    });
    let learned = learn(visits, &OPTIONS);
    let touch = learned.baselines.iter().find(|it| it.page == "/a" && it.device == Some(Device::Touch)).unwrap();
    assert!(touch.curves[Measure::IdleAfterClick.index()].is_some());
    assert_eq!(touch.curves[Measure::FirstAction.index()], None);
}

/// Everything there is to know about a page, of two contexts and two devices that differ in everything.
fn rich(page: &str) -> Vec<LearnedVisit> {
    (0..400)
        .map(|user| {
            let mut one = visit(user, page);
            one.active_ms = 500_000;
            one.actions = 70;
            one.context = if user % 2 == 0 { "trial".to_owned() } else { "paying".to_owned() };
            one.device = if user % 4 < 2 { Device::Desktop } else { Device::Touch };
            let factor = if user % 2 == 0 { 3 } else { 1 } * if user % 4 < 2 { 7 } else { 1 };
            for measure in (0..Measure::COUNT).filter_map(Measure::from_index) {
                let value = 500 + factor * 100 * (user as i64 + 1);
                write_sample(&mut one.samples, Sample { measure, value, is_censored: false });
            }
            for state in 0..24 {
                if user % (state / 4 + 1) == 0 {
                    let reached = Reached { state: 1_000_000_000 + state as u32, age_ms: 20_000, actions: 3 };
                    write_reached(&mut one.states, reached);
                }
            }
            one.went_on = Some(user % 3 != 0);
            one
        })
        .collect()
}

#[test]
fn a_page_costs_at_most_a_kilobyte() {
    let mut visits = rich("/invoices/:id");
    visits.extend(rich("/a-page-with-a-really-long-name/and-more-of-it/and-still-more/:id/edit"));
    visits.extend(idlers("/other", 500, 10_000));
    let learned = learn(visits.into_iter(), &OPTIONS);
    for page in ["/invoices/:id", "/a-page-with-a-really-long-name/and-more-of-it/and-still-more/:id/edit"] {
        let rows: Vec<&Baseline> = learned.baselines.iter().filter(|it| it.page == page).collect();
        let cost: usize = rows.iter().map(|it| bytes(it)).sum();
        assert!(rows.len() > 1, "contexts or devices of {page} differ");
        assert!(cost <= 1_024, "{page} costs {cost} bytes");
        assert!(rows[0].curves.iter().flatten().count() > 20);
        assert_eq!(rows[0].steps.len(), 16);
    }
}

#[test]
fn the_same_visits_give_the_same_model_in_any_order() {
    let mut visits = rich("/a");
    visits.extend(idlers("/b", 300, 9_000));
    let forwards = learn(visits.clone().into_iter(), &OPTIONS);
    visits.reverse();
    assert_eq!(learn(visits.into_iter(), &OPTIONS), forwards);
}

#[test]
fn thresholds_keep_the_budget_of_sessions_and_what_is_muted_stays_muted() {
    let visits = idlers("/a", 1_000, 10_000).into_iter().enumerate().map(|(nth, mut it)| {
        it.top_score = Some(nth as i32);
        it
    });
    let learned = learn(visits, &OPTIONS);
    assert_eq!(learned.thresholds, Some((970, 910)));
    let mut model = shipped();
    model.baselines.push(Baseline { page: "/a".to_owned(), is_muted: true, ..shipped().baselines[0].clone() });
    model.baselines.push(Baseline { page: "/gone".to_owned(), is_muted: true, ..shipped().baselines[0].clone() });
    learned.apply_to(&mut model);
    assert_eq!((model.ask_at, model.hint_at), (970, 910));
    assert!(model.baselines.iter().filter(|it| it.page != "*").all(|it| it.is_muted));
    assert!(model.baselines.iter().any(|it| it.page == "/gone"));
    assert!(!model.baselines[0].is_muted);
}

#[test]
fn what_only_passes_never_asks_nor_hints_before_anything_was_learned() {
    let Model { bias, weights, ask_at, hint_at, .. } = shipped();
    let most = |features: &[Feature]| -> i32 {
        features.iter().map(|it| (weights[*it as usize] * Feature::MOST / 1_000).max(0)).sum()
    };
    let passive = [
        Feature::Idle,
        Feature::FirstAction,
        Feature::Stall,
        Feature::FewStates,
        Feature::FewForActions,
        Feature::TimeHere,
        Feature::Returns,
        Feature::ScrollReversals,
        Feature::Hovers,
        Feature::Repeats,
        Feature::Slow,
        Feature::Restarts,
    ];
    assert!(bias + most(&passive) < hint_at, "{}", bias + most(&passive));
    assert!(hint_at < ask_at);
    // The same error three times, or rage at something dead: half a piece of evidence, or one, then one and one.
    for direct in [Feature::Invalid, Feature::DeadClicks] {
        let three_times = weights[direct as usize] * 2_500 / 1_000;
        assert!(bias + three_times >= ask_at, "{direct:?}");
    }
}
