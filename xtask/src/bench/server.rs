//! A server that is measured: started, asked whether it is ready, and looked at from outside.

use crate::Failure;
use crate::run::from_root;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Clock ticks of a second in `/proc`: the same on every Linux.
const TICKS_PER_SECOND: f64 = 100.0;

/// A server that is not ready by then never will be.
const READY: Duration = Duration::from_secs(120);

pub(super) struct Server {
    child: Child,
    /// The measured process: the child, or the child's child where the child is a tracer.
    process: u32,
    pub(super) address: SocketAddr,
    /// From the start of the process to the first answer that it is ready.
    pub(super) ready_after: Duration,
}

impl Server {
    /// Starts a program; `arguments` are told the address it shall listen on.
    pub(super) fn start(
        program: &Path,
        arguments: impl FnOnce(String) -> Vec<String>,
        sync_delay: Option<Duration>,
    ) -> Result<Self, Failure> {
        let address = free_address()?;
        let mut command = match sync_delay {
            None => from_root(program),
            Some(delay) => traced(program, delay),
        };
        command.args(arguments(address.to_string())).stdout(Stdio::null()).stderr(Stdio::null()).stdin(Stdio::null());
        let started = Instant::now();
        let child = command.spawn().map_err(|error| format!("cannot start {}: {error}", program.display()))?;
        let mut server = Self { process: child.id(), child, address, ready_after: Duration::ZERO };
        while !is_ready(address) {
            if started.elapsed() > READY {
                return Err(format!("{} is not ready after {} s", program.display(), READY.as_secs()));
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        server.ready_after = started.elapsed();
        if sync_delay.is_some() {
            server.process = child_of(server.process)?;
        }
        Ok(server)
    }

    /// Processor time it has used so far, in seconds.
    pub(super) fn cpu_s(&self) -> Result<f64, Failure> {
        let stat = self.read("stat")?;
        // The name may hold spaces; what follows its bracket does not.
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let ticks = |at: usize| fields.get(at).and_then(|it| it.parse::<f64>().ok()).unwrap_or_default();
        Ok((ticks(11) + ticks(12)) / TICKS_PER_SECOND)
    }

    /// Memory, in megabytes: now (`VmRSS`), or at most so far (`VmHWM`).
    pub(super) fn memory_mb(&self, which: &str) -> Result<f64, Failure> {
        let status = self.read("status")?;
        let line = status.lines().find_map(|it| it.strip_prefix(which)).unwrap_or_default();
        let kilobytes = line.trim_start_matches(':').split_whitespace().next().and_then(|it| it.parse::<f64>().ok());
        kilobytes.map(|it| it / 1_024.0).ok_or_else(|| format!("/proc tells no {which}"))
    }

    fn read(&self, name: &str) -> Result<String, Failure> {
        let path = PathBuf::from(format!("/proc/{}/{name}", self.process));
        std::fs::read_to_string(&path).map_err(|error| format!("cannot read {}: {error}", path.display()))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // In an orderly way, so that the file is whole and closed.
        let _ = Command::new("kill").args(["-TERM", &self.process.to_string()]).status();
        let _ = self.child.wait();
    }
}

/// Every sync of the program takes so much longer. Only syncs stop at the tracer, so the rest costs what it did.
fn traced(program: &Path, delay: Duration) -> Command {
    let mut command = from_root("strace");
    command.args(["-f", "--seccomp-bpf", "-qq", "-o", "/dev/null", "-e", "trace=fsync,fdatasync"]);
    command.args(["-e", &format!("inject=fsync,fdatasync:delay_exit={}", delay.as_micros())]).arg(program);
    command
}

fn child_of(process: u32) -> Result<u32, Failure> {
    let path = format!("/proc/{process}/task/{process}/children");
    let children = std::fs::read_to_string(&path).map_err(|error| format!("cannot read {path}: {error}"))?;
    let first = children.split_whitespace().next().and_then(|it| it.parse().ok());
    first.ok_or_else(|| "the tracer has no child".to_owned())
}

fn free_address() -> Result<SocketAddr, Failure> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(|error| format!("cannot listen: {error}"))?;
    listener.local_addr().map_err(|error| format!("cannot listen: {error}"))
}

fn is_ready(address: SocketAddr) -> bool {
    let ask = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect(address)?;
        stream.write_all(b"GET /readyz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer.starts_with("HTTP/1.1 200"))
    };
    ask().unwrap_or(false)
}
