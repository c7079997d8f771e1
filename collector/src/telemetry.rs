//! Counters and logs, their names in one place. No label ever holds a user, an event name or a URL.

use domain::{Outcome, RejectCode};

/// Messages by how they ended; `received` is their sum.
const OUTCOMES: &str = "milepost_messages_total";
const RECEIVED: &str = "milepost_messages_received_total";

/// Times the files of the data folder failed and were opened again.
const STORAGE_FAULTS: &str = "milepost_storage_faults_total";
/// Messages that were kept long enough.
const EXPIRED: &str = "milepost_messages_expired_total";
const DISK_AVAILABLE: &str = "milepost_disk_available_bytes";
const DISK_RESERVE: &str = "milepost_disk_reserve_bytes";

/// Describes the counters and makes them visible at zero.
pub(crate) fn describe() {
    metrics::describe_counter!(RECEIVED, "Messages read from request bodies.");
    metrics::describe_counter!(OUTCOMES, "Messages by outcome; the outcomes add up to the messages received.");
    let rejected = RejectCode::ALL.iter().map(|it| Outcome::Rejected(*it));
    for outcome in [Outcome::Accepted, Outcome::Duplicate, Outcome::Shed].into_iter().chain(rejected) {
        count(outcome, 0);
    }
    metrics::counter!(RECEIVED).increment(0);
    metrics::describe_counter!(STORAGE_FAULTS, "Times files of the data folder failed and were opened again.");
    metrics::counter!(STORAGE_FAULTS).increment(0);
    metrics::describe_counter!(EXPIRED, "Messages deleted because they were kept long enough.");
    metrics::counter!(EXPIRED).increment(0);
    metrics::describe_gauge!(DISK_AVAILABLE, "Bytes free on the disk of the data folder.");
    metrics::describe_gauge!(DISK_RESERVE, "Bytes below which messages are shed.");
}

pub(crate) fn count_storage_fault() {
    metrics::counter!(STORAGE_FAULTS).increment(1);
}

pub(crate) fn count_expired(messages: u64) {
    metrics::counter!(EXPIRED).increment(messages);
}

/// How much room there is; sizes of a disk fit a float.
pub(crate) fn disk(available_bytes: u64, reserve_bytes: u64) {
    metrics::gauge!(DISK_AVAILABLE).set(available_bytes as f64);
    metrics::gauge!(DISK_RESERVE).set(reserve_bytes as f64);
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
