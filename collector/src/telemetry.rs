//! Counters and logs, their names in one place. No label ever holds a user, an event name or a URL.

use domain::{Outcome, RejectCode};

/// Messages by how they ended; `received` is their sum.
const OUTCOMES: &str = "milepost_messages_total";
const RECEIVED: &str = "milepost_messages_received_total";

/// Describes the counters and makes them visible at zero.
pub(crate) fn describe() {
    metrics::describe_counter!(RECEIVED, "Messages read from request bodies.");
    metrics::describe_counter!(OUTCOMES, "Messages by outcome; the outcomes add up to the messages received.");
    let rejected = RejectCode::ALL.iter().map(|it| Outcome::Rejected(*it));
    for outcome in [Outcome::Accepted, Outcome::Duplicate, Outcome::Shed].into_iter().chain(rejected) {
        count(outcome, 0);
    }
    metrics::counter!(RECEIVED).increment(0);
}

/// Counts the messages of one request, each outcome once: looking a counter up costs more than adding to it.
pub(crate) fn count_outcomes(outcomes: impl Iterator<Item = Outcome>) {
    let mut tally: Vec<(Outcome, u64)> = Vec::new();
    for outcome in outcomes {
        match tally.iter_mut().find(|(it, _)| *it == outcome) {
            Some((_, times)) => *times += 1,
            None => tally.push((outcome, 1)),
        }
    }
    metrics::counter!(RECEIVED).increment(tally.iter().map(|(_, times)| times).sum());
    for (outcome, times) in tally {
        count(outcome, times);
    }
}

fn count(outcome: Outcome, times: u64) {
    let code = match outcome {
        Outcome::Rejected(code) => code.as_str(),
        _ => "",
    };
    metrics::counter!(OUTCOMES, "outcome" => outcome.as_str(), "code" => code).increment(times);
}
