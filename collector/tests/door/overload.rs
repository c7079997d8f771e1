//! More than the server can do: it goes on doing what it can, and says no to the rest at once.

use crate::support::{Reply, Server, batch, figure, is_long, post, sized};
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

#[derive(Default)]
struct Counts {
    accepted: AtomicUsize,
    turned_away: AtomicUsize,
    stop: AtomicBool,
}

/// `clients` that send one batch after the other, and take no for an answer without a pause.
fn flood(server: &Arc<Server>, clients: usize, time: Duration, mark: &str) -> Counts {
    let counts = Arc::new(Counts::default());
    let threads: Vec<_> = (0..clients)
        .map(|client| {
            let (server, counts, mark) = (Arc::clone(server), Arc::clone(&counts), mark.to_owned());
            std::thread::Builder::new()
                .stack_size(256 * 1024)
                .spawn(move || {
                    let mut stream = server.connect();
                    for number in 0.. {
                        if counts.stop.load(Ordering::Relaxed) {
                            return;
                        }
                        let ids: Vec<String> = (0..20).map(|it| format!("{mark}-{client}-{number}-{it}")).collect();
                        stream.write_all(&post("/v1/batch", "", batch("wk", &ids))).expect("written");
                        let reply = Reply::read(&mut stream).expect("an answer");
                        match reply.status {
                            200 => counts.accepted.fetch_add(1, Ordering::Relaxed),
                            503 => {
                                assert_eq!(
                                    (reply.summary().as_str(), &*reply.headers["retry-after"]),
                                    ("503 busy", "1")
                                );
                                assert_eq!(reply.headers["access-control-allow-origin"], "*");
                                counts.turned_away.fetch_add(1, Ordering::Relaxed)
                            }
                            other => panic!("{other} {}", reply.text()),
                        };
                    }
                })
                .expect("a thread")
        })
        .collect();
    std::thread::sleep(time);
    counts.stop.store(true, Ordering::Relaxed);
    for thread in threads {
        thread.join().expect("no panic");
    }
    Arc::into_inner(counts).expect("no other owner")
}

#[test]
fn beyond_its_capacity_a_server_keeps_its_pace_and_recovers_at_once() {
    let at_once = 16;
    let server = Arc::new(Server::start(&format!("requests_at_once = {at_once}")));
    let time = Duration::from_secs(if is_long() { 20 } else { 1 });
    // As many as find a place: what the server can do.
    let before = flood(&server, at_once, time, "before");
    assert_eq!(before.turned_away.into_inner(), 0, "there is room for all");
    let during = flood(&server, at_once * sized(4, 16), time, "during");
    let started = Instant::now();
    let after = flood(&server, 1, Duration::from_millis(100), "after");
    let recovered = started.elapsed();
    let (capacity, goodput) = (before.accepted.into_inner(), during.accepted.into_inner());
    let turned_away = during.turned_away.into_inner();
    assert!(turned_away > 0, "nobody was turned away");
    assert_eq!(after.turned_away.into_inner(), 0);
    assert!(after.accepted.into_inner() > 0);
    let share = goodput as f64 / capacity as f64;
    let offered = (goodput + turned_away) as f64 / capacity as f64;
    figure("batches/s at capacity", format!("{:.0}", capacity as f64 / time.as_secs_f64()));
    figure(
        &format!("offered {offered:.1} times that: accepted"),
        format!("{:.0} ({:.0} %), {turned_away} turned away", goodput as f64 / time.as_secs_f64(), share * 100.0),
    );
    figure("recovered after", format!("{:.2} s", recovered.as_secs_f64()));
    figure("memory at most", format!("{} MB", server.memory_kib("VmHWM") / 1024));
    // Clients and server share two processors here: more clients leave less for the server.
    assert!(share >= if is_long() { 0.8 } else { 0.2 }, "{goodput} of {capacity} batches");
    assert!(recovered < Duration::from_secs(5));
    assert!(server.memory_kib("VmHWM") < 512 * 1024);
    let outcomes = server.outcomes();
    let accepted = outcomes["accepted"] as usize;
    assert!(accepted >= 20 * (capacity + goodput), "{accepted}");
    assert_eq!(server.metrics()["milepost_requests_shed_total{full=\"busy\"}"] as usize, turned_away);
    assert_eq!(server.metrics()["milepost_requests_at_work"], 0, "every place was given back");
    server.assert_sound();
}

#[test]
fn a_probe_is_answered_when_nothing_else_is() {
    let server = Server::start("requests_at_once = 1");
    let stop = Arc::new(AtomicBool::new(false));
    let busy: Vec<_> = (0..8)
        .map(|client| {
            let stop = Arc::clone(&stop);
            let mut stream = server.connect();
            std::thread::spawn(move || {
                for number in 0.. {
                    if stop.load(Ordering::Relaxed) {
                        return;
                    }
                    let ids: Vec<String> = (0..200).map(|it| format!("{client}-{number}-{it}")).collect();
                    stream.write_all(&post("/v1/batch", "", batch("wk", &ids))).expect("written");
                    Reply::read(&mut stream).expect("an answer");
                }
            })
        })
        .collect();
    for _ in 0..50 {
        assert_eq!(server.ask("GET /livez HTTP/1.1\r\nhost: a\r\n\r\n").status, 200);
        assert_eq!(server.ask("GET /readyz HTTP/1.1\r\nhost: a\r\n\r\n").status, 200);
    }
    stop.store(true, Ordering::Relaxed);
    for thread in busy {
        thread.join().expect("no panic");
    }
}
