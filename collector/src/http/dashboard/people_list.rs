//! A list of people with two things said of each; and the same as a file.
//!
//! Which people and which two things is for the page to know.

use super::frame::Frame;
use super::href::Href;
use super::pairs::value;
use super::people::{account_name, name, text};
use super::surveys::shown_of;
use super::user::subject_href;
use super::view::Preset;
use super::written;
use crate::csv_safe::csv_safe;
use crate::storage::Profile;
use askama::Template;

/// Rows of one page: readable, and quick on a slow line.
pub(super) const PAGE_ROWS: usize = 50;

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
}

/// Which rows are shown, and how many there are.
pub(super) struct Pages {
    total: String,
    rows: Vec<Row>,
    csv: Href,
    csv_for_excel: Href,
    shown: Option<String>,
    previous: Option<Href>,
    next: Option<Href>,
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

impl Pages {
    /// `first` is the address of the first page.
    pub(super) fn of(rows: Vec<Row>, total: u64, page: usize, first: &Href, csv: Href) -> Self {
        let offset = offset(page);
        let last = offset.saturating_add(rows.len()) as u64;
        let href = |page: usize| if page == 1 { first.clone() } else { first.clone().with("page", &page.to_string()) };
        Self {
            total: written::count(total),
            csv_for_excel: csv.clone().with("bom", "1"),
            csv,
            shown: shown_of(offset, rows.len(), total as usize, PAGE_ROWS, page),
            previous: (page > 1).then(|| href(page - 1)),
            next: (last < total && !rows.is_empty()).then(|| href(page + 1)),
            rows,
        }
    }
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

/// Rows before a page.
pub(super) fn offset(page: usize) -> usize {
    (page - 1).saturating_mul(PAGE_ROWS)
}

/// The page asked for; `None` where it is no number from 1 on.
pub(super) fn page_of(pairs: &[(String, String)]) -> Option<usize> {
    value(pairs, "page").unwrap_or("1").parse().ok().filter(|it| *it > 0)
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
