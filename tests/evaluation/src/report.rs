//! The whole evaluation as Markdown.

use crate::measure::{Estimate, auc, measure};
use crate::study::{
    LABELLED_MS, Seen, Session, Split, calibration, scored, see, split_by_group, split_by_user, total, visits,
    with_baselines, with_thresholds, with_weights,
};
use crate::table::{cells, short, table, with_interval};
use crate::visitor::hash;
use crate::{exam, mouse, play, rules};
use domain::hesitation::{Feature, Model};
use milepost::hesitation::{LearnedVisit, shipped};

/// When people are judged.
pub const LANDMARKS_MS: [i64; 3] = [60_000, 90_000, 120_000];

/// Timers tried for B2.
const TIMERS_MS: [i64; 8] = [5_000, 10_000, 15_000, 20_000, 30_000, 45_000, 60_000, 90_000];

const SEED: u64 = 20_12;
const EXAM_PEOPLE: usize = 3_000;
const MOUSE_SESSIONS: usize = 40;

/// What was found, to be asserted on.
#[derive(Clone, Debug)]
pub struct Line {
    pub name: String,
    /// Per landmark: AUC, precision of the top 5 %, calibration error where the method speaks of chances.
    pub at: Vec<(Estimate, Estimate, Option<f64>)>,
}

/// The detector beside what others do, on people half of whom were learned from.
pub fn compare(split: &Split) -> Vec<Line> {
    let cold = shipped();
    let warm = with_baselines(&visits(None, &split.train), None);
    let labelled = see(&warm, &split.train, &LABELLED_MS);
    let fitted = with_weights(&warm, &labelled, &[]);
    let cold_seen = see(&cold, &split.test, &LANDMARKS_MS);
    let warm_seen = see(&warm, &split.test, &LANDMARKS_MS);
    let people: Vec<&crate::visitor::Visitor> = split.test.iter().flatten().collect();
    let trained: Vec<&crate::visitor::Visitor> = split.train.iter().flatten().collect();
    let mut lines = Vec::new();
    let mut add = |name: &str, score: &dyn Fn(&Seen) -> f64, error: &dyn Fn(i64) -> Option<f64>, seen: &[Seen]| {
        let at = LANDMARKS_MS.map(|age_ms| {
            let (auc, precision) = measure(&scored(seen, age_ms, score), SEED);
            (auc, precision, error(age_ms))
        });
        lines.push(Line { name: name.to_owned(), at: at.to_vec() });
    };
    let of = |model: &Model| {
        let model = model.clone();
        move |it: &Seen| f64::from(total(&model, &it.features))
    };
    add(
        "cold: shipped baseline and weights",
        &of(&cold),
        &|age| Some(calibration(&cold, &[], &cold_seen, age)),
        &cold_seen,
    );
    add(
        "warm: learned baselines, shipped weights",
        &of(&warm),
        &|age| Some(calibration(&warm, &[], &warm_seen, age)),
        &warm_seen,
    );
    add(
        "warm: learned baselines and weights",
        &of(&fitted),
        &|age| Some(calibration(&fitted, &labelled, &warm_seen, age)),
        &warm_seen,
    );
    let nothing = |_: i64| None;
    add(
        "B1: idle for 30 s",
        &|it| f64::from(u8::from(rules::idle_ms(people[it.visit], it.age_ms) >= 30_000)),
        &nothing,
        &warm_seen,
    );
    let timer_ms = best_timer_ms(&trained, &labelled);
    add(
        &format!("B2: best timer ({} s)", timer_ms / 1_000),
        &|it| f64::from(u8::from(rules::idle_ms(people[it.visit], it.age_ms) >= timer_ms)),
        &nothing,
        &warm_seen,
    );
    add(
        "B3: rage clicks, as PostHog",
        &|it| rules::rage_as_posthog(people[it.visit], it.age_ms) as f64,
        &nothing,
        &warm_seen,
    );
    add(
        "B3: rage clicks, as Datadog",
        &|it| rules::rage_as_datadog(people[it.visit], it.age_ms) as f64,
        &nothing,
        &warm_seen,
    );
    add("B4: how often this page fails", &|it| f64::from(it.features[Feature::Prior as usize]), &nothing, &warm_seen);
    add("B7: chance", &|it| hash(&it.user, 7) as f64, &nothing, &warm_seen);
    lines
}

/// The one that tells best among those who were learned from.
fn best_timer_ms(people: &[&crate::visitor::Visitor], seen: &[Seen]) -> i64 {
    let of = |timer_ms: i64| -> f64 {
        let auc_at = |age_ms| {
            auc(&scored(seen, age_ms, |it| {
                f64::from(u8::from(rules::idle_ms(people[it.visit], it.age_ms) >= timer_ms))
            }))
        };
        LANDMARKS_MS.map(auc_at).iter().sum()
    };
    TIMERS_MS.into_iter().max_by(|one, other| of(*one).total_cmp(&of(*other))).unwrap_or(30_000)
}

/// What each part contributes: AUC per landmark without it.
pub fn ablate(split: &Split) -> Vec<(String, Vec<f64>)> {
    let all_visits = visits(None, &split.train);
    let mut rows = Vec::new();
    let fitted_aucs = |model: &Model, without: &[Feature]| -> Vec<f64> {
        let fitted = with_weights(model, &see(model, &split.train, &LABELLED_MS), without);
        aucs(&fitted, &see(model, &split.test, &LANDMARKS_MS))
    };
    let warm = with_baselines(&all_visits, None);
    rows.push(("everything".to_owned(), fitted_aucs(&warm, &[])));
    for (name, without) in [
        ("without the page's prior", &[Feature::Prior][..]),
        ("without stall and progress", &[Feature::Stall, Feature::FewStates, Feature::FewForActions]),
        ("without pauses", &[Feature::Idle, Feature::FirstAction, Feature::Slow]),
        ("without going back", &[Feature::Returns, Feature::Restarts]),
    ] {
        rows.push((name.to_owned(), fitted_aucs(&warm, without)));
    }
    for kappa in [0.0, 5.0, 50.0] {
        rows.push((format!("κ = {kappa} instead of 20"), fitted_aucs(&with_baselines(&all_visits, Some(kappa)), &[])));
    }
    for per_page in [0, 5, 20, 40] {
        let few = with_baselines(&first_of_each_page(&all_visits, per_page), None);
        rows.push((format!("baselines of {per_page} visits a page"), fitted_aucs(&few, &[])));
    }
    rows
}

/// In an order that says nothing about them.
fn first_of_each_page(visits: &[LearnedVisit], per_page: usize) -> Vec<LearnedVisit> {
    let mut sorted: Vec<&LearnedVisit> = visits.iter().collect();
    sorted.sort_by_key(|it| (it.page.as_str(), hash(&it.user, 5)));
    let pages = sorted.chunk_by(|one, other| one.page == other.page);
    pages.flat_map(|it| it.iter().take(per_page)).map(|it| (*it).clone()).collect()
}

fn aucs(model: &Model, seen: &[Seen]) -> Vec<f64> {
    LANDMARKS_MS.map(|age| auc(&scored(seen, age, |it| f64::from(total(model, &it.features))))).to_vec()
}

/// Prompts a session within the budget, and how many of those asked were stuck.
pub fn policy(split: &Split) -> String {
    let warm = with_baselines(&visits(None, &split.train), None);
    let fitted = with_weights(&warm, &see(&warm, &split.train, &LABELLED_MS), &[]);
    let ready = with_thresholds(&fitted, &split.train);
    // Per session: whether each visit was stuck, and reached the threshold.
    let is_reached =
        |it: &play::Played| it.visit.as_ref().and_then(|it| it.top_score).is_some_and(|score| score >= ready.ask_at);
    let of_sessions: Vec<Vec<(bool, bool)>> = split
        .test
        .iter()
        .map(|session| {
            let played = play::play(Some(&ready), session, &[]);
            session.iter().zip(&played).map(|(visitor, played)| (visitor.is_stuck, is_reached(played))).collect()
        })
        .collect();
    let sessions = of_sessions.iter().filter(|it| it.iter().any(|it| it.1)).count();
    let visits: Vec<&(bool, bool)> = of_sessions.iter().flatten().collect();
    let reached = visits.iter().filter(|it| it.1).count();
    let stuck = visits.iter().filter(|it| it.0 && it.1).count();
    let base = visits.iter().filter(|it| it.0).count() as f64 / visits.len().max(1) as f64;
    format!(
        "With a budget of 3 % of sessions the threshold is reached in {sessions} of {} sessions of other people, on {reached} of {} visits; of those {} are stuck, of all {}.\n",
        of_sessions.len(),
        visits.len(),
        short(stuck as f64 / reached.max(1) as f64),
        short(base)
    )
}

/// Fires an hour of work in which nobody is stuck, before anything was learned.
pub fn mouse_work() -> (f64, f64, usize) {
    let sessions = mouse::sessions(MOUSE_SESSIONS, SEED);
    let hours = sessions.iter().map(|it| it.end_ms).sum::<i64>() as f64 / 3_600_000.0;
    let (mut asked, mut hinted) = (0, 0);
    for it in &sessions {
        for played in play::play(Some(&shipped()), std::slice::from_ref(it), &[]) {
            asked += played.asked;
            hinted += played.hinted;
        }
    }
    (asked as f64 / hours, hinted as f64 / hours, hours as usize)
}

/// Pages that were never seen, known only by what was learned elsewhere, and pages that were.
pub fn transfer(sessions: &[Session]) -> Vec<(String, Vec<f64>)> {
    let split = split_by_user(sessions, 1);
    let is_new = |page: &str| hash(page, 6).is_multiple_of(2);
    let only = |sessions: &[Session], wanted: bool| -> Vec<Session> {
        let keep = |it: &Session| it.iter().filter(|it| is_new(&it.page) == wanted).cloned().collect();
        sessions.iter().map(keep).filter(|it: &Session| !it.is_empty()).collect()
    };
    let (known, test) = (only(&split.train, false), only(&split.test, true));
    let elsewhere = with_baselines(&visits(None, &known), None);
    let fitted = with_weights(&elsewhere, &see(&elsewhere, &known, &LABELLED_MS), &[]);
    let everywhere = with_baselines(&visits(None, &split.train), None);
    let with_pages = Model { baselines: everywhere.baselines.clone(), ..fitted.clone() };
    let unseen = see(&fitted, &test, &LANDMARKS_MS);
    let people: Vec<&crate::visitor::Visitor> = test.iter().flatten().collect();
    let raw = |it: &Seen| {
        let visitor = people[it.visit];
        it.age_ms as f64 / (1.0 + visitor.presses_ms(it.age_ms).len() as f64)
    };
    vec![
        ("raw: seconds an action".to_owned(), LANDMARKS_MS.map(|age| auc(&scored(&unseen, age, raw))).to_vec()),
        ("cold: nothing learned".to_owned(), aucs(&shipped(), &see(&shipped(), &test, &LANDMARKS_MS))),
        ("learned on other pages".to_owned(), aucs(&fitted, &unseen)),
        (
            "and these pages' baselines and priors".to_owned(),
            aucs(&with_pages, &see(&with_pages, &test, &LANDMARKS_MS)),
        ),
    ]
}

/// Everything, for `docs/reference/hesitation.md`.
pub fn report(recorded: Option<&[Session]>) -> String {
    let mut text = String::new();
    let exam = exam::sessions(EXAM_PEOPLE, SEED);
    if let Some(recorded) = recorded {
        let split = split_by_user(recorded, 1);
        text.push_str(&format!("### A recorded log: {} people, one interactive task\n\n", recorded.len()));
        text.push_str(&lines_table(&compare(&split)));
        text.push_str(&format!("\n{}", policy(&split)));
        text.push_str("\nHeld-out countries: learned in half of the countries, tested in the others.\n\n");
        text.push_str(&lines_table(&compare(&split_by_group(recorded))[..3]));
        text.push_str("\nWhat each part contributes (AUC, baselines and weights learned anew):\n\n");
        text.push_str(&auc_table(&ablate(&split)));
        text.push('\n');
    }
    text.push_str(&format!(
        "### Made-up people on forty pages, easy and hard, short and long: {} sessions\n\n",
        exam.len()
    ));
    let split = split_by_user(&exam, 1);
    text.push_str(&lines_table(&compare(&split)));
    text.push_str(&format!("\n{}", policy(&split)));
    text.push_str("\nWhat each part contributes (AUC):\n\n");
    text.push_str(&auc_table(&ablate(&split)));
    text.push_str("\nPages that nothing was learned on (AUC):\n\n");
    text.push_str(&auc_table(&transfer(&exam)));
    let (asked, hinted, hours) = mouse_work();
    text.push_str(&format!(
        "\n### Ordinary mouse work\n\nOver {hours} made-up hours of moving, clicking, scrolling and idling, without progress and before anything was learned: {asked:.2} questions and {hinted:.2} hints an hour.\n"
    ));
    text
}

fn lines_table(lines: &[Line]) -> String {
    let mut rows =
        vec![cells(&["", "60 s: AUC", "P@5 %", "ECE", "90 s: AUC", "P@5 %", "ECE", "120 s: AUC", "P@5 %", "ECE"])];
    for line in lines {
        let mut row = vec![line.name.clone()];
        for (auc, precision, error) in &line.at {
            row.extend([with_interval(*auc), with_interval(*precision), error.map_or("–".to_owned(), short)]);
        }
        rows.push(row);
    }
    table(&rows)
}

fn auc_table(lines: &[(String, Vec<f64>)]) -> String {
    let mut rows = vec![cells(&["", "60 s", "90 s", "120 s"])];
    for (name, aucs) in lines {
        rows.push(std::iter::once(name.clone()).chain(aucs.iter().map(|it| short(*it))).collect());
    }
    table(&rows)
}
