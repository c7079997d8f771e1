//! Made-up people on many pages of very different difficulty: an exam, or a product with easy and hard corners.
//!
//! Fixed processes, not fitted to anything: every page has a difficulty, a length and a pace of its own, every person a
//! skill and a pace. Whoever is stuck on a page steps less often, pauses longer and repeats what they did; and the harder
//! a page, the more are. A page that is merely long looks just like that to a rule with one constant for all.

use crate::random::Random;
use crate::study::Session;
use crate::visitor::{Deed, START, Visitor, hash};

const PAGES: usize = 40;
const PAGES_OF_ONE: usize = 8;
/// Nobody stays longer on one page.
const LONGEST_MS: f64 = 600_000.0;

struct Page {
    name: String,
    difficulty: f64,
    /// Steps to the end.
    length: usize,
    /// Milliseconds between two actions.
    pace_ms: f64,
    /// Actions a step.
    actions: f64,
}

/// So many people, each on some of the pages.
pub fn sessions(people: usize, seed: u64) -> Vec<Session> {
    let mut random = Random(seed);
    let pages: Vec<Page> = (0..PAGES)
        .map(|nth| Page {
            name: format!("/part-{}/task-{}", nth % 4, letters(nth)),
            difficulty: -1.5 + 1.5 * random.normal() + if nth % 4 == 3 { 1.0 } else { 0.0 },
            length: 3 + random.below(10),
            pace_ms: 2_000.0 * (0.8 * random.normal()).exp(),
            actions: 1.0 + 3.0 * random.share(),
        })
        .collect();
    (0..people).map(|nth| person(nth, &pages, &mut random)).collect()
}

/// Names without digits, so that none is taken for an id.
fn letters(nth: usize) -> String {
    [nth / 10, nth % 10].iter().map(|it| char::from(b'a' + *it as u8)).collect()
}

fn person(nth: usize, pages: &[Page], random: &mut Random) -> Session {
    let (skill, pace) = (random.normal(), (0.4 * random.normal()).exp());
    let mut order: Vec<usize> = (0..pages.len()).collect();
    let mut session = Vec::new();
    for place in 0..PAGES_OF_ONE {
        let other = place + random.below(order.len() - place);
        order.swap(place, other);
        let page = &pages[order[place]];
        let is_stuck = random.is(1.0 / (1.0 + (skill - page.difficulty).exp()));
        session.push(visit(nth, page, pace, is_stuck, random));
    }
    session
}

fn visit(nth: usize, page: &Page, pace: f64, is_stuck: bool, random: &mut Random) -> Visitor {
    let mut deeds = Vec::new();
    let mut now_ms = random.log_logistic(3.0 * page.pace_ms * pace, 2.0);
    // Those who get stuck do so somewhere, not at once.
    let stuck_at = if is_stuck { random.below(page.length) } else { usize::MAX };
    let patience_ms = random.log_logistic(90_000.0, 2.0);
    let (mut step, mut stuck_since) = (0, None);
    while step < page.length && now_ms < LONGEST_MS {
        let is_lost = step >= stuck_at;
        if is_lost && now_ms - *stuck_since.get_or_insert(now_ms) > patience_ms {
            break;
        }
        let chance = if is_lost { 0.15 } else { 1.0 } / page.actions;
        let target = random.below(6) as u32;
        if random.is(chance) {
            step += 1;
            let state = hash(&format!("{} {step}", page.name), 4) as u32;
            deeds.push((now_ms as i64, Deed::Reached { target, state }));
        } else if random.is(if is_lost { 0.3 } else { 0.1 }) && step > 0 {
            let back = random.below(step + 1);
            let state = if back == 0 { START } else { hash(&format!("{} {back}", page.name), 4) as u32 };
            deeds.push((now_ms as i64, Deed::Reached { target, state }));
        } else {
            deeds.push((now_ms as i64, Deed::Clicked { target }));
        }
        let slower = if is_lost { 2.0 } else { 1.0 };
        now_ms += random.log_logistic(page.pace_ms * pace * slower, if is_lost { 1.3 } else { 1.8 }).max(100.0);
    }
    let end_ms = (now_ms.min(LONGEST_MS) as i64).max(deeds.last().map_or(0, |it| it.0)) + 1;
    Visitor { user: format!("person-{nth}"), group: String::new(), page: page.name.clone(), deeds, end_ms, is_stuck }
}
