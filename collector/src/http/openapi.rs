//! `GET /v1/openapi.json`: every door that programs use, as an OpenAPI 3.1 document.
//!
//! Written beside the route table, not derived from handlers, so that it says what is promised and not what happens to
//! be. A test holds its paths against `http.rs`; `cargo xtask schemathesis` holds its promises against a running server.

mod doors;
mod parameters;
mod schemas;

use axum::http::header;
use axum::response::IntoResponse;
use serde_json::{Value, json};
use std::sync::OnceLock;

static TEXT: OnceLock<String> = OnceLock::new();

pub(super) async fn openapi() -> impl IntoResponse {
    let text = TEXT.get_or_init(|| document().to_string()).as_str();
    ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "public, max-age=300")], text)
}

/// The whole document.
pub(super) fn document() -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Milepost",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "The doors of a collector. docs/reference/http-api.md tells the same in words.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "tags": [{ "name": "messages" }, { "name": "prompts" }, { "name": "pages and probes" }, { "name": "operators" }],
        "paths": doors::paths(),
        "components": {
            "securitySchemes": {
                "writeKey": {
                    "type": "http", "scheme": "basic",
                    "description": "The write key as user name, no password; or `writeKey` in the body.",
                },
                "token": {
                    "type": "http", "scheme": "bearer",
                    "description": "A token of the page Operators, or the one in the data folder's file `api-token`.",
                },
                "session": {
                    "type": "apiKey", "in": "cookie", "name": super::session::COOKIE,
                    "description": "A session of the dashboard.",
                },
            },
            "parameters": parameters::all(),
            "schemas": schemas::all(),
            "responses": schemas::responses(),
            "headers": schemas::headers(),
        },
    })
}

fn reference(kind: &str, name: &str) -> Value {
    json!({ "$ref": format!("#/components/{kind}/{name}") })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Not for programs: the SDK's own files, and what Prometheus reads.
    const UNDOCUMENTED: [&str; 3] = ["/sdk.js", "/{file}", "/metrics"];

    #[test]
    fn every_door_is_in_the_document_and_nothing_else() {
        let table = include_str!("../http.rs");
        let routed = table.split(".route(").skip(1).filter_map(|it| it.split('"').nth(1));
        let mut routed: BTreeSet<&str> = routed.collect();
        for path in UNDOCUMENTED {
            assert!(routed.remove(path), "{path} is no route any more");
        }
        let document = document();
        let documented = document["paths"].as_object().expect("paths").keys().map(String::as_str).collect();
        assert_eq!(routed, documented);
    }

    #[test]
    fn every_reference_leads_somewhere() {
        fn visit<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
            match value {
                Value::Object(fields) => {
                    found.extend(fields.get("$ref").and_then(Value::as_str));
                    fields.values().for_each(|it| visit(it, found));
                }
                Value::Array(items) => items.iter().for_each(|it| visit(it, found)),
                _ => {}
            }
        }
        let document = document();
        let mut found = Vec::new();
        visit(&document, &mut found);
        assert!(found.len() > 100);
        for reference in found {
            let pointer = reference.trim_start_matches('#');
            assert!(document.pointer(pointer).is_some(), "{reference}");
        }
    }
}
