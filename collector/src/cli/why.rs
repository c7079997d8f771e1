//! `milepost why`: why somebody was, or was not, asked.

use super::definitions::ConfigFile;
use super::failure::{Exit, Failure};
use super::folder::DataFolder;
use super::humane::plain;
use super::output;
use super::remote::{self, Remote};
use crate::app::why::{Why, WhyQuestion};
use clap::Args;
use std::fmt::Write;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  milepost why u-17                                         all that is known, the latest last
  milepost why u-17 --survey nps                            one survey alone
  milepost why u-17 --survey nps --at 2026-11-24T10:03:00Z  what happened then
  milepost why u-17 --url https://milepost.example.com --token-file token
";

/// Explain why a person was, or was not, asked
#[derive(Args, Debug)]
#[command(help_template = super::HELP, before_help = EXAMPLES)]
pub(super) struct WhyCommand {
    /// The user's id, or the anonymous id of somebody who never said who it is
    user: String,

    /// This survey alone, by its id in milepost.toml; `hesitation` for the detector's question
    #[arg(long, value_name = "SURVEY")]
    survey: Option<String>,

    /// What happened around this time (UTC), such as 2026-01-31T12:00:00Z
    #[arg(long, value_name = "TIME", value_parser = super::funnel::time)]
    at: Option<i64>,

    #[command(flatten)]
    config: ConfigFile,

    #[command(flatten)]
    data: DataFolder,

    /// A running server to ask, instead of a data folder
    #[arg(long, value_name = "URL")]
    url: Option<String>,

    /// A file that holds a token for --url [or the environment variable MILEPOST_TOKEN, or api-token in --data]
    #[arg(long, value_name = "FILE", requires = "url")]
    token_file: Option<PathBuf>,
}

impl WhyCommand {
    pub(super) async fn run(&self, as_json: bool) -> Result<Exit, Failure> {
        let why = match &self.url {
            Some(url) => self.ask_server(url).await?,
            None => self.ask_folder().await?,
        };
        if as_json {
            output::json(&why)?;
        } else {
            output::data(shown(&why).as_bytes())?;
        }
        Ok(Exit::Done)
    }

    async fn ask_server(&self, url: &str) -> Result<Why, Failure> {
        let token = remote::token(self.token_file.as_deref(), &self.data)?;
        let mut query = vec![("user", self.user.clone())];
        query.extend(self.survey.clone().map(|it| ("survey", it)));
        query.extend(self.at.map(|it| ("at", super::humane::time(it))));
        Remote::new(url)?.get(&["v1", "why"], &query, &token).await
    }

    async fn ask_folder(&self) -> Result<Why, Failure> {
        let app = self.data.ask_with_ledger(self.config.load()?).await?;
        let question =
            WhyQuestion { user: self.user.clone(), survey: self.survey.clone(), at_ms: self.at, limit: None };
        app.why(&question)
            .await?
            .ok_or_else(|| Failure::new(Exit::Usage, format!("nobody is known as `{}`", plain(&self.user))))
    }
}

/// One line for each happening, then what stands now.
fn shown(why: &Why) -> String {
    let mut text = String::new();
    for entry in &why.entries {
        let place = if entry.page.is_empty() { String::new() } else { format!(" on {}", plain(&entry.page)) };
        let day = jiff::Timestamp::from_millisecond(entry.at_ms)
            .map(|it| it.to_zoned(jiff::tz::TimeZone::UTC).strftime("%a %Y-%m-%d %H:%M").to_string())
            .unwrap_or_default();
        let _ = writeln!(text, "{day}  {}{place}: {}", plain(&entry.name), plain(&entry.sentence));
    }
    if why.entries.is_empty() {
        text.push_str("Nothing was decided about them.\n");
    }
    let asks = if why.declined { "They said “don't ask again”.\n".to_owned() } else { String::new() };
    let muted = why.muted_until.as_ref().map(|it| format!("They asked for quiet until {it}.\n")).unwrap_or_default();
    let _ = write!(text, "\n{asks}{muted}");
    for standing in &why.standing {
        let _ = writeln!(text, "{} ({}): {}", plain(&standing.name), standing.prompt, plain(&standing.sentence));
    }
    text
}
