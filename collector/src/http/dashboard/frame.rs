//! What surrounds every page.

use super::assets;
use crate::app::App;
use crate::http::session::Operator;

/// Header and title; `templates/base.html` draws it.
pub(super) struct Frame {
    pub(super) title: String,
    /// The vendor's product; empty where nobody is logged in.
    pub(super) project: String,
    pub(super) operator: Option<String>,
}

impl Frame {
    /// For a reader who is logged in.
    pub(super) fn new(title: impl Into<String>, app: &App, operator: &Operator) -> Self {
        Self { title: title.into(), project: app.project().name.clone(), operator: Some(operator.email.clone()) }
    }

    /// For anyone: says nothing about the project.
    pub(super) fn public(title: impl Into<String>) -> Self {
        Self { title: title.into(), project: String::new(), operator: None }
    }

    pub(super) fn asset(&self, name: &str) -> String {
        assets::url(name)
    }
}
