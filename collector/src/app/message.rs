//! One message as it came: is it JSON, and does it say what its type must say?
//!
//! Reads Segment's spec (<https://segment.com/docs/connections/spec/>); keeps the text as it is,
//! so numbers beyond 2^53 stay exact.

use crate::storage::Sent;
use domain::{Kind, RejectCode, limits};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::borrow::Cow;
use std::fmt;
use std::num::NonZeroU64;

/// A message whose fields have the right types and lengths.
#[derive(Debug, PartialEq)]
pub(super) struct Message<'a> {
    pub(super) kind: Kind,
    /// The text to store: as it came, but for repaired lone surrogates.
    pub(super) text: Cow<'a, str>,
    pub(super) message_id: Option<String>,
    pub(super) user_id: Option<String>,
    pub(super) anonymous_id: Option<String>,
    pub(super) event: Option<String>,
    pub(super) group_id: Option<String>,
    pub(super) previous_id: Option<String>,
    pub(super) timestamp: Option<String>,
    pub(super) original_timestamp: Option<String>,
    pub(super) received_at: Option<String>,
}

/// What a message says of how it was sent; [`Sent`] of its own.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Said {
    client_id: Option<String>,
    seq: Option<NonZeroU64>,
    is_end: bool,
    library: Option<String>,
}

impl Said {
    /// Other types than expected say nothing.
    pub(super) fn in_message(text: &str) -> Self {
        let Ok(message) = serde_json::from_str::<Value>(text) else { return Self::default() };
        let context = &message["context"];
        let name = |value: &Value| {
            value.as_str().filter(|it| !it.is_empty() && it.len() <= limits::ID_BYTES).map(str::to_owned)
        };
        Self {
            client_id: name(&context["clientId"]),
            seq: context["seq"].as_u64().and_then(NonZeroU64::new),
            is_end: context["end"] == Value::Bool(true),
            library: name(&context["library"]["name"]),
        }
    }

    pub(super) fn sent(&self) -> Sent<'_> {
        Sent {
            client_id: self.client_id.as_deref(),
            seq: self.seq,
            is_end: self.is_end,
            library: self.library.as_deref(),
        }
    }
}

/// Why a message was rejected, in words for its sender.
#[derive(Debug, PartialEq)]
pub(super) struct Refusal {
    pub(super) code: RejectCode,
    pub(super) reason: String,
    /// The message's id, where it could be read.
    pub(super) message_id: Option<String>,
}

impl<'a> Message<'a> {
    /// `implied` is the type that the door stands for (`/v1/track`), used when the message names none.
    pub(super) fn read(text: &'a str, implied: Option<Kind>) -> Result<Self, Refusal> {
        let refuse = |code, reason: String| Refusal { code, reason, message_id: None };
        if text.len() > limits::MESSAGE_BYTES {
            let reason = format!("the message has {} bytes; at most {} are kept", text.len(), limits::MESSAGE_BYTES);
            return Err(refuse(RejectCode::TooLarge, reason));
        }
        if depth(text) > limits::MESSAGE_DEPTH {
            let reason = format!("the message nests deeper than {} levels", limits::MESSAGE_DEPTH);
            return Err(refuse(RejectCode::TooDeep, reason));
        }
        match serde_json::from_str::<Fields<'_>>(text) {
            Ok(fields) => fields.into_message(Cow::Borrowed(text), implied),
            Err(error) => match repair_surrogates(text) {
                Some(repaired) => match serde_json::from_str::<Fields<'_>>(&repaired) {
                    Ok(fields) => fields.into_message(Cow::Owned(repaired.clone()), implied),
                    Err(error) => Err(refuse(RejectCode::InvalidJson, error.to_string())),
                },
                None => Err(refuse(RejectCode::InvalidJson, error.to_string())),
            },
        }
    }
}

/// What the fields hold, before anybody asked whether that is right.
#[derive(Default)]
struct Fields<'a> {
    kind: Field<'a>,
    message_id: Field<'a>,
    user_id: Field<'a>,
    anonymous_id: Field<'a>,
    event: Field<'a>,
    group_id: Field<'a>,
    previous_id: Field<'a>,
    timestamp: Field<'a>,
    original_timestamp: Field<'a>,
    received_at: Field<'a>,
    properties: Field<'a>,
    traits: Field<'a>,
    context: Field<'a>,
}

#[derive(Default)]
enum Field<'a> {
    /// Not there, or null.
    #[default]
    Absent,
    Text(Cow<'a, str>),
    Object,
    Other(&'static str),
}

impl Fields<'_> {
    fn into_message<'t>(self, text: Cow<'t, str>, implied: Option<Kind>) -> Result<Message<'t>, Refusal> {
        let message_id = match &self.message_id {
            Field::Text(id) => Some(clean(id)),
            _ => None,
        };
        self.check(text, implied).map_err(|(code, reason)| Refusal { code, reason, message_id })
    }

    fn check<'t>(self, text: Cow<'t, str>, implied: Option<Kind>) -> Result<Message<'t>, (RejectCode, String)> {
        let kind = match (self.kind.text("type")?, implied) {
            (Some(name), _) => Kind::parse(&name).ok_or_else(|| {
                let reason = format!("`type` is {name:?}; expected track, identify, group, page, screen or alias");
                (RejectCode::UnknownType, reason)
            })?,
            (None, Some(kind)) => kind,
            (None, None) => {
                let reason = "`type` is missing; expected track, identify, group, page, screen or alias".to_owned();
                return Err((RejectCode::UnknownType, reason));
            }
        };
        self.properties.object("properties")?;
        self.traits.object("traits")?;
        self.context.object("context")?;
        let message = Message {
            kind,
            text,
            message_id: self.message_id.id("messageId")?,
            user_id: self.user_id.id("userId")?,
            anonymous_id: self.anonymous_id.id("anonymousId")?,
            event: self.event.id("event")?,
            group_id: self.group_id.id("groupId")?,
            previous_id: self.previous_id.id("previousId")?,
            timestamp: self.timestamp.text("timestamp")?,
            original_timestamp: self.original_timestamp.text("originalTimestamp")?,
            received_at: self.received_at.text("receivedAt")?,
        };
        let missing = |field: &str| {
            let reason = format!("`{field}` is missing or empty; the {} message needs it", kind.as_str());
            (RejectCode::MissingField, reason)
        };
        match kind {
            Kind::Track if message.event.is_none() => return Err(missing("event")),
            Kind::Group if message.group_id.is_none() => return Err(missing("groupId")),
            Kind::Alias if message.previous_id.is_none() => return Err(missing("previousId")),
            Kind::Alias if message.user_id.is_none() => return Err(missing("userId")),
            _ => {}
        }
        if message.user_id.is_none() && message.anonymous_id.is_none() {
            return Err(missing("userId` or `anonymousId"));
        }
        Ok(message)
    }
}

impl Field<'_> {
    fn text(&self, name: &str) -> Result<Option<String>, (RejectCode, String)> {
        match self {
            Self::Absent => Ok(None),
            Self::Text(text) => Ok(Some(clean(text))),
            Self::Object => Err(wrong_type(name, "a string", "an object")),
            Self::Other(found) => Err(wrong_type(name, "a string", found)),
        }
    }

    /// A text short enough for an id or name; empty counts as absent.
    fn id(&self, name: &str) -> Result<Option<String>, (RejectCode, String)> {
        let text = self.text(name)?.filter(|it| !it.is_empty());
        match text {
            Some(text) if text.len() > limits::ID_BYTES => {
                let reason = format!("`{name}` has {} bytes; at most {} are kept", text.len(), limits::ID_BYTES);
                Err((RejectCode::FieldTooLong, reason))
            }
            text => Ok(text),
        }
    }

    fn object(&self, name: &str) -> Result<(), (RejectCode, String)> {
        match self {
            Self::Absent | Self::Object => Ok(()),
            Self::Text(_) => Err(wrong_type(name, "an object", "a string")),
            Self::Other(found) => Err(wrong_type(name, "an object", found)),
        }
    }
}

fn wrong_type(name: &str, wanted: &str, found: &str) -> (RejectCode, String) {
    (RejectCode::WrongType, format!("`{name}` is {found}; expected {wanted}"))
}

/// NUL ends strings in too many places to be let into an id.
fn clean(text: &str) -> String {
    text.replace('\0', "")
}

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Fields<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a message, which is a JSON object")
            }

            // By hand rather than derived: a key given twice is no error, the last one wins.
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Fields::default();
                while let Some(key) = map.next_key::<Cow<'de, str>>()? {
                    let slot = match &*key {
                        "type" => &mut fields.kind,
                        "messageId" => &mut fields.message_id,
                        "userId" => &mut fields.user_id,
                        "anonymousId" => &mut fields.anonymous_id,
                        "event" => &mut fields.event,
                        "groupId" => &mut fields.group_id,
                        "previousId" => &mut fields.previous_id,
                        "timestamp" => &mut fields.timestamp,
                        "originalTimestamp" => &mut fields.original_timestamp,
                        "receivedAt" => &mut fields.received_at,
                        "properties" => &mut fields.properties,
                        "traits" => &mut fields.traits,
                        "context" => &mut fields.context,
                        _ => {
                            map.next_value::<Field<'de>>()?;
                            continue;
                        }
                    };
                    *slot = map.next_value()?;
                }
                Ok(fields)
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

impl<'de> Deserialize<'de> for Field<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Field<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("any JSON value")
            }

            fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
                Ok(Field::Absent)
            }

            fn visit_bool<E: Error>(self, _: bool) -> Result<Self::Value, E> {
                Ok(Field::Other("a boolean"))
            }

            fn visit_i64<E: Error>(self, _: i64) -> Result<Self::Value, E> {
                Ok(Field::Other("a number"))
            }

            fn visit_u64<E: Error>(self, _: u64) -> Result<Self::Value, E> {
                Ok(Field::Other("a number"))
            }

            fn visit_f64<E: Error>(self, _: f64) -> Result<Self::Value, E> {
                Ok(Field::Other("a number"))
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Field::Text(Cow::Borrowed(text)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Field::Text(Cow::Owned(text.to_owned())))
            }

            // Elements are read as fields, not ignored: `IgnoredAny` lets lone surrogates and
            // numbers out of range pass.
            fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Self::Value, A::Error> {
                while sequence.next_element::<Field<'de>>()?.is_some() {}
                Ok(Field::Other("a list"))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                while map.next_key::<Cow<'de, str>>()?.is_some() {
                    map.next_value::<Field<'de>>()?;
                }
                Ok(Field::Object)
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

/// How deep brackets nest outside strings.
fn depth(text: &str) -> usize {
    let (mut depth, mut deepest, mut in_string, mut escaped) = (0_usize, 0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// Puts U+FFFD where an escape names half a surrogate pair; `None` when there is none.
///
/// Browsers make them honestly: `text.slice(0, n)` through an emoji, then `JSON.stringify`.
fn repair_surrogates(text: &str) -> Option<String> {
    let mut repaired = String::with_capacity(text.len());
    let mut changed = false;
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        repaired.push_str(before);
        let length = match surrogate(escape) {
            Some(Half::High) if escape.get(6..).and_then(surrogate) == Some(Half::Low) => 12,
            Some(_) => {
                repaired.push_str("\\ufffd");
                changed = true;
                rest = escape.get(6..).unwrap_or("");
                continue;
            }
            // Any other escape: the backslash and the character it escapes.
            None => 1 + escape.chars().nth(1).map_or(0, char::len_utf8),
        };
        repaired.push_str(escape.get(..length).unwrap_or(escape));
        rest = escape.get(length..).unwrap_or("");
    }
    repaired.push_str(rest);
    changed.then_some(repaired)
}

#[derive(PartialEq)]
enum Half {
    High,
    Low,
}

fn surrogate(escape: &str) -> Option<Half> {
    let digits = escape.strip_prefix("\\u")?.get(..4)?;
    match u16::from_str_radix(digits, 16).ok()? {
        0xD800..=0xDBFF => Some(Half::High),
        0xDC00..=0xDFFF => Some(Half::Low),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
