//! One message of somebody's as a line of their page or their account's.

use super::written;
use crate::app::timeline::TimelineRow;
use crate::metric::Calendar;
use serde_json::Value;

pub(super) struct Did {
    pub(super) at: String,
    pub(super) at_iso: String,
    pub(super) what: String,
    pub(super) page: String,
}

impl Did {
    pub(super) fn of(row: &TimelineRow, calendar: &Calendar) -> Self {
        let page = |name: &str| row.page.get(name).and_then(Value::as_str).unwrap_or_default();
        let what = match row.kind {
            "track" => row.event.clone(),
            "identify" => "said who they are".to_owned(),
            "group" => "said which account they belong to".to_owned(),
            "alias" => "continued under another id".to_owned(),
            _ => "looked at a page".to_owned(),
        };
        Self {
            at: written::minute(row.at_ms, calendar),
            at_iso: written::iso(row.at_ms),
            what,
            page: [page("path"), page("url")].into_iter().find(|it| !it.is_empty()).unwrap_or_default().to_owned(),
        }
    }
}
