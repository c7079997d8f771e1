//! What each question of a survey came to.

use super::answer::NpsAnswer;
use super::pick::Pick;
use super::response::{Given, Response};
use crate::app::hesitation::Share;
use crate::metric::mean;
use crate::project::SurveyDefinition;
use domain::survey::{Content, Part, Step, StepKind, Text};
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;

/// One question, defined now or only answered once.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StepResult {
    pub id: String,
    /// As in [`super::KINDS`]; of a step that is not defined any more, as it was answered last.
    pub kind: String,
    /// In the default language; `None` where it is not defined any more.
    pub title: Option<String>,
    pub seen: u64,
    /// Of those who saw it.
    pub answered: Share,
    /// It was the last they saw, of those who saw it.
    pub left: Share,
    pub passed: u64,
    /// Every possible answer with how many gave it, of those who answered.
    pub bars: Vec<Bar>,
    pub nps: Option<NpsAnswer>,
    /// CSAT: the satisfied; CES: those who found it easy; of those who answered.
    pub top: Option<Share>,
    pub mean: Option<f64>,
    /// Wrote something.
    pub written: u64,
}

/// One answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bar {
    #[serde(serialize_with = "pick_name")]
    pub pick: Pick,
    pub label: String,
    pub share: Share,
}

fn pick_name<S: Serializer>(pick: &Pick, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&pick.name())
}

type Counts = BTreeMap<Pick, u64>;

/// Steps in the order of the definition, then those that only responses know, by id.
pub(super) fn steps(responses: &[Response], definition: Option<&SurveyDefinition>) -> Vec<StepResult> {
    let mut counts: BTreeMap<&str, Counts> = BTreeMap::new();
    let mut kinds: BTreeMap<&str, (i64, &str)> = BTreeMap::new();
    for response in responses {
        for (step, pick) in response.picks() {
            *counts.entry(step).or_default().entry(pick).or_default() += 1;
        }
        for answer in &response.answers {
            let last = kinds.entry(&answer.step).or_insert((answer.at_ms, answer.kind));
            *last = (*last).max((answer.at_ms, answer.kind));
        }
    }
    let content = definition.and_then(|it| it.contents.first());
    let defined = content.map(|it| it.steps.as_slice()).unwrap_or_default();
    let mut results: Vec<StepResult> = Vec::new();
    for step in defined {
        let counts = counts.remove(step.id()).unwrap_or_default();
        results.push(result(step.id(), step.kind.as_str(), Some(step), content, responses, &counts));
    }
    for (id, counts) in &counts {
        let kind = kinds.get(id).map_or("", |it| it.1);
        results.push(result(id, kind, None, None, responses, counts));
    }
    results
}

fn result(
    id: &str,
    kind: &str,
    step: Option<&Step>,
    content: Option<&Content>,
    responses: &[Response],
    counts: &Counts,
) -> StepResult {
    let count = |pick: &Pick| counts.get(pick).copied().unwrap_or(0);
    let (seen, answered) = (count(&Pick::Seen), count(&Pick::Answered));
    let of_answered = |part| Share { part, whole: answered };
    let bars =
        bars(step, counts).into_iter().map(|(pick, label)| Bar { share: of_answered(count(&pick)), pick, label });
    let nps = (kind == "nps").then(|| {
        let mut nps = NpsAnswer::default();
        responses.iter().for_each(|it| nps.add(it, id));
        nps
    });
    let top = match kind {
        "csat" => Some(of_answered(count(&Pick::Satisfied))),
        "ces" => Some(of_answered(count(&Pick::Easy))),
        _ => None,
    };
    let scores = counts.iter().filter_map(|(pick, count)| match pick {
        Pick::Score(score) => Some((*score, *count)),
        _ => None,
    });
    StepResult {
        id: id.to_owned(),
        kind: kind.to_owned(),
        title: step.zip(content).map(|(step, content)| in_words(&step.title, content)),
        seen,
        answered: Share { part: answered, whole: seen },
        left: Share { part: count(&Pick::Left), whole: seen },
        passed: count(&Pick::Passed),
        bars: bars.collect(),
        nps,
        top,
        mean: mean(scores),
        written: count(&Pick::Written),
    }
}

/// What can be answered, and what was, in the order in which it is asked.
fn bars(step: Option<&Step>, counts: &Counts) -> Vec<(Pick, String)> {
    let mut bars: Vec<(Pick, String)> = Vec::new();
    let mut add = |pick: Pick, label: String| {
        if !bars.iter().any(|it| it.0 == pick) {
            bars.push((pick, label));
        }
    };
    let given: Vec<i32> = counts
        .keys()
        .filter_map(|it| match it {
            Pick::Score(score) => Some(*score),
            _ => None,
        })
        .collect();
    match step.map(|it| &it.kind) {
        Some(StepKind::Scale { from, to, low, high, .. }) => {
            let mut scores: Vec<i32> = (*from..=*to).chain(given).collect();
            scores.sort_unstable();
            scores.dedup();
            for score in scores {
                let end = if score == *from { low } else { high };
                let is_end = (score == *from || score == *to) && !end.is_empty();
                add(Pick::Score(score), if is_end { format!("{score} {end}") } else { score.to_string() });
            }
        }
        kind => {
            if let Some(StepKind::Choice { choices, .. }) = kind {
                choices.iter().for_each(|it| add(Pick::Choice(it.id.clone()), it.label.clone()));
            }
            for score in given {
                add(Pick::Score(score), score.to_string());
            }
        }
    }
    for pick in counts.keys() {
        match pick {
            Pick::Choice(id) => add(pick.clone(), id.clone()),
            Pick::Agreed => add(Pick::Agreed, "Agreed, or followed the link".to_owned()),
            _ => {}
        }
    }
    let has_other = matches!(step.map(|it| &it.kind), Some(StepKind::Choice { other, .. }) if !other.is_empty());
    if has_other || counts.contains_key(&Pick::Other) {
        let label = match step.map(|it| &it.kind) {
            Some(StepKind::Choice { other, .. }) if !other.is_empty() => other.clone(),
            _ => "Other".to_owned(),
        };
        add(Pick::Other, label);
    }
    bars
}

/// A text as operators read it: what is filled in stands in braces.
pub(super) fn in_words(text: &Text, content: &Content) -> String {
    let mut out = String::new();
    for part in &text.parts {
        match part {
            Part::Plain(text) => out.push_str(text),
            Part::Filled { source, .. } => out.push_str(&format!("{{{}}}", source_name(source, content))),
            Part::Plural { forms, .. } => {
                let other = forms.iter().find(|(name, _)| name == "other");
                out.push_str(other.map(|it| it.1.as_str()).unwrap_or_default());
            }
        }
    }
    out
}

fn source_name(source: &domain::survey::Source, content: &Content) -> String {
    use domain::survey::Source;
    match source {
        Source::Answer(step) => content.steps.get(*step).map(|it| it.id().to_owned()).unwrap_or_default(),
        Source::Trait { of: domain::Scope::User, path } => format!("user.{}", path.join(".")),
        Source::Trait { of: domain::Scope::Account, path } => format!("account.{}", path.join(".")),
    }
}

/// An answer as operators read it, in the words of the definition where it has them.
pub(super) fn given_in_words(given: &Given, step: Option<&Step>) -> String {
    match given {
        Given::Score(score) => score.to_string(),
        Given::Text(text) => text.clone(),
        Given::Agreed(_) => "agreed".to_owned(),
        Given::Passed(_) => "passed over".to_owned(),
        Given::Chosen { choices, other } => {
            let known = match step.map(|it| &it.kind) {
                Some(StepKind::Choice { choices, .. }) => choices.as_slice(),
                _ => &[],
            };
            let label = |id: &String| known.iter().find(|it| it.id == *id).map_or(id, |it| &it.label).clone();
            let mut all: Vec<String> = choices.iter().map(label).collect();
            if !other.is_empty() {
                all.push(other.clone());
            }
            all.join(", ")
        }
    }
}
