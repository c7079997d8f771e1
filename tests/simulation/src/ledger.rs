//! How each message must end, and whether every answer says so.
//!
//! Written from the sending side: what the collector has stored is what it was sent and had room for.

use crate::collector::Answer;
use std::collections::BTreeMap;

/// One message of a request.
#[derive(Clone, Debug)]
pub(crate) enum Sent {
    Good { id: String },
    Bad { id: Option<String>, code: &'static str },
}

/// The arrival that put a message on stable storage.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arrival {
    /// How long it was on its way.
    pub(crate) way_ms: i64,
}

#[derive(Debug, Default)]
pub(crate) struct Ledger {
    stored: BTreeMap<String, Arrival>,
    pub(crate) exchanges: u64,
    pub(crate) received: u64,
    pub(crate) accepted: u64,
    pub(crate) duplicate: u64,
    pub(crate) rejected: u64,
    pub(crate) shed: u64,
}

impl Ledger {
    pub(crate) fn stored(&self, id: &str) -> Option<Arrival> {
        self.stored.get(id).copied()
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> {
        self.stored.keys().map(String::as_str)
    }

    /// Enters one exchange and holds the answer against what it must be.
    pub(crate) fn enter(&mut self, sent: &[Sent], way_ms: i64, busy: bool, answer: &Answer) {
        let mut expected = Vec::new();
        let mut counts = [0_u64; 4];
        for message in sent {
            let (count, words) = match message {
                Sent::Bad { id, code } => (2, (id.as_deref(), "rejected", Some(*code))),
                Sent::Good { id } if busy => (3, (Some(id.as_str()), "shed", None)),
                Sent::Good { id } => {
                    let is_new = !self.stored.contains_key(id);
                    if is_new {
                        self.stored.insert(id.clone(), Arrival { way_ms });
                    }
                    let outcome = if is_new { "accepted" } else { "duplicate" };
                    (usize::from(!is_new), (Some(id.as_str()), outcome, None))
                }
            };
            counts[count] += 1;
            expected.push(words);
        }
        let outcomes = answer.body["outcomes"].as_array().map(Vec::as_slice).unwrap_or_default();
        let found: Vec<_> = outcomes
            .iter()
            .map(|it| (it["messageId"].as_str(), it["outcome"].as_str().unwrap_or_default(), it["code"].as_str()))
            .collect();
        assert_eq!(found, expected, "each message ends as it must; answered {} {}", answer.status, answer.body);
        let said = ["accepted", "duplicate", "rejected", "shed"].map(|it| answer.body[it].as_u64().unwrap_or(u64::MAX));
        assert_eq!(said, counts, "the counts are those of the outcomes");
        assert_eq!(answer.body["received"].as_u64(), Some(counts.iter().sum()), "received is the sum of the outcomes");
        let shed = counts[3] > 0;
        assert_eq!(answer.status, if shed { 503 } else { 200 }, "only a shed message makes the sender come again");
        assert_eq!(answer.retry_after_ms.is_some(), shed, "who is to come again is told when");
        self.exchanges += 1;
        self.received += said.iter().sum::<u64>();
        self.accepted += said[0];
        self.duplicate += said[1];
        self.rejected += said[2];
        self.shed += said[3];
    }
}
