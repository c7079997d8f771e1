//! What was live is replayed: a real client, a browser that obeys it, and the recording that arrives.

use super::sessions::treated;
use super::support::{eager, play};
use domain::hesitation::Model;
use domain::{Definitions, LeaseAnswer, LeaseId, Lookup, NoProperties, UserId, compact};
use milepost::replay::{Play, first_difference};
use sdk_core::hesitation::{Observation, PromptSaid, Surface};
use sdk_core::{Call, Client, Effect, Input, Leased, Options, Page};
use serde_json::Value;

fn recorded() -> Model {
    Model { record_share: 1_000, ..eager() }
}

fn read_json(_: &str) -> Box<dyn Lookup> {
    Box::new(NoProperties)
}

fn page(path: &str) -> Page {
    Page { url: format!("https://app.test{path}"), path: path.into(), ..Page::default() }
}

/// A tab: does what the client asks for, at once.
struct Browser {
    client: Client,
    stored: Option<String>,
    page: Page,
    wake_at_ms: Option<i64>,
    /// Of all messages called `Inputs Recorded`.
    lines: String,
    prompts: u32,
}

impl Browser {
    fn load(&mut self, now_ms: i64, path: &str, seed: u128) {
        self.client = Client::new(Options::default(), seed, read_json);
        self.page = page(path);
        self.wake_at_ms = None;
        self.tell(now_ms, Input::Started { page: page(path), visible: true });
    }

    /// Wakes the client whenever it asked to be, up to a time.
    fn wait_until(&mut self, now_ms: i64) {
        while let Some(at_ms) = self.wake_at_ms.take_if(|it| *it <= now_ms) {
            self.tell(at_ms, Input::Woke);
        }
    }

    fn at(&mut self, now_ms: i64, input: Input<'_>) {
        self.wait_until(now_ms);
        self.tell(now_ms, input);
    }

    fn sees(&mut self, now_ms: i64, observation: Observation<'_>) {
        self.at(now_ms, Input::Observed(observation));
    }

    fn tell(&mut self, now_ms: i64, input: Input<'_>) {
        let mut effects = Vec::new();
        self.client.handle(now_ms, input, &mut effects);
        for effect in effects {
            match effect {
                Effect::Load => {
                    let stored = self.stored.clone();
                    self.tell(now_ms, Input::Stored(stored.as_deref()));
                }
                Effect::Store(text) => self.stored = Some(text),
                Effect::FetchConfig => {
                    let config = compact::write(&Definitions::default(), Some(&recorded()));
                    self.tell(now_ms, Input::Configured(Some(&config)));
                }
                Effect::WakeAt(at_ms) => self.wake_at_ms = at_ms,
                Effect::DescribePage => self.tell(now_ms, Input::Page(self.page.clone())),
                Effect::Prompt { is_open, .. } => {
                    self.prompts += 1;
                    let said = if is_open { PromptSaid::Asked } else { PromptSaid::Hinted };
                    self.tell(now_ms, Input::Prompt { said, text: "" });
                }
                Effect::Lease { id, .. } => {
                    let lease = LeaseId::new("l");
                    let granted = LeaseAnswer::Granted { lease, expires_in_ms: 60_000, content: None };
                    let text = compact::write_lease(&granted);
                    self.tell(now_ms, Input::Leased { id, answer: Leased::Text(&text) });
                }
                Effect::Send(batch) => {
                    let body: Value = serde_json::from_str(&batch.body("key", None)).expect("JSON");
                    for message in body["batch"].as_array().expect("messages") {
                        if message["event"] == "Inputs Recorded" {
                            self.lines.push_str(message["properties"]["lines"].as_str().expect("lines"));
                        }
                    }
                    self.tell(
                        now_ms,
                        Input::Answered { batch_id: batch.id, status: 200, retry_after_ms: None, shed: "" },
                    );
                }
                Effect::Gather(id) => {
                    self.tell(now_ms, Input::Gathered { id, records: "", elsewhere: "", is_whole: true });
                }
                _ => {}
            }
        }
    }
}

const START_MS: i64 = 1_760_000_000_000;

/// Two pages in one load, then another load: stuck on each.
fn live() -> Browser {
    let mut browser = Browser {
        client: Client::new(Options::default(), 1, read_json),
        stored: None,
        page: page("/"),
        wake_at_ms: None,
        lines: String::new(),
        prompts: 0,
    };
    let mut now_ms = START_MS;
    browser.load(now_ms, "/invoices/4711", 1);
    // Somebody who is in no experiment.
    browser.at(now_ms + 400, Input::Call(Call::identify(Some(UserId::new(treated())), String::new())));
    for path in ["/invoices/4711", "/invoices/new", "/settings"] {
        if path == "/settings" {
            browser.at(now_ms, Input::Visible(false));
            now_ms += 20;
            browser.load(now_ms, path, 2);
        } else if path == "/invoices/new" {
            browser.page = page(path);
            browser.at(now_ms, Input::Page(page(path)));
        }
        browser.sees(now_ms + 3_111, Observation::Moved { x: 10, y: 200 });
        browser.sees(now_ms + 5_000, Observation::Clicked { target: 7, on: Surface::Control, is_alive: false });
        browser.sees(now_ms + 5_040, Observation::Reacted);
        browser.sees(now_ms + 9_000, Observation::Focused { field: 1 });
        browser.sees(now_ms + 12_300, Observation::Typed { field: 1, by: 1 });
        browser.sees(now_ms + 14_000, Observation::Blurred { field: 1, is_changed: true });
        browser.at(now_ms + 15_000, Input::Context(format!("trial {path}")));
        browser.at(now_ms + 16_000, Input::Call(Call::track("Customer Chosen", "{}")));
        browser.sees(now_ms + 40_000, Observation::SoughtHelp);
        browser.sees(now_ms + 41_000, Observation::SoughtHelp);
        browser.at(now_ms + 60_000, Input::Visible(false));
        browser.at(now_ms + 64_000, Input::Visible(true));
        browser.sees(now_ms + 70_000, Observation::Keyed);
        browser.sees(now_ms + 75_000, Observation::SoughtHelp);
        now_ms += 130_000;
        browser.wait_until(now_ms);
    }
    browser.at(now_ms, Input::Visible(false));
    browser.wait_until(now_ms + 60_000);
    browser
}

#[test]
fn a_live_log_gives_its_decisions_again_byte_for_byte() {
    let browser = live();
    assert!(browser.prompts > 0, "nobody was asked:\n{}", browser.lines);
    let (_, played) = play(Some(recorded()), Play::default(), &browser.lines);
    let decided: usize = played.iter().map(|it| it.recorded.len()).sum();
    assert!(decided >= 2, "{decided} decisions:\n{}", browser.lines);
    for it in &played {
        if let Some(difference) = first_difference("live", it, Some(recorded().version)) {
            panic!("{difference}\n{}", browser.lines);
        }
    }
}
