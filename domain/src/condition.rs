//! A condition on one property or trait.

use crate::value::{Lookup, Scalar, Value};
use std::cmp::Ordering;

/// `total gte 100`, `plan in [pro, team]`, `address.city exists`.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// Keys from the outside in; a dotted key in `milepost.toml` becomes several.
    pub path: Vec<String>,
    pub operator: Operator,
    /// One value, several for `in`, none for `exists` and `absent`.
    pub values: Vec<Value>,
}

/// How a found value is compared. All but `Ne` and `Absent` fail when the value is absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    Eq,
    /// Also holds when the value is absent.
    Ne,
    /// Numbers by size, texts by bytes (so ISO 8601 dates compare as dates).
    Gt,
    Gte,
    Lt,
    Lte,
    In,
    /// A text holds this text, or a list holds this value.
    Contains,
    StartsWith,
    /// Present and not null.
    Exists,
    Absent,
}

impl Operator {
    pub const ALL: &[(&str, Self)] = &[
        ("eq", Self::Eq),
        ("ne", Self::Ne),
        ("gt", Self::Gt),
        ("gte", Self::Gte),
        ("lt", Self::Lt),
        ("lte", Self::Lte),
        ("in", Self::In),
        ("contains", Self::Contains),
        ("starts_with", Self::StartsWith),
        ("exists", Self::Exists),
        ("absent", Self::Absent),
    ];

    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(_, it)| *it == self).map_or("", |(name, _)| name)
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(name, _)| name.as_bytes() == text.as_bytes()).map(|(_, it)| *it)
    }
}

impl Condition {
    pub fn holds(&self, properties: &dyn Lookup) -> bool {
        match properties.get(&self.path) {
            Some(found) => self.holds_for(&found),
            None => matches!(self.operator, Operator::Ne | Operator::Absent),
        }
    }

    /// Whether a message says anything about this condition at all.
    pub fn touched_by(&self, properties: &dyn Lookup) -> bool {
        properties.get(&self.path).is_some()
    }

    fn holds_for(&self, found: &Scalar<'_>) -> bool {
        let any_equal = || self.values.iter().any(|it| it.equals(found));
        match self.operator {
            Operator::Eq | Operator::In => any_equal(),
            Operator::Ne => !any_equal(),
            Operator::Gt => self.compare(found) == Some(Ordering::Greater),
            Operator::Gte => matches!(self.compare(found), Some(Ordering::Greater | Ordering::Equal)),
            Operator::Lt => self.compare(found) == Some(Ordering::Less),
            Operator::Lte => matches!(self.compare(found), Some(Ordering::Less | Ordering::Equal)),
            Operator::Contains => self.contained_in(found),
            Operator::StartsWith => match (self.values.first(), found) {
                (Some(Value::Text(start)), Scalar::Text(text)) => text.as_bytes().starts_with(start.as_bytes()),
                _ => false,
            },
            Operator::Exists => *found != Scalar::Null,
            Operator::Absent => *found == Scalar::Null,
        }
    }

    /// How the found value stands to the wanted one; `None` when they cannot be ordered.
    fn compare(&self, found: &Scalar<'_>) -> Option<Ordering> {
        match (self.values.first(), found) {
            (Some(Value::Number(wanted)), Scalar::Number(found)) => found.partial_cmp(wanted),
            (Some(Value::Text(wanted)), Scalar::Text(found)) => Some(found.as_bytes().cmp(wanted.as_bytes())),
            _ => None,
        }
    }

    fn contained_in(&self, found: &Scalar<'_>) -> bool {
        let Some(wanted) = self.values.first() else { return false };
        match (wanted, found) {
            (_, Scalar::List(items)) => items.iter().any(|it| wanted.equals(it)),
            (Value::Text(part), Scalar::Text(text)) => {
                // Byte windows: `str::contains` would bring a whole search engine into the SDK.
                part.is_empty() || text.as_bytes().windows(part.len()).any(|it| it == part.as_bytes())
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct One(Scalar<'static>);
    impl Lookup for One {
        fn get(&self, path: &[String]) -> Option<Scalar<'_>> {
            (path == ["key"]).then(|| self.0.clone())
        }
    }

    fn holds(operator: &str, values: &[Value], found: Scalar<'static>) -> bool {
        let operator = Operator::parse(operator).expect("a known operator");
        Condition { path: vec!["key".into()], operator, values: values.to_vec() }.holds(&One(found))
    }

    #[test]
    fn types_are_not_coerced() {
        assert!(holds("eq", &[Value::Number(5.0)], Scalar::Number(5.0)));
        assert!(!holds("eq", &[Value::Number(5.0)], Scalar::Text("5".into())));
        assert!(!holds("gte", &[Value::Number(5.0)], Scalar::Text("9".into())));
    }

    #[test]
    fn iso_dates_compare_as_dates() {
        assert!(holds("gt", &[Value::Text("2026-01-01".into())], Scalar::Text("2026-02-01".into())));
        assert!(!holds("lt", &[Value::Text("2026-01-01".into())], Scalar::Text("2026-02-01".into())));
    }

    #[test]
    fn contains_looks_into_texts_and_lists() {
        let roles = Scalar::List(vec![Scalar::Text("admin".into()), Scalar::Text("owner".into())]);
        assert!(holds("contains", &[Value::Text("owner".into())], roles));
        assert!(holds("contains", &[Value::Text("wne".into())], Scalar::Text("owner".into())));
        assert!(!holds("contains", &[Value::Text("ownership".into())], Scalar::Text("owner".into())));
    }

    #[test]
    fn an_absent_value_satisfies_only_ne_and_absent() {
        let absent = |operator| {
            Condition { path: vec!["other".into()], operator, values: vec![Value::Bool(true)] }
                .holds(&One(Scalar::Null))
        };
        for (name, operator) in Operator::ALL {
            assert_eq!(absent(*operator), ["ne", "absent"].contains(name), "{name}");
        }
    }

    #[test]
    fn null_counts_as_absent() {
        assert!(!holds("exists", &[], Scalar::Null));
        assert!(holds("absent", &[], Scalar::Null));
        assert!(holds("exists", &[], Scalar::Object));
    }
}
