//! How the messages of a simulation ended.

use crate::cli::remote::BatchAnswer;
use serde::Serialize;

#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Tally {
    pub(super) sent: u64,
    pub(super) accepted: u64,
    pub(super) duplicate: u64,
    pub(super) rejected: u64,
}

impl Tally {
    pub(super) fn add(&mut self, other: &Self) {
        self.sent += other.sent;
        self.accepted += other.accepted;
        self.duplicate += other.duplicate;
        self.rejected += other.rejected;
    }

    pub(super) fn count(&mut self, answer: &BatchAnswer) {
        for outcome in &answer.outcomes {
            self.sent += 1;
            match outcome.outcome.as_str() {
                "accepted" => self.accepted += 1,
                "duplicate" => self.duplicate += 1,
                _ => self.rejected += 1,
            }
        }
    }
}
