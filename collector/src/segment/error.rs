//! Why a text is no segment.

/// Why a text is no segment, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("at character {}: {message}", .at + 1)]
pub struct NotASegment {
    /// In characters, from 0.
    pub at: usize,
    /// With what to write instead.
    pub message: String,
}
