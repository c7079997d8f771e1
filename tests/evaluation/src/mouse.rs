//! Hours of ordinary mouse work: moving, clicking in bursts, scrolling, idling. No progress is marked, and no effect of
//! a click can be seen, as in a recording of the mouse alone. Nobody is stuck: whoever is asked is asked in vain.

use crate::random::Random;
use crate::visitor::{Deed, Visitor};

const SESSION_MS: i64 = 30 * 60_000;

/// So many sessions of half an hour.
pub fn sessions(count: usize, seed: u64) -> Vec<Visitor> {
    let mut random = Random(seed);
    (0..count).map(|nth| session(nth, &mut random)).collect()
}

fn session(nth: usize, random: &mut Random) -> Visitor {
    let mut deeds = Vec::new();
    let mut now_ms = 0.0;
    let (mut x, mut y, mut scroll): (i32, i32, i32) = (500, 400, 0);
    while (now_ms as i64) < SESSION_MS {
        for _ in 0..random.below(20) {
            x = (x + (150.0 * random.normal()) as i32).clamp(0, 1_900);
            y = (y + (100.0 * random.normal()) as i32).clamp(0, 1_000);
            now_ms += 100.0;
            deeds.push((now_ms as i64, Deed::Moved { x, y }));
        }
        if random.is(0.3) {
            for _ in 0..random.below(8) {
                scroll = (scroll + (300.0 * random.normal()) as i32).max(0);
                now_ms += 150.0;
                deeds.push((now_ms as i64, Deed::Scrolled { y: scroll }));
            }
        } else {
            // Double and triple clicks, steppers, page after page.
            let clicks = if random.is(0.2) { 2 + random.below(6) } else { 1 };
            let target = random.below(30) as u32;
            for _ in 0..clicks {
                now_ms += 120.0 + 400.0 * random.share();
                deeds.push((now_ms as i64, Deed::Clicked { target }));
            }
        }
        now_ms += random.log_logistic(2_000.0, 1.2).min(240_000.0);
    }
    Visitor {
        user: format!("worker-{nth}"),
        group: String::new(),
        page: "/work".to_owned(),
        deeds,
        end_ms: now_ms as i64,
        is_stuck: false,
    }
}
