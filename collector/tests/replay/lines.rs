//! Lines, read: our own to the letter, those from elsewhere with good will.

use super::support::read;
use domain::hesitation::Device;
use expect_test::{Expect, expect};
use milepost::replay::{Line, Mark, Notice, Unknown};
use sdk_core::hesitation::{Busy, Observation, PromptSaid, Surface, record};

/// Each kind, with the extremes of what it holds.
fn observations() -> Vec<Observation<'static>> {
    let mut all = vec![
        Observation::Started {
            user: "ada \"A\" \\ \n é 💡", session: "s/1", device: Device::Touch, memory: "1,2;3"
        },
        Observation::Started { user: "", session: "", device: Device::Desktop, memory: "" },
        Observation::Page { page: "/invoices/:id", context: "trial" },
        Observation::Page { page: "", context: "" },
        Observation::Left,
        Observation::Shown(true),
        Observation::Shown(false),
        Observation::Tick,
        Observation::Moved { x: i32::MIN, y: i32::MAX },
        Observation::Reacted,
        Observation::Scrolled { y: -3, height: 800 },
        Observation::Focused { field: u32::MAX },
        Observation::Typed { field: 0, by: -12 },
        Observation::Blurred { field: 7, is_changed: true },
        Observation::Blurred { field: 7, is_changed: false },
        Observation::Keyed,
        Observation::Invalid { field: 9 },
        Observation::Failed,
        Observation::SoughtHelp,
        Observation::Progress { state: u32::MAX },
        Observation::Outcome { is_stuck: true },
        Observation::Outcome { is_stuck: false },
    ];
    for on in [Surface::Control, Surface::Plain, Surface::Opaque] {
        all.extend([true, false].map(|is_alive| Observation::Clicked { target: 271_828, on, is_alive }));
    }
    for busy in [Busy::Dragging, Busy::Composing, Busy::Modal, Busy::Dirty, Busy::Media, Busy::Fullscreen] {
        all.extend([Observation::Busy(busy, true), Observation::Busy(busy, false)]);
    }
    all.extend(PromptSaid::ALL.map(Observation::Prompt));
    all
}

#[test]
fn what_is_recorded_can_be_read() {
    for observation in observations() {
        for t_ms in [0, -5, 1_760_000_000_123, i64::MAX] {
            let text = record(t_ms, &observation);
            let line = read(&text);
            assert_eq!((line.t_ms, line.observation()), (t_ms, Some(observation)), "{text}");
        }
    }
}

#[test]
fn models_and_decisions_are_no_observations() {
    assert_eq!(read("[1200,20,7]").mark, Mark::Model { version: 7 });
    assert_eq!(read(r#"{"t":1200,"kind":"model","version":7}"#).mark, Mark::Model { version: 7 });
    let decision = r#"{"t":1, "verdict":"ask"}"#;
    assert_eq!(read(&format!("[1200,21,{decision}]")).mark, Mark::Decision(decision.into()));
    let long = format!(r#"{{"t":1200,"kind":"decision","decision":{decision}}}"#);
    assert_eq!(read(&long).mark, Mark::Decision(decision.into()));
}

#[test]
fn both_forms_say_the_same() {
    for (long, short) in [
        (r#"{"t":5,"kind":"show"}"#, "[5,0,1]"),
        (r#"{"t":5,"kind":"hide"}"#, "[5,0,0]"),
        (r#"{"t":5,"kind":"move","x":10,"y":-2}"#, "[5,1,10,-2,0]"),
        (r#"{"t":5,"kind":"click","target":9,"on":"plain","alive":true}"#, "[5,2,9,1,1]"),
        (r#"{"t":5,"kind":"react"}"#, "[5,3]"),
        (r#"{"t":5,"kind":"scroll","y":400,"height":900}"#, "[5,4,400,900,0]"),
        (r#"{"t":5,"kind":"focus","target":9}"#, "[5,5,9]"),
        (r#"{"t":5,"kind":"input","target":9,"by":-3}"#, "[5,6,9,-3]"),
        (r#"{"t":5,"kind":"blur","target":9,"changed":true}"#, "[5,7,9,1]"),
        (r#"{"t":5,"kind":"key"}"#, "[5,8]"),
        (r#"{"t":5,"kind":"invalid","target":9}"#, "[5,9,9]"),
        (r#"{"t":5,"kind":"error"}"#, "[5,10]"),
        (r#"{"t":5,"kind":"help"}"#, "[5,11]"),
        (r#"{"t":5,"kind":"busy","what":"modal"}"#, "[5,12,2,1]"),
        (r#"{"t":5,"kind":"free","what":"media"}"#, "[5,12,4,0]"),
        (r#"{"t":5,"kind":"tick"}"#, "[5,13]"),
        (r#"{"t":5,"kind":"leave"}"#, "[5,14]"),
        (r#"{"t":5,"kind":"progress","state":77}"#, "[5,15,77]"),
        (r#"{"t":5,"kind":"outcome","stuck":true}"#, "[5,16,1]"),
        (r#"{"t":5,"kind":"prompt","said":"timedOut"}"#, "[5,17,7]"),
        (r#"{"t":5,"kind":"start","user":"u","session":"s","device":"touch","memory":"m"}"#, r#"[5,18,"u","s",1,"m"]"#),
        (r#"{"t":5,"kind":"page","page":"/a","context":"c"}"#, r#"[5,19,"/a","c"]"#),
    ] {
        assert_eq!(read(long), read(short), "{long}");
    }
}

#[test]
fn lines_from_elsewhere_leave_out_and_mix_up() {
    let mark = |text| read(text).mark.clone();
    let opaque = |target| Mark::Seen(Observation::Clicked { target, on: Surface::Opaque, is_alive: false });
    assert_eq!(mark(r##"{"t":0,"kind":"click","target":"a"}"##), opaque(0xe40c_292c));
    assert_eq!(mark(r#"{"t":0,"kind":"click"}"#), opaque(0));
    assert_eq!(mark(r#"{"t":0,"kind":"action","target":17}"#), opaque(17));
    assert_eq!(mark(r#"{"t":0,"kind":"action","target":-17}"#), mark(r#"{"t":0,"kind":"action","target":"-17"}"#));
    assert_eq!(mark(r#"{"t":0,"kind":"input"}"#), Mark::Seen(Observation::Typed { field: 0, by: 1 }));
    assert_eq!(mark(r#"{"t":0,"kind":"scroll","y":10.7}"#), Mark::Seen(Observation::Scrolled { y: 10, height: 800 }));
    assert_eq!(mark(r#"{"t":0,"kind":"blur"}"#), Mark::Blurred { field: 0 });
    assert_eq!(mark(r#"{"t":0,"kind":"progress"}"#), Mark::Step);
    for (value, is_stuck) in [("\"failed\"", true), ("\"Wrong\"", true), ("\"solved\"", false), ("\"ok\"", false)] {
        let text = format!(r#"{{"t":0,"kind":"outcome","value":{value}}}"#);
        assert_eq!(read(&text).mark, Mark::Outcome { is_stuck }, "{value}");
    }
    let line = read(r#"{"t":12.9,"kind":"key","user":42,"session":7,"page":null,"device":"mobile","context":true}"#);
    assert_eq!(line.t_ms, 12);
    assert_eq!((line.user.as_deref(), line.session.as_deref(), line.page.as_deref()), (Some("42"), Some("7"), None));
    assert_eq!((line.context.as_deref(), line.device), (Some("true"), Some(Device::Touch)));
}

#[test]
fn what_is_unknown_is_counted_and_said_once() {
    let mut unknown = Unknown::default();
    let mut notices = Vec::new();
    let mut read = |text, number| Line::read(text, number, &mut unknown, &mut notices).map(|it| it.mark);
    for number in 1..=3 {
        assert_eq!(read(r#"{"t":0,"kind":"wink","eye":[1,{"a":2}]}"#, number), Ok(Mark::Unknown));
    }
    assert_eq!(read(r#"{"t":0,"kind":"outcome","value":"perhaps"}"#, 4), Ok(Mark::Unknown));
    assert_eq!(read("[5,99,1]", 5), Ok(Mark::Unknown));
    assert_eq!((unknown.kinds["wink"], unknown.fields["eye"], unknown.values["value=perhaps"]), (3, 3, 1));
    let found = [
        Notice::UnknownField { line: 1, field: "eye".into() },
        Notice::UnknownKind { line: 1, kind: "wink".into() },
        Notice::UnknownValue { line: 4, field: "value", value: "perhaps".into() },
        Notice::UnknownKind { line: 5, kind: "99".into() },
    ];
    assert_eq!(notices, found);
}

#[track_caller]
fn check_broken(text: &str, wanted: Expect) {
    let read = Line::read(text, 1, &mut Unknown::default(), &mut Vec::new());
    let broken = read.expect_err("a broken line");
    wanted.assert_eq(&format!("{}: {}", broken.column, broken.reason));
}

#[test]
fn broken_lines_say_where_and_why() {
    check_broken(r#"{"t":5,"kind":"key""#, expect!["19: EOF while parsing an object"]);
    check_broken(r#"{"t":5,"kind":"key"} x"#, expect!["22: trailing characters"]);
    check_broken(r#"{"kind":"key"}"#, expect!["14: `t` is missing: every line says when, in milliseconds"]);
    check_broken(r#"{"t":5}"#, expect!["7: `kind` is missing: every line says what was seen"]);
    check_broken(r#"{"t":"noon","kind":"key"}"#, expect!["11: `t` is text, expected a number"]);
    check_broken(r#"{"t":5,"kind":"move","x":3}"#, expect!["27: a `move` line needs `x` and `y`"]);
    check_broken(
        r#"{"t":5,"kind":"blur","changed":"maybe"}"#,
        expect!["39: `changed` is text, expected true or false"],
    );
    check_broken(
        "\"key\"",
        expect![[
            r#"5: invalid type: string "key", expected a JSON object with `t` and `kind`, or a list that begins with both"#
        ]],
    );
    check_broken("[5]", expect!["3: the list is too short for its kind"]);
    check_broken("[5,18,\"u\"]", expect!["10: the list is too short for its kind"]);
}
