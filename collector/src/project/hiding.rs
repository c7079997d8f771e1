//! `[[hide]]`: what is hidden from whom.

use super::Project;
use crate::storage::{ApiToken, Role, TraitPath};

/// One table: these are not shown this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hide {
    pub from: Vec<Onlooker>,
    pub what: Hidden,
}

/// Who looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Onlooker {
    Operator(Role),
    /// A program, with a token that an owner made.
    Token,
}

/// What somebody is not shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hidden {
    /// What people are called: the traits `name`, `firstName`, `lastName`, `username`.
    pub name: bool,
    /// The trait `email`, and whatever else looks like an address.
    pub email: bool,
    /// What people wrote in their own words.
    pub answers: bool,
    /// What stands behind `?` and `#` in addresses of pages.
    pub queries: bool,
    pub traits: Vec<TraitPath>,
}

impl Onlooker {
    /// Owners see everything: they say what is hidden.
    pub const ALL: [Self; 4] =
        [Self::Operator(Role::Viewer), Self::Operator(Role::Analyst), Self::Operator(Role::Success), Self::Token];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Operator(role) => role.as_str(),
            Self::Token => "token",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == text)
    }
}

impl ApiToken {
    /// Nothing is hidden from the server's own command line.
    pub fn onlooker(&self) -> Option<Onlooker> {
        (!self.is_own()).then_some(Onlooker::Token)
    }
}

impl Hidden {
    pub const FIELDS: [&str; 4] = ["name", "email", "answers", "queries"];

    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a breakdown by this trait would tell.
    pub fn hides(&self, path: &TraitPath) -> bool {
        let is_within = |it: &TraitPath| {
            let common = it.path.len().min(path.path.len());
            it.of == path.of && it.path[..common] == path.path[..common]
        };
        self.paths().iter().any(is_within)
    }

    /// All traits that are hidden.
    pub fn paths(&self) -> Vec<TraitPath> {
        let names = if self.name { &["name", "firstName", "lastName", "username"][..] } else { &[] };
        let emails = if self.email { &["email"][..] } else { &[] };
        names.iter().chain(emails).map(|it| TraitPath::parse(it)).chain(self.traits.iter().cloned()).collect()
    }

    /// `names, e-mail addresses and the trait phone`; empty where nothing is hidden.
    pub fn in_words(&self) -> String {
        let mut words = Vec::new();
        let fields = [
            (self.name, "names"),
            (self.email, "e-mail addresses"),
            (self.answers, "written answers"),
            (self.queries, "queries of page addresses"),
        ];
        words.extend(fields.into_iter().filter(|(is_hidden, _)| *is_hidden).map(|(_, it)| it.to_owned()));
        words.extend(self.traits.iter().map(|it| format!("the trait {it}")));
        match words.split_last() {
            Some((last, [])) => last.clone(),
            Some((last, others)) => format!("{} and {last}", others.join(", ")),
            None => String::new(),
        }
    }

    fn add(&mut self, other: &Self) {
        self.name |= other.name;
        self.email |= other.email;
        self.answers |= other.answers;
        self.queries |= other.queries;
        for path in &other.traits {
            if !self.traits.contains(path) {
                self.traits.push(path.clone());
            }
        }
    }
}

impl Project {
    /// All that any table hides from this reader.
    pub fn hidden_from(&self, reader: Onlooker) -> Hidden {
        let mut hidden = Hidden::default();
        self.hides.iter().filter(|it| it.from.contains(&reader)).for_each(|it| hidden.add(&it.what));
        hidden
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_add_up_by_reader() {
        let mut project = crate::testing::project();
        let viewer = Onlooker::Operator(Role::Viewer);
        let email = Hidden { email: true, ..Hidden::default() };
        let phone = Hidden { traits: vec![TraitPath::parse("phone")], ..Hidden::default() };
        project.hides = vec![
            Hide { from: vec![viewer, Onlooker::Token], what: email.clone() },
            Hide { from: vec![viewer], what: phone.clone() },
            Hide { from: vec![viewer], what: phone },
        ];
        assert_eq!(project.hidden_from(Onlooker::Token), email);
        assert_eq!(project.hidden_from(viewer).in_words(), "e-mail addresses and the trait phone");
        assert!(project.hidden_from(Onlooker::Operator(Role::Owner)).is_nothing());
    }

    #[test]
    fn a_trait_is_hidden_with_what_is_in_it_and_what_it_is_in() {
        let hidden = Hidden { name: true, traits: vec![TraitPath::parse("address.city")], ..Hidden::default() };
        for (path, wanted) in [
            ("address.city", true),
            ("address", true),
            ("address.city.name", true),
            ("address.country", false),
            ("account.address.city", false),
            ("firstName", true),
            ("account.name", false),
            ("email", false),
        ] {
            assert_eq!(hidden.hides(&TraitPath::parse(path)), wanted, "{path}");
        }
    }
}
