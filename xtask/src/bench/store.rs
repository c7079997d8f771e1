//! A store of made-up history, and the collector that answers from it: what the benches of questions and of pages share.

use super::history;
use crate::Failure;
use crate::places;
use crate::run::{cargo, from_root, run};
use crate::service::Service;
use std::io::{BufWriter, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

/// One user for every ten messages.
pub(super) const MESSAGES_PER_USER: u64 = 10;
pub(super) const MEMBERS_PER_ACCOUNT: u64 = 10;
const EVENTS: u64 = 25;
const PLANS: [&str; 3] = ["free", "pro", "team"];

/// 28 May to 16 August 2026.
const START_S: u64 = 1_780_000_000;
const DAYS: u64 = 80;

const DEFINITIONS: &str = "demo-site/milepost.toml";

/// A trait, a milestone and an event: most of what a segment can be about.
pub(super) const SEGMENT: &str =
    "plan%20%3D%20pro%20and%20not%20(reached%20onboarding/first-invoice-sent%20or%20did%20%22Colleague%20Invited%22)";

/// Messages, imported once.
pub(super) struct Store {
    pub(super) messages: u64,
    folder: PathBuf,
    /// How long the import took; `None` where it was kept from another run.
    pub(super) import: Option<Duration>,
}

impl Store {
    /// Makes a store of each size and has it measured. Sizes may be named: `100000 1000000`; with `--keep` the stores
    /// stay for the next run, which then need not import.
    pub(super) fn each(
        arguments: &[String],
        usual: &[u64],
        mut measure: impl FnMut(&Self) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let is_kept = arguments.iter().any(|it| it == "--keep");
        let named = arguments.iter().filter(|it| *it != "--keep");
        let parse = |it: &String| it.parse().map_err(|_| format!("`{it}` is no number of messages"));
        let named: Vec<u64> = named.map(parse).collect::<Result<_, _>>()?;
        let sizes = if named.is_empty() { usual.to_vec() } else { named };
        run(cargo().args(["build", "--release", "--package", "milepost"]))?;
        let folder = places::target().join("bench-stores");
        if !is_kept {
            // Of an earlier run; missing is as good as removed.
            let _ = std::fs::remove_dir_all(&folder);
        }
        std::fs::create_dir_all(&folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
        for messages in sizes {
            let store = Self::open(messages, folder.join(messages.to_string()))?;
            measure(&store)?;
            if !is_kept {
                // Ten million messages take 6 GB.
                let remove = std::fs::remove_dir_all(&store.folder);
                remove.map_err(|error| format!("cannot remove {}: {error}", store.folder.display()))?;
            }
        }
        Ok(())
    }

    fn open(messages: u64, folder: PathBuf) -> Result<Self, Failure> {
        let done = folder.join("imported");
        if done.exists() {
            return Ok(Self { messages, folder, import: None });
        }
        let started = Instant::now();
        import(messages, shown(&folder)?)?;
        let import = Some(started.elapsed());
        crate::files::write(&done, b"")?;
        Ok(Self { messages, folder, import })
    }

    pub(super) fn users(&self) -> u64 {
        self.messages / MESSAGES_PER_USER
    }

    /// Makes all columns anew: how long that takes, and how many bytes they have.
    pub(super) fn seal(&self) -> Result<(Duration, u64), Failure> {
        let sealed = from_root(places::target().join("release/milepost"))
            .args(["seal", "--anew", "--json", "--data", shown(&self.folder)?, "--config", DEFINITIONS])
            .output()
            .map_err(|error| format!("cannot seal: {error}"))?;
        let sealed = String::from_utf8_lossy(&sealed.stdout).into_owned();
        let number = |key: &str| number_after(&sealed, &format!("\"{key}\":"));
        match (number("took_ms"), number("bytes")) {
            (Some(took_ms), Some(bytes)) => Ok((Duration::from_millis(took_ms), bytes)),
            _ => Err(format!("`milepost seal` answered {sealed:?}")),
        }
    }

    /// Starts a collector on it.
    pub(super) fn serve(&self) -> Result<Collector, Failure> {
        let port = free_port()?;
        let started = Instant::now();
        let listen = format!("{}:{port}", Ipv4Addr::LOCALHOST);
        let mut command = from_root(places::target().join("release/milepost"));
        command.args(["serve", "--data", shown(&self.folder)?, "--config", DEFINITIONS, "--listen", &listen]);
        command.env("MILEPOST_LOG", "error");
        let mut service = Service::start("collector", &mut command)?;
        service.wait_until_ready(port, "/readyz", || false)?;
        let ready = started.elapsed();
        let token = self.folder.join("api-token");
        let token = std::fs::read_to_string(token).map_err(|error| format!("no token: {error}"))?;
        Ok(Collector { service, port, ready, reader: format!("authorization: Bearer {}", token.trim()) })
    }
}

/// A running collector; it stops when dropped.
pub(super) struct Collector {
    service: Service,
    port: u16,
    /// From its start until it was ready.
    pub(super) ready: Duration,
    /// The header that says who asks.
    reader: String,
}

/// What came of one question.
pub(super) struct Answer {
    /// Until the whole of it was there.
    pub(super) took: Duration,
    /// Of the body.
    pub(super) bytes: u64,
    pub(super) lines: u64,
}

/// An operator of stores that are made up; who has the folder has no need of a password.
const EMAIL: &str = "bench%40example.com";
const PASSWORD: &str = "made-up-for-made-up-stores";

impl Collector {
    /// Goes on asking as somebody who is logged in.
    pub(super) fn log_in(&mut self) -> Result<(), Failure> {
        let link = self.service.line(|it| it.contains("/setup?token="));
        let (path, form) = match link.as_deref().and_then(|it| it.split_once("/setup?token=")) {
            Some((_, token)) => ("/setup", format!("token={}&email={EMAIL}&password={PASSWORD}", token.trim())),
            // Another run set it up.
            None => ("/login", format!("email={EMAIL}&password={PASSWORD}")),
        };
        let answer = self.post(path, "application/x-www-form-urlencoded", &form)?;
        let cookie = answer.lines().find_map(|it| it.strip_prefix("set-cookie: ")?.split(';').next());
        let cookie = cookie.ok_or_else(|| format!("{path} gave no session: {:?}", answer.lines().next()))?;
        self.reader = format!("cookie: {cookie}");
        Ok(())
    }

    /// Stores a message of somebody who was not there before: none of what was counted is quite true any more.
    pub(super) fn tell(&self, number: u64) -> Result<(), Failure> {
        let who = format!(r#""userId":"late-{number}","anonymousId":"late-browser-{number}""#);
        let id = format!("{:08x}-0000-4000-8000-{:012x}", std::process::id(), now_ns());
        let message = format!(r#"{{"type":"track","event":"Signed Up","messageId":"{id}",{who}}}"#);
        let body = format!(r#"{{"writeKey":"wk_demo","batch":[{message}]}}"#);
        let answer = self.post("/v1/batch", "text/plain", &body)?;
        if answer.starts_with("HTTP/1.0 200") { Ok(()) } else { Err(format!("a message was answered {answer}")) }
    }

    /// Asks over a connection of its own.
    pub(super) fn ask(&self, path: &str) -> Result<Answer, Failure> {
        let failed = |error: std::io::Error| format!("cannot ask {path}: {error}");
        let started = Instant::now();
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).map_err(failed)?;
        // Of HTTP/1.0, so that the body comes as it is: not in chunks.
        let request = format!("GET {path} HTTP/1.0\r\nhost: localhost\r\n{}\r\n\r\n", self.reader);
        stream.write_all(request.as_bytes()).map_err(failed)?;
        let (mut bytes, mut lines) = (0, 0);
        let mut piece = vec![0; 64 * 1_024];
        let mut head = Vec::new();
        let mut is_body = false;
        loop {
            let read = stream.read(&mut piece).map_err(failed)?;
            if read == 0 {
                break;
            }
            let mut piece = piece.get(..read).unwrap_or_default();
            if !is_body {
                head.extend_from_slice(piece);
                let Some(end) = head.windows(4).position(|it| it == b"\r\n\r\n") else { continue };
                is_body = true;
                piece = head.get(end + 4..).unwrap_or_default();
                bytes += piece.len() as u64;
                lines += piece.iter().filter(|it| **it == b'\n').count() as u64;
                continue;
            }
            bytes += piece.len() as u64;
            lines += piece.iter().filter(|it| **it == b'\n').count() as u64;
        }
        if !head.starts_with(b"HTTP/1.0 200") {
            let head = String::from_utf8_lossy(&head);
            return Err(format!("{path} was answered {}", head.lines().next().unwrap_or("with nothing")));
        }
        Ok(Answer { took: started.elapsed(), bytes, lines })
    }

    /// The whole answer to a form or a batch.
    fn post(&self, path: &str, kind: &str, body: &str) -> Result<String, Failure> {
        let failed = |error: std::io::Error| format!("cannot post to {path}: {error}");
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).map_err(failed)?;
        let request = format!(
            "POST {path} HTTP/1.0\r\nhost: localhost\r\nsec-fetch-site: same-origin\r\ncontent-type: {kind}\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).map_err(failed)?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).map_err(failed)?;
        Ok(answer)
    }

    /// Memory it has now.
    pub(super) fn memory_kib(&self) -> u64 {
        memory_kib(self.service.id(), "VmRSS:")
    }

    /// Memory it had at most, since its start or [`Self::forget_peak`].
    pub(super) fn peak_kib(&self) -> u64 {
        memory_kib(self.service.id(), "VmHWM:")
    }

    /// Begins anew to look for the most (`man 5 proc`, `clear_refs`).
    pub(super) fn forget_peak(&self) -> Result<(), Failure> {
        let file = format!("/proc/{}/clear_refs", self.service.id());
        std::fs::write(&file, "5").map_err(|error| format!("cannot write {file}: {error}"))
    }
}

/// How long questions took: p50 and p95.
pub(super) fn middle_and_most(times: &mut [Duration]) -> (Duration, Duration) {
    times.sort_unstable();
    let at = |share: usize| times.get((times.len() * share).div_ceil(100).saturating_sub(1)).copied();
    (at(50).unwrap_or_default(), at(95).unwrap_or_default())
}

fn now_ns() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    now.as_nanos() as u64 & 0xffff_ffff_ffff
}

fn shown(path: &Path) -> Result<&str, Failure> {
    path.to_str().ok_or_else(|| "the target folder's path is not UTF-8".to_owned())
}

fn free_port() -> Result<u16, Failure> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(|error| format!("no free port: {error}"))?;
    Ok(listener.local_addr().map_err(|error| format!("no free port: {error}"))?.port())
}

/// A line of `/proc/{process}/status`; 0 where there is none.
fn memory_kib(process: u32, key: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|it| it.strip_prefix(key));
    line.and_then(|it| it.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

fn number_after(text: &str, key: &str) -> Option<u64> {
    let rest = text.split_once(key)?.1;
    rest.split(|it: char| !it.is_ascii_digit()).next()?.parse().ok()
}

/// Writes history into `milepost import` as it is made up.
fn import(messages: u64, data: &str) -> Result<(), Failure> {
    let mut child = from_root(places::target().join("release/milepost"))
        .args(["import", "-", "--data", data, "--config", DEFINITIONS])
        .stdin(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cannot import: {error}"))?;
    let stdin = child.stdin.take().ok_or("the import takes nothing in")?;
    let mut out = BufWriter::new(stdin);
    let mut random = SplitMix(1);
    for number in 0..messages {
        out.write_all(message(number, messages, &mut random).as_bytes())
            .map_err(|error| format!("the import stopped: {error}"))?;
    }
    drop(out.into_inner());
    let status = child.wait().map_err(|error| format!("cannot import: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("the import failed ({status})")) }
}

/// One message of a product that grows: every tenth is somebody new who signs up in their browser, the next one says
/// which plan they are on, and every other one is something that somebody does who came before.
fn message(number: u64, messages: u64, random: &mut SplitMix) -> String {
    const MILESTONES: [&str; 5] =
        ["Company Created", "Customer Added", "Invoice Sent", "Colleague Invited", "Invoice Paid"];
    let at_ms = (START_S + number * DAYS * 86_400 / messages) * 1_000 + random.below(1_000);
    let newest = number / MESSAGES_PER_USER;
    // UUIDv7 of that time, as the SDK mints them.
    let id = format!("{:08x}-{:04x}-7000-8000-{number:012x}", at_ms >> 16, at_ms & 0xffff);
    let total = random.below(500);
    let path = format!("/app/invoices/{total}");
    let common = format!(
        r#""messageId":"{id}","timestamp":"{}","context":{{"library":{{"name":"milepost","version":"0.1.0"}},"page":{{"path":"{path}","url":"https://app.example.com{path}"}}}}"#,
        iso(at_ms)
    );
    match number % MESSAGES_PER_USER {
        0 => {
            format!(
                r#"{{"type":"track","event":"Signed Up","userId":"user-{newest}","anonymousId":"browser-{newest}",{common}}}"#
            ) + "\n"
        }
        1 => {
            let plan = PLANS[random.below(3) as usize];
            format!(
                r#"{{"type":"identify","userId":"user-{newest}","traits":{{"plan":"{plan}","email":"user-{newest}@example.com","name":"Person {newest}"}},{common}}}"#
            ) + "\n"
        }
        2 => {
            let account = newest / MEMBERS_PER_ACCOUNT;
            format!(
                r#"{{"type":"group","userId":"user-{newest}","groupId":"account-{account}","traits":{{"size":{total}}},{common}}}"#
            ) + "\n"
        }
        kind => {
            let user = random.below(newest + 1);
            let event = random.below(EVENTS);
            let who = format!(r#""userId":"user-{user}","anonymousId":"browser-{user}""#);
            if kind == 3 {
                return format!(
                    r#"{{"type":"page","name":"Invoice",{who},"properties":{{"path":"{path}"}},{common}}}"#
                ) + "\n";
            }
            let name = MILESTONES.get(event as usize).map_or_else(|| format!("Event {event}"), |it| (*it).to_owned());
            format!(
                r#"{{"type":"track","event":"{name}",{who},"properties":{{"total":{total},"currency":"EUR"}},{common}}}"#
            ) + "\n"
        }
    }
}

/// ISO 8601 of Unix milliseconds.
fn iso(at_ms: u64) -> String {
    let seconds = history::iso(at_ms / 1_000);
    format!("{}.{:03}Z", seconds.trim_end_matches('Z'), at_ms % 1_000)
}

/// <https://prng.di.unimi.it/splitmix64.c>
struct SplitMix(u64);

impl SplitMix {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_iso_8601() {
        assert_eq!(iso(951_827_696_007), "2000-02-29T12:34:56.007Z");
    }

    #[test]
    fn everybody_signs_up_before_they_do_anything_else() {
        let mut random = SplitMix(1);
        let first: Vec<String> = (0..2).map(|it| message(it, 100, &mut random)).collect();
        assert!(first[0].contains("Signed Up") && first[1].contains("identify"), "{first:?}");
    }
}
