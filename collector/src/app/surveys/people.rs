//! Whom a survey could have been shown to.

use super::answer::SurveyRequest;
use crate::app::App;
use crate::storage::StorageError;
use domain::{Reason, Reasons};
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;

/// One of the numbers of people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// It was shown to them, or something stood against it.
    Eligible,
    /// It was shown to them.
    Asked,
}

/// One person, and what became of the wish to ask them.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SurveyPerson {
    pub user: String,
    pub anonymous: bool,
    /// How many times it was shown to them.
    pub shown: u64,
    /// When it was last shown or withheld.
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
            Self::Asked => "asked",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Eligible, Self::Asked].into_iter().find(|it| it.name() == text)
    }
}

impl App {
    /// The people behind a number, the latest first; `None` where nobody ever heard of the survey.
    pub async fn survey_people(
        &self,
        id: &str,
        request: &SurveyRequest,
        who: Asked,
    ) -> Result<Option<Vec<SurveyPerson>>, StorageError> {
        let Some(answer) = self.survey(id, request).await? else { return Ok(None) };
        let mut people: BTreeMap<String, (SurveyPerson, Reasons)> = BTreeMap::new();
        let mut see = |user: &str, anonymous: bool, shown: u64, at_ms: i64, reasons: Reasons| {
            let (person, all) = people.entry(user.to_owned()).or_insert_with(|| {
                let user = user.to_owned();
                (SurveyPerson { user, anonymous, shown: 0, at_ms, reasons: Vec::new() }, Reasons::NONE)
            });
            person.shown += shown;
            person.at_ms = person.at_ms.max(at_ms);
            *all = all.union(reasons);
        };
        for it in &answer.responses {
            see(&it.user, it.anonymous, 1, it.at_ms, Reasons::NONE);
        }
        for it in self.withheld_messages(request.since_ms, request.until_ms).await? {
            if it.prompt == id {
                see(&it.user, it.anonymous, 0, it.at_ms, it.reasons);
            }
        }
        let mut people: Vec<SurveyPerson> = people
            .into_values()
            .map(|(person, reasons)| SurveyPerson { reasons: reasons.iter().collect(), ..person })
            .filter(|it| who == Asked::Eligible || it.shown > 0)
            .collect();
        people.sort_by(|a, b| b.at_ms.cmp(&a.at_ms).then_with(|| a.user.cmp(&b.user)));
        Ok(Some(people))
    }
}
