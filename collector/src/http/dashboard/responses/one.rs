//! `/responses/one`: a whole response, and what is done about it.

use super::said::response_href;
use super::{outcome_in_words, state_in_words};
use crate::app::App;
use crate::app::inbox::{Act, Done, InboxRefusal, NOTE_CHARS_MAX, TAG_CHARS_MAX, Triage};
use crate::app::surveys::{Response as Filled, ResponseFilter};
use crate::http::dashboard::error::{Link, PageError};
use crate::http::dashboard::frame::Frame;
use crate::http::dashboard::href::Href;
use crate::http::dashboard::somebody::{account_name, email, name_or_id};
use crate::http::dashboard::surveys::{kind_in_words, survey_href};
use crate::http::dashboard::user::{trigger_in_words, user_href};
use crate::http::dashboard::written;
use crate::http::session::Operator;
use crate::metric::Calendar;
use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "response.html")]
struct ResponsePage {
    frame: Frame,
    survey: String,
    survey_href: Href,
    person: String,
    person_href: Href,
    anonymous: bool,
    verified: bool,
    email: String,
    account: String,
    at: String,
    at_iso: String,
    outcome: &'static str,
    left_at: Option<String>,
    facts: Vec<(&'static str, String)>,
    /// Where hesitation led to it.
    hesitation: Option<Link>,
    answers: Vec<Answered>,
    state: &'static str,
    state_name: &'static str,
    is_assigned: bool,
    assignees: Vec<(String, bool)>,
    tags: Vec<String>,
    notes: Vec<NoteView>,
    history: Vec<DoneView>,
    action: Href,
    problem: Option<String>,
    /// What was written, where it was refused.
    tag: String,
    note: String,
    tag_max: usize,
    note_max: usize,
}

struct Answered {
    title: String,
    kind: &'static str,
    given: String,
    is_text: bool,
    is_passed: bool,
}

struct NoteView {
    text: String,
    by: String,
    at: String,
    at_iso: String,
}

struct DoneView {
    what: String,
    by: String,
    at: String,
    at_iso: String,
}

/// Which response.
#[derive(Deserialize)]
pub(crate) struct Which {
    survey: String,
    submission: String,
}

/// What a form of the page sends.
#[derive(Deserialize)]
pub(crate) struct Sent {
    act: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    tag: String,
    #[serde(default)]
    note: String,
}

pub(crate) async fn show(
    operator: Operator,
    State(app): State<Arc<App>>,
    Query(which): Query<Which>,
) -> Result<Response, PageError> {
    page(&app, &operator, &which, None).await
}

pub(crate) async fn act(
    operator: Operator,
    State(app): State<Arc<App>>,
    Query(which): Query<Which>,
    Form(sent): Form<Sent>,
) -> Result<Response, PageError> {
    let (response, _) = find(&app, &which).await?;
    let act = match sent.act.as_str() {
        "read" => Act::Read,
        "assign" => Act::Assigned((!sent.to.is_empty()).then(|| sent.to.clone())),
        "tag" => Act::Tagged(sent.tag.clone()),
        "untag" => Act::Untagged(sent.tag.clone()),
        "note" => Act::Noted(sent.note.clone()),
        "resolve" => Act::Resolved,
        "reopen" => Act::Reopened,
        other => {
            let message = format!("“{other}” is nothing that can be done. Go back to the response:");
            let instead = vec![Link { name: "The response".to_owned(), href: response_href(&response) }];
            return Err(PageError::BadAddress { message, instead });
        }
    };
    match app.act(&response.survey, &response.submission, &operator.email, act).await {
        Ok(()) => Ok(Redirect::to(&format!("{}#triage", response_href(&response))).into_response()),
        Err(InboxRefusal::Storage(error)) => Err(PageError::Storage(error)),
        Err(refusal) => page(&app, &operator, &which, Some((sent, refusal))).await,
    }
}

async fn find(app: &App, which: &Which) -> Result<(Filled, Arc<Triage>), PageError> {
    let filter = ResponseFilter { survey: Some(which.survey.clone()), ..ResponseFilter::default() };
    let found = app.responses(&filter).await?;
    let response = found.rows.iter().find(|it| it.submission == which.submission);
    let response = response.ok_or_else(|| PageError::BadAddress {
        message: "There is no such response, or it was erased. Look among these:".to_owned(),
        instead: vec![Link { name: "Responses".to_owned(), href: Href::to(&["responses"]) }],
    })?;
    Ok((response.clone(), found.triage(response)))
}

async fn page(
    app: &App,
    operator: &Operator,
    which: &Which,
    refused: Option<(Sent, InboxRefusal)>,
) -> Result<Response, PageError> {
    let calendar = &app.calendar();
    let (it, triage) = find(app, which).await?;
    let profile = app.profiles(vec![it.user.clone()]).await?.into_iter().next().unwrap_or_default();
    let person = name_or_id(&profile);
    let mut assignees = app.operators().await?;
    // Somebody who may not log in any more is still who it was given to.
    assignees.extend(triage.assignee.clone().filter(|it| !assignees.contains(it)));
    let facts = [
        ("Language", it.language.clone()),
        ("Where", surface_in_words(&it.surface).to_owned()),
        ("Because of", trigger_in_words(&it.trigger).to_owned()),
        ("Page", it.page.clone()),
    ];
    let hesitation = it.visit_ms.filter(|_| !it.page.is_empty()).map(|visit_ms| Link {
        name: format!("Hesitation on {}, {} {}", it.page, written::minute(visit_ms, calendar), calendar.in_short()),
        href: Href::to(&["hesitation", "people"]).with("page", &it.page).with("who", "sessions").with("user", &it.user),
    });
    let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let (problem, sent) = refused.map(|(sent, refusal)| (refusal.to_string(), sent)).unzip();
    let answered = |answer: &crate::app::surveys::StepAnswer| Answered {
        title: app.step_title(&it.survey, &answer.step),
        kind: kind_in_words(answer.kind),
        given: app.answer_in_words(&it.survey, &answer.step, &answer.given),
        is_text: answer.given.text().is_some(),
        is_passed: !answer.given.is_answer(),
    };
    let page = ResponsePage {
        frame: Frame::new(format!("Response of {person}"), app, operator),
        survey: app.survey_name(&it.survey),
        survey_href: survey_href(&it.survey),
        person,
        person_href: user_href(&it.user),
        anonymous: it.anonymous,
        verified: profile.verified,
        email: email(&profile),
        account: account_name(&profile),
        at: written::minute(it.at_ms, calendar),
        at_iso: written::iso(it.at_ms),
        outcome: outcome_in_words(it.outcome),
        left_at: it.left_at.as_ref().map(|step| app.step_title(&it.survey, step)),
        facts: facts.into_iter().filter(|(_, text)| !text.is_empty()).collect(),
        hesitation,
        answers: it.answers.iter().map(answered).collect(),
        state: triage.state().as_str(),
        state_name: state_in_words(triage.state()),
        is_assigned: triage.assignee.is_some(),
        assignees: assignees.into_iter().map(|to| (to.clone(), triage.assignee == Some(to))).collect(),
        tags: triage.tags.iter().cloned().collect(),
        notes: triage.notes().map(|(done, text)| NoteView::of(done, text, calendar)).collect(),
        history: triage.history.iter().rev().map(|it| DoneView::of(it, calendar)).collect(),
        action: response_href(&it),
        problem: problem.map(|it| written::sentence(&it)),
        tag: sent.as_ref().filter(|it| it.act == "tag").map(|it| it.tag.clone()).unwrap_or_default(),
        note: sent.as_ref().filter(|it| it.act == "note").map(|it| it.note.clone()).unwrap_or_default(),
        tag_max: TAG_CHARS_MAX,
        note_max: NOTE_CHARS_MAX,
    };
    Ok((status, Html(page.render()?)).into_response())
}

fn surface_in_words(surface: &str) -> &str {
    match surface {
        "popover" => "in the corner of a page",
        "inline" => "within a page",
        "tab" => "behind the feedback tab",
        other => other,
    }
}

impl NoteView {
    fn of(done: &Done, text: &str, calendar: &Calendar) -> Self {
        Self {
            text: text.to_owned(),
            by: done.by.clone(),
            at: written::minute(done.at_ms, calendar),
            at_iso: written::iso(done.at_ms),
        }
    }
}

impl DoneView {
    fn of(done: &Done, calendar: &Calendar) -> Self {
        let what = match &done.act {
            Act::Read => "read it".to_owned(),
            Act::Assigned(Some(to)) => format!("gave it to {to}"),
            Act::Assigned(None) => "gave it to nobody".to_owned(),
            Act::Tagged(tag) => format!("added the tag “{tag}”"),
            Act::Untagged(tag) => format!("took the tag “{tag}” away"),
            Act::Noted(_) => "wrote a note".to_owned(),
            Act::Resolved => "resolved it".to_owned(),
            Act::Reopened => "reopened it".to_owned(),
        };
        Self { what, by: done.by.clone(), at: written::minute(done.at_ms, calendar), at_iso: written::iso(done.at_ms) }
    }
}
