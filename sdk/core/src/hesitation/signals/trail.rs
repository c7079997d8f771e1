//! The pages of this session until now.

use crate::json::push_hex;
use domain::hash;
use std::str::Chars;

/// Visits remembered: who goes round in circles goes round in small ones.
const MOST: usize = 16;
/// Changes with the form; what carries another one is ignored.
const FORM: u32 = 1;
/// Surprises of one's own that are usual: the median's.
const USUAL_PACE: i32 = 301;
/// How far one pause moves the running median.
const PACE_STEP: i32 = 50;
const MOST_PACE: i32 = 2_000;
/// Earlier pages with progress, and at least half of all: then it is to be expected here too.
const EXPECTING_STOPS: usize = 2;

/// A visit that is over.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stop {
    /// A hash of page and context.
    pub(crate) page: u32,
    pub(crate) active_ms: i64,
    /// Nothing was done there, in less time than most take.
    pub(crate) is_quick: bool,
    pub(crate) is_progressed: bool,
}

#[derive(Debug)]
pub(crate) struct Trail {
    /// A hash.
    session: u32,
    /// The running median of how surprising this user's pauses are.
    pace: i32,
    stops: Vec<Stop>,
}

impl Default for Trail {
    fn default() -> Self {
        Self { session: 0, pace: USUAL_PACE, stops: Vec::new() }
    }
}

impl Trail {
    /// Goes on with `session`: with what is known of it here, else with what another page remembered. Returns the rest of the memory.
    pub(crate) fn recall<'a>(&mut self, session: &str, memory: &'a str) -> &'a str {
        let mut rest = memory.chars();
        let form = read_hex(&mut rest, 1);
        let (remembered, pace, stops) = (read_hex(&mut rest, 8), read_hex(&mut rest, 3), read_hex(&mut rest, 2));
        let session = hash(session, 0) as u32;
        let is_news = self.session != session;
        let is_remembered = is_news && form == FORM && remembered == session;
        if is_news {
            self.session = session;
            self.stops.clear();
            self.pace = if is_remembered { (pace as i32).min(MOST_PACE) } else { USUAL_PACE };
        }
        for _ in 0..stops {
            let (page, active_ms) = (read_hex(&mut rest, 8), i64::from(read_hex(&mut rest, 8)));
            let flags = read_hex(&mut rest, 1);
            if is_remembered {
                self.push(Stop { page, active_ms, is_quick: flags & 1 != 0, is_progressed: flags & 2 != 0 });
            }
        }
        rest.as_str()
    }

    /// With the visit that goes on, if any.
    pub(crate) fn write(&self, last: Option<Stop>) -> String {
        let mut text = String::new();
        let mut push = |number: u32, digits| push_hex(&mut text, u64::from(number), digits);
        let stops = self.stops.len() + usize::from(last.is_some());
        push(FORM, 1);
        push(self.session, 8);
        push(self.pace as u32, 3);
        push(stops as u32, 2);
        for stop in self.stops.iter().copied().chain(last) {
            push(stop.page, 8);
            push(stop.active_ms.clamp(0, i64::from(u32::MAX)) as u32, 8);
            push(u32::from(stop.is_quick) | u32::from(stop.is_progressed) << 1, 1);
        }
        text
    }

    pub(crate) fn push(&mut self, stop: Stop) {
        self.stops.push(stop);
        if self.stops.len() > MOST {
            self.stops.rotate_left(1);
            self.stops.pop();
        }
    }

    /// Visits to this page before, and their active time.
    pub(crate) fn before(&self, page: u32) -> (i64, i64) {
        let mut before = (0, 0);
        for stop in self.stops.iter().filter(|it| it.page == page) {
            before = (before.0 + 1, before.1 + stop.active_ms);
        }
        before
    }

    /// Left this page, did nothing on the next, and came straight back.
    pub(crate) fn is_quick_back(&self, page: u32) -> bool {
        let mut latest = self.stops.iter().rev();
        latest.next().is_some_and(|it| it.is_quick && it.page != page)
            && latest.next().is_some_and(|it| it.page == page)
    }

    pub(crate) fn is_progressing(&self) -> bool {
        let progressed = self.stops.iter().filter(|it| it.is_progressed).count();
        progressed >= EXPECTING_STOPS && progressed * 2 >= self.stops.len()
    }

    /// This user paused, and so much would surprise in others.
    pub(crate) fn pause(&mut self, surprise: i32) {
        self.pace = (self.pace + (surprise - self.pace).signum() * PACE_STEP).clamp(0, MOST_PACE);
    }

    /// A surprise, less what this user always surprises with.
    pub(crate) fn at_own_pace(&self, surprise: i32) -> i32 {
        let slow = (self.pace - USUAL_PACE).max(0);
        if surprise > slow { surprise - slow } else { surprise.min(0) }
    }

    #[cfg(not(target_family = "wasm"))]
    pub(crate) fn size_bytes(&self) -> usize {
        self.stops.capacity() * size_of::<Stop>()
    }
}

/// What cannot be read is as good as zero.
fn read_hex(rest: &mut Chars<'_>, digits: u32) -> u32 {
    let mut number = 0;
    for _ in 0..digits {
        number = number << 4 | rest.next().and_then(|it| it.to_digit(16)).unwrap_or_default();
    }
    number
}
