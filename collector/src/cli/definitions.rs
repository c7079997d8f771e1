//! Finding and reading `milepost.toml`, and the secrets it points at.

use super::failure::{Exit, Failure};
use super::output;
use crate::project::{self, Parsed, Project, SecretSource};
use clap::Args;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Which `milepost.toml`.
#[derive(Args, Clone, Debug)]
pub(super) struct ConfigFile {
    /// The definitions
    #[arg(id = "config", long, value_name = "FILE", default_value = "milepost.toml", env = "MILEPOST_CONFIG")]
    #[arg(hide_env_values = true)]
    pub(super) path: PathBuf,
}

impl ConfigFile {
    /// The project; warnings are said on the way.
    pub(super) fn load(&self) -> Result<Project, Failure> {
        let parsed = read(&self.path)?;
        match parsed.project {
            Some(project) => {
                if !parsed.diagnostics.is_empty() {
                    output::say(parsed.diagnostics.render(output::colours_on_stderr()).trim_end());
                }
                Ok(project)
            }
            None => Err(Failure::Definitions(Box::new(parsed.diagnostics))),
        }
    }
}

/// Reads and parses a file; `-` is stdin.
pub(super) fn read(path: &Path) -> Result<Parsed, Failure> {
    let shown = if path == Path::new("-") { "stdin".to_owned() } else { path.display().to_string() };
    let read = if path == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        std::fs::read(path)
    };
    let bytes = read.map_err(|error| {
        let hint = match error.kind() {
            std::io::ErrorKind::NotFound => "; name another file, or set MILEPOST_CONFIG",
            _ => "",
        };
        Failure::new(Exit::Io, format!("cannot read the definitions in {shown}: {error}{hint}"))
    })?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Failure::new(Exit::BadData, format!("{shown} is not UTF-8 at byte {at}: save it as UTF-8"))
    })?;
    let folder = path.parent().unwrap_or(Path::new(""));
    Ok(project::parse_with(&shown, &text, &|source| fetch(source, folder)))
}

fn fetch(source: &SecretSource, folder: &Path) -> Result<String, String> {
    match source {
        SecretSource::Environment(name) => std::env::var(name).map_err(|error| match error {
            std::env::VarError::NotPresent => format!("the environment variable {name} is not set"),
            std::env::VarError::NotUnicode(_) => format!("the environment variable {name} is not UTF-8"),
        }),
        SecretSource::File(path) => {
            read_secret_file(&folder.join(path)).map_err(|error| format!("{}: {error}", path.display()))
        }
    }
}

/// A file that holds one secret; the newline that editors put at its end is not part of it.
pub(super) fn read_secret_file(path: &Path) -> std::io::Result<String> {
    std::fs::read_to_string(path).map(|it| it.trim_end_matches(['\n', '\r']).to_owned())
}
