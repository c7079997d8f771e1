//! Runs worth cutting: each is recorded with what was on the disk before it.

use super::PowerCutRun;
use super::wire::BACKED_UP;
use crate::connection::{Connection, ask_once};
use crate::dice::Dice;
use crate::load::Load;
use crate::message::Message;
use crate::platter::Platter;
use crate::program::Program;
use crate::reader::EVENTS;
use crate::store::Store;
use crate::{age, old, project, trace};
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Messages in a folder that is not new.
const BEFORE: u64 = 6_000;

/// Messages that are made old.
const AGED: i64 = 3_000;

/// A tracer makes everything slow.
const FINISH_LIMIT: Duration = Duration::from_secs(60);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scenario {
    /// From an empty folder to an orderly stop.
    FirstStart,
    /// From a folder of the first version.
    Migration,
    /// From a folder that a kill left behind, so that there is a log of changes to recover.
    Restart,
    /// Leases of prompts, beside messages.
    Desk,
    /// People go, so that rows are taken out and the log of changes is emptied again and again.
    Erase,
    /// Old messages are deleted.
    Retention,
    /// A backup is taken by another process.
    Backup,
    /// So many messages that the log of changes is written back under load.
    Checkpoint,
}

/// A trace, and what it is held against.
pub(super) struct Recorded {
    pub(super) store: Store,
    pub(super) trace: PathBuf,
    /// Acked before the trace began.
    pub(super) before: Vec<Uuid>,
    /// Acked before the backup began.
    pub(super) before_backup: Vec<Uuid>,
    /// The data folder as it was before, kept aside.
    had_folder: bool,
    snapshot: PathBuf,
}

impl Scenario {
    pub(super) const ALL: &[Self] = &[
        Self::FirstStart,
        Self::Migration,
        Self::Restart,
        Self::Desk,
        Self::Erase,
        Self::Retention,
        Self::Backup,
        Self::Checkpoint,
    ];
    pub(super) const SHORT: &[Self] = &[Self::FirstStart, Self::Erase];

    pub(super) fn record(self, run: &PowerCutRun) -> Result<Recorded, String> {
        let store = Store::new()?;
        let mut dice = Dice::of(run.seed, "scenario", self as u64);
        let program = Program::new(&run.program, &store.beside("milepost.toml"))?;
        let time = Duration::from_millis(if run.is_short { 250 } else { 1_500 });
        match self {
            Self::Migration => old::make(&store, 500, &mut dice)?,
            Self::Restart | Self::Retention => {
                let mut running = program.serve(&store.folder())?;
                let load = Load::new(&store.oracle, 8, dice.next());
                load.up(running.ready().map_err(|it| it.stderr)?.0);
                let deadline = Instant::now() + FINISH_LIMIT;
                while store.oracle.acked() < BEFORE && Instant::now() < deadline {
                    std::thread::sleep(Duration::from_millis(20));
                }
                running.kill();
                load.down();
                load.check()?;
                if self == Self::Retention && age::age(&store, AGED)? == 0 {
                    return Err("too few messages to make some old".to_owned());
                }
            }
            _ => {}
        }
        let before = store.oracle.owed();
        let mut recorded = Recorded {
            had_folder: store.folder().is_dir(),
            snapshot: store.beside("before"),
            trace: store.beside("trace.log"),
            before,
            before_backup: Vec::new(),
            store,
        };
        if recorded.had_folder {
            copy_folder(&recorded.store.folder(), &recorded.snapshot)?;
        }
        self.perform(&mut recorded, &program, dice, time)?;
        Ok(recorded)
    }

    fn perform(self, recorded: &mut Recorded, program: &Program, mut dice: Dice, time: Duration) -> Result<(), String> {
        let store = &recorded.store;
        let mut traced = program.under(trace::tracer(&recorded.trace));
        traced.takes_commands = true;
        let mut running = traced.serve(&store.folder())?;
        let (port, _) = running.ready().map_err(|it| format!("the collector did not start:\n{}", it.stderr))?;
        let load = Load::new(&store.oracle, 8, dice.next());
        load.up(port);
        let deadline = Instant::now() + time;
        match self {
            Self::Desk => {
                while Instant::now() < deadline {
                    lease(port, &mut dice)?;
                }
            }
            Self::Erase => {
                while Instant::now() < deadline {
                    erase(store, port, &mut dice)?;
                }
            }
            Self::Backup => {
                std::thread::sleep(time / 4);
                recorded.before_backup = store.oracle.owed();
                let (data, to) = (store.folder(), recorded.backup());
                running.beside(&format!("backup --data {} --to {}", data.display(), to.display()), BACKED_UP)?;
                std::thread::sleep(time / 4);
            }
            Self::Checkpoint => {
                let length = || std::fs::metadata(store.folder().join(EVENTS)).map(|it| it.len()).unwrap_or_default();
                let (before, limit) = (length(), Instant::now() + Duration::from_secs(120));
                while length() == before && Instant::now() < limit {
                    std::thread::sleep(Duration::from_millis(5));
                }
                std::thread::sleep(time / 2);
            }
            Self::FirstStart | Self::Migration | Self::Restart | Self::Retention => std::thread::sleep(time),
        }
        load.finish(FINISH_LIMIT)?;
        load.check()?;
        let status = running.stop()?;
        if status.success() { Ok(()) } else { Err(format!("the traced collector ended with {status}")) }
    }
}

/// Asks for a prompt in a browser that never had one.
fn lease(port: u16, dice: &mut Dice) -> Result<(), String> {
    let key = project::BROWSER_KEY;
    let browser = format!("browser-{:016x}", dice.next());
    let wish = format!(
        r#"{{"writeKey":"{key}","anonymousId":"{browser}","sessionId":"s","sessions":3,"prompt":"nps","kind":"popover","trigger":"message","language":"en","page":"/"}}"#
    );
    let headers = [("content-type", "text/plain"), ("origin", "https://app.example.com")];
    let answer = Connection::open(port)
        .and_then(|mut it| it.ask("POST", "/v1/lease", &headers, &wish))
        .map_err(|error| format!("cannot ask for a lease: {error}"))?;
    if answer.body.starts_with("lease\tgranted\t") {
        Ok(())
    } else {
        Err(format!("a lease was answered {}: {}", answer.status, answer.body))
    }
}

/// Somebody with some messages comes and goes.
fn erase(store: &Store, port: u16, dice: &mut Dice) -> Result<(), String> {
    let user = format!("leaver-{:016x}", dice.next());
    let messages: Vec<Message> = (0..40).map(|_| Message::new(dice, &user)).collect();
    store.send(port, &messages)?;
    store.oracle.let_go(&messages.iter().map(|it| it.id).collect::<Vec<_>>())?;
    let token = store.token()?;
    let answer = ask_once(port, "DELETE", &format!("/v1/users/{user}"), &[("authorization", &token)])?;
    if answer.status == 200 { Ok(()) } else { Err(format!("erasing was answered {}: {}", answer.status, answer.body)) }
}

impl Recorded {
    /// Where the backup goes.
    pub(super) fn backup(&self) -> PathBuf {
        self.root().join("backup")
    }

    /// All files of the run are below it.
    pub(super) fn root(&self) -> &Path {
        self.snapshot.parent().unwrap_or(&self.snapshot)
    }

    /// The disk before the trace began.
    pub(super) fn platter(&self) -> Result<Platter, String> {
        Platter::of(self.root(), &[(&self.snapshot, &self.store.folder())])
    }

    /// Leaves everything where it is, for somebody to look at.
    pub(super) fn keep(&self) -> PathBuf {
        let kept = self.root().with_extension("kept");
        let moved = std::fs::rename(self.root(), &kept);
        if moved.is_ok() { kept.join("trace.log") } else { self.trace.clone() }
    }
}

fn copy_folder(from: &Path, to: &Path) -> Result<(), String> {
    let copy = || -> std::io::Result<()> {
        std::fs::create_dir_all(to)?;
        for entry in std::fs::read_dir(from)? {
            let entry = entry?;
            if entry.path().is_file() {
                std::fs::copy(entry.path(), to.join(entry.file_name()))?;
            }
        }
        Ok(())
    };
    copy().map_err(|error| format!("cannot copy {}: {error}", from.display()))
}

impl fmt::Display for Scenario {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::FirstStart => "first start",
            Self::Migration => "migration",
            Self::Restart => "restart",
            Self::Desk => "desk",
            Self::Erase => "erase",
            Self::Retention => "retention",
            Self::Backup => "backup",
            Self::Checkpoint => "checkpoint",
        })
    }
}
