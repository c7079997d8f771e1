//! `/segments/{id}`: one group of users, where it leads, and changing it.

use super::Found;
use crate::app::App;
use crate::app::segments::{NAME_CHARS_MAX, Segment, SegmentRefusal};
use crate::http::dashboard::error::{Link, PageError};
use crate::http::dashboard::frame::Frame;
use crate::http::dashboard::href::Href;
use crate::http::dashboard::written;
use crate::http::session::Operator;
use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "segment.html")]
struct SegmentPage {
    frame: Frame,
    id: String,
    name: String,
    meaning: String,
    /// Absent where what it asks about is not defined any more.
    found: Option<Found>,
    /// Why not.
    undefined: Option<String>,
    /// Pages about its users alone.
    pages: Vec<Link>,
    /// Surveys that are meant for it.
    surveys: Vec<Link>,
    /// `None`: it stands in `milepost.toml`.
    kept: Option<Kept>,
    /// To be put into `milepost.toml`.
    block: String,
    action: Href,
    name_chars_max: usize,
    problem: Option<String>,
}

struct Kept {
    by: String,
    when: String,
    /// As the form has them.
    name: String,
    text: String,
}

/// What a form of the page sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Sent {
    act: String,
    name: String,
    #[serde(rename = "where")]
    text: String,
}

pub(crate) async fn show(
    operator: Operator,
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    page(&app, &operator, &id, None).await
}

pub(crate) async fn act(
    operator: Operator,
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Response, PageError> {
    let by = operator.email.as_str();
    let (done, back) = match sent.act.as_str() {
        "change" => (app.change_segment(by, &id, &sent.name, &sent.text).await, Href::to(&["segments", &id])),
        "remove" => (app.remove_segment(by, &id).await, Href::to(&["segments"])),
        other => {
            let message = format!("“{other}” is nothing that can be done. Go back:");
            return Err(PageError::BadAddress { message, instead: home() });
        }
    };
    match done {
        Ok(()) => Ok(Redirect::to(&back.into_string()).into_response()),
        Err(SegmentRefusal::Storage(error)) => Err(PageError::Storage(error)),
        Err(SegmentRefusal::NoSuch(id)) => Err(no_such(&id)),
        Err(refusal) => page(&app, &operator, &id, Some((sent, refusal))).await,
    }
}

async fn page(
    app: &App,
    operator: &Operator,
    id: &str,
    refused: Option<(Sent, SegmentRefusal)>,
) -> Result<Response, PageError> {
    let calendar = &app.calendar();
    let segment = app.segment(id).await?.ok_or_else(|| no_such(id))?;
    let undefined = app.check_segment(&segment.expression).err().map(|it| written::sentence(&it.to_string()));
    let found = match undefined {
        None => Some(Found::of(app, &segment.expression, "segment", &segment.id).await?),
        Some(_) => None,
    };
    let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let project = app.project();
    let surveys = project.surveys.iter().filter(|it| it.segment.as_deref() == Some(id));
    let survey =
        |it: &crate::project::SurveyDefinition| Link { name: it.name.clone(), href: Href::to(&["surveys", it.id()]) };
    let page = SegmentPage {
        frame: Frame::new(segment.name.clone(), app, operator),
        found,
        undefined,
        pages: pages(app, id),
        surveys: surveys.map(survey).collect(),
        kept: segment.kept.as_ref().map(|it| Kept {
            by: it.by.clone(),
            when: written::minute(it.changed_ms, calendar),
            name: refused.as_ref().map_or(&segment.name, |it| &it.0.name).clone(),
            text: refused.as_ref().map_or_else(|| segment.expression.to_string(), |it| it.0.text.clone()),
        }),
        block: block(&segment),
        action: Href::to(&["segments", id]),
        name_chars_max: NAME_CHARS_MAX,
        problem: refused.map(|it| written::sentence(&it.1.to_string())),
        meaning: segment.expression.to_string(),
        id: segment.id,
        name: segment.name,
    };
    Ok((status, Html(page.render()?)).into_response())
}

/// Every page that can be about these users alone.
fn pages(app: &App, id: &str) -> Vec<Link> {
    let link = |name: String, href: Href| Link { name, href: href.with("segment", id) };
    let project = app.project();
    let mut pages = vec![
        link("Users".to_owned(), Href::to(&["users"])),
        link("Accounts".to_owned(), Href::to(&["accounts"])),
        link("Overview".to_owned(), Href::to(&["overview"])),
    ];
    let journeys = project.definitions.journeys.iter();
    pages.extend(journeys.map(|it| link(format!("Journey: {}", it.name), Href::to(&["journeys", it.id.as_str()]))));
    pages.push(link("Retention".to_owned(), Href::to(&["retention"])));
    pages.push(link("Hesitation".to_owned(), Href::to(&["hesitation"])));
    pages.push(link("Responses".to_owned(), Href::to(&["responses"]).with("who", "answered")));
    pages
}

/// As `milepost.toml` has it; TOML's basic strings escape as JSON's.
fn block(segment: &Segment) -> String {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    format!(
        "[[segment]]\nid = {}\nname = {}\nwhere = {}\n",
        quoted(&segment.id),
        quoted(&segment.name),
        quoted(&segment.expression.to_string())
    )
}

fn no_such(id: &str) -> PageError {
    let message = format!("There is no segment “{id}”: it may have been removed. Look at those there are:");
    PageError::BadAddress { message, instead: home() }
}

fn home() -> Vec<Link> {
    vec![Link { name: "Segments".to_owned(), href: Href::to(&["segments"]) }]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_to_be_copied_is_read_as_the_same_segment() {
        let expression = crate::segment::parse("did \"a \\\"b\\\"\" 2 times or name = \"Zoë \\\\\"").unwrap();
        let segment = Segment { id: "a-1".to_owned(), name: "“A” \"1\"".to_owned(), expression, kept: None };
        let project = crate::testing::parse(&format!("{}\n{}", crate::testing::PROJECT, block(&segment)));
        assert_eq!(project.segments.len(), 1);
        let found = &project.segments[0];
        assert_eq!((&found.id, &found.name, &found.expression), (&segment.id, &segment.name, &segment.expression));
    }
}
