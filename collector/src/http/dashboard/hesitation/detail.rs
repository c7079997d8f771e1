//! `/hesitation/page?page=/invoices/:id`: one page of the product, and everything known of hesitation there.

use super::counted::{Counted, Tiles};
use super::lift::LiftView;
use super::pauses::Pauses;
use super::range::Range;
use super::said::{Saying, sayings};
use super::{MutedView, home, learning, page_href};
use crate::app::App;
use crate::app::hesitation::{HesitationAnswer, PageAnswer, ReasonCount, Who};
use crate::http::among::Among;
use crate::http::dashboard::error::{Link, PageError};
use crate::http::dashboard::frame::Frame;
use crate::http::dashboard::funnel_chart::Share;
use crate::http::dashboard::href::Href;
use crate::http::dashboard::pairs::given;
use crate::http::dashboard::view::Preset;
use crate::http::dashboard::written;
use crate::http::session::Operator;
use askama::Template;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};

/// Free texts on one page; the file has all.
const SAYINGS_SHOWN: usize = 50;

/// Pages offered to whoever asks for one that is not there.
const OFFERED: usize = 20;

#[derive(Template)]
#[template(path = "hesitation_page.html")]
struct DetailPage {
    frame: Frame,
    name: String,
    home: Href,
    page: Href,
    presets: Vec<Preset>,
    range: Range,
    /// Absent while a parameter is wrong.
    shown: Option<Detail>,
}

struct Detail {
    range: String,
    incomplete: bool,
    is_asking: bool,
    floor: String,
    learning: Option<String>,
    muted: Option<MutedView>,
    tiles: Tiles,
    pauses: Option<Pauses>,
    reasons: Vec<Reason>,
    lift: LiftView,
    sayings: Vec<Saying>,
    sayings_total: String,
    answers_csv: Href,
}

/// One of the things that made people look stuck.
struct Reason {
    sentence: String,
    sessions: Counted,
    share: Option<Share>,
    width: String,
}

pub(crate) async fn show(
    operator: Operator,
    Among { app, chosen }: Among,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let name = given(&pairs, "page").unwrap_or_default().to_owned();
    let range = Range::parse(&pairs, &app.calendar());
    let bare = Href::to(&["hesitation", "page"]).with("page", &name);
    if let Some(shorter) = range.shorter(&bare, &pairs) {
        return Ok(Redirect::to(&shorter.into_string()).into_response());
    }
    let mut shown = None;
    if let Some(request) = range.request() {
        shown = Some(Detail::of(&app, &app.hesitation(&request).await?, &name, &range).await?);
    }
    let status = if shown.is_some() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    let frame = Frame::new(format!("Hesitation on {name}"), &app, &operator).among(&chosen);
    let page = DetailPage::new(frame, name, range, app.now_ms(), shown);
    Ok((status, Html(page.render()?)).into_response())
}

impl DetailPage {
    fn new(frame: Frame, name: String, range: Range, now_ms: i64, shown: Option<Detail>) -> Self {
        let bare = Href::to(&["hesitation", "page"]).with("page", &name);
        Self {
            presets: range.presets(&bare, now_ms),
            home: home().with_all(range.view.pairs()),
            page: Href::to(&["hesitation", "page"]),
            frame,
            name,
            range,
            shown,
        }
    }
}

fn no_such_page(name: &str, answer: &HesitationAnswer, range: &Range) -> PageError {
    let link = |it: &PageAnswer| Link { name: it.page.clone(), href: page_href(&it.page, range) };
    let mut instead: Vec<Link> = answer.pages.iter().take(OFFERED).map(link).collect();
    instead.push(Link { name: "All pages, over all time".to_owned(), href: home() });
    let range = range.view.range_in_words();
    PageError::BadAddress {
        message: format!("Nobody was seen on “{name}” {range}. Look at one of these:"), instead
    }
}

impl Detail {
    async fn of(app: &App, answer: &HesitationAnswer, name: &str, range: &Range) -> Result<Self, PageError> {
        let page = answer.pages.iter().find(|it| it.page == name).ok_or_else(|| no_such_page(name, answer, range))?;
        let texts: Vec<_> = answer.verbatim.iter().filter(|it| it.page == name).collect();
        let sayings_total = texts.len();
        let sayings = sayings(app, texts.into_iter().take(SAYINGS_SHOWN), range).await?;
        let name = Some(page.page.as_str());
        let hesitated = page.tally.hesitated.part;
        Ok(Self {
            range: range.view.range_in_words(),
            incomplete: range.view.incomplete(app.now_ms()),
            is_asking: answer.is_asking,
            floor: written::percent(answer.precision_floor),
            learning: learning(page, answer),
            muted: MutedView::of(page, answer, range),
            tiles: Tiles::of(name, &page.tally, range),
            pauses: Pauses::of(&page.curves),
            reasons: page.reasons.iter().map(|it| Reason::of(it, &page.page, hesitated, range)).collect(),
            lift: LiftView::of(name, page.lift, range),
            sayings,
            sayings_total: written::count(sayings_total as u64),
            answers_csv: Href::to(&["hesitation", "answers.csv"]).with("page", &page.page).with_all(range.view.pairs()),
        })
    }
}

impl Reason {
    fn of(reason: &ReasonCount, page: &str, hesitated: u64, range: &Range) -> Self {
        let share = reason.sessions as f64 / hesitated.max(1) as f64;
        Self {
            sentence: written::first_upper(&reason.sentence),
            sessions: Counted::of(reason.sessions, Some(page), Who::Because(reason.feature), range),
            share: Share::of(reason.sessions, hesitated),
            width: format!("{:.2}%", share.clamp(0.0, 1.0) * 100.0),
        }
    }
}

#[cfg(test)]
pub(super) mod tests_door {
    use super::*;
    use crate::testing::{NOW_MS, app, project};

    /// The whole page, of an answer made by hand.
    pub(in super::super) async fn detail_page(answer: &HesitationAnswer, name: &str) -> String {
        let (app, _, _dir) = app(project()).await;
        let range = Range::parse(&[], &crate::metric::Calendar::default());
        let shown = Detail::of(&app, answer, name, &range).await.unwrap();
        DetailPage::new(Frame::of_owner(name), name.to_owned(), range, NOW_MS, Some(shown)).render().unwrap()
    }
}
