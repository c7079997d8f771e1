//! `milepost funnel`: how many reach each milestone, how fast, and who is stuck.

mod csv;
mod question;
mod stuck;
mod table;

use super::definitions::ConfigFile;
use super::failure::{Exit, Failure};
use super::folder::DataFolder;
use super::output;
use super::remote::{self, Remote};
use crate::app::App;
use crate::app::funnel::{FunnelAnswer, FunnelRequest};
use crate::app::funnel_report::FunnelReport;
use crate::app::timestamp::parse_ms;
use crate::project::duration;
use clap::{Args, ValueEnum};
use domain::{Journey, JourneyId};
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  milepost funnel onboarding                                the journey's own window
  milepost funnel onboarding --window 7d --by plan          one funnel for each plan
  milepost funnel onboarding --by account.industry          by a trait of the account
  milepost funnel onboarding --since 2026-01-01 --until 2026-02-01 --format csv
  milepost funnel onboarding --stuck company-created        who got there and no further
  milepost funnel onboarding --url https://milepost.example.com --token-file token
";

/// Show how many users reach each milestone of a journey, and how fast
#[derive(Args, Debug)]
#[command(help_template = super::HELP, before_help = EXAMPLES)]
pub(super) struct Funnel {
    /// The journey's id in milepost.toml
    journey: String,

    /// How long after the first milestone the others count, such as 14d [default: the journey's own]
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    window: Option<u64>,

    /// One funnel for each value of this trait; account.TRAIT for an account's
    #[arg(long, value_name = "TRAIT")]
    by: Option<String>,

    /// Only milestones reached from this date on, in the project's time zone, or from a time such as 2026-01-31T12:00:00Z
    #[arg(long, value_name = "TIME", value_parser = date_or_time)]
    since: Option<String>,

    /// Only milestones reached before this date or time
    #[arg(long, value_name = "TIME", value_parser = date_or_time)]
    until: Option<String>,

    /// List the users who reached this milestone and no further
    #[arg(long, value_name = "MILESTONE", conflicts_with = "by")]
    stuck: Option<String>,

    /// How to show it [default: table, or json with --json]
    #[arg(long, value_enum)]
    format: Option<Format>,

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

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Table,
    /// For programs
    Json,
    /// For spreadsheets
    Csv,
}

/// As it was written: which moment a date means is known with the project.
fn date_or_time(text: &str) -> Result<String, String> {
    time(text).map(|_| text.to_owned())
}

pub(super) fn time(text: &str) -> Result<i64, String> {
    parse_ms(text).ok_or_else(|| "write a date or time, such as 2026-01-31 or 2026-01-31T12:00:00Z".to_owned())
}

/// Where the answers come from.
enum Source {
    Folder(Box<App>),
    Server { remote: Remote, token: String },
}

impl Funnel {
    pub(super) async fn run(&self, as_json: bool) -> Result<Exit, Failure> {
        let format = self.format.unwrap_or(if as_json { Format::Json } else { Format::Table });
        let source = self.source().await?;
        match &self.stuck {
            Some(milestone) => stuck::show(&stuck::ask(self, &source, milestone).await?, format)?,
            None => {
                let report = self.report(&source).await?;
                match format {
                    Format::Table => output::data(table::of(&report).as_bytes())?,
                    Format::Json => output::json(&report)?,
                    Format::Csv => output::data(&csv::of(&report)?)?,
                }
            }
        }
        Ok(Exit::Done)
    }

    async fn source(&self) -> Result<Source, Failure> {
        match &self.url {
            Some(url) => {
                let token = remote::token(self.token_file.as_deref(), &self.data)?;
                Ok(Source::Server { remote: Remote::new(url)?, token })
            }
            None => Ok(Source::Folder(Box::new(self.data.ask(self.config.load()?).await?))),
        }
    }

    async fn report(&self, source: &Source) -> Result<FunnelReport, Failure> {
        match source {
            Source::Folder(app) => Ok(FunnelReport::from(&self.answer(app).await?)),
            Source::Server { remote, token } => {
                remote.get(&["v1", "journeys", &self.journey, "funnel"], &question::query(self), token).await
            }
        }
    }

    async fn answer(&self, app: &App) -> Result<FunnelAnswer, Failure> {
        let request: FunnelRequest = question::request(self, &app.calendar());
        let answer = app.funnel(&JourneyId::new(self.journey.as_str()), &request).await?;
        answer.ok_or_else(|| {
            let project = app.project();
            let known = listed(project.definitions.journeys.iter().map(|it| it.id.as_str()));
            Failure::new(Exit::Usage, format!("there is no journey `{}`; there are {known}", self.journey))
        })
    }
}

/// The position of a milestone in its journey.
fn level(journey: &Journey, milestone: &str) -> Result<usize, Failure> {
    journey.milestones.iter().position(|it| it.id.as_str() == milestone).ok_or_else(|| {
        let known = listed(journey.milestones.iter().map(|it| it.id.as_str()));
        Failure::new(Exit::Usage, format!("`{}` has no milestone `{milestone}`; it has {known}", journey.id))
    })
}

fn listed<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let words: Vec<String> = words.map(|it| format!("`{it}`")).collect();
    if words.is_empty() { "none".to_owned() } else { words.join(", ") }
}
