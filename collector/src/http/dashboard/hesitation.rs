//! `/hesitation`: on which pages people hesitate, how surely, and whether asking them was right.

mod counted;
mod detail;
mod lift;
mod pauses;
mod people;
mod people_csv;
mod range;
mod said;

pub(super) use detail::show as show_page;
pub(super) use people::{said_in_words, show as show_people};
pub(super) use people_csv::download as download_people;
pub(super) use said::download as download_answers;

use super::error::PageError;
use super::frame::Frame;
use super::funnel_chart::Share;
use super::href::Href;
use super::snippet::snippet;
use super::view::Preset;
use super::written;
use crate::app::hesitation::{HesitationAnswer, PageAnswer, Who};
use crate::http::among::Among;
use crate::http::session::Operator;
use askama::Template;
use axum::extract::Query;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use counted::{Counted, Tiles};
use lift::LiftView;
pub(super) use range::Range;
use said::{Saying, sayings};

/// Free texts on the overview; a page of its own has more.
const SAYINGS_SHOWN: usize = 5;

/// Where the bars may end, in shares: the least that holds all of them.
const SCALES: [f64; 6] = [0.05, 0.1, 0.2, 0.3, 0.5, 1.0];

#[derive(Template)]
#[template(path = "hesitation.html")]
struct HesitationPage {
    frame: Frame,
    page: Href,
    presets: Vec<Preset>,
    range: Range,
    /// Absent while a parameter is wrong.
    shown: Option<Overview>,
}

struct Overview {
    range: String,
    incomplete: bool,
    all_time: bool,
    is_configured: bool,
    is_asking: bool,
    /// Nobody has been watched in the range.
    is_empty: bool,
    /// Shown where nobody has ever been watched.
    snippet: Option<String>,
    floor: String,
    tiles: Tiles,
    ranked: Ranked,
    muted: Vec<MutedView>,
    lift: LiftView,
    sayings: Vec<Saying>,
    answers_csv: Href,
}

/// Pages by share of sessions that hesitate.
pub(super) struct Ranked {
    /// What a full bar stands for.
    pub(super) scale: String,
    pub(super) rows: Vec<Row>,
}

/// One page's bar, and its row of the table.
pub(super) struct Row {
    pub(super) position: usize,
    pub(super) page: String,
    pub(super) href: Href,
    pub(super) is_muted: bool,
    pub(super) learning: Option<String>,
    pub(super) sessions: Counted,
    pub(super) hesitated: Counted,
    pub(super) share: Option<Share>,
    pub(super) asked: Counted,
    pub(super) answered: Counted,
    pub(super) one_tap: Option<Labels>,
    pub(super) shadow: Option<Labels>,
    pub(super) bar: Bar,
    pub(super) in_words: String,
}

/// Lengths in percent of the drawing.
pub(super) struct Bar {
    pub(super) width: String,
    pub(super) low: String,
    pub(super) high: String,
}

/// How often hesitation was what it looked like, by one kind of label.
pub(super) struct Labels {
    share: Share,
    right: Counted,
    of: String,
}

/// A page that asks nobody any more.
struct MutedView {
    page: String,
    href: Href,
    since: String,
    since_iso: String,
    reason: String,
}

pub(super) async fn show(
    operator: Operator,
    Among { app, chosen }: Among,
    Query(pairs): Query<Vec<(String, String)>>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let (page, range) = (home(), Range::parse(&pairs, &app.calendar()));
    if let Some(shorter) = range.shorter(&page, &pairs) {
        return Ok(Redirect::to(&shorter.into_string()).into_response());
    }
    let mut shown = None;
    if let Some(request) = range.request() {
        let answer = app.hesitation(&request).await?;
        let latest = answer.verbatim.iter().take(SAYINGS_SHOWN);
        let sayings = sayings(&app, latest, &range).await?;
        let mut overview = Overview::of(&answer, &range, app.now_ms());
        overview.sayings = sayings;
        overview.snippet = snippet(&app, &headers);
        shown = Some(overview);
    }
    let status = if shown.is_some() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    let presets = range.presets(&page, app.now_ms());
    let page =
        HesitationPage { frame: Frame::new("Hesitation", &app, &operator).among(&chosen), page, presets, range, shown };
    Ok((status, Html(page.render()?)).into_response())
}

fn home() -> Href {
    Href::to(&["hesitation"])
}

/// The page about one page of the product.
fn page_href(page: &str, range: &Range) -> Href {
    Href::to(&["hesitation", "page"]).with("page", page).with_all(range.view.pairs())
}

impl Ranked {
    /// At most so many pages.
    pub(super) fn of(answer: &HesitationAnswer, range: &Range, most: usize) -> Self {
        let highest = answer.pages.iter().take(most).filter_map(|it| it.tally.hesitated.interval()).map(|it| it.1);
        let highest = highest.fold(0.0, f64::max);
        let scale = SCALES.into_iter().find(|it| *it >= highest).unwrap_or(1.0);
        let row = |(at, page): (usize, &PageAnswer)| Row::of(at + 1, page, answer, range, scale);
        Self {
            scale: written::percent(scale).replace(".0%", "%"),
            rows: answer.pages.iter().take(most).enumerate().map(row).collect(),
        }
    }
}

impl Overview {
    fn of(answer: &HesitationAnswer, range: &Range, now_ms: i64) -> Self {
        Self {
            range: range.view.range_in_words(),
            incomplete: range.view.incomplete(now_ms),
            all_time: range.is_all_time(),
            is_configured: answer.is_configured,
            is_asking: answer.is_asking,
            is_empty: answer.all.hesitated.whole == 0,
            snippet: None,
            floor: written::percent(answer.precision_floor),
            tiles: Tiles::of(None, &answer.all, range),
            ranked: Ranked::of(answer, range, usize::MAX),
            muted: answer.pages.iter().filter_map(|it| MutedView::of(it, answer, range)).collect(),
            lift: LiftView::of(None, answer.lift, range),
            sayings: Vec::new(),
            answers_csv: Href::to(&["hesitation", "answers.csv"]).with_all(range.view.pairs()),
        }
    }
}

impl Row {
    fn of(position: usize, page: &PageAnswer, answer: &HesitationAnswer, range: &Range, scale: f64) -> Self {
        let (name, tally) = (page.page.as_str(), &page.tally);
        let counted = |count: u64, who: Who| Counted::of(count, Some(name), who, range);
        let share = Share::of(tally.hesitated.part, tally.hesitated.whole);
        let width = |share: f64| format!("{:.2}%", (share / scale).clamp(0.0, 1.0) * 100.0);
        let (low, high) = tally.hesitated.interval().unwrap_or_default();
        let in_words = share.as_ref().map_or_else(String::new, |it| {
            format!("{} of sessions on {name} hesitated, 95% interval {}", it.percent, it.interval)
        });
        Self {
            position,
            page: name.to_owned(),
            href: page_href(name, range),
            is_muted: page.muted.is_some(),
            learning: learning(page, answer),
            sessions: counted(tally.hesitated.whole, Who::Sessions),
            hesitated: counted(tally.hesitated.part, Who::Hesitated),
            asked: counted(tally.asked, Who::Asked),
            answered: counted(tally.answers.answered(), Who::Answered),
            one_tap: Labels::of(tally.precision.one_tap, Some(name), Who::OneTapRight, range),
            shadow: Labels::of(tally.precision.shadow, Some(name), Who::ShadowStuck, range),
            bar: Bar { width: width(tally.hesitated.share().unwrap_or_default()), low: width(low), high: width(high) },
            share,
            in_words,
        }
    }
}

/// `learning: 7 of 20 visitors`, until the page has a baseline of its own.
fn learning(page: &PageAnswer, answer: &HesitationAnswer) -> Option<String> {
    let is_learning = page.visitors < answer.visitors_needed;
    is_learning.then(|| format!("learning: {} of {} visitors", page.visitors, answer.visitors_needed))
}

impl Labels {
    fn of(share: crate::app::hesitation::Share, page: Option<&str>, who: Who, range: &Range) -> Option<Self> {
        Some(Self {
            right: Counted::of(share.part, page, who, range),
            of: written::count(share.whole),
            share: Share::of(share.part, share.whole)?,
        })
    }
}

impl MutedView {
    fn of(page: &PageAnswer, answer: &HesitationAnswer, range: &Range) -> Option<Self> {
        let muted = page.muted.as_ref()?;
        let labels = muted.precision;
        let right = Share::of(labels.part, labels.whole)
            .map_or_else(String::new, |it| format!(" ({}, 95% interval {})", it.percent, it.interval));
        let (of, part) = (written::count(labels.whole), written::count(labels.part));
        let floor = written::percent(answer.precision_floor);
        Some(Self {
            page: page.page.clone(),
            href: page_href(&page.page, range),
            since: written::minute(muted.since_ms, &range.view.calendar),
            since_iso: written::iso(muted.since_ms),
            reason: format!("Of {of} labels, {part} were right{right}: surely less than {floor}."),
        })
    }
}

#[cfg(test)]
mod tests;
