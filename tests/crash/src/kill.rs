//! Kill -9, again and again, at the worst moments; after each, everything owed must be there.

mod backup;
mod phase;
mod report;

pub use report::KillReport;

use crate::dice::Dice;
use crate::load::{Load, Tally};
use crate::message::Message;
use crate::program::{Program, Running};
use crate::reader::{self, EVENTS};
use crate::store::{Store, check_counters};
use crate::{age, connection, old};
use backup::Backup;
use phase::Phase;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

/// Ready again within this time, from the start of the process; without any help.
const READY_LIMIT: Duration = Duration::from_secs(2);

/// Everything that was held back gets answered by then.
const FINISH_LIMIT: Duration = Duration::from_secs(20);

/// Cycles on one data folder; each ends with a full comparison.
const CYCLES_PER_STORE: u64 = 25;

/// Cycles between two comparisons of the whole folder as the kill left it.
const COMPARE_EVERY: u64 = 5;

/// Messages that are made old at once.
const AGED: i64 = 5_000;

/// What to run.
#[derive(Clone, Debug)]
pub struct KillRun {
    pub seed: u64,
    pub cycles: u64,
    /// The `milepost` program.
    pub program: PathBuf,
    pub clients: usize,
}

/// Runs all cycles; the failure of one ends it, and names the seed.
pub fn run_kill(run: &KillRun, mut tell: impl FnMut(&str)) -> Result<KillReport, String> {
    let place = tempfile::tempdir().map_err(|error| format!("cannot make a folder: {error}"))?;
    let program = Program::new(&run.program, &place.path().join("milepost.toml"))?;
    let mut kills = Kills {
        seed: run.seed,
        clients: run.clients,
        program,
        dice: Dice::of(run.seed, "kill", 0),
        report: KillReport::new(run),
        main: None,
        start_ms: 100,
    };
    let phases = Phase::deal(run.cycles, &mut Dice::of(run.seed, "phases", 0));
    for (nth, phase) in (0..).zip(phases) {
        let started = Instant::now();
        kills.cycle(nth, phase).map_err(|failure| {
            format!("cycle {nth} ({phase}) of --seed {:#x} --cycles {}: {failure}", run.seed, run.cycles)
        })?;
        tell(&format!("cycle {nth}: {phase}, {:.1} s", started.elapsed().as_secs_f64()));
    }
    if let Some(main) = kills.main.take() {
        kills.retire(main).map_err(|failure| format!("at the end of --seed {:#x}: {failure}", run.seed))?;
    }
    kills.report.finish();
    Ok(kills.report)
}

struct Kills {
    seed: u64,
    clients: usize,
    program: Program,
    dice: Dice,
    report: KillReport,
    main: Option<Main>,
    /// How long a start takes on an empty folder, about.
    start_ms: u64,
}

/// The folder that lives through many kills.
struct Main {
    store: Store,
    load: Load,
    running: Running,
    port: u16,
    cycles: u64,
}

impl Kills {
    fn cycle(&mut self, nth: u64, phase: Phase) -> Result<(), String> {
        self.report.begin(phase);
        match phase {
            Phase::FirstStart => self.young(nth, 0),
            Phase::Migration => self.young(nth, 2_000),
            _ => {
                let mut main = match self.main.take() {
                    Some(main) => main,
                    None => self.open(nth)?,
                };
                let backup = self.at(&mut main, phase, nth)?;
                main = self.recover(main, nth)?;
                if let Some(backup) = backup {
                    let kills = if phase == Phase::Restore { 1 + self.dice.below(3) } else { 0 };
                    let compared = backup.check(&self.program, &main.store, &mut self.dice, kills)?;
                    compared.into_iter().for_each(|it| self.report.compared(it));
                }
                main.cycles += 1;
                if main.cycles >= CYCLES_PER_STORE { self.retire(main) } else { self.keep(main) }
            }
        }
    }

    fn keep(&mut self, main: Main) -> Result<(), String> {
        main.load.go_on();
        self.main = Some(main);
        Ok(())
    }

    fn open(&mut self, nth: u64) -> Result<Main, String> {
        let store = Store::new()?;
        let load = Load::new(&store.oracle, self.clients, self.seed ^ nth);
        let (running, port) = self.start(&store)?;
        load.up(port);
        Ok(Main { store, load, running, port, cycles: 0 })
    }

    fn start(&mut self, store: &Store) -> Result<(Running, u16), String> {
        let mut running = self.program.serve(&store.folder())?;
        match running.ready() {
            Ok((port, took)) if took <= READY_LIMIT => {
                self.report.ready(took);
                Ok((running, port))
            }
            Ok((_, took)) => Err(format!("ready after {took:?}, more than {READY_LIMIT:?}:\n{}", running.log())),
            Err(ended) => Err(format!("the collector did not start (exit code {:?}):\n{}", ended.code, ended.stderr)),
        }
    }

    /// Kills within the first start on a folder with so many messages of the first version, or with nothing.
    fn young(&mut self, nth: u64, old_messages: usize) -> Result<(), String> {
        let store = Store::new()?;
        if old_messages > 0 {
            old::make(&store, old_messages, &mut self.dice)?;
        }
        for _ in 0..=self.dice.below(3) {
            let running = self.program.serve(&store.folder())?;
            std::thread::sleep(Duration::from_micros(self.dice.below(self.start_ms * 1_200)));
            running.kill();
            self.report.killed();
        }
        self.report.compared(reader::compare_copy(&store.oracle, &store.folder())?);
        let load = Load::new(&store.oracle, self.clients, self.seed ^ nth);
        let (running, port) = self.start(&store)?;
        self.start_ms = self.report.ready.last().map_or(self.start_ms, |it| it.as_millis() as u64);
        load.up(port);
        std::thread::sleep(Duration::from_millis(100 + self.dice.below(200)));
        let main = self.settle(Main { store, load, running, port, cycles: 0 })?;
        self.retire(main)
    }

    /// Waits for the moment of this phase.
    fn at(&mut self, main: &mut Main, phase: Phase, nth: u64) -> Result<Option<Backup>, String> {
        match phase {
            Phase::Checkpoint => {
                // Enough for the log of changes to be written back once more.
                let file = main.store.folder().join(EVENTS);
                let before = changed(&file);
                let deadline = Instant::now() + Duration::from_secs(20);
                while changed(&file) == before && Instant::now() < deadline {
                    std::thread::sleep(Duration::from_micros(200));
                }
                if changed(&file) != before {
                    self.report.met(phase);
                }
                std::thread::sleep(Duration::from_micros(self.dice.below(12_000)));
            }
            Phase::Erase => {
                self.begin_erasing(main)?;
                self.report.met(phase);
                std::thread::sleep(Duration::from_micros(self.dice.below(120_000)));
            }
            Phase::Retention => {
                main.running.kill_now();
                main.load.down();
                self.report.killed();
                let aged = age::age(&main.store, AGED)?;
                let (running, port) = self.start(&main.store)?;
                (main.running, main.port) = (running, port);
                main.load.up(port);
                if aged > 0 {
                    self.report.met(phase);
                }
                std::thread::sleep(Duration::from_micros(self.dice.below(400_000)));
            }
            Phase::Backup | Phase::Restore => {
                std::thread::sleep(Duration::from_millis(50 + self.dice.below(200)));
                let backup = Backup::begin(&self.program, &main.store, nth)?;
                self.report.met(phase);
                std::thread::sleep(Duration::from_micros(self.dice.below(200_000)));
                return Ok(Some(backup));
            }
            Phase::Load | Phase::FirstStart | Phase::Migration => {
                std::thread::sleep(Duration::from_millis(50 + self.dice.below(1_450)));
                self.report.met(phase);
            }
        }
        Ok(None)
    }

    /// Somebody with many messages goes; the answer is not waited for.
    fn begin_erasing(&mut self, main: &Main) -> Result<(), String> {
        let user = format!("leaver-{:016x}", self.dice.next());
        let messages: Vec<Message> = (0..400).map(|_| Message::new(&mut self.dice, &user)).collect();
        main.store.send(main.port, &messages)?;
        main.store.oracle.let_go(&messages.iter().map(|it| it.id).collect::<Vec<_>>())?;
        let (port, token) = (main.port, main.store.token()?);
        std::thread::spawn(move || {
            // It is about to be killed: any end will do.
            let _ = connection::ask_once(port, "DELETE", &format!("/v1/users/{user}"), &[("authorization", &token)]);
        });
        Ok(())
    }

    fn recover(&mut self, main: Main, nth: u64) -> Result<Main, String> {
        let Main { store, load, running, cycles, .. } = main;
        let panicked = running.panicked();
        let log = running.log();
        running.kill();
        load.down();
        self.report.killed();
        if panicked {
            return Err(format!("the collector panicked:\n{log}"));
        }
        if nth.is_multiple_of(COMPARE_EVERY) {
            self.report.compared(reader::compare_copy(&store.oracle, &store.folder())?);
        }
        let (running, port) = self.start(&store)?;
        load.up(port);
        self.settle(Main { store, load, running, port, cycles })
    }

    /// Lets every client get its answers; then everything answered must be there, and go on working.
    fn settle(&mut self, main: Main) -> Result<Main, String> {
        let mut tally = main.load.finish(FINISH_LIMIT).map_err(|it| format!("{it}\n{}", main.running.log()))?;
        main.load.check()?;
        reader::check_fresh(&main.store.oracle, &main.store.folder())?;
        self.report.answered(&tally);
        add(&mut tally, &main.store.probe(main.port, &mut self.dice)?);
        check_counters(main.port, &tally)?;
        Ok(main)
    }

    /// Kills for the last time, and compares everything by both readers.
    fn retire(&mut self, main: Main) -> Result<(), String> {
        let Main { store, load, running, .. } = main;
        load.finish(FINISH_LIMIT)?;
        load.check()?;
        let live = reader::compare_live(&store.oracle, &store.folder())?;
        running.kill();
        self.report.killed();
        let killed = reader::compare_copy(&store.oracle, &store.folder())?;
        let exported = reader::compare_export(&store.oracle, &self.program, &store.folder())?;
        if live.stored != killed.stored || killed.stored != exported.stored {
            let counts = [live.stored, killed.stored, exported.stored];
            return Err(format!("three readers count {counts:?} messages (live, copied, exported)"));
        }
        self.report.compared(killed);
        self.report.retired(&store.oracle);
        Ok(())
    }
}

fn add(tally: &mut Tally, more: &Tally) {
    tally.received += more.received;
    tally.accepted += more.accepted;
}

/// When the file was last written, and its length: in WAL mode only a checkpoint does that.
fn changed(file: &Path) -> Option<(SystemTime, u64)> {
    let metadata = std::fs::metadata(file).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}
