//! A message as a client makes it: its own id, and a payload that is known again by its hash.

use crate::dice::Dice;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::time::{SystemTime, UNIX_EPOCH};
use uuid::Uuid;

pub(crate) type Hash = [u8; 32];

#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) id: Uuid,
    /// JSON, kept by the collector to the letter.
    pub(crate) text: String,
}

impl Message {
    /// One of a handful of events, with a payload of up to a kilobyte that no compression makes small.
    pub(crate) fn new(dice: &mut Dice, user: &str) -> Self {
        let event = ["Invoice Opened", "Invoice Edited", "Customer Opened", "Report Seen"][dice.below(4) as usize];
        let words = dice.below(56);
        let note: Vec<String> = (0..words).map(|_| format!("{:016x}é", dice.next())).collect();
        Self::track(dice, user, event, &note.join(" "))
    }

    pub(crate) fn track(dice: &mut Dice, user: &str, event: &str, note: &str) -> Self {
        let id = id(dice);
        Self { id, text: written(event, user, &id, dice.below(100_000), note) }
    }

    /// As it was sent, from what was read of it by the collector's own means: those sort the fields and add times.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let read: Value = serde_json::from_str(text).ok()?;
        let id = Uuid::parse_str(read["messageId"].as_str()?).ok()?;
        let (event, user) = (read["event"].as_str()?, read["userId"].as_str()?);
        let properties = &read["properties"];
        let text = written(event, user, &id, properties["total"].as_u64()?, properties["note"].as_str()?);
        Some(Self { id, text })
    }

    pub(crate) fn hash(&self) -> Hash {
        hash_of(&self.text)
    }
}

fn written(event: &str, user: &str, id: &Uuid, total: u64, note: &str) -> String {
    format!(
        r#"{{"type":"track","event":"{event}","userId":"{user}","messageId":"{id}","properties":{{"total":{total},"note":"{note}"}}}}"#
    )
}

pub(crate) fn hash_of(text: &str) -> Hash {
    Sha256::digest(text.as_bytes()).into()
}

/// A `UUIDv7`, as the SDK mints them.
fn id(dice: &mut Dice) -> Uuid {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis() as u64;
    let mut random = [0; 10];
    random[..8].copy_from_slice(&dice.next().to_le_bytes());
    random[8..].copy_from_slice(&dice.next().to_le_bytes()[..2]);
    uuid::Builder::from_unix_timestamp_millis(now, &random).into_uuid()
}
