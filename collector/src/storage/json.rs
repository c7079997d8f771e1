//! A stored message's JSON as rules read it.

use domain::{Kind, Lookup, Scalar};
use serde_json::Value;

/// The properties (or traits) of a stored message.
pub(super) struct JsonProperties<'a> {
    properties: Option<&'a Value>,
    body: Option<&'a Value>,
}

impl<'a> JsonProperties<'a> {
    pub(super) fn of(kind: Kind, body: Option<&'a Value>) -> Self {
        let key = if matches!(kind, Kind::Identify | Kind::Group) { "traits" } else { "properties" };
        Self { properties: body.and_then(|it| it.get(key)), body }
    }

    /// Where a page message says it was: `properties.url`, else `context.page.url`, else the paths.
    pub(super) fn url(&self) -> &'a str {
        let page = self.body.and_then(|it| it.get("context")).and_then(|it| it.get("page"));
        let places = [(self.properties, "url"), (page, "url"), (self.properties, "path"), (page, "path")];
        places.into_iter().find_map(|(place, key)| place?.get(key)?.as_str()).unwrap_or("")
    }
}

impl Lookup for JsonProperties<'_> {
    fn get(&self, path: &[String]) -> Option<Scalar<'_>> {
        let mut value = self.properties?;
        for key in path {
            value = value.get(key.as_str())?;
        }
        Some(scalar(value))
    }
}

fn scalar(value: &Value) -> Scalar<'_> {
    match value {
        Value::Null => Scalar::Null,
        Value::Bool(it) => Scalar::Bool(*it),
        Value::Number(it) => Scalar::Number(it.as_f64().unwrap_or(f64::NAN)),
        Value::String(it) => Scalar::Text(it.as_str().into()),
        Value::Array(it) => Scalar::List(it.iter().map(scalar).collect()),
        Value::Object(_) => Scalar::Object,
    }
}

/// A trait's value as the heading of a group; `None` where the user has none.
pub(super) fn heading(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Bool(it) => Some(it.to_string()),
        Value::Number(it) => Some(it.to_string()),
        Value::String(it) => Some(it.clone()),
        Value::Array(_) | Value::Object(_) => Some(value.to_string()),
    }
}
