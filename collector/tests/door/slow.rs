//! Slow clients are cut off, each in its time, and hold up nobody.

use crate::support::{Server, batch, figure, is_long, post, sized};
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A real server's deadlines, or the same shape within seconds.
fn limits() -> &'static str {
    if is_long() {
        return "";
    }
    "silent_timeout = \"1s\"\nhead_timeout = \"1s\"\nbody_timeout = \"1s\"\nrequest_timeout = \"2s\"\n\
     idle_timeout = \"1s\"\nstalled_timeout = \"1s\""
}

/// What the deadline is, and how much later a busy machine may act on it.
fn within(short_s: u64, long_s: u64) -> (Duration, Duration) {
    let deadline = Duration::from_secs(if is_long() { long_s } else { short_s });
    (deadline, deadline + Duration::from_secs(if is_long() { 3 } else { 10 }))
}

const HEAD: &[u8] = b"POST /v1/batch HTTP/1.1\r\nhost: a\r\ncontent-length: 1000\r\n\r\n";
/// Its answer is long.
const STYLES: &[u8] = b"GET /assets/milepost.css HTTP/1.1\r\nhost: a\r\n\r\n";
const READYZ: &[u8] = b"GET /readyz HTTP/1.1\r\nhost: a\r\n\r\n";

/// What a client does until it is cut off.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Habit {
    Silent,
    DripsHead,
    DripsBody,
    SendsNoBody,
    Rests,
    NeverReads,
}

/// Lives by its habit; how long that went well, and what the server said last.
async fn live(habit: Habit, mut stream: TcpStream) -> (Duration, String) {
    match habit {
        Habit::DripsBody | Habit::SendsNoBody => stream.write_all(HEAD).await.expect("written"),
        Habit::Rests => stream.write_all(READYZ).await.expect("written"),
        Habit::NeverReads => {
            let flood = STYLES.repeat(50);
            let mut latest = Instant::now();
            // Its answers fill every buffer on the way; then the server stops reading, and in time hangs up.
            while stream.write_all(&flood).await.is_ok() {
                latest = Instant::now();
            }
            return (latest.elapsed(), String::new());
        }
        Habit::Silent | Habit::DripsHead => {}
    }
    let mut started = Instant::now();
    let (mut reading, mut writing) = stream.into_split();
    let drip: &[u8] = if habit == Habit::DripsHead { b"G" } else { b" " };
    let dripping = matches!(habit, Habit::DripsHead | Habit::DripsBody);
    let drips = tokio::spawn(async move {
        while dripping && writing.write_all(drip).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
        if !dripping {
            std::future::pending::<()>().await;
        }
    });
    let mut said = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(read @ 1..) = reading.read(&mut buffer).await {
        said.extend_from_slice(&buffer[..read]);
        if habit == Habit::Rests {
            started = Instant::now();
        }
    }
    let lived = started.elapsed();
    drips.abort();
    (lived, String::from_utf8_lossy(&said).into_owned())
}

async fn check(habit: Habit, count: usize, short_s: u64, long_s: u64, last_words: &str) {
    let server = Server::start(limits());
    let (least, most) = within(short_s, long_s);
    let mut clients = tokio::task::JoinSet::new();
    for _ in 0..count {
        let stream = TcpStream::connect(server.address).await.expect("a connection");
        clients.spawn(live(habit, stream));
    }
    let mut longest = Duration::ZERO;
    while let Some(client) = clients.join_next().await {
        let (lived, said) = client.expect("no panic");
        // A client that counts from before its bytes arrived sees a little more, one that read late a little less; one
        // that never reads does not see when the server's patience began.
        let least = if habit == Habit::NeverReads { Duration::ZERO } else { least };
        assert!(lived + Duration::from_millis(300) >= least && lived <= most, "{habit:?} was cut off after {lived:?}");
        assert!(said.contains(last_words), "{habit:?}: {said:?}");
        longest = longest.max(lived);
    }
    figure(&format!("{count} × {habit:?}: last one cut off after"), format!("{:.1} s", longest.as_secs_f64()));
    server.assert_sound();
}

#[tokio::test]
async fn a_connection_that_says_nothing_is_closed() {
    check(Habit::Silent, sized(40, 2_000), 1, 20, "").await;
}

#[tokio::test]
async fn a_head_that_drips_is_cut_off() {
    check(Habit::DripsHead, sized(200, 2_000), 1, 5, "").await;
}

#[tokio::test]
async fn a_body_that_drips_is_answered_and_cut_off_as_a_whole() {
    check(Habit::DripsBody, sized(200, 2_000), 1, 12, "HTTP/1.1 408").await;
}

#[tokio::test]
async fn a_body_that_never_comes_is_answered_and_cut_off() {
    check(Habit::SendsNoBody, sized(40, 2_000), 1, 12, "HTTP/1.1 408").await;
}

#[tokio::test]
async fn a_connection_may_rest_between_requests_and_not_for_ever() {
    check(Habit::Rests, sized(40, 500), 1, 75, "HTTP/1.1 200").await;
}

#[tokio::test]
async fn an_answer_that_nobody_reads_ends_the_connection() {
    check(Habit::NeverReads, sized(4, 100), 1, 15, "").await;
}

#[test]
fn what_cuts_connections_off_is_counted() {
    let server = Server::start(limits());
    let mut silent = server.connect();
    let mut dripping = server.connect();
    dripping.write_all(b"GET /").expect("written");
    for stream in [&mut silent, &mut dripping] {
        assert_eq!(std::io::Read::read(stream, &mut [0; 16]).expect("closed in order"), 0);
    }
    let metrics = server.metrics();
    assert_eq!(metrics["milepost_connections_cut_total{why=\"silent\"}"], 1);
    assert_eq!(metrics["milepost_connections_cut_total{why=\"head\"}"], 1);
    assert_eq!(metrics["milepost_connections"], 1, "only this one");
}

/// Batches answered by four clients in this time.
fn throughput(server: &Arc<Server>, time: Duration, mark: &str) -> usize {
    let stop = Arc::new(AtomicBool::new(false));
    let done = Arc::new(AtomicUsize::new(0));
    let clients: Vec<_> = (0..4)
        .map(|client| {
            let (server, stop, done, mark) =
                (Arc::clone(server), Arc::clone(&stop), Arc::clone(&done), mark.to_owned());
            std::thread::spawn(move || {
                let mut stream = server.connect();
                let mut number = 0;
                while !stop.load(Ordering::Relaxed) {
                    let ids: Vec<String> = (0..20).map(|it| format!("{mark}-{client}-{number}-{it}")).collect();
                    stream.write_all(&post("/v1/batch", "", batch("wk", &ids))).expect("written");
                    let reply = crate::support::Reply::read(&mut stream).expect("an answer");
                    assert_eq!(reply.status, 200, "{}", reply.text());
                    number += 1;
                    done.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    std::thread::sleep(time);
    stop.store(true, Ordering::Relaxed);
    for client in clients {
        client.join().expect("no panic");
    }
    done.load(Ordering::Relaxed)
}

#[tokio::test(flavor = "multi_thread")]
async fn while_slow_clients_drip_all_others_are_served() {
    let server = Arc::new(Server::start(limits()));
    let time = Duration::from_secs(if is_long() { 8 } else { 1 });
    let served = |mark: &'static str| {
        let server = Arc::clone(&server);
        tokio::task::spawn_blocking(move || throughput(&server, time, mark))
    };
    served("warm").await.expect("no panic");
    let before = served("before").await.expect("no panic");
    // Whoever is cut off comes back at once, so that there are as many all the time.
    let mut slow = tokio::task::JoinSet::new();
    for number in 0..sized(200, 2_000) {
        let address = server.address;
        let habit = [Habit::DripsHead, Habit::DripsBody, Habit::SendsNoBody, Habit::Silent][number % 4];
        slow.spawn(async move {
            loop {
                let Ok(stream) = TcpStream::connect(address).await else { continue };
                live(habit, stream).await;
            }
        });
    }
    let during = served("during").await.expect("no panic");
    slow.abort_all();
    let share = during as f64 / before as f64;
    figure(
        &format!("batches/s of 4 clients alone, and beside {} slow ones", sized(200, 2_000)),
        format!("{:.0}, {:.0} ({:.0} %)", rate(before, time), rate(during, time), share * 100.0),
    );
    // What a busy machine measures in a second is not worth more than this.
    let least = if is_long() { 0.9 } else { 0.2 };
    assert!(share >= least, "{during} batches beside slow clients, {before} without");
    server.assert_sound();
}

fn rate(count: usize, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}
