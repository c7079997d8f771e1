//! One visit as learning sees it: who, where, what was measured, and how it went on.

use domain::hesitation::Device;

/// One finished visit to a page.
#[derive(Clone, Debug, PartialEq)]
pub struct LearnedVisit {
    pub user: String,
    pub session: String,
    /// When it began: old visits count less.
    pub started_ms: i64,
    /// A page template.
    pub page: String,
    /// Empty: none.
    pub context: String,
    pub device: Device,
    /// As the SDK sent it: what was measured, up to the prompt where there was one.
    pub samples: String,
    /// As the SDK sent it: the states reached, and when.
    pub states: String,
    /// Clicks, keys and fields filled in.
    pub actions: i64,
    /// The user got further afterwards; `None`: too early to tell.
    pub went_on: Option<bool>,
    pub is_prompted: bool,
    /// Up to the prompt, where there was one.
    pub active_ms: i64,
    /// The highest score, where the model now in force (its weights) was at work.
    pub top_score: Option<i32>,
}
