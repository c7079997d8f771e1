//! What brought a prompt up: travels with its lease and with every message about it.

use crate::json::Json;
use domain::PromptKind;
use domain::survey::Surface;

/// The vendor's code, the visitor at a tab, an element in the page: triggers that are none of `milepost.toml`'s.
pub(crate) const CODE: &str = "code";
pub(crate) const TAB: &str = "tab";
pub(crate) const INLINE: &str = "inline";

/// In the order of the numbers by which they are stored. What the visitor opens is not: it is theirs to open again.
pub(crate) const TRIGGERS: [&str; 6] = ["message", "reached", "overdue", "hesitation", "timeOnPage", CODE];

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cause {
    /// The survey, or [`domain::HESITATION`].
    pub(crate) prompt: String,
    pub(crate) trigger: &'static str,
    /// Where hesitation led to it: the page's template, and when the visit began. Else empty, and 0.
    pub(crate) page: String,
    pub(crate) visit_ms: i64,
}

impl Cause {
    pub(crate) fn new(prompt: &str, trigger: &'static str) -> Self {
        Self { prompt: prompt.into(), trigger, page: String::new(), visit_ms: 0 }
    }

    /// `trigger`, and where it was.
    pub(crate) fn write(&self, json: &mut Json) {
        json.text("trigger", self.trigger);
        if !self.page.is_empty() {
            json.text("page", &self.page).number("visit", self.visit_ms);
        }
    }
}

pub(crate) fn kind_of(surface: Surface) -> PromptKind {
    match surface {
        Surface::Popover => PromptKind::Popover,
        Surface::Inline => PromptKind::Inline,
        Surface::Tab => PromptKind::Tab,
    }
}
