//! From messages to responses.

use super::messages::{SurveySeen, What};
use super::response::{Given, Outcome, Response, StepAnswer};
use crate::project::SurveyDefinition;
use crate::storage::Profile;
use domain::survey::{Answer, Answers, Content, Goal, Person, StepKind};
use domain::{Lookup, Scalar};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap};

/// Silent for so long, it will not go on.
pub(super) const SILENCE_MS: i64 = 30 * 60_000;

/// A response, as far as it has been read.
struct Open {
    response: Response,
    /// When each answer was given and its place among the messages, beside the answers: a later one replaces it.
    answered: Vec<(i64, usize)>,
    is_completed: bool,
    /// Closed by hand; `false`: it timed out.
    is_dismissed: Option<bool>,
    left_at: Option<String>,
}

/// One response for each submission of a survey, the latest shown first.
///
/// A submission belongs to whoever is first heard of it: what somebody else says under its name is left out.
pub(super) fn fold(messages: &[SurveySeen], now_ms: i64) -> Vec<Response> {
    let mut found: BTreeMap<(&str, &str), Open> = BTreeMap::new();
    for (nth, message) in messages.iter().enumerate() {
        let open = found.entry((&message.survey, &message.submission)).or_insert_with(|| Open::new(message));
        if open.response.user == message.user && open.response.anonymous == message.anonymous {
            open.take(message, nth);
        }
    }
    let mut responses: Vec<Response> = found.into_values().map(|it| it.close(now_ms)).collect();
    responses.sort_by(|a, b| b.at_ms.cmp(&a.at_ms).then_with(|| a.key().cmp(&b.key())));
    responses
}

impl Open {
    fn new(message: &SurveySeen) -> Self {
        let response = Response {
            survey: message.survey.clone(),
            submission: message.submission.clone(),
            lease: None,
            user: message.user.clone(),
            anonymous: message.anonymous,
            account: message.account.clone(),
            surface: message.surface.clone(),
            trigger: message.trigger.clone(),
            language: message.language.clone(),
            page: message.page.clone(),
            visit_ms: None,
            at_ms: message.at_ms,
            last_ms: message.at_ms,
            outcome: Outcome::Open,
            left_at: None,
            answers: Vec::new(),
        };
        Self { response, answered: Vec::new(), is_completed: false, is_dismissed: None, left_at: None }
    }

    fn take(&mut self, message: &SurveySeen, nth: usize) {
        let response = &mut self.response;
        response.lease = response.lease.take().or_else(|| message.lease.clone());
        response.visit_ms = response.visit_ms.or(message.visit_ms);
        response.at_ms = response.at_ms.min(message.at_ms);
        response.last_ms = response.last_ms.max(message.at_ms);
        match &message.what {
            What::Shown => response.page.clone_from(&message.page),
            What::Completed => self.is_completed = true,
            What::Dismissed { timed_out, step } => {
                self.is_dismissed = Some(!timed_out || self.is_dismissed == Some(true));
                self.left_at.clone_from(step);
            }
            What::Answered { step, kind, given } => {
                let answer = StepAnswer { step: step.clone(), kind, at_ms: message.at_ms, given: given.clone() };
                let when = (message.at_ms, nth);
                match response.answers.iter().position(|it| it.step == *step) {
                    Some(place) if self.answered[place] <= when => {
                        response.answers[place] = answer;
                        self.answered[place] = when;
                    }
                    Some(_) => {}
                    None => {
                        response.answers.push(answer);
                        self.answered.push(when);
                    }
                }
            }
        }
    }

    fn close(self, now_ms: i64) -> Response {
        let mut response = self.response;
        let mut answers: Vec<_> = response.answers.into_iter().zip(self.answered).collect();
        answers.sort_by_key(|it| it.1);
        response.answers = answers.into_iter().map(|it| it.0).collect();
        let is_silent = now_ms.saturating_sub(response.last_ms) >= SILENCE_MS || self.is_dismissed.is_some();
        response.outcome = if self.is_completed {
            Outcome::Completed
        } else if self.is_dismissed == Some(true) {
            Outcome::Dismissed
        } else if !is_silent {
            Outcome::Open
        } else if response.is_answered() {
            Outcome::Abandoned
        } else {
            Outcome::Ignored
        };
        response.left_at = self.left_at.filter(|_| !matches!(response.outcome, Outcome::Completed | Outcome::Open));
        response
    }
}

/// Says where a response was left that did not say so itself: at what its definition has after its last answer.
pub(super) fn find_where_left(response: &mut Response, definition: &SurveyDefinition, profile: &Profile) {
    let is_left = matches!(response.outcome, Outcome::Dismissed | Outcome::Abandoned | Outcome::Ignored);
    if !is_left || response.left_at.is_some() {
        return;
    }
    let Some(content) = definition.content(&response.language) else { return };
    let position = |id: &str| content.steps.iter().position(|it| it.id() == id);
    let mut answers = Answers::default();
    let mut last = None;
    for answer in &response.answers {
        if let Some(at) = position(&answer.step) {
            answers.set(at, as_answer(content, at, &answer.given));
            last = Some(at);
        }
    }
    let (user, account) = (Traits(&profile.traits), Traits(&profile.account_traits));
    let next = match last {
        Some(at) => content.next(at, &answers, Person { user: &user, account: &account }),
        None if response.answers.is_empty() => Goal::Step(0),
        // All that was answered is not defined any more.
        None => return,
    };
    if let Goal::Step(at) = next {
        response.left_at = content.steps.get(at).map(|it| it.id().to_owned());
    }
}

fn as_answer(content: &Content, step: usize, given: &Given) -> Option<Answer> {
    Some(match given {
        Given::Score(score) => Answer::Score(*score),
        Given::Text(text) => Answer::Written(text.clone()),
        Given::Agreed(_) => Answer::Agreed,
        Given::Passed(_) => Answer::Passed,
        Given::Chosen { choices: chosen, other } => {
            let StepKind::Choice { choices, .. } = &content.steps.get(step)?.kind else { return None };
            let is_chosen = |(at, choice): (usize, &domain::survey::Choice)| chosen.contains(&choice.id).then_some(at);
            Answer::Chosen { choices: choices.iter().enumerate().filter_map(is_chosen).collect(), other: other.clone() }
        }
    })
}

/// Traits as branches read them.
struct Traits<'a>(&'a Map<String, Value>);

impl Lookup for Traits<'_> {
    fn get(&self, path: &[String]) -> Option<Scalar<'_>> {
        let (first, rest) = path.split_first()?;
        let value = rest.iter().try_fold(self.0.get(first)?, |value, key| value.get(key.as_str()))?;
        Some(scalar(value))
    }
}

fn scalar(value: &Value) -> Scalar<'_> {
    match value {
        Value::Null => Scalar::Null,
        Value::Bool(it) => Scalar::Bool(*it),
        Value::Number(it) => Scalar::Number(it.as_f64().unwrap_or(f64::NAN)),
        Value::String(it) => Scalar::Text(it.as_str().into()),
        Value::Array(it) => Scalar::List(it.iter().map(scalar).collect()),
        Value::Object(_) => Scalar::Object,
    }
}

/// What is known of users, by user.
pub(super) fn by_user(profiles: Vec<Profile>) -> HashMap<String, Profile> {
    profiles.into_iter().map(|it| (it.user.clone(), it)).collect()
}
