//! A list of people with two things said of each; and the same as a file.
//!
//! Which people and which two things is for the page to know.

use super::frame::Frame;
use super::href::Href;
use super::paging::Pages;
use super::people::{account_name, name, text};
use super::user::subject_href;
use super::view::Preset;
use crate::csv_safe::csv_safe;
use crate::storage::Profile;
use askama::Template;

#[derive(Template)]
#[template(path = "people_list.html")]
pub(super) struct PeopleList {
    pub(super) frame: Frame,
    /// The page the list belongs to.
    pub(super) back: (String, Href),
    pub(super) summary: String,
    pub(super) about: String,
    /// Other lists, one click away.
    pub(super) switch: Vec<Preset>,
    /// What the list says of each person, besides who it is.
    pub(super) columns: [String; 2],
    /// Such as `the latest to begin first`.
    pub(super) order: &'static str,
    pub(super) pages: Pages,
    pub(super) rows: Vec<Row>,
}

pub(super) struct Row {
    user: String,
    user_href: Href,
    anonymous: bool,
    name: String,
    email: String,
    account: String,
    cells: [String; 2],
}

impl Row {
    pub(super) fn of(profile: &Profile, anonymous: bool, cells: [String; 2]) -> Self {
        Self {
            user: profile.user.clone(),
            user_href: subject_href(profile),
            anonymous,
            name: name(profile),
            email: text(&profile.traits, "email"),
            account: account_name(profile),
            cells,
        }
    }
}

pub(super) fn csv_heading(one: &str, other: &str) -> Vec<String> {
    ["user", "anonymous", "name", "email", "account", "account name", one, other].map(str::to_owned).to_vec()
}

pub(super) fn csv_cells(profile: &Profile, anonymous: bool, more: [String; 2]) -> Vec<String> {
    let mut cells = vec![
        csv_safe(&profile.user).into_owned(),
        if anonymous { "yes" } else { "no" }.to_owned(),
        csv_safe(&name(profile)).into_owned(),
        csv_safe(&text(&profile.traits, "email")).into_owned(),
        csv_safe(profile.account.as_deref().unwrap_or_default()).into_owned(),
        csv_safe(&account_name(profile)).into_owned(),
    ];
    cells.extend(more);
    cells
}
