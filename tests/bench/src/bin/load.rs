//! Load for a running collector: clients that each send a batch, wait for the answer, and send the next.
//!
//!   load 127.0.0.1:4600 CLIENTS SECONDS [plain|sdk]
//!
//! Bodies are made once and their ids changed in place, so that making them costs next to nothing: on a small machine
//! the load runs beside the server. Prints `name=value` pairs; `cargo xtask bench ingest` reads them.

// Talking to the program that started it is this program's job.
#![allow(clippy::print_stdout)]

use std::error::Error;
use std::net::SocketAddr;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Messages of one batch.
const MESSAGES: usize = 20;

/// Users, each with one browser.
const USERS: u64 = 20_000;

/// A fifth of the messages are milestones of the demo.
const EVENTS: [&str; 25] = [
    "Signed Up",
    "Company Created",
    "Customer Added",
    "Invoice Sent",
    "Colleague Invited",
    "Invoice Opened",
    "Invoice Copied",
    "Filter Used",
    "Report Opened",
    "Report Exported",
    "Settings Opened",
    "Profile Changed",
    "Logo Uploaded",
    "Template Chosen",
    "Reminder Sent",
    "Payment Matched",
    "Customer Merged",
    "Note Added",
    "Search Used",
    "Tour Skipped",
    "Help Opened",
    "Plan Compared",
    "Invoice Printed",
    "Tax Changed",
    "Draft Kept",
];

/// What changes in a body from one request to the next.
enum Blank {
    /// A UUIDv7.
    MessageId(usize),
    /// The same number at both places: each user has one browser.
    User(Option<usize>, usize),
    Sequence(usize),
    Time(usize),
}

struct Client {
    /// Head and body of a request.
    request: Vec<u8>,
    blanks: Vec<Blank>,
    random: u64,
    sequence: u64,
}

#[derive(Default)]
struct Counts {
    requests: u64,
    accepted: u64,
    failed: u64,
    /// Of each request, from its first byte to the last of its answer.
    took_us: Vec<u32>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [address, clients, seconds, rest @ ..] = arguments.as_slice() else {
        return Err("usage: load ADDRESS CLIENTS SECONDS [plain|sdk]".into());
    };
    let address: SocketAddr = address.parse()?;
    let is_plain = rest.first().is_some_and(|it| it == "plain");
    let until = Instant::now() + Duration::from_secs_f64(seconds.parse()?);
    let started = Instant::now();
    let tasks = tokio::task::LocalSet::new();
    let handles: Vec<_> =
        (0..clients.parse()?).map(|number| tasks.spawn_local(client(address, number, is_plain, until))).collect();
    let mut all = Counts::default();
    tasks
        .run_until(async {
            for handle in handles {
                let counts = handle.await??;
                all.requests += counts.requests;
                all.accepted += counts.accepted;
                all.failed += counts.failed;
                all.took_us.extend(counts.took_us);
            }
            Ok::<(), Box<dyn Error>>(())
        })
        .await?;
    let elapsed = started.elapsed().as_secs_f64();
    all.took_us.sort_unstable();
    let at = |share: f64| all.took_us.get((all.took_us.len() as f64 * share) as usize).copied().unwrap_or_default();
    println!(
        "requests={} accepted={} failed={} seconds={elapsed:.3} p50_us={} p99_us={} max_us={}",
        all.requests,
        all.accepted,
        all.failed,
        at(0.5),
        at(0.99),
        all.took_us.last().copied().unwrap_or_default()
    );
    Ok(())
}

async fn client(address: SocketAddr, number: u64, is_plain: bool, until: Instant) -> Result<Counts, std::io::Error> {
    let mut client = Client::new(number, is_plain);
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let mut counts = Counts::default();
    let mut answer = Vec::with_capacity(16 * 1024);
    while Instant::now() < until {
        client.fill_in();
        let started = Instant::now();
        stream.write_all(&client.request).await?;
        answer.clear();
        let length = loop {
            if stream.read_buf(&mut answer).await? == 0 {
                return Err(std::io::Error::other("the server closed the connection"));
            }
            match whole(&answer) {
                Some(length) if answer.len() >= length => break length,
                _ => {}
            }
        };
        counts.took_us.push(u32::try_from(started.elapsed().as_micros()).unwrap_or(u32::MAX));
        counts.requests += 1;
        let answer = &answer[..length];
        if answer.starts_with(b"HTTP/1.1 200 ") {
            counts.accepted += number_after(answer, b"\"accepted\":").unwrap_or(0);
        } else {
            counts.failed += 1;
        }
    }
    Ok(counts)
}

/// How long the answer is that begins here, once its head is there.
fn whole(answer: &[u8]) -> Option<usize> {
    let head = find(answer, b"\r\n\r\n")? + 4;
    Some(head + number_after(&answer[..head], b"content-length: ")? as usize)
}

fn number_after(text: &[u8], name: &[u8]) -> Option<u64> {
    let digits = text.get(find(text, name)? + name.len()..)?;
    let length = digits.iter().take_while(|it| it.is_ascii_digit()).count();
    std::str::from_utf8(&digits[..length]).ok()?.parse().ok()
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|it| it == wanted)
}

impl Client {
    fn new(number: u64, is_plain: bool) -> Self {
        let mut body = Vec::from(br#"{"writeKey":"wk_demo","batch":["#);
        let mut blanks = Vec::new();
        for index in 0..MESSAGES {
            let event = EVENTS[(index + number as usize * 7) % EVENTS.len()];
            let total = 100 + (index * 37 + number as usize * 11) % 900;
            if index > 0 {
                body.push(b',');
            }
            if is_plain {
                plain(&mut body, &mut blanks, event, total);
            } else {
                as_the_sdk(&mut body, &mut blanks, event, total, number);
            }
        }
        body.extend_from_slice(b"]}");
        let mut request = format!(
            "POST /v1/batch HTTP/1.1\r\nhost: collector.example.com\r\ncontent-type: text/plain\r\ncontent-length: {}\r\n\r\n",
            body.len()
        )
        .into_bytes();
        let head = request.len();
        for blank in &mut blanks {
            match blank {
                Blank::MessageId(at) | Blank::User(None, at) | Blank::Sequence(at) | Blank::Time(at) => *at += head,
                Blank::User(Some(anonymous), at) => {
                    *anonymous += head;
                    *at += head;
                }
            }
        }
        request.extend_from_slice(&body);
        Self { request, blanks, random: number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ now_ms(), sequence: 1_000_000 }
    }

    fn fill_in(&mut self) {
        let now_ms = now_ms();
        for blank in &self.blanks {
            self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let random = self.random ^ (self.random >> 29);
            match *blank {
                Blank::MessageId(at) => {
                    // Within a millisecond ids of one client go up, as the SDK's do.
                    self.sequence += 1;
                    hex(&mut self.request[at..at + 8], now_ms >> 16);
                    hex(&mut self.request[at + 9..at + 13], now_ms);
                    hex(&mut self.request[at + 15..at + 18], self.sequence >> 8);
                    hex(&mut self.request[at + 20..at + 23], self.sequence);
                    hex(&mut self.request[at + 24..at + 36], random);
                }
                Blank::User(anonymous, at) => {
                    let user = random % USERS;
                    if let Some(anonymous) = anonymous {
                        hex(&mut self.request[anonymous..anonymous + 12], user.wrapping_mul(0x9e37_79b9_7f4b));
                    }
                    decimal(&mut self.request[at..at + 5], user);
                }
                Blank::Sequence(at) => decimal(&mut self.request[at..at + 5], 10_000 + self.sequence % 90_000),
                Blank::Time(at) => decimal(&mut self.request[at..at + 3], random % 1_000),
            }
        }
    }
}

/// About 240 bytes: what other libraries send, and what earlier figures were taken with.
fn plain(body: &mut Vec<u8>, blanks: &mut Vec<Blank>, event: &str, total: usize) {
    body.extend_from_slice(format!(r#"{{"type":"track","event":"{event}","userId":"user-"#).as_bytes());
    blanks.push(Blank::User(None, body.len()));
    body.extend_from_slice(br#"00000","messageId":""#);
    blanks.push(Blank::MessageId(body.len()));
    body.extend_from_slice(
        format!(
            r#"00000000-0000-7000-8000-000000000000","properties":{{"total":{total},"currency":"EUR"}},"context":{{"page":{{"path":"/invoices/{total}","url":"https://app.example.com/invoices/{total}"}},"library":{{"name":"milepost","version":"0.1.0"}}}}}}"#
        )
        .as_bytes(),
    );
}

/// About 570 bytes: a message of the SDK, field by field, of somebody who is known.
fn as_the_sdk(body: &mut Vec<u8>, blanks: &mut Vec<Blank>, event: &str, total: usize, client: u64) {
    body.extend_from_slice(br#"{"type":"track","messageId":""#);
    blanks.push(Blank::MessageId(body.len()));
    body.extend_from_slice(br#"00000000-0000-7000-8000-000000000000","anonymousId":"01990000-0000-7000-8000-"#);
    let anonymous = body.len();
    body.extend_from_slice(br#"000000000000","userId":"user-"#);
    blanks.push(Blank::User(Some(anonymous), body.len()));
    body.extend_from_slice(
        format!(
            r#"00000","event":"{event}","properties":{{"total":{total},"currency":"EUR"}},"context":{{"library":{{"name":"milepost-js","version":"0.1.0"}},"page":{{"path":"/invoices/{total}","url":"https://app.example.com/invoices/{total}","title":"Invoice {total}","referrer":"","search":""}},"locale":"en-GB","sessionId":"01990000-0000-7000-8000-{client:012x}","clientId":"01990000-0000-7000-9000-{client:012x}","seq":"#
        )
        .as_bytes(),
    );
    blanks.push(Blank::Sequence(body.len()));
    body.extend_from_slice(br#"10000,"groupId":"acme"},"originalTimestamp":"2026-01-31T12:00:00."#);
    blanks.push(Blank::Time(body.len()));
    body.extend_from_slice(br#"000Z"}"#);
}

fn hex(digits: &mut [u8], mut number: u64) {
    for digit in digits.iter_mut().rev() {
        *digit = b"0123456789abcdef"[(number & 15) as usize];
        number >>= 4;
    }
}

fn decimal(digits: &mut [u8], mut number: u64) {
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

fn now_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |it| u64::try_from(it.as_millis()).unwrap_or(u64::MAX))
}
