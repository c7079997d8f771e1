//! A file, cut into chunks of lines; no line, however long, fills the memory.

use crate::cli::failure::{Exit, Failure};
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use tokio::sync::mpsc;

/// Lines longer than this are skipped while they are read: far above any message's limit.
const LINE_BYTES: usize = 1024 * 1024;

/// Chunks read ahead.
const AHEAD: usize = 2;

/// How much fits into one chunk.
#[derive(Clone, Copy, Debug)]
pub(super) struct ChunkLimits {
    pub(super) lines: usize,
    pub(super) bytes: usize,
}

#[derive(Debug, Default)]
pub(super) struct Chunk {
    pub(super) lines: Vec<Line>,
    /// Where the chunk ends in the file.
    pub(super) end_byte: u64,
}

#[derive(Debug)]
pub(super) struct Line {
    /// From 1.
    pub(super) number: u64,
    /// The line, or why it is none: code and reason.
    pub(super) text: Result<String, (&'static str, String)>,
}

/// Reads on a thread of its own, a little ahead.
pub(super) struct Lines {
    chunks: mpsc::Receiver<std::io::Result<Chunk>>,
    shown: String,
}

impl Lines {
    /// The lines of a file (`-` is stdin), and its length where that is known.
    pub(super) fn open(path: &Path, limits: ChunkLimits) -> Result<(Self, Option<u64>), Failure> {
        let shown = if path == Path::new("-") { "stdin".to_owned() } else { path.display().to_string() };
        let failed = |error: std::io::Error| Failure::new(Exit::Io, format!("cannot read {shown}: {error}"));
        let mut length = None;
        let source: Box<dyn Read + Send> = if path == Path::new("-") {
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
        let (sender, chunks) = mpsc::channel(AHEAD);
        std::thread::spawn(move || read_all(BufReader::with_capacity(256 * 1024, source), limits, &sender));
        Ok((Self { chunks, shown }, length))
    }

    pub(super) async fn next(&mut self) -> Result<Option<Chunk>, Failure> {
        let chunk = self.chunks.recv().await.transpose();
        chunk.map_err(|error| Failure::new(Exit::Io, format!("cannot read {}: {error}", self.shown)))
    }
}

fn read_all(mut source: impl BufRead, limits: ChunkLimits, sender: &mpsc::Sender<std::io::Result<Chunk>>) {
    let mut chunk = Chunk::default();
    let mut chunk_bytes = 0;
    let mut end_byte = 0;
    let mut number = 0;
    loop {
        let (bytes, length) = match read_line(&mut source) {
            Ok((_, 0)) => break,
            Ok(read) => read,
            Err(error) => {
                drop(sender.blocking_send(Err(error)));
                return;
            }
        };
        number += 1;
        let Some(line) = line(number, bytes, length) else {
            end_byte += length;
            continue;
        };
        let line_bytes = line.text.as_ref().map_or(0, String::len);
        if chunk.lines.len() >= limits.lines || (chunk_bytes + line_bytes > limits.bytes && !chunk.lines.is_empty()) {
            chunk.end_byte = end_byte;
            if sender.blocking_send(Ok(std::mem::take(&mut chunk))).is_err() {
                return;
            }
            chunk_bytes = 0;
        }
        end_byte += length;
        // One more for what separates it from the next.
        chunk_bytes += line_bytes + 1;
        chunk.lines.push(line);
    }
    if !chunk.lines.is_empty() {
        chunk.end_byte = end_byte;
        drop(sender.blocking_send(Ok(chunk)));
    }
}

/// One line without its end, as far as [`LINE_BYTES`], and how long it is with it.
fn read_line(source: &mut impl BufRead) -> std::io::Result<(Vec<u8>, u64)> {
    let mut kept = Vec::new();
    let mut length: u64 = 0;
    loop {
        let available = match source.fill_buf() {
            Ok(available) => available,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if available.is_empty() {
            return Ok((kept, length));
        }
        let end = available.iter().position(|it| *it == b'\n');
        let part = &available[..end.unwrap_or(available.len())];
        // One beyond the limit shows that it was passed.
        let room = (LINE_BYTES + 1).saturating_sub(kept.len());
        kept.extend_from_slice(&part[..part.len().min(room)]);
        let used = part.len() + usize::from(end.is_some());
        source.consume(used);
        length += used as u64;
        if end.is_some() {
            return Ok((kept, length));
        }
    }
}

/// What a line holds; `None` for an empty one.
fn line(number: u64, bytes: Vec<u8>, length: u64) -> Option<Line> {
    if bytes.len() > LINE_BYTES {
        let reason = format!("the line is {length} bytes long");
        return Some(Line { number, text: Err(("too_large", reason)) });
    }
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let reason = format!("the line is not UTF-8 at byte {at}");
            return Some(Line { number, text: Err(("invalid_json", reason)) });
        }
    };
    // Some programs begin a file with a byte order mark.
    let text = if number == 1 { text.trim_start_matches('\u{feff}') } else { &text };
    let text = text.trim();
    (!text.is_empty()).then(|| Line { number, text: Ok(text.to_owned()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunks(bytes: &[u8], limits: ChunkLimits) -> Vec<Chunk> {
        let (sender, mut receiver) = mpsc::channel(100);
        read_all(BufReader::with_capacity(7, bytes), limits, &sender);
        drop(sender);
        std::iter::from_fn(|| receiver.blocking_recv()).map(|it| it.expect("readable")).collect()
    }

    #[test]
    fn lines_keep_their_numbers_and_empty_ones_are_skipped() {
        let chunks = chunks(b"\xef\xbb\xbf{1}\r\n\n  {2}\n\xff\n{3}", ChunkLimits { lines: 2, bytes: 100 });
        let shown: Vec<_> =
            chunks.iter().flat_map(|it| &it.lines).map(|it| (it.number, it.text.clone().ok())).collect();
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(shown, [(1, some("{1}")), (3, some("{2}")), (4, None), (5, some("{3}"))]);
        assert_eq!(chunks.iter().map(|it| it.end_byte).collect::<Vec<_>>(), [15, 20]);
    }

    #[test]
    fn a_chunk_ends_before_it_grows_too_large() {
        let chunks = chunks(b"aaaa\nbbbb\ncccc\ndddddddddddd\n", ChunkLimits { lines: 9, bytes: 10 });
        assert_eq!(chunks.iter().map(|it| it.lines.len()).collect::<Vec<_>>(), [2, 1, 1]);
    }

    #[test]
    fn an_endless_line_does_not_fill_the_memory() {
        let mut bytes = vec![b'x'; LINE_BYTES * 2];
        bytes.extend_from_slice(b"\nok\n");
        let chunks = chunks(&bytes, ChunkLimits { lines: 9, bytes: 100 });
        let lines = &chunks[0].lines;
        assert_eq!(lines[0].text, Err(("too_large", format!("the line is {} bytes long", LINE_BYTES * 2 + 1))));
        assert_eq!(lines[1].text, Ok("ok".to_owned()));
    }
}
