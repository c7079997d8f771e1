//! How many messages a second come to rest, what one costs, and how long their senders wait; beside the same server
//! without an engine, and beside a server that does not even read them.

use super::history::write_history;
use super::server::Server;
use crate::Failure;
use crate::places;
use crate::run::{cargo, from_root, output, run};
use std::collections::HashMap;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

const CLIENTS: [u32; 3] = [1, 8, 64];

/// Clients that keep a slow disk busy: with fewer, all of them wait for it.
const MANY_CLIENTS: u32 = 256;

/// Syncs of usual disks: <https://www.sqlite.org/wal.html> waits for one at each commit.
const SYNC_DELAYS: [Duration; 2] = [Duration::from_millis(2), Duration::from_millis(5)];

/// Messages of one batch; the load's.
const MESSAGES: f64 = 20.0;

const DEFINITIONS: &str = "demo-site/milepost.toml";

struct Options {
    seconds: u32,
    stored: usize,
}

/// What one measurement said.
struct Measured {
    per_second: f64,
    p50_ms: f64,
    p99_ms: f64,
    cpu_us: f64,
    memory_mb: f64,
}

pub(super) fn bench(arguments: &[&str]) -> Result<(), Failure> {
    let options = options(arguments)?;
    run(cargo().args(["build", "--release", "--package", "milepost", "--package", "bench"]))?;
    let folder = places::target().join("bench/ingest");
    // Of an earlier run; missing is as good as removed.
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    let clients = CLIENTS.map(|it| (it, "sdk"));
    let with_plain: Vec<(u32, &str)> = clients.into_iter().chain([(64, "plain")]).collect();
    println!("| server | messages | clients | messages/s | p50 | p99 | CPU per message | peak memory |");
    println!("|---|---|---:|---:|---:|---:|---:|---:|");
    let ceiling = |mode: &str, more: &[&str]| {
        let words: Vec<String> = [mode].iter().chain(more).map(|it| (*it).to_owned()).collect();
        Server::start(
            &program("ceiling"),
            |address| [words[0].clone(), address].into_iter().chain(words[1..].iter().cloned()).collect(),
            None,
        )
    };
    rows("answers only", &ceiling("answer", &[])?, &with_plain, &options)?;
    let read = rows("reads only", &ceiling("read", &[DEFINITIONS])?, &with_plain, &options)?;
    let server = collector(&folder.join("plain"), None)?;
    let idle_mb = server.memory_mb("VmRSS")?;
    let empty = server.ready_after;
    let stored = rows("collector", &server, &with_plain, &options)?;
    drop(server);
    if has_strace() {
        for delay in SYNC_DELAYS {
            let name = format!("collector, syncs {} ms longer", delay.as_millis());
            let server = collector(&folder.join(format!("delay-{}", delay.as_millis())), Some(delay))?;
            rows(&name, &server, &[(64, "sdk"), (MANY_CLIENTS, "sdk")], &options)?;
        }
    } else {
        println!("\nstrace is not installed: slower disks were not tried");
    }
    println!("\nOf what reading alone comes to, the collector reaches:\n");
    println!("| messages | clients | of its messages/s | of its CPU |");
    println!("|---|---:|---:|---:|");
    for (((clients, shape), read), stored) in with_plain.iter().zip(&read).zip(&stored) {
        let (speed, cpu) = (stored.per_second / read.per_second, read.cpu_us / stored.cpu_us);
        println!("| {shape} | {clients} | {:.0} % | {:.0} % |", speed * 100.0, cpu * 100.0);
    }
    println!("\nIdle: {idle_mb:.0} MB. Ready on an empty store after {:.0} ms.", empty.as_secs_f64() * 1e3);
    if options.stored > 0 {
        start_on_many(&folder.join("many"), options.stored)?;
    }
    Ok(())
}

fn options(arguments: &[&str]) -> Result<Options, Failure> {
    let mut options = Options { seconds: 8, stored: 10_000_000 };
    let mut rest = arguments.iter();
    while let Some(name) = rest.next() {
        let value = rest.next().ok_or_else(|| format!("`{name}` needs a number"))?;
        let number = || value.parse::<usize>().map_err(|_| format!("`{name} {value}`: expected a number"));
        match *name {
            "--seconds" => options.seconds = u32::try_from(number()?).unwrap_or(u32::MAX),
            "--stored" => options.stored = number()?,
            _ => return Err(super::USAGE.to_owned()),
        }
    }
    Ok(options)
}

fn rows(name: &str, server: &Server, loads: &[(u32, &str)], options: &Options) -> Result<Vec<Measured>, Failure> {
    // What is only done once is done before anything is measured.
    load(server, 8, "sdk", 1)?;
    let mut all = Vec::new();
    for (clients, shape) in loads {
        let before = server.cpu_s()?;
        let found = load(server, *clients, shape, options.seconds)?;
        let cpu_s = server.cpu_s()? - before;
        let number = |name: &str| found.get(name).copied().unwrap_or_default();
        let messages = number("requests") * MESSAGES;
        if number("failed") > 0.0 {
            println!("{name}: {} answers other than 200", number("failed"));
        }
        let measured = Measured {
            per_second: messages / number("seconds"),
            p50_ms: number("p50_us") / 1e3,
            p99_ms: number("p99_us") / 1e3,
            cpu_us: cpu_s * 1e6 / messages,
            memory_mb: server.memory_mb("VmHWM")?,
        };
        println!(
            "| {name} | {shape} | {clients} | {:.0} | {:.1} ms | {:.1} ms | {:.2} µs | {:.0} MB |",
            measured.per_second, measured.p50_ms, measured.p99_ms, measured.cpu_us, measured.memory_mb
        );
        all.push(measured);
    }
    Ok(all)
}

fn load(server: &Server, clients: u32, shape: &str, seconds: u32) -> Result<HashMap<String, f64>, Failure> {
    let arguments = [server.address.to_string(), clients.to_string(), seconds.to_string(), shape.to_owned()];
    let printed = output(from_root(program("load")).args(arguments))?;
    let pair = |it: &str| it.split_once('=').and_then(|(name, value)| Some((name.to_owned(), value.parse().ok()?)));
    Ok(printed.split_whitespace().filter_map(pair).collect())
}

fn start_on_many(data: &Path, messages: usize) -> Result<(), Failure> {
    let mut import = from_root(program("milepost"));
    import.args(["import", "-", "--config", DEFINITIONS, "--data"]).arg(data).stdin(Stdio::piped());
    let mut import = import.stdout(Stdio::null()).spawn().map_err(|error| format!("cannot start: {error}"))?;
    let written = import.stdin.take().map(|stdin| {
        let mut stdin = BufWriter::with_capacity(1 << 20, stdin);
        write_history(&mut stdin, messages).and_then(|()| stdin.flush())
    });
    let status = import.wait().map_err(|error| format!("the import was lost: {error}"))?;
    if !status.success() || written.is_none_or(|it| it.is_err()) {
        return Err(format!("the import of {messages} messages failed ({status})"));
    }
    let server = collector(data, None)?;
    println!("Ready on {messages} messages after {:.0} ms.", server.ready_after.as_secs_f64() * 1e3);
    drop(server);
    std::fs::remove_dir_all(data).map_err(|error| format!("cannot remove {}: {error}", data.display()))
}

fn collector(data: &Path, sync_delay: Option<Duration>) -> Result<Server, Failure> {
    let data = data.display().to_string();
    let arguments = |address: String| {
        ["serve", "--config", DEFINITIONS, "--data", &data, "--listen", &address].map(str::to_owned).to_vec()
    };
    Server::start(&program("milepost"), arguments, sync_delay)
}

fn program(name: &str) -> PathBuf {
    places::target().join("release").join(name)
}

fn has_strace() -> bool {
    std::process::Command::new("strace").arg("--version").stdout(Stdio::null()).status().is_ok_and(|it| it.success())
}
