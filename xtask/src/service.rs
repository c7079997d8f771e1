//! A program that runs beside us until we stop it: the collector, the demo site.

use crate::Failure;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How long a service may take to finish what it is doing.
const STOPPING_TIMEOUT: Duration = Duration::from_secs(20);
/// How long a service may take to answer for the first time.
const STARTING_TIMEOUT: Duration = Duration::from_secs(60);
const POLLING_INTERVAL: Duration = Duration::from_millis(100);
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(2);

/// Stops when dropped.
pub(crate) struct Service {
    name: &'static str,
    child: Child,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Service {
    /// Starts it; what it prints is passed on under its name.
    pub(crate) fn start(name: &'static str, command: &mut Command) -> Result<Self, Failure> {
        apart(command);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| format!("cannot start the {name}: {error}"))?;
        let lines = Arc::new(Mutex::new(Vec::new()));
        if let Some(stdout) = child.stdout.take() {
            pass_on(name, stdout, Arc::clone(&lines));
        }
        if let Some(stderr) = child.stderr.take() {
            pass_on(name, stderr, Arc::clone(&lines));
        }
        Ok(Self { name, child, lines })
    }

    /// Waits until `GET path` is answered with 200. `interrupted` ends the wait early.
    pub(crate) fn wait_until_ready(
        &mut self,
        port: u16,
        path: &str,
        interrupted: impl Fn() -> bool,
    ) -> Result<(), Failure> {
        let started = Instant::now();
        while !answers(port, path) {
            if interrupted() {
                return Ok(());
            }
            if let Some(status) = self.ended() {
                return Err(format!("the {} ended before it was ready ({status})", self.name));
            }
            if started.elapsed() > STARTING_TIMEOUT {
                return Err(format!("the {} does not answer on port {port} at {path}", self.name));
            }
            thread::sleep(POLLING_INTERVAL);
        }
        Ok(())
    }

    /// How it ended, if it did.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// The first line so far that satisfies a condition.
    pub(crate) fn line(&self, wanted: impl Fn(&str) -> bool) -> Option<String> {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.iter().find(|line| wanted(line)).cloned()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        if self.ended().is_some() {
            return;
        }
        ask_to_stop(&mut self.child);
        let started = Instant::now();
        while self.ended().is_none() {
            if started.elapsed() > STOPPING_TIMEOUT {
                eprintln!("the {} does not stop: killing it", self.name);
                // It may have ended meanwhile; then there is nothing left to do.
                let _ = self.child.kill();
                let _ = self.child.wait();
                return;
            }
            thread::sleep(POLLING_INTERVAL);
        }
    }
}

/// Fails if something listens on the port already; `option` is how to choose another one.
pub(crate) fn check_port_is_free(port: u16, option: &str) -> Result<(), Failure> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(_) => Ok(()),
        Err(error) => Err(format!(
            "port {port} cannot be used ({error}): stop what listens there, or choose another one with `npm start -- {option} {}`",
            port.saturating_add(1)
        )),
    }
}

/// In a process group of its own, a service does not get the terminal's Ctrl-C: we stop it, in our order.
#[cfg(unix)]
fn apart(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    command.process_group(0);
}

#[cfg(not(unix))]
fn apart(_command: &mut Command) {}

#[cfg(unix)]
fn ask_to_stop(child: &mut Child) {
    // The shell's own `kill`: the standard library only knows the one that cannot be refused.
    let asked = Command::new("sh").args(["-c", "kill -TERM \"$0\"", &child.id().to_string()]).status();
    if !asked.is_ok_and(|it| it.success()) {
        let _ = child.kill();
    }
}

#[cfg(not(unix))]
fn ask_to_stop(child: &mut Child) {
    let _ = child.kill();
}

fn pass_on(name: &'static str, from: impl Read + Send + 'static, lines: Arc<Mutex<Vec<String>>>) {
    /// Enough for what a service says while it starts; later lines are shown but not kept.
    const LINES_KEPT: usize = 200;
    thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            eprintln!("{name:<9} | {line}");
            let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
            if lines.len() < LINES_KEPT {
                lines.push(line);
            }
        }
    });
}

fn answers(port: u16, path: &str) -> bool {
    let ask = || -> std::io::Result<String> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let mut stream = TcpStream::connect_timeout(&address, CONNECTION_TIMEOUT)?;
        stream.set_read_timeout(Some(CONNECTION_TIMEOUT))?;
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n")?;
        let mut status_line = String::new();
        BufReader::new(stream).read_line(&mut status_line)?;
        Ok(status_line)
    };
    ask().is_ok_and(|it| it.contains(" 200 "))
}
