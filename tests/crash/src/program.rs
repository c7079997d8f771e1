//! The real program: started, waited for, killed by its process id.

use crate::connection::ask_once;
use crate::project;
use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A collector that has not said where it listens by then never will.
const START_TIMEOUT: Duration = Duration::from_secs(30);

/// Lines of its log that are kept for the report of a failure.
const LINES: usize = 60;

const LOOK_EVERY: Duration = Duration::from_millis(1);

/// Which program, and what it is run under.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    pub(crate) path: PathBuf,
    /// A tracer with its arguments; the program's own come behind them.
    pub(crate) under: Vec<String>,
    /// Whether other commands can be run under the same tracer.
    pub(crate) takes_commands: bool,
    /// The definitions it reads.
    pub(crate) config: PathBuf,
}

/// The tracer's own process id is not the collector's. A line of input names a command to run beside it.
const SHELL: &str = r#""$0" "$@" </dev/null & echo "pid $!" >&2; while read -r line; do "$0" $line >&2; done; wait $!"#;

/// A started collector; dropping it kills it.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    pid: u32,
    said: Arc<Said>,
    started: Instant,
}

/// How it ended by itself.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stderr: String,
}

#[derive(Debug, Default)]
struct Said {
    state: Mutex<SaidState>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct SaidState {
    lines: VecDeque<String>,
    port: Option<u16>,
    pid: Option<u32>,
    is_over: bool,
    panicked: bool,
}

impl Program {
    pub(crate) fn new(path: &Path, config: &Path) -> Result<Self, String> {
        std::fs::write(config, project::TOML).map_err(|error| format!("cannot write the definitions: {error}"))?;
        Ok(Self { path: path.to_owned(), under: Vec::new(), takes_commands: false, config: config.to_owned() })
    }

    pub(crate) fn under(&self, tracer: Vec<String>) -> Self {
        Self { under: tracer, ..self.clone() }
    }

    /// A command on a data folder, not under the tracer.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.path);
        command.args(arguments).stdin(Stdio::null());
        quiet(&mut command);
        command
    }

    pub(crate) fn serve(&self, folder: &Path) -> Result<Running, String> {
        let mut command = match self.under.split_first() {
            None => Command::new(&self.path),
            Some((tracer, arguments)) => {
                let mut command = Command::new(tracer);
                command.args(arguments).args(["sh", "-c", SHELL]).arg(&self.path);
                command
            }
        };
        command.args(["serve", "--json", "--listen", "127.0.0.1:0", "--data"]).arg(folder);
        command.arg("--config").arg(&self.config).stdout(Stdio::null()).stderr(Stdio::piped());
        command.stdin(if self.takes_commands { Stdio::piped() } else { Stdio::null() });
        quiet(&mut command);
        let started = Instant::now();
        let mut child = command.spawn().map_err(|error| format!("cannot start {}: {error}", self.path.display()))?;
        let said = Arc::new(Said::default());
        let stderr = child.stderr.take().ok_or("the collector has no stderr")?;
        let listening = Arc::clone(&said);
        std::thread::spawn(move || listening.read(BufReader::new(stderr)));
        let pid = if self.under.is_empty() {
            child.id()
        } else {
            said.wait(started + START_TIMEOUT, |it| it.pid).ok_or("the tracer did not start the collector")?
        };
        Ok(Running { child, pid, said, started })
    }
}

/// What the environment says must not change what is tested.
fn quiet(command: &mut Command) {
    for name in ["CONFIG", "DATA", "LISTEN", "TOKEN", "KEY", "LOG", "PUBLIC_URL"] {
        command.env_remove(format!("MILEPOST_{name}"));
    }
}

impl Running {
    /// Waits until it takes messages: where, and how long that took since it was started.
    pub(crate) fn ready(&mut self) -> Result<(u16, Duration), Ended> {
        let deadline = self.started + START_TIMEOUT;
        let Some(port) = self.said.wait(deadline, |it| it.port) else { return Err(self.end()) };
        while Instant::now() < deadline {
            if ask_once(port, "GET", "/readyz", &[]).is_ok_and(|it| it.status == 200) {
                return Ok((port, self.started.elapsed()));
            }
            if self.child.try_wait().ok().flatten().is_some() {
                break;
            }
            std::thread::sleep(LOOK_EVERY);
        }
        Err(self.end())
    }

    /// Runs another command of the program under the same tracer, until it says a word.
    pub(crate) fn beside(&mut self, command: &str, word: &str) -> Result<(), String> {
        let stdin = self.child.stdin.as_mut().ok_or("the tracer takes no commands")?;
        writeln!(stdin, "{command}").map_err(|error| format!("the tracer takes no commands: {error}"))?;
        let said = self
            .said
            .wait(Instant::now() + START_TIMEOUT, |it| it.lines.iter().any(|it| it.contains(word)).then_some(()));
        said.ok_or_else(|| format!("{command} did not say {word:?}:\n{}", self.log()))
    }

    /// SIGKILL, by process id.
    pub(crate) fn kill(mut self) {
        self.kill_now();
    }

    /// SIGTERM, and waits for the end.
    pub(crate) fn stop(mut self) -> Result<ExitStatus, String> {
        signal("-TERM", self.pid);
        self.child.stdin = None;
        let deadline = Instant::now() + START_TIMEOUT;
        while Instant::now() < deadline {
            match self.child.try_wait() {
                Ok(Some(status)) => return Ok(status),
                Ok(None) => std::thread::sleep(LOOK_EVERY),
                Err(error) => return Err(format!("cannot wait for the collector: {error}")),
            }
        }
        Err(format!("the collector does not stop on SIGTERM:\n{}", self.log()))
    }

    pub(crate) fn log(&self) -> String {
        let state = self.said.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.lines.iter().map(|it| format!("  {it}\n")).collect()
    }

    pub(crate) fn panicked(&self) -> bool {
        self.said.state.lock().unwrap_or_else(PoisonError::into_inner).panicked
    }

    /// The most memory it ever had, in bytes.
    pub(crate) fn peak_memory(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid)).ok()?;
        let line = status.lines().find_map(|it| it.strip_prefix("VmHWM:"))?;
        line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|it| it * 1_024)
    }

    /// How it ended, or what it said until it had to be ended.
    fn end(&mut self) -> Ended {
        let deadline = Instant::now() + Duration::from_secs(2);
        while Instant::now() < deadline && self.child.try_wait().ok().flatten().is_none() {
            std::thread::sleep(LOOK_EVERY);
        }
        let code = self.child.try_wait().ok().flatten().and_then(|it| it.code());
        self.kill_now();
        self.said.wait(Instant::now() + Duration::from_secs(2), |it| it.is_over.then_some(()));
        Ended { code, stderr: self.log() }
    }

    pub(crate) fn kill_now(&mut self) {
        if self.child.try_wait().ok().flatten().is_some() {
            return;
        }
        self.child.stdin = None;
        if self.child.id() != self.pid {
            signal("-KILL", self.pid);
        } else {
            // It may have ended meanwhile.
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill_now();
    }
}

fn signal(name: &str, pid: u32) {
    // The process may be gone: then nothing is left to do.
    let _ = Command::new("kill").args([name, &pid.to_string()]).stderr(Stdio::null()).status();
}

impl Said {
    fn read(&self, lines: impl BufRead) {
        for line in lines.lines() {
            let Ok(line) = line else { break };
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(pid) = line.strip_prefix("pid ") {
                state.pid = pid.parse().ok();
            }
            if let Some((_, rest)) = line.split_once(r#""address":"127.0.0.1:"#) {
                state.port = rest.split('"').next().and_then(|it| it.parse().ok());
            }
            state.panicked |= line.contains("panicked at");
            state.lines.push_back(line);
            if state.lines.len() > LINES {
                state.lines.pop_front();
            }
            self.changed.notify_all();
        }
        self.state.lock().unwrap_or_else(PoisonError::into_inner).is_over = true;
        self.changed.notify_all();
    }

    /// What somebody looks for, once it was said; nothing where the program ended before.
    fn wait<T>(&self, deadline: Instant, wanted: impl Fn(&SaidState) -> Option<T>) -> Option<T> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(found) = wanted(&state) {
                return Some(found);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if state.is_over || left.is_zero() {
                return None;
            }
            state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}
