//! All lines of one session, with what each left out.

use super::mark::Mark;
use domain::hesitation::Device;
use sdk_core::hesitation::Observation;
use std::sync::Arc;

/// One session's part of a log, whole.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Session {
    pub id: String,
    /// Number of its first line.
    pub first_line: u64,
    pub entries: Vec<Entry>,
    pub places: Vec<Place>,
    /// Where the visitor is by the last line, into [`Session::places`].
    here: u32,
    /// Lines of the log read when its last came.
    pub(super) last_seen: u64,
    pub(super) is_sorted: bool,
    pub(super) has_model: bool,
    pub(super) has_ticks: bool,
    pub(super) has_shown: bool,
    pub(super) has_prompts: bool,
}

/// One line in its session.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub t_ms: i64,
    pub line: u64,
    /// Into [`Session::places`].
    pub place: u32,
    /// The line named its page itself.
    pub names_page: bool,
    pub mark: Mark<'static>,
}

/// Who, with what, where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// `None`: nobody was named, so the session stands for its user.
    pub user: Option<Arc<str>>,
    pub device: Device,
    /// `None`: not yet said.
    pub page: Option<Arc<str>>,
    pub context: Arc<str>,
}

impl Session {
    /// Begins where whoever wrote the log was before.
    pub(super) fn new(id: &str, first_line: u64, place: Place) -> Self {
        Self { id: id.to_owned(), first_line, places: vec![place], is_sorted: true, ..Self::default() }
    }

    /// Written by Milepost's own recorder, rather than converted from elsewhere: nothing is added, nothing is sorted.
    pub fn is_recorded(&self) -> bool {
        self.has_model
    }

    pub fn place(&self, entry: &Entry) -> &Place {
        // Every entry was given a place when it was pushed, and there always is a first.
        self.places.get(entry.place as usize).unwrap_or(&self.places[0])
    }

    pub fn user(&self, entry: &Entry) -> &str {
        self.place(entry).user.as_deref().unwrap_or(&self.id)
    }

    pub(super) fn here(&self) -> &Place {
        self.places.get(self.here as usize).unwrap_or(&self.places[0])
    }

    /// Appends a line; `place` where it says another than the line before. `Some`: it is earlier, by so much.
    pub(super) fn push(
        &mut self,
        t_ms: i64,
        line: u64,
        place: Option<Place>,
        names_page: bool,
        mark: Mark<'static>,
    ) -> Option<i64> {
        match &mark {
            Mark::Model { .. } | Mark::Decision(_) => self.has_model = true,
            Mark::Seen(Observation::Tick) => self.has_ticks = true,
            Mark::Seen(Observation::Shown(true)) => self.has_shown = true,
            Mark::Seen(Observation::Prompt(_)) => self.has_prompts = true,
            _ => {}
        }
        let mut at = self.here;
        if let Some(place) = place {
            at = self.places.len() as u32;
            self.places.push(place);
        }
        // Whoever judges a page need not be on it.
        if !matches!(mark, Mark::Outcome { .. }) {
            self.here = at;
        }
        let before_ms = self.entries.last().map_or(t_ms, |it| it.t_ms);
        self.entries.push(Entry { t_ms, line, place: at, names_page, mark });
        let by_ms = before_ms.saturating_sub(t_ms);
        self.is_sorted &= by_ms <= 0;
        (by_ms > 0).then_some(by_ms)
    }

    /// Brings lines that came late to their time; a recording keeps the order in which its browser told it.
    pub(super) fn settle(&mut self) {
        if !self.is_sorted && !self.is_recorded() {
            self.entries.sort_by_key(|it| it.t_ms);
        }
    }
}
