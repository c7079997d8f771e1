//! Files whose bytes are not as they were written.

use crate::support::{Place, Ran};
use std::io::Write;

/// Bytes flipped, one at a time.
const FLIPS: u64 = 50;

/// Says where the bytes are.
const SEED: &str = "flips";

#[test]
fn a_damaged_file_is_refused_by_name_with_what_to_do() {
    for file in ["events.sqlite", "desk.sqlite"] {
        let place = filled();
        let path = place.data.join(file);
        std::fs::write(&path, vec![0x55; 40_000]).expect("written");
        let refused = place.run(&["import", "lines.jsonl"]);
        assert_eq!(refused.code, Some(74), "{}", refused.stderr);
        for word in [file, "is damaged", "milepost check-data", "milepost restore"] {
            assert!(refused.stderr.contains(word), "{word}: {}", refused.stderr);
        }
    }
}

#[test]
fn a_flipped_byte_never_makes_the_program_panic() {
    let place = filled();
    let golden = place.done(&["funnel", "onboarding", "--json"]);
    let original = std::fs::read(place.data.join("events.sqlite")).expect("the log");
    let (mut same, mut refused, mut failed, mut unnoticed) = (0, 0, 0, 0);
    for nth in 0..FLIPS {
        let mut bytes = original.clone();
        let at = (domain::hash(SEED, nth) % bytes.len() as u64) as usize;
        bytes[at] ^= 1 << (nth % 8);
        let mut file = std::fs::File::create(place.data.join("events.sqlite")).expect("a file");
        file.write_all(&bytes).expect("written");
        drop(file);
        for rest in ["events.sqlite-wal", "events.sqlite-shm"] {
            drop(std::fs::remove_file(place.data.join(rest)));
        }
        let asked = place.run(&["funnel", "onboarding", "--json"]);
        let checked = place.run(&["check-data"]);
        let written = place.run(&["import", "more.jsonl"]);
        for ran in [&asked, &checked, &written] {
            no_panic(ran, nth, at);
        }
        match asked.code {
            Some(0) if asked.stdout == golden => same += 1,
            Some(0) if checked.code == Some(74) => refused += 1,
            Some(0) => unnoticed += 1,
            Some(65 | 74) => refused += 1,
            _ => failed += 1,
        }
    }
    println!(
        "{FLIPS} flipped bytes (seed {SEED}): {same} change no number, {refused} are refused or found by check-data, \
         {unnoticed} change content that no check covers, {failed} fail otherwise"
    );
    assert_eq!(failed, 0, "an answer is right, or refused with 65 or 74");
}

#[track_caller]
fn no_panic(ran: &Ran, nth: u64, at: usize) {
    assert!(!ran.stderr.contains("panicked"), "flip {nth} of {SEED}, at byte {at}: {}", ran.stderr);
    assert!(ran.code.is_some(), "flip {nth} of {SEED}, at byte {at}: ended by a signal");
}

fn filled() -> Place {
    let place = Place::new();
    let line = |nth: u32, event: &str| {
        format!(
            "{{\"type\":\"track\",\"messageId\":\"{event}-{nth}\",\"userId\":\"u-{nth}\",\"event\":\"{event}\",\
             \"timestamp\":\"2026-01-01T10:{:02}:00Z\",\"properties\":{{\"padding\":\"{}\"}}}}\n",
            nth % 60,
            "x".repeat(200)
        )
    };
    let lines: String = (0..400).map(|it| line(it, "Signed Up") + &line(it, "Invoice Sent")).collect();
    place.write("lines.jsonl", &lines);
    place.write("more.jsonl", &line(1_000, "Signed Up"));
    place.done(&["import", "lines.jsonl"]);
    place
}
