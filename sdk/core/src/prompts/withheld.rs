//! Which reasons were told of this page view: each set once for a prompt.

use domain::{Reason, Reasons, hash};

/// Told of one page view; scenes change often.
const TOLD: usize = 12;

#[derive(Debug, Default)]
pub(crate) struct Withheld {
    /// Of prompt and reasons.
    hashes: Vec<u64>,
}

impl Withheld {
    /// Notes it, and says whether it was not told before.
    pub(crate) fn is_news(&mut self, prompt: &str, reasons: Reasons) -> bool {
        let hash = hash(prompt, reasons.bits());
        let is_news = self.hashes.len() < TOLD && !self.hashes.contains(&hash);
        if is_news {
            self.hashes.push(hash);
        }
        is_news
    }

    pub(crate) fn clear(&mut self) {
        self.hashes.clear();
    }
}

/// What passes by itself in a moment is told only when the page is left before that.
pub(crate) fn passes(reasons: Reasons) -> bool {
    let mut passing = Reasons::NONE;
    for it in [Reason::Delayed, Reason::Early, Reason::Acting, Reason::Returned] {
        passing.add(it);
    }
    passing.union(reasons) == passing
}
