//! Messages of this page, kept for the rules until there are any.

use crate::limits;
use crate::message::Said;

/// `None`: the rules are known.
#[derive(Debug)]
pub(crate) struct Early(Option<Vec<Said>>);

impl Default for Early {
    fn default() -> Self {
        Self(Some(Vec::new()))
    }
}

impl Early {
    /// Keeps it, or gives it back to be looked at now.
    pub(crate) fn keep(&mut self, said: Said) -> Option<Said> {
        let Some(waiting) = &mut self.0 else { return Some(said) };
        // Beyond that the config is not coming, and the collector knows anyway.
        if waiting.len() < limits::EARLY_FACTS {
            waiting.push(said);
        }
        None
    }

    /// The rules are known.
    pub(crate) fn end(&mut self) -> Vec<Said> {
        self.0.take().unwrap_or_default()
    }

    /// Somebody else sits here now.
    pub(crate) fn forget(&mut self) {
        if let Some(waiting) = &mut self.0 {
            waiting.clear();
        }
    }
}
