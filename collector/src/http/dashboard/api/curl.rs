//! A command that asks what an operation answers, to copy and complete.

use super::super::written;
use serde_json::{Map, Value, json};

/// `origin` is where this server is reached; parameters and body are what the operation cannot do without.
pub(super) fn command(
    origin: &str,
    method: &str,
    path: &str,
    operation: &Value,
    parameters: &[&Value],
    schemas: &Value,
) -> String {
    let required = |of: &str| {
        let needed = |it: &&&Value| it["in"] == of && it["required"] == true;
        parameters.iter().filter(needed).filter_map(|it| it["name"].as_str()).collect::<Vec<_>>()
    };
    let mut url = format!("{origin}{path}");
    for name in required("path") {
        url = url.replace(&format!("{{{name}}}"), &placeholder(name));
    }
    let query: Vec<String> = required("query").iter().map(|it| format!("{it}={}", placeholder(it))).collect();
    if !query.is_empty() {
        url = format!("{url}?{}", query.join("&"));
    }
    let mut words = vec!["curl".to_owned()];
    if method != "GET" {
        words.push(format!("-X {method}"));
    }
    let security = operation["security"].as_array().and_then(|it| it.first()).cloned().unwrap_or_default();
    if security.get("token").is_some() {
        words.push("-H \"Authorization: Bearer $TOKEN\"".to_owned());
    } else if security.get("writeKey").is_some() {
        words.push("-u \"$WRITE_KEY:\"".to_owned());
    }
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    if !schema.is_null() {
        words.push("-H \"Content-Type: application/json\"".to_owned());
        words.push(format!("-d '{}'", example(schema, schemas)));
    }
    words.push(format!("\"{url}\""));
    words.join(" \\\n  ")
}

fn placeholder(name: &str) -> String {
    match name {
        "at" | "since" | "until" | "week" | "day" | "cohort" => "2026-01-31".to_owned(),
        other => other.to_uppercase(),
    }
}

/// The schema's own example, else one of what is required.
fn example(schema: &Value, schemas: &Value) -> Value {
    if let Some(name) = super::schema::name_of(schema) {
        return example(&schemas[&name], schemas);
    }
    if let Some(example) = schema["examples"].as_array().and_then(|it| it.first()) {
        return example.clone();
    }
    let kind = schema["type"].as_str().or_else(|| schema["type"][0].as_str()).unwrap_or_default();
    match kind {
        "object" => {
            let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
            let field = |name: &str| {
                let text = Value::String(written::first_upper(name).to_uppercase());
                let inner = &schema["properties"][name];
                (
                    name.to_owned(),
                    if inner["type"] == "string" && inner["enum"].is_null() { text } else { example(inner, schemas) },
                )
            };
            Value::Object(required.map(field).collect::<Map<_, _>>())
        }
        "array" => json!([example(&schema["items"], schemas)]),
        "integer" | "number" => json!(schema["minimum"].as_i64().unwrap_or_default()),
        "boolean" => json!(true),
        _ => schema["enum"].get(0).cloned().unwrap_or_else(|| json!("TEXT")),
    }
}
