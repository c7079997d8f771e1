//! What people wrote when they were asked: on pages, and as a file.
//!
//! RFC 4180, like the lists of people.

use super::counted::list_href;
use super::page_href;
use super::range::Range;
use crate::app::App;
use crate::app::hesitation::{Verbatim, Who};
use crate::csv_safe::csv_safe;
use crate::http::among::Among;
use crate::http::dashboard::error::PageError;
use crate::http::dashboard::href::Href;
use crate::http::dashboard::pairs::value;
use crate::http::dashboard::people_csv::{csv_answer, lines};
use crate::http::dashboard::somebody::{account_name, name, name_or_id};
use crate::http::dashboard::written;
use crate::http::session::Operator;
use crate::storage::Profile;
use axum::extract::Query;
use axum::response::Response;

/// One free text.
pub(super) struct Saying {
    pub(super) text: String,
    /// Name, else id.
    pub(super) person: String,
    /// What this person did elsewhere.
    pub(super) person_href: Href,
    pub(super) account: String,
    pub(super) page: String,
    pub(super) page_href: Href,
    pub(super) at: String,
    pub(super) at_iso: String,
    pub(super) reasons: Vec<String>,
}

/// The texts with the names of those who wrote them.
pub(super) async fn sayings<'a>(
    app: &App,
    verbatim: impl Iterator<Item = &'a Verbatim>,
    range: &Range,
) -> Result<Vec<Saying>, PageError> {
    let verbatim: Vec<&Verbatim> = verbatim.collect();
    let profiles = app.profiles(verbatim.iter().map(|it| it.user.clone()).collect()).await?;
    Ok(verbatim.into_iter().zip(profiles).map(|(it, profile)| Saying::of(it, &profile, range)).collect())
}

impl Saying {
    fn of(verbatim: &Verbatim, profile: &Profile, range: &Range) -> Self {
        Self {
            text: verbatim.text.clone(),
            person: name_or_id(profile),
            person_href: list_href("people", None, Who::Sessions, range).with("user", &verbatim.user),
            account: account_name(profile),
            page: verbatim.page.clone(),
            page_href: page_href(&verbatim.page, range),
            at: written::minute(verbatim.at_ms, &range.view.calendar),
            at_iso: written::iso(verbatim.at_ms),
            reasons: verbatim.reasons.clone(),
        }
    }
}

/// `/hesitation/answers.csv`: all texts of a page, or of all pages, newest first.
pub(crate) async fn download(
    _: Operator,
    Among { app, .. }: Among,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let range = Range::parse(&pairs, &app.calendar());
    let answer = app.hesitation(&range.request_or_page()?).await?;
    let page = value(&pairs, "page");
    let verbatim: Vec<&Verbatim> =
        answer.verbatim.iter().filter(|it| page.is_none_or(|page| it.page == page)).collect();
    let profiles = app.profiles(verbatim.iter().map(|it| it.user.clone()).collect()).await?;
    let heading = ["said (UTC)", "page", "user", "name", "account", "text", "why asked"];
    let rows = verbatim.iter().zip(&profiles).map(|(it, profile)| {
        vec![
            written::iso(it.at_ms),
            csv_safe(&it.page).into_owned(),
            csv_safe(&it.user).into_owned(),
            csv_safe(&name(profile)).into_owned(),
            csv_safe(it.account.as_deref().unwrap_or_default()).into_owned(),
            csv_safe(&it.text).into_owned(),
            csv_safe(&it.reasons.join("; ")).into_owned(),
        ]
    });
    let rows = std::iter::once(heading.map(str::to_owned).to_vec()).chain(rows);
    let mut parts = vec!["milepost", "hesitation", "answers"];
    parts.extend(page);
    Ok(csv_answer(lines(rows)?, &parts, &range.view, &pairs))
}
