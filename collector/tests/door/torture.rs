//! HTTP as attackers write it: no 5xx, and no answer that belongs to another request.

use crate::support::{BASIC_WK, Reply, Server, batch, figure, post, sized};
use std::fmt::Write as _;
use std::io::{Read, Write};
use std::time::Instant;

/// What takes long here is over soon.
const QUICK: &str = "silent_timeout = \"500ms\"\nhead_timeout = \"500ms\"\nbody_timeout = \"500ms\"\n\
    idle_timeout = \"500ms\"";

/// Sends it all, and reads what comes until the connection ends: statuses, in order.
fn statuses(server: &Server, bytes: &[u8]) -> Vec<u16> {
    let mut stream = server.connect();
    let _ = stream.write_all(bytes);
    std::iter::from_fn(|| Reply::read(&mut stream)).map(|it| it.status).collect()
}

/// Each request on a connection of its own, all at once; every difference is shown.
fn check_all(server: &Server, cases: &[(&str, String, &[u16])]) {
    let found: Vec<String> = std::thread::scope(|scope| {
        let asked: Vec<_> = cases
            .iter()
            .map(|(what, request, wanted)| {
                scope.spawn(move || {
                    let found = statuses(server, request.as_bytes());
                    (found != *wanted).then(|| format!("{what}: {found:?}, not {wanted:?}"))
                })
            })
            .collect();
        asked.into_iter().filter_map(|it| it.join().expect("no panic")).collect()
    });
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// A request within the body of another one: where both ends disagree about lengths it would be answered.
const SMUGGLED: &str = "GET /livez HTTP/1.1\r\nhost: a\r\n\r\n";

#[test]
fn requests_with_two_lengths_are_one_request_or_none() {
    let server = Server::start(QUICK);
    let chunked = format!("{:x}\r\n{{}}\r\n0\r\n\r\n", 2);
    let head = |lengths: &str| format!("POST /v1/track HTTP/1.1\r\nhost: a\r\n{BASIC_WK}{lengths}\r\n");
    let cases: [(&str, String, &[u16]); _] = [
        // RFC 9112, 6.1: the chunks count, and the connection ends after the answer.
        ("CL.TE", head("content-length: 4\r\ntransfer-encoding: chunked\r\n") + &chunked + SMUGGLED, &[400][..]),
        ("TE.CL", head("transfer-encoding: chunked\r\ncontent-length: 4\r\n") + &chunked + SMUGGLED, &[400]),
        ("two lengths", head("content-length: 2\r\ncontent-length: 40\r\n") + "{}" + SMUGGLED, &[400]),
        ("two lengths in one line", head("content-length: 2, 40\r\n") + "{}" + SMUGGLED, &[400]),
        ("a length with a sign", head("content-length: +2\r\n") + "{}" + SMUGGLED, &[400]),
        ("a negative length", head("content-length: -2\r\n") + "{}" + SMUGGLED, &[400]),
        ("a hexadecimal length", head("content-length: 0x2\r\n") + "{}" + SMUGGLED, &[400]),
        ("a length beyond all", head("content-length: 99999999999999999999999\r\n") + "{}" + SMUGGLED, &[400]),
        ("a space before the colon", head("content-length : 2\r\n") + "{}" + SMUGGLED, &[400]),
        (
            "chunked twice",
            head("transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n") + &chunked + SMUGGLED,
            &[400],
        ),
        ("chunked and not last", head("transfer-encoding: chunked, gzip\r\n") + &chunked + SMUGGLED, &[400]),
        ("unknown coding", head("transfer-encoding: xchunked\r\n") + &chunked + SMUGGLED, &[400]),
        (
            "chunked in HTTP/1.0",
            head("transfer-encoding: chunked\r\n").replace("1.1", "1.0") + &chunked + SMUGGLED,
            &[400],
        ),
        ("a folded header", head("transfer-encoding:\r\n chunked\r\n") + &chunked + SMUGGLED, &[400]),
        ("a NUL in a header", head("x: a\0b\r\ncontent-length: 2\r\n") + "{}" + SMUGGLED, &[400]),
        ("a bare CR in a header", head("x: a\rb\r\ncontent-length: 2\r\n") + "{}" + SMUGGLED, &[400]),
    ];
    check_all(&server, &cases);
    // The honest way: two requests, two answers.
    let honest = head("content-length: 2\r\n") + "{}" + SMUGGLED;
    assert_eq!(statuses(&server, honest.as_bytes()), [400, 200]);
    server.assert_sound();
}

#[test]
fn chunks_with_bad_sizes_end_the_request_and_the_connection() {
    let server = Server::start(QUICK);
    let head = format!("POST /v1/batch HTTP/1.1\r\nhost: a\r\n{BASIC_WK}transfer-encoding: chunked\r\n\r\n");
    let body = "{\"batch\":[]}";
    let good = format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
    assert_eq!(statuses(&server, format!("{head}{good}{SMUGGLED}").as_bytes()), [200, 200]);
    for (what, chunks) in [
        ("no digits", format!("\r\n{body}\r\n0\r\n\r\n")),
        ("letters", format!("zz\r\n{body}\r\n0\r\n\r\n")),
        ("negative", format!("-1\r\n{body}\r\n0\r\n\r\n")),
        ("0x", format!("0xc\r\n{body}\r\n0\r\n\r\n")),
        ("beyond all", format!("ffffffffffffffffff\r\n{body}\r\n0\r\n\r\n")),
        ("too short", format!("5\r\n{body}\r\n0\r\n\r\n")),
        ("too long", format!("20\r\n{body}\r\n0\r\n\r\n")),
        ("no end of line", format!("c{body}\r\n0\r\n\r\n")),
        ("no last chunk", format!("c\r\n{body}\r\n")),
        ("a long extension", format!("c;{}\r\n{body}\r\n0\r\n\r\n", "x".repeat(100_000))),
    ] {
        let found = statuses(&server, format!("{head}{chunks}").as_bytes());
        assert!(found.len() <= 1 && found.iter().all(|it| [400, 408].contains(it)), "{what}: {found:?}");
    }
    server.assert_sound();
}

#[test]
fn heads_have_an_end() {
    let server = Server::start(QUICK);
    let get = |rest: &str| format!("GET /livez HTTP/1.1\r\nhost: a\r\n{rest}\r\n");
    let many = |count: usize| {
        (0..count).fold(String::new(), |mut text, it| {
            let _ = write!(text, "x-{it}: y\r\n");
            text
        })
    };
    let cases: [(&str, String, &[u16]); _] = [
        ("nothing unusual", get(""), &[200][..]),
        ("a header of 16 KB", get(&format!("x: {}\r\n", "y".repeat(16 * 1024))), &[200]),
        ("a header of 64 KB", get(&format!("x: {}\r\n", "y".repeat(64 * 1024))), &[431]),
        ("90 headers", get(&many(90)), &[200]),
        ("1,000 headers", get(&many(1_000)), &[431]),
        ("a path of 64 KB", format!("GET /{} HTTP/1.1\r\nhost: a\r\n\r\n", "y".repeat(64 * 1024)), &[431]),
        ("absolute form", "GET http://evil.example/livez HTTP/1.1\r\nhost: a\r\n\r\n".into(), &[200]),
        ("authority form", "GET evil.example:80 HTTP/1.1\r\nhost: a\r\n\r\n".into(), &[404]),
        ("CONNECT", "CONNECT evil.example:80 HTTP/1.1\r\nhost: a\r\n\r\n".into(), &[404]),
        ("asterisk", "OPTIONS * HTTP/1.1\r\nhost: a\r\n\r\n".into(), &[404]),
        ("a path without its slash", "GET livez HTTP/1.1\r\nhost: a\r\n\r\n".into(), &[404]),
        ("an unknown method", "BREW /livez HTTP/1.1\r\nhost: a\r\n\r\n".into(), &[405]),
        ("TRACE", "TRACE /livez HTTP/1.1\r\nhost: a\r\n\r\n".into(), &[405]),
        ("HTTP/1.0", "GET /livez HTTP/1.0\r\n\r\n".into(), &[200]),
        ("HTTP/0.9", "GET /livez\r\n\r\n".into(), &[400]),
        ("HTTP/3.0", "GET /livez HTTP/3.0\r\nhost: a\r\n\r\n".into(), &[400]),
        ("no HTTP", "EHLO example.com\r\n\r\n".into(), &[400]),
        ("TLS", "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}\r\n\r\n".into(), &[400]),
        ("path traversal", "GET /assets/../../../../etc/passwd HTTP/1.1\r\nhost: a\r\n\r\n".into(), &[404]),
        ("encoded path traversal", "GET /assets/..%2f..%2fetc%2fpasswd HTTP/1.1\r\nhost: a\r\n\r\n".into(), &[404]),
        ("a NUL in the path", "GET /livez%00 HTTP/1.1\r\nhost: a\r\n\r\n".into(), &[404]),
        ("not UTF-8 in the path", "GET /v1/config/%ff HTTP/1.1\r\nhost: a\r\n\r\n".into(), &[400]),
        (
            "an expectation",
            format!(
                "POST /v1/batch HTTP/1.1\r\nhost: a\r\n{BASIC_WK}expect: 100-continue\r\ncontent-length: 12\r\n\r\n{{\"batch\":[]}}"
            ),
            &[100, 200],
        ),
        ("an upgrade", get("connection: upgrade\r\nupgrade: websocket\r\n"), &[200]),
        (
            "h2c",
            get("connection: upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAARAAAAAAAIAAAAA\r\n"),
            &[200],
        ),
    ];
    check_all(&server, &cases);
    server.assert_sound();
}

#[test]
fn pipelined_requests_are_answered_in_order_each_its_own() {
    let server = Server::start(QUICK);
    let mut stream = server.connect();
    let ids: Vec<String> = (0..200).map(|it| format!("pipelined-{it}")).collect();
    let mut flood = Vec::new();
    for id in &ids {
        flood.extend(post("/v1/batch", "", batch("wk", std::slice::from_ref(id))));
    }
    let mut writing = stream.try_clone().expect("a second handle");
    let writer = std::thread::spawn(move || writing.write_all(&flood).expect("written"));
    for id in &ids {
        let reply = Reply::read(&mut stream).expect("an answer");
        let body: serde_json::Value = serde_json::from_slice(&reply.body).expect("JSON");
        assert_eq!(body["outcomes"][0]["messageId"], id.as_str());
    }
    writer.join().expect("no panic");
    server.assert_sound();
}

#[test]
fn random_bytes_are_no_request() {
    let server = Server::start(QUICK);
    let server = &server;
    std::thread::scope(|scope| {
        for thread in 0..20 {
            scope.spawn(move || mutated(server, thread));
        }
    });
    server.assert_sound();
}

/// Bytes as the seed has them: the same every time.
fn mutated(server: &Server, seed: u64) {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64 ^ seed;
    for _ in 0..sized(10, 200) {
        let mut bytes =
            b"POST /v1/batch HTTP/1.1\r\nhost: a\r\ncontent-length: 20\r\n\r\n{\"batch\":[{},{},{}]}".to_vec();
        for _ in 0..8 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let at = (state >> 33) as usize % bytes.len();
            bytes[at] = (state >> 24) as u8;
        }
        let found = statuses(server, &bytes);
        assert!(found.iter().all(|it| *it < 500), "{found:?} to {:?}", String::from_utf8_lossy(&bytes));
    }
}

/// HTTP/2 with prior knowledge, just enough of it.
mod http2 {
    pub(super) const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    const HEADERS: u8 = 1;
    const RESET: u8 = 3;
    pub(super) const GOAWAY: u8 = 7;

    fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
        let length = u32::try_from(payload.len()).expect("a short frame").to_be_bytes();
        [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
    }

    /// `GET /livez`, the end of headers and stream.
    pub(super) fn get_livez(stream: u32) -> Vec<u8> {
        let block = [&[0x82, 0x86, 0x04, 6][..], b"/livez", &[0x01, 1], b"a"].concat();
        frame(HEADERS, 5, stream, &block)
    }

    pub(super) fn reset(stream: u32) -> Vec<u8> {
        frame(RESET, 0, stream, &8_u32.to_be_bytes())
    }

    /// Kinds and payloads of what came.
    pub(super) fn frames(bytes: &[u8]) -> Vec<(u8, Vec<u8>)> {
        let mut found = Vec::new();
        let mut rest = bytes;
        while let [a, b, c, kind, _, _, _, _, _, tail @ ..] = rest {
            let length = usize::from(*a) << 16 | usize::from(*b) << 8 | usize::from(*c);
            let Some((payload, after)) = tail.split_at_checked(length) else { break };
            found.push((*kind, payload.to_vec()));
            rest = after;
        }
        found
    }
}

#[test]
fn http2_is_spoken_and_rapid_resets_end_the_connection() {
    let server = Server::start(QUICK);
    let mut stream = server.connect();
    stream.write_all(http2::PREFACE).expect("written");
    stream.write_all(&http2::get_livez(1)).expect("written");
    let mut came = Vec::new();
    let mut buffer = [0; 4096];
    // 0x88 is `:status: 200`.
    while !http2::frames(&came).iter().any(|(kind, payload)| *kind == 1 && payload.first() == Some(&0x88)) {
        let read = stream.read(&mut buffer).expect("more");
        assert!(read > 0, "{came:?}");
        came.extend_from_slice(&buffer[..read]);
    }
    let mut stream = server.connect();
    stream.write_all(http2::PREFACE).expect("written");
    let started = Instant::now();
    let resets = 10_000;
    let mut sent = 0;
    for number in 0..resets {
        let id = 2 * number + 1;
        if stream.write_all(&[http2::get_livez(id), http2::reset(id)].concat()).is_err() {
            break;
        }
        sent += 1;
    }
    let mut came = Vec::new();
    while let Ok(read @ 1..) = stream.read(&mut buffer) {
        came.extend_from_slice(&buffer[..read]);
    }
    let goaway = http2::frames(&came).iter().any(|(kind, _)| *kind == http2::GOAWAY);
    figure(
        "rapid resets: the connection ended after",
        format!("{sent} of {resets} sent, {:.0} ms", started.elapsed().as_secs_f64() * 1e3),
    );
    assert!(goaway || sent < resets, "ten thousand resets were welcome");
    assert_eq!(server.ask("GET /livez HTTP/1.1\r\nhost: a\r\n\r\n").status, 200);
    server.assert_sound();
}
