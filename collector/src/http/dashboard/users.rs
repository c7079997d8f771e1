//! `/users`: everybody, searched, filtered and sorted.

mod file;

pub(super) use file::{download, download_json};

use super::accounts::account_href;
use super::care::{self, CareCell};
use super::error::{Link, PageError};
use super::frame::Frame;
use super::href::Href;
use super::paging::{PAGE_ROWS, PageNumber, Pages};
use super::pairs::given;
use super::somebody::Somebody;
use super::sorting::Column;
use super::user::{user_href, user_page};
use super::view::{Choice, Preset};
use super::written;
use crate::app::users::{SeenFilter, UserRow, UserSort};
use crate::http::among::{self, Among};
use crate::http::session::Operator;
use crate::http::users::UserQuery;
use crate::metric::Calendar;
use crate::project::Project;
use askama::Template;
use axum::extract::Query;
use axum::response::{Html, IntoResponse, Redirect, Response};
use domain::Definitions;

/// Days offered in the form; any other number may stand in the address.
const SEEN_DAYS: [u32; 4] = [1, 7, 30, 90];

#[derive(Template)]
#[template(path = "users.html")]
struct UsersPage {
    frame: Frame,
    heading: String,
    query: UserQuery,
    reached: Vec<Choice>,
    not_reached: Vec<Choice>,
    stuck: Vec<Choice>,
    seen: Vec<Choice>,
    whos: Vec<Choice>,
    /// Sorting is kept when the form is sent.
    kept: Vec<(&'static str, String)>,
    cares: Vec<Preset>,
    owners: Vec<Choice>,
    is_narrowed: bool,
    /// The list without the form's filters.
    all: Href,
    person: Column,
    last_seen: Column,
    first_seen: Column,
    /// The journey whose milestones are counted.
    journey: Option<String>,
    rows: Vec<Row>,
    pages: Pages,
}

struct Row {
    who: Somebody,
    account_id: String,
    account_href: Href,
    last: String,
    last_iso: String,
    care: CareCell,
    first: String,
    first_iso: String,
    reached: usize,
    of: usize,
}

/// Which list is asked for; the page and its file mean the same by the same address.
struct Asked {
    query: UserQuery,
    page: PageNumber,
}

/// Also the page of one user, for ids that no path can carry: `/users?id=…`.
pub(crate) async fn show(
    operator: Operator,
    Among { app, chosen }: Among,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    if let Some(id) = given(&pairs, "id") {
        return user_page(&app, &operator, id, &pairs, None).await;
    }
    let project = app.project();
    let definitions = &project.definitions;
    // A form sends its empty fields too; the address without them is the one to copy.
    if pairs.iter().any(|(_, text)| text.is_empty()) {
        let asked = Asked::parse(&pairs, &project)?;
        return Ok(Redirect::to(&asked.href("users").into_string()).into_response());
    }
    let asked = Asked::parse(&pairs, &project)?;
    let offset = asked.page.offset();
    let found = app.users(&asked.query.request, offset.saturating_add(PAGE_ROWS)).await?;
    let here = found.rows(offset..offset.saturating_add(PAGE_ROWS));
    let rows: Vec<Row> = here.iter().map(|it| Row::of(it, app.now_ms(), &app.calendar())).collect();
    let total = found.total();
    let query = &asked.query;
    let heading = if total == 1 { "1 user".to_owned() } else { format!("{} users", written::count(total as u64)) };
    let sort = |sort: UserSort| {
        let is_chosen = query.request.sort == sort;
        Column::of(&asked.unsorted(), sort.name(), sort.is_descending(), is_chosen, query.request.is_reversed)
    };
    let filter = &query.request.filter;
    let pages = asked.page.pages(rows.len(), total as u64, &asked.href("users"), asked.href("users.csv"));
    let page = UsersPage {
        frame: Frame::new("Users", &app, &operator).among(&chosen).live(&operator, asked.page.is_first()),
        reached: milestones(definitions, query.text("reached")),
        not_reached: milestones(definitions, query.text("not_reached")),
        stuck: milestones(definitions, query.text("stuck")),
        seen: seen(filter.seen),
        whos: [("identified", "who said who they are", false), ("anonymous", "visitors", true)]
            .map(|(value, name, anonymous)| Choice {
                value: value.to_owned(),
                name: name.to_owned(),
                chosen: filter.anonymous == Some(anonymous),
            })
            .into(),
        kept: query.pairs.iter().filter(|it| matches!(it.0, "state" | "sort" | "order")).cloned().collect(),
        cares: care::presets(&asked.uncared(), &query.request.filter.care, &operator),
        owners: care::owners(&app, query.request.filter.care.owner.as_deref()).await?,
        is_narrowed: query.pairs().any(|it| !matches!(it.0, "sort" | "order" | "segment" | "where")),
        all: Href::to(&["users"]).with_all(query.pairs().filter(|it| among::NAMES.contains(&it.0))),
        person: sort(UserSort::Name),
        last_seen: sort(UserSort::LastSeen),
        first_seen: sort(UserSort::FirstSeen),
        journey: found.journey().map(|it| it.name.clone()),
        pages: Pages { json: Some(asked.href("users.json")), ..pages },
        query: query.clone(),
        heading,
        rows,
    };
    Ok(Html(page.render()?).into_response())
}

impl Asked {
    fn parse(pairs: &[(String, String)], project: &Project) -> Result<Self, PageError> {
        let query = UserQuery::parse(pairs, project)
            .map_err(|it| back(format!("{}. Begin here:", written::first_upper(&it.in_words()))))?;
        let page = PageNumber::parse("page", given(pairs, "page")).map_err(|it| back(format!("{it} Begin here:")))?;
        Ok(Self { query, page })
    }

    fn href(&self, list: &str) -> Href {
        Href::to(&[list]).with_all(self.query.pairs())
    }

    fn unsorted(&self) -> Href {
        Href::to(&["users"]).with_all(self.query.pairs().filter(|it| !matches!(it.0, "sort" | "order")))
    }

    /// For whatever is done about them.
    fn uncared(&self) -> Href {
        Href::to(&["users"]).with_all(self.query.pairs().filter(|it| !matches!(it.0, "owner" | "state")))
    }
}

impl Row {
    fn of(row: &UserRow<'_>, now_ms: i64, calendar: &Calendar) -> Self {
        let line = row.line;
        let account_id = row.account.map(|it| it.account.to_string()).unwrap_or_default();
        Self {
            who: Somebody {
                user: line.user.to_string(),
                href: user_href(&line.user),
                anonymous: line.anonymous,
                verified: false,
                name: line.name.as_deref().unwrap_or_default().to_owned(),
                email: line.email.as_deref().unwrap_or_default().to_owned(),
                account: row.account.map(|it| it.title().to_owned()).unwrap_or_default(),
            },
            account_href: account_href(&account_id),
            account_id,
            last: written::minute(line.last_ms, calendar),
            last_iso: written::iso(line.last_ms),
            care: CareCell::of(row.care, now_ms, calendar),
            first: written::minute(line.first_ms, calendar),
            first_iso: written::iso(line.first_ms),
            reached: row.reached(),
            of: row.reached_ms.len(),
        }
    }
}

fn milestones(definitions: &Definitions, chosen: Option<&str>) -> Vec<Choice> {
    let is_one = definitions.journeys.len() == 1;
    let mut choices = Vec::new();
    for journey in &definitions.journeys {
        for milestone in &journey.milestones {
            let value = format!("{}/{}", journey.id, milestone.id);
            let name = if is_one { milestone.name.clone() } else { format!("{}: {}", journey.name, milestone.name) };
            choices.push(Choice { chosen: chosen == Some(&*value), value, name });
        }
    }
    choices
}

fn seen(chosen: Option<SeenFilter>) -> Vec<Choice> {
    let days = |days: u32| if days == 1 { "24 hours".to_owned() } else { format!("{days} days") };
    let choice = |it: SeenFilter| Choice {
        value: it.name(),
        name: match it {
            SeenFilter::WithinDays(count) => format!("within {}", days(count)),
            SeenFilter::NotWithinDays(count) => format!("not within {}", days(count)),
        },
        chosen: chosen == Some(it),
    };
    let mut all: Vec<SeenFilter> = SEEN_DAYS.map(SeenFilter::WithinDays).to_vec();
    all.extend(SEEN_DAYS.map(SeenFilter::NotWithinDays));
    // What the address asks for can be chosen even where it is in no list.
    all.extend(chosen.filter(|it| !all.contains(it)));
    all.into_iter().map(choice).collect()
}

fn back(message: String) -> PageError {
    let instead = vec![Link { name: "Users".to_owned(), href: Href::to(&["users"]) }];
    PageError::BadAddress { message, instead }
}
