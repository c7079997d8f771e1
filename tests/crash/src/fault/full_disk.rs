//! A small disk that fills up, and has room again: a tmpfs, where one may be mounted.

use super::{FaultRun, RECOVERY_LIMIT};
use crate::connection::ask_once;
use crate::dice::Dice;
use crate::load::Load;
use crate::program::Program;
use crate::reader;
use crate::store::Store;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// Full within seconds.
const DISK_MB: usize = 64;

/// What somebody else has on the disk, and takes away later.
const OTHERS_MB: usize = 24;

const FILL_LIMIT: Duration = Duration::from_secs(90);

/// Fills the disk, looks at what still works, makes room, and compares; `false` where nothing can be mounted.
pub(super) fn fill(run: &FaultRun) -> Result<Option<String>, String> {
    let mut dice = Dice::of(run.seed, "full disk", 0);
    let mut store = Store::new()?;
    let Some(disk) = Disk::mount(&store.beside("disk"))? else { return Ok(None) };
    store.put_into(&disk.path);
    let others = disk.path.join("others");
    std::fs::write(&others, vec![7; OTHERS_MB << 20]).map_err(|error| format!("cannot fill the disk: {error}"))?;
    let program = Program::new(&run.program, &store.beside("milepost.toml"))?;
    let mut running = program.serve(&store.folder())?;
    let (port, _) = running.ready().map_err(|it| it.stderr)?;
    let load = Load::new(&store.oracle, 8, dice.next());
    load.up(port);
    let deadline = Instant::now() + FILL_LIMIT;
    while load.tally().shed == 0 {
        if Instant::now() > deadline {
            return Err(format!("nothing was shed within {FILL_LIMIT:?}: {:?}", load.tally()));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    // Time to do harm.
    std::thread::sleep(Duration::from_secs(2));
    let token = store.token()?;
    let funnel = format!("/v1/journeys/{}/funnel", crate::project::JOURNEY);
    for (path, expected) in [("/livez", 200), ("/readyz", 503), (funnel.as_str(), 200)] {
        let answer = ask_once(port, "GET", path, &[("authorization", &token)])?;
        if answer.status != expected {
            return Err(format!("on a full disk {path} is {}, expected {expected}: {}", answer.status, answer.body));
        }
    }
    std::fs::remove_file(&others).map_err(|error| format!("cannot make room: {error}"))?;
    let room = Instant::now();
    let tally = load.finish(RECOVERY_LIMIT).map_err(|it| format!("{it}\n{}", running.log()))?;
    let resumed = room.elapsed();
    load.check()?;
    store.probe(port, &mut dice)?;
    running.kill();
    let compared = reader::compare_copy(&store.oracle, &store.folder())?;
    Ok(Some(format!(
        "{} messages shed on a full disk, taken again {:.1} s after there was room; 0 of {} acked messages lost",
        tally.shed,
        resumed.as_secs_f64(),
        compared.owed
    )))
}

/// A mounted disk; dropping it takes it away.
struct Disk {
    path: PathBuf,
}

impl Disk {
    fn mount(path: &Path) -> Result<Option<Self>, String> {
        std::fs::create_dir_all(path).map_err(|error| format!("cannot make a folder: {error}"))?;
        let size = format!("size={DISK_MB}m");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(path).output();
        Ok(mounted.is_ok_and(|it| it.status.success()).then(|| Self { path: path.to_owned() }))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily: whoever still has a file open on it is about to end.
        let _ = Command::new("umount").arg("--lazy").arg(&self.path).output();
    }
}
