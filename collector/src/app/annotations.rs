//! What happened, for those who read charts over time: what the vendor wrote down, and definitions that changed.

use super::App;
use super::definitions::{self, Subject};
use crate::storage::StorageError;
use serde::Serialize;

/// Changes kept, the latest: years of them.
const CHANGES_MOST: usize = 1_000;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Annotation {
    pub at_ms: i64,
    pub text: String,
    /// Where to read more.
    pub url: Option<String>,
    /// The definition that changed, such as `journey:onboarding`; `None`: the vendor wrote it down.
    pub changed: Option<String>,
    /// Of that definition from then on; `None` where it is gone, or nothing changed.
    pub digest: Option<String>,
}

impl App {
    /// Notes what is defined now, and what has changed since it was last noted. The first time nothing has.
    pub async fn note_definitions(&self) -> Result<(), StorageError> {
        let now = definitions::described(&self.project());
        let before = self.desk.definitions().await?;
        if before == now {
            return Ok(());
        }
        let changes = definitions::changes(&before, &now, self.now_ms());
        self.desk.keep_definitions(now, changes, CHANGES_MOST).await
    }

    /// What the vendor wrote down, and what changed of the calendar and of these, or of all (`None`); in order of time.
    pub async fn annotations(&self, of: Option<&[Subject]>) -> Result<Vec<Annotation>, StorageError> {
        let project = self.project();
        let written = project.annotations.iter().map(|it| Annotation {
            at_ms: it.at_ms,
            text: it.text.clone(),
            url: it.url.clone(),
            changed: None,
            digest: None,
        });
        let mut all: Vec<Annotation> = written.collect();
        let is_wanted = |subject: &str| {
            subject == definitions::CALENDAR || of.is_none_or(|of| of.iter().any(|it| it.to_string() == subject))
        };
        let changes = self.desk.definition_changes().await?.into_iter().filter(|it| is_wanted(&it.subject));
        all.extend(changes.map(|it| Annotation {
            at_ms: it.at_ms,
            text: it.text,
            url: None,
            changed: Some(it.subject),
            digest: Some(it.digest).filter(|it| !it.is_empty()),
        }));
        all.sort_by_key(|it| it.at_ms);
        Ok(all)
    }
}
