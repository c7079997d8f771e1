//! Which stored messages could matter to a rule.

use domain::{Kind, Rule, Scope, reserved};

/// One kind of message (and event name, for a `track`) that a rule looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Interest {
    pub(super) kind: Kind,
    pub(super) name: String,
    /// Whether the rule looks inside the message.
    pub(super) needs_body: bool,
}

/// What all these rules look at, each subject once.
pub(super) fn interests<'r>(rules: impl IntoIterator<Item = &'r Rule>) -> Vec<Interest> {
    let mut found: Vec<Interest> = Vec::new();
    let mut add = |kind, name: &str, needs_body| {
        match found.iter_mut().find(|it| it.kind == kind && it.name == name) {
            Some(interest) => interest.needs_body |= needs_body,
            None => found.push(Interest { kind, name: name.to_owned(), needs_body }),
        };
    };
    for rule in rules {
        rule.visit(&mut |rule| match rule {
            Rule::Event { name, conditions, .. } => add(Kind::Track, name, !conditions.is_empty()),
            Rule::Page { .. } => {
                add(Kind::Page, "", true);
                add(Kind::Screen, "", true);
            }
            Rule::Click { .. } => add(Kind::Track, reserved::ELEMENT_CLICKED, true),
            Rule::Seen { .. } => add(Kind::Track, reserved::ELEMENT_SEEN, true),
            Rule::Trait { of: Scope::User, .. } => add(Kind::Identify, "", true),
            Rule::Trait { of: Scope::Account, .. } => add(Kind::Group, "", true),
            Rule::Count { .. } | Rule::All(_) | Rule::Any(_) | Rule::Not(_) => {}
        });
    }
    found
}
