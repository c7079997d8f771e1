//! Who is of the segments that surveys are meant for, at most a minute ago: pages ask too often to count each time.

use super::Members;
use crate::app::App;
use crate::storage::{Person, StorageError};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// So old an answer is good enough for asking somebody a question.
const FRESH_MS: i64 = 60_000;

/// By segment; bounded by the segments of one file.
#[derive(Default)]
pub(in crate::app) struct Fresh(Mutex<HashMap<String, Counted>>);

/// Who was of it, as it read and when it was counted.
struct Counted {
    text: String,
    at_ms: i64,
    members: Arc<Members>,
}

impl Fresh {
    fn get(&self, id: &str, text: &str, now_ms: i64) -> Option<Arc<Members>> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = all.get(id)?;
        let is_fresh = known.text == text && (0..FRESH_MS).contains(&now_ms.saturating_sub(known.at_ms));
        is_fresh.then(|| Arc::clone(&known.members))
    }

    fn keep(&self, id: &str, text: String, now_ms: i64, members: Arc<Members>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(id.to_owned(), Counted { text, at_ms: now_ms, members });
    }
}

impl App {
    /// Whether a person is of a segment of `milepost.toml`; of one that is not there nobody is.
    pub(in crate::app) async fn is_of_segment(&self, id: &str, person: &Person) -> Result<bool, StorageError> {
        let project = self.project();
        let Some(segment) = project.segment(id) else { return Ok(false) };
        let (text, now_ms) = (segment.expression.to_string(), self.now_ms());
        let members = match self.fresh.get(id, &text, now_ms) {
            Some(members) => members,
            None => {
                let _one_at_a_time = self.counting_segments.lock().await;
                match self.fresh.get(id, &text, now_ms) {
                    Some(members) => members,
                    None => {
                        // Whoever looks: what is counted here decides who is asked.
                        let all = Self::of(Arc::clone(&self.shared), Arc::clone(&self.stored), None);
                        let members = all.segment_members(&segment.expression).await?;
                        self.fresh.keep(id, text, now_ms, Arc::clone(&members));
                        members
                    }
                }
            }
        };
        let users = person.users.iter().map(|it| (it, false));
        let mut ids = users.chain(person.anonymous.iter().map(|it| (it, true)));
        Ok(ids.any(|(id, anonymous)| members.has_named(id, anonymous)))
    }
}
