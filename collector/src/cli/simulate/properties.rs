//! Properties that meet conditions.

use super::random::Random;
use domain::{Condition, Lookup, Operator, Scalar, Value};
use serde_json::{Map, json};

/// One JSON object that meets all conditions, as far as they can be met together.
pub(super) fn meeting(conditions: &[Condition], random: &mut Random) -> Map<String, serde_json::Value> {
    let mut object = Map::new();
    let mut done: Vec<&[String]> = Vec::new();
    for condition in conditions {
        let path = condition.path.as_slice();
        if done.contains(&path) {
            continue;
        }
        done.push(path);
        let same: Vec<&Condition> = conditions.iter().filter(|it| it.path == path).collect();
        if let Some(value) = value(&same, random) {
            insert(&mut object, path, value);
        }
    }
    object
}

/// A value under one path; `None` where it has to be absent.
fn value(conditions: &[&Condition], random: &mut Random) -> Option<serde_json::Value> {
    if conditions.iter().any(|it| it.operator == Operator::Absent) {
        return None;
    }
    let mut candidates: Vec<serde_json::Value> = conditions.iter().filter_map(|it| candidate(it, random)).collect();
    let numbers: Vec<f64> = conditions.iter().flat_map(|it| &it.values).filter_map(number).collect();
    // Between two bounds: their middle.
    for (index, one) in numbers.iter().enumerate() {
        candidates.extend(numbers.iter().skip(index + 1).map(|other| json!(f64::midpoint(*one, *other))));
    }
    let fitting = candidates.iter().find(|it| conditions.iter().all(|condition| holds(condition, it)));
    fitting.or(candidates.first()).cloned()
}

fn candidate(condition: &Condition, random: &mut Random) -> Option<serde_json::Value> {
    let first = condition.values.first();
    Some(match (condition.operator, first) {
        (Operator::Absent, _) => return None,
        (Operator::Exists, _) => json!(true),
        (Operator::In, _) => json_of(random.pick(&condition.values)?),
        (Operator::Gt | Operator::Gte, Some(Value::Number(number))) => {
            // Amounts as they are found on invoices.
            json!(number + (random.log_normal(300.0, 1.0) * 100.0).round() / 100.0)
        }
        (Operator::Gt, Some(Value::Text(text))) => json!(format!("{text}~")),
        (Operator::Lt, Some(Value::Number(number))) => json!(number - 1.0),
        (Operator::Lt, Some(Value::Text(_))) => json!(""),
        (Operator::Ne, Some(Value::Text(text))) => json!(format!("not {text}")),
        (Operator::Ne, Some(Value::Number(number))) => json!(number + 1.0),
        (Operator::Ne, Some(Value::Bool(truth))) => json!(!truth),
        (Operator::Contains, Some(value)) => match value {
            Value::Text(text) => json!(text),
            other => json!([json_of(other)]),
        },
        (_, Some(value)) => json_of(value),
        (_, None) => return None,
    })
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => Some(*number),
        _ => None,
    }
}

fn json_of(value: &Value) -> serde_json::Value {
    match value {
        Value::Bool(it) => json!(it),
        Value::Number(it) => json!(it),
        Value::Text(it) => json!(it),
    }
}

fn holds(condition: &Condition, value: &serde_json::Value) -> bool {
    let alone = Condition { path: Vec::new(), ..condition.clone() };
    alone.holds(&Json(value))
}

fn insert(object: &mut Map<String, serde_json::Value>, path: &[String], value: serde_json::Value) {
    let Some((key, rest)) = path.split_first() else { return };
    if rest.is_empty() {
        object.insert(key.clone(), value);
        return;
    }
    let inner = object.entry(key.clone()).or_insert_with(|| json!({}));
    if let serde_json::Value::Object(inner) = inner {
        insert(inner, rest, value);
    }
}

/// JSON as rules read it.
pub(super) struct Json<T>(pub(super) T);

impl<T: std::borrow::Borrow<serde_json::Value>> Lookup for Json<T> {
    fn get(&self, path: &[String]) -> Option<Scalar<'_>> {
        path.iter().try_fold(self.0.borrow(), |value, key| value.get(key)).map(scalar)
    }
}

fn scalar(value: &serde_json::Value) -> Scalar<'_> {
    match value {
        serde_json::Value::Null => Scalar::Null,
        serde_json::Value::Bool(it) => Scalar::Bool(*it),
        serde_json::Value::Number(it) => Scalar::Number(it.as_f64().unwrap_or(f64::NAN)),
        serde_json::Value::String(it) => Scalar::Text(it.as_str().into()),
        serde_json::Value::Array(it) => Scalar::List(it.iter().map(scalar).collect()),
        serde_json::Value::Object(_) => Scalar::Object,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operator_can_be_met() {
        let condition = |path: &str, operator: &str, values: &[Value]| Condition {
            path: path.split('.').map(str::to_owned).collect(),
            operator: Operator::parse(operator).expect("known"),
            values: values.to_vec(),
        };
        let text = |it: &str| Value::Text(it.to_owned());
        let conditions = [
            condition("a", "gte", &[Value::Number(1.0)]),
            condition("a", "lt", &[Value::Number(5.0)]),
            condition("b.c", "eq", &[text("x")]),
            condition("b.d", "ne", &[Value::Bool(true)]),
            condition("e", "in", &[text("pro"), text("team")]),
            condition("f", "contains", &[Value::Number(3.0)]),
            condition("g", "starts_with", &[text("Inv")]),
            condition("h", "exists", &[]),
            condition("i", "absent", &[]),
            condition("j", "gt", &[text("2026-01-01")]),
            condition("k", "lte", &[Value::Number(-2.0)]),
        ];
        for seed in 0..20 {
            let object = serde_json::Value::Object(meeting(&conditions, &mut Random::of(seed, "properties", 0)));
            for condition in &conditions {
                assert!(condition.holds(&Json(&object)), "{condition:?} by {object}");
            }
        }
    }
}
