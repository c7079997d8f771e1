//! A call becomes a message: JSON text after Segment's spec.

use crate::client::ReadJson;
use crate::identity::Identity;
use crate::input::Page;
use crate::json::Json;
use crate::time::iso_8601;
use domain::{AccountId, Kind, UserId};

const LIBRARY: &str = concat!(r#"{"name":"milepost-js","version":""#, env!("CARGO_PKG_VERSION"), r#""}"#);

/// What a call says, in the words of the message it becomes.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) at_ms: i64,
    pub(crate) page: Page,
    pub(crate) kind: Kind,
    /// Event of a `track`, name of a `page`, `groupId`, `previousId`; else empty.
    pub(crate) name: String,
    /// Properties or traits: the text of one JSON object, or empty.
    pub(crate) body: String,
}

/// Everything about the moment that a message carries along.
pub(crate) struct Moment<'a> {
    pub(crate) message_id: &'a str,
    pub(crate) client_id: &'a str,
    pub(crate) session_id: &'a str,
    pub(crate) sequence: i64,
    pub(crate) locale: &'a str,
    pub(crate) identity: &'a Identity,
    /// The page goes: nothing is to be expected after this one.
    pub(crate) is_end: bool,
}

/// `{"key":"text"}`
pub(crate) fn one(key: &str, text: &str) -> String {
    let mut json = Json::object();
    json.text(key, text);
    json.end()
}

pub(crate) fn write(said: &Said, moment: &Moment<'_>) -> String {
    let mut json = Json::object();
    json.text("type", said.kind.as_str())
        .text("messageId", moment.message_id)
        .text("anonymousId", moment.identity.anonymous_id.as_str())
        .text_if("userId", moment.identity.user_id.as_ref().map(UserId::as_str));
    let (name_key, body_key) = match said.kind {
        Kind::Track => ("event", "properties"),
        Kind::Page | Kind::Screen => ("name", "properties"),
        Kind::Group => ("groupId", "traits"),
        Kind::Identify => ("", "traits"),
        Kind::Alias => ("previousId", ""),
    };
    if !said.name.is_empty() {
        json.text(name_key, &said.name);
    }
    if !body_key.is_empty() {
        json.raw(body_key, if said.body.is_empty() { "{}" } else { &said.body });
    }
    json.open("context").raw("library", LIBRARY).open("page");
    for (key, value) in page_parts(&said.page) {
        json.text(key, value);
    }
    json.close()
        .text("locale", moment.locale)
        .text("sessionId", moment.session_id)
        .text("clientId", moment.client_id)
        .number("seq", moment.sequence);
    if moment.is_end {
        json.flag("end", true);
    }
    json.text_if("groupId", moment.identity.account_id.as_ref().map(AccountId::as_str))
        .close()
        .text("originalTimestamp", &iso_8601(said.at_ms));
    json.end()
}

/// The page's own properties, and the vendor's over them.
pub(crate) fn page_properties(page: &Page, own: &str, read_json: ReadJson) -> String {
    let mut json = Json::object();
    let lookup = read_json(own);
    for (key, value) in page_parts(page) {
        if lookup.get(&[String::from(key)]).is_none() {
            json.text(key, value);
        }
    }
    match own.strip_prefix('{') {
        Some("}") | None => json.end(),
        Some(rest) => {
            let mut text = json.into_open();
            if text.len() > 1 {
                text.push(',');
            }
            text.push_str(rest);
            text
        }
    }
}

fn page_parts(page: &Page) -> [(&'static str, &str); 5] {
    [
        ("path", &page.path),
        ("url", &page.url),
        ("title", &page.title),
        ("referrer", &page.referrer),
        ("search", &page.search),
    ]
}
