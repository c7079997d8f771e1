//! Letting go of what was kept long enough, also where the disk is full to the last byte.

use crate::support::{DEFINITIONS, Place, Server, SmallDisk};
use domain::{Kind, MessageId, UserId};
use milepost::storage::sqlite::{DiskLimits, open_with_reserve};
use milepost::storage::{Appended, Row, Trust};
use std::time::{SystemTime, UNIX_EPOCH};

const DAY_MS: i64 = 86_400_000;

#[tokio::test(flavor = "multi_thread")]
async fn old_messages_go_and_nobody_else_does() {
    let place = Place::new();
    keep(&place, "90d");
    let now_ms = now_ms();
    fill(
        &place,
        &[("old", 100, 200 * DAY_MS), ("both", 10, 200 * DAY_MS), ("both", 10, DAY_MS), ("new", 50, DAY_MS)],
        now_ms,
    )
    .await;
    assert_eq!(place.done(&["retention", "--dry-run"]), "110 messages would be deleted\n");
    assert_eq!(place.done(&["retention"]), "deleted 110 messages, 1 ids\n");
    assert_eq!(place.done(&["retention"]), "deleted 0 messages, 0 ids\n");
    let exported = place.done(&["export"]);
    assert_eq!(exported.lines().count(), 60);
    let senders = rusqlite::Connection::open(place.data.join("events.sqlite")).expect("the log");
    let ids: Vec<String> = senders
        .prepare("SELECT text FROM sender ORDER BY text")
        .and_then(|mut it| it.query_map([], |row| row.get(0))?.collect())
        .expect("ids");
    assert_eq!(ids, ["both", "new"], "of whom nothing is left, the id is not either");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_message_does_not_come_back() {
    let place = Place::new();
    keep(&place, "90d");
    let then = jiff::Timestamp::from_millisecond(now_ms() - 100 * DAY_MS).expect("a time");
    let line = format!(
        "{{\"type\":\"track\",\"messageId\":\"m\",\"userId\":\"u\",\"event\":\"Signed Up\",\"timestamp\":\"{then}\"}}\n"
    );
    place.write("late.jsonl", &line);
    let ran = place.run(&["import", "late.jsonl"]);
    assert_eq!(ran.code, Some(65), "{}", ran.stdout);
    assert!(ran.stderr.contains("too_old"), "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn old_messages_go_from_a_disk_without_a_free_byte_and_new_ones_take_their_place() {
    let Some(disk) = SmallDisk::of(64) else { return };
    let place = Place::on(&disk);
    keep(&place, "90d");
    fill(&place, &[("old", 20_000, 200 * DAY_MS), ("new", 1_000, DAY_MS)], now_ms()).await;
    assert!(place.data.join("ballast").exists(), "there is a ballast");
    disk.fill(0);
    assert!(disk.free() < 4_096, "{} bytes are free", disk.free());
    let ran = place.run(&["retention"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "deleted 20000 messages, 1 ids\n"), "{}", ran.stderr);
    let server = Server::start(&place, &[]);
    assert_eq!(server.get("/livez").status, 200);
    server.until_ready();
}

fn keep(place: &Place, time: &str) {
    place.write("milepost.toml", &format!("{DEFINITIONS}\n[retention]\nmessages = \"{time}\"\n"));
}

/// So many messages each, of a user, received so long ago.
async fn fill(place: &Place, groups: &[(&str, u64, i64)], now_ms: i64) {
    let (events, _desk) = open_with_reserve(&place.data, DiskLimits::default()).expect("an engine");
    let mut next = 0;
    for (user, count, ago_ms) in groups {
        let rows: Vec<Row> = (0..*count)
            .map(|nth| Row {
                message_id: MessageId::new(format!("m-{}", next + nth)),
                kind: Kind::Track,
                name: "Signed Up".to_owned(),
                at_ms: now_ms - ago_ms,
                received_ms: now_ms - ago_ms,
                user_id: Some(UserId::new(*user)),
                anonymous_id: None,
                account_id: None,
                previous_id: None,
                trust: Trust::Claimed,
                body: format!("{{\"type\":\"track\",\"event\":\"Signed Up\",\"padding\":\"{}\"}}", "x".repeat(300)),
            })
            .collect();
        next += count;
        for rows in rows.chunks(1_000) {
            let appended = events.append(rows.to_vec()).await.expect("stored");
            assert!(appended.iter().all(|it| *it == Appended::Stored));
        }
    }
}

fn now_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock").as_millis() as i64
}
