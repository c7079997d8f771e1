//! What the vendor's server sends about a user.

use super::World;
use super::cast::Person;
use super::random::Random;
use super::tally::Tally;
use crate::cli::failure::Failure;
use crate::cli::humane;
use serde_json::{Map, Value, json};

/// Sends one event with the server key.
pub(super) async fn send(
    world: &World,
    person: &Person,
    name: &str,
    properties: &Map<String, Value>,
    at_ms: i64,
    random: &mut Random,
) -> Result<Tally, Failure> {
    let mut tally = Tally::default();
    let Some(server_key) = &world.server_key else { return Ok(tally) };
    let mut chance = [0; 10];
    for (byte, drawn) in chance.iter_mut().zip(random.wide_bits().to_le_bytes()) {
        *byte = drawn;
    }
    let id = uuid::Builder::from_unix_timestamp_millis(at_ms.max(0) as u64, &chance).into_uuid();
    let body = json!({ "batch": [{
        "type": "track",
        "event": name,
        "properties": properties,
        "userId": person.user_id,
        "timestamp": humane::time(at_ms),
        "messageId": id.to_string(),
    }] });
    tally.count(&world.remote.post_batch(body.to_string(), Some(server_key)).await?);
    Ok(tally)
}
