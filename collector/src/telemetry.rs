//! Counters and logs, their names in one place. No label ever holds a user, an event name or a URL.

use domain::{Outcome, RejectCode};
use metrics::Counter;
use std::sync::OnceLock;

/// Messages by how they ended; `received` is their sum.
const OUTCOMES: &str = "milepost_messages_total";
const RECEIVED: &str = "milepost_messages_received_total";

/// The counters of messages: looking one up costs more than adding to it.
static COUNTERS: OnceLock<Counters> = OnceLock::new();

struct Counters {
    received: Counter,
    accepted: Counter,
    duplicate: Counter,
    shed: Counter,
    /// In the order of [`RejectCode::ALL`].
    rejected: Vec<Counter>,
}

/// How many messages ended in which way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub accepted: u64,
    pub duplicate: u64,
    pub shed: u64,
    /// In the order of [`RejectCode::ALL`].
    rejected: [u64; RejectCode::ALL.len()],
}

impl Tally {
    pub fn add(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Accepted => self.accepted += 1,
            Outcome::Duplicate => self.duplicate += 1,
            Outcome::Shed => self.shed += 1,
            Outcome::Rejected(code) => self.rejected[code as usize] += 1,
        }
    }

    pub fn rejected(&self) -> u64 {
        self.rejected.iter().sum()
    }

    pub fn received(&self) -> u64 {
        self.accepted + self.duplicate + self.shed + self.rejected()
    }
}

/// Describes the counters and makes them visible at zero.
pub(crate) fn describe() {
    metrics::describe_counter!(RECEIVED, "Messages read from request bodies.");
    metrics::describe_counter!(OUTCOMES, "Messages by outcome; the outcomes add up to the messages received.");
    let counters = COUNTERS.get_or_init(|| Counters {
        received: metrics::counter!(RECEIVED),
        accepted: counter(Outcome::Accepted),
        duplicate: counter(Outcome::Duplicate),
        shed: counter(Outcome::Shed),
        rejected: RejectCode::ALL.iter().map(|it| counter(Outcome::Rejected(*it))).collect(),
    });
    counters.add(&Tally::default());
}

/// Counts the messages of one request. Before [`describe`] nobody counts.
pub(crate) fn count(tally: &Tally) {
    if let Some(counters) = COUNTERS.get() {
        counters.add(tally);
    }
}

impl Counters {
    fn add(&self, tally: &Tally) {
        self.received.increment(tally.received());
        self.accepted.increment(tally.accepted);
        self.duplicate.increment(tally.duplicate);
        self.shed.increment(tally.shed);
        for (counter, times) in self.rejected.iter().zip(tally.rejected) {
            counter.increment(times);
        }
    }
}

fn counter(outcome: Outcome) -> Counter {
    let code = match outcome {
        Outcome::Rejected(code) => code.as_str(),
        _ => "",
    };
    metrics::counter!(OUTCOMES, "outcome" => outcome.as_str(), "code" => code)
}
