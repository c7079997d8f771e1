//! `/takeout.json?id=…`: all that is stored of one person, as a file.

use super::care::ById;
use super::error::PageError;
use super::href::Href;
use super::user::no_such_user;
use crate::app::App;
use crate::http::session::Operator;
use axum::Json;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// By query, because not every id can stand in a path.
pub(super) fn takeout_href(id: &str) -> Href {
    Href::to(&["takeout.json"]).with("id", id)
}

pub(super) async fn download(
    operator: Operator,
    State(app): State<Arc<App>>,
    Query(ById { id }): Query<ById>,
) -> Result<Response, PageError> {
    let taken = app.takeout(&id).await?.ok_or_else(|| no_such_user(&id))?;
    // Without a name: the log outlives an erasure.
    app.note(&operator.email, "downloaded all that is stored of a person", String::new()).await?;
    // Nor does the file's name tell whose it is.
    let name = "attachment; filename=\"person.json\"";
    Ok(([(header::CONTENT_DISPOSITION, name)], Json(taken)).into_response())
}
