//! The loop: input → core → effects → browser. Owns the only clock.

use crate::{js, lookup, options, signal};
use sdk_core::{Client, Effect, Input, Topic};
use std::cell::{Cell, RefCell};
use wasm_bindgen::JsValue;

/// Lives as long as the page.
pub(crate) struct Driver {
    /// What the loader does for us.
    hands: JsValue,
    write_key: String,
    client: RefCell<Client>,
    /// The effects of an answer come after those already waiting.
    effects: Cell<Vec<Effect>>,
    is_performing: Cell<bool>,
    clock: Cell<Clock>,
}

/// The browser's clock, without its steps back: then time stands still.
#[derive(Clone, Copy, Default)]
struct Clock {
    last_ms: i64,
    ahead_ms: i64,
}

thread_local! {
    static DRIVER: Cell<Option<&'static Driver>> = const { Cell::new(None) };
}

pub(crate) fn start(given: &JsValue, seed: &JsValue, page: &JsValue, visible: bool, hands: JsValue) {
    let (options, complaint) = options::read(given);
    let driver: &'static Driver = Box::leak(Box::new(Driver {
        hands,
        write_key: js::get(given, "key").as_string().unwrap_or_default(),
        client: RefCell::new(Client::new(options, as_seed(seed), lookup::read_json)),
        effects: Cell::default(),
        is_performing: Cell::default(),
        clock: Cell::default(),
    }));
    DRIVER.set(Some(driver));
    if let Some(complaint) = complaint {
        driver.complain(complaint);
    }
    driver.handle(Input::Started { page: signal::page(page), visible });
}

/// `None` until started.
pub(crate) fn driver() -> Option<&'static Driver> {
    DRIVER.get()
}

impl Driver {
    /// Hands one input to the core and performs what it asks for.
    pub(crate) fn handle(&self, input: Input<'_>) {
        // An answer given while performing: its effects come after those already waiting.
        let mut effects = self.effects.take();
        if let Ok(mut client) = self.client.try_borrow_mut() {
            client.handle(self.now_ms(), input, &mut effects);
        }
        self.effects.set(effects);
        if self.is_performing.replace(true) {
            return;
        }
        loop {
            let effects = self.effects.take();
            if effects.is_empty() {
                break;
            }
            effects.into_iter().for_each(|it| self.perform(it));
        }
        self.is_performing.set(false);
    }

    /// Tells whoever listens for warnings.
    pub(crate) fn complain(&self, code: &str) {
        let mut json = String::from("{\"code\":\"");
        json.push_str(code);
        json.push_str("\"}");
        self.emit(Topic::Warning, &json);
    }

    /// Has the loader do something.
    pub(crate) fn hand(&self, what: &str, with: JsValue) -> JsValue {
        self.hand_all(what, with, JsValue::UNDEFINED, JsValue::UNDEFINED)
    }

    fn hand_all(&self, what: &str, first: JsValue, second: JsValue, third: JsValue) -> JsValue {
        js::call(&self.hands, what, &first, &second, &third)
    }

    fn perform(&self, effect: Effect) {
        const NOTHING: JsValue = JsValue::UNDEFINED;
        let (what, first, second, third) = match effect {
            Effect::Load => {
                if let Some(kept) = self.hand("kept", NOTHING).as_string() {
                    self.handle(Input::Kept(&kept));
                }
                return self.handle(Input::Stored(self.hand("read", NOTHING).as_string().as_deref()));
            }
            Effect::DescribePage => {
                return self.handle(Input::Page(signal::page(&self.hand("page", NOTHING))));
            }
            Effect::Emit { topic, detail } => return self.emit(topic, &detail),
            Effect::Store(text) => ("save", text.into(), NOTHING, NOTHING),
            Effect::Remove => ("remove", NOTHING, NOTHING, NOTHING),
            Effect::FetchConfig => ("config", NOTHING, NOTHING, NOTHING),
            Effect::Watch { clicks, sightings } => ("watch", list(&clicks), list(&sightings), NOTHING),
            Effect::Observe(level) => ("observe", (level as u32).into(), NOTHING, NOTHING),
            Effect::Prompt { is_open, texts } => ("prompt", is_open.into(), list(&texts), NOTHING),
            Effect::Retract => ("retract", NOTHING, NOTHING, NOTHING),
            Effect::Lease { id, request, is_alone } => {
                let body = request.map_or(NOTHING, |it| it.body(&self.write_key).into());
                ("lease", id.into(), body, is_alone.into())
            }
            Effect::Release(request) => ("release", request.body(&self.write_key).into(), NOTHING, NOTHING),
            Effect::Unlock => ("unlock", NOTHING, NOTHING, NOTHING),
            Effect::Attend => ("attend", NOTHING, NOTHING, NOTHING),
            Effect::Draw(view) => ("draw", view.into(), NOTHING, NOTHING),
            Effect::Undraw(survey) => ("undraw", survey.into(), NOTHING, NOTHING),
            Effect::Keep(text) => ("keep", text.into(), NOTHING, NOTHING),
            Effect::Inspected(json) => ("inspected", json.into(), NOTHING, NOTHING),
            Effect::Introduced(request) => ("introduced", request.body(&self.write_key).into(), NOTHING, NOTHING),
            Effect::Send(batch) => {
                let body = batch.body(&self.write_key, Some(self.now_ms()));
                ("post", batch.id.into(), body.into(), batch.keepalive.into())
            }
            Effect::WakeAt(at_ms) => {
                let wait_ms = at_ms.map_or(NOTHING, |it| ((it - self.now_ms()) as f64).into());
                ("wake", wait_ms, NOTHING, NOTHING)
            }
        };
        self.hand_all(what, first, second, third);
    }

    fn emit(&self, topic: Topic, detail: &str) {
        self.hand_all("emit", topic.as_str().into(), detail.into(), JsValue::UNDEFINED);
    }

    fn now_ms(&self) -> i64 {
        let clock = self.clock.get();
        let read_ms = js::now_ms() as i64;
        let now_ms = (read_ms + clock.ahead_ms).max(clock.last_ms);
        self.clock.set(Clock { last_ms: now_ms, ahead_ms: now_ms - read_ms });
        now_ms
    }
}

/// Texts, each with a NUL after it: no CSS selector can hold one.
fn list(texts: &[String]) -> JsValue {
    let mut list = String::new();
    for text in texts {
        list.push_str(text);
        list.push('\0');
    }
    list.into()
}

fn as_seed(numbers: &JsValue) -> u128 {
    (0..4).fold(0, |seed, at| seed << 32 | js::at(numbers, at).as_f64().unwrap_or_default() as u128)
}
