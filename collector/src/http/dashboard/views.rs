//! `/views`: addresses of pages that an operator keeps under a name; and the menu with them on every page.

mod address;

use super::error::{Link, PageError};
use super::frame::Frame;
use super::href::Href;
use super::written;
use crate::app::App;
use crate::app::operators::May;
use crate::app::views::{VIEW_NAME_CHARS_MAX, ViewRefusal, may_change};
use crate::http::session::Operator;
use crate::storage::SavedView;
use address::Address;
use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;
use std::sync::Arc;

/// Views in the menu; the page has all.
const MENU_VIEWS: usize = 12;

#[derive(Template)]
#[template(path = "views.html")]
struct ViewsPage {
    frame: Frame,
    name_max: usize,
    rows: Vec<Row>,
    /// What was to be saved, where that was refused.
    unsaved: Option<Unsaved>,
    problem: Option<String>,
}

struct Row {
    id: i64,
    name: String,
    address: String,
    page: &'static str,
    pairs: Vec<(String, String)>,
    is_shared: bool,
    by: String,
    may_change: bool,
}

struct Unsaved {
    name: String,
    address: String,
    for_team: bool,
}

/// What a form of the page, or the menu's, sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Sent {
    act: String,
    id: i64,
    name: String,
    address: String,
    team: String,
}

/// The part of the frame with saved views.
#[derive(Default)]
pub(super) struct Menu {
    pub(super) views: Vec<MenuView>,
    /// How many are not in the menu.
    pub(super) more: usize,
    /// The open page, where it can be saved.
    pub(super) address: Option<String>,
    pub(super) name_max: usize,
}

pub(super) struct MenuView {
    pub(super) name: String,
    pub(super) address: String,
    pub(super) is_shared: bool,
    /// It is the open page.
    pub(super) is_here: bool,
}

impl Menu {
    pub(super) fn of(operator: &Operator) -> Self {
        let view = |it: &SavedView| MenuView {
            name: it.name.clone(),
            address: it.address.clone(),
            is_shared: it.only_for.is_none(),
            is_here: it.address == operator.address,
        };
        Self {
            views: operator.views.iter().take(MENU_VIEWS).map(view).collect(),
            more: operator.views.len().saturating_sub(MENU_VIEWS),
            address: Address::parse(&operator.address).map(|_| operator.address.clone()),
            name_max: VIEW_NAME_CHARS_MAX,
        }
    }
}

pub(super) async fn show(operator: Operator, State(app): State<Arc<App>>) -> Result<Response, PageError> {
    page(&app, &operator, None)
}

pub(super) async fn act(
    operator: Operator,
    State(app): State<Arc<App>>,
    Form(sent): Form<Sent>,
) -> Result<Response, PageError> {
    let by = operator.stored();
    let for_team = !sent.team.is_empty();
    let mut back = home().into_string();
    let done = match sent.act.as_str() {
        "save" => {
            if Address::parse(&sent.address).is_none() {
                return Err(nowhere("This address cannot be saved: it is no page of Milepost with many in it."));
            }
            back.clone_from(&sent.address);
            app.save_view(&by, &sent.name, &sent.address, for_team).await
        }
        "change" => app.change_view(&by, sent.id, &sent.name, for_team).await,
        "delete" => app.delete_view(&by, sent.id).await,
        other => return Err(nowhere(&format!("“{other}” is nothing that can be done."))),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&back).into_response()),
        Err(ViewRefusal::Storage(error)) => Err(PageError::Storage(error)),
        Err(ViewRefusal::NotYours) => Err(PageError::NotAllowed { what: May::Act, role: operator.role }),
        Err(refusal) => page(&app, &operator, Some((sent, refusal))),
    }
}

fn home() -> Href {
    Href::to(&["views"])
}

fn nowhere(message: &str) -> PageError {
    let instead = vec![Link { name: "Saved views".to_owned(), href: home() }];
    PageError::BadAddress { message: format!("{message} Go back:"), instead }
}

fn page(app: &App, operator: &Operator, refused: Option<(Sent, ViewRefusal)>) -> Result<Response, PageError> {
    let by = operator.stored();
    let row = |it: &SavedView| {
        // A page that a later version does not have any more is still listed, to be deleted.
        let (page, pairs) = Address::parse(&it.address).map_or(("", Vec::new()), |it| (it.page, it.pairs));
        Row {
            id: it.id,
            name: it.name.clone(),
            address: it.address.clone(),
            page,
            pairs,
            is_shared: it.only_for.is_none(),
            by: it.made_by.clone(),
            may_change: may_change(&by, it),
        }
    };
    let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let (sent, refusal) = refused.unzip();
    let unsaved = sent.filter(|it| it.act == "save");
    let page = ViewsPage {
        frame: Frame::new("Saved views", app, operator),
        name_max: VIEW_NAME_CHARS_MAX,
        rows: operator.views.iter().map(row).collect(),
        unsaved: unsaved.map(|it| Unsaved { for_team: !it.team.is_empty(), name: it.name, address: it.address }),
        problem: refusal.map(|it| written::sentence(&it.to_string())),
    };
    Ok((status, Html(page.render()?)).into_response())
}
