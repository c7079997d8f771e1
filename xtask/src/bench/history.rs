//! How fast history comes in and funnels come out, at two sizes side by side.
//! Prints one table, to be kept in `docs/reference/performance.md` with the machine named.

use crate::Failure;
use crate::files::write;
use crate::places;
use crate::run::{cargo, from_root, output, run};
use std::path::Path;
use std::time::{Duration, Instant};

/// Messages of the two sizes; the ratio between them shows what grows faster than the data.
const SIZES: [usize; 2] = [100_000, 1_000_000];
const MESSAGES_PER_USER: usize = 20;
const EVENTS: usize = 25;
const DAYS: u64 = 80;

/// Every question is asked this often; the median counts.
const ROUNDS: usize = 5;

const DEFINITIONS: &str = "demo-site/milepost.toml";

pub(super) fn bench() -> Result<(), Failure> {
    run(cargo().args(["build", "--release", "--package", "milepost"]))?;
    let folder = places::target().join("bench/history");
    // Of an earlier run; missing is as good as removed.
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    println!("| messages | import | per message | import again (all duplicates) | funnel | funnel by trait |");
    println!("|---:|---:|---:|---:|---:|---:|");
    for messages in SIZES {
        let file = folder.join(format!("{messages}.jsonl"));
        write(&file, history(messages).as_bytes())?;
        let data = folder.join(messages.to_string());
        let import = time(&["import", shown(&file)?, "--data", shown(&data)?, "--config", DEFINITIONS])?;
        let again = time(&["import", shown(&file)?, "--data", shown(&data)?, "--config", DEFINITIONS])?;
        let funnel = ["funnel", "onboarding", "--data", shown(&data)?, "--config", DEFINITIONS];
        let plain = median(&funnel)?;
        let by = median(&[funnel.as_slice(), &["--by", "plan"]].concat())?;
        println!(
            "| {messages} | {} | {:.1} µs | {} | {} | {} |",
            seconds(import),
            import.as_secs_f64() * 1e6 / messages as f64,
            seconds(again),
            seconds(plain),
            seconds(by)
        );
    }
    Ok(())
}

fn history(messages: usize) -> String {
    let mut text = Vec::with_capacity(messages * 330);
    // Writing into memory cannot fail.
    let _ = write_history(&mut text, messages);
    String::from_utf8_lossy(&text).into_owned()
}

/// Messages of users who do one of [`EVENTS`] things at random, the milestones of the demo among them.
pub(super) fn write_history(into: &mut impl std::io::Write, messages: usize) -> std::io::Result<()> {
    const MILESTONES: [&str; 5] =
        ["Signed Up", "Company Created", "Customer Added", "Invoice Sent", "Colleague Invited"];
    let users = messages / MESSAGES_PER_USER;
    let mut random = SplitMix(1);
    for number in 0..messages {
        let user = random.below(users);
        let event = random.below(EVENTS);
        let name = MILESTONES.get(event).map_or_else(|| format!("Event {event}"), |it| (*it).to_owned());
        let at_s = 1_780_000_000 + number as u64 * DAYS * 86_400 / messages as u64;
        let total = random.below(500);
        // UUIDv7 of that time, as the SDK mints them.
        let at_ms = at_s * 1_000;
        let id = format!("{:08x}-{:04x}-7000-8000-{number:012x}", at_ms >> 16, at_ms & 0xffff);
        writeln!(
            into,
            r#"{{"type":"track","event":"{name}","userId":"user-{user}","messageId":"{id}","timestamp":"{}","properties":{{"total":{total},"currency":"EUR"}},"context":{{"library":{{"name":"milepost","version":"0.1.0"}},"page":{{"path":"/invoices/{total}","url":"https://app.example.com/invoices/{total}"}}}}}}"#,
            iso(at_s)
        )?;
    }
    Ok(())
}

/// ISO 8601 of Unix seconds (Howard Hinnant's `civil_from_days`).
pub(super) fn iso(at_s: u64) -> String {
    let (days, second) = (at_s / 86_400 + 719_468, at_s % 86_400);
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", second / 3_600, second / 60 % 60, second % 60)
}

/// <https://prng.di.unimi.it/splitmix64.c>
struct SplitMix(u64);

impl SplitMix {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % bound as u64) as usize
    }
}

fn time(arguments: &[&str]) -> Result<Duration, Failure> {
    let started = Instant::now();
    output(from_root(places::target().join("release/milepost")).args(arguments))?;
    Ok(started.elapsed())
}

fn median(arguments: &[&str]) -> Result<Duration, Failure> {
    let mut times = (0..ROUNDS).map(|_| time(arguments)).collect::<Result<Vec<_>, _>>()?;
    times.sort();
    Ok(times[ROUNDS / 2])
}

fn seconds(duration: Duration) -> String {
    format!("{:.2} s", duration.as_secs_f64())
}

fn shown(path: &Path) -> Result<&str, Failure> {
    path.to_str().ok_or_else(|| format!("{} is not UTF-8", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_iso_8601() {
        assert_eq!(iso(0), "1970-01-01T00:00:00Z");
        assert_eq!(iso(951_827_696), "2000-02-29T12:34:56Z");
        assert_eq!(iso(1_780_000_000), "2026-05-28T20:26:40Z");
    }
}
