//! A server on a data folder, a client that remembers what it was promised, and the tools that make disks fail.

use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

pub(crate) const DEFINITIONS: &str = r#"
[project]
name = "Ledgerly"

[[key]]
id = "wk"
kind = "browser"
origins = ["*"]

[[journey]]
id = "onboarding"

[[journey.milestone]]
id = "signed-up"
rule = { event = "Signed Up" }

[[journey.milestone]]
id = "invoice-sent"
rule = { event = "Invoice Sent" }
"#;

/// Nothing that is waited for takes longer, even on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A folder with definitions and a data folder in it, or beside it.
pub(crate) struct Place {
    folder: TempDir,
    pub(crate) data: PathBuf,
}

pub(crate) struct Ran {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: Option<i32>,
}

impl Place {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let data = folder.path().join("data");
        let place = Self { folder, data };
        place.write("milepost.toml", DEFINITIONS);
        place
    }

    /// With its data on a disk of its own.
    pub(crate) fn on(disk: &SmallDisk) -> Self {
        let mut place = Self::new();
        place.data = disk.path().join("data");
        place
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).expect("a file");
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_milepost"));
        command.args(arguments).current_dir(self.folder.path());
        for name in ["CONFIG", "LISTEN", "TOKEN", "KEY", "LOG", "PUBLIC_URL", "DISK_RESERVE", "DISK_BALLAST"] {
            command.env_remove(format!("MILEPOST_{name}"));
        }
        command.env("MILEPOST_DATA", &self.data);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    #[track_caller]
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        let output = self.command(arguments).output().expect("the program runs");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Ran { stdout: text(output.stdout), stderr: text(output.stderr), code: output.status.code() }
    }

    /// Runs what must work.
    #[track_caller]
    pub(crate) fn done(&self, arguments: &[&str]) -> String {
        let ran = self.run(arguments);
        assert_eq!(ran.code, Some(0), "{arguments:?}: {}{}", ran.stdout, ran.stderr);
        ran.stdout
    }

    /// The ids in the log; each once, in a file that SQLite finds whole.
    #[track_caller]
    pub(crate) fn stored(&self) -> BTreeSet<String> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
        let connection = Connection::open_with_flags(self.data.join("events.sqlite"), flags).expect("the log");
        let sound: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("checked");
        assert_eq!(sound, "ok");
        let mut statement = connection
            .prepare("SELECT CASE typeof(id) WHEN 'text' THEN id ELSE hex(id) END FROM message")
            .expect("a query");
        let ids = statement.query_map([], |row| row.get::<_, String>(0)).expect("ids");
        let ids: Vec<String> = ids.map(|it| it.expect("an id as text")).collect();
        let count = ids.len();
        let distinct: BTreeSet<String> = ids.into_iter().collect();
        assert_eq!(distinct.len(), count, "an id is stored once");
        distinct
    }
}

/// A running server on a port of its own; ends with the test.
pub(crate) struct Server {
    child: Child,
    address: String,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Server {
    #[track_caller]
    pub(crate) fn start(place: &Place, more: &[&str]) -> Self {
        let mut arguments = vec!["serve", "--listen", "127.0.0.1:0", "--json"];
        arguments.extend(more);
        let mut child = place.command(&arguments).spawn().expect("a server");
        let mut log = BufReader::new(child.stderr.take().expect("stderr"));
        let mut server = Self { child, address: String::new() };
        let line = wait_for(&mut log, "\"listening\"");
        // A log that nobody reads would stop the server once the pipe is full.
        std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
        let entry: Value = serde_json::from_str(&line).expect("a log line in JSON");
        server.address = entry["fields"]["address"].as_str().expect("an address").to_owned();
        server
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn kill(mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("gone");
    }

    /// Asks it to stop; its exit code.
    #[cfg(unix)]
    pub(crate) fn stop(mut self) -> Option<i32> {
        let sent = Command::new("kill").args(["-TERM", &self.id().to_string()]).status().expect("a signal");
        assert!(sent.success());
        self.child.wait().expect("gone").code()
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask(&format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"))
    }

    pub(crate) fn get_with_token(&self, path: &str, token: &str) -> Answer {
        let token = token.trim();
        self.ask(&format!(
            "GET {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\r\n"
        ))
    }

    fn ask(&self, request: &str) -> Answer {
        let mut stream = TcpStream::connect(&self.address).expect("a connection");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
        stream.write_all(request.as_bytes()).expect("sent");
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("an answer");
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).and_then(|it| it.parse().ok()).expect("a status");
        Answer { status, head: head.to_ascii_lowercase(), body: body.to_owned() }
    }

    /// Waits until a probe says so; how long it took.
    #[track_caller]
    pub(crate) fn until_ready(&self) -> Duration {
        let started = Instant::now();
        loop {
            let answer = self.get("/readyz");
            if answer.status == 200 {
                return started.elapsed();
            }
            assert!(started.elapsed() < PATIENCE, "never ready again: {}", answer.body);
            std::thread::yield_now();
        }
    }

    /// Waits until a probe gives this reason.
    #[track_caller]
    pub(crate) fn until_not_ready(&self, code: &str) {
        let started = Instant::now();
        while self.get("/readyz").code() != code {
            assert!(started.elapsed() < PATIENCE, "readiness never said {code}");
            std::thread::yield_now();
        }
    }

    pub(crate) fn metric(&self, name: &str) -> f64 {
        let text = self.get("/metrics").body;
        let line = text.lines().find(|it| it.strip_prefix(name).is_some_and(|rest| rest.starts_with(' ')));
        line.and_then(|it| it.rsplit(' ').next()).and_then(|it| it.parse().ok()).unwrap_or(f64::NAN)
    }
}

/// Reads a log up to a line that holds this.
#[track_caller]
fn wait_for(log: &mut BufReader<ChildStderr>, wanted: &str) -> String {
    let (mut line, mut all) = (String::new(), String::new());
    while log.read_line(&mut line).expect("a log") > 0 {
        if line.contains(wanted) {
            return line;
        }
        all.push_str(&line);
        line.clear();
    }
    panic!("the log ended without {wanted}: {all}");
}

impl Answer {
    /// The code of an error.
    pub(crate) fn code(&self) -> String {
        let body: Value = serde_json::from_str(&self.body).unwrap_or_default();
        body["error"]["code"].as_str().unwrap_or_default().to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Sends messages with ids of their own, and remembers what became of them.
#[derive(Default)]
pub(crate) struct Client {
    next: u64,
    /// Answered as stored.
    pub(crate) accepted: BTreeSet<String>,
    /// Sent at all.
    pub(crate) issued: BTreeSet<String>,
}

impl Client {
    /// A batch of new messages: its status, and its outcomes in the order of the messages.
    #[track_caller]
    pub(crate) fn send(&mut self, server: &Server, messages: u64, bytes: usize) -> Answer {
        let ids: Vec<String> = (0..messages).map(|nth| format!("m-{:08}", self.next + nth)).collect();
        self.next += messages;
        self.send_again(server, &ids, bytes)
    }

    #[track_caller]
    pub(crate) fn send_again(&mut self, server: &Server, ids: &[String], bytes: usize) -> Answer {
        let messages: Vec<Value> = ids
            .iter()
            .map(|id| {
                json!({ "type": "track", "messageId": id, "userId": format!("u-{}", id.len()), "event": "Signed Up",
                        "properties": { "padding": "x".repeat(bytes) } })
            })
            .collect();
        self.issued.extend(ids.iter().cloned());
        let body = json!({ "writeKey": "wk", "batch": messages }).to_string();
        let answer = server.ask(&format!(
            "POST /v1/batch HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
             connection: close\r\n\r\n{body}",
            body.len()
        ));
        let outcomes: Value = serde_json::from_str(&answer.body).unwrap_or_default();
        for (id, outcome) in ids.iter().zip(outcomes["outcomes"].as_array().into_iter().flatten()) {
            match outcome["outcome"].as_str() {
                // A duplicate is told that it is stored.
                Some("accepted" | "duplicate") => drop(self.accepted.insert(id.clone())),
                Some("shed") => {
                    assert_eq!(answer.status, 503);
                    assert!(answer.head.contains("\r\nretry-after: "), "{}", answer.head);
                }
                other => panic!("{other:?}: {}", answer.body),
            }
        }
        answer
    }

    /// What was promised is there, and nothing else is.
    #[track_caller]
    pub(crate) fn check(&self, stored: &BTreeSet<String>) {
        let lost: Vec<&String> = self.accepted.difference(stored).collect();
        assert!(lost.is_empty(), "{} accepted messages are lost, such as {:?}", lost.len(), lost.first());
        assert!(stored.is_subset(&self.issued), "something is stored that nobody sent");
    }
}

/// A file system of its own size; gone with the test.
pub(crate) struct SmallDisk {
    folder: TempDir,
}

impl SmallDisk {
    /// `None` where mounting is not permitted, which is said.
    pub(crate) fn of(megabytes: u64) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let size = format!("size={megabytes}m");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder.path()).output();
        if mounted.is_ok_and(|it| it.status.success()) {
            return Some(Self { folder });
        }
        println!("skipped: no file system can be mounted here");
        None
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Another program's file takes what is free, but for so much.
    pub(crate) fn fill(&self, leaving: u64) -> PathBuf {
        let path = self.path().join("filler");
        let mut file = std::fs::File::create(&path).expect("a file");
        let block = vec![7; 64 * 1024];
        while self.free() > leaving + block.len() as u64 {
            file.write_all(&block).expect("written");
        }
        if leaving == 0 {
            while file.write(&block[..4096]).is_ok_and(|it| it > 0) {}
        }
        path
    }

    pub(crate) fn free(&self) -> u64 {
        let found = rustix::fs::statvfs(self.path()).expect("a file system");
        found.f_bavail * found.f_frsize
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: whatever still holds a file there ends with the test.
        drop(Command::new("umount").arg("-l").arg(self.folder.path()).status());
    }
}

/// Makes system calls of one thread fail; lets go of it in the end.
pub(crate) struct Injection {
    strace: Child,
    log: PathBuf,
}

impl Injection {
    /// `None` where it is not permitted, which is said.
    pub(crate) fn into_writer(place: &Place, server: &Server, inject: &str) -> Option<Self> {
        let Some(thread) = writing_thread(server.id()) else {
            println!("skipped: threads cannot be found here");
            return None;
        };
        let log = place.path("strace.log");
        let mut command = Command::new("strace");
        command.args(["-e", "trace=fsync,fdatasync,close,openat", "-e", inject, "-o"]).arg(&log);
        command.args(["-p", &thread.to_string()]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let Ok(mut strace) = command.spawn() else {
            println!("skipped: strace is not installed");
            return None;
        };
        let mut said = String::new();
        let mut lines = BufReader::new(strace.stderr.take().expect("stderr"));
        lines.read_line(&mut said).expect("a line");
        if !said.contains("attached") {
            println!("skipped: strace may not attach here: {said}");
            drop(strace.wait());
            return None;
        }
        // What it says later must not block it.
        std::thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
        Some(Self { strace, log })
    }

    /// Lets the thread be; what it saw.
    pub(crate) fn end(mut self) -> String {
        self.interrupt();
        std::fs::read_to_string(&self.log).expect("what strace saw")
    }

    fn interrupt(&mut self) {
        if self.strace.try_wait().is_ok_and(|it| it.is_some()) {
            return;
        }
        drop(Command::new("kill").args(["-INT", &self.strace.id().to_string()]).status());
        drop(self.strace.wait());
    }
}

impl Drop for Injection {
    fn drop(&mut self) {
        self.interrupt();
    }
}

fn writing_thread(process: u32) -> Option<u32> {
    let threads = std::fs::read_dir(format!("/proc/{process}/task")).ok()?;
    let is_writer =
        |path: &Path| std::fs::read_to_string(path.join("comm")).is_ok_and(|it| it.trim() == "milepost-writer");
    let thread = threads.flatten().map(|it| it.path()).find(|it| is_writer(it))?;
    thread.file_name()?.to_str()?.parse().ok()
}

pub(crate) fn has_strace() -> bool {
    let is_there = Command::new("strace").arg("--version").output().is_ok_and(|it| it.status.success());
    if !is_there {
        println!("skipped: strace is not installed");
    }
    is_there
}
