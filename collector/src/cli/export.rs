//! `milepost export`: every stored message, ready for `milepost import`.

use super::failure::{Exit, Failure};
use super::folder::DataFolder;
use super::output;
use clap::{Args, ValueEnum};
use std::borrow::Cow;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  milepost export -o backup.jsonl              everything, to a file
  milepost export --data DIR | gzip > all.gz   everything, to another program
  milepost import backup.jsonl --data OTHER    and in again: stored once, however often
";

/// Messages read from storage at once: bounds memory, not the file.
const CHUNK: usize = 5_000;

/// Write all stored messages as Segment JSON, one a line
#[derive(Args, Debug)]
#[command(help_template = super::HELP, before_help = EXAMPLES)]
pub(super) struct Export {
    #[command(flatten)]
    data: DataFolder,

    /// Where to write, instead of stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// How to write
    #[arg(long, value_enum, default_value_t = Format::Jsonl)]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// One JSON object a line
    Jsonl,
}

impl Export {
    pub(super) async fn run(&self) -> Result<Exit, Failure> {
        let Format::Jsonl = self.format;
        let events = self.data.open_read_only()?;
        let total = events.count().await?;
        let template = "{bar:30} {human_pos}/{human_len} messages {per_sec}";
        let bar = output::progress(Some(total), self.output.is_some(), template);
        let mut sink = Sink::open(self.output.as_deref())?;
        let mut from = 0;
        let mut count: u64 = 0;
        loop {
            let (messages, next) = events.messages(from, CHUNK).await?;
            if messages.is_empty() {
                break;
            }
            for message in &messages {
                sink.line(&on_one_line(message))?;
            }
            count += messages.len() as u64;
            bar.set_position(count);
            from = next;
        }
        sink.finish()?;
        bar.finish_and_clear();
        if let Some(path) = &self.output {
            output::say(&format!("{count} messages in {}", path.display()));
        }
        Ok(Exit::Done)
    }
}

/// Messages are kept as they came, in as many lines as they came. Between the tokens of JSON a line break is only space,
/// and inside them there is none.
fn on_one_line(message: &str) -> Cow<'_, str> {
    if message.contains(['\n', '\r']) { Cow::Owned(message.replace(['\n', '\r'], " ")) } else { Cow::Borrowed(message) }
}

/// A file that gets its name when it is whole, or stdout.
struct Sink<'a> {
    writer: Box<dyn Write + Send>,
    file: Option<(&'a Path, PathBuf)>,
}

impl<'a> Sink<'a> {
    fn open(path: Option<&'a Path>) -> Result<Self, Failure> {
        let Some(path) = path else {
            return Ok(Self { writer: Box::new(BufWriter::new(std::io::stdout())), file: None });
        };
        let mut partial = path.as_os_str().to_owned();
        partial.push(".part");
        let partial = PathBuf::from(partial);
        let file = File::create(&partial).map_err(|error| {
            Failure::new(Exit::CannotCreate, format!("cannot create {}: {error}", partial.display()))
        })?;
        Ok(Self { writer: Box::new(BufWriter::new(file)), file: Some((path, partial)) })
    }

    fn line(&mut self, line: &str) -> Result<(), Failure> {
        let written = self.writer.write_all(line.as_bytes()).and_then(|()| self.writer.write_all(b"\n"));
        written.map_err(|error| Failure::writing(&error))
    }

    fn finish(mut self) -> Result<(), Failure> {
        self.writer.flush().map_err(|error| Failure::writing(&error))?;
        if let Some((path, partial)) = self.file {
            std::fs::rename(&partial, path).map_err(|error| {
                Failure::new(Exit::CannotCreate, format!("cannot name the file {}: {error}", path.display()))
            })?;
        }
        Ok(())
    }
}
