//! `milepost.toml` → [`Project`], or everything that is wrong with it in one go.
//!
//! Path of a file: text → tree with spans (`toml`) → `keys.rs`, `identity.rs`, `journeys.rs`
//! (→ `rules.rs` → `conditions.rs`), `annotations.rs`, `hesitation.rs`, `budget.rs`, `retention.rs`, `surveys.rs`, `limits.rs`,
//! `sign_in.rs`, `hiding.rs` → [`Project`]. Each step says what it found to
//! `findings.rs` and goes on.
//!
//! It reads no file and no environment: where a secret lies elsewhere, the caller fetches it.

mod accent;
mod annotations;
mod budget;
mod calendar;
mod conditions;
mod escapes;
mod findings;
mod hesitation;
mod hiding;
mod identity;
mod ids;
mod journeys;
mod keys;
mod limits;
mod links;
mod networks;
mod numbers;
mod origins;
mod patterns;
mod retention;
mod rules;
mod secrets;
mod segments;
mod selectors;
mod shares;
mod sign_in;
mod suggestions;
mod surveys;
mod table;
mod touch;

use self::findings::Findings;
use self::table::Table;
use super::{Diagnostics, Identity, IdentityMode, Project, SecretSource};
use crate::metric::Calendar;
use domain::Definitions;
use toml::de::DeTable;

/// Longer files are no definitions but an accident.
const FILE_BYTES: usize = 1024 * 1024;

const ROOT: [&str; 14] = [
    "annotation",
    "project",
    "key",
    "identity",
    "journey",
    "hesitation",
    "hide",
    "budget",
    "survey",
    "retention",
    "limits",
    "segment",
    "touch",
    "sign_in",
];

/// Fetches a secret that lies outside the file; the error says why it cannot.
pub type FetchSecret<'a> = &'a dyn Fn(&SecretSource) -> Result<String, String>;

/// What came of a file: a project when there was no error, and every error and warning.
#[derive(Clone, Debug)]
pub struct Parsed {
    pub project: Option<Project>,
    pub diagnostics: Diagnostics,
}

/// Parses a file whose secrets all stand in it; one that lies elsewhere is an error.
pub fn parse(file_name: &str, text: &str) -> Result<Project, Diagnostics> {
    let parsed = parse_with(file_name, text, &|_| Err("secrets kept elsewhere cannot be fetched here".to_owned()));
    parsed.project.ok_or(parsed.diagnostics)
}

/// Parses a file, fetching secrets that lie elsewhere; keeps the warnings.
pub fn parse_with(file_name: &str, text: &str, fetch_secret: FetchSecret<'_>) -> Parsed {
    if text.len() > FILE_BYTES {
        let mut findings = Findings::new("", fetch_secret);
        findings.error(0..0, "the file is larger than 1 MiB", "keep definitions only: journeys, keys and identity");
        return Parsed { project: None, diagnostics: findings.into_diagnostics(file_name) };
    }
    let mut findings = Findings::new(text, fetch_secret);
    let (tree, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        findings.syntax(error.span().unwrap_or(0..0), error.message());
    }
    // After a syntax error the tree may lack what is there: finding things missing would mislead.
    let is_whole = errors.is_empty();
    let project = project(tree.get_ref(), is_whole, &mut findings);
    let is_sound = findings.are_warnings_only();
    Parsed { project: is_sound.then_some(project), diagnostics: findings.into_diagnostics(file_name) }
}

fn project(tree: &DeTable<'_>, is_whole: bool, findings: &mut Findings<'_>) -> Project {
    findings.expect_whole(is_whole);
    let root = Table::root(tree, &ROOT, findings);
    let (name, calendar) =
        match root.required_table("project", "add a table `[project]` with `name = \"Your product\"`", findings) {
            Some(table) => {
                let table =
                    Table::new(table.entries, table.span, "project", &["name", "time_zone", "week_starts"], findings);
                let name = table.required_text("name", "add `name = \"Your product\"`", findings);
                (name.map(|it| it.text.to_owned()), calendar::read(&table, findings))
            }
            None => (None, Calendar::default()),
        };
    let keys = keys::read(&root, findings);
    let identity = match root.table("identity", findings) {
        Some(table) => identity::read(table, findings),
        None => Identity { mode: IdentityMode::Off, secrets: Vec::new() },
    };
    let journeys = journeys::read(&root, findings);
    let hesitation = root.table("hesitation", findings).map(|it| hesitation::read(it, findings));
    let budget = root.table("budget", findings).map(|it| budget::read(it, findings)).unwrap_or_default();
    let limits = root.table("limits", findings).map(|it| limits::read(it, findings)).unwrap_or_default();
    let definitions = Definitions { journeys };
    let touch = root.table("touch", findings).and_then(|it| touch::read(it, findings));
    let segments = segments::read(&root, &definitions, touch.is_some(), findings);
    let around = surveys::Around {
        journeys: &definitions.journeys,
        segments: &segments,
        watches: hesitation.is_some(),
        budget: &budget,
        calendar: &calendar,
    };
    let surveys = surveys::read(&root, &around, findings);
    let annotations = annotations::read(&root, &calendar, findings);
    let retention = root.table("retention", findings).map(|it| retention::read(it, findings)).unwrap_or_default();
    let hides = hiding::read(&root, findings);
    let sign_in = root.table("sign_in", findings).map(|it| sign_in::read(it, findings)).unwrap_or_default();
    Project {
        name: name.unwrap_or_default(),
        calendar,
        keys,
        identity,
        definitions,
        hesitation,
        budget,
        retention,
        annotations,
        surveys,
        segments,
        touch,
        limits,
        sign_in,
        hides,
    }
}

#[cfg(test)]
mod tests;
