//! How quickly a running collector answers what its dashboard asks, at three sizes side by side.
//! Prints one table, to be kept in `docs/reference/performance.md` with the machine named.

use super::store::{MESSAGES_PER_USER, SEGMENT, Store, middle_and_most};
use crate::Failure;
use std::time::Duration;

/// Messages of the three sizes.
const SIZES: [u64; 3] = [100_000, 1_000_000, 10_000_000];

/// Every question is asked this often, each time about something else.
const ROUNDS: u64 = 50;

/// A question: its name, and its path and query in round n of a store with so many users.
type Question = (&'static str, fn(u64, u64) -> String);

const QUESTIONS: [Question; 12] = [
    ("funnel", |round, _| format!("/v1/journeys/onboarding/funnel?window={}d{}", 1 + round % 30, range(round))),
    ("funnel by trait", |round, _| {
        format!("/v1/journeys/onboarding/funnel?by=plan&window={}d{}", 1 + round % 30, range(round))
    }),
    ("TTFV", |round, _| format!("/v1/journeys/onboarding/value-time?x={round}{}", range(round))),
    ("retention", |round, _| {
        let start = if round.is_multiple_of(2) { "" } else { "&start=Signed%20Up" };
        format!("/v1/retention?period=week&periods={}{start}", 4 + round % 8)
    }),
    ("timeline", |round, users| format!("/v1/users/user-{}/timeline?limit=50", round * 7_919 % users)),
    ("users", |round, _| format!("/v1/users?limit=50&offset={}", round * 50)),
    ("users, searched and by name", |round, _| format!("/v1/users?limit=50&sort=name&q=person%20{round}")),
    ("funnel of a segment", |round, _| {
        format!("/v1/journeys/onboarding/funnel?where={SEGMENT}&window={}d{}", 1 + round % 30, range(round))
    }),
    ("users of a segment", |round, _| format!("/v1/users?limit=50&where={SEGMENT}&offset={}", round * 50)),
    ("funnel of accounts", |round, _| {
        format!("/v1/journeys/onboarding/funnel?level=account&window={}d{}", 1 + round % 30, range(round))
    }),
    ("what people do next", |round, _| {
        format!("/v1/journeys/onboarding/next?milestone=signed-up&window={}d{}", 1 + round % 30, range(round))
    }),
    ("accounts", |round, _| format!("/v1/accounts?limit=50&sort=reached-value&offset={}", round * 50)),
];

/// Every other time thirty days of it, else all.
fn range(round: u64) -> String {
    if round.is_multiple_of(2) {
        return String::new();
    }
    let day = 1 + round % 28;
    format!("&since=2026-06-{day:02}&until=2026-07-{day:02}")
}

pub(super) fn bench(arguments: &[String]) -> Result<(), Failure> {
    let mut tables = Vec::new();
    Store::each(arguments, &SIZES, |store| {
        tables.push(measure(store)?);
        Ok(())
    })?;
    print(&tables);
    Ok(())
}

struct Measured {
    messages: u64,
    /// `None` where it was kept from another run.
    import: Option<Duration>,
    seal: Duration,
    segment_bytes: u64,
    ready: Duration,
    /// For each question: the first time after a start, then p50 and p95.
    answers: Vec<(Duration, Duration, Duration)>,
    idle_kib: u64,
    peak_kib: u64,
}

fn measure(store: &Store) -> Result<Measured, Failure> {
    let users = store.users();
    let (seal, segment_bytes) = store.seal()?;
    // One start for each question, so that each is asked of a process that knows nothing yet.
    let mut answers = Vec::new();
    let (mut ready, mut idle_kib, mut peak_kib) = (Duration::ZERO, 0, 0);
    for (number, (_, question)) in QUESTIONS.iter().enumerate() {
        let collector = store.serve()?;
        ready = collector.ready;
        idle_kib = collector.memory_kib();
        let first = collector.ask(&question(0, users))?.took;
        let mut times = Vec::new();
        for round in 1..=ROUNDS {
            times.push(collector.ask(&question(round, users))?.took);
        }
        let (p50, p95) = middle_and_most(&mut times);
        answers.push((first, p50, p95));
        if number + 1 == QUESTIONS.len() {
            // All questions in one process, as a dashboard would have it.
            for (_, question) in QUESTIONS {
                collector.ask(&question(3, users))?;
            }
        }
        peak_kib = peak_kib.max(collector.peak_kib());
    }
    Ok(Measured {
        messages: store.messages,
        import: store.import,
        seal,
        segment_bytes,
        ready,
        answers,
        idle_kib,
        peak_kib,
    })
}

fn print(measured: &[Measured]) {
    let cell = |text: &dyn Fn(&Measured) -> String| measured.iter().map(text).collect::<Vec<_>>().join(" | ");
    println!("| messages | {} |", cell(&|it| it.messages.to_string()));
    println!("|---|{}", "---:|".repeat(measured.len()));
    println!("| users | {} |", cell(&|it| (it.messages / MESSAGES_PER_USER).to_string()));
    println!(
        "| import, columns included | {} |",
        cell(&|it| it.import.map_or("kept".to_owned(), |it| format!("{:.1} s", it.as_secs_f64())))
    );
    println!("| making all columns anew | {} |", cell(&|it| format!("{:.2} s", it.seal.as_secs_f64())));
    let per_message = |it: &Measured| it.seal.as_secs_f64() * 1e6 / it.messages as f64;
    println!("| the same, per message | {} |", cell(&|it| format!("{:.2} µs", per_message(it))));
    let bytes = |it: &Measured| it.segment_bytes as f64 / it.messages as f64;
    println!("| bytes of columns per message | {} |", cell(&|it| format!("{:.1}", bytes(it))));
    println!("| start to ready | {} |", cell(&|it| format!("{} ms", it.ready.as_millis())));
    println!("| memory before the first question | {} |", cell(&|it| format!("{} MB", it.idle_kib / 1_024)));
    println!("| memory at most | {} |", cell(&|it| format!("{} MB", it.peak_kib / 1_024)));
    for (number, (name, _)) in QUESTIONS.iter().enumerate() {
        let ms = |it: Duration| format!("{:.1}", it.as_secs_f64() * 1e3);
        println!(
            "| {name}: p50 / p95, ms | {} |",
            cell(&|it| format!("{} / {}", ms(it.answers[number].1), ms(it.answers[number].2)))
        );
        println!("| {name}: first after a start, ms | {} |", cell(&|it| ms(it.answers[number].0)));
    }
}
