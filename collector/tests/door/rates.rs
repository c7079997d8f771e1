//! Keys and networks that ask too often are told to come back, and only proxies that are trusted say who asks.

use crate::support::{Reply, Server, batch, post};
use std::io::Write;

const PROXY: &str = "exempt = []\ntrusted_proxies = [\"127.0.0.1\"]\n";

/// Statuses of `times` batches of one message on one connection.
fn ask(server: &Server, key: &str, headers: &str, times: usize) -> Vec<u16> {
    let mut stream = server.connect();
    let replies = (0..times).map(|_| {
        stream.write_all(&post("/v1/batch", headers, batch(key, &[uuid()]))).expect("written");
        Reply::read(&mut stream).expect("an answer")
    });
    replies
        .map(|reply| {
            if reply.status == 429 {
                assert_eq!(reply.summary(), "429 too_often");
                assert!(reply.headers["retry-after"].parse::<u64>().expect("seconds") >= 1);
                assert!(reply.headers["vary"].contains("origin"), "pages may read it as any other answer");
            }
            reply.status
        })
        .collect()
}

fn uuid() -> String {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("id-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

fn from(address: &str) -> String {
    format!("x-forwarded-for: {address}\r\n")
}

/// Whether so many requests at once are too many. Meanwhile an allowance of one a second fills up again: on a slow machine
/// some more get through.
fn is_limited(server: &Server, key: &str, headers: &str) -> bool {
    ask(server, key, headers, 60).contains(&429)
}

#[test]
fn a_network_that_asks_too_often_waits_and_others_do_not() {
    let server = Server::start(&format!("{PROXY}requests_per_network = 1"));
    assert_eq!(ask(&server, "wk", &from("203.0.113.7"), 4), [200; 4], "four seconds' worth may come at once");
    assert!(is_limited(&server, "wk", &from("203.0.113.7")));
    assert!(is_limited(&server, "wk", &from("203.0.113.8")), "the same network");
    assert_eq!(ask(&server, "wk", &from("203.0.114.8"), 1), [200]);
    assert!(is_limited(&server, "wk", &from("198.51.100.1, 203.0.113.7")), "what a client adds means nothing");
    assert_eq!(ask(&server, "wk", &from("203.0.113.7, 198.51.100.1"), 4), [200; 4], "the proxy's word counts");
    assert!(!is_limited(&server, "sk", &from("203.0.113.7")), "server keys are the vendor's own");
    // What was limited was not received: the equation holds, and the sender still has it.
    let limited = server.metrics()["milepost_requests_limited_total{by=\"network\"}"];
    let outcomes = server.outcomes();
    assert_eq!(outcomes["accepted"] + limited, 4 + 60 + 60 + 1 + 60 + 4 + 60, "one message each");
    assert_eq!(outcomes["shed"], 0);
}

#[test]
fn a_key_that_is_used_too_often_waits_wherever_it_is_used() {
    let server = Server::start(&format!("{PROXY}requests_per_key = 1"));
    assert_eq!(ask(&server, "wk", &from("203.0.113.7"), 4), [200; 4]);
    assert!(is_limited(&server, "wk", &from("198.51.100.7")));
    assert_eq!(ask(&server, "sk", &from("198.51.100.7"), 1), [200]);
    assert!(server.metrics()["milepost_requests_limited_total{by=\"key\"}"] >= 1);
    let lease = r#"{"writeKey":"wk","anonymousId":"a","sessionId":"s","prompt":"nps","kind":"popover"}"#;
    let statuses: Vec<u16> = (0..60).map(|_| server.ask(post("/v1/lease", "", lease)).status).collect();
    assert!(statuses.contains(&429), "all doors of a key count: {statuses:?}");
}

#[test]
fn without_a_trusted_proxy_its_header_is_a_claim() {
    let server = Server::start("exempt = []\nrequests_per_network = 1");
    let statuses: Vec<u16> = (0..60).flat_map(|it| ask(&server, "wk", &from(&format!("203.0.{it}.7")), 1)).collect();
    assert!(statuses.contains(&429), "{statuses:?}");
}

#[test]
fn this_machine_is_not_counted_unless_it_is_asked_for() {
    let server = Server::start("requests_per_network = 1\nrequests_per_key = 1");
    assert!(!is_limited(&server, "wk", ""));
}

#[test]
fn guessing_passwords_is_slowed_down_by_the_address_that_guesses() {
    let server = Server::start(PROXY);
    let guess = |address: &str, number: usize| {
        let form = format!("email=nobody{number}%40example.com&password=wrong-password-{number}");
        let headers =
            format!("{}content-type: application/x-www-form-urlencoded\r\norigin: http://a\r\n", from(address));
        server.ask(post("/login", &headers, form)).status
    };
    let statuses: Vec<u16> = (0..25).map(|it| guess("203.0.113.7", it)).collect();
    assert_eq!(statuses[0], 401, "{statuses:?}");
    assert!(statuses.contains(&429), "{statuses:?}");
    assert_eq!(guess("198.51.100.1", 99), 401, "another address is not held responsible");
}

#[test]
fn counters_are_for_this_machine_and_for_who_has_the_token() {
    let server = Server::start("");
    let metrics = |headers: &str| server.ask(format!("GET /metrics HTTP/1.1\r\nhost: a\r\n{headers}\r\n")).status;
    assert_eq!(metrics(""), 200);
    for mark in ["x-forwarded-for: 127.0.0.1", "forwarded: for=127.0.0.1", "via: 1.1 proxy", "x-real-ip: 127.0.0.1"] {
        assert_eq!(metrics(&format!("{mark}\r\n")), 401, "a proxy on this machine brings strangers: {mark}");
    }
    let token = server.api_token();
    assert_eq!(metrics(&format!("via: 1.1 proxy\r\nauthorization: Bearer {token}\r\n")), 200);
    let closed = Server::start("metrics = []");
    let request = |headers: &str| closed.ask(format!("GET /metrics HTTP/1.1\r\nhost: a\r\n{headers}\r\n")).status;
    assert_eq!(request(""), 401);
    assert_eq!(request(&format!("authorization: Bearer {}\r\n", closed.api_token())), 200);
}
