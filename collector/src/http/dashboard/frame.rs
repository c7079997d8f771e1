//! What surrounds every page.

use super::assets;
use crate::app::App;
use crate::app::operators::May;
use crate::http::session::Operator;
use crate::project::Onlooker;

/// Header and title; `templates/base.html` draws it.
pub(super) struct Frame {
    pub(super) title: String,
    /// The vendor's product; empty where nobody is logged in.
    pub(super) project: String,
    pub(super) operator: Option<String>,
    /// Who may see to the others.
    pub(super) is_owner: bool,
    /// Who may take lists away as files.
    pub(super) may_export: bool,
    /// Who may note, assign, resolve.
    pub(super) may_act: bool,
    /// What is hidden from the reader; empty where nothing is.
    pub(super) hidden: String,
}

impl Frame {
    /// For a reader who is logged in.
    pub(super) fn new(title: impl Into<String>, app: &App, operator: &Operator) -> Self {
        Self {
            title: title.into(),
            project: app.project().name.clone(),
            operator: Some(operator.email.clone()),
            is_owner: operator.role.may(May::LookAfter),
            may_export: operator.role.may(May::Export),
            may_act: operator.role.may(May::Act),
            hidden: app.project().hidden_from(Onlooker::Operator(operator.role)).in_words(),
        }
    }

    #[cfg(test)]
    pub(super) fn of_owner(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            project: "Ledgerly".to_owned(),
            operator: Some("ada@example.com".to_owned()),
            is_owner: true,
            may_export: true,
            may_act: true,
            hidden: String::new(),
        }
    }

    /// For anyone: says nothing about the project.
    pub(super) fn public(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            project: String::new(),
            operator: None,
            is_owner: false,
            may_export: false,
            may_act: false,
            hidden: String::new(),
        }
    }

    pub(super) fn asset(&self, name: &str) -> String {
        assets::url(name)
    }
}
