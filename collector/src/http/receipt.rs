//! `POST /v1/receipt`, `/v1/receipt/mute`, `/v1/receipt/erase`: what a visitor sees and changes of what is stored here.

use super::error::ApiError;
use super::gate::Client;
use super::page_body::{self, PageBody};
use crate::app::App;
use crate::app::receipt::MUTE_DAYS_MAX;
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;

#[derive(Deserialize)]
struct NoFields {}

#[derive(Deserialize)]
struct MuteFields {
    days: u32,
}

pub(super) async fn receipt(State(app): State<Arc<App>>, client: Client, headers: HeaderMap, body: Body) -> Response {
    page_body::answer(&app, &client, &headers, body, async |page: PageBody<NoFields>| {
        Ok(Json(app.receipt(&page.visitor).await?).into_response())
    })
    .await
}

pub(super) async fn mute(State(app): State<Arc<App>>, client: Client, headers: HeaderMap, body: Body) -> Response {
    page_body::answer(&app, &client, &headers, body, async |page: PageBody<MuteFields>| {
        let days = page.fields.days;
        if days > MUTE_DAYS_MAX {
            let message = format!("`days` is {days}; expected 0 to {MUTE_DAYS_MAX}");
            return Err(ApiError::bad_request("invalid_days", message));
        }
        app.mute(&page.visitor, days).await?;
        Ok(StatusCode::NO_CONTENT.into_response())
    })
    .await
}

pub(super) async fn erase(State(app): State<Arc<App>>, client: Client, headers: HeaderMap, body: Body) -> Response {
    page_body::answer(&app, &client, &headers, body, async |page: PageBody<NoFields>| {
        Ok(Json(json!({ "erased": app.erase_answers(&page.visitor).await? })).into_response())
    })
    .await
}
