//! `/responses.csv` and `/responses.json`: the whole list, a piece at a time.

use super::{Asked, outcome_in_words, state_in_words};
use crate::app::App;
use crate::app::surveys::{Response as Filled, Responses};
use crate::csv_safe::csv_safe;
use crate::http::among::Among;
use crate::http::dashboard::error::PageError;
use crate::http::dashboard::people_csv::{head, lines, named};
use crate::http::dashboard::somebody;
use crate::http::dashboard::view::View;
use crate::http::dashboard::written;
use crate::http::session::Operator;
use crate::http::surveys::response_json;
use crate::metric::Calendar;
use crate::storage::Profile;
use axum::body::Body;
use axum::extract::Query;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use std::io;
use std::sync::Arc;

/// Rows held in memory as text at once.
const CHUNK_ROWS: usize = 2_000;

/// The columns on either side of those that say who it was.
const BEFORE: [&str; 4] = ["survey", "submission", "shown (UTC)", "outcome"];
const AFTER: [&str; 8] = ["language", "surface", "trigger", "page", "state", "assignee", "tags", "notes"];

pub(crate) async fn download_csv(
    _: Operator,
    Among { app, .. }: Among,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let asked = Asked::parse(&pairs, &app.calendar())?;
    let found = app.responses(&asked.query.filter).await?;
    let steps = steps(&app, &found, asked.query.filter.survey.as_deref());
    let titles = steps.iter().map(|it| csv_safe(&it.title).into_owned());
    let fixed = BEFORE.into_iter().chain(somebody::HEADING).chain(AFTER).map(str::to_owned);
    let heading = fixed.chain(titles).collect();
    let head = head(heading, &pairs)?;
    let calendar = app.calendar();
    let download = Download::new(app, found, Form::Csv(steps), head);
    Ok(answer(&asked, &pairs, "csv", "text/csv; charset=utf-8", download, &calendar))
}

pub(crate) async fn download_json(
    _: Operator,
    Among { app, .. }: Among,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let asked = Asked::parse(&pairs, &app.calendar())?;
    let found = app.responses(&asked.query.filter).await?;
    let calendar = app.calendar();
    let download = Download::new(app, found, Form::Json, b"[".to_vec());
    Ok(answer(&asked, &pairs, "json", "application/json", download, &calendar))
}

fn answer(
    asked: &Asked,
    pairs: &[(String, String)],
    extension: &str,
    kind: &'static str,
    download: Download,
    calendar: &Calendar,
) -> Response {
    let filter = &asked.query.filter;
    let pick = filter.pick.as_ref().map(crate::app::surveys::Pick::name);
    let mut parts = vec!["milepost", "responses"];
    parts.extend(filter.survey.as_deref());
    parts.extend(filter.who.map(|it| it.name()));
    parts.extend(pick.as_deref());
    let dates: Vec<_> = pairs.iter().filter(|(it, _)| matches!(it.as_str(), "since" | "until")).cloned().collect();
    let name = named(&parts, &View::parse(&dates, calendar), extension);
    let about = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (about, Body::from_stream(stream::try_unfold(download, Download::next))).into_response()
}

/// A column of answers.
struct Step {
    id: String,
    title: String,
}

/// Of one survey its steps in order, those that are not defined any more last; of several, none share a column.
fn steps(app: &App, found: &Responses, survey: Option<&str>) -> Vec<Step> {
    let Some(survey) = survey else { return vec![Step { id: String::new(), title: "answers".to_owned() }] };
    let project = app.project();
    let content = project.survey(survey).and_then(|it| it.contents.first());
    let defined = content.map(|it| it.steps.as_slice()).unwrap_or_default().iter().map(|it| it.id().to_owned());
    let mut ids: Vec<String> = defined.collect();
    let answered = found.rows.iter().flat_map(|it| &it.answers).map(|it| it.step.clone());
    let mut others: Vec<String> = answered.filter(|it| !ids.contains(it)).collect();
    others.sort_unstable();
    others.dedup();
    ids.extend(others);
    ids.into_iter().map(|id| Step { title: id.clone(), id }).collect()
}

enum Form {
    Csv(Vec<Step>),
    Json,
}

struct Download {
    app: Arc<App>,
    found: Responses,
    form: Form,
    offset: usize,
    head: Option<Vec<u8>>,
    done: bool,
}

impl Download {
    fn new(app: Arc<App>, found: Responses, form: Form, head: Vec<u8>) -> Self {
        Self { app, found, form, offset: 0, head: Some(head), done: false }
    }

    async fn next(mut self) -> io::Result<Option<(Vec<u8>, Self)>> {
        if let Some(head) = self.head.take() {
            return Ok(Some((head, self)));
        }
        if self.done {
            return Ok(None);
        }
        let here: Vec<&Filled> = self.found.rows.iter().skip(self.offset).take(CHUNK_ROWS).collect();
        self.done = self.offset + here.len() >= self.found.rows.len();
        let text = match &self.form {
            Form::Csv(steps) => {
                // The answer has begun: all that is left is to break it off, which the browser reports.
                let users = here.iter().map(|it| it.user.clone()).collect();
                let profiles = self.app.profiles(users).await.map_err(io::Error::other)?;
                let row = |(it, profile): (&&Filled, &Profile)| csv_row(&self.app, it, profile, &self.found, steps);
                lines(here.iter().zip(&profiles).map(row))?
            }
            Form::Json => {
                let rows = here.iter().enumerate().map(|(nth, it)| {
                    let comma = if self.offset + nth == 0 { "\n" } else { ",\n" };
                    format!("{comma}{}", response_json(it, &self.found))
                });
                let end = if self.done { "\n]\n" } else { "" };
                format!("{}{end}", rows.collect::<String>()).into_bytes()
            }
        };
        self.offset += here.len();
        Ok(Some((text, self)))
    }
}

fn csv_row(app: &App, it: &Filled, profile: &Profile, found: &Responses, steps: &[Step]) -> Vec<String> {
    let triage = found.triage(it);
    let safe = |text: &str| csv_safe(text).into_owned();
    let more = [
        safe(&it.language),
        safe(&it.surface),
        safe(&it.trigger),
        safe(&it.page),
        state_in_words(triage.state()).to_owned(),
        safe(triage.assignee.as_deref().unwrap_or_default()),
        safe(&triage.tags.iter().map(String::as_str).collect::<Vec<_>>().join(", ")),
        safe(&triage.notes().map(|(_, text)| text).collect::<Vec<_>>().join("\n")),
    ];
    let mut cells =
        vec![safe(&it.survey), safe(&it.submission), written::iso(it.at_ms), outcome_in_words(it.outcome).to_owned()];
    cells.extend(somebody::cells(profile, it.anonymous, more));
    let in_words = |step: &str| {
        it.answer(step).map(|answer| app.answer_in_words(&it.survey, step, &answer.given)).unwrap_or_default()
    };
    cells.extend(steps.iter().map(|step| {
        if step.id.is_empty() {
            let all = it.answers.iter().map(|it| format!("{}: {}", it.step, in_words(&it.step)));
            safe(&all.collect::<Vec<_>>().join("; "))
        } else {
            safe(&in_words(&step.id))
        }
    }));
    cells
}
