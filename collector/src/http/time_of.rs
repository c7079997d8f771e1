//! A time in a URL.

use super::error::ApiError;
use crate::metric::Calendar;

/// The parameter `name` as a time, a date being that of the workspace; `None` where it is missing or empty.
pub(super) fn time_of(name: &str, text: &Option<String>, calendar: &Calendar) -> Result<Option<i64>, ApiError> {
    let Some(text) = text.as_deref().filter(|it| !it.is_empty()) else { return Ok(None) };
    let at_ms = calendar.parse_ms(text).ok_or_else(|| {
        let message =
            format!("`{name}` is {text:?}; expected a date or time such as 2026-01-31 or 2026-01-31T12:00:00Z");
        ApiError::bad_request("invalid_time", message)
    })?;
    Ok(Some(at_ms))
}
