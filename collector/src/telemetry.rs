//! Counters and logs, their names in one place. No label ever holds a user, an event name or a URL.

use domain::{Outcome, RejectCode};
use metrics::Counter;
use std::sync::OnceLock;

/// Messages by how they ended; `received` is their sum.
const OUTCOMES: &str = "milepost_messages_total";
const RECEIVED: &str = "milepost_messages_received_total";

/// Times the files of the data folder failed and were opened again.
const STORAGE_FAULTS: &str = "milepost_storage_faults_total";
/// Messages that were kept long enough.
const EXPIRED: &str = "milepost_messages_expired_total";
const DISK_AVAILABLE: &str = "milepost_disk_available_bytes";
const DISK_RESERVE: &str = "milepost_disk_reserve_bytes";
/// Requests whose key or network asked too often. Their messages are not read, so not received: the sender has them.
const LIMITED: &str = "milepost_requests_limited_total";
/// Requests turned away because there was no room; their messages are not read either.
const SHED_REQUESTS: &str = "milepost_requests_shed_total";
const LATE_REQUESTS: &str = "milepost_requests_late_total";
const AT_WORK: &str = "milepost_requests_at_work";
const CONNECTIONS: &str = "milepost_connections";
const SENT_AWAY: &str = "milepost_connections_refused_total";
const CUT: &str = "milepost_connections_cut_total";
const ACCEPT_ERRORS: &str = "milepost_accept_errors_total";
const PANICS: &str = "milepost_panics_total";
const LEASES: &str = "milepost_leases_total";
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
    metrics::describe_counter!(STORAGE_FAULTS, "Times files of the data folder failed and were opened again.");
    metrics::counter!(STORAGE_FAULTS).increment(0);
    metrics::describe_counter!(EXPIRED, "Messages deleted because they were kept long enough.");
    metrics::counter!(EXPIRED).increment(0);
    metrics::describe_gauge!(DISK_AVAILABLE, "Bytes free on the disk of the data folder.");
    metrics::describe_gauge!(DISK_RESERVE, "Bytes below which messages are shed.");
    describe_doors();
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

fn describe_doors() {
    metrics::describe_counter!(LIMITED, "Requests answered 429, by whose allowance was used up; not read.");
    metrics::describe_counter!(
        SHED_REQUESTS,
        "Requests answered 503 because there was no room, by what was full; not read."
    );
    metrics::describe_counter!(LATE_REQUESTS, "Requests answered 408: they came, or were answered, too slowly.");
    metrics::describe_gauge!(AT_WORK, "Requests that are worked on now.");
    metrics::describe_gauge!(CONNECTIONS, "Connections that are open now.");
    metrics::describe_counter!(SENT_AWAY, "Connections refused because there was no place, in all or for the address.");
    metrics::describe_counter!(CUT, "Connections ended for taking too long, by what took long.");
    metrics::describe_counter!(ACCEPT_ERRORS, "Connections the system could not hand over.");
    metrics::describe_counter!(PANICS, "Requests that ended in a panic: defects of ours.");
    metrics::describe_counter!(LEASES, "Answers to pages that wanted to prompt.");
    for by in ["key", "network"] {
        metrics::counter!(LIMITED, "by" => by).increment(0);
    }
    for full in ["busy", "memory"] {
        metrics::counter!(SHED_REQUESTS, "full" => full).increment(0);
    }
    for answer in ["granted", "denied"] {
        metrics::counter!(LEASES, "answer" => answer).increment(0);
    }
    for counter in [LATE_REQUESTS, ACCEPT_ERRORS, PANICS] {
        metrics::counter!(counter).increment(0);
    }
    set_gauges(0, 0);
}

pub(crate) fn set_gauges(connections: u32, at_work: u32) {
    metrics::gauge!(CONNECTIONS).set(connections);
    metrics::gauge!(AT_WORK).set(at_work);
}

pub(crate) fn describe_cut(why: &'static str) {
    metrics::counter!(CUT, "why" => why).increment(0);
}

pub(crate) fn describe_sent_away(full: &'static str) {
    metrics::counter!(SENT_AWAY, "full" => full).increment(0);
}

pub(crate) fn count_cut(why: &'static str) {
    metrics::counter!(CUT, "why" => why).increment(1);
}

pub(crate) fn count_sent_away(full: &'static str) {
    metrics::counter!(SENT_AWAY, "full" => full).increment(1);
}

pub(crate) fn count_accept_error() {
    metrics::counter!(ACCEPT_ERRORS).increment(1);
}

pub(crate) fn count_limited(by: &'static str) {
    metrics::counter!(LIMITED, "by" => by).increment(1);
}

pub(crate) fn count_shed_request(full: &'static str) {
    metrics::counter!(SHED_REQUESTS, "full" => full).increment(1);
}

pub(crate) fn count_late_request() {
    metrics::counter!(LATE_REQUESTS).increment(1);
}

pub(crate) fn count_panic() {
    metrics::counter!(PANICS).increment(1);
}

pub(crate) fn count_lease(is_granted: bool) {
    metrics::counter!(LEASES, "answer" => if is_granted { "granted" } else { "denied" }).increment(1);
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
