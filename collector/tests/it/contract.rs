//! The durability contract, clause by clause; `docs/reference/durability.md` names these tests.
//!
//! What a kill, a power cut or a broken disk would undo is in `tests/crash`.

use crate::support::{Collector, NOW_MS, PROJECT};
use milepost::{Clock, project};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

fn signed_up(id: &str) -> Value {
    json!({ "type": "track", "event": "Signed Up", "userId": format!("user of {id}"), "messageId": id })
}

fn batch(messages: &[Value]) -> String {
    json!({ "batch": messages }).to_string()
}

#[tokio::test]
async fn an_answer_lists_one_outcome_for_each_message_in_their_order() {
    let collector = Collector::start().await;
    collector.post("/v1/batch", batch(&[signed_up("old")])).await;
    let messages = [
        signed_up("new"),
        json!(7),
        signed_up("old"),
        json!({ "type": "track", "messageId": "bad" }),
        signed_up("new"),
    ];
    let answer = collector.post("/v1/batch", batch(&messages)).await;
    assert_eq!(answer.summary(), "200 [accepted, invalid_json, duplicate, missing_field, duplicate]");
    let outcomes = answer.json()["outcomes"].as_array().cloned().unwrap_or_default();
    let named: Vec<(usize, Option<&str>)> =
        outcomes.iter().enumerate().map(|(nth, it)| (nth, it["messageId"].as_str())).collect();
    assert_eq!(named, [(0, Some("new")), (1, None), (2, Some("old")), (3, Some("bad")), (4, Some("new"))]);
    for (nth, outcome) in outcomes.iter().enumerate() {
        assert_eq!(outcome["index"], nth);
        assert_eq!(outcome["code"].is_string(), outcome["outcome"] == "rejected", "{outcome}");
    }
}

/// Another connection sees what is answered the moment it is answered: nothing is left to be done later.
#[tokio::test]
async fn an_accepted_message_is_stored_when_the_answer_comes() {
    let collector = Collector::start().await;
    let file = collector.folder.path().join("events.sqlite");
    for nth in 0..50 {
        let id = format!("message {nth}");
        assert_eq!(collector.post("/v1/batch", batch(&[signed_up(&id)])).await.summary(), "200 [accepted]");
        let reader = rusqlite::Connection::open(&file).expect("the file");
        let found = reader.query_row("SELECT count(*) FROM message WHERE id = ?1", [&id], |row| row.get::<_, i64>(0));
        assert_eq!(found.expect("an answer"), 1, "{id}");
    }
}

#[tokio::test]
async fn a_message_id_is_stored_once_however_often_and_by_whomever_it_is_sent() {
    let collector = Collector::start().await;
    let uuid = "0190a3a2-0000-7000-8000-000000000001";
    for id in ["an id of its own", uuid] {
        let repeated = batch(&vec![signed_up(id); 20]);
        let answers = tokio::join!(
            collector.post("/v1/batch", repeated.clone()),
            collector.post("/v1/batch", repeated.clone()),
            collector.post("/v1/track", signed_up(id).to_string()),
            collector.post("/v1/batch", repeated),
        );
        let all = [answers.0, answers.1, answers.2, answers.3];
        let count = |name: &str| all.iter().filter_map(|it| it.json()[name].as_u64()).sum::<u64>();
        assert_eq!((count("accepted"), count("duplicate")), (1, 60), "{id}");
    }
    // Also after a restart, and with another content.
    let project = project::parse("milepost.toml", PROJECT).expect("definitions without mistakes");
    let collector = Collector::start_in(collector.stop(), project, Clock::by_hand(NOW_MS + 1)).await;
    let other = json!({ "type": "page", "userId": "another", "messageId": uuid });
    assert_eq!(collector.post("/v1/page", other.to_string()).await.summary(), "200 [duplicate]");
    assert_eq!(collector.events.count().await.expect("a count"), 2);
    assert_eq!(collector.reached().await, [2, 0, 0]);
}

#[tokio::test]
async fn a_message_is_kept_to_the_letter() {
    let collector = Collector::start().await;
    let properties = r#""properties":{"n":10000000000000000999,"z":1.10,"a":"é\u00e9"}"#;
    let message = format!(r#"{{ "type":"page" ,"userId":"u","messageId":"m",{properties} }}"#);
    let answer = collector.post("/v1/batch", format!(r#"{{"batch":[{message}]}}"#)).await;
    assert_eq!(answer.summary(), "200 [accepted]");
    let reader = rusqlite::Connection::open(collector.folder.path().join("events.sqlite")).expect("the file");
    let stored = reader.query_row("SELECT body FROM message", [], |row| row.get::<_, String>(0));
    assert_eq!(stored.expect("a message"), message);
    let read = &collector.events.messages(0, 10).await.expect("messages").0[0];
    assert!(read.contains(properties), "{read}");
}

/// The program with its counters, killed when it is dropped.
struct Program {
    child: Child,
    address: String,
    _folder: tempfile::TempDir,
}

impl Program {
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let config = folder.path().join("milepost.toml");
        std::fs::write(&config, PROJECT).expect("definitions");
        let mut command = Command::new(env!("CARGO_BIN_EXE_milepost"));
        command.args(["serve", "--json", "--listen", "127.0.0.1:0"]).env_remove("MILEPOST_LOG");
        command.arg("--config").arg(config).arg("--data").arg(folder.path().join("data"));
        let mut child = command.stdin(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the program");
        let mut log = BufReader::new(child.stderr.take().expect("stderr")).lines().map_while(Result::ok);
        let listens = |line: String| Some(line.split_once(r#""address":""#)?.1.split('"').next()?.to_owned());
        let address = log.find_map(listens).expect("an address");
        // Somebody has to read on, or the program would wait.
        std::thread::spawn(move || log.for_each(drop));
        Self { child, address, _folder: folder }
    }

    fn ask(&self, request: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).expect("a connection");
        let authorization = crate::support::basic("wk_test");
        let length = body.len();
        write!(
            stream,
            "{request} HTTP/1.1\r\nhost: collector\r\nconnection: close\r\nauthorization: {authorization}\r\ncontent-length: {length}\r\n\r\n{body}"
        )
        .expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    }

    /// Received, accepted, duplicate, rejected, shed.
    fn counters(&self) -> [u64; 5] {
        let text = self.ask("GET /metrics", "");
        let sum = |start: &str| {
            let lines = text.lines().filter(|it| it.starts_with(start));
            lines.filter_map(|it| it.rsplit(' ').next()?.parse::<u64>().ok()).sum()
        };
        let outcome = |name: &str| sum(&format!("milepost_messages_total{{outcome=\"{name}\""));
        let received = sum("milepost_messages_received_total");
        [received, outcome("accepted"), outcome("duplicate"), outcome("rejected"), outcome("shed")]
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_counters_are_exported_and_add_up_to_what_was_received() {
    let program = Program::start();
    assert_eq!(program.counters(), [0; 5]);
    let messages = [signed_up("a"), signed_up("b"), signed_up("a"), json!({ "type": "page" }), json!(null)];
    let answer = program.ask("POST /v1/batch", &batch(&messages));
    assert!(answer.contains(r#""received":5,"accepted":2,"duplicate":1,"rejected":2,"shed":0"#), "{answer}");
    assert_eq!(program.counters(), [5, 2, 1, 2, 0]);
    program.ask("POST /v1/track", &signed_up("c").to_string());
    // Nothing was received of what could not be cut into messages.
    program.ask("POST /v1/batch", "{");
    assert_eq!(program.counters(), [6, 3, 1, 2, 0]);
}
