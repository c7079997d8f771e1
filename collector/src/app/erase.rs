//! Erasing a person: everything, everywhere, with a receipt of what it was.

use super::App;
use super::lease::Visitor;
use crate::storage::{Person, StorageError};
use serde::Serialize;

/// Messages under erased ids are refused for so long: they may come late, from a browser that was offline.
const TOMBSTONE_MS: u64 = 30 * 86_400_000;

/// Answers of one browser that are taken out at once; nobody has given so many.
const ANSWERS: usize = 10_000;

/// What was erased.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Erasure {
    pub user: String,
    /// User ids and anonymous ids that were this person's.
    pub ids: u64,
    pub messages: u64,
    pub leases: u64,
    pub denials: u64,
    pub mutes: u64,
}

impl App {
    /// Erases the person whom a user id, or the anonymous id of somebody who never said who it is, names; `None`
    /// where nobody is known by it. When the answer comes, no byte is left in the data folder.
    pub async fn erase(&self, user: &str) -> Result<Option<Erasure>, StorageError> {
        let now_ms = self.now_ms();
        let Some(person) = self.everything_named(user).await? else { return Ok(None) };
        let submissions = self.submissions_of(&person).await?;
        let erased = self.events.erase(person.clone(), now_ms, now_ms.saturating_add_unsigned(TOMBSTONE_MS)).await?;
        // Whoever asks from here on finds the person erased; who asked before may be about to write.
        drop(self.writing.write().await);
        // After the messages: what a browser says meanwhile is refused from here on.
        self.desk.forget_inbox(submissions).await?;
        self.desk.forget_care(person.users.iter().chain(&person.anonymous).cloned().collect()).await?;
        let forgotten = self.desk.forget(person.clone()).await?;
        self.forget_wishes(&person);
        self.news.arrived();
        tracing::info!(messages = erased.messages, leases = forgotten.leases, "a person was erased");
        Ok(Some(Erasure {
            user: user.to_owned(),
            ids: erased.ids,
            messages: erased.messages,
            leases: forgotten.leases,
            denials: forgotten.denials,
            mutes: forgotten.mutes,
        }))
    }

    /// Deletes what was answered to the prompts in this browser's receipt; the number of answers.
    pub async fn erase_answers(&self, visitor: &Visitor) -> Result<u64, StorageError> {
        let known = visitor.known(&self.project(), self.now_ms());
        let (person, leases) = self.shown_to(&known).await?;
        let messages = self.events.about_prompts(person, ANSWERS).await?;
        let is_theirs = |lease: &str| leases.iter().any(|it| it.lease.as_str() == lease);
        let answers = messages.iter().filter(|it| super::receipt::answered_lease(it).is_some_and(|it| is_theirs(&it)));
        self.events.erase_messages(answers.map(|it| it.position).collect()).await
    }

    /// All ids under which anything is stored of the one this id names.
    pub(super) async fn everything_named(&self, id: &str) -> Result<Option<Person>, StorageError> {
        let user = self.events.person(Some(id.to_owned()), None).await?;
        let anonymous = self.events.person(None, Some(id.to_owned())).await?;
        // A browser that has said who it is is erased with its user, not instead of them.
        let is_browser = anonymous.is_known && !user.is_known;
        // Erasing again is fine: the first answer may have been lost.
        if is_browser || anonymous.erased_until_ms.is_some() {
            return Ok(Some(anonymous.ids));
        }
        if user.is_known || user.erased_until_ms.is_some() {
            return Ok(Some(user.ids));
        }
        // Somebody may have asked for a lease and sent nothing yet.
        for person in [user.ids, anonymous.ids] {
            let is_known = !self.desk.leases(person.clone(), 1).await?.is_empty()
                || !self.desk.denials(person.clone(), 1).await?.is_empty();
            if is_known {
                return Ok(Some(person));
            }
        }
        Ok(None)
    }
}
