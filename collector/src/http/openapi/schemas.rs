//! What bodies look like, both ways.

use super::reference;
use serde_json::{Value, json};

pub(super) fn all() -> Value {
    let text = || json!({ "type": "string" });
    let flag = || json!({ "type": "boolean" });
    let any = || json!({ "type": "object" });
    json!({
        "Error": object(json!({ "error": object(json!({ "code": text(), "message": text() })) })),
        "Message": {
            "type": "object",
            "description": "By Segment's spec, beside it `writeKey`, `sentAt`, `identityToken`; what is wrong is said in its outcome.",
            "examples": [{ "type": "track", "userId": "u-17", "event": "Invoice Sent", "properties": { "plan": "pro" } }],
        },
        "Batch": {
            "type": "object",
            "required": ["batch"],
            "properties": {
                "batch": {
                    "type": "array", "items": { "type": "object" },
                    "description": "Messages by Segment's spec; what is wrong in one is said in its outcome.",
                },
                "writeKey": text(), "sentAt": text(), "identityToken": text(),
            },
            "examples": [{ "batch": [
                { "type": "identify", "userId": "u-17", "traits": { "plan": "pro" } },
                { "type": "track", "userId": "u-17", "event": "Invoice Sent" },
            ] }],
        },
        "Receipt": closed(json!({
            "success": flag(), "received": integer(), "accepted": integer(), "duplicate": integer(),
            "rejected": integer(), "shed": integer(), "outcomes": array(reference("schemas", "MessageOutcome")),
        }), &[]),
        "MessageOutcome": closed(json!({
            "index": integer(),
            "outcome": { "type": "string", "enum": ["accepted", "duplicate", "rejected", "shed"] },
            "messageId": text(), "code": text(), "reason": text(),
        }), &["messageId", "code", "reason"]),
        "Visitor": visitor(json!({}), &[]),
        "LeaseRequest": visitor(json!({
            "sessionId": id(),
            "sessions": { "type": "integer", "minimum": 0, "maximum": u32::MAX },
            "prompt": id(),
            "kind": { "type": "string", "enum": ["popover", "inline", "tab", "question", "hint"] },
            "accountId": { "type": ["string", "null"], "maxLength": 512 },
            "trigger": id(), "language": id(), "page": text(),
        }), &["sessionId", "prompt", "kind"]),
        "Release": visitor(json!({ "lease": text() }), &["lease"]),
        "Mute": visitor(json!({ "days": { "type": "integer", "minimum": 0, "maximum": 3650 } }), &["days"]),
        "PrivacyReceipt": object(json!({ "mutedUntil": nullable("string"), "declined": flag(), "prompts": array(any()) })),
        "Hesitation": object(json!({
            "is_configured": flag(), "is_asking": flag(), "pages": array(any()), "verbatim": array(any()),
        })),
        "Response": { "type": "object", "required": ["state", "tags", "notes"] },
        "Why": object(json!({
            "user": text(), "account": nullable("string"), "mutedUntil": nullable("string"), "declined": flag(),
            "entries": array(any()), "standing": array(any()),
        })),
    })
}

pub(super) fn responses() -> Value {
    let limited = json!({ "Retry-After": reference("headers", "RetryAfter") });
    json!({
        "BadRequest": error("Something in the address or the body is not what it should be."),
        "UnknownKey": error("The write key is missing or unknown."),
        "ForbiddenOrigin": error("Pages of this origin may not use this key."),
        "Unauthorized": error("No session, no token."),
        "NotAllowed": error("This operator's role, or this token's scope, does not go so far."),
        "NotFound": error("There is no such thing."),
        "TooSlow": { "description": "The request did not arrive in time." },
        "TooLarge": error("The body is too large."),
        "UnsupportedEncoding": error("The content encoding is none of gzip, deflate and br."),
        "Limited": with_headers(error("Too many requests: try again later."), &limited),
        "Unavailable": with_headers(error("Not just now: try again later."), &limited),
    })
}

pub(super) fn headers() -> Value {
    json!({ "RetryAfter": { "description": "Seconds.", "schema": { "type": "string", "pattern": "^[0-9]+$" } } })
}

fn with_headers(mut response: Value, headers: &Value) -> Value {
    response["headers"] = headers.clone();
    response
}

fn error(description: &str) -> Value {
    json_body(reference("schemas", "Error"), description)
}

/// A body that says who the visitor is, with more fields.
fn visitor(fields: Value, more_required: &[&str]) -> Value {
    let mut properties = json!({
        "writeKey": { "type": "string" },
        "anonymousId": { "type": "string", "minLength": 1, "maxLength": 512 },
        "userId": { "type": ["string", "null"], "maxLength": 512 },
        "identityToken": nullable("string"),
    });
    if let (Some(all), Value::Object(fields)) = (properties.as_object_mut(), fields) {
        all.extend(fields);
    }
    let required: Vec<&str> = ["writeKey", "anonymousId"].iter().chain(more_required).copied().collect();
    json!({ "type": "object", "properties": properties, "required": required })
}

/// All fields are there; there may be more.
pub(super) fn object(properties: Value) -> Value {
    let names: Vec<&String> = properties.as_object().into_iter().flat_map(|it| it.keys()).collect();
    json!({ "type": "object", "required": names, "properties": properties })
}

/// These fields and no others.
fn closed(properties: Value, optional: &[&str]) -> Value {
    let mut schema = object(properties);
    if let Some(required) = schema["required"].as_array_mut() {
        required.retain(|it| it.as_str().is_some_and(|it| !optional.contains(&it)));
    }
    schema["additionalProperties"] = json!(false);
    schema
}

/// A part of a longer list.
pub(super) fn rows(row: Value) -> Value {
    object(json!({ "total": integer(), "offset": integer(), "rows": array(row) }))
}

pub(super) fn array(items: Value) -> Value {
    json!({ "type": "array", "items": items })
}

pub(super) fn integer() -> Value {
    json!({ "type": "integer" })
}

pub(super) fn nullable(kind: &str) -> Value {
    json!({ "type": [kind, "null"] })
}

fn id() -> Value {
    json!({ "type": "string", "maxLength": 512 })
}

pub(super) fn json_body(schema: Value, description: &str) -> Value {
    json!({ "description": description, "content": { "application/json": { "schema": schema } } })
}

pub(super) fn text(description: &str) -> Value {
    json!({ "description": description, "content": { "text/plain": { "schema": { "type": "string" } } } })
}
