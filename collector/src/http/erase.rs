//! `DELETE /v1/users/{id}`: everything that is stored of a person, and nothing of it is left when the answer comes.

use super::error::ApiError;
use super::session::Reader;
use crate::app::App;
use crate::app::erase::Erasure;
use crate::storage::StorageError;
use axum::Json;
use axum::extract::{Path, State};
use std::sync::Arc;

pub(super) async fn erase(
    reader: Reader,
    State(app): State<Arc<App>>,
    Path(user): Path<String>,
) -> Result<Json<Erasure>, ApiError> {
    let erased = erase_for(app, reader.by, user.clone()).await?;
    erased.map(Json).ok_or_else(|| ApiError::NotFound { message: format!("nobody is known as {user:?}") })
}

/// Erases, and writes down that somebody did; `None` where nobody is known by that id.
pub(super) async fn erase_for(app: Arc<App>, by: String, user: String) -> Result<Option<Erasure>, StorageError> {
    // On a task of its own: who hangs up halfway does not stop it there.
    let erasing = async move {
        let erased = app.erase(&user).await?;
        if erased.is_some() {
            // Without a name: nothing of them is to be left.
            app.note(&by, "erased a person", String::new()).await?;
        }
        Ok(erased)
    };
    let erased = tokio::spawn(erasing).await;
    erased.map_err(|error| StorageError::Failed(format!("an erasure was cut off: {error}")))?
}
