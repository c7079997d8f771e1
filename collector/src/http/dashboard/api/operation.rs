//! One operation of the API as a page shows it: what it takes, who may, what it answers.

use super::curl;
use super::schema::{Field, Kind, Limit, fields, limits, name_of};
use crate::app::operators::May;
use crate::http::permission::needed_for;
use crate::storage::{Role, TokenScope};
use axum::http::Method;
use serde_json::Value;

pub(super) struct Operation {
    /// Its anchor.
    pub(super) id: String,
    pub(super) method: String,
    /// Several names of one door.
    pub(super) paths: Vec<String>,
    pub(super) summary: String,
    /// Who may ask.
    pub(super) who: String,
    pub(super) parameters: Vec<Parameter>,
    /// What the body is, where there is one.
    pub(super) body: Option<Kind>,
    pub(super) answers: Vec<Answer>,
    pub(super) curl: String,
}

pub(super) struct Parameter {
    pub(super) name: String,
    /// `path` or `query`.
    pub(super) place: String,
    pub(super) kind: Kind,
    pub(super) limits: Vec<Limit>,
    pub(super) is_required: bool,
    pub(super) description: String,
}

pub(super) struct Answer {
    pub(super) status: String,
    pub(super) description: String,
    /// `None` where there is no body.
    pub(super) kind: Option<Kind>,
    pub(super) fields: Vec<Field>,
    pub(super) headers: Vec<String>,
}

impl Operation {
    pub(super) fn of(document: &Value, path: &str, method: &str, operation: &Value, origin: &str) -> Self {
        let text = |of: &Value, name: &str| of[name].as_str().unwrap_or_default().to_owned();
        let method = method.to_uppercase();
        let parameters: Vec<&Value> =
            operation["parameters"].as_array().into_iter().flatten().map(|it| resolved(document, it)).collect();
        let schemas = &document["components"]["schemas"];
        let body = &operation["requestBody"]["content"]["application/json"]["schema"];
        Self {
            id: text(operation, "operationId"),
            summary: text(operation, "summary"),
            who: who(path, &method, operation),
            curl: curl::command(origin, &method, path, operation, &parameters, schemas),
            parameters: parameters.iter().map(|it| Parameter::of(it)).collect(),
            body: (!body.is_null()).then(|| Kind::of(body)),
            answers: operation["responses"]
                .as_object()
                .into_iter()
                .flatten()
                .map(|(status, it)| Answer::of(status, resolved(document, it)))
                .collect(),
            paths: vec![path.to_owned()],
            method,
        }
    }

    /// The same door under another name.
    pub(super) fn is_also(&self, other: &Self) -> bool {
        self.method == other.method && self.summary == other.summary
    }
}

impl Parameter {
    fn of(it: &Value) -> Self {
        let text = |name: &str| it[name].as_str().unwrap_or_default().to_owned();
        Self {
            name: text("name"),
            place: text("in"),
            kind: Kind::of(&it["schema"]),
            limits: limits(&it["schema"]),
            is_required: it["required"] == true,
            description: text("description"),
        }
    }
}

impl Answer {
    fn of(status: &str, it: &Value) -> Self {
        let schema = it["content"].as_object().and_then(|it| it.values().next()).map(|it| &it["schema"]);
        Self {
            status: status.to_owned(),
            description: it["description"].as_str().unwrap_or_default().to_owned(),
            kind: schema.map(Kind::of),
            fields: schema.filter(|it| name_of(it).is_none()).map(fields).unwrap_or_default(),
            headers: it["headers"].as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect(),
        }
    }
}

/// In one sentence, by the table that the server itself looks into.
fn who(path: &str, method: &str, operation: &Value) -> String {
    let security = operation["security"].as_array().cloned().unwrap_or_default();
    let has = |name: &str| security.iter().any(|it| it.get(name).is_some());
    if has("token") {
        let method = method.parse().unwrap_or(Method::POST);
        let what = needed_for(&method, path);
        format!("A token that may {}, or a session of {}.", scopes(what), roles(what))
    } else if has("writeKey") {
        "A write key, as user name without a password, or in the body.".to_owned()
    } else if operation["requestBody"].is_null() {
        "Anybody.".to_owned()
    } else {
        "A page with a write key, in the body.".to_owned()
    }
}

fn scopes(what: May) -> String {
    let scopes = TokenScope::ALL.into_iter().filter(|it| it.may(what));
    scopes.map(|it| it.name().to_lowercase()).collect::<Vec<_>>().join(" or ")
}

fn roles(what: May) -> String {
    if Role::ALL.into_iter().all(|it| it.may(what)) {
        return "any operator".to_owned();
    }
    what.roles().map(|it| it.name().to_lowercase()).collect::<Vec<_>>().join(" or ")
}

fn resolved<'a>(document: &'a Value, it: &'a Value) -> &'a Value {
    let pointer = it["$ref"].as_str().map(|it| it.trim_start_matches('#'));
    pointer.and_then(|it| document.pointer(it)).unwrap_or(it)
}
