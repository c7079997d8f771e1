//! Backups while a server writes, and restores that are cut off.

use crate::support::{Client, Place, Server};
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

/// Cut off at so many moments.
const CUTS: u64 = 12;

#[test]
fn a_backup_taken_while_messages_come_holds_all_that_was_answered_before() {
    let place = Place::new();
    let server = Server::start(&place, &["--disk-reserve", "0", "--disk-ballast", "0"]);
    let mut client = Client::default();
    for _ in 0..20 {
        assert_eq!(client.send(&server, 20, 200).status, 200);
    }
    let before = client.accepted.clone();
    std::thread::scope(|scope| {
        let backup = scope.spawn(|| place.done(&["backup", "--to", "monday"]));
        while !backup.is_finished() {
            assert_eq!(client.send(&server, 20, 200).status, 200);
        }
        assert!(backup.join().expect("a backup").starts_with("backed up to monday: "));
    });
    assert!(client.accepted.len() > before.len(), "messages were stored meanwhile");
    assert!(place.done(&["backup", "--verify", "monday"]).starts_with("monday is whole: "));
    assert_eq!(place.run(&["backup", "--to", "monday"]).code, Some(73), "a backup is never written over");
    drop(server);

    let mut other = Place::new();
    other.data = place.path("restored");
    other.done(&["restore", &place.path("monday").to_string_lossy()]);
    let restored = other.stored();
    assert!(before.is_subset(&restored), "what was answered before the backup began is in it");
    assert!(restored.is_subset(&client.issued));
    let server = Server::start(&other, &[]);
    let ids: Vec<String> = restored.iter().take(5).cloned().collect();
    assert_eq!(client.send_again(&server, &ids, 10).status, 200, "what was restored can be written to");
    drop(server);
    assert_eq!(other.stored(), restored, "and ids are known again");
}

#[test]
fn a_restore_takes_nothing_away_unasked_and_nothing_that_is_not_whole() {
    let place = Place::new();
    fill(&place, "old");
    place.done(&["backup", "--to", "old"]);
    let refused = place.run(&["restore", "old"]);
    assert_eq!(refused.code, Some(73), "{}", refused.stderr);
    assert!(refused.stderr.contains("--force"), "{}", refused.stderr);

    let server = Server::start(&place, &[]);
    let refused = place.run(&["restore", "old", "--force"]);
    assert_eq!(refused.code, Some(74), "a server has the folder: {}", refused.stderr);
    drop(server);

    let copy = place.path("old/events.sqlite");
    let mut bytes = std::fs::read(&copy).expect("a copy");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&copy, bytes).expect("written");
    let before = place.stored();
    for arguments in [vec!["backup", "--verify", "old"], vec!["restore", "old", "--force"]] {
        let refused = place.run(&arguments);
        assert_eq!(refused.code, Some(74), "{arguments:?}");
        assert!(refused.stderr.contains("old/events.sqlite is not as it was backed up"), "{}", refused.stderr);
    }
    assert_eq!(place.stored(), before);
}

#[test]
fn a_restore_that_is_cut_off_leaves_the_old_data_or_the_new() {
    let place = Place::new();
    fill(&place, "new");
    let new = place.stored();
    place.done(&["backup", "--to", "new"]);
    std::fs::remove_dir_all(&place.data).expect("removed");
    fill(&place, "old");
    let old = place.stored();
    place.done(&["backup", "--to", "old"]);
    let mut outcomes = BTreeSet::new();
    for cut in 0..CUTS {
        // Where it was cut off last time decides what is old now.
        let target = if place_holds(&place, &old) { "new" } else { "old" };
        let mut child = place.command(&["restore", target, "--force"]).spawn().expect("a restore");
        std::thread::sleep(Duration::from_millis(3 * cut));
        child.kill().expect("killed");
        child.wait().expect("gone");
        // Whoever opens the folder next ends it, one way or the other.
        drop(Server::start(&place, &["--disk-ballast", "0"]));
        let stored = place.stored();
        assert!(stored == old || stored == new, "cut off after {} ms: neither the old nor the new", 3 * cut);
        outcomes.insert(stored == old);
        let left: Vec<_> =
            std::fs::read_dir(&place.data).expect("a folder").flatten().map(|it| it.file_name()).collect();
        assert!(!left.iter().any(|it| it.to_string_lossy().starts_with("restore")), "{left:?}");
    }
    println!("restores that were cut off: {CUTS}, {} outcomes seen", outcomes.len());
}

fn place_holds(place: &Place, wanted: &BTreeSet<String>) -> bool {
    place.stored() == *wanted
}

fn fill(place: &Place, prefix: &str) {
    let lines: String = (0..2_000)
        .map(|nth| {
            format!(
                "{{\"type\":\"track\",\"messageId\":\"{prefix}-{nth}\",\"userId\":\"u\",\"event\":\"Signed Up\",\
                 \"timestamp\":\"2026-01-01T10:00:00Z\"}}\n"
            )
        })
        .collect();
    place.write("lines.jsonl", &lines);
    place.done(&["import", "lines.jsonl"]);
    assert!(Path::new(&place.data).join("events.sqlite").exists());
}
