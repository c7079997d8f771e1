//! One client's messages, from the call to the end of their keeping: what a browser is asked to keep, to forget and to send.

// Tests are not shipped.
#![allow(clippy::disallowed_macros, clippy::disallowed_methods)]

use domain::{Lookup, NoProperties, UserId};
use expect_test::{Expect, expect};
use sdk_core::{Call, Client, Consent, Effect, Input, Options, Page, Record, limits};
use serde_json::Value;
use std::fmt::Write;

fn read_json(_: &str) -> Box<dyn Lookup> {
    Box::new(NoProperties)
}

/// A page, and a browser that answers only what it is told to.
struct Tab {
    client: Client,
    /// What is to be kept just now.
    kept: Vec<Record>,
    messages: Vec<Value>,
    gather: u32,
    batch: u32,
    transcript: String,
}

impl Tab {
    fn open() -> Self {
        let client = Client::new(Options::default(), 7, read_json);
        let (kept, messages, transcript) = (Vec::new(), Vec::new(), String::new());
        let mut tab = Self { client, kept, messages, gather: 0, batch: 0, transcript };
        let page = Page { url: "https://app.test/".into(), path: "/".into(), ..Page::default() };
        tab.tell(0, Input::Started { page, visible: true });
        tab
    }

    fn track(&mut self, at_ms: i64, name: &str) {
        self.tell(at_ms, Input::Call(Call::track(name, "")));
    }

    fn gathered(&mut self, at_ms: i64, found: &[Record], elsewhere: &[String]) {
        let mut records = String::new();
        found.iter().for_each(|it| it.push_fields(&mut records));
        let elsewhere: String = elsewhere.iter().map(|it| format!("{it}\0")).collect();
        self.tell(at_ms, Input::Gathered { id: self.gather, records: &records, elsewhere: &elsewhere, is_whole: true });
    }

    fn answered(&mut self, at_ms: i64, status: u16, shed: &str) {
        self.tell(at_ms, Input::Answered { batch_id: self.batch, status, retry_after_ms: None, shed });
    }

    fn tell(&mut self, at_ms: i64, input: Input<'_>) {
        let mut effects = Vec::new();
        self.client.handle(at_ms, input, &mut effects);
        let mut at = 0;
        while at < effects.len() {
            let effect = effects[at].clone();
            at += 1;
            let said = match effect {
                Effect::Load => {
                    self.client.handle(at_ms, Input::Stored(None), &mut effects);
                    continue;
                }
                Effect::Persist(record) => {
                    let message: Value = serde_json::from_str(&record.text).expect("JSON");
                    assert_eq!(message["messageId"], record.key.as_str());
                    let said = format!("keep {} {}", record.class, self.name(&record.text));
                    self.messages.push(message);
                    self.kept.push(record);
                    said
                }
                Effect::Forget(keys) => {
                    let mut names = Vec::new();
                    for key in &keys {
                        let place =
                            self.kept.iter().position(|it| it.key == *key).expect("only what is kept is forgotten");
                        let record = self.kept.remove(place);
                        names.push(self.name(&record.text));
                    }
                    format!("forget {}", names.join(", "))
                }
                Effect::Gather(id) => {
                    self.gather = id;
                    "gather".into()
                }
                Effect::Ungather => "leave the place".into(),
                Effect::Send(batch) => {
                    self.batch = batch.id;
                    let body: Value = serde_json::from_str(&batch.body("key", None)).expect("JSON");
                    let names = body["batch"].as_array().expect("messages").iter().map(|it| self.name(&it.to_string()));
                    format!("send {}", names.collect::<Vec<_>>().join(", "))
                }
                Effect::Remove => {
                    self.kept.clear();
                    "remove everything".into()
                }
                _ => continue,
            };
            writeln!(self.transcript, "{at_ms} {said}").expect("memory");
        }
    }

    fn name(&self, text: &str) -> String {
        let message: Value = serde_json::from_str(text).expect("JSON");
        let mut name = message["event"].as_str().unwrap_or(message["type"].as_str().expect("a type")).to_owned();
        if message["context"]["end"] == true {
            name.push_str(" (end)");
        }
        if let Some(reason) = message["properties"]["reason"].as_str() {
            write!(name, " {} {reason}", message["properties"]["count"]).expect("memory");
        }
        name
    }

    #[track_caller]
    fn check(&mut self, transcript: Expect) {
        transcript.assert_eq(&std::mem::take(&mut self.transcript));
    }
}

fn left_behind(key: &str, event: &str) -> Record {
    let key = format!("{key}-0000-7000-8000-000000000000");
    let text = format!(r#"{{"type":"track","messageId":"{key}","event":"{event}"}}"#);
    Record { key, class: 1, text, token: None }
}

#[test]
fn a_message_is_kept_at_once_and_forgotten_with_its_answer() {
    let mut tab = Tab::open();
    tab.track(5, "Saved");
    tab.tell(1_000, Input::Woke);
    tab.gathered(1_003, &[], &[]);
    tab.answered(1_050, 200, "");
    tab.check(expect![[r#"
        0 keep 0 page
        5 keep 1 Saved
        1000 gather
        1003 send page, Saved
        1050 forget page, Saved
        1050 leave the place
    "#]]);
    assert!(tab.kept.is_empty());
}

#[test]
fn what_others_left_behind_is_sent_with_it_and_what_they_saw_to_is_not() {
    let mut tab = Tab::open();
    tab.track(5, "Saved");
    tab.tell(1_000, Input::Woke);
    let saved = tab.kept[1].key.clone();
    tab.kept.retain(|it| it.key != saved);
    tab.kept.push(left_behind("00000000", "Left behind"));
    tab.gathered(1_003, &[left_behind("00000000", "Left behind")], &[saved]);
    tab.answered(1_050, 200, "");
    tab.check(expect![[r#"
        0 keep 0 page
        5 keep 1 Saved
        1000 gather
        1003 send Left behind, page
        1050 forget Left behind, page
        1050 leave the place
    "#]]);
}

#[test]
fn only_what_was_shed_is_sent_again() {
    let mut tab = Tab::open();
    tab.track(5, "First");
    tab.track(6, "Second");
    tab.tell(1_000, Input::Woke);
    tab.gathered(1_001, &[], &[]);
    tab.answered(1_050, 503, "010");
    tab.tell(8_000, Input::Woke);
    tab.gathered(8_001, &[], &[]);
    tab.check(expect![[r#"
        0 keep 0 page
        5 keep 1 First
        6 keep 1 Second
        1000 gather
        1001 send page, First, Second
        1050 forget page, Second
        1050 leave the place
        8000 gather
        8001 send First
    "#]]);
}

#[test]
fn a_page_that_goes_sends_its_own_without_asking_and_says_that_it_was_all() {
    let mut tab = Tab::open();
    tab.track(5, "Saved");
    tab.tell(1_000, Input::Woke);
    tab.tell(1_001, Input::Visible(false));
    // Too late.
    tab.gathered(1_002, &[left_behind("00000000", "Left behind")], &[]);
    tab.tell(1_002, Input::Visible(false));
    tab.check(expect![[r#"
        0 keep 0 page
        5 keep 1 Saved
        1000 gather
        1001 keep 0 Page Left (end)
        1001 leave the place
        1001 send page, Saved, Page Left (end)
    "#]]);
    // It goes on in the background, and then goes for good.
    tab.answered(1_100, 200, "");
    tab.track(2_000, "Background");
    tab.gathered(2_001, &[], &[]);
    tab.answered(2_100, 200, "");
    tab.tell(3_000, Input::Visible(false));
    tab.check(expect![[r#"
        1100 forget page, Saved, Page Left (end)
        2000 keep 1 Background
        2000 gather
        2001 send Background
        2100 forget Background
        2100 leave the place
        3000 keep 0 Page Left (end)
        3000 send Page Left (end)
    "#]]);
    let numbers: Vec<&Value> = tab.messages.iter().map(|it| &it["context"]["seq"]).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5]);
}

#[test]
fn a_page_that_looks_again_sees_what_others_left_behind() {
    let options = Options { automatic_pages: false, ..Options::default() };
    let mut tab = Tab::open();
    tab.client = Client::new(options, 7, read_json);
    tab.transcript.clear();
    tab.kept = vec![left_behind("00000000", "Left behind")];
    tab.tell(0, Input::Started { page: Page::default(), visible: true });
    tab.tell(1_000, Input::Woke);
    tab.gathered(1_001, &[left_behind("00000000", "Left behind")], &[]);
    tab.answered(1_100, 200, "");
    tab.tell(9_000, Input::Woke);
    tab.check(expect![[r#"
        1000 gather
        1001 send Left behind
        1100 forget Left behind
        1100 leave the place
    "#]]);
}

#[test]
fn without_consent_nothing_is_kept() {
    let mut tab = Tab::open();
    tab.track(5, "Saved");
    tab.tell(1_000, Input::Woke);
    tab.tell(1_000, Input::Consent(Consent::Denied));
    tab.gathered(1_001, &[left_behind("00000000", "Left behind")], &[]);
    tab.track(1_002, "Never");
    tab.tell(1_003, Input::Visible(false));
    tab.check(expect![[r#"
        0 keep 0 page
        5 keep 1 Saved
        1000 gather
        1000 leave the place
        1000 remove everything
    "#]]);
}

#[test]
fn a_loop_is_braked_and_told_of_once() {
    let mut tab = Tab::open();
    tab.tell(0, Input::Online(false));
    for at in 0..limits::RUNAWAY_BURST + 500 {
        tab.track(at / 100, "Frame");
    }
    // What somebody says about who they are is never braked.
    tab.tell(26, Input::Call(Call::identify(Some(UserId::new("u")), "")));
    assert_eq!(tab.messages.len() as i64, limits::RUNAWAY_BURST + 1);
    tab.transcript.clear();
    tab.tell(30, Input::Visible(false));
    let told: Vec<&Value> = tab.messages.iter().filter(|it| it["event"] == "Messages Dropped").collect();
    let properties: Vec<&Value> = told.iter().map(|it| &it["properties"]).collect();
    // The page itself was the first of the burst; so the identify found no room without the loss of another.
    assert_eq!(properties.first().map(|it| it["reason"].as_str()), Some(Some("full")));
    assert_eq!(properties.get(1), Some(&&serde_json::json!({ "count": 501, "reason": "runaway" })));
}
