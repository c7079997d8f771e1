//! Looks at `milepost.toml`.

use super::finding::Findings;
use crate::cli::definitions;
use crate::project::{KeyKind, Project};
use std::path::Path;

const ABOUT: &str = "definitions";

/// The project, where its definitions have no mistakes.
pub(super) fn look(path: &Path, findings: &mut Findings) -> Option<Project> {
    let shown = path.display();
    if !path.exists() && path != Path::new("-") {
        let help = "name it with --config FILE, or write one: docs/reference/milepost-toml.md";
        findings.wrong(ABOUT, "definitions_missing", format!("there is no {shown}"), help);
        return None;
    }
    let Ok(parsed) = definitions::read(path) else {
        let help = "make the file readable for whoever runs this, and save it as UTF-8";
        findings.wrong(ABOUT, "definitions_unreadable", format!("{shown} cannot be read"), help);
        return None;
    };
    let Some(project) = parsed.project else {
        let count = parsed.diagnostics.error_count();
        let noun = if count == 1 { "mistake" } else { "mistakes" };
        let message = format!("{shown} has {count} {noun}; a server that runs keeps the definitions it had");
        findings.wrong(ABOUT, "definitions_broken", message, "see them with `milepost check`");
        return None;
    };
    if project.keys.iter().all(|it| it.kind != KeyKind::Browser) {
        let help = "add [[key]] with kind = \"browser\" and the origins of your pages";
        findings.wrong(ABOUT, "no_browser_key", format!("{shown} has no key for pages"), help);
        return Some(project);
    }
    let open = project.keys.iter().find(|it| it.kind == KeyKind::Browser && it.origins.iter().any(|it| it == "*"));
    if let Some(key) = open {
        let message = format!("the key {} may be used by pages of any origin", key.id.as_str());
        findings.warning(ABOUT, "origins_open", message, "list your own origins in `origins`");
    } else {
        findings.ok(ABOUT, format!("{shown} has no mistakes"));
    }
    Some(project)
}
