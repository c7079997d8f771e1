//! Who somebody is: in a list, and in a file.

use super::href::Href;
use super::user::subject_href;
use crate::csv_safe::csv_safe;
use crate::storage::Profile;
use serde_json::{Map, Value};

/// What stands above a file's columns that say it.
pub(super) const HEADING: [&str; 6] = ["user", "anonymous", "name", "email", "account", "account name"];

/// One row's.
pub(super) struct Somebody {
    pub(super) user: String,
    pub(super) href: Href,
    pub(super) anonymous: bool,
    /// A tag says that somebody vouched for the traits; not every list tells.
    pub(super) verified: bool,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) account: String,
}

impl Somebody {
    pub(super) fn of(profile: &Profile, anonymous: bool) -> Self {
        Self {
            user: profile.user.clone(),
            href: subject_href(profile),
            anonymous,
            verified: false,
            name: name(profile),
            email: email(profile),
            account: account_name(profile),
        }
    }

    /// Where the list tells whether they are verified.
    pub(super) fn with_tag(profile: &Profile, anonymous: bool) -> Self {
        Self { verified: profile.verified, ..Self::of(profile, anonymous) }
    }
}

/// The heading of a file that says more of each.
pub(super) fn heading<'a>(more: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    HEADING.into_iter().chain(more).map(str::to_owned).collect()
}

/// The cells of such a file.
pub(super) fn cells(profile: &Profile, anonymous: bool, more: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut cells = vec![
        csv_safe(&profile.user).into_owned(),
        if anonymous { "yes" } else { "no" }.to_owned(),
        csv_safe(&name(profile)).into_owned(),
        csv_safe(&email(profile)).into_owned(),
        csv_safe(profile.account.as_deref().unwrap_or_default()).into_owned(),
        csv_safe(&account_name(profile)).into_owned(),
    ];
    cells.extend(more);
    cells
}

/// `name`, or Segment's `firstName` and `lastName`.
pub(super) fn name(profile: &Profile) -> String {
    let name = text(&profile.traits, "name");
    if name.is_empty() {
        format!("{} {}", text(&profile.traits, "firstName"), text(&profile.traits, "lastName")).trim().to_owned()
    } else {
        name
    }
}

/// Name, else id.
pub(super) fn name_or_id(profile: &Profile) -> String {
    Some(name(profile)).filter(|it| !it.is_empty()).unwrap_or_else(|| profile.user.clone())
}

pub(super) fn email(profile: &Profile) -> String {
    text(&profile.traits, "email")
}

/// The account's name, else its id.
pub(super) fn account_name(profile: &Profile) -> String {
    let name = text(&profile.account_traits, "name");
    if name.is_empty() { profile.account.clone().unwrap_or_default() } else { name }
}

fn text(traits: &Map<String, Value>, name: &str) -> String {
    match traits.get(name) {
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}
