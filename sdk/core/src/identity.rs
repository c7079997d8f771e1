//! Who this is: the anonymous id we mint, the ids the vendor gives.

use crate::random::Random;
use domain::{AccountId, AnonymousId, UserId};

#[derive(Debug)]
pub(crate) struct Identity {
    pub(crate) anonymous_id: AnonymousId,
    pub(crate) user_id: Option<UserId>,
    pub(crate) account_id: Option<AccountId>,
    /// Proof of the user id for the collector; lives in memory only.
    pub(crate) token: Option<String>,
}

impl Identity {
    pub(crate) fn new(now_ms: i64, random: &mut Random) -> Self {
        let anonymous_id = AnonymousId::new(random.uuid(now_ms));
        Self { anonymous_id, user_id: None, account_id: None, token: None }
    }

    /// Takes the given user id, with its proof, and says whether it replaced another person.
    ///
    /// Then everything else starts anew: one anonymous id must never join two people.
    pub(crate) fn identify(
        &mut self,
        user_id: UserId,
        token: Option<String>,
        now_ms: i64,
        random: &mut Random,
    ) -> bool {
        let is_same = self.user_id.as_ref() == Some(&user_id);
        let replaced = self.user_id.is_some() && !is_same;
        if replaced {
            *self = Self::new(now_ms, random);
        }
        if !is_same || token.is_some() {
            self.token = token;
        }
        self.user_id = Some(user_id);
        replaced
    }

    /// The same person under another user id; the proof was for the old one. Returns the old id.
    pub(crate) fn rename(&mut self, user_id: UserId) -> String {
        self.token = None;
        let known = self.user_id.replace(user_id);
        known.map_or_else(|| self.anonymous_id.as_str().into(), UserId::into_string)
    }
}
