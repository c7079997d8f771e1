//! Shares as people write them: `"3%"`, `"0.5 %"`.

use super::findings::Findings;
use super::table::{Table, kind};
use std::ops::RangeInclusive;
use toml::de::DeValue;

/// A share from 0 to 1; `None` where there is none or it is wrong.
pub(super) fn read(
    table: &Table<'_>,
    key: &str,
    allowed: RangeInclusive<f64>,
    example: &str,
    findings: &mut Findings<'_>,
) -> Option<f64> {
    let item = table.get(key)?;
    let as_text = |percent: f64| format!("write `{key} = \"{percent}%\"`");
    let text = match item.get_ref() {
        DeValue::String(text) => text.as_ref(),
        other => {
            // `3` may mean three of a hundred, `0.03` surely does.
            let number = match other {
                DeValue::Integer(it) => it.as_str().parse::<f64>().ok(),
                DeValue::Float(it) => it.as_str().parse::<f64>().ok(),
                _ => None,
            };
            let help = match number.filter(|it| it.is_finite() && *it >= 0.0) {
                Some(number) if number < 1.0 => as_text(rounded(number * 100.0)),
                Some(number) if number <= 100.0 => as_text(number),
                _ => format!("write `{key} = \"{example}\"`"),
            };
            let message = format!("`{key}` must be a share in quotes, found {}", kind(other));
            findings.error(item.span(), message, help);
            return None;
        }
    };
    let number = text.trim().strip_suffix('%').and_then(|it| it.trim().parse::<f64>().ok());
    let Some(percent) = number.filter(|it| it.is_finite()) else {
        let help = match text.trim().replace(',', ".").trim_end_matches('%').trim().parse::<f64>() {
            Ok(number) if number.is_finite() && (0.0..=100.0).contains(&number) => as_text(number),
            _ => format!("write a number and a percent sign, such as `{key} = \"{example}\"`"),
        };
        findings.error(item.span(), format!("`{text}` is not a share"), help);
        return None;
    };
    if !allowed.contains(&(percent / 100.0)) {
        let (least, most) = (rounded(allowed.start() * 100.0), rounded(allowed.end() * 100.0));
        let message = format!("`{key}` is {percent} %: it lies between {least} % and {most} %");
        let nearest = percent.clamp(least, most);
        findings.error(item.span(), message, as_text(nearest));
        return None;
    }
    Some(percent / 100.0)
}

/// Without the digits that binary fractions add.
fn rounded(percent: f64) -> f64 {
    (percent * 1_000.0).round() / 1_000.0
}
