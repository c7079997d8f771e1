//! A data folder as the first version left it, with messages in it.

use crate::dice::Dice;
use crate::message::Message;
use crate::reader::EVENTS;
use crate::store::Store;
use rusqlite::{Connection, params};
use std::time::{SystemTime, UNIX_EPOCH};

/// The schema of the first version, as it was published.
const V1: &str = include_str!("../../../collector/src/storage/sqlite/migrations/V1__message_log.sql");

/// Makes the folder and enters its messages with the oracle.
pub(crate) fn make(store: &Store, messages: usize, dice: &mut Dice) -> Result<(), String> {
    std::fs::create_dir_all(store.folder()).map_err(|error| format!("cannot make a folder: {error}"))?;
    let messages: Vec<Message> = (0..messages).map(|nth| Message::new(dice, &format!("user-{}", nth % 97))).collect();
    store.oracle.issue(&messages)?;
    fill(store, &messages).map_err(|error| format!("cannot make an old folder: {error}"))?;
    store.oracle.ack(&messages.iter().map(|it| it.id).collect::<Vec<_>>())
}

fn fill(store: &Store, messages: &[Message]) -> Result<(), Box<dyn std::error::Error>> {
    let mut connection = Connection::open(store.folder().join(EVENTS))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    let first = refinery::Migration::unapplied("V1__message_log", V1)?;
    refinery::Runner::new(&[first]).run(&mut connection)?;
    let received_ms = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis() as i64;
    let transaction = connection.transaction()?;
    for message in messages {
        let text: serde_json::Value = serde_json::from_str(&message.text)?;
        let (event, user) = (text["event"].as_str().unwrap_or_default(), text["userId"].as_str().unwrap_or_default());
        transaction.execute("INSERT OR IGNORE INTO subject (kind, name) VALUES ('track', ?1)", [event])?;
        transaction.execute("INSERT OR IGNORE INTO sender (anonymous, text) VALUES (0, ?1)", [user])?;
        transaction.execute(
            "INSERT INTO message (id, subject, sender, at_ms, received_ms, trust, body)
             SELECT ?1, subject.id, sender.id, ?2, ?2, 3, ?3 FROM subject, sender
             WHERE subject.name = ?4 AND sender.text = ?5",
            params![message.id.as_bytes().as_slice(), received_ms, message.text, event, user],
        )?;
    }
    transaction.commit()?;
    Ok(())
}
