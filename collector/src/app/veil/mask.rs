//! Taking out of what is stored what somebody is not to see.
//!
//! Pure. What cannot be read cannot be searched for what is hidden, and is left out whole.

use crate::project::Hidden;
use crate::storage::{AccountLine, Action, Everybody, Profile, TraitPath, UserLine};
use domain::{Kind, Scope, reserved};
use serde_json::{Map, Value};
use std::sync::Arc;

/// What stands in its place.
pub(super) const HIDDEN: &str = "hidden";

/// Where people write: properties of [`ANSWERS`].
const WRITTEN: [&str; 3] = ["text", "other", "detail"];

const ANSWERS: [&str; 2] = [reserved::SURVEY_ANSWERED, reserved::HESITATION_ANSWERED];

/// Names are left out, so that people are called by their ids; addresses read [`HIDDEN`].
pub(super) fn everybody(hidden: &Hidden, everybody: &Everybody) -> Everybody {
    let is_hidden = |path: &str| hidden.hides(&TraitPath::parse(path));
    // What somebody is called is made of all of these.
    let no_name = ["name", "firstName", "lastName"].into_iter().any(is_hidden);
    let (no_email, no_account_name) = (is_hidden("email"), is_hidden("account.name"));
    let marker: Arc<str> = HIDDEN.into();
    let shown = |name: &Option<Arc<str>>| name.clone().filter(|it| !hidden.email || without_addresses(it).is_none());
    let user = |it: &UserLine| UserLine {
        name: if no_name { None } else { shown(&it.name) },
        email: if no_email { it.email.as_ref().map(|_| Arc::clone(&marker)) } else { it.email.clone() },
        ..it.clone()
    };
    let account = |it: &AccountLine| AccountLine {
        name: if no_account_name { None } else { shown(&it.name) },
        account: Arc::clone(&it.account),
    };
    let accounts = everybody.accounts().iter().map(account).collect();
    Everybody::new(everybody.users().iter().map(user).collect(), accounts)
}

pub(super) fn profile(hidden: &Hidden, profile: &mut Profile) {
    traits(hidden, Scope::User, &mut profile.traits);
    traits(hidden, Scope::Account, &mut profile.account_traits);
}

/// Whether anything in a message of this name could be hidden: most need not be read for that.
pub(super) fn may_tell(hidden: &Hidden, name: &str, body: &str) -> bool {
    hidden.answers && ANSWERS.contains(&name)
        || hidden.queries && body.contains(['?', '#'])
        || hidden.email && (body.contains('@') || body.contains("%40"))
        || (hidden.name || !hidden.traits.is_empty() || hidden.email) && body.contains("traits")
        // An escape may stand for any of these.
        || !hidden.is_nothing() && body.contains("\\u")
}

/// A message as JSON; `None` where its kind is not known.
pub(super) fn body(hidden: &Hidden, kind: Option<Kind>, name: &str, body: &mut String) {
    if hidden.is_nothing() {
        return;
    }
    let Ok(mut message) = serde_json::from_str::<Value>(body) else { return *body = "{}".to_owned() };
    let name = match message.get("event").and_then(Value::as_str) {
        Some(event) if name.is_empty() => event.to_owned(),
        _ => name.to_owned(),
    };
    for (pointer, is_sender) in [("/traits", false), ("/context/traits", true)] {
        let Some(Value::Object(found)) = message.pointer_mut(pointer) else { continue };
        if is_sender || kind != Some(Kind::Group) {
            traits(hidden, Scope::User, found);
        }
        if !is_sender && (kind.is_none() || kind == Some(Kind::Group)) {
            traits(hidden, Scope::Account, found);
        }
    }
    if hidden.answers && ANSWERS.contains(&name.as_str()) {
        for key in WRITTEN {
            if let Some(Value::String(text)) = message.pointer_mut(&format!("/properties/{key}"))
                && !text.is_empty()
            {
                HIDDEN.clone_into(text);
            }
        }
    }
    texts(&mut message, &mut |text| scrub(hidden, text));
    *body = message.to_string();
}

/// What somebody did, as far as its name goes.
pub(super) fn action(hidden: &Hidden, action: &mut Action) {
    match action {
        Action::Event(name) | Action::Page(name) | Action::Screen(name) => scrub(hidden, name),
    }
}

/// Of one user or account, by their paths.
fn traits(hidden: &Hidden, of: Scope, traits: &mut Map<String, Value>) {
    for path in hidden.paths().iter().filter(|it| it.of == of) {
        hide_in(traits, &path.path);
    }
    if of == Scope::User && hidden.name {
        // One word for what somebody is called, however they said it.
        let parts = ["firstName", "lastName"].map(|it| traits.remove(it));
        if parts.iter().any(Option::is_some) {
            traits.insert("name".to_owned(), HIDDEN.into());
        }
    }
    traits.values_mut().for_each(|it| texts(it, &mut |text| scrub(hidden, text)));
}

/// Also in each item of a list, and under a key that has the dots in it.
fn hide_in(entries: &mut Map<String, Value>, path: &[String]) {
    if let Some(value) = entries.get_mut(&path.join(".")).filter(|it| !it.is_null()) {
        *value = HIDDEN.into();
    }
    if let Some((key, rest)) = path.split_first()
        && !rest.is_empty()
        && let Some(value) = entries.get_mut(key)
    {
        hide_deep(value, rest);
    }
}

fn hide_deep(value: &mut Value, path: &[String]) {
    match value {
        Value::Object(entries) => hide_in(entries, path),
        Value::Array(items) => items.iter_mut().for_each(|it| hide_deep(it, path)),
        _ => {}
    }
}

/// What is hidden wherever it stands.
fn scrub(hidden: &Hidden, text: &mut String) {
    if hidden.queries {
        cut_query(text);
    }
    if hidden.email
        && let Some(less) = without_addresses(text)
    {
        *text = less;
    }
}

/// `https://a.example/b?c#d` → `https://a.example/b`; a query by itself goes whole.
pub(super) fn cut_query(text: &mut String) {
    let is_address = ["http://", "https://", "/"].iter().any(|it| text.starts_with(it));
    if text.len() > 1 && text.starts_with(['?', '#']) {
        HIDDEN.clone_into(text);
    } else if is_address && let Some(at) = text.find(['?', '#']) {
        text.truncate(at);
    }
}

/// The text with whatever looks like an e-mail address hidden; `None` where nothing does.
fn without_addresses(text: &str) -> Option<String> {
    if !text.contains('@') && !text.contains("%40") {
        return None;
    }
    let ends_word = |it: char| it.is_whitespace() || it.is_control() || "<>()[]{}\"'`,;:/?&=|\\".contains(it);
    let mut less = String::with_capacity(text.len());
    let mut is_found = false;
    for piece in text.split_inclusive(ends_word) {
        let word = piece.strip_suffix(ends_word).unwrap_or(piece);
        let is_address = word
            .split_once('@')
            .or_else(|| word.split_once("%40"))
            .is_some_and(|(name, host)| !name.is_empty() && host.chars().any(char::is_alphanumeric));
        is_found |= is_address;
        less.push_str(if is_address { HIDDEN } else { word });
        less.push_str(&piece[word.len()..]);
    }
    is_found.then_some(less)
}

/// Every text of a value, however deep.
fn texts(value: &mut Value, change: &mut impl FnMut(&mut String)) {
    match value {
        Value::String(text) => change(text),
        Value::Array(items) => items.iter_mut().for_each(|it| texts(it, change)),
        Value::Object(entries) => entries.values_mut().for_each(|it| texts(it, change)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests;
