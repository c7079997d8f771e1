//! What messages say of prompts goes into the ledger: at once, and again where a crash came in between.

use super::App;
use crate::storage::{Arrived, Batch, StorageError, Told, What};
use domain::{Kind, LeaseId, limits, reserved};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

/// Messages that speak of a lease.
const SPEAKING: [&str; 5] = [
    reserved::SURVEY_SHOWN,
    reserved::SURVEY_ANSWERED,
    reserved::SURVEY_COMPLETED,
    reserved::SURVEY_DISMISSED,
    reserved::HESITATION_ANSWERED,
];

/// Messages that are told at once when they are told again.
const TOLD_AT_ONCE: usize = 1_000;

/// Denials, and leases that bind nobody, are kept for one quarter of the budget.
const KEPT_MS: i64 = 90 * 86_400_000;

const KEEP_EVERY: Duration = Duration::from_secs(3_600);

impl App {
    /// Tells the ledger. What fails is told again within the hour, or at the next start.
    pub(super) async fn tell(&self, told: Vec<Told>) {
        if told.is_empty() {
            return;
        }
        if let Err(error) = self.desk.tell(told).await {
            tracing::error!(%error, "the ledger was not told of some prompts; it will be told again");
        }
    }

    /// Tells the ledger all that it may have missed. Hearing something twice changes nothing.
    pub async fn settle_prompts(&self) -> Result<(), StorageError> {
        let mut position = self.desk.told_until().await?;
        loop {
            let names = SPEAKING.map(str::to_owned).to_vec();
            let arrived = self.events.arrived(names, position, TOLD_AT_ONCE).await?;
            let Some(last) = arrived.last() else { return Ok(()) };
            position = last.position;
            self.desk.tell(arrived.iter().filter_map(told_by).collect()).await?;
            self.desk.set_told_until(position).await?;
        }
    }

    /// Keeps the ledger true and small, for as long as the process lives.
    pub async fn keep_prompts(self: Arc<Self>) {
        let mut ticks = tokio::time::interval(KEEP_EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let kept = async {
                self.settle_prompts().await?;
                self.desk.prune(self.now_ms().saturating_sub(KEPT_MS)).await
            };
            if let Err(error) = kept.await {
                tracing::error!(%error, "the ledger of prompts could not be put in order");
            }
        }
    }
}

/// What these rows say, each with its place among them. Costs other messages a comparison of names.
pub(super) fn told(batch: &Batch) -> Vec<(usize, Told)> {
    let speaking = batch.iter().enumerate().filter(|(_, row)| row.kind == Kind::Track && SPEAKING.contains(&row.name));
    speaking.filter_map(|(place, row)| Some((place, read(row.name, row.at_ms, row.body)?))).collect()
}

fn told_by(message: &Arrived) -> Option<Told> {
    read(&message.name, message.at_ms, &message.body)
}

fn read(name: &str, at_ms: i64, body: &str) -> Option<Told> {
    let body: Value = serde_json::from_str(body).ok()?;
    let properties = body.get("properties")?;
    let text = |key: &str| properties.get(key).and_then(Value::as_str);
    let lease = text("lease").filter(|it| !it.is_empty() && it.len() <= limits::ID_BYTES)?;
    let what = match name {
        reserved::SURVEY_SHOWN => What::Shown,
        reserved::SURVEY_ANSWERED if is_passed(properties) => What::Shown,
        reserved::SURVEY_ANSWERED => What::Answered,
        reserved::SURVEY_COMPLETED => What::Completed,
        reserved::SURVEY_DISMISSED => dismissed(text("how")),
        _ => match text("said")? {
            "hinted" => What::Shown,
            "asked" | "opened" => What::Asked,
            "fine" | "confused" | "help" => What::Answered,
            "dismissed" => What::Dismissed("closed".to_owned()),
            "never" => What::Dismissed("never".to_owned()),
            "timedOut" => What::TimedOut,
            _ => return None,
        },
    };
    Some(Told { lease: LeaseId::new(lease), at_ms, what })
}

/// A step that was only read, or left out, is no answer.
fn is_passed(properties: &Value) -> bool {
    properties.get("passed").and_then(Value::as_bool) == Some(true)
}

fn dismissed(how: Option<&str>) -> What {
    match how {
        Some("timedOut") => What::TimedOut,
        Some(how @ ("notNow" | "never")) => What::Dismissed(how.to_owned()),
        _ => What::Dismissed("closed".to_owned()),
    }
}
