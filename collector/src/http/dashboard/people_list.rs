//! A list of people with two things said of each.
//!
//! Which people and which two things is for the page to know.

use super::frame::Frame;
use super::href::Href;
use super::paging::Pages;
use super::somebody::Somebody;
use super::view::Preset;
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
    who: Somebody,
    cells: [String; 2],
}

impl Row {
    pub(super) fn of(profile: &Profile, anonymous: bool, cells: [String; 2]) -> Self {
        Self { who: Somebody::of(profile, anonymous), cells }
    }
}
