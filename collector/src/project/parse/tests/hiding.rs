//! `[[hide]]`.

use super::{HEAD, fetch, parse, parse_with};
use crate::project::{Hidden, Hide, Onlooker};
use crate::storage::{Role, TraitPath};

/// Each of the words is in what is shown for these lines of `[[hide]]`.
#[track_caller]
fn check(lines: &str, words: &[&str]) {
    let parsed = parse_with("milepost.toml", &format!("{HEAD}[[hide]]\n{lines}\n"), &fetch);
    let shown = parsed.diagnostics.render(false);
    assert!(parsed.project.is_none() && words.iter().all(|it| shown.contains(it)), "{shown}");
}

#[test]
fn a_table_says_from_whom_and_what() {
    let text = "[[hide]]\nfrom = [\"viewer\", \"token\"]\nfields = [\"name\", \"queries\"]\n\
                traits = [\"phone\", \"account.contact.name\"]\n[[hide]]\nfrom = [\"cs\"]\nfields = [\"email\", \"answers\"]\n";
    let project = parse("milepost.toml", &format!("{HEAD}{text}")).expect("no mistake");
    let traits = vec![TraitPath::parse("phone"), TraitPath::parse("account.contact.name")];
    let wanted = [
        Hide {
            from: vec![Onlooker::Operator(Role::Viewer), Onlooker::Token],
            what: Hidden { name: true, queries: true, traits, ..Hidden::default() },
        },
        Hide {
            from: vec![Onlooker::Operator(Role::Success)],
            what: Hidden { email: true, answers: true, ..Hidden::default() },
        },
    ];
    assert_eq!(project.hides, wanted);
}

#[test]
fn what_would_hide_nothing_is_a_mistake() {
    check("fields = [\"name\"]", &["a hide table without `from`"]);
    check("from = [\"viewer\"]", &["this table hides nothing"]);
    check("from = []\nfields = [\"name\"]", &["`from` is empty"]);
    check("from = [\"owner\"]\nfields = [\"name\"]", &["nothing is hidden from owners"]);
    check("from = [\"viewers\"]\nfields = [\"name\"]", &["did you mean `viewer`?"]);
    check("from = [\"viewer\"]\nfields = [\"emails\"]", &["did you mean `email`?", "a trait stands in `traits`"]);
    check("from = \"viewer\"\nfields = [\"name\"]", &["`from` must be a list, found text"]);
    check("from = [\"viewer\"]\ntraits = [\"a..b\"]", &["`a..b` is no trait"]);
    check("from = [\"viewer\"]\ntrait = [\"a\"]", &["unknown key `trait`", "traits"]);
}
