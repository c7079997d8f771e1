//! `/accounts`: the customer companies, searched and sorted.

mod file;

pub(super) use file::download;

use super::care::{self, CareCell};
use super::error::{Link, PageError};
use super::frame::Frame;
use super::funnel_chart::Share;
use super::href::Href;
use super::paging::{PageNumber, Pages};
use super::pairs::given;
use super::sorting::Column;
use super::view::{Choice, Preset};
use super::written;
use crate::app::accounts::{ACTIVE_DAYS, AccountRow, AccountSort};
use crate::http::accounts::AccountQuery;
use crate::http::among::{self, Among};
use crate::http::session::Operator;
use crate::http::surveys::Misunderstood;
use crate::metric::Calendar;
use crate::segment::Touch;
use askama::Template;
use axum::extract::Query;
use axum::response::{Html, IntoResponse, Redirect, Response};
use domain::Journey;

#[derive(Template)]
#[template(path = "accounts.html")]
struct AccountsPage {
    frame: Frame,
    heading: String,
    query: AccountQuery,
    /// Sorting is kept when the form is sent.
    kept: Vec<(&'static str, String)>,
    cares: Vec<Preset>,
    owners: Vec<Choice>,
    is_narrowed: bool,
    /// The list without the form's filters.
    all: Href,
    by_name: Column,
    active: Column,
    value: Column,
    last_seen: Column,
    active_days: u32,
    /// `milepost.toml` says how much attention accounts get.
    has_touch: bool,
    /// The journey whose milestones are counted, and its value milestone.
    journey: Option<(String, String)>,
    rows: Vec<Row>,
    pages: Pages,
}

struct Row {
    account: String,
    title: String,
    href: Href,
    users: String,
    users_href: Href,
    active: String,
    active_href: Href,
    reached: usize,
    of: usize,
    value: String,
    value_href: Href,
    touch: &'static str,
    share: Option<Share>,
    value_time: String,
    last: String,
    last_iso: String,
    care: CareCell,
}

/// Which list is asked for; the page and its file mean the same by the same address.
struct Asked {
    query: AccountQuery,
    page: PageNumber,
}

/// The page of an account; a browser takes `.` and `..` out of any path, however they are written.
pub(super) fn account_href(id: &str) -> Href {
    if matches!(id, "." | "..") { Href::to(&["accounts"]).with("id", id) } else { Href::to(&["accounts", id]) }
}

/// The list of an account's users.
pub(super) fn users_href(account: &str) -> Href {
    Href::to(&["users"]).with("account", account)
}

/// Those of them who are active.
pub(super) fn active_href(account: &str) -> Href {
    users_href(account).with("seen", &format!("within-{ACTIVE_DAYS}"))
}

/// Those of them who reached a milestone.
pub(super) fn reached_href(account: &str, journey: &Journey, level: usize) -> Href {
    let milestone = journey.milestones.get(level).map_or("", |it| it.id.as_str());
    users_href(account).with("reached", &format!("{}/{milestone}", journey.id))
}

/// Also the page of one account, for ids that no path can carry: `/accounts?id=…`.
pub(crate) async fn show(
    operator: Operator,
    Among { app, chosen }: Among,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    if let Some(id) = given(&pairs, "id") {
        return super::account::account_page(&app, &operator, id, None).await;
    }
    let calendar = &app.calendar();
    let asked = Asked::parse(&pairs, calendar)?;
    // A form sends its empty fields too; the address without them is the one to copy.
    if pairs.iter().any(|(_, text)| text.is_empty()) {
        return Ok(Redirect::to(&asked.href("accounts").into_string()).into_response());
    }
    let query = &asked.query;
    let found = app.accounts(&query.request).await?;
    let here = asked.page.of(&found.rows).iter();
    let rows: Vec<Row> = here.map(|it| Row::of(it, found.journey(), app.now_ms(), &chosen.pairs(), calendar)).collect();
    let total = found.rows.len();
    let heading =
        if total == 1 { "1 account".to_owned() } else { format!("{} accounts", written::count(total as u64)) };
    let sort = |sort: AccountSort| {
        let is_chosen = query.request.sort == sort;
        Column::of(&asked.unsorted(), sort.name(), sort.is_descending(), is_chosen, query.request.is_reversed)
    };
    let value_of = |it: &Journey| it.milestones.get(it.value_index()).map(|it| it.name.clone()).unwrap_or_default();
    let pages = asked.page.pages(rows.len(), total as u64, &asked.href("accounts"), asked.href("accounts.csv"));
    let page = AccountsPage {
        frame: Frame::new("Accounts", &app, &operator).among(&chosen),
        kept: query.pairs.iter().filter(|it| matches!(it.0, "state" | "sort" | "order")).cloned().collect(),
        cares: care::presets(&asked.uncared(), &query.request.filter.care, &operator),
        owners: care::owners(&app, query.request.filter.care.owner.as_deref()).await?,
        is_narrowed: query.pairs().any(|it| !matches!(it.0, "sort" | "order" | "segment" | "where")),
        all: Href::to(&["accounts"]).with_all(query.pairs().filter(|it| among::NAMES.contains(&it.0))),
        by_name: sort(AccountSort::Name),
        active: sort(AccountSort::ActiveUsers),
        value: sort(AccountSort::ReachedValue),
        last_seen: sort(AccountSort::LastSeen),
        active_days: ACTIVE_DAYS,
        has_touch: app.project().touch.is_some(),
        journey: found.journey().map(|it| (it.name.clone(), value_of(it))),
        pages,
        query: query.clone(),
        heading,
        rows,
    };
    Ok(Html(page.render()?).into_response())
}

impl Asked {
    fn parse(pairs: &[(String, String)], calendar: &Calendar) -> Result<Self, PageError> {
        let query = AccountQuery::parse(pairs, calendar)
            .map_err(|Misunderstood { name, message }| back(format!("`{name}` {message}. Begin here:")))?;
        let page = PageNumber::parse("page", given(pairs, "page")).map_err(|it| back(format!("{it} Begin here:")))?;
        Ok(Self { query, page })
    }

    fn href(&self, list: &str) -> Href {
        Href::to(&[list]).with_all(self.query.pairs())
    }

    fn unsorted(&self) -> Href {
        Href::to(&["accounts"]).with_all(self.query.pairs().filter(|it| !matches!(it.0, "sort" | "order")))
    }

    /// For whatever is done about them.
    fn uncared(&self) -> Href {
        Href::to(&["accounts"]).with_all(self.query.pairs().filter(|it| !matches!(it.0, "owner" | "state")))
    }
}

impl Row {
    fn of(
        row: &AccountRow,
        journey: Option<&Journey>,
        now_ms: i64,
        among: &[(&str, String)],
        calendar: &Calendar,
    ) -> Self {
        let kept = |href: Href| href.with_all(among.iter().map(|(name, text)| (*name, text.as_str())));
        let account = &row.account;
        let value_time_ms = journey.and_then(|it| row.value_time_ms(it));
        Self {
            account: account.to_string(),
            title: row.title().to_owned(),
            href: account_href(account),
            users: written::count(row.users),
            users_href: kept(users_href(account)),
            active: written::count(row.active),
            active_href: kept(active_href(account)),
            reached: row.reached(),
            of: row.reached_ms.len(),
            value: written::count(row.reached_value),
            value_href: kept(
                journey.map_or_else(|| users_href(account), |it| reached_href(account, it, it.value_index())),
            ),
            touch: row.touch.map_or("", Touch::name),
            share: Share::of(row.reached_value, row.users),
            value_time: value_time_ms.map_or_else(|| "–".to_owned(), written::span),
            last: written::minute(row.last_ms, calendar),
            last_iso: written::iso(row.last_ms),
            care: CareCell::of(row.care.as_deref(), now_ms, calendar),
        }
    }
}

fn back(message: String) -> PageError {
    let instead = vec![Link { name: "Accounts".to_owned(), href: Href::to(&["accounts"]) }];
    PageError::BadAddress { message, instead }
}
