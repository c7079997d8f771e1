//! Where sessions come from: files, stdin, or the recordings in a data folder. Says on stderr what is odd about them.

use crate::cli::failure::{Exit, Failure};
use crate::cli::folder::DataFolder;
use crate::cli::{humane, output};
use crate::replay::{Log, Notice, Session, Tally};
use domain::reserved;
use indicatif::ProgressBar;
use serde::Deserialize;
use serde_json::json;
use std::borrow::Cow;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

/// Lines longer than this are left out: a decision is a thousandth of it.
const LINE_BYTES: u64 = 1024 * 1024;

/// Messages read from storage at once: bounds memory, not the folder.
const CHUNK: usize = 5_000;

/// Oddities shown to a person; more help nobody.
const SHOWN: u64 = 20;

pub(super) struct Source {
    from: From,
    is_strict: bool,
    as_json: bool,
}

enum From {
    Files(Vec<PathBuf>),
    Folder(DataFolder),
}

/// Takes each session when it is over.
type Take<'a> = dyn FnMut(Session, &mut Tally) -> Result<(), Failure> + 'a;

impl Source {
    pub(super) fn new(files: &[PathBuf], data: &DataFolder, is_strict: bool, as_json: bool) -> Result<Self, Failure> {
        let from = if files.is_empty() { From::Folder(data.clone()) } else { From::Files(files.to_vec()) };
        Ok(Self { from, is_strict, as_json })
    }

    /// Refuses what can be read only once.
    pub(super) fn must_be_read_again(&self) -> Result<(), Failure> {
        match &self.from {
            From::Files(files) if files.iter().any(|it| it == Path::new("-")) => {
                let help = "it is read several times: write it to a file and name that";
                Err(Failure::new(Exit::Usage, format!("stdin will not do here, {help}")))
            }
            _ => Ok(()),
        }
    }

    /// `is_first`: say what is odd; a second time it would only be said again.
    pub(super) async fn each_session(
        &self,
        is_first: bool,
        tally: &mut Tally,
        take: &mut Take<'_>,
    ) -> Result<(), Failure> {
        let report =
            Report { is_first, is_strict: self.is_strict, as_json: self.as_json, shown: 0, name: String::new() };
        let mut reading = Reading { report, tally, take, over: Vec::new(), log: Log::default() };
        match &self.from {
            From::Files(files) => {
                for path in files {
                    reading.file(path, is_first && !self.as_json)?;
                }
            }
            From::Folder(data) => reading.folder(data).await?,
        }
        reading.report.close();
        Ok(())
    }
}

struct Reading<'a, 'b> {
    report: Report,
    tally: &'a mut Tally,
    take: &'a mut Take<'b>,
    over: Vec<Session>,
    log: Log,
}

impl Reading<'_, '_> {
    fn file(&mut self, path: &Path, is_watched: bool) -> Result<(), Failure> {
        let is_stdin = path == Path::new("-");
        let shown = if is_stdin { "stdin".to_owned() } else { path.display().to_string() };
        let failed = |error: std::io::Error| Failure::new(Exit::Io, format!("cannot read {shown}: {error}"));
        let mut length = None;
        let source: Box<dyn Read> = if is_stdin {
            Box::new(std::io::stdin())
        } else {
            let file = File::open(path).map_err(failed)?;
            let metadata = file.metadata().map_err(failed)?;
            if metadata.is_dir() {
                return Err(Failure::new(Exit::Io, format!("cannot read {shown}: it is a folder")));
            }
            length = metadata.is_file().then_some(metadata.len());
            Box::new(file)
        };
        let bar = output::progress(length, is_watched, "{bar:30} {binary_bytes}/{binary_total_bytes}");
        // A session that nobody named is its file.
        let stream = path.file_stem().map_or(Cow::Borrowed("stdin"), |it| it.to_string_lossy());
        let stream = if is_stdin { "stdin" } else { &*stream };
        self.report.name.clone_from(&shown);
        let mut source = BufReader::with_capacity(256 * 1024, source);
        let mut bytes = Vec::new();
        let mut number = 0;
        loop {
            bytes.clear();
            let read = source.by_ref().take(LINE_BYTES).read_until(b'\n', &mut bytes).map_err(failed)?;
            if read == 0 {
                break;
            }
            number += 1;
            bar.inc(read as u64);
            if read as u64 == LINE_BYTES && bytes.last() != Some(&b'\n') {
                source.skip_until(b'\n').map_err(failed)?;
                self.log.lines += 1;
                self.log.reject(number, 1, format!("the line is longer than {LINE_BYTES} bytes"));
            } else {
                match std::str::from_utf8(&bytes) {
                    Ok(text) => self.log.push(stream, number, text, &mut self.over),
                    Err(error) => {
                        self.log.lines += 1;
                        self.log.reject(number, error.valid_up_to() + 1, "the line is not UTF-8".to_owned());
                    }
                }
            }
            self.hand_over(&bar)?;
        }
        self.finish(&bar)?;
        bar.finish_and_clear();
        Ok(())
    }

    /// One log of a stream for every browser; lines are numbered through.
    async fn folder(&mut self, data: &DataFolder) -> Result<(), Failure> {
        let events = data.open_read_only()?;
        self.report.name = data.path.display().to_string();
        let bar = ProgressBar::hidden();
        let (mut from, mut number) = (0, 0);
        loop {
            let (messages, next) = events.messages(from, CHUNK).await?;
            if messages.is_empty() {
                break;
            }
            for message in messages.iter().filter(|it| it.contains(reserved::INPUTS_RECORDED)) {
                let Some(piece) = Piece::read(message) else { continue };
                for line in piece.properties.lines.lines() {
                    number += 1;
                    self.log.push(piece.stream(), number, line, &mut self.over);
                    self.hand_over(&bar)?;
                }
            }
            from = next;
        }
        self.finish(&bar)
    }

    fn finish(&mut self, bar: &ProgressBar) -> Result<(), Failure> {
        let mut log = std::mem::take(&mut self.log);
        log.finish(&mut self.over);
        let handed_over = self.hand_over(bar);
        self.tally.read(&mut log);
        handed_over
    }

    fn hand_over(&mut self, bar: &ProgressBar) -> Result<(), Failure> {
        for notice in self.log.notices.drain(..) {
            self.report.tell(&notice, bar)?;
        }
        for session in self.over.drain(..) {
            (self.take)(session, self.tally)?;
        }
        Ok(())
    }
}

/// A message with a piece of a recording.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Piece<'a> {
    #[serde(borrow)]
    event: Option<Cow<'a, str>>,
    #[serde(borrow)]
    anonymous_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    user_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    properties: Properties<'a>,
}

#[derive(Deserialize)]
struct Properties<'a> {
    #[serde(borrow)]
    lines: Cow<'a, str>,
}

impl<'a> Piece<'a> {
    fn read(message: &'a str) -> Option<Self> {
        let piece: Self = serde_json::from_str(message).ok()?;
        (piece.event.as_deref() == Some(reserved::INPUTS_RECORDED)).then_some(piece)
    }

    fn stream(&self) -> &str {
        self.anonymous_id.as_deref().or(self.user_id.as_deref()).unwrap_or_default()
    }
}

/// Says on stderr what is odd about lines.
struct Report {
    is_first: bool,
    is_strict: bool,
    as_json: bool,
    shown: u64,
    /// Of the file or folder.
    name: String,
}

impl Report {
    fn tell(&mut self, notice: &Notice, bar: &ProgressBar) -> Result<(), Failure> {
        let (line, column, code, reason) = words(notice);
        if self.is_strict && matches!(notice, Notice::Broken { .. }) {
            let column = column.unwrap_or(1);
            return Err(Failure::new(Exit::BadData, format!("{}:{line}:{column}: {reason}", self.name)));
        }
        if !self.is_first {
            return Ok(());
        }
        if self.as_json {
            let json = json!({ "file": self.name, "line": line, "column": column, "code": code, "reason": reason });
            output::say(&json.to_string());
            return Ok(());
        }
        self.shown += 1;
        if self.shown <= SHOWN {
            let column = column.map(|it| format!("{it}:")).unwrap_or_default();
            let text = format!("{}:{line}:{column} {}", self.name, humane::plain(&reason));
            bar.suspend(|| output::say(&text));
        }
        Ok(())
    }

    fn close(&self) {
        if let Some(more @ 1..) = self.shown.checked_sub(SHOWN) {
            output::say(&format!("… and {more} more; --json lists them all"));
        }
    }
}

/// Line, column, code and reason.
fn words(notice: &Notice) -> (u64, Option<usize>, &'static str, String) {
    match notice {
        Notice::Broken { line, column, reason } => (*line, Some(*column), "broken", reason.clone()),
        Notice::UnknownKind { line, kind } => {
            (*line, None, "unknown_kind", format!("the kind `{kind}` is unknown; only its time and page count"))
        }
        Notice::UnknownField { line, field } => {
            (*line, None, "unknown_field", format!("the field `{field}` is unknown and left out"))
        }
        Notice::UnknownValue { line, field, value } => {
            (*line, None, "unknown_value", format!("`{field}` says `{value}`, which is unknown"))
        }
        Notice::Unsorted { line, session, by_ms } => {
            let reason = format!("{by_ms} ms before the line before in session `{session}`; the session was sorted");
            (*line, None, "unsorted", reason)
        }
        Notice::Resumed { line, session } => {
            let help = "sort the log by session";
            (*line, None, "resumed", format!("session `{session}` was taken for ended, this begins another: {help}"))
        }
    }
}
