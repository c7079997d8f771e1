//! `/accounts/{id}`: one account, as whoever looks after it wants to know it.

use super::accounts::{account_href, active_href, reached_href, users_href};
use super::care::{self, ById, CareView, Refused, Sent};
use super::error::{Link, PageError};
use super::frame::Frame;
use super::href::Href;
use super::responses::{Saying, sayings};
use super::surveys::Score;
use super::timeline::Did;
use super::user::{rows, user_href};
use super::written;
use crate::app::App;
use crate::app::account::{AccountAnswer, AccountDoing, AccountJourney};
use crate::app::accounts::ACTIVE_DAYS;
use crate::app::care::Subject;
use crate::app::hesitation::Behind;
use crate::app::surveys::Pick;
use crate::app::users::UserRow;
use crate::http::session::Operator;
use crate::metric::Calendar;
use crate::segment::Touch;
use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use std::sync::Arc;

/// Responses and hesitations on the page; the lists have all.
const SHOWN: usize = 10;

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage {
    frame: Frame,
    account: String,
    first: String,
    first_iso: String,
    last: String,
    last_iso: String,
    users: String,
    users_href: Href,
    active: String,
    active_href: Href,
    active_days: u32,
    /// Of the first journey, with the value milestone's name.
    value_time: Option<(String, String)>,
    nps: Option<Nps>,
    journeys: Vec<JourneyView>,
    people: Vec<Person>,
    sayings: Vec<Saying>,
    responses: String,
    responses_href: Href,
    hesitations: Vec<Hesitation>,
    hesitated: String,
    hesitations_href: Href,
    /// How much attention it gets.
    touch: Option<&'static str>,
    traits: Vec<(String, String)>,
    timeline: Vec<Doing>,
    care: CareView,
}

struct Nps {
    score: Score,
    /// Promoters, passives and detractors, each with its list.
    bands: Vec<(&'static str, String, Href)>,
}

struct JourneyView {
    name: String,
    href: Href,
    reached: usize,
    milestones: Vec<MilestoneView>,
}

struct MilestoneView {
    name: String,
    is_value: bool,
    at: Option<(String, String)>,
    by: Option<Link>,
    users: String,
    users_href: Href,
}

struct Person {
    title: String,
    href: Href,
    anonymous: bool,
    last: String,
    last_iso: String,
    reached: String,
}

struct Hesitation {
    page: String,
    href: Href,
    user: String,
    user_href: Href,
    at: String,
    at_iso: String,
    why: Vec<String>,
    said: &'static str,
}

struct Doing {
    title: String,
    href: Href,
    did: Did,
}

pub(crate) async fn show(
    operator: Operator,
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    account_page(&app, &operator, &id, None).await
}

/// A form of the page.
pub(crate) async fn act(
    operator: Operator,
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Response, PageError> {
    // Nothing is noted about what is not there.
    app.account(&id).await?.ok_or_else(|| no_such_account(&id))?;
    match care::act(&app, &operator, Subject::Account(&id), account_href(&id), sent).await? {
        Ok(done) => Ok(done),
        Err(refused) => account_page(&app, &operator, &id, Some(refused)).await,
    }
}

/// The same by `/accounts?id=…`.
pub(crate) async fn act_by_query(
    operator: Operator,
    app: State<Arc<App>>,
    Query(by): Query<ById>,
    form: Form<Sent>,
) -> Result<Response, PageError> {
    act(operator, app, Path(by.id), form).await
}

pub(super) async fn account_page(
    app: &App,
    operator: &Operator,
    id: &str,
    refused: Option<Refused>,
) -> Result<Response, PageError> {
    let found = app.account(id).await?.ok_or_else(|| no_such_account(id))?;
    let sayings = sayings(app, found.responses.iter().take(SHOWN)).await?;
    let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let care = CareView::of(app, &app.care_of_account(id).await?, account_href(id), refused).await?;
    let page = AccountPage::of(app, operator, &found, sayings, care);
    Ok((status, Html(page.render()?)).into_response())
}

fn no_such_account(id: &str) -> PageError {
    PageError::BadAddress {
        message: format!("Nobody belongs to an account of the id “{id}”. Look among these:"),
        instead: vec![Link { name: "Accounts".to_owned(), href: Href::to(&["accounts"]) }],
    }
}

impl AccountPage {
    fn of(app: &App, operator: &Operator, found: &AccountAnswer, sayings: Vec<Saying>, care: CareView) -> Self {
        let calendar = &app.calendar();
        let id = &*found.account;
        let value_time = found.journeys.first().map(|it| {
            let value = it.journey.milestones.get(it.journey.value_index()).map(|it| it.name.clone());
            let time = it.value_time_ms.map_or_else(|| "not yet".to_owned(), written::span);
            (time, value.unwrap_or_default())
        });
        Self {
            frame: Frame::new(found.name.as_deref().unwrap_or(id), app, operator),
            account: id.to_owned(),
            first: written::minute(found.first_ms, calendar),
            first_iso: written::iso(found.first_ms),
            last: written::minute(found.last_ms, calendar),
            last_iso: written::iso(found.last_ms),
            users: written::count(found.users),
            users_href: users_href(id),
            active: written::count(found.active.total() as u64),
            active_href: active_href(id),
            active_days: ACTIVE_DAYS,
            value_time,
            nps: Nps::of(found),
            journeys: found.journeys.iter().map(|it| JourneyView::of(id, it, calendar)).collect(),
            people: found.active.rows(0..found.active.total()).iter().map(|it| Person::of(it, calendar)).collect(),
            responses: written::count(found.responses.len() as u64),
            responses_href: Href::to(&["responses"]).with("account", id),
            hesitations: found.hesitations.iter().take(SHOWN).map(|it| Hesitation::of(it, calendar)).collect(),
            hesitated: written::count(found.hesitations.len() as u64),
            hesitations_href: Href::to(&["hesitation", "people"]).with("who", "hesitated").with("account", id),
            touch: app.touch_of(&found.traits).map(Touch::name),
            traits: rows(&found.traits),
            timeline: found.timeline.iter().map(|it| Doing::of(it, calendar)).collect(),
            sayings,
            care,
        }
    }
}

impl Nps {
    fn of(found: &AccountAnswer) -> Option<Self> {
        let href = |pick: &Pick| Href::to(&["responses"]).with("answer", &pick.name()).with("account", &found.account);
        let bands = [
            ("promoters", found.nps.promoters(), Pick::Promoters),
            ("passives", found.nps.passives(), Pick::Passives),
            ("detractors", found.nps.detractors(), Pick::Detractors),
        ];
        let band = |(name, count, pick): (&'static str, u64, Pick)| (name, written::count(count), href(&pick));
        Some(Self { score: Score::of(found.nps)?, bands: bands.map(band).into() })
    }
}

impl JourneyView {
    fn of(account: &str, it: &AccountJourney, calendar: &Calendar) -> Self {
        let journey = &it.journey;
        let named = journey.milestones.iter().zip(&it.milestones).enumerate();
        let milestones = named.map(|(level, (milestone, found))| MilestoneView {
            name: milestone.name.clone(),
            is_value: level == journey.value_index(),
            at: found.first_ms.map(|it| (written::minute(it, calendar), written::iso(it))),
            by: found.by.as_ref().map(|it| Link { name: it.title().to_owned(), href: user_href(&it.user) }),
            users: written::count(found.users),
            users_href: reached_href(account, journey, level),
        });
        Self {
            name: journey.name.clone(),
            href: Href::to(&["journeys", journey.id.as_str()]),
            reached: it.milestones.iter().filter(|it| it.first_ms.is_some()).count(),
            milestones: milestones.collect(),
        }
    }
}

impl Person {
    fn of(row: &UserRow<'_>, calendar: &Calendar) -> Self {
        Self {
            title: row.line.title().to_owned(),
            href: user_href(&row.line.user),
            anonymous: row.line.anonymous,
            last: written::minute(row.line.last_ms, calendar),
            last_iso: written::iso(row.line.last_ms),
            reached: format!("{} of {}", row.reached(), row.reached_ms.len()),
        }
    }
}

impl Hesitation {
    fn of(it: &Behind, calendar: &Calendar) -> Self {
        Self {
            page: it.page.clone(),
            href: Href::to(&["hesitation", "page"]).with("page", &it.page),
            user: it.user.clone(),
            user_href: user_href(&it.user),
            at: written::minute(it.at_ms, calendar),
            at_iso: written::iso(it.at_ms),
            why: it.why.iter().map(|it| written::first_upper(it)).collect(),
            said: super::hesitation::said_in_words(it.said),
        }
    }
}

impl Doing {
    fn of(it: &AccountDoing, calendar: &Calendar) -> Self {
        Self { title: it.title.clone(), href: user_href(&it.user), did: Did::of(&it.row, calendar) }
    }
}
