//! Which reasons were told of this page view: each once for a prompt.

use super::candidates::is;
use domain::{Reason, Reasons};

/// Told of one page view; scenes change often.
const TOLD: usize = 12;

#[derive(Debug, Default)]
pub(crate) struct Withheld {
    told: Vec<(String, Reasons)>,
}

impl Withheld {
    /// Notes it, and says whether it was not told before.
    pub(crate) fn is_news(&mut self, prompt: &str, reasons: Reasons) -> bool {
        let is_news = self.told.len() < TOLD && !self.told.iter().any(|it| it.1 == reasons && is(&it.0, prompt));
        if is_news {
            self.told.push((prompt.into(), reasons));
        }
        is_news
    }

    pub(crate) fn has(&self, prompt: &str) -> bool {
        self.told.iter().any(|it| is(&it.0, prompt))
    }

    pub(crate) fn clear(&mut self) {
        self.told.clear();
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
