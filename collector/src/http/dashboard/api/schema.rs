//! JSON Schema in words: what a value is, its limits, and the fields of an object, one line each.

use serde_json::Value;

/// What a value is: `list of`, then the names of schemas that the page describes on their own.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Kind {
    pub(super) words: String,
    pub(super) names: Vec<String>,
}

/// A limit of a value.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Limit {
    Words(String),
    /// One of these texts.
    OneOf(Vec<String>),
    /// A regular expression.
    Pattern(String),
}

/// A field of an object, however deep: `rows[].user`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) path: String,
    pub(super) kind: Kind,
    pub(super) limits: Vec<Limit>,
    pub(super) is_required: bool,
    pub(super) description: String,
}

impl Kind {
    pub(super) fn of(schema: &Value) -> Self {
        if let Some(name) = name_of(schema) {
            return Self { words: String::new(), names: vec![name] };
        }
        if let Some(any) = schema["anyOf"].as_array() {
            return Self { words: String::new(), names: any.iter().filter_map(name_of).collect() };
        }
        match types(schema).as_slice() {
            ["array"] => {
                let items = Self::of(&schema["items"]);
                Self { words: format!("list of {}", items.words), names: items.names }
            }
            types => {
                Self { words: types.iter().map(|it| in_words(it)).collect::<Vec<_>>().join(" or "), names: Vec::new() }
            }
        }
    }
}

/// The limits that a schema sets.
pub(super) fn limits(schema: &Value) -> Vec<Limit> {
    let mut limits = Vec::new();
    // What is larger than any number means no limit.
    let number = |name: &str| schema[name].as_u64().filter(|it| *it < u64::MAX);
    let between = |low: Option<u64>, high: Option<u64>, unit: &str| match (low, high) {
        (Some(low), Some(high)) => Some(format!("{low} to {high}{unit}")),
        (Some(low), None) => Some(format!("at least {low}{unit}")),
        (None, Some(high)) => Some(format!("at most {high}{unit}")),
        (None, None) => None,
    };
    limits.extend(between(number("minLength"), number("maxLength"), " characters").map(Limit::Words));
    limits.extend(between(number("minimum"), number("maximum"), "").map(Limit::Words));
    if let Some(values) = schema["enum"].as_array() {
        let texts = values.iter().filter_map(Value::as_str).filter(|it| !it.is_empty());
        limits.push(Limit::OneOf(texts.map(str::to_owned).collect()));
    }
    if let Some(pattern) = schema["pattern"].as_str() {
        limits.push(Limit::Pattern(pattern.to_owned()));
    }
    if schema["additionalProperties"] == false {
        limits.push(Limit::Words("no other fields".to_owned()));
    }
    limits
}

/// Fields in the order of their names; what is described on its own is named, not repeated.
pub(super) fn fields(schema: &Value) -> Vec<Field> {
    let mut fields = Vec::new();
    add_fields(schema, "", &mut fields);
    fields
}

fn add_fields(schema: &Value, above: &str, fields: &mut Vec<Field>) {
    let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
        let path = format!("{above}{name}");
        fields.push(Field {
            kind: Kind::of(inner),
            limits: limits(inner),
            is_required: required.contains(&name.as_str()),
            description: inner["description"].as_str().unwrap_or_default().to_owned(),
            path: path.clone(),
        });
        add_fields(inner, &format!("{path}."), fields);
        add_fields(&inner["items"], &format!("{path}[]."), fields);
    }
}

/// The name of a schema that is described on its own.
pub(super) fn name_of(schema: &Value) -> Option<String> {
    Some(schema["$ref"].as_str()?.rsplit_once('/')?.1.to_owned())
}

fn types(schema: &Value) -> Vec<&str> {
    match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => vec!["any"],
    }
}

fn in_words(kind: &str) -> &str {
    match kind {
        "string" => "text",
        "boolean" => "true or false",
        "any" => "anything",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(schema: Value, kind: &str, wanted: &[&str]) {
        let Kind { words, names } = Kind::of(&schema);
        assert_eq!(words + &names.join(" or "), kind);
        let in_words = |it: Limit| match it {
            Limit::Words(words) => words,
            Limit::OneOf(texts) => texts.join("|"),
            Limit::Pattern(pattern) => pattern,
        };
        assert_eq!(limits(&schema).into_iter().map(in_words).collect::<Vec<_>>(), wanted);
    }

    #[test]
    fn kinds_and_limits_are_said_in_words() {
        check(json!({ "type": "string", "minLength": 1, "maxLength": 512 }), "text", &["1 to 512 characters"]);
        check(json!({ "type": "integer", "minimum": 0, "maximum": u64::MAX }), "integer", &["at least 0"]);
        check(json!({ "type": ["string", "null"], "maxLength": 9 }), "text or null", &["at most 9 characters"]);
        check(json!({ "type": "string", "enum": ["a", "b", ""] }), "text", &["a|b"]);
        check(json!({ "type": "string", "pattern": "^x$" }), "text", &["^x$"]);
        check(json!({ "$ref": "#/components/schemas/Why" }), "Why", &[]);
        check(json!({ "type": "array", "items": { "$ref": "#/components/schemas/Why" } }), "list of Why", &[]);
        let any = json!({ "anyOf": [{ "$ref": "#/a/Error" }, { "$ref": "#/a/Receipt" }] });
        check(any, "Error or Receipt", &[]);
        check(json!({}), "anything", &[]);
    }

    #[test]
    fn fields_are_found_however_deep_they_are() {
        let schema = json!({
            "required": ["rows"],
            "properties": { "rows": { "type": "array", "items": { "properties": { "user": { "type": "string" } } } } },
        });
        let found: Vec<(String, bool)> = fields(&schema).into_iter().map(|it| (it.path, it.is_required)).collect();
        assert_eq!(found, [("rows".to_owned(), true), ("rows[].user".to_owned(), false)]);
    }
}
