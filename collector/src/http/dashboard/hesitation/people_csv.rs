//! `/hesitation/people.csv`: the whole list of sessions, in the page's columns.

use super::people::{Asked, said_in_words};
use crate::csv_safe::csv_safe;
use crate::http::among::Among;
use crate::http::dashboard::error::PageError;
use crate::http::dashboard::people_csv::{csv_answer, lines};
use crate::http::dashboard::somebody;
use crate::http::dashboard::written;
use crate::http::session::Operator;
use axum::extract::Query;
use axum::response::Response;

/// Profiles looked up at once: the storage engine answers in one statement.
const CHUNK_ROWS: usize = 5_000;

pub(crate) async fn download(
    _: Operator,
    Among { app, .. }: Among,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let asked = Asked::parse(&app, &pairs)?;
    let answer = asked.answer(&app).await?;
    let mut rows = vec![somebody::heading(["page", "at (UTC)", "why", "said"])];
    for chunk in asked.behind(&answer).chunks(CHUNK_ROWS) {
        let profiles = app.profiles(chunk.iter().map(|it| it.user.clone()).collect()).await?;
        rows.extend(chunk.iter().zip(&profiles).map(|(behind, profile)| {
            let more = [
                csv_safe(&behind.page).into_owned(),
                written::iso(behind.at_ms),
                csv_safe(&behind.why.join("; ")).into_owned(),
                said_in_words(behind.said).to_owned(),
            ];
            somebody::cells(profile, behind.anonymous, more)
        }));
    }
    let who = asked.who.name();
    let mut parts = vec!["milepost", "hesitation"];
    parts.extend(asked.page.as_deref());
    parts.push(&who);
    Ok(csv_answer(lines(rows.into_iter())?, &parts, &asked.range.view, &pairs))
}
