//! What each role may do.

use crate::storage::{Role, TokenScope};

/// Something that not everybody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum May {
    /// Look at numbers and at the people behind them.
    Look,
    /// Take lists away as files.
    Export,
    /// Name segments for everybody.
    Keep,
    /// Read, assign, tag, note, snooze, resolve.
    Act,
    /// Forget a person for good.
    Erase,
    /// Let others in, and programs.
    LookAfter,
}

impl May {
    pub const ALL: [Self; 6] = [Self::Look, Self::Export, Self::Keep, Self::Act, Self::Erase, Self::LookAfter];

    /// `to download lists`, for the one who is told that they may not.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Look => "to look at this",
            Self::Export => "to download lists",
            Self::Keep => "to keep segments",
            Self::Act => "to change what is noted about people and responses",
            Self::Erase => "to erase people",
            Self::LookAfter => "to look after operators and tokens",
        }
    }

    /// Who may, by name: for the one who may not.
    pub fn roles(self) -> impl Iterator<Item = Role> {
        Role::ALL.into_iter().filter(move |it| it.may(self))
    }
}

impl Role {
    pub fn may(self, what: May) -> bool {
        match self {
            Self::Viewer => what == May::Look,
            Self::Analyst => matches!(what, May::Look | May::Export | May::Keep),
            Self::Success => matches!(what, May::Look | May::Export | May::Keep | May::Act),
            Self::Owner => true,
        }
    }

    /// As pages call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Viewer => "Viewer",
            Self::Analyst => "Analyst",
            Self::Success => "Customer success",
            Self::Owner => "Owner",
        }
    }

    /// What it is for, in a sentence.
    pub fn explained(self) -> &'static str {
        match self {
            Self::Viewer => "Looks at every page.",
            Self::Analyst => "Looks at every page, downloads lists and keeps segments.",
            Self::Success => "Also reads, assigns, notes and resolves.",
            Self::Owner => "Does everything: also erases people, and looks after operators and tokens.",
        }
    }
}

impl TokenScope {
    pub fn may(self, what: May) -> bool {
        match self {
            Self::Read => matches!(what, May::Look | May::Export),
            Self::Erase => matches!(what, May::Look | May::Export | May::Erase),
        }
    }

    /// As pages call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "Read",
            Self::Erase => "Read and erase",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_may_what_the_ones_before_it_may_and_more() {
        let allowed = |role: Role| May::ALL.into_iter().filter(|it| role.may(*it)).count();
        assert_eq!(Role::ALL.map(allowed), [1, 3, 4, 6]);
        for (lesser, greater) in Role::ALL.into_iter().zip(Role::ALL.into_iter().skip(1)) {
            assert!(May::ALL.into_iter().all(|it| !lesser.may(it) || greater.may(it)), "{lesser:?} {greater:?}");
        }
        assert_eq!(May::Erase.roles().collect::<Vec<_>>(), [Role::Owner]);
    }
}
