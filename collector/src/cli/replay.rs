//! `milepost replay`: recordings and logs, played through the detector that runs in browsers.

mod dry_run;
mod learning;
mod model;
mod source;
mod tables;

use super::failure::{Exit, Failure};
use super::folder::DataFolder;
use super::output;
use crate::project::duration;
use crate::replay::{Assignments, Difference, Play, Player, Tally, Told, decision_line, first_difference, score_line};
use clap::{Args, ValueEnum};
use model::Config;
use source::Source;
use std::path::PathBuf;
use tables::Tables;

const EXAMPLES: &str = "\
Examples:
  milepost replay recording.jsonl                    what is decided, and why
  milepost replay log.jsonl --json --scores-at 60s,90s,120s
  milepost replay --data DIR --budget 3%             who would have been asked, and where
  milepost replay old.jsonl --learn warm.config      learn what is normal from a log …
  milepost replay new.jsonl --config warm.config     … and hold another against it
  milepost replay recording.jsonl --config live.config --check
";

/// Play recordings or logs from elsewhere through the hesitation detector
#[derive(Args, Debug)]
#[command(help_template = super::HELP, before_help = EXAMPLES)]
pub(super) struct Replay {
    /// Recordings or logs, one JSON object a line, or - for stdin [default: the recordings in --data]
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,

    /// What the detector is told: a config as GET /v1/config/{key} answers it, or a milepost.toml
    /// [default: with --data what its server learned last, else what Milepost ships]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    #[command(flatten)]
    data: DataFolder,

    /// Dry run: ask in this share of sessions at most, such as 3%, and show who would have been asked where
    #[arg(long, value_name = "SHARE", value_parser = share)]
    budget: Option<f64>,

    /// Learn what is normal, what it weighs and when to ask; write the config for it
    #[arg(long, value_name = "OUT", conflicts_with_all = ["check", "scores_at", "every"])]
    learn: Option<PathBuf>,

    /// Show scores at these ages of each visit, such as 60s,90s,120s
    #[arg(long, value_name = "TIMES", value_delimiter = ',', value_parser = duration::parse)]
    scores_at: Vec<u64>,

    /// Show scores each time this much of a visit passed, such as 1s
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    every: Option<u64>,

    /// Fail at the first decision that is not as it was recorded, to the letter
    #[arg(long, conflicts_with = "budget")]
    check: bool,

    /// Who may be asked [default: in recordings as it was; in logs from elsewhere and dry runs everybody]
    #[arg(long, value_enum, value_name = "WHO")]
    assignments: Option<Who>,

    /// The language of reasons, such as de [default: that of milepost.toml, or en]
    #[arg(long, value_name = "TAG")]
    language: Option<String>,

    /// Stop at the first line that cannot be read
    #[arg(long)]
    strict: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Who {
    /// By the hash of the user, as live: some are held out, some only watched
    Real,
    /// Everybody
    Treated,
}

/// `3%` or `0.03`.
fn share(text: &str) -> Result<f64, String> {
    let help = || "write a share, such as 3% or 0.03".to_owned();
    let (number, scale) = match text.trim().strip_suffix('%') {
        Some(percent) => (percent.trim_end(), 100.0),
        None => (text.trim(), 1.0),
    };
    let share = number.parse::<f64>().map_err(|_| help())? / scale;
    if share > 0.0 && share <= 1.0 { Ok(share) } else { Err(help()) }
}

impl Replay {
    pub(super) async fn run(&self, as_json: bool) -> Result<Exit, Failure> {
        let config = match &self.config {
            // Recordings of a data folder were made with what its server had learned.
            None if self.files.is_empty() => Config::of_kept(&self.data.models().await?),
            path => Config::load(path.as_deref())?,
        };
        let source = Source::new(&self.files, &self.data, self.strict, as_json)?;
        if let Some(out) = &self.learn {
            return learning::run(self, &source, config, out, as_json).await;
        }
        if let Some(budget) = self.budget {
            return dry_run::run(self, &source, config, budget, as_json).await;
        }
        self.play(&source, &config, as_json).await
    }

    async fn play(&self, source: &Source, config: &Config, as_json: bool) -> Result<Exit, Failure> {
        let play = Play { assignments: self.assignments(Assignments::Own), ..self.scores() };
        let mut player = Player::new(Some(config.model.clone()), play).with_versions(config.versions.clone());
        let mut tally = Tally { model: Some(config.model.version), ..Tally::default() };
        let mut shown = Shown::new(self, config, as_json);
        let mut difference: Option<Difference> = None;
        source
            .each_session(true, &mut tally, &mut |session, tally| {
                let played = player.play(&session, &mut |told| {
                    tally.told(&told);
                    shown.told(&told);
                });
                tally.played(&played);
                if self.check && difference.is_none() {
                    difference = first_difference(&session.id, &played, Some(config.model.version));
                }
                shown.flush()
            })
            .await?;
        shown.finish(&tally)?;
        if let Some(difference) = difference {
            return Err(Failure::new(Exit::Failed, format!("not decided as recorded: {difference}")));
        }
        Ok(exit(&tally))
    }

    fn assignments(&self, default: Assignments) -> Assignments {
        match self.assignments {
            None => default,
            Some(Who::Real) => Assignments::Real,
            Some(Who::Treated) => Assignments::Treated,
        }
    }

    /// As much of how to play as is about scores.
    fn scores(&self) -> Play {
        let signed = |ms: u64| i64::try_from(ms).unwrap_or(i64::MAX);
        Play {
            scores_at_ms: self.scores_at.iter().map(|it| signed(*it)).collect(),
            every_ms: self.every.map(signed),
            ..Play::default()
        }
    }
}

fn exit(tally: &Tally) -> Exit {
    if tally.broken > 0 { Exit::BadData } else { Exit::Done }
}

/// Where decisions and scores go: at once as JSON, at the end as tables.
struct Shown<'a> {
    language: &'a str,
    threshold: i32,
    as_json: bool,
    /// Lines not yet written.
    lines: String,
    tables: Tables,
}

/// Written in pieces of this size.
const PIECE: usize = 64 * 1024;

impl<'a> Shown<'a> {
    fn new(replay: &'a Replay, config: &'a Config, as_json: bool) -> Self {
        let language = replay.language.as_deref().unwrap_or(&config.language);
        Self { language, threshold: config.model.ask_at, as_json, lines: String::new(), tables: Tables::default() }
    }

    fn told(&mut self, told: &Told<'_>) {
        if !self.as_json {
            self.tables.told(told, self.language);
            return;
        }
        match told {
            Told::Decision { session, user, decision } => {
                self.lines.push_str(&decision_line(session, user, decision, self.language));
            }
            Told::Score(at) => self.lines.push_str(&score_line(at, Some(self.threshold))),
        }
        self.lines.push('\n');
    }

    /// Between sessions: writes what has piled up.
    fn flush(&mut self) -> Result<(), Failure> {
        if self.lines.len() >= PIECE { self.write() } else { Ok(()) }
    }

    fn write(&mut self) -> Result<(), Failure> {
        output::data(std::mem::take(&mut self.lines).as_bytes())
    }

    fn finish(mut self, tally: &Tally) -> Result<(), Failure> {
        self.write()?;
        if self.as_json { output::json(&tally.json()) } else { output::data(self.tables.finish(tally).as_bytes()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_written_as_people_do() {
        assert_eq!(share("3%"), Ok(0.03));
        assert_eq!(share(" 2.5 %"), Ok(0.025));
        assert_eq!(share("0.03"), Ok(0.03));
        for wrong in ["3", "0", "-1%", "120%", "three", "", "NaN"] {
            assert!(share(wrong).is_err(), "{wrong}");
        }
    }
}
