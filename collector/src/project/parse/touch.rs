//! `[touch]`: what makes an account high-, low- or tech-touch.

use super::findings::Findings;
use super::table::{RawTable, Table, wrong_type};
use crate::project::TouchModel;
use crate::storage::TraitPath;
use toml::de::DeValue;

pub(super) fn read(table: RawTable<'_>, findings: &mut Findings<'_>) -> Option<TouchModel> {
    let table = Table::new(table.entries, table.span, "touch", &["value", "high", "low"], findings);
    let value = table.required_text("value", "add `value = \"account.arr\"`: the account's trait", findings);
    let value = value.and_then(|it| {
        let path = it.text.strip_prefix("account.").filter(|rest| rest.split('.').all(|key| !key.is_empty()));
        if path.is_none() {
            let message = format!("`{}` is no trait of accounts", it.text);
            findings.error(it.span.clone(), message, "write `value = \"account.arr\"`: only accounts have a touch");
        }
        path.map(|_| TraitPath::parse(it.text))
    });
    let high = amount(&table, "high", "50000", findings);
    let low = amount(&table, "low", "5000", findings);
    if let (Some(high), Some(low), Some(item)) = (high, low, table.get("low"))
        && low >= high
    {
        findings.error(
            item.span(),
            "`low` is not below `high`: no account could be low-touch",
            "write a smaller `low`",
        );
    }
    Some(TouchModel { value: value?, high: high?, low: low? })
}

/// A number from 0 on, in the unit of the trait.
fn amount(table: &Table<'_>, key: &str, example: &str, findings: &mut Findings<'_>) -> Option<f64> {
    let help = format!("add `{key} = {example}`: from this value on");
    let Some(item) = table.get(key) else {
        table.missing(key, &help, findings);
        return None;
    };
    let number = match item.get_ref() {
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).ok().map(|it| it as f64),
        DeValue::Float(number) => number.as_str().parse().ok(),
        _ => {
            wrong_type(item, key, "a number", item.get_ref(), &help, findings);
            return None;
        }
    };
    let number = number.filter(|it: &f64| it.is_finite() && *it >= 0.0);
    if number.is_none() {
        findings.error(item.span(), format!("`{key}` is no value from 0 on"), help);
    }
    number
}
