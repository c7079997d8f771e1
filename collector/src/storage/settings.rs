//! What operators set up for themselves.

use super::Answering;

/// Durable store of what operators switched off; everything else is on.
pub trait Settings: Send + Sync {
    /// In words of `app/settings.rs`.
    fn switched_off(&self, operator: i64) -> Answering<'_, Vec<String>>;

    fn switch(&self, operator: i64, what: String, is_on: bool) -> Answering<'_, ()>;
}
