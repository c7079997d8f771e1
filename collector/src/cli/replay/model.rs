//! What the detector is told: from a config as browsers get it, from a `milepost.toml`, or as shipped.

use crate::cli::definitions;
use crate::cli::failure::{Exit, Failure};
use crate::cli::output;
use crate::hesitation::shipped;
use crate::project::Hesitation;
use crate::storage::KeptModel;
use domain::hesitation::{Ask, Model};
use domain::{Definitions, compact};
use std::path::Path;

#[derive(Debug)]
pub(super) struct Config {
    pub(super) definitions: Definitions,
    pub(super) model: Model,
    /// Other versions that recordings may name.
    pub(super) versions: Vec<Model>,
    /// A BCP 47 tag.
    pub(super) language: String,
}

/// How every compact config begins.
const COMPACT: &str = "milepost\t";

impl Config {
    pub(super) fn load(path: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = path else { return Ok(Self::new(Definitions::default(), shipped())) };
        let shown = path.display();
        let bytes = std::fs::read(path)
            .map_err(|error| Failure::new(Exit::Io, format!("cannot read the config {shown}: {error}")))?;
        if !bytes.starts_with(COMPACT.as_bytes()) {
            return Self::of_project(path);
        }
        let config = std::str::from_utf8(&bytes).ok().and_then(compact::read).ok_or_else(|| {
            let help = "fetch it anew from GET /v1/config/{key}, or write it with --learn";
            Failure::new(Exit::BadData, format!("{shown} is not a config of this version: {help}"))
        })?;
        let model = config.hesitation.ok_or_else(|| {
            let help = "add [hesitation] to milepost.toml and fetch it anew";
            Failure::new(Exit::BadData, format!("the config {shown} says nothing of hesitation: {help}"))
        })?;
        Ok(Self::new(config.definitions, model))
    }

    /// What a server published, the latest last; what Milepost ships where none did.
    pub(super) fn of_kept(kept: &[KeptModel]) -> Self {
        let versions: Vec<Model> = kept.iter().filter_map(|it| compact::read(&it.text)?.hesitation).collect();
        let model = versions.last().cloned().unwrap_or_else(shipped);
        Self { versions, ..Self::new(Definitions::default(), model) }
    }

    fn new(definitions: Definitions, model: Model) -> Self {
        Self { definitions, model, versions: Vec::new(), language: "en".to_owned() }
    }

    fn of_project(path: &Path) -> Result<Self, Failure> {
        let parsed = definitions::read(path)?;
        let Some(project) = parsed.project else { return Err(Failure::Definitions(Box::new(parsed.diagnostics))) };
        if !parsed.diagnostics.is_empty() {
            output::say(parsed.diagnostics.render(output::colours_on_stderr()).trim_end());
        }
        let hesitation = project.hesitation.ok_or_else(|| {
            let help = "add [hesitation] to it, or leave --config out";
            Failure::new(Exit::BadData, format!("{} says nothing of hesitation: {help}", path.display()))
        })?;
        Ok(Self {
            language: hesitation.language.tag().to_owned(),
            ..Self::new(project.definitions, asking(hesitation))
        })
    }
}

/// What Milepost ships, with what the vendor wants.
fn asking(hesitation: Hesitation) -> Model {
    let Hesitation { is_asking, words, accent, pages, excluded, links, record_share, .. } = hesitation;
    let ask = is_asking.then_some(Ask { words, links, accent });
    Model { pages, excluded, ask, record_share: (record_share * 1_000.0).round() as u32, ..shipped() }
}
