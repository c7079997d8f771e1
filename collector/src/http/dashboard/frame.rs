//! What surrounds every page.

use super::among_bar::AmongBar;
use super::assets;
use super::views::Menu;
use crate::app::App;
use crate::app::operators::May;
use crate::http::among::Chosen;
use crate::http::session::Operator;
use crate::metric::Calendar;
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
    /// Who may keep segments.
    pub(super) may_keep: bool,
    /// Which users the page is about, where it can be about some.
    pub(super) among: Option<AmongBar>,
    /// Who may erase people.
    pub(super) may_erase: bool,
    /// Single keys do something.
    pub(super) shortcuts: bool,
    /// What had arrived before the page was made, where the page shows what is so now.
    pub(super) live: Option<u64>,
    /// Saved views.
    pub(super) menu: Menu,
    /// What is hidden from the reader; empty where nothing is.
    pub(super) hidden: String,
    /// What its times and days are those of.
    pub(super) calendar: Calendar,
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
            may_keep: operator.role.may(May::Keep),
            among: None,
            may_erase: operator.role.may(May::Erase),
            shortcuts: operator.settings.shortcuts,
            live: None,
            menu: Menu::of(operator),
            hidden: app.project().hidden_from(Onlooker::Operator(operator.role)).in_words(),
            calendar: app.calendar(),
        }
    }

    /// For a page that can be about the users of a segment.
    pub(super) fn among(self, chosen: &Chosen) -> Self {
        Self { among: Some(AmongBar::of(chosen)), ..self }
    }

    /// The page is kept up to date while it is open.
    pub(super) fn live(self, operator: &Operator, is_live: bool) -> Self {
        Self { live: is_live.then_some(operator.news), ..self }
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
            may_keep: true,
            among: None,
            may_erase: true,
            shortcuts: true,
            live: None,
            menu: Menu::default(),
            hidden: String::new(),
            calendar: Calendar::default(),
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
            may_keep: false,
            among: None,
            may_erase: false,
            shortcuts: true,
            live: None,
            menu: Menu::default(),
            hidden: String::new(),
            calendar: Calendar::default(),
        }
    }

    pub(super) fn asset(&self, name: &str) -> String {
        assets::url(name)
    }
}
