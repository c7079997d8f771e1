//! From responses to the answer: counting.

use super::SurveyState;
use super::filter::segment_of;
use super::response::{Given, Outcome, Response};
use super::steps::{StepResult, given_in_words, in_words, steps};
use super::trend::{Per, TrendPoint, trend};
use crate::app::App;
use crate::app::hesitation::Share;
use crate::metric::Nps;
use crate::project::SurveyDefinition;
use crate::storage::{StorageError, TraitPath};
use serde::Serialize;
use serde::ser::SerializeStruct;
use std::collections::{BTreeMap, BTreeSet};

/// What is asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SurveyRequest {
    pub since_ms: Option<i64>,
    pub until_ms: Option<i64>,
    pub by: Option<TraitPath>,
    pub per: Per,
}

/// The answer that dashboard and API show.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SurveyAnswer {
    #[serde(flatten)]
    pub summary: SurveySummary,
    pub outcomes: Outcomes,
    pub wrote: u64,
    pub trend: Vec<TrendPoint>,
    /// Largest first; `None` where no breakdown is asked for.
    pub segments: Option<Vec<SegmentAnswer>>,
    pub steps: Vec<StepResult>,
    /// The languages it was shown in.
    pub languages: Vec<String>,
    /// Whose traits could break it down.
    #[serde(skip)]
    pub users: Vec<String>,
    /// The latest first.
    #[serde(skip)]
    pub responses: Vec<Response>,
}

/// One survey in a line.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SurveySummary {
    pub id: String,
    /// Its id, where it is not defined any more.
    pub name: String,
    pub state: SurveyState,
    /// The id of the segment whose users alone it asks.
    pub segment: Option<String>,
    /// People it could have been shown to: it was, or it was granted, or something stood against it.
    pub eligible: u64,
    /// Of those, people whose browser was granted it.
    pub leased: u64,
    /// Of those, people to whom it was shown.
    pub asked: u64,
    /// Responses with an answer, of all that were shown.
    pub answered: Share,
    /// By the first step that asks for it.
    pub nps_step: Option<String>,
    pub nps: Option<NpsAnswer>,
}

/// Responses by what became of them: each in exactly one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Outcomes {
    pub completed: u64,
    pub dismissed: u64,
    pub abandoned: u64,
    pub ignored: u64,
    pub open: u64,
}

/// Those of one value of a trait.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SegmentAnswer {
    /// [`crate::app::funnel::NO_VALUE`] for those without it.
    pub value: String,
    pub answered: Share,
    pub nps: NpsAnswer,
}

/// A Net Promoter Score with what it is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NpsAnswer(Nps);

impl NpsAnswer {
    /// Of all these responses, by their first recommendation question that was answered.
    pub fn of(responses: &[Response]) -> Self {
        let mut nps = Nps::default();
        responses.iter().filter_map(|it| it.score("nps")).for_each(|it| nps.add(it));
        Self(nps)
    }

    pub(super) fn add(&mut self, response: &Response, step: &str) {
        if let Some(answer) = response.answer(step)
            && let ("nps", Given::Score(score)) = (answer.kind, &answer.given)
        {
            self.0.add(*score);
        }
    }

    pub fn promoters(self) -> u64 {
        self.0.promoters
    }

    pub fn passives(self) -> u64 {
        self.0.passives
    }

    pub fn detractors(self) -> u64 {
        self.0.detractors
    }

    pub fn answers(self) -> u64 {
        self.0.answers()
    }

    /// From −1 to 1; `None` without an answer.
    pub fn score(self) -> Option<f64> {
        self.0.score()
    }

    pub fn interval(self) -> Option<(f64, f64)> {
        self.0.interval()
    }

    /// Of `self − other`.
    pub fn difference_interval(self, other: Self) -> Option<(f64, f64)> {
        self.0.difference_interval(other.0)
    }
}

/// `{"promoters":3,"passives":1,"detractors":1,"answers":5,"score":0.4,"low":-0.2,"high":0.8}`, shares from −1 to 1
impl Serialize for NpsAnswer {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Nps", 7)?;
        fields.serialize_field("promoters", &self.promoters())?;
        fields.serialize_field("passives", &self.passives())?;
        fields.serialize_field("detractors", &self.detractors())?;
        fields.serialize_field("answers", &self.answers())?;
        fields.serialize_field("score", &self.score())?;
        fields.serialize_field("low", &self.interval().map(|it| it.0))?;
        fields.serialize_field("high", &self.interval().map(|it| it.1))?;
        fields.end()
    }
}

impl Outcomes {
    pub fn of(self, outcome: Outcome) -> u64 {
        match outcome {
            Outcome::Completed => self.completed,
            Outcome::Dismissed => self.dismissed,
            Outcome::Abandoned => self.abandoned,
            Outcome::Ignored => self.ignored,
            Outcome::Open => self.open,
        }
    }

    fn add(&mut self, outcome: Outcome) {
        let count = match outcome {
            Outcome::Completed => &mut self.completed,
            Outcome::Dismissed => &mut self.dismissed,
            Outcome::Abandoned => &mut self.abandoned,
            Outcome::Ignored => &mut self.ignored,
            Outcome::Open => &mut self.open,
        };
        *count += 1;
    }
}

impl App {
    /// Every survey that is defined or was ever shown: the defined ones first, in their order.
    pub async fn surveys(&self, request: &SurveyRequest) -> Result<Vec<SurveySummary>, StorageError> {
        let project = self.project();
        let mut responses: BTreeMap<String, Vec<Response>> = BTreeMap::new();
        for response in self.all_responses().await? {
            responses.entry(response.survey.clone()).or_default().push(response);
        }
        let withheld = self.withheld(request).await?;
        let mut ids: Vec<String> = project.surveys.iter().map(|it| it.id().to_owned()).collect();
        ids.extend(responses.keys().filter(|id| project.survey(id).is_none()).cloned());
        let mut summaries = Vec::with_capacity(ids.len());
        for id in ids {
            let all = responses.remove(&id).unwrap_or_default();
            let shown: Vec<Response> = all.iter().filter(|it| request.has(it)).cloned().collect();
            let unasked = Unasked {
                withheld: withheld.get(&id).cloned().unwrap_or_default(),
                leased: self.leased(&id, request, &shown).await?,
            };
            summaries.push(SurveySummary::of(&id, project.survey(&id), &all, &shown, unasked, self.now_ms()));
        }
        Ok(summaries)
    }

    /// What one survey came to in a range of time; `None` where nobody ever heard of it.
    pub async fn survey(&self, id: &str, request: &SurveyRequest) -> Result<Option<SurveyAnswer>, StorageError> {
        let project = self.project();
        let definition = project.survey(id);
        let mut all = self.all_responses().await?;
        all.retain(|it| it.survey == id);
        if definition.is_none() && all.is_empty() {
            return Ok(None);
        }
        let shown: Vec<Response> = all.iter().filter(|it| request.has(it)).cloned().collect();
        let unasked = Unasked {
            withheld: self.withheld(request).await?.remove(id).unwrap_or_default(),
            leased: self.leased(id, request, &shown).await?,
        };
        let summary = SurveySummary::of(id, definition, &all, &shown, unasked, self.now_ms());
        let segments = match &request.by {
            Some(by) => Some(self.split(&shown, by, summary.nps_step.as_deref()).await?),
            None => None,
        };
        let mut outcomes = Outcomes::default();
        shown.iter().for_each(|it| outcomes.add(it.outcome));
        Ok(Some(SurveyAnswer {
            outcomes,
            wrote: shown.iter().filter(|it| it.texts().next().is_some()).count() as u64,
            trend: trend(&shown, request.per, summary.nps_step.as_deref(), &self.calendar()),
            segments,
            steps: steps(&shown, definition),
            languages: shown.iter().map(|it| it.language.clone()).collect::<BTreeSet<_>>().into_iter().collect(),
            users: shown.iter().map(|it| it.user.clone()).collect::<BTreeSet<_>>().into_iter().collect(),
            summary,
            responses: shown,
        }))
    }

    /// Users from whom each prompt was withheld.
    async fn withheld(&self, request: &SurveyRequest) -> Result<BTreeMap<String, BTreeSet<String>>, StorageError> {
        let mut withheld: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for it in self.withheld_messages(request.since_ms, request.until_ms).await? {
            withheld.entry(it.prompt).or_default().insert(it.user);
        }
        Ok(withheld)
    }

    /// Users whose browser was granted it.
    async fn leased(
        &self,
        id: &str,
        request: &SurveyRequest,
        shown: &[Response],
    ) -> Result<BTreeSet<String>, StorageError> {
        Ok(self.granted(id, request, shown).await?.into_iter().map(|it| it.user).collect())
    }

    async fn split(
        &self,
        shown: &[Response],
        by: &TraitPath,
        nps_step: Option<&str>,
    ) -> Result<Vec<SegmentAnswer>, StorageError> {
        let profiles = self.responders(shown).await?;
        let mut segments: BTreeMap<String, SegmentAnswer> = BTreeMap::new();
        for response in shown {
            let value = segment_of(profiles.get(&response.user), by);
            let segment = segments.entry(value.clone()).or_insert_with(|| SegmentAnswer {
                value,
                answered: Share::default(),
                nps: NpsAnswer::default(),
            });
            segment.answered.whole += 1;
            segment.answered.part += u64::from(response.is_answered());
            if let Some(step) = nps_step {
                segment.nps.add(response, step);
            }
        }
        let mut segments: Vec<SegmentAnswer> = segments.into_values().collect();
        segments.sort_by(|a, b| b.answered.whole.cmp(&a.answered.whole).then_with(|| a.value.cmp(&b.value)));
        Ok(segments)
    }

    /// The title of a step in the default language; its id where it is not defined any more.
    pub fn step_title(&self, survey: &str, step: &str) -> String {
        let project = self.project();
        let content = project.survey(survey).and_then(|it| it.contents.first());
        let found = content.and_then(|it| Some((it, it.steps.iter().find(|it| it.id() == step)?)));
        found.map_or_else(|| step.to_owned(), |(content, step)| in_words(&step.title, content))
    }

    /// An answer as operators read it.
    pub fn answer_in_words(&self, survey: &str, step: &str, given: &Given) -> String {
        let project = self.project();
        let steps = project.survey(survey).and_then(|it| it.contents.first()).map(|it| it.steps.as_slice());
        given_in_words(given, steps.unwrap_or_default().iter().find(|it| it.id() == step))
    }

    /// A survey's name for operators.
    pub fn survey_name(&self, id: &str) -> String {
        self.project().survey(id).map_or_else(|| id.to_owned(), |it| it.name.clone())
    }
}

impl SurveyRequest {
    fn has(&self, it: &Response) -> bool {
        self.since_ms.is_none_or(|since_ms| it.at_ms >= since_ms)
            && self.until_ms.is_none_or(|until_ms| it.at_ms < until_ms)
    }
}

/// Users of whom more than their responses is known.
struct Unasked {
    withheld: BTreeSet<String>,
    leased: BTreeSet<String>,
}

impl SurveySummary {
    /// `all` over all time, `shown` in the range.
    fn of(
        id: &str,
        definition: Option<&SurveyDefinition>,
        all: &[Response],
        shown: &[Response],
        unasked: Unasked,
        now_ms: i64,
    ) -> Self {
        let completed = all.iter().filter(|it| it.outcome == Outcome::Completed).count() as u64;
        let asked: BTreeSet<&str> = shown.iter().map(|it| it.user.as_str()).collect();
        let others = unasked.withheld.iter().chain(&unasked.leased).map(String::as_str);
        let eligible: BTreeSet<&str> = others.chain(asked.iter().copied()).collect();
        let nps_step = nps_step(definition, all);
        let nps = nps_step.as_deref().map(|step| {
            let mut nps = NpsAnswer::default();
            shown.iter().for_each(|it| nps.add(it, step));
            nps
        });
        Self {
            id: id.to_owned(),
            name: definition.map_or_else(|| id.to_owned(), |it| it.name.clone()),
            state: SurveyState::of(definition, completed, now_ms),
            segment: definition.and_then(|it| it.segment.clone()),
            eligible: eligible.len() as u64,
            leased: unasked.leased.len() as u64,
            asked: asked.len() as u64,
            answered: Share {
                part: shown.iter().filter(|it| it.is_answered()).count() as u64,
                whole: shown.len() as u64,
            },
            nps_step,
            nps,
        }
    }
}

/// The first step that asks for it: of the definition, else of what was ever answered.
fn nps_step(definition: Option<&SurveyDefinition>, all: &[Response]) -> Option<String> {
    let defined = definition.and_then(|it| it.contents.first()).map(|it| it.steps.as_slice()).unwrap_or_default();
    let defined = defined.iter().find(|it| it.kind.as_str() == "nps").map(|it| it.id().to_owned());
    defined.or_else(|| {
        let answers = all.iter().flat_map(|it| &it.answers).filter(|it| it.kind == "nps");
        answers.map(|it| it.step.as_str()).min().map(str::to_owned)
    })
}
