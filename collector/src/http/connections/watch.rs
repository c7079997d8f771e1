//! What one connection is doing, and until when it may go on doing that.
//!
//! A pure machine: what happens and when are arguments, so is every limit. It does not know HTTP: a request is open from
//! its head to the last byte of its answer, whichever version carries it.

use crate::project::Patience;
use std::time::{Duration, Instant};

/// A client that takes its answer more slowly than this, over all, is not reading it. A phone at the edge of a 2G network
/// has twice as much.
const SLOWEST_BYTES_PER_SECOND: u64 = 4 * 1024;

/// What a connection was cut off for; the labels of a counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    Silent,
    Head,
    Idle,
    /// The answer is not being read, or too slowly.
    Unread,
}

impl Cut {
    pub(super) const ALL: [Self; 4] = [Self::Silent, Self::Head, Self::Idle, Self::Unread];

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Silent => "silent",
            Self::Head => "head",
            Self::Idle => "idle",
            Self::Unread => "unread",
        }
    }
}

/// A moment, and how much had been written by then.
#[derive(Clone, Copy, Debug)]
struct Mark {
    at: Instant,
    written: u64,
}

#[derive(Clone, Copy, Debug)]
enum Between {
    /// Nothing ever came.
    Silent(Mark),
    /// A request's head is on its way.
    Head(Mark),
    /// All requests so far were answered.
    Idle(Mark),
}

#[derive(Debug)]
pub(super) struct Watch {
    patience: Patience,
    between: Between,
    /// Open requests by number: one in HTTP/1.1, some in HTTP/2.
    open: Vec<(u64, Mark)>,
    begun: u64,
    written: u64,
    blocked_since: Option<Instant>,
    /// In HTTP/2 what is read need not belong to a request.
    is_multiplexed: bool,
}

impl Watch {
    pub(super) fn new(patience: Patience, now: Instant) -> Self {
        Self {
            patience,
            between: Between::Silent(Mark { at: now, written: 0 }),
            open: Vec::new(),
            begun: 0,
            written: 0,
            blocked_since: None,
            is_multiplexed: false,
        }
    }

    /// Bytes came.
    pub(super) fn read(&mut self, now: Instant) {
        let begins_head = !matches!(self.between, Between::Head(_)) && !self.is_multiplexed;
        if begins_head && self.open.is_empty() {
            self.between = Between::Head(self.mark(now));
        }
    }

    /// Bytes went.
    pub(super) fn wrote(&mut self, bytes: usize) {
        self.written += bytes as u64;
        self.blocked_since = None;
    }

    /// Bytes wait for the client to read.
    pub(super) fn blocked(&mut self, now: Instant) {
        self.blocked_since.get_or_insert(now);
    }

    /// A request's head is complete; the number under which it ends.
    pub(super) fn begin(&mut self, now: Instant, is_multiplexed: bool) -> u64 {
        self.is_multiplexed = is_multiplexed;
        self.begun += 1;
        self.open.push((self.begun, self.mark(now)));
        self.begun
    }

    /// Its answer was handed over.
    pub(super) fn end(&mut self, request: u64, now: Instant) {
        self.open.retain(|(number, _)| *number != request);
        self.between = Between::Idle(self.mark(now));
    }

    /// When to look again, and what the connection is cut off for if nothing happens until then.
    pub(super) fn deadline(&self) -> (Instant, Cut) {
        let patience = &self.patience;
        let own = match (self.open.first(), self.between) {
            (Some((_, mark)), _) => (self.after(*mark, patience.request + 2 * patience.stalled), Cut::Unread),
            (None, Between::Silent(mark)) => (mark.at + patience.silent, Cut::Silent),
            (None, Between::Head(mark)) => (mark.at + patience.head, Cut::Head),
            (None, Between::Idle(mark)) => (self.after(mark, patience.idle), Cut::Idle),
        };
        match self.blocked_since.map(|it| it + patience.stalled) {
            Some(stalled) if stalled < own.0 => (stalled, Cut::Unread),
            _ => own,
        }
    }

    fn mark(&self, now: Instant) -> Mark {
        Mark { at: now, written: self.written }
    }

    /// The longer for what the client has read meanwhile.
    fn after(&self, mark: Mark, patience: Duration) -> Instant {
        let read = Duration::from_secs((self.written - mark.written) / SLOWEST_BYTES_PER_SECOND);
        mark.at + patience + read
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs a script of `SECOND what` lines; each line shows what the connection would be cut off for, and when.
    fn check(script: &str, wanted: &[&str]) {
        let start = Instant::now();
        let mut watch = Watch::new(Patience::default(), start);
        let mut shown = Vec::new();
        for line in script.lines().map(str::trim).filter(|it| !it.is_empty()) {
            let (second, what) = line.split_once(' ').expect("a second and what happens");
            let now = start + Duration::from_secs(second.parse().expect("a second"));
            match what.split_once(' ').unwrap_or((what, "")) {
                ("opens", _) => {}
                ("read", _) => watch.read(now),
                ("blocked", _) => watch.blocked(now),
                ("wrote", bytes) => watch.wrote(bytes.parse().expect("bytes")),
                ("begin", version) => drop(watch.begin(now, version == "h2")),
                ("end", number) => watch.end(number.parse().expect("a number"), now),
                (other, _) => panic!("unknown: {other}"),
            }
            let (deadline, cut) = watch.deadline();
            shown.push(format!("{} {}", (deadline - start).as_secs(), cut.as_str()));
        }
        assert_eq!(shown, wanted);
    }

    #[test]
    fn a_head_has_its_time_from_its_first_byte_however_it_drips() {
        check("0 opens\n 3 read\n 4 read\n 7 read", &["20 silent", "8 head", "8 head", "8 head"]);
    }

    #[test]
    fn between_requests_a_connection_may_rest() {
        check(
            "1 read\n 1 begin\n 1 wrote 100\n 2 end 1\n 60 read\n 61 begin",
            &["6 head", "46 unread", "46 unread", "77 idle", "65 head", "106 unread"],
        );
    }

    #[test]
    fn an_answer_that_is_not_read_ends_the_connection_and_one_that_is_read_slowly_does_not() {
        check("0 read\n 0 begin\n 1 blocked\n 9 blocked", &["5 head", "45 unread", "16 unread", "16 unread"]);
        check(
            "0 read\n 0 begin\n 1 blocked\n 12 wrote 40960\n 12 blocked\n 20 wrote 409600\n 20 blocked",
            &["5 head", "45 unread", "16 unread", "55 unread", "27 unread", "155 unread", "35 unread"],
        );
        // A few bytes now and then are not enough.
        check(
            "0 read\n 0 begin\n 14 blocked\n 28 wrote 10\n 28 blocked\n 42 wrote 10\n 42 blocked",
            &["5 head", "45 unread", "29 unread", "45 unread", "43 unread", "45 unread", "45 unread"],
        );
    }

    #[test]
    fn what_was_handed_over_but_not_read_is_still_on_its_way() {
        check(
            "0 read\n 0 begin\n 1 end 1\n 2 blocked\n 10 wrote 32768\n 10 end 1",
            &["5 head", "45 unread", "76 idle", "17 unread", "84 idle", "85 idle"],
        );
    }

    #[test]
    fn the_oldest_of_many_open_requests_counts() {
        check(
            "0 read\n 0 begin h2\n 5 begin h2\n 6 end 1\n 7 read\n 8 end 2\n 9 read",
            &["5 head", "45 unread", "45 unread", "50 unread", "50 unread", "83 idle", "83 idle"],
        );
    }
}
