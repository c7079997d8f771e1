//! A disk that runs full: messages are shed before, everything else goes on, and space that comes back is used.

use crate::support::{Client, Place, Server, SmallDisk};
use std::time::{Duration, Instant};

#[test]
fn messages_are_shed_before_the_disk_is_full_and_stored_again_when_there_is_room() {
    let Some(disk) = SmallDisk::of(64) else { return };
    let place = Place::on(&disk);
    let server = Server::start(&place, &[]);
    assert!(place.data.join("ballast").metadata().is_ok_and(|it| it.len() > 1_000_000), "there is a ballast");
    let filler = disk.fill(30_000_000);
    let mut client = Client::default();
    let mut answer = client.send(&server, 10, 10);
    assert_eq!(answer.status, 200);
    let started = Instant::now();
    while answer.status == 200 {
        answer = client.send(&server, 20, 20_000);
        assert!(started.elapsed() < crate::support::PATIENCE, "the disk never ran full");
    }
    assert_eq!(answer.status, 503);
    assert!(answer.head.contains("\r\nretry-after: 5"), "{}", answer.head);
    assert!(disk.free() > 500_000, "{} bytes are left", disk.free());
    let ready = server.get("/readyz");
    assert_eq!((ready.status, ready.code().as_str()), (503, "disk_reserve"));
    assert_eq!(server.get("/livez").status, 200);
    assert_eq!(server.metric("milepost_storage_faults_total"), 0.0, "nothing failed on the way");
    let token = std::fs::read_to_string(place.data.join("api-token")).expect("a token");
    let funnel = server.get_with_token("/v1/journeys/onboarding/funnel", &token);
    assert_eq!(funnel.status, 200, "numbers can be read: {}", funnel.body);

    std::fs::remove_file(filler).expect("removed");
    let back = server.until_ready();
    assert!(back < Duration::from_secs(10), "there was room, and {back:?} later messages were stored");
    assert_eq!(client.send(&server, 10, 10).status, 200);
    assert_eq!(server.stop(), Some(0));
    let stored = place.stored();
    assert_eq!(stored, client.accepted);
}

#[test]
fn without_a_reserve_a_full_disk_fails_commits_and_loses_nothing() {
    let Some(disk) = SmallDisk::of(64) else { return };
    let place = Place::on(&disk);
    let server = Server::start(&place, &["--disk-reserve", "0", "--disk-ballast", "0"]);
    let mut client = Client::default();
    assert_eq!(client.send(&server, 10, 10).status, 200);
    let filler = disk.fill(3_000_000);
    let started = Instant::now();
    let mut refused = 0;
    while refused < 10 {
        if client.send(&server, 20, 20_000).status == 503 {
            refused += 1;
        }
        assert!(started.elapsed() < crate::support::PATIENCE, "the disk never ran full");
    }
    std::fs::remove_file(filler).expect("removed");
    let back = server.until_ready();
    assert!(back < Duration::from_secs(10), "there was room, and {back:?} later messages were stored");
    let missing: Vec<String> = client.issued.difference(&client.accepted).cloned().collect();
    for ids in missing.chunks(20) {
        assert_eq!(client.send_again(&server, ids, 20).status, 200);
    }
    server.kill();
    let stored = place.stored();
    client.check(&stored);
    assert_eq!(stored, client.issued);
}
