//! What is going to happen, earliest first; at equal times in the order it was planned.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// Happenings by their time.
pub(crate) struct Agenda<H> {
    planned: u64,
    heap: BinaryHeap<Planned<H>>,
}

struct Planned<H> {
    at_ms: i64,
    order: u64,
    happening: H,
}

impl<H> Agenda<H> {
    pub(crate) fn new() -> Self {
        Self { planned: 0, heap: BinaryHeap::new() }
    }

    pub(crate) fn plan(&mut self, at_ms: i64, happening: H) {
        self.planned += 1;
        self.heap.push(Planned { at_ms, order: self.planned, happening });
    }

    /// The next happening and its time.
    pub(crate) fn next(&mut self) -> Option<(i64, H)> {
        self.heap.pop().map(|it| (it.at_ms, it.happening))
    }
}

impl<H> Ord for Planned<H> {
    fn cmp(&self, other: &Self) -> Ordering {
        // The heap gives the greatest; we want the earliest.
        (other.at_ms, other.order).cmp(&(self.at_ms, self.order))
    }
}

impl<H> PartialOrd for Planned<H> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<H> PartialEq for Planned<H> {
    fn eq(&self, other: &Self) -> bool {
        self.order == other.order
    }
}

impl<H> Eq for Planned<H> {}
