//! What one person did, the latest first.

use super::App;
use crate::storage::{Moment, StorageError};
use domain::Kind;
use serde::Serialize;
use serde_json::Value;

/// One message of a person's, as far as it is anybody's business but the sender's library's.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TimelineRow {
    pub at_ms: i64,
    #[serde(rename = "type")]
    pub kind: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub event: String,
    /// Properties, or the traits of an `identify` or `group`.
    #[serde(skip_serializing_if = "Value::is_null")]
    pub properties: Value,
    /// Where it happened: `context.page`.
    #[serde(skip_serializing_if = "Value::is_null")]
    pub page: Value,
}

impl App {
    /// Messages of the person whom an id names, under all ids of theirs; `None` where nobody of that id was heard of.
    pub async fn timeline(&self, id: &str, limit: usize) -> Result<Option<Vec<TimelineRow>>, StorageError> {
        let (somebody, _) = self.somebody_called(id).await?;
        if !somebody.is_known {
            return Ok(None);
        }
        let moments = self.events.timeline(somebody.ids, limit).await?;
        Ok(Some(moments.into_iter().map(TimelineRow::of).collect()))
    }
}

impl TimelineRow {
    pub(super) fn of(it: Moment) -> Self {
        let mut body: Value = serde_json::from_str(&it.body).unwrap_or_default();
        let key = if matches!(it.kind, Kind::Identify | Kind::Group) { "traits" } else { "properties" };
        let mut take = |pointer: &str| body.pointer_mut(pointer).map(Value::take).unwrap_or_default();
        let (properties, page) = (take(&format!("/{key}")), take("/context/page"));
        Self { at_ms: it.at_ms, kind: it.kind.as_str(), event: it.name, properties, page }
    }
}
