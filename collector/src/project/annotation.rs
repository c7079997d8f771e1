//! `[[annotation]]`: what happened on a day, for those who read charts.

/// A release, a campaign, an outage: drawn as a mark on charts over time, and listed below them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation {
    /// When; a day is that of the project.
    pub at_ms: i64,
    pub text: String,
    /// Where to read more.
    pub url: Option<String>,
}

impl Annotation {
    /// More are no marks but a diary.
    pub const MOST: usize = 200;
}
