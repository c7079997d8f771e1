//! What outlives the page: written as JSON, read back through the same reader as properties.
//!
//! The identity token is not in it, nor any message.

use crate::client::ReadJson;
use crate::identity::Identity;
use crate::json::Json;
use crate::session::Session;
use domain::{AccountId, AnonymousId, Lookup, Scalar, SessionId, UserId};

pub(crate) fn write(identity: &Identity, session: &Session, reached: &[String]) -> String {
    let mut json = Json::object();
    json.text("anonymousId", identity.anonymous_id.as_str())
        .text_if("userId", identity.user_id.as_ref().map(UserId::as_str))
        .text_if("groupId", identity.account_id.as_ref().map(AccountId::as_str))
        .text("sessionId", session.id.as_str())
        .number("startedMs", session.started_ms)
        .number("seenMs", session.seen_ms)
        .texts("reached", reached);
    json.end()
}

pub(crate) struct Stored {
    /// Without a token.
    pub(crate) identity: Identity,
    pub(crate) session: Option<Session>,
    pub(crate) reached: Vec<String>,
}

/// `None` when this is not what [`write`] writes.
pub(crate) fn read(text: &str, read_json: ReadJson) -> Option<Stored> {
    let json = read_json(text);
    let mut reached = Vec::new();
    if let Some(Scalar::List(items)) = json.get(&[String::from("reached")]) {
        items.into_iter().for_each(|it| reached.extend(as_text(it)));
    }
    let session = || {
        Some(Session {
            id: SessionId::new(text_at(&*json, "sessionId")?),
            started_ms: number_at(&*json, "startedMs")?,
            seen_ms: number_at(&*json, "seenMs")?,
        })
    };
    Some(Stored {
        identity: Identity {
            anonymous_id: AnonymousId::new(text_at(&*json, "anonymousId")?),
            user_id: text_at(&*json, "userId").map(UserId::new),
            account_id: text_at(&*json, "groupId").map(AccountId::new),
            token: None,
        },
        session: session(),
        reached,
    })
}

fn as_text(scalar: Scalar<'_>) -> Option<String> {
    match scalar {
        Scalar::Text(text) => Some(text.into_owned()),
        _ => None,
    }
}

fn text_at(json: &dyn Lookup, key: &str) -> Option<String> {
    json.get(&[String::from(key)]).and_then(as_text)
}

fn number_at(json: &dyn Lookup, key: &str) -> Option<i64> {
    match json.get(&[String::from(key)])? {
        Scalar::Number(number) => Some(number as i64),
        _ => None,
    }
}
