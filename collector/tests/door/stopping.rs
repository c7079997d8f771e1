//! SIGTERM: nothing new, everything under way answered, nothing acknowledged lost.

use crate::support::{Reply, Server, batch, figure, is_long, post, sized};
use std::collections::BTreeSet;
use std::io::Write;
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Whoever stops a server kills it after that.
const PATIENCE: Duration = Duration::from_secs(10);

#[test]
fn what_is_under_way_is_answered_and_nothing_new_is_taken() {
    let mut server = Server::start("");
    let request = post("/v1/batch", "", batch("wk", &["half".to_owned()]));
    let (first, second) = request.split_at(request.len() / 2);
    let mut under_way = server.connect();
    under_way.write_all(first).expect("written");
    let mut resting = server.connect();
    resting.write_all(b"GET /livez HTTP/1.1\r\nhost: a\r\n\r\n").expect("written");
    assert_eq!(Reply::read(&mut resting).expect("an answer").status, 200);
    let mut asking = server.connect();
    asking.write_all(b"GET /readyz HTTP/1.1\r\nhost").expect("written");
    // The server has seen the halves once it has answered others who came later.
    for _ in 0..10 {
        assert!(server.metrics()["milepost_connections"] >= 4);
    }
    server.signal("TERM");
    assert!(Reply::read(&mut resting).is_none(), "a resting connection is closed");
    // The door is closed by another task than the one that closed this connection: a moment later, or sooner.
    let told = Instant::now();
    while TcpStream::connect(server.address).is_ok() {
        assert!(told.elapsed() < PATIENCE, "nobody else is let in");
    }
    asking.write_all(b": a\r\n\r\n").expect("written");
    assert_eq!(Reply::read(&mut asking).expect("an answer").summary(), "503 stopping");
    under_way.write_all(second).expect("written");
    assert_eq!(Reply::read(&mut under_way).expect("an answer").summary(), "200 [accepted]");
    assert_eq!(server.wait().0, Some(0));
    assert_eq!(server.stored_ids(), ["half"]);
}

#[test]
fn who_never_finishes_does_not_hold_it_up() {
    let mut server = Server::start("");
    let mut stuck = server.connect();
    stuck.write_all(b"POST /v1/batch HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\n").expect("written");
    assert!(server.metrics()["milepost_connections"] >= 2);
    server.signal("TERM");
    let (code, took) = server.wait();
    assert_eq!(code, Some(0));
    assert!(took < PATIENCE, "{took:?}");
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let mut server = Server::start("");
    let mut stuck = server.connect();
    stuck.write_all(b"POST /v1/batch HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\n").expect("written");
    assert!(server.metrics()["milepost_connections"] >= 2);
    server.signal("TERM");
    server.wait_for_log("stopping");
    server.signal("INT");
    let (code, took) = server.wait();
    assert_eq!(code, Some(1));
    assert!(took < Duration::from_secs(3), "{took:?}");
}

#[test]
fn under_load_nothing_acknowledged_is_lost() {
    for round in 0..sized(1, 10) {
        let mut server = Server::start("");
        let acknowledged = Arc::new(Mutex::new(BTreeSet::new()));
        let sent = Arc::new(Mutex::new(BTreeSet::new()));
        let clients: Vec<_> = (0..8)
            .map(|client| {
                let mut stream = server.connect();
                let (acknowledged, sent) = (Arc::clone(&acknowledged), Arc::clone(&sent));
                std::thread::spawn(move || {
                    for number in 0.. {
                        let ids: Vec<String> = (0..20).map(|it| format!("{round}-{client}-{number}-{it}")).collect();
                        sent.lock().expect("no panic").extend(ids.iter().cloned());
                        if stream.write_all(&post("/v1/batch", "", batch("wk", &ids))).is_err() {
                            return;
                        }
                        let Some(reply) = Reply::read(&mut stream) else { return };
                        assert_eq!(reply.status, 200, "{}", reply.text());
                        acknowledged.lock().expect("no panic").extend(ids);
                    }
                })
            })
            .collect();
        while acknowledged.lock().expect("no panic").len() < sized(2_000, 50_000) {
            std::thread::yield_now();
        }
        server.signal("TERM");
        let (code, took) = server.wait();
        assert_eq!(code, Some(0));
        assert!(took < PATIENCE, "{took:?}");
        for client in clients {
            client.join().expect("no panic");
        }
        let stored: Vec<String> = server.stored_ids();
        let distinct: BTreeSet<String> = stored.iter().cloned().collect();
        assert_eq!(stored.len(), distinct.len(), "stored twice");
        let acknowledged = acknowledged.lock().expect("no panic");
        assert!(acknowledged.is_subset(&distinct), "acknowledged and lost");
        assert!(distinct.is_subset(&sent.lock().expect("no panic")), "stored and never sent");
        if is_long() {
            let of = format!("{} acknowledged, {} stored", acknowledged.len(), distinct.len());
            figure("SIGTERM under load: ended after", format!("{:.2} s; {of}, 0 lost", took.as_secs_f64()));
        }
    }
}
