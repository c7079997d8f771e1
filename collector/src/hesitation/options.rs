//! What learning is told besides the visits.

/// Set by the vendor, but for the time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LearnOptions {
    /// Visits count by how long ago they were.
    pub now_ms: i64,
    /// The share of sessions that may be asked.
    pub budget: f64,
}
