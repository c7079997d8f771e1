//! What a run of power cuts came to.

use super::image::Found;
use std::fmt;

#[derive(Clone, Debug)]
pub struct PowerCutReport {
    pub seed: u64,
    pub traces: u64,
    pub images: u64,
    /// System calls in all traces.
    pub calls: u64,
    /// Answers in all traces.
    pub acks: u64,
    /// Answers that were looked up in an image, in all images.
    pub looked_up: u64,
    /// Messages that images held.
    pub stored: u64,
    /// Changes that may or may not have been on the disk, in all images.
    pub uncertain: u64,
}

impl PowerCutReport {
    pub(super) fn new(seed: u64) -> Self {
        Self { seed, traces: 0, images: 0, calls: 0, acks: 0, looked_up: 0, stored: 0, uncertain: 0 }
    }

    pub(super) fn image(&mut self, found: &Found, uncertain: u64) {
        self.images += 1;
        self.looked_up += found.owed;
        self.stored += found.stored;
        self.uncertain += uncertain;
    }

    pub(super) fn traced(&mut self, calls: u64, acks: u64) {
        self.traces += 1;
        self.calls += calls;
        self.acks += acks;
    }
}

impl fmt::Display for PowerCutReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seed, traces, images, calls, acks, looked_up, uncertain, .. } = self;
        writeln!(
            formatter,
            "seed {seed:#x}: {images} crash images from {traces} traces ({calls} system calls, {acks} answers)"
        )?;
        write!(
            formatter,
            "  0 answers lost ({looked_up} looked up), 0 images that cannot be opened, 0 that fail the integrity check; {:.1} uncertain changes an image",
            *uncertain as f64 / (*images).max(1) as f64
        )
    }
}
