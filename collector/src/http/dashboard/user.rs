//! `/users/{id}`: one user, and why they did or did not see a prompt.

use super::accounts::account_href;
use super::care::{self, ById, CareView, Refused, Sent};
use super::erasure::erasure_href;
use super::error::{Link, PageError};
use super::frame::Frame;
use super::href::Href;
use super::pairs::value;
use super::responses::{Saying, sayings};
use super::somebody::{account_name, name_or_id};
use super::takeout::takeout_href;
use super::timeline::Did;
use super::view::Field;
use super::written;
use crate::app::App;
use crate::app::care::Subject;
use crate::app::hesitation::Behind;
use crate::app::surveys::UserAnswer;
use crate::app::why::{Standing, Why as WhyAnswer, WhyEntry, WhyQuestion};
use crate::http::session::Operator;
use crate::metric::Calendar;
use crate::storage::Profile;
use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use domain::{Journey, Reason};
use serde_json::{Map, Value};
use std::sync::Arc;

/// Responses and hesitations on the page; the lists have all.
const SHOWN: usize = 20;

/// Messages of the timeline, the latest.
const MESSAGES: usize = 100;

/// Entries of the why-log, the latest.
const WHY_SHOWN: usize = 100;

#[derive(Template)]
#[template(path = "user.html")]
struct UserPage {
    frame: Frame,
    id: String,
    anonymous: bool,
    verified: bool,
    account: String,
    account_id: String,
    account_href: Href,
    traits: Vec<(String, String)>,
    account_traits: Vec<(String, String)>,
    journeys: Vec<JourneyView>,
    sayings: Vec<Saying>,
    responses: String,
    responses_href: Href,
    hesitations: Vec<Hesitation>,
    hesitations_href: Href,
    page: Href,
    why: Why,
    care: CareView,
    timeline: Vec<Did>,
    takeout: Href,
    erasure: Href,
}

struct JourneyView {
    name: String,
    href: Href,
    reached: usize,
    of: usize,
    milestones: Vec<MilestoneView>,
}

struct MilestoneView {
    name: String,
    is_value: bool,
    at: Option<(String, String)>,
}

struct Hesitation {
    page: String,
    href: Href,
    at: String,
    at_iso: String,
    why: Vec<String>,
    said: &'static str,
}

/// The panel that answers "why did she (not) see it?".
struct Why {
    surveys: Vec<(String, String, bool)>,
    at: Field<i64>,
    muted: Option<String>,
    declined: bool,
    entries: Vec<WhyView>,
    /// What would stand against each survey now, or then.
    standing: Vec<StandingView>,
}

struct WhyView {
    at: String,
    at_iso: String,
    times: Option<String>,
    prompt: String,
    because: String,
    page: String,
    was_asked: bool,
    outcome: String,
    sentence: String,
}

struct StandingView {
    name: String,
    is_free: bool,
    sentence: String,
}

/// The page of whoever a list counts: a user, or an account.
pub(super) fn subject_href(profile: &Profile) -> Href {
    if profile.is_account { account_href(&profile.user) } else { user_href(&profile.user) }
}

/// The page of a user; a browser takes `.` and `..` out of any path, however they are written.
pub(super) fn user_href(id: &str) -> Href {
    if matches!(id, "." | "..") { Href::to(&["users"]).with("id", id) } else { Href::to(&["users", id]) }
}

pub(crate) async fn show(
    operator: Operator,
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    user_page(&app, &operator, &id, &pairs, None).await
}

/// A form of the page.
pub(crate) async fn act(
    operator: Operator,
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Response, PageError> {
    // Nothing is noted about somebody who is not there.
    app.user(&id).await?.ok_or_else(|| no_such_user(&id))?;
    match care::act(&app, &operator, Subject::User(&id), user_href(&id), sent).await? {
        Ok(done) => Ok(done),
        Err(refused) => user_page(&app, &operator, &id, &[], Some(refused)).await,
    }
}

/// The same by `/users?id=…`.
pub(crate) async fn act_by_query(
    operator: Operator,
    app: State<Arc<App>>,
    Query(by): Query<ById>,
    form: Form<Sent>,
) -> Result<Response, PageError> {
    act(operator, app, Path(by.id), form).await
}

pub(super) async fn user_page(
    app: &App,
    operator: &Operator,
    id: &str,
    pairs: &[(String, String)],
    refused: Option<Refused>,
) -> Result<Response, PageError> {
    let calendar = &app.calendar();
    let user = app.user(id).await?.ok_or_else(|| no_such_user(id))?;
    let survey = value(pairs, "survey").map(str::to_owned);
    let at = Field::parse(pairs, "at", |text| {
        calendar.parse_ms(text).ok_or_else(|| "is not a time: write 2026-01-31T10:03".to_owned())
    });
    let question = WhyQuestion { user: id.to_owned(), survey: survey.clone(), at_ms: at.value, limit: Some(WHY_SHOWN) };
    let answer = if at.problem.is_none() { app.why(&question).await? } else { None };
    let sayings = sayings(app, user.responses.iter().take(SHOWN)).await?;
    let why = Why::of(app, at, survey.as_deref(), answer);
    let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let care = CareView::of(app, &app.care_of_user(id).await?, user_href(id), refused).await?;
    let timeline = app.timeline(id, MESSAGES).await?.unwrap_or_default();
    let timeline = timeline.iter().map(|it| Did::of(it, calendar)).collect();
    let page = UserPage::of(app, operator, user, sayings, why, care, timeline);
    Ok((status, Html(page.render()?)).into_response())
}

pub(super) fn no_such_user(id: &str) -> PageError {
    PageError::BadAddress {
        message: format!("Nobody of the id “{id}” was ever heard of. Look here:"),
        instead: vec![
            Link { name: "Responses".to_owned(), href: Href::to(&["responses"]) },
            Link { name: "Journeys".to_owned(), href: Href::to(&["journeys"]) },
        ],
    }
}

impl UserPage {
    fn of(
        app: &App,
        operator: &Operator,
        user: UserAnswer,
        sayings: Vec<Saying>,
        why: Why,
        care: CareView,
        timeline: Vec<Did>,
    ) -> Self {
        let calendar = &app.calendar();
        let UserAnswer { profile, anonymous, journeys, responses, hesitations } = user;
        let id = profile.user.clone();
        Self {
            frame: Frame::new(name_or_id(&profile), app, operator),
            anonymous,
            verified: profile.verified,
            account: account_name(&profile),
            account_id: profile.account.clone().unwrap_or_default(),
            account_href: account_href(profile.account.as_deref().unwrap_or_default()),
            traits: rows(&profile.traits),
            account_traits: rows(&profile.account_traits),
            journeys: journeys.iter().map(|(journey, times)| JourneyView::of(journey, times, calendar)).collect(),
            sayings,
            responses: written::count(responses.len() as u64),
            responses_href: Href::to(&["responses"]).with("user", &id),
            hesitations: hesitations.iter().take(SHOWN).map(|it| Hesitation::of(it, calendar)).collect(),
            hesitations_href: Href::to(&["hesitation", "people"]).with("who", "hesitated").with("user", &id),
            page: user_href(&id),
            why,
            care,
            timeline,
            takeout: takeout_href(&id),
            erasure: erasure_href(&id),
            id,
        }
    }
}

/// Traits as text, by name.
pub(super) fn rows(traits: &Map<String, Value>) -> Vec<(String, String)> {
    let in_words = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let mut rows: Vec<(String, String)> = traits.iter().map(|(name, value)| (name.clone(), in_words(value))).collect();
    rows.sort();
    rows
}

impl JourneyView {
    fn of(journey: &Journey, times: &[Option<i64>], calendar: &Calendar) -> Self {
        let milestone = |(at, milestone): (usize, &domain::Milestone)| MilestoneView {
            name: milestone.name.clone(),
            is_value: at == journey.value_index(),
            at: times.get(at).copied().flatten().map(|it| (written::minute(it, calendar), written::iso(it))),
        };
        Self {
            name: journey.name.clone(),
            href: Href::to(&["journeys", journey.id.as_str()]),
            reached: times.iter().flatten().count(),
            of: journey.milestones.len(),
            milestones: journey.milestones.iter().enumerate().map(milestone).collect(),
        }
    }
}

impl Hesitation {
    fn of(it: &Behind, calendar: &Calendar) -> Self {
        Self {
            page: it.page.clone(),
            href: Href::to(&["hesitation", "page"]).with("page", &it.page),
            at: written::minute(it.at_ms, calendar),
            at_iso: written::iso(it.at_ms),
            why: it.why.iter().map(|it| written::first_upper(it)).collect(),
            said: super::hesitation::said_in_words(it.said),
        }
    }
}

impl Why {
    fn of(app: &App, at: Field<i64>, survey: Option<&str>, answer: Option<WhyAnswer>) -> Self {
        let project = app.project();
        let calendar = &project.calendar;
        let mut surveys: Vec<(String, String, bool)> =
            project.surveys.iter().map(|it| (it.id().to_owned(), it.name.clone(), survey == Some(it.id()))).collect();
        if let Some(other) = survey.filter(|id| project.survey(id).is_none()) {
            surveys.push((other.to_owned(), other.to_owned(), true));
        }
        let (entries, all, muted, declined) =
            answer.map_or_else(Default::default, |it| (it.entries, it.standing, it.muted_until, it.declined));
        let standing = |it: Standing| StandingView {
            name: it.name,
            is_free: it.reasons.is_empty(),
            sentence: written::first_upper(&it.sentence),
        };
        Self {
            surveys,
            at,
            muted,
            declined,
            // The latest first, as in every list.
            entries: entries.iter().rev().map(|it| WhyView::of(it, calendar)).collect(),
            standing: all.into_iter().map(standing).collect(),
        }
    }
}

impl WhyView {
    fn of(entry: &WhyEntry, calendar: &Calendar) -> Self {
        Self {
            at: written::minute(entry.at_ms, calendar),
            at_iso: written::iso(entry.at_ms),
            times: (entry.times > 1).then(|| {
                format!("{} times until {}", written::count(entry.times), written::minute(entry.last_ms, calendar))
            }),
            prompt: if entry.prompt == domain::HESITATION {
                "The offer of help".to_owned()
            } else {
                entry.name.clone()
            },
            because: trigger_in_words(&entry.trigger).to_owned(),
            page: entry.page.clone(),
            was_asked: entry.was_asked,
            outcome: entry.outcome.clone().unwrap_or_default(),
            sentence: written::first_upper(&entry.sentence),
        }
    }
}

pub(super) fn trigger_in_words(trigger: &str) -> &str {
    match trigger {
        "message" => "something they did",
        "reached" => "a milestone reached",
        "overdue" => "a milestone overdue",
        "hesitation" => "hesitation",
        "timeOnPage" => "time on the page",
        "code" => "your own code",
        "tab" => "the feedback tab",
        "inline" => "the page it stands in",
        other => other,
    }
}

/// What stood against a prompt, as people in customer success read it.
pub(super) fn reason_in_words(reason: &Reason) -> &'static str {
    match reason {
        Reason::Hidden => "the page was not in view",
        Reason::Returned => "they had just come back to the page",
        Reason::Typing => "they were typing",
        Reason::Dragging => "they were dragging something",
        Reason::Composing => "they were composing text",
        Reason::Modal => "a dialog was open",
        Reason::Dirty => "a form held changes that were not saved",
        Reason::Media => "a video or sound was playing",
        Reason::Fullscreen => "the page filled the screen",
        Reason::Acting => "they had just done something",
        Reason::Early => "the page had only just been loaded",
        Reason::Troubled => "an error had just been shown",
        Reason::Offline => "they were offline",
        Reason::SavingData => "their browser asks sites to save data",
        Reason::Delayed => "the survey’s delay was not over",
        Reason::Prompted => "another prompt was on the page",
        Reason::OtherTab => "another tab was asking",
        Reason::OtherPage => "the survey is not for this page",
        Reason::Audience => "the survey is not for people with their traits",
        Reason::Unsampled => "they are not in the survey’s sample",
        Reason::Session => "this session had had its prompt",
        Reason::FirstSession => "it was their first session",
        Reason::Gap => "they had been asked something too short a time ago",
        Reason::Quarter => "they had been asked too often this quarter",
        Reason::Account => "enough people of their account had been asked lately",
        Reason::Silenced => "they had closed several prompts in a row",
        Reason::Muted => "they had muted prompts for a while",
        Reason::Declined => "they had said “don’t ask again”",
        Reason::NotDue => "they had been shown this survey, and it was not due again",
        Reason::NpsGap => "they had answered a recommendation question too short a time ago",
        Reason::Reserved => "a more important survey was due soon",
        Reason::Enough => "the survey had the answers it wanted",
        Reason::Dates => "the survey had not begun, or was over",
        Reason::Unknown => "the survey is not defined any more",
        Reason::NotOverdue => "the milestone was not overdue",
        Reason::Unreachable => "the collector could not be reached",
        Reason::Throttled => "too many questions came from their browser",
        Reason::HoldOut => "they are in a group that is never asked",
    }
}
