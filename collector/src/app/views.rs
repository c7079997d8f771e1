//! Saved views: what an operator keeps under a name, for themselves or for the team.
//!
//! It knows no pages: which addresses can be kept is decided where they are known.

use super::App;
use super::operators::May;
use crate::storage::{Kept, NewView, Operator, SavedView, StorageError};

/// Views of one list: more cannot be looked through.
const VIEWS_MAX: usize = 100;

/// Characters of a name.
pub const VIEW_NAME_CHARS_MAX: usize = 60;

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ViewRefusal {
    #[error("the name is empty: say what the view shows")]
    EmptyName,
    #[error("the name is too long: use at most {VIEW_NAME_CHARS_MAX} characters")]
    LongName,
    #[error("there is a view “{0}” already: choose another name")]
    NameTaken(String),
    #[error("there are {VIEWS_MAX} views already: delete one first")]
    Full,
    #[error("there is no such view any more")]
    NoSuchView,
    #[error("the team’s views are for customer success and owners to make; keep it for yourself")]
    NotYours,
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl App {
    /// An operator's own views and the team's, by name.
    pub async fn views(&self, operator: i64) -> Result<Vec<SavedView>, StorageError> {
        self.desk.views(operator).await
    }

    /// Keeps an address under a name.
    pub async fn save_view(&self, by: &Operator, name: &str, address: &str, for_team: bool) -> Result<(), ViewRefusal> {
        let name = checked(name)?;
        let view = NewView {
            name: name.clone(),
            address: address.to_owned(),
            only_for: list(by, for_team)?,
            made_by: by.email.clone(),
            created_ms: self.now_ms(),
        };
        done(self.desk.add_view(view, VIEWS_MAX).await?, &name)?;
        self.note_shared(by, for_team, "shared the view", name).await
    }

    /// Gives a view another name, or another list.
    pub async fn change_view(&self, by: &Operator, id: i64, name: &str, for_team: bool) -> Result<(), ViewRefusal> {
        let view = self.view_to_change(by, id).await?;
        let name = checked(name)?;
        let kept = self.desk.change_view(id, name.clone(), list(by, for_team)?, VIEWS_MAX).await?;
        done(kept, &name)?;
        self.note_shared(by, for_team || view.only_for.is_none(), "changed the shared view", name).await
    }

    pub async fn delete_view(&self, by: &Operator, id: i64) -> Result<(), ViewRefusal> {
        let view = self.view_to_change(by, id).await?;
        if !self.desk.delete_view(id).await? {
            return Err(ViewRefusal::NoSuchView);
        }
        self.note_shared(by, view.only_for.is_none(), "deleted the shared view", view.name).await
    }

    async fn view_to_change(&self, by: &Operator, id: i64) -> Result<SavedView, ViewRefusal> {
        let view = self.desk.views(by.id).await?.into_iter().find(|it| it.id == id);
        let view = view.ok_or(ViewRefusal::NoSuchView)?;
        if may_change(by, &view) { Ok(view) } else { Err(ViewRefusal::NotYours) }
    }

    /// What others see is written down.
    async fn note_shared(&self, by: &Operator, is_shared: bool, act: &str, name: String) -> Result<(), ViewRefusal> {
        if is_shared {
            self.note(&by.email, act, name).await?;
        }
        Ok(())
    }
}

/// Their own; of the team's those they made, and whoever looks after operators may change all.
pub fn may_change(by: &Operator, view: &SavedView) -> bool {
    match view.only_for {
        Some(operator) => operator == by.id,
        None => by.role.may(May::LookAfter) || (by.role.may(May::Act) && by.email == view.made_by),
    }
}

fn list(by: &Operator, for_team: bool) -> Result<Option<i64>, ViewRefusal> {
    match for_team {
        false => Ok(Some(by.id)),
        true if by.role.may(May::Act) => Ok(None),
        true => Err(ViewRefusal::NotYours),
    }
}

fn checked(name: &str) -> Result<String, ViewRefusal> {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    match name.chars().count() {
        0 => Err(ViewRefusal::EmptyName),
        count if count > VIEW_NAME_CHARS_MAX => Err(ViewRefusal::LongName),
        _ => Ok(name),
    }
}

fn done(kept: Kept, name: &str) -> Result<(), ViewRefusal> {
    match kept {
        Kept::Done => Ok(()),
        Kept::NoSuch => Err(ViewRefusal::NoSuchView),
        Kept::NameTaken => Err(ViewRefusal::NameTaken(name.to_owned())),
        Kept::Full => Err(ViewRefusal::Full),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::Role;

    #[test]
    fn what_is_the_teams_is_changed_by_who_made_it_and_by_owners() {
        let operator = |id: i64, role: Role| Operator { id, email: format!("{id}@example.com"), role };
        let view = |only_for: Option<i64>| SavedView {
            id: 1,
            name: "stuck".into(),
            address: "/users".into(),
            only_for,
            made_by: "2@example.com".into(),
        };
        for (by, only_for, wanted) in [
            (operator(2, Role::Viewer), Some(2), true),
            (operator(1, Role::Owner), Some(2), false),
            (operator(2, Role::Success), None, true),
            // A role that was taken away takes this along.
            (operator(2, Role::Analyst), None, false),
            (operator(3, Role::Success), None, false),
            (operator(1, Role::Owner), None, true),
        ] {
            assert_eq!(may_change(&by, &view(only_for)), wanted, "{by:?} {only_for:?}");
        }
    }

    #[test]
    fn a_name_says_something_in_one_line() {
        assert_eq!(checked(" stuck \n on\tpro ").unwrap(), "stuck on pro");
        assert!(matches!(checked(" \n"), Err(ViewRefusal::EmptyName)));
        assert!(matches!(checked(&"x".repeat(61)), Err(ViewRefusal::LongName)));
        assert!(checked(&"é".repeat(60)).is_ok());
    }
}
