//! Thousands of connections at once, and an end to them.

use crate::support::{Reply, Server, batch, figure, is_long, post, sized};
use std::io::Write;
use std::time::{Duration, Instant};

/// Of what rests, without what it takes to ask the storage a thousand times at once.
const LIVEZ: &[u8] = b"GET /livez HTTP/1.1\r\nhost: a\r\n\r\n";

const READYZ: &[u8] = b"GET /readyz HTTP/1.1\r\nhost: a\r\n\r\n";

/// What one resting connection may cost.
const KIB_PER_CONNECTION: f64 = 24.0;

/// The 99th percentile of the time a batch takes.
fn p99(server: &Server, mark: &str) -> Duration {
    let mut stream = server.connect();
    let mut times: Vec<Duration> = (0..sized(100, 1_000))
        .map(|number| {
            let ids: Vec<String> = (0..20).map(|it| format!("{mark}-{number}-{it}")).collect();
            let started = Instant::now();
            stream.write_all(&post("/v1/batch", "", batch("wk", &ids))).expect("written");
            assert_eq!(Reply::read(&mut stream).expect("an answer").status, 200);
            started.elapsed()
        })
        .collect();
    times.sort();
    times[times.len() * 99 / 100]
}

#[test]
fn thousands_of_connections_rest_and_one_more_is_sent_away() {
    let count = sized(1_000, 10_000);
    // One stays free for who asks meanwhile.
    let limits = format!("connections = {}", count + 1);
    // On a server of its own: what is done in the background with what was stored takes memory, too.
    let alone = p99(&Server::start(&limits), "alone");
    let server = Server::start(&limits);
    // What is made once, for the first who asks, is not theirs.
    assert_eq!(server.ask(LIVEZ).status, 200);
    let before_kib = server.memory_kib("VmRSS");
    let started = Instant::now();
    let mut resting: Vec<_> = (0..count).map(|_| server.connect()).collect();
    let connected = started.elapsed();
    for stream in &mut resting {
        stream.write_all(LIVEZ).expect("written");
    }
    for stream in &mut resting {
        assert_eq!(Reply::read(stream).expect("an answer").status, 200);
    }
    let each_kib = (server.memory_kib("VmRSS") - before_kib) as f64 / count as f64;
    let among = p99(&server, "among");
    figure(&format!("{count} connections: all there after"), format!("{:.2} s", connected.as_secs_f64()));
    figure("memory of one that rests", format!("{each_kib:.1} KiB"));
    figure("p99 of a batch, alone and among them", format!("{:.1} ms, {:.1} ms", ms(alone), ms(among)));
    assert!(connected < Duration::from_secs(if is_long() { 3 } else { 10 }), "{connected:?}");
    assert!(each_kib <= KIB_PER_CONNECTION, "{each_kib} KiB for each connection");
    let _last = server.connect();
    let mut beyond = server.connect();
    let refused = Reply::read(&mut beyond).expect("words");
    assert_eq!(
        (refused.summary().as_str(), refused.headers["retry-after"].as_str()),
        ("503 too_many_connections", "2")
    );
    // Whoever goes makes room.
    resting.truncate(count - 10);
    let served = std::iter::repeat_with(|| server.ask(READYZ).status).take(1_000).any(|it| it == 200);
    assert!(served, "no place became free");
    assert_eq!(server.metrics()["milepost_connections_refused_total{full=\"address\"}"], 0);
    assert!(server.metrics()["milepost_connections_refused_total{full=\"all\"}"] >= 1);
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

#[test]
fn one_address_has_its_share_of_the_connections() {
    let server = Server::start("exempt = []\nconnections_per_address = 3");
    let mut taken: Vec<_> = (0..3).map(|_| server.connect()).collect();
    for stream in &mut taken {
        stream.write_all(READYZ).expect("written");
        assert_eq!(Reply::read(stream).expect("an answer").status, 200);
    }
    let refused = Reply::read(&mut server.connect()).expect("words");
    assert_eq!(refused.summary(), "503 too_many_connections");
    // A proxy brings everybody.
    let server = Server::start("exempt = []\ntrusted_proxies = [\"127.0.0.0/8\"]\nconnections_per_address = 3");
    let mut taken: Vec<_> = (0..6).map(|_| server.connect()).collect();
    for stream in &mut taken {
        stream.write_all(READYZ).expect("written");
        assert_eq!(Reply::read(stream).expect("an answer").status, 200);
    }
}
