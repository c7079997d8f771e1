//! A real server in a folder of its own, and clients that speak bytes.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const PROJECT: &str = r#"
[project]
name = "Door"

[[key]]
id = "wk"
kind = "browser"
origins = ["*"]

[[key]]
id = "sk"
kind = "server"

[[journey]]
id = "onboarding"

[[journey.milestone]]
id = "signed-up"
rule = { event = "Signed Up" }
"#;

/// A client that waits longer for a server is the one that fails.
const CLIENT_PATIENCE: Duration = Duration::from_secs(60);

/// Whether the long form was asked for, with the figures of a real server.
pub(crate) fn is_long() -> bool {
    std::env::var("DOOR").is_ok_and(|it| it == "long")
}

/// One size for CI, one for the record.
pub(crate) fn sized(short: usize, long: usize) -> usize {
    if is_long() { long } else { short }
}

/// A line for `docs/reference/performance.md`.
#[expect(clippy::print_stdout, reason = "figures are what the long form is run for")]
pub(crate) fn figure(what: &str, found: impl std::fmt::Display) {
    println!("figure | {what} | {found} |");
}

pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
    folder: TempDir,
    log: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// `limits` are lines of `[limits]`.
    pub(crate) fn start(limits: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(folder.path().join("milepost.toml"), format!("{PROJECT}\n[limits]\n{limits}\n"))
            .expect("a file");
        let mut command = Command::new(env!("CARGO_BIN_EXE_milepost"));
        command.args(["serve", "--listen", "127.0.0.1:0", "--json"]).current_dir(folder.path());
        for name in ["CONFIG", "DATA", "LISTEN", "LOG", "PUBLIC_URL"] {
            command.env_remove(format!("MILEPOST_{name}"));
        }
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("a server");
        let mut lines = BufReader::new(child.stderr.take().expect("stderr")).lines();
        let log = Arc::new(Mutex::new(Vec::new()));
        let address = loop {
            let line = lines.next().unwrap_or_else(|| panic!("the server ended: {log:?}")).expect("text");
            let entry: serde_json::Value = serde_json::from_str(&line).unwrap_or_default();
            if let Some(address) = entry["fields"]["address"].as_str() {
                break address.parse().expect("an address");
            }
            log.lock().expect("no panic").push(line);
        };
        let kept = Arc::clone(&log);
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                kept.lock().expect("no panic").push(line);
            }
        });
        Self { child, address, folder, log }
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).expect("a connection");
        stream.set_read_timeout(Some(CLIENT_PATIENCE)).expect("a time-out");
        stream.set_write_timeout(Some(CLIENT_PATIENCE)).expect("a time-out");
        stream.set_nodelay(true).expect("an option");
        stream
    }

    /// One request on a connection of its own.
    pub(crate) fn ask(&self, request: impl AsRef<[u8]>) -> Reply {
        let mut stream = self.connect();
        // A server that has heard enough may answer before all was sent.
        let _ = stream.write_all(request.as_ref());
        Reply::read(&mut stream).expect("an answer")
    }

    pub(crate) fn metrics(&self) -> BTreeMap<String, u64> {
        let reply = self.ask("GET /metrics HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
        assert_eq!(reply.status, 200, "{}", reply.text());
        let lines = reply.text();
        let samples = lines.lines().filter(|it| !it.starts_with('#')).filter_map(|it| it.rsplit_once(' '));
        samples.map(|(name, value)| (name.to_owned(), value.parse::<f64>().expect("a number") as u64)).collect()
    }

    /// Every message that was received ended in exactly one outcome; what each was.
    pub(crate) fn outcomes(&self) -> BTreeMap<String, u64> {
        let metrics = self.metrics();
        let outcomes = metrics.iter().filter_map(|(name, count)| {
            let label = name.strip_prefix("milepost_messages_total{")?.split("outcome=\"").nth(1)?.split('"').next()?;
            Some((label.to_owned(), *count))
        });
        let mut by_outcome = BTreeMap::new();
        for (label, count) in outcomes {
            *by_outcome.entry(label).or_insert(0) += count;
        }
        assert_eq!(by_outcome.values().sum::<u64>(), metrics["milepost_messages_received_total"]);
        by_outcome
    }

    /// A line of `/proc/PID/status`, in KiB: `VmRSS`, `VmHWM`.
    pub(crate) fn memory_kib(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("a running server");
        let line = status.lines().find_map(|it| it.strip_prefix(name)?.strip_prefix(':')).expect("a line");
        line.trim().trim_end_matches(" kB").parse().expect("a number")
    }

    /// Forgets how much memory was in use at most.
    pub(crate) fn reset_peak(&self) {
        std::fs::write(format!("/proc/{}/clear_refs", self.child.id()), "5").expect("a process of ours");
    }

    pub(crate) fn signal(&self, name: &str) {
        let status = Command::new("sh").args(["-c", &format!("kill -{name} {}", self.child.id())]).status();
        assert!(status.expect("a shell").success());
    }

    /// The token that the server made for programs.
    pub(crate) fn api_token(&self) -> String {
        let path = self.folder.path().join("milepost-data/api-token");
        std::fs::read_to_string(path).expect("a token").trim().to_owned()
    }

    pub(crate) fn wait_for_log(&self, words: &str) {
        while !self.log.lock().expect("no panic").iter().any(|it| it.contains(words)) {
            std::thread::yield_now();
        }
    }

    /// How it ended, and how long that took from now.
    pub(crate) fn wait(&mut self) -> (Option<i32>, Duration) {
        let started = Instant::now();
        (self.child.wait().expect("a child").code(), started.elapsed())
    }

    /// Ids of everything in the data folder; the server has ended.
    pub(crate) fn stored_ids(&self) -> Vec<String> {
        self.stored().iter().map(|it| it["messageId"].as_str().expect("an id").to_owned()).collect()
    }

    fn stored(&self) -> Vec<serde_json::Value> {
        self.stored_lines().iter().map(|it| serde_json::from_str(it).expect("a message")).collect()
    }

    /// Everything in the data folder, as it is exported.
    pub(crate) fn stored_lines(&self) -> Vec<String> {
        let export = Command::new(env!("CARGO_BIN_EXE_milepost"))
            .args(["export", "--data", "milepost-data"])
            .current_dir(self.folder.path())
            .output()
            .expect("an export");
        assert!(export.status.success(), "{}", String::from_utf8_lossy(&export.stderr));
        let text = String::from_utf8(export.stdout).expect("UTF-8");
        text.lines().map(str::to_owned).collect()
    }

    /// Nothing went wrong on the server's side: no panic, no 5xx that it did not mean.
    pub(crate) fn assert_sound(&self) {
        assert_eq!(self.metrics()["milepost_panics_total"], 0);
        let log = self.log.lock().expect("no panic");
        assert!(!log.iter().any(|it| it.contains("panicked")), "{log:#?}");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An answer, byte by byte.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    /// `None` where the connection ends without an answer.
    pub(crate) fn read(stream: &mut TcpStream) -> Option<Self> {
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") {
            match stream.read(&mut byte) {
                Ok(1) => head.push(byte[0]),
                _ => return None,
            }
        }
        let head = String::from_utf8(head).expect("a head in ASCII");
        let mut lines = head.split("\r\n");
        let status = lines.next()?.split(' ').nth(1)?.parse().expect("a status");
        let headers: BTreeMap<String, String> = lines
            .filter_map(|it| it.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        let mut body = Vec::new();
        if let Some(length) = headers.get("content-length") {
            body.resize(length.parse().expect("a length"), 0);
            stream.read_exact(&mut body).ok()?;
        } else if headers.get("transfer-encoding").is_some_and(|it| it == "chunked") {
            let mut reader = BufReader::new(stream);
            loop {
                let mut size = String::new();
                reader.read_line(&mut size).ok()?;
                let size = usize::from_str_radix(size.trim(), 16).expect("a chunk's size");
                let mut chunk = vec![0; size + 2];
                reader.read_exact(&mut chunk).ok()?;
                if size == 0 {
                    break;
                }
                body.extend_from_slice(&chunk[..size]);
            }
        }
        Some(Self { status, headers, body })
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// `400 invalid_body`, or `200 [accepted]`.
    pub(crate) fn summary(&self) -> String {
        let Ok(body) = serde_json::from_slice::<serde_json::Value>(&self.body) else { return self.status.to_string() };
        if let Some(code) = body["error"]["code"].as_str() {
            return format!("{} {code}", self.status);
        }
        let outcomes = body["outcomes"].as_array().map(Vec::as_slice).unwrap_or_default();
        let words: Vec<&str> =
            outcomes.iter().map(|it| it["code"].as_str().or(it["outcome"].as_str()).unwrap_or_default()).collect();
        format!("{} [{}]", self.status, words.join(", "))
    }
}

/// A whole request with a body; `headers` are lines that end in CRLF.
pub(crate) fn post(path: &str, headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let head = format!("POST {path} HTTP/1.1\r\nhost: a\r\n{headers}content-length: {}\r\n\r\n", body.len());
    let mut request = head.into_bytes();
    request.extend_from_slice(body);
    request
}

/// A batch of page calls with these ids, as the SDK would send it.
pub(crate) fn batch(key: &str, ids: &[String]) -> String {
    let message = |id: &String| format!(r#"{{"type":"page","userId":"u","messageId":"{id}"}}"#);
    let messages: Vec<String> = ids.iter().map(message).collect();
    format!(r#"{{"writeKey":"{key}","batch":[{}]}}"#, messages.join(","))
}

/// `authorization` for a key.
pub(crate) const BASIC_WK: &str = "authorization: Basic d2s6\r\n";
