//! Every file of JSONTestSuite (<https://github.com/nst/JSONTestSuite>, MIT) as a message's property and as a whole body.
//!
//! What it calls `y` must be accepted, what it calls `n` must not; for the rest the golden file says what happens, and
//! `docs/reference/http-api.md` repeats it. The cases are one a line, in the escapes of a Rust byte string.

use crate::support::{BASIC_WK, Reply, Server, post};
use expect_test::expect_file;
use std::io::Write;
use std::net::TcpStream;

const PARSING: &str = include_str!("json_test_suite/parsing.tsv");
const TRANSFORM: &str = include_str!("json_test_suite/transform.tsv");
const HTTP_API: &str = include_str!("../../../docs/reference/http-api.md");

fn cases(table: &str) -> Vec<(String, Vec<u8>)> {
    let lines = table.lines().filter_map(|it| it.split_once('\t'));
    lines.map(|(name, escaped)| (name.to_owned(), unescaped(escaped))).collect()
}

fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        bytes.push(match rest.next().expect("something escaped") {
            b't' => b'\t',
            b'n' => b'\n',
            b'r' => b'\r',
            b'x' => {
                let digits = [rest.next(), rest.next()].map(|it| it.expect("a digit") as char);
                u8::from_str_radix(&digits.iter().collect::<String>(), 16).expect("two digits")
            }
            other => other,
        });
    }
    bytes
}

fn parsing_cases() -> Vec<(String, Vec<u8>)> {
    let mut all = cases(PARSING);
    // Too long for a line.
    all.push(("n_structure_100000_opening_arrays".to_owned(), b"[".repeat(100_000)));
    all.push(("n_structure_open_array_object".to_owned(), [b"[{\"\":".repeat(50_000), b"\n".to_vec()].concat()));
    all.sort();
    all
}

struct Asking {
    server: Server,
    stream: Option<TcpStream>,
}

impl Asking {
    fn ask(&mut self, path: &str, body: &[u8]) -> Reply {
        let mut stream = self.stream.take().unwrap_or_else(|| self.server.connect());
        let _ = stream.write_all(&post(path, BASIC_WK, body));
        let reply = Reply::read(&mut stream).expect("an answer");
        if reply.headers.get("connection").is_none_or(|it| it != "close") {
            self.stream = Some(stream);
        }
        assert!(reply.status < 500, "{} {}", reply.status, reply.text());
        reply
    }

    fn as_property(&mut self, case: &[u8]) -> Reply {
        let body = [br#"{"batch":[{"type":"page","userId":"u","messageId":""#, self.id().as_bytes()].concat();
        let body = [&body, &br#"","properties":{"a":"#[..], case, b"}}]}"].concat();
        self.ask("/v1/batch", &body)
    }

    /// Unlike any before.
    fn id(&self) -> String {
        use std::sync::atomic::{AtomicU32, Ordering};
        static NEXT: AtomicU32 = AtomicU32::new(0);
        format!("case-{}", NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

#[test]
fn json_is_read_as_the_suite_says() {
    let mut asking = Asking { server: Server::start(""), stream: None };
    let cases = parsing_cases();
    assert_eq!(cases.len(), 318);
    let mut golden =
        String::from("case\tas a property\tas the whole body of /v1/track\tas the whole body of /v1/batch\n");
    let mut wrong = Vec::new();
    for (name, case) in &cases {
        let property = asking.as_property(case).summary();
        let track = asking.ask("/v1/track", case).summary();
        let batch = asking.ask("/v1/batch", case).summary();
        let is_accepted = property == "200 [accepted]";
        // A whole body that is JSON, but says nothing, is refused for what it lacks; one that is not, for that.
        let is_read = track != "400 [invalid_json]" && track != "400 invalid_utf8" && track != "400 [too_deep]";
        let is_object = case.trim_ascii().starts_with(b"{");
        match &name[..2] {
            "y_" if !is_accepted || (is_object && !is_read) => wrong.push(format!("{name}: {property}, {track}")),
            "n_" if is_accepted || (is_read && track != "400 [too_large]") => {
                wrong.push(format!("{name}: {property}, {track}"))
            }
            "i_" => {
                let documented =
                    format!("| `{name}` | {} |", property.trim_start_matches("200 ").trim_matches(['[', ']']));
                if !HTTP_API.contains(&documented) {
                    wrong.push(format!("docs/reference/http-api.md lacks {documented}"));
                }
            }
            _ => {}
        }
        golden.push_str(&format!("{name}\t{property}\t{track}\t{batch}\n"));
    }
    expect_file!["json_test_suite/answers.tsv"].assert_eq(&golden);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    asking.server.assert_sound();
}

#[test]
fn what_can_be_read_in_two_ways_is_stored_in_one() {
    let mut asking = Asking { server: Server::start(""), stream: None };
    let answers: Vec<(String, String, String)> = cases(TRANSFORM)
        .into_iter()
        .map(|(name, case)| {
            let reply = asking.as_property(&case);
            let body: serde_json::Value = serde_json::from_slice(&reply.body).expect("JSON");
            let id = body["outcomes"][0]["messageId"].as_str().unwrap_or_default().to_owned();
            (name, reply.summary(), id)
        })
        .collect();
    asking.server.assert_sound();
    asking.stream = None;
    asking.server.signal("TERM");
    assert_eq!(asking.server.wait().0, Some(0));
    let stored = asking.server.stored_lines();
    let mut golden = String::from("case\tanswer\tstored\n");
    for (name, answer, id) in answers {
        let line = stored.iter().find(|it| !id.is_empty() && it.contains(&format!("\"messageId\":\"{id}\"")));
        // Times are the server's and differ from run to run.
        let property = line.and_then(|it| it.split_once("\"properties\":{\"a\":")?.1.split_once("},\"receivedAt\""));
        golden.push_str(&format!("{name}\t{answer}\t{}\n", property.map_or("", |it| it.0.trim_end())));
    }
    expect_file!["json_test_suite/stored.tsv"].assert_eq(&golden);
}
