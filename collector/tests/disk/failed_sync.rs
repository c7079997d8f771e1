//! A sync that fails: nothing it covered is answered as stored, and its descriptor is never synced again.

use crate::support::{Client, Injection, Place, Server};
use std::time::{Duration, Instant};

#[test]
fn what_a_failed_sync_covered_is_not_answered_as_stored_and_the_files_are_opened_anew() {
    for nth in 1..=5 {
        let place = Place::new();
        let server = Server::start(&place, &["--disk-reserve", "0", "--disk-ballast", "0"]);
        let mut client = Client::default();
        assert_eq!(client.send(&server, 5, 10).status, 200);
        let inject = format!("inject=fsync,fdatasync:error=EIO:when={nth}");
        let Some(injection) = Injection::into_writer(&place, &server, &inject) else { return };
        let mut shed = Vec::new();
        for _ in 0..8 {
            let before = client.issued.clone();
            let answer = client.send(&server, 3, 10);
            if answer.status == 503 {
                shed.extend(client.issued.difference(&before).cloned());
                server.until_ready();
            }
        }
        assert!(!shed.is_empty(), "the {nth}th sync failed, and nobody was told");
        let again = client.send_again(&server, &shed, 10);
        assert_eq!(again.status, 200, "{}", again.body);
        assert!(server.metric("milepost_storage_faults_total") >= 1.0);
        let seen = injection.end();
        check_closed_after_failure(&seen);
        assert_eq!(server.stop(), Some(0));
        let stored = place.stored();
        client.check(&stored);
        assert_eq!(stored, client.issued, "after sending again, all of it is there once");
    }
}

/// After a sync of a descriptor failed, what comes next of that descriptor is that it is closed.
#[track_caller]
fn check_closed_after_failure(seen: &str) {
    let lines: Vec<&str> = seen.lines().collect();
    let failed = lines.iter().position(|it| it.contains("EIO")).expect("a sync that failed");
    let descriptor = lines[failed].split(['(', ')']).nth(1).expect("a descriptor");
    let about = |it: &&&str| it.contains(&format!("({descriptor})"));
    let next = lines[failed + 1..].iter().find(about);
    assert!(next.is_some_and(|it| it.contains("close(")), "{descriptor} was used again: {next:?}\n{seen}");
}

#[test]
fn while_the_disk_fails_readiness_says_so_and_messages_are_shed() {
    let place = Place::new();
    let server = Server::start(&place, &["--disk-reserve", "0", "--disk-ballast", "0"]);
    let mut client = Client::default();
    assert_eq!(client.send(&server, 5, 10).status, 200);
    let Some(injection) = Injection::into_writer(&place, &server, "inject=fsync,fdatasync:error=EIO:when=1+") else {
        return;
    };
    assert_eq!(client.send(&server, 5, 10).status, 503);
    server.until_not_ready("storage_failed");
    assert_eq!(server.get("/livez").status, 200);
    let answered = Instant::now();
    assert_eq!(client.send(&server, 5, 10).status, 503);
    assert!(answered.elapsed() < Duration::from_secs(5), "what is shed is shed at once");
    injection.end();
    let back = server.until_ready();
    assert!(back < Duration::from_secs(10), "the disk was back, and {back:?} later the collector was");
    assert_eq!(client.send(&server, 5, 10).status, 200);
    server.kill();
    client.check(&place.stored());
}

#[test]
fn a_slow_disk_makes_answers_slow_and_nothing_else() {
    let place = Place::new();
    let server = Server::start(&place, &["--disk-reserve", "0", "--disk-ballast", "0"]);
    let Some(injection) = Injection::into_writer(&place, &server, "inject=fsync,fdatasync:delay_exit=200000") else {
        return;
    };
    let mut client = Client::default();
    let mut waits: Vec<Duration> = (0..10)
        .map(|_| {
            let sent = Instant::now();
            assert_eq!(client.send(&server, 20, 100).status, 200);
            sent.elapsed()
        })
        .collect();
    waits.sort();
    println!("a sync of 200 ms: answers after {:?} (median), {:?} (longest)", waits[5], waits[9]);
    assert!(waits[0] >= Duration::from_millis(200), "an answer came before the sync");
    injection.end();
    assert_eq!(server.stop(), Some(0));
    let stored = place.stored();
    assert_eq!(stored, client.accepted);
}
