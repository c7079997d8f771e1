//! Whether anybody can be of an audience.

use domain::{Condition, Lookup, Operator, Rule, Scalar, Scope, Value};

/// Certainly nobody: two conditions on one trait exclude each other. What is not certain is `false`.
pub(super) fn is_empty(rule: &Rule) -> bool {
    match rule {
        Rule::Any(rules) => rules.iter().all(is_empty),
        Rule::All(rules) if rules.iter().any(is_empty) => true,
        _ => {
            let mut conditions = Vec::new();
            gather(rule, &mut conditions);
            conditions.iter().any(|(of, condition)| {
                let same: Vec<&Condition> = conditions
                    .iter()
                    .filter(|(other, it)| other == of && it.path == condition.path)
                    .map(|it| it.1)
                    .collect();
                exclude_each_other(&same)
            })
        }
    }
}

/// The conditions that must hold, all of them.
fn gather<'r>(rule: &'r Rule, conditions: &mut Vec<(Scope, &'r Condition)>) {
    match rule {
        Rule::Trait { of, conditions: found } => conditions.extend(found.iter().map(|it| (*of, it))),
        Rule::All(rules) => rules.iter().for_each(|it| gather(it, conditions)),
        _ => {}
    }
}

/// A value of each sort that the conditions tell apart is tried; parts of texts are not.
fn exclude_each_other(conditions: &[&Condition]) -> bool {
    if conditions.iter().any(|it| matches!(it.operator, Operator::Contains | Operator::StartsWith)) {
        return false;
    }
    let mut candidates = vec![None, Some(Scalar::Object), Some(Scalar::Bool(true)), Some(Scalar::Bool(false))];
    let mut numbers = vec![0.0];
    let mut texts = vec![String::new()];
    for value in conditions.iter().flat_map(|it| &it.values) {
        match value {
            Value::Number(number) => numbers.push(*number),
            Value::Text(text) => texts.push(text.clone()),
            Value::Bool(_) => {}
        }
    }
    let between: Vec<f64> =
        numbers.iter().flat_map(|one| numbers.iter().map(move |two| f64::midpoint(*one, *two))).collect();
    let beside = numbers.iter().flat_map(|it| [it - 1.0, it + 1.0]);
    candidates.extend(between.iter().copied().chain(beside).map(|it| Some(Scalar::Number(it))));
    // Right after each text comes the same with the smallest character behind it.
    let after: Vec<String> = texts.iter().map(|it| format!("{it}\0")).collect();
    candidates.extend(texts.into_iter().chain(after).map(|it| Some(Scalar::Text(it.into()))));
    !candidates.iter().any(|found| conditions.iter().all(|it| it.holds(&One(found.clone()))))
}

/// Has this value, whatever is looked up.
struct One<'v>(Option<Scalar<'v>>);

impl Lookup for One<'_> {
    fn get(&self, _path: &[String]) -> Option<Scalar<'_>> {
        self.0.clone()
    }
}
