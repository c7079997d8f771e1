//! What operators do about responses: read, assign, tag, note, resolve.
//!
//! Only acts are kept, each with who and when; what a response's triage is now follows from them.

use super::App;
use super::surveys::Response;
use crate::storage::{InboxAct, Person, StorageError};
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// Characters of one tag: a word or two.
pub const TAG_CHARS_MAX: usize = 40;

/// Tags on one response.
pub const TAGS_MAX: usize = 20;

/// Characters of one note.
pub const NOTE_CHARS_MAX: usize = 4_000;

/// Acts on one response: more is a program gone astray.
const ACTS_MAX: usize = 1_000;

/// How far a response has come with us.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum State {
    /// Nobody has done anything about it.
    #[default]
    Unread,
    Open,
    Resolved,
}

/// Something an operator does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    Read,
    /// To an operator by e-mail, or to nobody.
    Assigned(Option<String>),
    Tagged(String),
    Untagged(String),
    Noted(String),
    Resolved,
    Reopened,
}

/// An act, with who and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    pub at_ms: i64,
    /// The operator's e-mail.
    pub by: String,
    pub act: Act,
}

/// What has been done about one response.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Triage {
    pub is_resolved: bool,
    pub assignee: Option<String>,
    pub tags: BTreeSet<String>,
    /// Everything, in order.
    pub history: Vec<Done>,
}

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum InboxRefusal {
    #[error("there is no such response")]
    NoSuchResponse,
    #[error("there is no operator “{0}”: choose one from the list")]
    NoSuchOperator(String),
    #[error("the tag is empty: write a word or two")]
    EmptyTag,
    #[error("the tag is too long: use at most {TAG_CHARS_MAX} characters")]
    LongTag,
    #[error("there are {TAGS_MAX} tags already: take one away first")]
    TooManyTags,
    #[error("the note is empty: write something")]
    EmptyNote,
    #[error("the note is too long: use at most {NOTE_CHARS_MAX} characters")]
    LongNote,
    #[error("too much was done about this response: its history is full")]
    Full,
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl State {
    pub const ALL: [Self; 3] = [Self::Unread, Self::Open, Self::Resolved];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unread => "unread",
            Self::Open => "open",
            Self::Resolved => "resolved",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == text)
    }
}

impl Act {
    /// As it is stored: a word, and what it is about.
    fn stored(&self) -> (&'static str, &str) {
        match self {
            Self::Read => ("read", ""),
            Self::Assigned(to) => ("assigned", to.as_deref().unwrap_or_default()),
            Self::Tagged(tag) => ("tagged", tag),
            Self::Untagged(tag) => ("untagged", tag),
            Self::Noted(text) => ("noted", text),
            Self::Resolved => ("resolved", ""),
            Self::Reopened => ("reopened", ""),
        }
    }

    fn of(act: &str, detail: String) -> Option<Self> {
        Some(match act {
            "read" => Self::Read,
            "assigned" => Self::Assigned((!detail.is_empty()).then_some(detail)),
            "tagged" => Self::Tagged(detail),
            "untagged" => Self::Untagged(detail),
            "noted" => Self::Noted(detail),
            "resolved" => Self::Resolved,
            "reopened" => Self::Reopened,
            _ => return None,
        })
    }
}

impl Triage {
    pub fn of(history: Vec<Done>) -> Self {
        let mut triage = Self::default();
        for done in history {
            triage.take(done);
        }
        triage
    }

    pub fn state(&self) -> State {
        match (self.history.is_empty(), self.is_resolved) {
            (true, _) => State::Unread,
            (_, true) => State::Resolved,
            _ => State::Open,
        }
    }

    /// The notes, in order.
    pub fn notes(&self) -> impl Iterator<Item = (&Done, &str)> {
        self.history.iter().filter_map(|it| match &it.act {
            Act::Noted(text) => Some((it, text.as_str())),
            _ => None,
        })
    }

    /// Whether it would change anything.
    fn changes(&self, act: &Act) -> bool {
        match act {
            Act::Read => self.history.is_empty(),
            Act::Assigned(to) => self.assignee != *to,
            Act::Tagged(tag) => !self.tags.contains(tag),
            Act::Untagged(tag) => self.tags.contains(tag),
            Act::Noted(_) => true,
            Act::Resolved => !self.is_resolved,
            Act::Reopened => self.is_resolved,
        }
    }

    fn take(&mut self, done: Done) {
        match &done.act {
            Act::Read | Act::Noted(_) => {}
            Act::Assigned(to) => self.assignee.clone_from(to),
            Act::Tagged(tag) => drop(self.tags.insert(tag.clone())),
            Act::Untagged(tag) => drop(self.tags.remove(tag)),
            Act::Resolved => self.is_resolved = true,
            Act::Reopened => self.is_resolved = false,
        }
        self.history.push(done);
    }
}

impl App {
    /// What was done about the responses of a survey, or of all.
    pub(super) async fn triage(
        &self,
        survey: Option<String>,
    ) -> Result<HashMap<(String, String), Arc<Triage>>, StorageError> {
        let mut histories: HashMap<(String, String), Vec<Done>> = HashMap::new();
        for it in self.desk.inbox_acts(survey).await? {
            if let Some(act) = Act::of(&it.act, it.detail) {
                let done = Done { at_ms: it.at_ms, by: it.operator, act };
                histories.entry((it.survey, it.submission)).or_default().push(done);
            }
        }
        Ok(histories.into_iter().map(|(key, history)| (key, Arc::new(Triage::of(history)))).collect())
    }

    /// Does something about a response in an operator's name; what would change nothing is not written down.
    pub async fn act(&self, survey: &str, submission: &str, operator: &str, act: Act) -> Result<(), InboxRefusal> {
        let act = checked(act)?;
        if let Act::Assigned(Some(to)) = &act
            && !self.desk.operators().await?.iter().any(|it| it.email == *to)
        {
            return Err(InboxRefusal::NoSuchOperator(to.clone()));
        }
        let key = (survey.to_owned(), submission.to_owned());
        let triage = self.triage(Some(key.0.clone())).await?.remove(&key).unwrap_or_default();
        if triage.history.len() >= ACTS_MAX {
            return Err(InboxRefusal::Full);
        }
        if matches!(act, Act::Tagged(_)) && triage.tags.len() >= TAGS_MAX {
            return Err(InboxRefusal::TooManyTags);
        }
        if triage.changes(&act) {
            let (word, detail) = act.stored();
            let stored = InboxAct {
                survey: key.0,
                submission: key.1,
                at_ms: self.now_ms(),
                operator: operator.to_owned(),
                act: word.to_owned(),
                detail: detail.to_owned(),
            };
            self.desk.add_inbox_act(stored).await?;
            self.news.arrived();
        }
        Ok(())
    }

    /// The submissions of a person: what was done about them goes when the person is erased.
    pub(super) async fn submissions_of(&self, person: &Person) -> Result<Vec<String>, StorageError> {
        let responses = self.all_responses().await?;
        let is_theirs = |it: &&Response| {
            let ids = if it.anonymous { &person.anonymous } else { &person.users };
            ids.contains(&it.user)
        };
        Ok(responses.iter().filter(is_theirs).map(|it| it.submission.clone()).collect())
    }

    /// The e-mails of all who may be assigned something.
    pub async fn operators(&self) -> Result<Vec<String>, StorageError> {
        Ok(self.desk.operators().await?.into_iter().map(|it| it.email).collect())
    }
}

/// Within the limits, without what nobody sees.
fn checked(act: Act) -> Result<Act, InboxRefusal> {
    Ok(match act {
        Act::Tagged(tag) => {
            let words = tag.split(|it: char| it.is_whitespace() || it.is_control()).filter(|it| !it.is_empty());
            let tag = words.collect::<Vec<_>>().join(" ");
            match tag.chars().count() {
                0 => return Err(InboxRefusal::EmptyTag),
                count if count > TAG_CHARS_MAX => return Err(InboxRefusal::LongTag),
                _ => Act::Tagged(tag),
            }
        }
        Act::Noted(text) => {
            let text = text.replace("\r\n", "\n").trim().to_owned();
            match text.chars().count() {
                0 => return Err(InboxRefusal::EmptyNote),
                count if count > NOTE_CHARS_MAX => return Err(InboxRefusal::LongNote),
                _ => Act::Noted(text),
            }
        }
        other => other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn done(act: Act) -> Done {
        Done { at_ms: 1, by: "ada@example.com".to_owned(), act }
    }

    #[test]
    fn a_response_is_unread_until_somebody_does_something_and_resolved_until_it_is_reopened() {
        let mut triage = Triage::default();
        assert_eq!(triage.state(), State::Unread);
        for (act, state) in [
            (Act::Read, State::Open),
            (Act::Resolved, State::Resolved),
            (Act::Noted("later".to_owned()), State::Resolved),
            (Act::Reopened, State::Open),
        ] {
            triage.take(done(act));
            assert_eq!(triage.state(), state);
        }
        assert_eq!(triage.notes().map(|it| it.1).collect::<Vec<_>>(), ["later"]);
    }

    #[test]
    fn tags_are_words_without_what_nobody_sees() {
        assert!(matches!(checked(Act::Tagged(" a\u{0}\tb \n".to_owned())), Ok(Act::Tagged(tag)) if tag == "a b"));
        assert!(matches!(checked(Act::Tagged(" \n ".to_owned())), Err(InboxRefusal::EmptyTag)));
        assert!(matches!(checked(Act::Tagged("x".repeat(41))), Err(InboxRefusal::LongTag)));
        assert!(matches!(checked(Act::Noted(String::new())), Err(InboxRefusal::EmptyNote)));
    }

    fn any_act() -> impl Strategy<Value = Act> {
        prop_oneof![
            Just(Act::Read),
            prop::option::of("[ab]@x").prop_map(Act::Assigned),
            "[a-c]".prop_map(Act::Tagged),
            "[a-c]".prop_map(Act::Untagged),
            "[a-z]{1,3}".prop_map(Act::Noted),
            Just(Act::Resolved),
            Just(Act::Reopened),
        ]
    }

    proptest! {
        #[test]
        fn what_would_change_nothing_changes_nothing(acts in prop::collection::vec(any_act(), 0..20), next in any_act()) {
            let mut triage = Triage::of(std::iter::once(Act::Read).chain(acts).map(done).collect());
            let changes = triage.changes(&next);
            let before = (triage.state(), triage.assignee.clone(), triage.tags.clone());
            triage.take(done(next.clone()));
            let after = (triage.state(), triage.assignee.clone(), triage.tags.clone());
            prop_assert_eq!(changes, before != after || matches!(next, Act::Noted(_)));
        }

        #[test]
        fn acts_are_stored_as_they_are(act in any_act()) {
            let (word, detail) = act.stored();
            prop_assert_eq!(Act::of(word, detail.to_owned()), Some(act));
        }
    }
}
