//! `milepost import`: messages from a file, each stored once however often it is imported.

mod lines;
mod target;

use super::definitions::{ConfigFile, read_secret_file};
use super::failure::{Exit, Failure};
use super::folder::DataFolder;
use super::output;
use super::remote::Remote;
use clap::Args;
use indicatif::ProgressBar;
use lines::{Chunk, Lines};
use serde::Serialize;
use serde_json::json;
use std::path::PathBuf;
use target::{Ended, Target};

const EXAMPLES: &str = "\
Examples:
  milepost import history.jsonl                          into ./milepost-data
  gunzip -c all.gz | milepost import - --data DIR        from another program
  milepost import history.jsonl --url https://milepost.example.com --key-file server-key
";

/// Bad lines shown to a person; more help nobody.
const SHOWN: u64 = 20;

/// Bring in Segment messages, one JSON object a line
#[derive(Args, Debug)]
#[command(help_template = super::HELP, before_help = EXAMPLES)]
pub(super) struct Import {
    /// The messages, or - for stdin
    #[arg(value_name = "FILE")]
    file: PathBuf,

    #[command(flatten)]
    config: ConfigFile,

    #[command(flatten)]
    data: DataFolder,

    /// A running server to send to, instead of a data folder
    #[arg(long, value_name = "URL")]
    url: Option<String>,

    /// A file that holds a server key, for --url [or the environment variable MILEPOST_KEY]
    #[arg(long, value_name = "FILE", requires = "url")]
    key_file: Option<PathBuf>,
}

#[derive(Debug, Default, Serialize)]
struct Summary {
    received: u64,
    accepted: u64,
    duplicate: u64,
    rejected: u64,
    shed: u64,
    /// Accepted without a `messageId` of their own: importing them again would store them again.
    without_id: u64,
}

impl Import {
    pub(super) async fn run(&self, as_json: bool) -> Result<Exit, Failure> {
        let target = self.target().await?;
        let (mut lines, bytes) = Lines::open(&self.file, target.limits())?;
        let template = if bytes.is_some() {
            "{bar:30} {binary_bytes}/{binary_total_bytes} {msg}"
        } else {
            "{spinner} {binary_bytes} {msg}"
        };
        let bar = output::progress(bytes, !as_json, template);
        let mut summary = Summary::default();
        let mut report = Report { as_json, bar: &bar, shown: 0 };
        while let Some(chunk) = lines.next().await? {
            let ended = target.take(&chunk).await?;
            summary.add(&chunk, &ended, &mut report);
            bar.set_position(chunk.end_byte);
            bar.set_message(format!("{} lines", summary.received));
        }
        target.settle().await?;
        bar.finish_and_clear();
        report.close(&summary);
        summary.show(as_json)?;
        Ok(match &summary {
            Summary { rejected: 1.., .. } => Exit::BadData,
            Summary { shed: 1.., .. } => Exit::Failed,
            _ => Exit::Done,
        })
    }

    async fn target(&self) -> Result<Target, Failure> {
        let Some(url) = &self.url else {
            return Ok(Target::Folder(Box::new(self.data.open(self.config.load()?).await?)));
        };
        let key = match &self.key_file {
            Some(path) => read_secret_file(path).map_err(|error| {
                Failure::new(Exit::Io, format!("cannot read the key file {}: {error}", path.display()))
            })?,
            None => std::env::var("MILEPOST_KEY").map_err(|_| {
                let help = "name its file with --key-file or set MILEPOST_KEY";
                Failure::new(Exit::Usage, format!("sending to a server takes a server key: {help}"))
            })?,
        };
        Ok(Target::Server { remote: Remote::new(url)?, key })
    }
}

impl Summary {
    fn add(&mut self, chunk: &Chunk, ended: &[Ended], report: &mut Report<'_>) {
        for (line, ended) in chunk.lines.iter().zip(ended) {
            self.received += 1;
            match ended {
                Ended::Accepted { has_id } => {
                    self.accepted += 1;
                    self.without_id += u64::from(!has_id);
                }
                Ended::Duplicate => self.duplicate += 1,
                Ended::Rejected { code, reason, message_id } => {
                    self.rejected += 1;
                    report.rejected(line.number, code, reason, message_id.as_deref());
                }
                Ended::Shed => {
                    self.shed += 1;
                    report.shed(line.number);
                }
            }
        }
    }

    fn show(&self, as_json: bool) -> Result<(), Failure> {
        if as_json {
            return output::json(self);
        }
        let Self { received, accepted, duplicate, rejected, shed, .. } = self;
        let text = format!(
            "{received} received: {accepted} accepted, {duplicate} duplicate, {rejected} rejected, {shed} shed\n"
        );
        output::data(text.as_bytes())
    }
}

/// Says on stderr which lines were not stored, and why.
struct Report<'a> {
    as_json: bool,
    bar: &'a ProgressBar,
    shown: u64,
}

impl Report<'_> {
    fn rejected(&mut self, number: u64, code: &str, reason: &str, message_id: Option<&str>) {
        if self.as_json {
            let line = json!({ "line": number, "code": code, "reason": reason, "messageId": message_id });
            output::say(&line.to_string());
        } else {
            self.say(format!("line {number}: {code}: {}", super::humane::plain(reason)));
        }
    }

    fn shed(&mut self, number: u64) {
        if self.as_json {
            output::say(&json!({ "line": number, "code": "shed", "reason": "storage is busy" }).to_string());
        } else {
            self.say(format!("line {number}: shed: storage is busy; import the file again"));
        }
    }

    fn say(&mut self, text: String) {
        self.shown += 1;
        if self.shown <= SHOWN {
            self.bar.suspend(|| output::say(&text));
        }
    }

    fn close(&self, summary: &Summary) {
        if self.as_json {
            return;
        }
        if let Some(more @ 1..) = self.shown.checked_sub(SHOWN) {
            output::say(&format!("… and {more} more; --json lists them all"));
        }
        if summary.without_id > 0 {
            output::say(&format!(
                "without a `messageId`: {} of them; importing those again would store them again",
                summary.without_id
            ));
        }
    }
}
