//! Who takes part: companies, the people in them, and passers-by.

use super::random::Random;
use super::words;
use serde_json::{Map, Value, json};
use std::sync::Arc;

const HOUR_MS: u64 = 3_600_000;
const DAY_MS: u64 = 24 * HOUR_MS;

/// Visitors who look around and never say who they are.
const PASSERS_BY: f64 = 0.15;

/// The largest company's people.
const COLLEAGUES: u64 = 9;

pub(super) struct Cast {
    pub(super) people: Vec<Person>,
    pub(super) accounts: Vec<Arc<Account>>,
}

#[derive(Debug)]
pub(super) struct Account {
    pub(super) id: String,
    pub(super) traits: Map<String, Value>,
    /// How well this company fits the product; scales how many of its people go on.
    pub(super) fit: f64,
}

#[derive(Debug)]
pub(super) struct Person {
    pub(super) number: u64,
    pub(super) user_id: String,
    pub(super) traits: Map<String, Value>,
    /// `None` for a passer-by.
    pub(super) account: Option<usize>,
    /// The first of the company's people.
    pub(super) is_founder: bool,
    pub(super) arrives_ms: i64,
}

/// The same for the same seed, count and time.
pub(super) fn cast(seed: u64, count: u32, since_ms: i64, until_ms: i64) -> Cast {
    let mut cast = Cast { people: Vec::new(), accounts: Vec::new() };
    let mut number = 0;
    while cast.people.len() < count as usize {
        let mut random = Random::of(seed, "company", number);
        number += 1;
        let arrives_ms = arrival(&mut random, since_ms, until_ms);
        if random.chance(PASSERS_BY) {
            let person = person(seed, cast.people.len() as u64, None, false, arrives_ms, &mut random);
            cast.people.push(person);
            continue;
        }
        let account = account(number, &mut random);
        let size = (random.log_normal(1.8, 0.7) as u64).clamp(1, COLLEAGUES);
        let mut at_ms = arrives_ms;
        for colleague in 0..size {
            if cast.people.len() >= count as usize {
                break;
            }
            let place = Some((cast.accounts.len(), &account));
            let person = person(seed, cast.people.len() as u64, place, colleague == 0, at_ms, &mut random);
            cast.people.push(person);
            at_ms += random.log_normal(4.0 * DAY_MS as f64, 1.0) as i64;
        }
        cast.accounts.push(Arc::new(account));
    }
    cast
}

/// Somewhere in the time, on working days more than on others.
fn arrival(random: &mut Random, since_ms: i64, until_ms: i64) -> i64 {
    let length_ms = until_ms.saturating_sub(since_ms).max(1) as u64;
    let mut at_ms = since_ms;
    for _ in 0..3 {
        at_ms = since_ms + random.between(0, length_ms) as i64;
        // 1970 began on a Thursday.
        let weekday = (at_ms.div_euclid(DAY_MS as i64) + 3).rem_euclid(7);
        if weekday < 5 {
            break;
        }
    }
    at_ms
}

fn account(number: u64, random: &mut Random) -> Account {
    let name = random.pick(words::COMPANY_NAMES).copied().unwrap_or_default();
    let (trade, industry) = random.pick(words::COMPANY_TRADES).copied().unwrap_or_default();
    let employees = random.log_normal(14.0, 1.1).clamp(1.0, 5_000.0) as u64;
    let traits = json!({
        "name": format!("{name} {trade}"),
        "industry": industry,
        "employees": employees,
        "plan": random.weighted(words::PLANS),
    });
    Account {
        id: format!("{}-{}-{number}", name.to_lowercase(), trade.to_lowercase()),
        traits: object(traits),
        fit: 0.82 + 0.28 * random.share(),
    }
}

fn person(
    seed: u64,
    number: u64,
    place: Option<(usize, &Account)>,
    is_founder: bool,
    arrives_ms: i64,
    random: &mut Random,
) -> Person {
    let first = random.pick(words::FIRST_NAMES).copied().unwrap_or_default();
    let last = random.pick(words::LAST_NAMES).copied().unwrap_or_default();
    let role = if is_founder { "owner" } else { random.weighted(&words::ROLES[1..]) };
    let mut traits = Map::new();
    if let Some((_, account)) = place {
        let host = account.id.rsplit_once('-').map_or(account.id.as_str(), |(host, _)| host);
        let email = format!("{}.{}@{host}.example", first.to_lowercase(), last.to_lowercase());
        traits = object(json!({ "name": format!("{first} {last}"), "email": email, "role": role }));
        if let Some(plan) = account.traits.get("plan") {
            traits.insert("plan".to_owned(), plan.clone());
        }
    }
    Person {
        number,
        user_id: format!("sim-{seed}-{number}"),
        traits,
        account: place.map(|(index, _)| index),
        is_founder,
        arrives_ms,
    }
}

pub(super) fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
