use super::*;

fn texts(body: &Body) -> Vec<String> {
    let text = |it: &Piece| match it {
        Piece::Plain(plain) => plain.text.of(&body.text).to_owned(),
        Piece::Other(span) => span.of(&body.text).to_owned(),
    };
    body.messages.iter().map(text).collect()
}

#[track_caller]
fn check(body: &str, wanted: Result<&[&str], &str>) {
    let found = Body::of_batch(body.to_owned()).map(|it| texts(&it)).map_err(|it| it.to_string());
    let owned = |texts: &[&str]| texts.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
    assert_eq!(found, wanted.map(owned).map_err(str::to_owned));
}

#[test]
fn a_bad_message_keeps_its_neighbours() {
    check(r#"{"batch":[{"a":1}, {"b":NaN}, {"c":"]}"} ]}"#, Ok(&[r#"{"a":1}"#, r#"{"b":NaN}"#, r#"{"c":"]}"}"#]));
    check(r#"{"batch":[{"a":1}{"b":2},,{}]}"#, Ok(&[r#"{"a":1}{"b":2}"#, "", "{}"]));
    check(r#"{"batch":[]}"#, Ok(&[]));
    check(r#" {"sentAt":"x","batch":[1],"writeKey":"\u0061"} "#, Ok(&["1"]));
}

#[test]
fn unclear_borders_refuse_the_body_and_say_where() {
    check("", Err("expected a JSON object (at byte 0)"));
    check("[]", Err("expected a JSON object (at byte 0)"));
    check("{}", Err("expected a key \"batch\" that holds the list of messages (at byte 2)"));
    check(r#"{"batch":{}}"#, Err("expected \"batch\" to hold a list of messages (at byte 9)"));
    check(r#"{"batch":[{"a":"x}]}"#, Err("expected the string to end: a closing quote is missing (at byte 20)"));
    check(r#"{"batch":[{]}"#, Err("expected brackets to close in the order they opened (at byte 11)"));
    check(r#"{"batch":[{}]} x"#, Err("expected nothing after the object (at byte 15)"));
    check(r#"{"batch":[{"#, Err("expected the body to go on: it ends inside a value (at byte 11)"));
}

#[test]
fn a_deep_body_does_not_exhaust_the_stack() {
    let deep = format!(r#"{{"batch":[{}{}]}}"#, "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(Body::of_batch(deep).map(|it| it.messages.len()), Ok(1));
}

#[test]
fn a_single_message_carries_the_envelope() {
    let body = r#"{"type":"track","writeKey":"wk","sentAt":"now"}"#;
    let envelope = Body::of_message(body.to_owned(), Kind::Track);
    assert_eq!(envelope.write_key.as_deref(), Some("wk"));
    assert_eq!(envelope.sent_at.as_deref(), Some("now"));
    assert_eq!(envelope.messages.len(), 1);
}

// ── The property: one pass reads what a reading by itself would, or leaves it ──────────────────────

use crate::app::message::{Message, Said};
use proptest::prelude::*;

fn some_text() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => "[ -!#-\\[\\]-~éü🙂\u{7f}]{0,24}",
        1 => Just(r"\u0000".to_owned()),
        1 => Just(r"a\ud83d".to_owned()),
        1 => Just(r"\ud83d\ude00\udC00".to_owned()),
        1 => Just(r#"q\"\\\/\b\f\n\r\té"#.to_owned()),
        1 => Just("\t".to_owned()),
        1 => Just(r"\x".to_owned()),
        1 => (500..530_usize).prop_map(|length| "i".repeat(length)),
    ]
    .prop_map(|it| format!("\"{it}\""))
}

fn some_number() -> impl Strategy<Value = String> {
    let odd = [
        "0",
        "-0",
        "01",
        "-",
        "1.",
        ".5",
        "1.5",
        "1e5",
        "1E400",
        "-1e999",
        "1e-5",
        "NaN",
        "Infinity",
        "18446744073709551615",
        "18446744073709551616",
        "9999999999999999999999",
        "1.0",
        "+1",
        "0x10",
        "1_000",
    ];
    prop_oneof![
        3 => any::<i64>().prop_map(|it| it.to_string()),
        2 => any::<f64>().prop_map(|it| it.to_string()),
        3 => prop::sample::select(odd.to_vec()).prop_map(str::to_owned),
        1 => (295..312_usize).prop_map(|digits| "9".repeat(digits)),
    ]
}

fn some_time() -> impl Strategy<Value = String> {
    let times = [
        "2026-01-31T12:00:00.000Z",
        "2026-01-31T12:00:00Z",
        " 2026-01-31T12:00:00+01:00 ",
        "2026-02-30T12:00:00Z",
        "1969-12-31T23:59:59Z",
        "2026-01-31T12:00:60Z",
        "2026-01-31",
        "yesterday",
        "",
    ];
    prop::sample::select(times.to_vec()).prop_map(|it| format!("\"{it}\""))
}

fn some_value() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        3 => some_text(),
        3 => some_number(),
        1 => prop::sample::select(vec!["null", "true", "false", "nul", "True", "{}", "[]", "{ }", "[ ]"]).prop_map(str::to_owned),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(|it| format!("[{}]", it.join(" , "))),
            prop::collection::vec((some_text(), inner), 0..3).prop_map(|it| object(&it)),
            (25..36_usize).prop_map(|depth| format!("{}1{}", "[".repeat(depth), "]".repeat(depth))),
        ]
    })
}

fn object(pairs: &[(String, String)]) -> String {
    let pairs: Vec<String> = pairs.iter().map(|(key, value)| format!("{key}:{value}")).collect();
    format!("{{{}}}", pairs.join(","))
}

fn some_context() -> impl Strategy<Value = String> {
    let key = prop::sample::select(vec!["clientId", "seq", "end", "library", "page", "clientId", "se\\u0071"]);
    let library =
        prop::collection::vec((prop::sample::select(vec!["name", "version"]), some_value()), 0..3).prop_map(|it| {
            object(&it.iter().map(|(key, value)| (format!("\"{key}\""), value.clone())).collect::<Vec<_>>())
        });
    let value =
        prop_oneof![some_value(), (1..1_000_u32).prop_map(|it| it.to_string()), Just("true".to_owned()), library];
    prop::collection::vec((key.prop_map(|it| format!("\"{it}\"")), value), 0..6).prop_map(|it| object(&it))
}

fn some_field() -> impl Strategy<Value = (String, String)> {
    let field = |key: &'static str, value: BoxedStrategy<String>| (Just(format!("\"{key}\"")), value).boxed();
    let kinds = ["track", "identify", "group", "page", "screen", "alias", "click", "Track"];
    let kind = prop::sample::select(kinds.to_vec()).prop_map(|it| format!("\"{it}\""));
    let id = || {
        prop_oneof![4 => "\"[a-z0-9-]{1,20}\"", 1 => some_text(), 1 => Just("null".to_owned()), 1 => some_value()]
            .boxed()
    };
    let object = || {
        prop_oneof![2 => prop::collection::vec((some_text(), some_value()), 0..4).prop_map(|it| object(&it)), 1 => some_value()].boxed()
    };
    prop_oneof![
        4 => field("type", prop_oneof![8 => kind, 1 => some_value()].boxed()),
        2 => field("messageId", id()),
        4 => field("userId", id()),
        2 => field("anonymousId", id()),
        4 => field("event", id()),
        1 => field("groupId", id()),
        1 => field("previousId", id()),
        1 => field("timestamp", prop_oneof![5 => some_time(), 1 => some_value()].boxed()),
        1 => field("originalTimestamp", prop_oneof![5 => some_time(), 1 => some_value()].boxed()),
        1 => field("receivedAt", prop_oneof![5 => some_time(), 1 => some_value()].boxed()),
        2 => field("properties", object()),
        1 => field("traits", object()),
        2 => field("context", prop_oneof![4 => some_context(), 1 => some_value()].boxed()),
        1 => (some_text(), some_value()).boxed(),
        1 => field("us\\u0065rId", id()),
    ]
}

fn some_message() -> impl Strategy<Value = String> {
    let space = || prop::sample::select(vec!["", "", "", " ", "\n\t ", "\u{a0}"]);
    (prop::collection::vec((some_field(), space(), space()), 0..9), space(), space()).prop_map(
        |(fields, before, after)| {
            let fields: Vec<String> = fields
                .iter()
                .map(|((key, value), left, right)| format!("{left}{key}{right}:{left}{value}{right}"))
                .collect();
            format!("{before}{{{}}}{after}", fields.join(","))
        },
    )
}

/// A text with some characters changed, as often as not none.
fn mutated(text: &str, changes: &[(u32, u8)]) -> String {
    let mut text: Vec<char> = text.chars().collect();
    for (place, what) in changes {
        let place = *place as usize % (text.len() + 1);
        let pool: Vec<char> = "{}[]\",:\\ 0e.-n\u{0}\u{1f}é/u".chars().collect();
        match what % 3 {
            0 if place < text.len() => drop(text.remove(place)),
            1 if place < text.len() => text[place] = pool[usize::from(*what) % pool.len()],
            _ => text.insert(place, pool[usize::from(*what) % pool.len()]),
        }
    }
    text.into_iter().collect()
}

/// What was read on the way is what `message.rs` reads, and what a naive reader finds in it.
fn agrees(text: &str, implied: Option<Kind>) -> Result<bool, TestCaseError> {
    let Piece::Plain(plain) = whole(text, 0, text.len(), implied) else { return Ok(false) };
    let message = match Message::read(text.trim(), implied) {
        Ok(message) => message,
        Err(refusal) => return Err(TestCaseError::fail(format!("taken, but to be refused: {refusal:?}"))),
    };
    let some = |span: Span| if span.is_empty() { None } else { Some(span.of(text).to_owned()) };
    prop_assert_eq!(plain.kind, message.kind);
    prop_assert_eq!(plain.text.of(text), &*message.text);
    prop_assert_eq!(some(plain.message_id), message.message_id);
    prop_assert_eq!(some(plain.user_id), message.user_id);
    prop_assert_eq!(some(plain.anonymous_id), message.anonymous_id);
    prop_assert_eq!(some(plain.event), message.event);
    prop_assert_eq!(some(plain.group_id), message.group_id);
    prop_assert_eq!(some(plain.previous_id), message.previous_id);
    let time = |text: &Option<String>| text.as_deref().map(|it| parse_ms(it).expect("a time that was taken"));
    prop_assert_eq!(plain.timestamp_ms, time(&message.timestamp));
    prop_assert_eq!(plain.original_ms, time(&message.original_timestamp));
    prop_assert_eq!(plain.received_ms, time(&message.received_at));
    let said = Said::in_message(&message.text);
    let sent = said.sent();
    let (client_id, library) = (some(plain.sent.client_id), some(plain.sent.library));
    prop_assert_eq!(client_id.as_deref(), sent.client_id);
    prop_assert_eq!((plain.sent.seq, plain.sent.is_end), (sent.seq, sent.is_end));
    prop_assert_eq!(library.as_deref(), sent.library);
    let value: Value = serde_json::from_str(text.trim()).expect("JSON");
    let naive = |key: &str| value[key].as_str().filter(|it| !it.is_empty()).map(str::to_owned);
    prop_assert_eq!(value.get("type").and_then(Value::as_str).unwrap_or(plain.kind.as_str()), plain.kind.as_str());
    prop_assert_eq!(some(plain.user_id), naive("userId"));
    prop_assert_eq!(some(plain.anonymous_id), naive("anonymousId"));
    prop_assert_eq!(some(plain.message_id), naive("messageId"));
    prop_assert_eq!(some(plain.event), naive("event"));
    prop_assert_eq!(
        some(plain.sent.client_id),
        value["context"]["clientId"].as_str().filter(|it| !it.is_empty() && it.len() <= 512).map(str::to_owned)
    );
    Ok(true)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6_000, ..ProptestConfig::default() })]

    #[test]
    fn one_pass_reads_what_a_reading_by_itself_would(
        message in some_message(),
        changes in prop::collection::vec(any::<(u32, u8)>(), 0..4),
        implied in prop::option::of(prop::sample::select(Kind::ALL.to_vec())),
    ) {
        agrees(&message, implied)?;
        agrees(&mutated(&message, &changes), implied)?;
    }

    /// Between neighbours, a message is cut out just as brackets and quotes alone would cut it.
    #[test]
    fn one_pass_finds_the_borders_that_brackets_and_quotes_make(
        messages in prop::collection::vec(some_message(), 0..4),
        changes in prop::collection::vec(any::<(u32, u8)>(), 0..3),
    ) {
        let body = mutated(&format!(r#"{{"sentAt":"x","batch":[{}],"writeKey":"wk"}}"#, messages.join(",")), &changes);
        let cut = cut_by_brackets(&body);
        let read = Body::of_batch(body).map(|it| texts(&it));
        prop_assert_eq!(read, cut);
    }
}

fn cut_by_brackets(body: &str) -> Result<Vec<String>, BodyError> {
    let mut messages = Vec::new();
    let mut has_batch = false;
    let mut scanner = Scanner::new(body);
    scanner.object(|scanner, key, _| {
        if key != "batch" {
            return scanner.skip_value();
        }
        has_batch = true;
        messages.clear();
        scanner.array(|scanner| {
            let start = scanner.at_byte;
            scanner.skip_until_separator()?;
            messages.push(body[start..scanner.at_byte].trim().to_owned());
            Ok(())
        })
    })?;
    if has_batch {
        Ok(messages)
    } else {
        Err(scanner.error("expected a key \"batch\" that holds the list of messages"))
    }
}

#[test]
fn usual_messages_are_read_in_one_pass() {
    for text in [
        r#"{"type":"track","event":"Invoice Sent","userId":"u","messageId":"m","properties":{"total":12.5,"tags":["a",null,true],"note":"a \"quoted\" word, é and \n"}}"#,
        r#"{"type":"identify","messageId":"m","anonymousId":"a","userId":null,"traits":{},"context":{"library":{"name":"milepost-js","version":"0.1.0"},"clientId":"c","seq":7,"end":true},"originalTimestamp":"2026-01-31T12:00:00.000Z"}"#,
        r#" { "type" : "group" , "userId" : "u" , "groupId" : "acme" , "traits" : { "n" : [ ] } } "#,
    ] {
        assert!(agrees(text, None).expect("agreement"), "{text}");
    }
    let Piece::Plain(plain) = whole(
        r#"{"type":"page","userId":"u","context":{"seq":7,"end":true,"clientId":"c","library":{"name":"l"}}}"#,
        0,
        97,
        None,
    ) else {
        panic!("not read in one pass");
    };
    assert_eq!((plain.sent.seq.map(u64::from), plain.sent.is_end), (Some(7), true));
    assert!(!plain.sent.client_id.is_empty() && !plain.sent.library.is_empty());
}
