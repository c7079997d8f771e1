//! How quickly a running collector answers what its dashboard asks, at three sizes side by side.
//! Prints one table, to be kept in `docs/reference/performance.md` with the machine named.

use crate::Failure;
use crate::places;
use crate::run::{cargo, from_root, run};
use crate::service::Service;
use std::io::{BufWriter, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

/// Messages of the three sizes.
const SIZES: [u64; 3] = [100_000, 1_000_000, 10_000_000];

/// One user for every ten messages.
const MESSAGES_PER_USER: u64 = 10;
const MEMBERS_PER_ACCOUNT: u64 = 10;
const EVENTS: u64 = 25;
const PLANS: [&str; 3] = ["free", "pro", "team"];

/// 28 May to 16 August 2026.
const START_S: u64 = 1_780_000_000;
const DAYS: u64 = 80;

/// Every question is asked this often, each time about something else.
const ROUNDS: u64 = 50;

const DEFINITIONS: &str = "demo-site/milepost.toml";

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

/// A trait, a milestone and an event.
const SEGMENT: &str =
    "plan%20%3D%20pro%20and%20not%20(reached%20onboarding/first-invoice-sent%20or%20did%20%22Colleague%20Invited%22)";

/// Every other time thirty days of it, else all.
fn range(round: u64) -> String {
    if round.is_multiple_of(2) {
        return String::new();
    }
    let day = 1 + round % 28;
    format!("&since=2026-06-{day:02}&until=2026-07-{day:02}")
}

/// Sizes may be named: `cargo xtask bench queries 100000 1000000`. With `--keep` the stores stay for the next run, which
/// then need not import.
pub(super) fn bench(arguments: &[String]) -> Result<(), Failure> {
    let is_kept = arguments.iter().any(|it| it == "--keep");
    let sizes: Vec<String> = arguments.iter().filter(|it| *it != "--keep").cloned().collect();
    let sizes: Vec<u64> = match sizes.as_slice() {
        [] => SIZES.to_vec(),
        named => {
            let parse = |it: &String| it.parse().map_err(|_| format!("`{it}` is no number of messages"));
            named.iter().map(parse).collect::<Result<_, _>>()?
        }
    };
    run(cargo().args(["build", "--release", "--package", "milepost"]))?;
    let folder = places::target().join("bench-queries");
    if !is_kept {
        // Of an earlier run; missing is as good as removed.
        let _ = std::fs::remove_dir_all(&folder);
    }
    std::fs::create_dir_all(&folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    let mut tables = Vec::new();
    for messages in sizes {
        let data = folder.join(messages.to_string());
        tables.push(measure(messages, &data)?);
        if !is_kept {
            // Ten million messages take 6 GB.
            std::fs::remove_dir_all(&data).map_err(|error| format!("cannot remove {}: {error}", data.display()))?;
        }
    }
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

fn measure(messages: u64, data: &Path) -> Result<Measured, Failure> {
    let shown = data.to_str().ok_or("the target folder's path is not UTF-8")?;
    let users = messages / MESSAGES_PER_USER;
    let started = Instant::now();
    let done = data.join("imported");
    let is_there = done.exists();
    if !is_there {
        import(messages, shown)?;
        crate::files::write(&done, b"")?;
    }
    let import = (!is_there).then(|| started.elapsed());
    let sealed = from_root(places::target().join("release/milepost"))
        .args(["seal", "--anew", "--json", "--data", shown, "--config", DEFINITIONS])
        .output()
        .map_err(|error| format!("cannot seal: {error}"))?;
    let sealed = String::from_utf8_lossy(&sealed.stdout).into_owned();
    let number = |key: &str| number_after(&sealed, &format!("\"{key}\":"));
    let (took_ms, bytes) = (number("took_ms"), number("bytes"));
    let (Some(took_ms), Some(segment_bytes)) = (took_ms, bytes) else {
        return Err(format!("`milepost seal` answered {sealed:?}"));
    };
    // One start for each question, so that each is asked of a process that knows nothing yet.
    let mut answers = Vec::new();
    let (mut ready, mut idle_kib, mut peak_kib) = (Duration::ZERO, 0, 0);
    for (number, (_, question)) in QUESTIONS.iter().enumerate() {
        let port = free_port()?;
        let started = Instant::now();
        let mut server = serve(shown, port)?;
        server.wait_until_ready(port, "/readyz", || false)?;
        ready = started.elapsed();
        let token = std::fs::read_to_string(data.join("api-token")).map_err(|error| format!("no token: {error}"))?;
        idle_kib = memory_kib(server.id(), "VmRSS:");
        let first = ask(port, token.trim(), &question(0, users))?;
        let mut times = Vec::new();
        for round in 1..=ROUNDS {
            times.push(ask(port, token.trim(), &question(round, users))?);
        }
        times.sort();
        let at = |share: usize| times[(times.len() * share).div_ceil(100) - 1];
        answers.push((first, at(50), at(95)));
        if number + 1 == QUESTIONS.len() {
            // All questions in one process, as a dashboard would have it.
            for (_, question) in QUESTIONS {
                ask(port, token.trim(), &question(3, users))?;
            }
        }
        peak_kib = peak_kib.max(memory_kib(server.id(), "VmHWM:"));
    }
    let seal = Duration::from_millis(took_ms);
    Ok(Measured { messages, import, seal, segment_bytes, ready, answers, idle_kib, peak_kib })
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

fn serve(data: &str, port: u16) -> Result<Service, Failure> {
    let listen = format!("{}:{port}", Ipv4Addr::LOCALHOST);
    let mut command = from_root(places::target().join("release/milepost"));
    command.args(["serve", "--data", data, "--config", DEFINITIONS, "--listen", &listen]).env("MILEPOST_LOG", "error");
    Service::start("collector", &mut command)
}

fn free_port() -> Result<u16, Failure> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(|error| format!("no free port: {error}"))?;
    Ok(listener.local_addr().map_err(|error| format!("no free port: {error}"))?.port())
}

/// Asks over a connection of its own, and says how long the whole answer took.
fn ask(port: u16, token: &str, path: &str) -> Result<Duration, Failure> {
    let failed = |error: std::io::Error| format!("cannot ask {path}: {error}");
    let started = Instant::now();
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).map_err(failed)?;
    let request =
        format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).map_err(failed)?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).map_err(failed)?;
    if !answer.starts_with("HTTP/1.1 200") {
        return Err(format!("{path} was answered {}", answer.lines().next().unwrap_or("with nothing")));
    }
    Ok(started.elapsed())
}

/// A line of `/proc/{process}/status`; 0 where there is none.
fn memory_kib(process: u32, key: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|it| it.strip_prefix(key));
    line.and_then(|it| it.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

fn number_after(text: &str, key: &str) -> Option<u64> {
    let rest = text.split_once(key)?.1;
    rest.split(|it: char| !it.is_ascii_digit()).next()?.parse().ok()
}

/// Writes history into `milepost import` as it is made up.
fn import(messages: u64, data: &str) -> Result<(), Failure> {
    let mut child = from_root(places::target().join("release/milepost"))
        .args(["import", "-", "--data", data, "--config", DEFINITIONS])
        .stdin(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cannot import: {error}"))?;
    let stdin = child.stdin.take().ok_or("the import takes nothing in")?;
    let mut out = BufWriter::new(stdin);
    let mut random = SplitMix(1);
    for number in 0..messages {
        out.write_all(message(number, messages, &mut random).as_bytes())
            .map_err(|error| format!("the import stopped: {error}"))?;
    }
    drop(out.into_inner());
    let status = child.wait().map_err(|error| format!("cannot import: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("the import failed ({status})")) }
}

/// One message of a product that grows: every tenth is somebody new who signs up in their browser, the next one says
/// which plan they are on, and every other one is something that somebody does who came before.
fn message(number: u64, messages: u64, random: &mut SplitMix) -> String {
    const MILESTONES: [&str; 5] =
        ["Company Created", "Customer Added", "Invoice Sent", "Colleague Invited", "Invoice Paid"];
    let at_ms = (START_S + number * DAYS * 86_400 / messages) * 1_000 + random.below(1_000);
    let newest = number / MESSAGES_PER_USER;
    // UUIDv7 of that time, as the SDK mints them.
    let id = format!("{:08x}-{:04x}-7000-8000-{number:012x}", at_ms >> 16, at_ms & 0xffff);
    let total = random.below(500);
    let path = format!("/app/invoices/{total}");
    let common = format!(
        r#""messageId":"{id}","timestamp":"{}","context":{{"library":{{"name":"milepost","version":"0.1.0"}},"page":{{"path":"{path}","url":"https://app.example.com{path}"}}}}"#,
        iso(at_ms)
    );
    match number % MESSAGES_PER_USER {
        0 => {
            format!(
                r#"{{"type":"track","event":"Signed Up","userId":"user-{newest}","anonymousId":"browser-{newest}",{common}}}"#
            ) + "\n"
        }
        1 => {
            let plan = PLANS[random.below(3) as usize];
            format!(
                r#"{{"type":"identify","userId":"user-{newest}","traits":{{"plan":"{plan}","email":"user-{newest}@example.com","name":"Person {newest}"}},{common}}}"#
            ) + "\n"
        }
        2 => {
            let account = newest / MEMBERS_PER_ACCOUNT;
            format!(
                r#"{{"type":"group","userId":"user-{newest}","groupId":"account-{account}","traits":{{"size":{total}}},{common}}}"#
            ) + "\n"
        }
        kind => {
            let user = random.below(newest + 1);
            let event = random.below(EVENTS);
            let who = format!(r#""userId":"user-{user}","anonymousId":"browser-{user}""#);
            if kind == 3 {
                return format!(
                    r#"{{"type":"page","name":"Invoice",{who},"properties":{{"path":"{path}"}},{common}}}"#
                ) + "\n";
            }
            let name = MILESTONES.get(event as usize).map_or_else(|| format!("Event {event}"), |it| (*it).to_owned());
            format!(
                r#"{{"type":"track","event":"{name}",{who},"properties":{{"total":{total},"currency":"EUR"}},{common}}}"#
            ) + "\n"
        }
    }
}

/// ISO 8601 of Unix milliseconds (Howard Hinnant's `civil_from_days`).
fn iso(at_ms: u64) -> String {
    let (at_s, ms) = (at_ms / 1_000, at_ms % 1_000);
    let (days, second) = (at_s / 86_400 + 719_468, at_s % 86_400);
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{ms:03}Z")
}

/// <https://prng.di.unimi.it/splitmix64.c>
struct SplitMix(u64);

impl SplitMix {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_iso_8601() {
        assert_eq!(iso(951_827_696_007), "2000-02-29T12:34:56.007Z");
    }

    #[test]
    fn everybody_signs_up_before_they_do_anything_else() {
        let mut random = SplitMix(1);
        let first: Vec<String> = (0..2).map(|it| message(it, 100, &mut random)).collect();
        assert!(first[0].contains("Signed Up") && first[1].contains("identify"), "{first:?}");
    }
}
