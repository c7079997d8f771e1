//! Elements in view: seen after a second without a break, while the page is visible.

use crate::limits;

#[derive(Debug)]
struct InView {
    selector: String,
    element: u32,
    /// `None` once reported: it has to leave before it can be seen again.
    since_ms: Option<i64>,
}

#[derive(Debug, Default)]
pub(crate) struct Sightings {
    in_view: Vec<InView>,
}

impl Sightings {
    pub(crate) fn changed(&mut self, now_ms: i64, selector: &str, element: u32, in_view: bool) {
        let known = |it: &InView| it.element == element && it.selector.as_bytes() == selector.as_bytes();
        if !in_view {
            self.in_view.retain(|it| !known(it));
        } else if self.in_view.len() < limits::SIGHTINGS && !self.in_view.iter().any(known) {
            self.in_view.push(InView { selector: selector.into(), element, since_ms: Some(now_ms) });
        }
    }

    /// Being shown again starts the second anew.
    pub(crate) fn shown(&mut self, now_ms: i64) {
        for it in &mut self.in_view {
            it.since_ms = it.since_ms.and(Some(now_ms));
        }
    }

    /// The selector of one element that has now been seen.
    pub(crate) fn take_due(&mut self, now_ms: i64) -> Option<String> {
        let due =
            self.in_view.iter_mut().find(|it| it.since_ms.is_some_and(|it| now_ms - it >= limits::SIGHTING_MS))?;
        due.since_ms = None;
        Some(due.selector.clone())
    }

    pub(crate) fn next_due_ms(&self) -> Option<i64> {
        self.in_view.iter().filter_map(|it| it.since_ms).min().map(|it| it + limits::SIGHTING_MS)
    }

    pub(crate) fn forget(&mut self) {
        self.in_view.clear();
    }
}
