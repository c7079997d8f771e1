//! The dashboard: pages for people in customer success, rendered here and readable without scripts.
//!
//! A page is a struct with a template of the same name in `templates/`. The URL is the whole state
//! of a page; every number opens the list of people it counts.

mod account;
mod accounts;
mod among_bar;
mod annotations;
mod api;
mod assets;
mod care;
mod cohorts;
mod comparison;
mod device;
mod erasure;
mod error;
mod frame;
mod funnel_chart;
mod groups;
mod hesitation;
mod href;
mod invitation;
mod journey;
mod journeys;
mod login;
mod next;
mod operators;
mod overview;
mod own;
mod paging;
mod pairs;
mod people;
mod people_csv;
mod people_list;
mod quality;
mod responses;
mod retention;
mod security_headers;
mod segments;
mod setup;
mod shade;
mod sign_in;
mod snippet;
mod somebody;
mod sorting;
mod surveys;
mod takeout;
mod timeline;
mod user;
mod users;
mod value_time;
mod view;
mod views;
mod waiting;
mod written;

pub(crate) use error::{Link, PageError};
pub(crate) use href::Href;

use super::csrf::refuse_cross_site;
use super::live;
use crate::app::App;
use axum::Router;
use axum::middleware::{from_fn, map_response};
use axum::routing::{get, post};
use std::sync::Arc;

/// Every page of the dashboard. Limits on bodies and time are the whole server's.
pub(crate) fn router() -> Router<Arc<App>> {
    let pages = Router::new()
        .route("/", get(overview::open))
        .route("/overview", get(overview::show))
        .route("/live", get(live::watch))
        .route("/setup", get(setup::show).post(setup::submit))
        .route("/login", get(login::show).post(login::submit))
        .route("/login/oidc", get(sign_in::begin))
        .route("/login/oidc/back", get(sign_in::come_back))
        .route("/logout", post(login::log_out))
        .route("/invitation", get(invitation::show).post(invitation::submit))
        .route("/account", get(own::show).post(own::act))
        .route("/docs/api", get(api::show))
        .route("/views", get(views::show).post(views::act))
        .route("/operators", get(operators::show).post(operators::act))
        .route("/operators/log", get(operators::show_log))
        .route("/operators/log.csv", get(operators::download_log))
        .route("/journeys", get(journeys::show))
        .route("/journeys/{id}", get(journey::show))
        .route("/journeys/{id}/people", get(people::show))
        .route("/journeys/{id}/people.csv", get(people_csv::download))
        .route("/journeys/{id}/waiting", get(waiting::show))
        .route("/journeys/{id}/waiting.csv", get(waiting::download))
        .route("/journeys/{id}/next", get(next::show))
        .route("/journeys/{id}/next/people", get(next::show_people))
        .route("/journeys/{id}/next/people.csv", get(next::download))
        .route("/journeys/{id}/cohorts", get(cohorts::show))
        .route("/journeys/{id}/cohorts/people", get(cohorts::show_people))
        .route("/journeys/{id}/cohorts/people.csv", get(cohorts::download))
        .route("/retention", get(retention::show))
        .route("/retention/people", get(retention::show_people))
        .route("/retention/people.csv", get(retention::download))
        .route("/retention/active", get(retention::show_active))
        .route("/retention/active.csv", get(retention::download_active))
        .route("/hesitation", get(hesitation::show))
        .route("/hesitation/page", get(hesitation::show_page))
        .route("/hesitation/people", get(hesitation::show_people))
        .route("/hesitation/people.csv", get(hesitation::download_people))
        .route("/hesitation/answers.csv", get(hesitation::download_answers))
        .route("/surveys", get(surveys::show))
        .route("/surveys/{id}", get(surveys::show_survey))
        .route("/surveys/{id}/people", get(surveys::show_people))
        .route("/surveys/{id}/people.csv", get(surveys::download_people))
        .route("/responses", get(responses::show))
        .route("/responses.csv", get(responses::download_csv))
        .route("/responses.json", get(responses::download_json))
        .route("/responses/one", get(responses::show_one).post(responses::act))
        .route("/segments", get(segments::show).post(segments::act))
        .route("/segments/{id}", get(segments::show_one).post(segments::act_on_one))
        .route("/accounts", get(accounts::show).post(account::act_by_query))
        .route("/accounts.csv", get(accounts::download))
        .route("/accounts/{id}", get(account::show).post(account::act))
        .route("/users", get(users::show).post(user::act_by_query))
        .route("/users.csv", get(users::download))
        .route("/users.json", get(users::download_json))
        .route("/takeout.json", get(takeout::download))
        .route("/erasure", get(erasure::show).post(erasure::act))
        .route("/users/{id}", get(user::show).post(user::act))
        .layer(from_fn(refuse_cross_site))
        .layer(map_response(security_headers::add_to_page));
    let assets =
        Router::new().route("/assets/{name}", get(assets::serve)).layer(map_response(security_headers::add_to_asset));
    pages.merge(assets)
}

/// What the server answers where no route leads; the page of [`PageError::NotFound`].
pub(crate) async fn not_found() -> axum::response::Response {
    let page = axum::response::IntoResponse::into_response(PageError::NotFound);
    security_headers::add_to_page(page).await
}

#[cfg(test)]
mod tests;
