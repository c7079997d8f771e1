use super::*;
use expect_test::{Expect, expect};

/// Reads a message and says what became of it.
#[track_caller]
fn check(text: &str, wanted: Expect) {
    wanted.assert_eq(&match Message::read(text, None) {
        Ok(message) => format!("{} {}", message.kind.as_str(), message.text),
        Err(refusal) => format!("{}: {}", refusal.code.as_str(), refusal.reason),
    });
}

#[test]
fn a_message_is_kept_as_it_came() {
    check(
        r#"{"type":"track","event":"Sent","userId":"u","properties":{"n":10000000000000000999,"s":"\u0000é"}}"#,
        expect![[
            r#"track {"type":"track","event":"Sent","userId":"u","properties":{"n":10000000000000000999,"s":"\u0000é"}}"#
        ]],
    );
}

#[test]
fn lone_surrogates_become_replacement_characters() {
    check(
        r#"{"type":"page","userId":"u","properties":{"a":"\ud83d","b":"\ud83d\ude00","c":"\\ud83d","d":"\udc00x"}}"#,
        expect![[
            r#"page {"type":"page","userId":"u","properties":{"a":"\ufffd","b":"\ud83d\ude00","c":"\\ud83d","d":"\ufffdx"}}"#
        ]],
    );
}

#[test]
fn the_last_of_two_equal_keys_wins() {
    let message = Message::read(r#"{"type":"page","userId":"a","userId":"b"}"#, None).expect("a message");
    assert_eq!(message.user_id.as_deref(), Some("b"));
}

#[test]
fn nul_is_taken_out_of_ids() {
    let message = Message::read(r#"{"type":"page","userId":"a\u0000b"}"#, None).expect("a message");
    assert_eq!(message.user_id.as_deref(), Some("ab"));
}

#[test]
fn a_refused_message_still_names_its_id() {
    let refusal = Message::read(r#"{"type":"track","messageId":"m1","userId":"u"}"#, None).expect_err("no event");
    assert_eq!(refusal.message_id.as_deref(), Some("m1"));
}

#[test]
fn syntax_is_refused_with_its_place() {
    check(r#"{"type":"page","userId":"u","x":NaN}"#, expect!["invalid_json: expected value at line 1 column 33"]);
    check(
        r#"{"type":"page","userId":"u","x":1e999}"#,
        expect!["invalid_json: number out of range at line 1 column 37"],
    );
    check(r#"{"type":"page","userId":"u"} {}"#, expect!["invalid_json: trailing characters at line 1 column 30"]);
    check("", expect!["invalid_json: EOF while parsing a value at line 1 column 0"]);
    check(
        "[]",
        expect!["invalid_json: invalid type: sequence, expected a message, which is a JSON object at line 1 column 0"],
    );
}

#[test]
fn each_field_says_what_was_expected() {
    check(
        r#"{"userId":"u"}"#,
        expect!["unknown_type: `type` is missing; expected track, identify, group, page, screen or alias"],
    );
    check(
        r#"{"type":"click","userId":"u"}"#,
        expect![[r#"unknown_type: `type` is "click"; expected track, identify, group, page, screen or alias"#]],
    );
    check(r#"{"type":"page","userId":7}"#, expect!["wrong_type: `userId` is a number; expected a string"]);
    check(
        r#"{"type":"page","userId":"u","properties":[1]}"#,
        expect!["wrong_type: `properties` is a list; expected an object"],
    );
    check(
        r#"{"type":"page"}"#,
        expect!["missing_field: `userId` or `anonymousId` is missing or empty; the page message needs it"],
    );
    check(
        r#"{"type":"track","userId":"u","event":""}"#,
        expect!["missing_field: `event` is missing or empty; the track message needs it"],
    );
    check(
        r#"{"type":"group","userId":"u"}"#,
        expect!["missing_field: `groupId` is missing or empty; the group message needs it"],
    );
    check(
        r#"{"type":"alias","userId":"u"}"#,
        expect!["missing_field: `previousId` is missing or empty; the alias message needs it"],
    );
}

#[test]
fn too_long_too_large_and_too_deep_are_refused() {
    check(
        &format!(r#"{{"type":"page","userId":"{}"}}"#, "u".repeat(513)),
        expect!["field_too_long: `userId` has 513 bytes; at most 512 are kept"],
    );
    check(
        &format!(r#"{{"type":"page","userId":"u","x":"{}"}}"#, "x".repeat(33_000)),
        expect!["too_large: the message has 33035 bytes; at most 32768 are kept"],
    );
    let deep = format!(r#"{{"type":"page","userId":"u","x":{}1{}}}"#, "[".repeat(32), "]".repeat(32));
    check(&deep, expect!["too_deep: the message nests deeper than 32 levels"]);
}
