//! A data folder with what is owed to those who sent into it.

use crate::connection::{Connection, ask_once};
use crate::dice::Dice;
use crate::load::Tally;
use crate::message::Message;
use crate::oracle::Oracle;
use crate::project;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A fresh message must be counted by then.
const PROBE_LIMIT: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(crate) struct Store {
    place: TempDir,
    folder: PathBuf,
    pub(crate) oracle: Arc<Oracle>,
}

impl Store {
    pub(crate) fn new() -> Result<Self, String> {
        let place = tempfile::tempdir().map_err(|error| format!("cannot make a folder: {error}"))?;
        let oracle = Arc::new(Oracle::new(&place.path().join("oracle.log"))?);
        Ok(Self { folder: place.path().join("data"), place, oracle })
    }

    /// The data folder; the collector makes it.
    pub(crate) fn folder(&self) -> PathBuf {
        self.folder.clone()
    }

    /// Moves the data folder, before anything is in it, to another disk.
    pub(crate) fn put_into(&mut self, disk: &Path) {
        self.folder = disk.join("data");
    }

    /// Beside the data folder.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }

    pub(crate) fn token(&self) -> Result<String, String> {
        let path = self.folder().join("api-token");
        let token = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(format!("Bearer {}", token.trim()))
    }

    /// A message of somebody new, until the funnel counts them. Answers what the collector counted for it.
    pub(crate) fn probe(&self, port: u16, dice: &mut Dice) -> Result<Tally, String> {
        let before = self.signed_up(port)?;
        let user = format!("probe-{:016x}", dice.next());
        let message = Message::track(dice, &user, project::SIGNED_UP, "");
        self.send(port, &[message])?;
        let deadline = Instant::now() + PROBE_LIMIT;
        loop {
            let after = self.signed_up(port)?;
            if after == before + 1 {
                return Ok(Tally { received: 1, accepted: 1, ..Tally::default() });
            }
            if after != before || Instant::now() > deadline {
                return Err(format!("a fresh message does not reach the funnel: {before} before it, {after} after it"));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Sends messages that must be accepted.
    pub(crate) fn send(&self, port: u16, messages: &[Message]) -> Result<(), String> {
        self.oracle.issue(messages)?;
        let authorization = project::authorization();
        let headers = [("authorization", authorization.as_str()), ("content-type", "application/json")];
        let texts: Vec<&str> = messages.iter().map(|it| it.text.as_str()).collect();
        let body = format!(r#"{{"batch":[{}]}}"#, texts.join(","));
        let answer = Connection::open(port)
            .and_then(|mut it| it.ask("POST", "/v1/batch", &headers, &body))
            .map_err(|error| format!("cannot send: {error}"))?;
        let receipt: serde_json::Value = serde_json::from_str(&answer.body).unwrap_or_default();
        if receipt["accepted"] != messages.len() {
            return Err(format!("{} messages were answered {}: {}", messages.len(), answer.status, answer.body));
        }
        let ids: Vec<_> = messages.iter().map(|it| it.id).collect();
        self.oracle.ack(&ids)
    }

    fn signed_up(&self, port: u16) -> Result<u64, String> {
        let path = format!("/v1/journeys/{}/funnel", project::JOURNEY);
        let answer = ask_once(port, "GET", &path, &[("authorization", &self.token()?)])?;
        let funnel: serde_json::Value = serde_json::from_str(&answer.body).unwrap_or_default();
        funnel["steps"][0]["reached"].as_u64().ok_or_else(|| format!("no funnel: {} {}", answer.status, answer.body))
    }
}

/// The counters that a collector exports, held against what its clients were answered.
pub(crate) fn check_counters(port: u16, tally: &Tally) -> Result<(), String> {
    let text = ask_once(port, "GET", "/metrics", &[])?.body;
    let sum = |start: &str| -> u64 {
        let lines = text.lines().filter(|it| it.starts_with(start));
        lines.filter_map(|it| it.rsplit(' ').next()?.parse::<u64>().ok()).sum()
    };
    let outcome = |name: &str| sum(&format!("milepost_messages_total{{outcome=\"{name}\""));
    let found = [
        sum("milepost_messages_received_total"),
        outcome("accepted"),
        outcome("duplicate"),
        outcome("rejected"),
        outcome("shed"),
    ];
    let answered = [tally.received, tally.accepted, tally.duplicate, tally.rejected, tally.shed];
    if found[0] != found[1..].iter().sum::<u64>() {
        return Err(format!("the counters do not add up: received, accepted, duplicate, rejected, shed are {found:?}"));
    }
    // What was answered to a connection that broke was counted, too.
    let matches = if tally.unanswered == 0 {
        found == answered
    } else {
        found.iter().zip(answered).all(|(it, least)| *it >= least)
    };
    if matches {
        Ok(())
    } else {
        Err(format!(
            "the counters say {found:?}, the answers {answered:?} (received, accepted, duplicate, rejected, shed)"
        ))
    }
}
