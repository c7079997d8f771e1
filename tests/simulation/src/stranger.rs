//! Senders that are not our SDK: a vendor's server, and scripts that post what nobody should.

use crate::dice::Dice;
use crate::ledger::Sent;
use crate::project::{BROWSER_KEY, SERVER_KEY};
use serde_json::json;

/// One request of theirs, and how each message in it must end.
#[derive(Clone, Debug)]
pub(crate) struct Letter {
    pub(crate) path: &'static str,
    pub(crate) server_key: Option<&'static str>,
    pub(crate) body: String,
    pub(crate) sent: Vec<Sent>,
    /// The whole request is refused with this status and code; nothing of it is a message.
    pub(crate) refused: Option<(u16, &'static str)>,
    /// Repeated until it is answered.
    pub(crate) insists: bool,
}

/// Good messages among malformed ones.
pub(crate) fn mixed(dice: &mut Dice, number: usize) -> Letter {
    let mut texts = Vec::new();
    let mut sent = Vec::new();
    for at in 0..dice.between(2, 12) {
        let id = format!("stranger-{number}-{at}");
        let good =
            json!({ "type": "track", "event": "Odd Job", "userId": format!("stranger-{number}"), "messageId": id });
        let mut bad = |text: String, id: Option<&str>, code: &'static str| {
            texts.push(text);
            sent.push(Sent::Bad { id: id.map(str::to_owned), code });
        };
        let mut changed = good.clone();
        match dice.between(0, 15) {
            0 => bad(r#"{"type":"track","event":NaN}"#.into(), None, "invalid_json"),
            1 => bad(r#"{"type":"track" "event":"x"}"#.into(), None, "invalid_json"),
            2 => bad("null".into(), None, "invalid_json"),
            3 => {
                changed["userId"] = json!(17);
                bad(changed.to_string(), Some(&id), "wrong_type");
            }
            4 => {
                changed["properties"] = json!(["a list"]);
                bad(changed.to_string(), Some(&id), "wrong_type");
            }
            5 => {
                changed["type"] = json!("purchase");
                bad(changed.to_string(), Some(&id), "unknown_type");
            }
            6 => {
                changed["event"] = json!("");
                bad(changed.to_string(), Some(&id), "missing_field");
            }
            7 => {
                changed["userId"] = json!(null);
                bad(changed.to_string(), Some(&id), "missing_field");
            }
            8 => {
                changed["properties"] = json!({ "text": "x".repeat(33_000) });
                bad(changed.to_string(), None, "too_large");
            }
            9 => {
                let deep = format!("{}1{}", "[".repeat(40), "]".repeat(40));
                bad(
                    format!(r#"{{"type":"track","event":"x","userId":"u","properties":{{"a":{deep}}}}}"#),
                    None,
                    "too_deep",
                );
            }
            10 => {
                changed["event"] = json!("e".repeat(600));
                bad(changed.to_string(), Some(&id), "field_too_long");
            }
            11 => {
                changed["timestamp"] = json!("yesterday");
                bad(changed.to_string(), Some(&id), "invalid_time");
            }
            12 => {
                // Half a surrogate pair, as `slice` makes it: repaired, not refused.
                let text = good.to_string();
                texts.push(format!(r#"{},"properties":{{"text":"\ud83d"}}}}"#, text.trim_end_matches('}')));
                sent.push(Sent::Good { id });
            }
            _ => {
                texts.push(good.to_string());
                sent.push(Sent::Good { id });
            }
        }
    }
    // The same message twice in one request.
    if let Some(at) = sent.iter().position(|it| matches!(it, Sent::Good { .. })) {
        texts.push(texts[at].clone());
        sent.push(sent[at].clone());
    }
    let body = format!(r#"{{"writeKey":"{BROWSER_KEY}","batch":[{}]}}"#, texts.join(","));
    Letter { path: "/v1/batch", server_key: None, body, sent, refused: None, insists: false }
}

/// A request that is refused as a whole.
pub(crate) fn unreadable(dice: &mut Dice) -> Letter {
    let message = r#"{"type":"page","userId":"stranger"}"#;
    let (body, status, code) = match dice.between(0, 4) {
        0 => (format!(r#"{{"writeKey":"{BROWSER_KEY}","batch":[{message}"#), 400, "invalid_body"),
        1 => (format!(r#"{{"writeKey":"{BROWSER_KEY}","messages":[{message}]}}"#), 400, "invalid_body"),
        2 => (format!(r#"{{"writeKey":"wk_unknown","batch":[{message}]}}"#), 401, "unknown_key"),
        3 => (format!(r#"{{"batch":[{message}]}}"#), 401, "unknown_key"),
        _ => {
            let many = vec![message; 16_000].join(",");
            (format!(r#"{{"writeKey":"{BROWSER_KEY}","batch":[{many}]}}"#), 413, "too_large")
        }
    };
    Letter { path: "/v1/batch", server_key: None, body, sent: vec![], refused: Some((status, code)), insists: false }
}

/// The vendor's server says that this user's invoice was paid.
pub(crate) fn paid(number: usize, user: &str, at: &str) -> Letter {
    let id = format!("paid-{number}");
    let body = json!({ "type": "track", "event": "Invoice Paid", "userId": user, "messageId": id, "timestamp": at });
    Letter {
        path: "/v1/track",
        server_key: Some(SERVER_KEY),
        body: body.to_string(),
        sent: vec![Sent::Good { id }],
        refused: None,
        insists: true,
    }
}
