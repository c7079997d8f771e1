use super::*;
use crate::storage::{Row, Sent, Trust, sqlite};
use domain::{AnonymousId, Kind, MessageId};
use std::num::NonZeroU64;
use std::sync::Arc;

const NOON_MS: i64 = 20_000 * DAY_MS + DAY_MS / 2;

/// A message of a client, by number; what is not said is as usual.
#[derive(Clone)]
struct Message {
    client: &'static str,
    seq: u64,
    is_end: bool,
    library: String,
    received_ms: i64,
    at_ms: i64,
    name: &'static str,
    body: &'static str,
}

fn message(client: &'static str, seq: u64) -> Message {
    let library = "milepost-js".to_owned();
    let (received_ms, at_ms) = (NOON_MS, NOON_MS);
    Message { client, seq, is_end: false, library, received_ms, at_ms, name: "Did", body: "{}" }
}

fn batch(messages: &[Message], road: Road) -> Arc<Batch> {
    let mut batch = Batch::over(String::new(), messages.len());
    batch.road = road;
    for it in messages {
        let row = Row {
            message_id: MessageId::new(format!("{}-{}-{}", it.client, it.seq, it.library)),
            kind: Kind::Track,
            name: it.name.to_owned(),
            at_ms: it.at_ms,
            received_ms: it.received_ms,
            user_id: None,
            anonymous_id: Some(AnonymousId::new("a")),
            account_id: None,
            previous_id: None,
            trust: Trust::Anonymous,
            body: it.body.to_owned(),
        };
        let (client_id, seq) = (Some(it.client), NonZeroU64::new(it.seq));
        batch.push_row(&row, Sent { client_id, seq, is_end: it.is_end, library: Some(&it.library) });
    }
    Arc::new(batch)
}

/// What is counted after these batches, one commit each; `fold` forgets all clients in between.
async fn counted(batches: &[(&[Message], Road)], fold: bool) -> Vec<Delivered> {
    let folder = tempfile::tempdir().unwrap();
    let (events, _) = sqlite::open(folder.path()).unwrap();
    for (messages, road) in batches {
        events.store(batch(messages, *road)).await.unwrap();
    }
    if fold {
        events.fold_delivery(i64::MAX).await.unwrap();
    }
    let question = DeliveryQuestion { quiet_before_ms: NOON_MS - 1, ..DeliveryQuestion::default() };
    let counted = events.delivery(question).await.unwrap();
    let by_day = |since_day, until_day| DeliveryQuestion { since_day, until_day, ..question };
    assert_eq!(events.delivery(by_day(Some(i64::MIN), Some(20_000))).await.unwrap(), []);
    assert_eq!(events.delivery(by_day(Some(20_000), Some(30_000))).await.unwrap(), counted);
    counted
}

async fn sent(messages: &[Message]) -> Delivered {
    let [counted] = counted(&[(messages, Road::Sent)], false).await.try_into().unwrap();
    counted
}

#[tokio::test]
async fn numbers_below_the_highest_that_never_came_are_missing() {
    let end = Message { is_end: true, ..message("b", 4) };
    let found = sent(&[message("a", 1), message("a", 3), message("b", 2), end]).await;
    assert_eq!((found.day, &*found.source, found.stored), (20_000, "milepost-js", 4));
    assert_eq!((found.clients, found.ended, found.busy), (2, 1, 1));
    assert_eq!((found.expected, found.missing), (7, 3));
}

#[tokio::test]
async fn what_comes_again_is_a_duplicate_and_nothing_else() {
    let found = sent(&[message("a", 1), message("a", 1), message("a", 2)]).await;
    assert_eq!((found.stored, found.duplicate, found.expected, found.missing), (2, 1, 2, 0));
}

#[tokio::test]
async fn what_was_missing_may_still_come() {
    let (first, late) = ([message("a", 1), message("a", 3)], [message("a", 2)]);
    let [found] = counted(&[(&first, Road::Sent), (&late, Road::Sent)], false).await.try_into().unwrap();
    assert_eq!((found.clients, found.expected, found.missing), (1, 3, 0));
}

#[tokio::test]
async fn who_goes_on_after_an_end_has_not_ended() {
    let end = [Message { is_end: true, ..message("a", 1) }];
    let more = [message("a", 2)];
    let before = [Message { is_end: true, ..message("b", 1) }, message("b", 2)];
    let [found] =
        counted(&[(&end, Road::Sent), (&more, Road::Sent), (&before, Road::Sent)], false).await.try_into().unwrap();
    assert_eq!((found.clients, found.ended), (2, 0));
}

#[tokio::test]
async fn folding_clients_changes_no_count() {
    let messages: Vec<Message> = ["a", "b", "c", "d", "e", "f", "g", "h"]
        .into_iter()
        .enumerate()
        .map(|(at, client)| Message { is_end: at % 2 == 0, ..message(client, at as u64 + 1) })
        .collect();
    let unfolded = counted(&[(&messages, Road::Sent)], false).await;
    let folded = counted(&[(&messages, Road::Sent)], true).await;
    let forget_busy = |it: Vec<Delivered>| it.into_iter().map(|it| Delivered { busy: 0, ..it }).collect::<Vec<_>>();
    assert_eq!(forget_busy(folded), forget_busy(unfolded));
}

#[tokio::test]
async fn late_messages_bots_and_what_was_dropped_are_counted() {
    let hour = Message { at_ms: NOON_MS - LATE_MS, ..message("a", 1) };
    let told = Message { name: reserved::MESSAGES_DROPPED, body: r#"{"properties":{"count":7}}"#, ..message("a", 2) };
    let lie = Message { name: reserved::MESSAGES_DROPPED, body: r#"{"properties":{"count":-7}}"#, ..message("a", 3) };
    let bot = [message("b", 1)];
    let [found] =
        counted(&[(&[hour, told, lie], Road::Sent), (&bot, Road::SentByBot)], false).await.try_into().unwrap();
    assert_eq!((found.stored, found.late, found.bot, found.dropped), (4, 1, 1, 7));
}

#[tokio::test]
async fn what_is_imported_says_nothing_of_delivery() {
    assert_eq!(counted(&[(&[message("a", 9)], Road::Imported)], false).await, []);
}

#[tokio::test]
async fn a_number_nobody_can_have_counts_for_nothing() {
    let found = sent(&[message("a", 2), message("a", HIGHEST + 1), message("b", u64::MAX), message("c", 0)]).await;
    assert_eq!((found.stored, found.clients, found.expected, found.missing), (4, 1, 2, 1));
}

#[tokio::test]
async fn a_sender_cannot_fill_the_table_with_names() {
    let many: Vec<Message> =
        (0..200).map(|at| Message { library: format!("library {at}"), ..message("a", at) }).collect();
    let found = counted(&[(&many, Road::Sent)], false).await;
    assert_eq!(found.len() as i64, SOURCES + 1);
    assert_eq!(found.iter().map(|it| it.stored).sum::<u64>(), 200);
    assert!(found.iter().any(|it| it.source == OTHERS));
    let long = Message { library: "é".repeat(200), ..message("a", 1) };
    assert_eq!(sent(&[long]).await.source, "é".repeat(32));
}
