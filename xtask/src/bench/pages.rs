//! How quickly a running collector answers its dashboard's pages that count people, and how much memory whole lists
//! take on their way out. Prints three tables, to be kept in `docs/reference/performance.md` with the machine named.

use super::store::{Answer, Collector, MEMBERS_PER_ACCOUNT, SEGMENT, Store, middle_and_most};
use crate::Failure;
use std::time::Duration;

/// Messages of the two sizes.
const SIZES: [u64; 2] = [1_000_000, 10_000_000];

/// Every page is asked this often while nothing arrives, and again with a message before each: enough for a p95.
const ROUNDS: u64 = 20;

/// A page: its name, and its path and query in round n of a store with so many users.
type Page = (&'static str, fn(u64, u64) -> String);

const ONBOARDING: &str = "/journeys/onboarding";

const PAGES: [Page; 17] = [
    ("overview, 30 days", |round, _| format!("/overview?{}", month(round))),
    ("journey", |round, _| format!("{ONBOARDING}?window={}d", 1 + round % 30)),
    ("journey, 30 days", |round, _| format!("{ONBOARDING}?window={}d&{}", 1 + round % 30, month(round))),
    ("journey by trait", |round, _| format!("{ONBOARDING}?by=plan&window={}d", 1 + round % 30)),
    ("journey of a segment", |round, _| format!("{ONBOARDING}?where={SEGMENT}&window={}d", 1 + round % 30)),
    ("journey of accounts", |round, _| format!("{ONBOARDING}?level=account&window={}d", 1 + round % 30)),
    ("people behind a bar", |round, _| {
        format!("{ONBOARDING}/people?milestone=company-created&standing=reached&page={}", 1 + round)
    }),
    ("cohorts", |round, _| format!("{ONBOARDING}/cohorts?show={}", ["value", "milestones"][(round % 2) as usize])),
    ("retention", |round, _| format!("/retention?period=week&periods={}", 4 + round % 8)),
    ("retention by day, from signing up", |round, _| {
        format!("/retention?period=day&start=Signed%20Up&periods={}", 4 + round % 8)
    }),
    ("users", |round, _| format!("/users?page={}", 1 + round)),
    ("users, searched and by name", |round, _| format!("/users?sort=name&q=person%20{round}")),
    ("users of a segment", |round, _| format!("/users?where={SEGMENT}&page={}", 1 + round)),
    ("accounts", |round, _| format!("/accounts?page={}", 1 + round)),
    ("segments, with a draft", |_, _| format!("/segments?where={SEGMENT}")),
    ("one user", |round, users| format!("/users/user-{}", round * 7_919 % users)),
    ("one account", |round, users| format!("/accounts/account-{}", round * 7_919 % (users / MEMBERS_PER_ACCOUNT))),
];

/// Whole lists as files.
const FILES: [(&str, &str); 3] = [
    ("users, CSV", "/users.csv"),
    ("users, JSON", "/users.json"),
    ("people behind a bar, CSV", "/journeys/onboarding/people.csv?milestone=signed-up&standing=reached"),
];

/// Thirty days that had messages.
fn month(round: u64) -> String {
    let day = 1 + round % 28;
    format!("since=2026-06-{day:02}&until=2026-07-{day:02}")
}

pub(super) fn bench(arguments: &[String]) -> Result<(), Failure> {
    let mut measured = Vec::new();
    Store::each(arguments, &SIZES, |store| {
        measured.push((store.messages, pages(store)?, files(store)?));
        Ok(())
    })?;
    for (messages, pages, _) in &measured {
        print_pages(*messages, pages);
    }
    println!("| file | messages | lines | MB | took | memory before | at most beyond it |");
    println!("|---|---:|---:|---:|---:|---:|---:|");
    for (messages, _, files) in &measured {
        files.iter().for_each(|it| it.print(*messages));
    }
    Ok(())
}

/// How long one page took.
struct Timed {
    first: Duration,
    /// p50 and p95.
    quiet: (Duration, Duration),
    /// The same with a new message before each.
    busy: (Duration, Duration),
}

struct Pages {
    timed: Vec<Timed>,
    peak_kib: u64,
}

fn pages(store: &Store) -> Result<Pages, Failure> {
    let mut collector = store.serve()?;
    collector.log_in()?;
    let mut timed = Vec::new();
    for (_, page) in PAGES {
        let path = |round| page(round, store.users());
        let first = collector.ask(&path(0))?.took;
        let mut quiet = Vec::new();
        for round in 1..=ROUNDS {
            quiet.push(collector.ask(&path(round))?.took);
        }
        let mut busy = Vec::new();
        for round in 1..=ROUNDS {
            collector.tell(round)?;
            busy.push(collector.ask(&path(round))?.took);
        }
        timed.push(Timed { first, quiet: middle_and_most(&mut quiet), busy: middle_and_most(&mut busy) });
    }
    Ok(Pages { timed, peak_kib: collector.peak_kib() })
}

fn print_pages(messages: u64, pages: &Pages) {
    let ms = |it: Duration| format!("{:.0}", it.as_secs_f64() * 1e3);
    let both = |(p50, p95): (Duration, Duration)| format!("{} / {}", ms(p50), ms(p95));
    println!("{messages} messages; {} MB of memory at most.\n", pages.peak_kib / 1_024);
    println!("| page | first, ms | p50 / p95, ms | after a new message: p50 / p95, ms |");
    println!("|---|---:|---:|---:|");
    for ((name, _), it) in PAGES.iter().zip(&pages.timed) {
        println!("| {name} | {} | {} | {} |", ms(it.first), both(it.quiet), both(it.busy));
    }
    println!();
}

/// One list on its way out.
struct Streamed {
    name: &'static str,
    answer: Answer,
    before_kib: u64,
    peak_kib: u64,
}

/// Each from a process of its own that has shown the list's first page: what it keeps for that is not the file's.
fn files(store: &Store) -> Result<Vec<Streamed>, Failure> {
    let mut streamed = Vec::new();
    for (name, path) in FILES {
        let mut collector: Collector = store.serve()?;
        collector.log_in()?;
        collector.ask("/users")?;
        collector.ask("/journeys/onboarding/people?milestone=signed-up&standing=reached")?;
        collector.forget_peak()?;
        let before_kib = collector.memory_kib();
        let answer = collector.ask(path)?;
        streamed.push(Streamed { name, answer, before_kib, peak_kib: collector.peak_kib() });
    }
    Ok(streamed)
}

impl Streamed {
    fn print(&self, messages: u64) {
        let Answer { took, bytes, lines } = self.answer;
        println!(
            "| {} | {messages} | {lines} | {:.0} | {:.1} s | {} MB | {} MB |",
            self.name,
            bytes as f64 / 1e6,
            took.as_secs_f64(),
            self.before_kib / 1_024,
            self.peak_kib.saturating_sub(self.before_kib) / 1_024
        );
    }
}
