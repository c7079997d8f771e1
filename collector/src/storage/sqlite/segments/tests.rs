//! What cannot be seen from outside: how far sealing got, and what becomes of segments.

use super::store::{self, Sealed};
use super::*;
use crate::storage::sqlite::connection::{self, Readers};
use crate::storage::{Events, Happening, Row, Trust, sqlite};
use domain::{Kind, MessageId, UserId};
use std::path::Path;

fn row(number: i64) -> Row {
    Row {
        message_id: MessageId::new(format!("m{number}")),
        kind: Kind::Track,
        name: ["A", "B"][number as usize % 2].to_owned(),
        at_ms: number,
        received_ms: number,
        user_id: Some(UserId::new(format!("u{}", number % 7))),
        anonymous_id: None,
        account_id: None,
        previous_id: None,
        trust: Trust::Claimed,
        body: "{}".to_owned(),
    }
}

fn listed(folder: &Path) -> (Sealed, Vec<store::Listed>) {
    let connection = Readers::new(folder).connect().unwrap();
    let sealed = store::sealed(&connection).unwrap();
    (sealed, store::list(&connection, &sealed, None).unwrap())
}

async fn came(events: &dyn Events) -> usize {
    let question = ActivityQuestion {
        period: crate::metric::Period::Day,
        calendar: crate::testing::berlin(),
        of: domain::Scope::User,
        start: Happening::Message,
        back: Happening::Message,
        since_ms: None,
        until_ms: None,
    };
    events.activity(question).await.unwrap().len()
}

#[tokio::test]
async fn many_small_segments_become_few() {
    let folder = tempfile::tempdir().unwrap();
    let (events, _) = sqlite::open(folder.path()).unwrap();
    for number in 0..40 {
        events.append((number * 10..number * 10 + 10).map(row).collect()).await.unwrap();
        events.settle().await.unwrap();
    }
    let (sealed, listed) = listed(folder.path());
    assert_eq!(sealed.until_seq, 400);
    assert_eq!(listed.iter().map(|it| it.rows).sum::<usize>(), 400);
    assert!(listed.len() < 2 * 8, "{} segments", listed.len());
}

#[tokio::test]
async fn segments_of_another_format_are_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    {
        let (events, _) = sqlite::open(folder.path()).unwrap();
        events.append((0..20).map(row).collect()).await.unwrap();
        events.settle().await.unwrap();
    }
    {
        let writer = connection::open_writer(folder.path()).unwrap();
        writer.execute_batch("UPDATE sealed SET format = 0; UPDATE segment SET senders = x'00'").unwrap();
    }
    let (events, _) = sqlite::open(folder.path()).unwrap();
    assert_eq!(came(&*events).await, 7, "they are not looked at");
    events.settle().await.unwrap();
    assert_eq!(listed(folder.path()).0.until_seq, 20);
    assert_eq!(came(&*events).await, 7);
}

#[tokio::test]
async fn what_retention_took_out_is_passed_over_and_then_gone() {
    let folder = tempfile::tempdir().unwrap();
    let (events, _) = sqlite::open(folder.path()).unwrap();
    events.append((0..20).map(row).collect()).await.unwrap();
    events.settle().await.unwrap();
    {
        let writer = connection::open_writer(folder.path()).unwrap();
        store::forget_before(&writer, 17).unwrap();
        writer.execute("DELETE FROM message WHERE seq < 17", []).unwrap();
    }
    assert_eq!(came(&*events).await, 4, "four messages of four users are left");
    events.settle().await.unwrap();
    let rows: usize = listed(folder.path()).1.iter().map(|it| it.rows).sum();
    assert_eq!((rows, came(&*events).await), (4, 4));
}

#[tokio::test]
async fn what_was_read_before_an_erasure_is_not_written_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let (events, _) = sqlite::open(folder.path()).unwrap();
    events.append((0..20).map(row).collect()).await.unwrap();
    let (sealed, _) = listed(folder.path());
    assert_eq!(events.erase_messages(vec![3]).await.unwrap(), 1);
    let writer = connection::open_writer(folder.path()).unwrap();
    let change = store::Change { erasures: sealed.erasures, until_seq: Some(20), ..store::Change::default() };
    assert!(!store::apply(&writer, &change).unwrap());
    assert_eq!(listed(folder.path()).0.until_seq, 0);
}
