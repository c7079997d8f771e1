//! Whom a survey could have been shown to.

use super::answer::SurveyRequest;
use super::response::Response;
use crate::app::App;
use crate::storage::{PromptLease, StorageError};
use domain::{Reason, Reasons};
use serde::{Serialize, Serializer};
use std::collections::{BTreeMap, HashMap};

/// One of the numbers of people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// It was shown or granted to them, or something stood against it.
    Eligible,
    /// Their browser was granted it.
    Leased,
    /// It was shown to them.
    Asked,
}

/// Somebody whose browser was granted a survey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Granted {
    pub(super) user: String,
    pub(super) anonymous: bool,
    pub(super) at_ms: i64,
}

/// One person, and what became of the wish to ask them.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SurveyPerson {
    pub user: String,
    pub anonymous: bool,
    /// How many times it was shown to them.
    pub shown: u64,
    /// How many times their browser was granted it.
    pub leased: u64,
    /// When it was last shown, granted or withheld.
    pub at_ms: i64,
    /// All that ever stood against it in this time.
    #[serde(serialize_with = "names")]
    pub reasons: Vec<Reason>,
}

fn names<S: Serializer>(reasons: &[Reason], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(reasons.iter().map(|it| it.as_str()))
}

impl Asked {
    pub fn name(self) -> &'static str {
        match self {
            Self::Eligible => "eligible",
            Self::Leased => "leased",
            Self::Asked => "asked",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Eligible, Self::Leased, Self::Asked].into_iter().find(|it| it.name() == text)
    }
}

impl App {
    /// Who was granted a survey: by the user whose response the lease led to, else by whom the lease names.
    pub(super) async fn granted(
        &self,
        id: &str,
        request: &SurveyRequest,
        responses: &[Response],
    ) -> Result<Vec<Granted>, StorageError> {
        let leases = self.desk.leases_of_prompt(id.to_owned(), request.since_ms, request.until_ms).await?;
        let answered: HashMap<&str, &Response> =
            responses.iter().filter_map(|it| Some((it.lease.as_deref()?, it))).collect();
        let granted = |it: PromptLease| match answered.get(it.lease.as_str()) {
            Some(response) => {
                Granted { user: response.user.clone(), anonymous: response.anonymous, at_ms: it.granted_ms }
            }
            None => {
                Granted { anonymous: it.user.is_none(), user: it.user.unwrap_or(it.anonymous), at_ms: it.granted_ms }
            }
        };
        let granted = leases.into_iter().map(granted);
        Ok(granted.filter(|it| self.counts(&it.user, it.anonymous)).collect())
    }

    /// The people behind a number, the latest first; `None` where nobody ever heard of the survey.
    pub async fn survey_people(
        &self,
        id: &str,
        request: &SurveyRequest,
        who: Asked,
    ) -> Result<Option<Vec<SurveyPerson>>, StorageError> {
        let Some(answer) = self.survey(id, request).await? else { return Ok(None) };
        let mut people: BTreeMap<String, (SurveyPerson, Reasons)> = BTreeMap::new();
        let mut see = |user: &str, anonymous: bool, at_ms: i64, (shown, leased): (u64, u64), reasons: Reasons| {
            let (person, all) = people.entry(user.to_owned()).or_insert_with(|| {
                let user = user.to_owned();
                (SurveyPerson { user, anonymous, shown: 0, leased: 0, at_ms, reasons: Vec::new() }, Reasons::NONE)
            });
            person.shown += shown;
            person.leased += leased;
            person.at_ms = person.at_ms.max(at_ms);
            *all = all.union(reasons);
        };
        for it in &answer.responses {
            see(&it.user, it.anonymous, it.at_ms, (1, 0), Reasons::NONE);
        }
        for it in self.granted(id, request, &answer.responses).await? {
            see(&it.user, it.anonymous, it.at_ms, (0, 1), Reasons::NONE);
        }
        for it in self.withheld_messages(request.since_ms, request.until_ms).await? {
            if it.prompt == id {
                see(&it.user, it.anonymous, it.at_ms, (0, 0), it.reasons);
            }
        }
        let mut people: Vec<SurveyPerson> = people
            .into_values()
            .map(|(person, reasons)| SurveyPerson { reasons: reasons.iter().collect(), ..person })
            .filter(|it| match who {
                Asked::Eligible => true,
                Asked::Leased => it.leased > 0,
                Asked::Asked => it.shown > 0,
            })
            .collect();
        people.sort_by(|a, b| b.at_ms.cmp(&a.at_ms).then_with(|| a.user.cmp(&b.user)));
        Ok(Some(people))
    }
}
