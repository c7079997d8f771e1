//! Bytes that changed on the disk by themselves: the collector refuses in words, or what it serves is looked at.

use crate::connection::ask_once;
use crate::dice::Dice;
use crate::load::Load;
use crate::program::Program;
use crate::project;
use crate::reader::{self, EVENTS};
use crate::store::Store;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A file that cannot be read: `EX_IOERR`.
const REFUSAL: i32 = 74;

/// What to run.
#[derive(Clone, Debug)]
pub struct FlipRun {
    pub seed: u64,
    pub flips: u64,
    /// The `milepost` program.
    pub program: PathBuf,
}

#[derive(Clone, Debug, Default)]
pub struct FlipReport {
    pub seed: u64,
    pub flips: u64,
    /// It did not start, named the file, and exited with 74.
    pub refused_to_start: u64,
    /// It started; a question or the export was refused with an error.
    pub refused_to_answer: u64,
    /// Everything is as it was.
    pub unharmed: u64,
    /// Served without a word, with every message there and a payload that is another one.
    pub altered: u64,
    /// Served without a word, with messages missing, or counted otherwise.
    pub forgotten: u64,
}

/// What became of one flip.
enum Ending {
    RefusedToStart,
    RefusedToAnswer,
    Unharmed,
    Altered,
    Forgotten,
}

/// Flips one byte at a time, each in a fresh copy of the same folder.
pub fn run_flips(run: &FlipRun, mut tell: impl FnMut(&str)) -> Result<FlipReport, String> {
    let mut report = FlipReport { seed: run.seed, ..FlipReport::default() };
    let mut dice = Dice::of(run.seed, "flips", 0);
    let store = Store::new()?;
    let program = Program::new(&run.program, &store.beside("milepost.toml"))?;
    let golden = fill(&store, &program, &mut dice)?;
    for nth in 0..run.flips {
        let suffix = if dice.percent(70) { "" } else { "-wal" };
        let file = format!("{EVENTS}{suffix}");
        let length = std::fs::metadata(store.folder().join(&file)).map(|it| it.len()).unwrap_or_default();
        let (at, mask) = (dice.below(length), 1 + dice.below(255) as u8);
        let place = format!("byte {at} of {file} ^ {mask:#04x} (flip {nth} of --seed {:#x})", run.seed);
        let ending = flip(&store, &program, &golden, &file, at, mask).map_err(|it| format!("{place}: {it}"))?;
        report.flips += 1;
        *match ending {
            Ending::RefusedToStart => &mut report.refused_to_start,
            Ending::RefusedToAnswer => &mut report.refused_to_answer,
            Ending::Unharmed => &mut report.unharmed,
            Ending::Altered => &mut report.altered,
            Ending::Forgotten => &mut report.forgotten,
        } += 1;
        if nth % 100 == 99 {
            tell(&format!("{} flips", nth + 1));
        }
    }
    Ok(report)
}

/// Messages in the file, and some more in its log of changes; what the funnel says of them.
fn fill(store: &Store, program: &Program, dice: &mut Dice) -> Result<String, String> {
    let mut golden = String::new();
    for orderly in [true, false] {
        let mut running = program.serve(&store.folder())?;
        let (port, _) = running.ready().map_err(|it| it.stderr)?;
        for _ in 0..20 {
            store.probe(port, dice)?;
        }
        let load = Load::new(&store.oracle, 4, dice.next());
        load.up(port);
        std::thread::sleep(Duration::from_millis(150));
        load.finish(Duration::from_secs(20))?;
        load.check()?;
        golden = funnel(store.folder().as_path(), port)?.ok_or("no funnel")?;
        if orderly {
            running.stop()?;
        } else {
            running.kill();
        }
    }
    Ok(golden)
}

fn flip(store: &Store, program: &Program, golden: &str, file: &str, at: u64, mask: u8) -> Result<Ending, String> {
    let place = tempfile::tempdir().map_err(|error| format!("cannot make a folder: {error}"))?;
    reader::copy(&store.folder(), place.path())?;
    let token = store.folder().join("api-token");
    std::fs::copy(token, place.path().join("api-token")).map_err(|error| format!("cannot copy the token: {error}"))?;
    let path = place.path().join(file);
    let changed = std::fs::read(&path).and_then(|mut bytes| {
        bytes[at as usize] ^= mask;
        std::fs::write(&path, bytes)
    });
    changed.map_err(|error| format!("cannot change {}: {error}", path.display()))?;
    let mut running = program.serve(place.path())?;
    let port = match running.ready() {
        Ok((port, _)) => port,
        Err(ended) if ended.stderr.contains("panicked at") => return Err(format!("it panicked:\n{}", ended.stderr)),
        Err(ended) if ended.code == Some(REFUSAL) => {
            return if ended.stderr.contains(EVENTS) {
                Ok(Ending::RefusedToStart)
            } else {
                Err(format!("it refuses without naming the file:\n{}", ended.stderr))
            };
        }
        // It listens, and says that it is not ready.
        Err(ended) if ended.code.is_none() => return Ok(Ending::RefusedToAnswer),
        Err(ended) => return Err(format!("it ended with {:?} instead of {REFUSAL}:\n{}", ended.code, ended.stderr)),
    };
    let funnel = funnel(place.path(), port);
    let exported = reader::compare_export(&store.oracle, program, place.path());
    if running.panicked() {
        return Err(format!("it panicked:\n{}", running.log()));
    }
    Ok(match (funnel?, exported) {
        (None, _) => Ending::RefusedToAnswer,
        (_, Err(error)) if error.contains("the export failed") => Ending::RefusedToAnswer,
        (Some(funnel), Ok(_)) if funnel == golden => Ending::Unharmed,
        (Some(funnel), Err(error)) if funnel == golden && !error.contains("lost") => Ending::Altered,
        _ => Ending::Forgotten,
    })
}

/// What the API answers; nothing where it answers with an error.
fn funnel(folder: &Path, port: u16) -> Result<Option<String>, String> {
    let path = folder.join("api-token");
    let token = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let headers = [("authorization", format!("Bearer {}", token.trim()))];
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = ask_once(port, "GET", &format!("/v1/journeys/{}/funnel", project::JOURNEY), &headers)?;
    Ok((answer.status == 200).then_some(answer.body))
}

impl fmt::Display for FlipReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seed, flips, refused_to_start, refused_to_answer, unharmed, altered, forgotten } = self;
        write!(
            formatter,
            "seed {seed:#x}: {flips} flipped bytes: {refused_to_start} starts refused (exit code 74, file named), \
             {refused_to_answer} answers refused, {unharmed} without harm; unnoticed: {altered} with another payload, {forgotten} with \
             messages missing; 0 panics"
        )
    }
}
