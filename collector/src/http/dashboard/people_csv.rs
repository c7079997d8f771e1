//! `/journeys/{id}/people.csv`: the whole list, in the page's columns.
//!
//! RFC 4180: commas, quotes where needed, CRLF; UTF-8, with a byte order mark where `bom=1` asks for it.

use super::error::PageError;
use super::people::Asked;
use super::somebody;
use super::view::View;
use super::written;
use crate::app::App;
use crate::app::funnel::FunnelAnswer;
use crate::app::people::Person;
use crate::csv_safe::csv_safe;
use crate::http::among::Among;
use crate::http::session::Operator;
use crate::storage::{Profile, UserKey};
use axum::body::Body;
use axum::extract::{Path, Query};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt, stream};
use std::io;
use std::sync::Arc;

/// Rows held in memory at once: the file of a million people must not be.
const CHUNK_ROWS: usize = 5_000;

pub(super) async fn download(
    _: Operator,
    Among { app, .. }: Among,
    Path(id): Path<String>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let asked = Asked::parse(&app, &id, &pairs)?;
    let answer = asked.answer(&app).await?;
    let head = head(heading(&asked), &pairs)?;
    let about = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", file_name(&asked))),
    ];
    let download = Download { app, asked, answer, offset: 0, head: Some(head), done: false };
    Ok((about, Body::from_stream(stream::try_unfold(download, Download::next))).into_response())
}

struct Download {
    app: Arc<App>,
    asked: Asked,
    answer: FunnelAnswer,
    offset: usize,
    head: Option<Vec<u8>>,
    done: bool,
}

impl Download {
    async fn next(mut self) -> io::Result<Option<(Vec<u8>, Self)>> {
        if let Some(head) = self.head.take() {
            return Ok(Some((head, self)));
        }
        if self.done {
            return Ok(None);
        }
        let Asked { level, standing, ref group, .. } = self.asked;
        let asking = self.app.people(&self.answer, level, standing, group.as_deref(), self.offset, CHUNK_ROWS);
        // The answer has begun: all that is left is to break it off, which the browser reports.
        let people = asking.await.map_err(io::Error::other)?;
        self.offset += people.rows.len();
        self.done = people.rows.len() < CHUNK_ROWS;
        let rows = lines(people.rows.iter().map(|it| row(it, &self.asked)))?;
        Ok(Some((rows, self)))
    }
}

fn heading(asked: &Asked) -> Vec<String> {
    let mut heading = somebody::heading(["furthest milestone"]);
    let times = asked.journey.milestones.iter().map(|it| csv_safe(&format!("{} (UTC)", it.name)).into_owned());
    heading.extend(times);
    heading
}

fn row(person: &Person, asked: &Asked) -> Vec<String> {
    let milestones = &asked.journey.milestones;
    let furthest = person.times_ms.len().checked_sub(1).and_then(|it| milestones.get(it));
    let furthest = csv_safe(furthest.map_or("", |it| &it.name)).into_owned();
    let times = (0..milestones.len()).map(|it| person.times_ms.get(it).copied().map(written::iso).unwrap_or_default());
    somebody::cells(&person.profile, person.anonymous, std::iter::once(furthest).chain(times))
}

/// What a file begins with.
pub(super) fn head(heading: Vec<String>, pairs: &[(String, String)]) -> io::Result<Vec<u8>> {
    let mut head = mark(pairs).as_bytes().to_vec();
    head.extend(lines(std::iter::once(heading))?);
    Ok(head)
}

/// The byte order mark tells Excel that the file is UTF-8.
fn mark(pairs: &[(String, String)]) -> &'static str {
    if pairs.iter().any(|(name, text)| name == "bom" && text == "1") { "\u{feff}" } else { "" }
}

pub(super) fn lines(rows: impl Iterator<Item = Vec<String>>) -> io::Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).map_err(io::Error::other)?;
    }
    writer.into_inner().map_err(|error| io::Error::other(error.to_string()))
}

/// `milepost-onboarding-first_invoice-stuck-2026-01-01-to-2026-02-01-utc.csv`
fn file_name(asked: &Asked) -> String {
    let mut parts = vec!["milepost", asked.journey.id.as_str(), asked.milestone_id(), asked.standing_name()];
    parts.extend(asked.group.as_deref());
    named(&parts, &asked.view, "csv")
}

/// The parts and the range, in letters that every file system takes.
pub(super) fn named(parts: &[&str], view: &View, extension: &str) -> String {
    let mut parts = parts.to_vec();
    let since = view.since.value.map(|it| written::day_or_time(it, &view.calendar));
    let until = view.until.value.map(|it| written::day_or_time(it, &view.calendar));
    match (&since, &until) {
        (Some(since), Some(until)) => parts.extend([since.as_str(), "to", until, "utc"]),
        (Some(since), None) => parts.extend(["since", since, "utc"]),
        (None, Some(until)) => parts.extend(["before", until, "utc"]),
        (None, None) => parts.push("all-time"),
    }
    let plain = |it: char| if it.is_ascii_alphanumeric() || it == '_' || it == '-' { it } else { '-' };
    let mut name: String = parts.join("-").chars().map(plain).take(FILE_NAME_CHARS).collect();
    name.push('.');
    name.push_str(extension);
    name
}

/// A file of people who are named a piece at a time: in memory they are numbers, in their order.
pub(super) fn csv_of_people<T: Copy + Send + 'static>(
    app: Arc<App>,
    people: Vec<(UserKey, T)>,
    heading: Vec<String>,
    cells: impl Fn((Profile, bool, T)) -> Vec<String> + Send + 'static,
    name_parts: &[&str],
    view: &View,
    pairs: &[(String, String)],
) -> Result<Response, PageError> {
    let head = head(heading, pairs)?;
    let about = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", named(name_parts, view, "csv"))),
    ];
    let left = people.into_iter();
    let rows = stream::try_unfold((app, left, cells), |(app, mut left, cells)| async move {
        let piece: Vec<(UserKey, T)> = left.by_ref().take(CHUNK_ROWS).collect();
        if piece.is_empty() {
            return Ok(None);
        }
        // The answer has begun: all that is left is to break it off, which the browser reports.
        let people = app.named(piece).await.map_err(io::Error::other)?;
        let text = lines(people.into_iter().map(&cells))?;
        Ok::<_, io::Error>(Some((text, (app, left, cells))))
    });
    let whole = stream::once(async { Ok(head) }).chain(rows);
    Ok((about, Body::from_stream(whole)).into_response())
}

/// A whole file at once, for lists that are in memory anyway.
pub(super) fn csv_answer(body: Vec<u8>, name_parts: &[&str], view: &View, pairs: &[(String, String)]) -> Response {
    let mut whole = mark(pairs).as_bytes().to_vec();
    whole.extend(body);
    let about = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", named(name_parts, view, "csv"))),
    ];
    (about, whole).into_response()
}

/// File systems stop at 255 bytes.
const FILE_NAME_CHARS: usize = 200;

/// A failed line is a failed page as long as the answer has not begun.
impl From<io::Error> for PageError {
    fn from(error: io::Error) -> Self {
        Self::Storage(crate::storage::StorageError::Failed(error.to_string()))
    }
}
