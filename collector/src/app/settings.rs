//! What operators set up for themselves.

use super::App;
use crate::storage::StorageError;

/// As it is stored.
const SHORTCUTS: &str = "shortcuts";

/// Everything is on until it is switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnSettings {
    /// A single key does something, such as `/` (WCAG 2.1.4).
    pub shortcuts: bool,
}

impl App {
    pub async fn own_settings(&self, operator: i64) -> Result<OwnSettings, StorageError> {
        let off = self.desk.switched_off(operator).await?;
        Ok(OwnSettings { shortcuts: !off.iter().any(|it| it == SHORTCUTS) })
    }

    pub async fn set_up(&self, operator: i64, settings: OwnSettings) -> Result<(), StorageError> {
        self.desk.switch(operator, SHORTCUTS.to_owned(), settings.shortcuts).await
    }
}
