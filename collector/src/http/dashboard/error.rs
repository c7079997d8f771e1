//! What a page says when it cannot be shown; the one place where that becomes a status.

use super::frame::Frame;
use super::href::Href;
use super::written;
use crate::app::operators::May;
use crate::storage::{Role, StorageError};
use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};

/// Why there is no page.
#[derive(Debug)]
pub(crate) enum PageError {
    /// Nobody is logged in; where to do so.
    LoginNeeded {
        login: String,
    },
    NotFound,
    /// There is no such journey; those there are, by name and link.
    NoSuchJourney {
        asked: String,
        journeys: Vec<Link>,
    },
    /// There is no such survey; those there are.
    NoSuchSurvey {
        asked: String,
        instead: Vec<Link>,
    },
    /// The address asks for something that does not exist here.
    BadAddress {
        message: String,
        instead: Vec<Link>,
    },
    /// Another site made the request.
    CrossSite,
    /// It is for others.
    NotAllowed {
        what: May,
        role: Role,
    },
    Storage(StorageError),
    /// A template failed, which is our fault.
    Render(askama::Error),
}

#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) name: String,
    pub(crate) href: Href,
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    frame: Frame,
    heading: &'static str,
    message: String,
    instead: Vec<Link>,
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let (status, heading, message, instead) = match self {
            Self::LoginNeeded { login } => return Redirect::to(&login).into_response(),
            Self::NotFound => (
                StatusCode::NOT_FOUND,
                "There is no such page",
                "The address may be mistyped, or the page has moved.".to_owned(),
                vec![Link { name: "Journeys".to_owned(), href: Href::to(&["journeys"]) }],
            ),
            Self::NoSuchJourney { asked, journeys } => {
                let message = if journeys.is_empty() {
                    format!("“{asked}” is not defined, nor is any other journey: add one to milepost.toml.")
                } else {
                    format!("“{asked}” is not defined in milepost.toml. These journeys are:")
                };
                (StatusCode::NOT_FOUND, "There is no such journey", message, journeys)
            }
            Self::NoSuchSurvey { asked, instead } => {
                let message = format!("“{asked}” is not defined in milepost.toml, and was never shown. Look at these:");
                (StatusCode::NOT_FOUND, "There is no such survey", message, instead)
            }
            Self::BadAddress { message, instead } => {
                (StatusCode::BAD_REQUEST, "This address does not lead anywhere", message, instead)
            }
            Self::CrossSite => (
                StatusCode::FORBIDDEN,
                "This form was not sent from Milepost",
                "Your browser says that another site sent it, so nothing was done. \
                 Open the page in Milepost itself and try again. Behind a proxy, see to it that it passes the Host header on."
                    .to_owned(),
                Vec::new(),
            ),
            Self::NotAllowed { what, role } => (
                StatusCode::FORBIDDEN,
                "This is not for your role",
                format!(
                    "You are logged in as {}. {} are allowed {}: ask an owner to change your role.",
                    role.name().to_lowercase(),
                    written::first_upper(&roles_in_words(what)),
                    what.in_words()
                ),
                vec![Link { name: "Overview".to_owned(), href: Href::to(&["overview"]) }],
            ),
            Self::Storage(error) if error.is_passing() => (
                StatusCode::SERVICE_UNAVAILABLE,
                "The server is busy",
                "Nothing is lost. Try again in a moment.".to_owned(),
                Vec::new(),
            ),
            Self::Storage(error) => broken(&error),
            Self::Render(error) => broken(&error),
        };
        let page = ErrorPage { frame: Frame::public(heading), heading, message, instead };
        let mut response = match page.render() {
            Ok(page) => (status, Html(page)).into_response(),
            Err(_) => (StatusCode::INTERNAL_SERVER_ERROR, heading).into_response(),
        };
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
        }
        response
    }
}

/// `analysts, customer success and owners`
fn roles_in_words(what: May) -> String {
    let names: Vec<&str> = what
        .roles()
        .map(|it| match it {
            Role::Viewer => "viewers",
            Role::Analyst => "analysts",
            Role::Success => "customer success",
            Role::Owner => "owners",
        })
        .collect();
    match names.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}

fn broken(error: &dyn std::error::Error) -> (StatusCode, &'static str, String, Vec<Link>) {
    tracing::error!(%error, "a page could not be shown");
    let message = "The server's log says what failed. Your data is as it was.".to_owned();
    (StatusCode::INTERNAL_SERVER_ERROR, "Something failed on the server", message, Vec::new())
}

impl From<StorageError> for PageError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl From<askama::Error> for PageError {
    fn from(error: askama::Error) -> Self {
        Self::Render(error)
    }
}
