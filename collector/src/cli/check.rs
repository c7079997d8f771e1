//! `milepost check`: is `milepost.toml` fine?

use super::definitions;
use super::failure::{Exit, Failure};
use super::output;
use clap::Args;
use serde_json::json;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  milepost check                    ./milepost.toml
  milepost check my/milepost.toml   another file
  milepost check - < milepost.toml  what an editor holds
  milepost check --json             for programs: every mistake with line, column and help
";

/// Check milepost.toml and show every mistake in it
#[derive(Args, Debug)]
#[command(help_template = super::HELP, before_help = EXAMPLES)]
pub(super) struct Check {
    /// The definitions, or - for stdin
    #[arg(value_name = "FILE", default_value = "milepost.toml", env = "MILEPOST_CONFIG", hide_env_values = true)]
    file: PathBuf,
}

impl Check {
    pub(super) fn run(&self, as_json: bool) -> Result<Exit, Failure> {
        let parsed = definitions::read(&self.file)?;
        let journeys = parsed.project.as_ref().map_or(&[][..], |it| &it.definitions.journeys);
        let milestones: usize = journeys.iter().map(|it| it.milestones.len()).sum();
        let surveys = parsed.project.as_ref().map_or(0, |it| it.surveys.len());
        let exit = if parsed.project.is_some() { Exit::Done } else { Exit::BadData };
        if as_json {
            let list: Vec<_> = parsed.diagnostics.iter().collect();
            output::json(&json!({
                "ok": exit == Exit::Done,
                "file": parsed.diagnostics.file_name(),
                "journeys": journeys.len(),
                "milestones": milestones,
                "surveys": surveys,
                "diagnostics": list,
            }))?;
            return Ok(exit);
        }
        if exit != Exit::Done {
            return Err(Failure::Definitions(Box::new(parsed.diagnostics)));
        }
        if !parsed.diagnostics.is_empty() {
            output::say(parsed.diagnostics.render(output::colours_on_stderr()).trim_end());
        }
        let mut counts = vec![counted(journeys.len(), "journey"), counted(milestones, "milestone")];
        if surveys > 0 {
            counts.push(counted(surveys, "survey"));
        }
        output::data(format!("ok: {}\n", counts.join(", ")).as_bytes())?;
        Ok(exit)
    }
}

fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
