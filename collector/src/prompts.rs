//! Whether this prompt may be shown to this person now: the interruption budget, as a pure machine.
//!
//! `docs/reference/budget.md` has every rule in words. It knows no clock (time is an argument), no storage (what is
//! known of the person comes as a [`History`]) and no page: what only the browser can see is decided there.

mod decide;
mod ground;
mod history;

pub use decide::{Asking, Decision, Rules, decide};
pub use ground::{Ground, RETRY_AFTER_MAX_MS};
pub use history::{Colleague, History, Past};

#[cfg(test)]
mod tests;
