//! The line above a page that says which users it is about, and leads to others.

use super::href::Href;
use super::written;
use crate::http::among::Chosen;

/// Segments offered at once; the page of segments has all.
const OFFERED: usize = 24;

pub(super) struct AmongBar {
    /// Everybody first.
    pub(super) choices: Vec<AmongChoice>,
    /// There are more than are offered.
    pub(super) has_more: bool,
    /// What is chosen, in words: the segment's name, or what the address says.
    pub(super) title: String,
    /// What it means, where the title does not say.
    pub(super) meaning: String,
    pub(super) is_narrowed: bool,
    /// `23 of 1,024 users`
    pub(super) count: String,
    pub(super) everybody: Href,
    /// Where the choice can be changed or kept.
    pub(super) edit: Href,
    pub(super) edit_name: &'static str,
    pub(super) by_account: bool,
    /// What is counted, where it can be users or accounts.
    pub(super) counted: Vec<AmongChoice>,
    /// For forms that keep the choice.
    pub(super) kept: Vec<(&'static str, String)>,
}

pub(super) struct AmongChoice {
    pub(super) name: String,
    pub(super) href: Href,
    pub(super) chosen: bool,
}

impl AmongBar {
    pub(super) fn of(chosen: &Chosen) -> Self {
        let id = chosen.segment.as_ref().map(|it| it.id.as_str());
        let everybody = chosen.href(None);
        let is_narrowed = chosen.count.is_some();
        let mut choices =
            vec![AmongChoice { name: "Everybody".to_owned(), href: everybody.clone(), chosen: !is_narrowed }];
        choices.extend(chosen.all.iter().take(OFFERED).map(|it| AmongChoice {
            name: it.name.clone(),
            href: chosen.href(Some(&it.id)),
            chosen: id == Some(it.id.as_str()),
        }));
        let named = chosen.segment.as_ref().map(|it| it.name.clone());
        let meaning = chosen.segment.as_ref().map(|it| it.expression.to_string());
        let words = chosen.words.as_ref().map(ToString::to_string);
        let title = match (named, &words) {
            (Some(name), Some(words)) => format!("{name}, and {words}"),
            (Some(name), None) => name,
            (None, Some(words)) => words.clone(),
            (None, None) => "Everybody".to_owned(),
        };
        let (edit, edit_name) = match (&chosen.segment, &words) {
            (Some(segment), None) => (Href::to(&["segments", &segment.id]), "About this segment"),
            (_, Some(words)) => (Href::to(&["segments"]).with("where", words), "Keep as a segment"),
            (None, None) => (Href::to(&["segments"]), "Segments"),
        };
        let title = if chosen.of_none { format!("accounts without anybody of: {title}") } else { title };
        Self {
            choices,
            has_more: chosen.all.len() > OFFERED,
            title,
            meaning: meaning.unwrap_or_default(),
            is_narrowed,
            count: chosen.count.map(|(users, of)| in_words(users, of)).unwrap_or_default(),
            everybody,
            edit,
            edit_name,
            by_account: chosen.by_account == Some(true),
            counted: counted(chosen),
            kept: chosen.pairs(),
        }
    }
}

fn counted(chosen: &Chosen) -> Vec<AmongChoice> {
    let Some(by_account) = chosen.by_account else { return Vec::new() };
    let choice = |(name, accounts): (&str, bool)| AmongChoice {
        name: name.to_owned(),
        href: chosen.counting(accounts),
        chosen: accounts == by_account,
    };
    [("Users", false), ("Accounts", true)].map(choice).into()
}

/// `23 of 1,024 users`
pub(super) fn in_words(users: usize, of: usize) -> String {
    let word = if of == 1 { "user" } else { "users" };
    format!("{} of {} {word}", written::count(users as u64), written::count(of as u64))
}
