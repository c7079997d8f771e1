//! `/docs/api`: the reference of the API, made of the OpenAPI document of this very server.

mod curl;
mod operation;
mod schema;

use super::error::PageError;
use super::frame::Frame;
use super::snippet::origin;
use crate::app::App;
use crate::http::openapi;
use crate::http::session::Operator;
use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Html;
use operation::Operation;
use schema::{Field, Limit, fields, limits};
use serde_json::Value;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "api.html")]
struct ApiPage {
    frame: Frame,
    version: String,
    groups: Vec<Group>,
    schemas: Vec<Schema>,
}

/// What the document tags alike.
struct Group {
    name: String,
    /// Its anchor.
    id: String,
    operations: Vec<Operation>,
}

/// A body that several operations name.
struct Schema {
    name: String,
    description: String,
    limits: Vec<Limit>,
    fields: Vec<Field>,
}

pub(super) async fn show(
    operator: Operator,
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Html<String>, PageError> {
    let document = openapi::document();
    let page = ApiPage {
        frame: Frame::new("API", &app, &operator),
        version: document["info"]["version"].as_str().unwrap_or_default().to_owned(),
        groups: groups(&document, &origin(&headers)),
        schemas: document["components"]["schemas"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, it)| Schema {
                name: name.clone(),
                description: it["description"].as_str().unwrap_or_default().to_owned(),
                limits: limits(it),
                fields: fields(it),
            })
            .collect(),
    };
    Ok(Html(page.render()?))
}

fn groups(document: &Value, origin: &str) -> Vec<Group> {
    let tags = document["tags"].as_array().into_iter().flatten().filter_map(|it| it["name"].as_str());
    tags.map(|tag| Group {
        name: super::written::first_upper(tag),
        id: tag.replace(' ', "-"),
        operations: operations(document, tag, origin),
    })
    .collect()
}

fn operations(document: &Value, tag: &str, origin: &str) -> Vec<Operation> {
    let mut operations: Vec<Operation> = Vec::new();
    for (path, methods) in document["paths"].as_object().into_iter().flatten() {
        for (method, it) in methods.as_object().into_iter().flatten().filter(|(_, it)| it["tags"][0] == tag) {
            let operation = Operation::of(document, path, method, it, origin);
            match operations.iter_mut().find(|it| it.is_also(&operation)) {
                // The longer name is the one to know.
                Some(known) if known.paths[0].len() >= path.len() => known.paths.push(path.clone()),
                Some(known) => *known = Operation { paths: vec![path.clone(), known.paths[0].clone()], ..operation },
                None => operations.push(operation),
            }
        }
    }
    operations
}
