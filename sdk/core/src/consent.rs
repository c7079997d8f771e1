//! What the visitor allowed, and what waits until they do.
//!
//! Does not know why: Global Privacy Control, a banner and the vendor's code all end here.

use crate::input::{Call, Page};
use crate::limits;

/// The visitor's decision.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Consent {
    #[default]
    Granted,
    /// Nothing is recorded.
    Denied,
    /// Not decided: calls wait in memory; nothing is stored, nothing leaves.
    Pending,
}

impl Consent {
    /// In the order of the edge's numbers.
    pub const ALL: [Self; 3] = [Self::Granted, Self::Denied, Self::Pending];
}

/// A call with everything its message will need, waiting for consent and for the stored identity.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) at_ms: i64,
    pub(crate) page: Page,
    pub(crate) call: Call,
}

/// Held calls in order, bounded like the queue; the oldest go first.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    calls: Vec<Held>,
    bytes: usize,
}

impl Waiting {
    /// Takes a call in and says whether one had to go for it.
    pub(crate) fn push(&mut self, held: Held) -> bool {
        self.bytes += size(&held);
        self.calls.push(held);
        let mut dropped = false;
        while self.calls.len() > limits::QUEUE_MESSAGES || self.bytes > limits::QUEUE_BYTES {
            self.calls.rotate_left(1);
            self.bytes -= self.calls.pop().as_ref().map_or(0, size);
            dropped = true;
        }
        dropped
    }

    pub(crate) fn take(&mut self) -> Vec<Held> {
        std::mem::take(self).calls
    }
}

/// The parts of a call that the vendor's code makes large; the rest is small and counted flat.
fn size(held: &Held) -> usize {
    const FLAT: usize = 512;
    FLAT + held.call.subject.len() + held.call.body.len()
}
