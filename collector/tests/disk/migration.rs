//! First starts and updates that are cut off, data of earlier releases, and data of later ones.

use crate::support::{Place, has_strace};
use rusqlite::Connection;
use std::process::{Command, Stdio};

/// The tables as the first release wrote them, with some content.
const FIRST_RELEASE: [(&str, &str); 2] = [
    ("events.sqlite", include_str!("../fixtures/data-0.1.0/events.sql")),
    ("desk.sqlite", include_str!("../fixtures/data-0.1.0/desk.sql")),
];

/// Writes passed over between two that are cut off.
const STEP: usize = 5;

const LINE: &str = "{\"type\":\"track\",\"messageId\":\"m-1\",\"userId\":\"u\",\"event\":\"Signed Up\",\
                    \"timestamp\":\"2026-01-01T10:00:00Z\"}\n";

#[test]
fn a_first_start_that_is_killed_at_any_write_can_be_started_again() {
    killed_at_every_write(&|place| place.write("lines.jsonl", LINE));
}

#[test]
fn an_update_that_is_killed_at_any_write_can_be_started_again() {
    killed_at_every_write(&|place| {
        first_release(place);
        place.write("lines.jsonl", LINE);
    });
}

/// Kills it at the first write of each thread, then at the second, until it survives.
fn killed_at_every_write(prepare: &dyn Fn(&Place)) {
    if !has_strace() {
        return;
    }
    for (killed, nth) in (1..).step_by(STEP).enumerate() {
        let place = Place::new();
        prepare(&place);
        let inject = format!("inject=pwrite64,fsync,fdatasync,ftruncate:signal=KILL:when={nth}");
        let ended = traced(&place, &inject, &["import", "lines.jsonl"]);
        if ended.success() {
            println!("killed at {killed} writes");
            assert!(killed > 1, "the test shows something");
            return;
        }
        place.done(&["import", "lines.jsonl"]);
        assert!(place.stored().contains("m-1"));
        place.done(&["check-data"]);
    }
}

fn traced(place: &Place, inject: &str, arguments: &[&str]) -> std::process::ExitStatus {
    let program = place.command(arguments);
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-o"]).arg("/dev/null").args([
        "-e",
        "trace=pwrite64,fsync,fdatasync,ftruncate",
        "-e",
        inject,
    ]);
    command.arg(program.get_program()).args(program.get_args());
    command.current_dir(program.get_current_dir().expect("a folder")).env("MILEPOST_DATA", &place.data);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().expect("strace runs")
}

#[test]
fn data_of_the_first_release_is_brought_up_to_date() {
    let place = Place::new();
    first_release(&place);
    let exported = place.done(&["export"]);
    assert!(exported.contains("\"Invoice Sent\""), "{exported}");
    place.write("lines.jsonl", LINE);
    let counted = place.done(&["import", "lines.jsonl", "--json"]);
    assert!(counted.contains("\"accepted\":1"), "{counted}");
    let funnel = place.done(&["funnel", "onboarding", "--format", "csv"]);
    assert!(funnel.contains("signed-up,2"), "{funnel}");
    place.done(&["check-data"]);
}

#[test]
fn data_of_a_later_release_is_refused_and_left_alone() {
    for (file, change) in [
        ("desk.sqlite", "PRAGMA user_version = 999"),
        (
            "events.sqlite",
            "INSERT INTO refinery_schema_history (version, name, applied_on, checksum)
             VALUES (999, 'later', '2030-01-01T00:00:00Z', '1')",
        ),
    ] {
        let place = Place::new();
        place.write("lines.jsonl", LINE);
        place.done(&["import", "lines.jsonl"]);
        let path = place.data.join(file);
        Connection::open(&path).expect("a file").execute_batch(change).expect("changed");
        let before = std::fs::read(&path).expect("a file");
        let refused = place.run(&["import", "lines.jsonl"]);
        assert_eq!(refused.code, Some(65), "{}", refused.stderr);
        assert!(refused.stderr.contains(file) && refused.stderr.contains("newer milepost"), "{}", refused.stderr);
        assert_eq!(before, std::fs::read(&path).expect("a file"), "{file} was written to");
    }
}

fn first_release(place: &Place) {
    std::fs::create_dir_all(&place.data).expect("a folder");
    for (file, dump) in FIRST_RELEASE {
        let connection = Connection::open(place.data.join(file)).expect("a file");
        // Tables stand in the order of their names.
        connection.pragma_update(None, "foreign_keys", false).expect("set");
        connection.execute_batch(dump).expect("tables of the first release");
    }
}
