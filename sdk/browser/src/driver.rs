//! The loop: input → core → effects → browser. Owns the only clock.

use crate::{js, lookup, signal};
use domain::hesitation::Device;
use sdk_core::{Client, Clock, Consent, Effect, Input, Options};
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

thread_local! {
    static DRIVER: Cell<Option<&'static Driver>> = const { Cell::new(None) };
}

// The flags of `start`; the lowest two bits are the place in `Consent::ALL`.
const CONSENT: u32 = 3;
/// The vendor's code announces pages.
const MANUAL: u32 = 4;
const PRIVACY_SIGNAL: u32 = 8;
const TOUCH: u32 = 16;
const SAVES_DATA: u32 = 32;
const VISIBLE: u32 = 64;

pub(crate) fn start(flags: u32, key: String, locale: String, seed: &JsValue, page: &JsValue, hands: JsValue) {
    let options = Options {
        consent: Consent::ALL.get((flags & CONSENT) as usize).copied().unwrap_or(Consent::Pending),
        automatic_pages: flags & MANUAL == 0,
        privacy_signal: flags & PRIVACY_SIGNAL != 0,
        locale,
        saves_data: flags & SAVES_DATA != 0,
        device: if flags & TOUCH != 0 { Device::Touch } else { Device::Desktop },
    };
    let driver: &'static Driver = Box::leak(Box::new(Driver {
        hands,
        write_key: key,
        client: RefCell::new(Client::new(options, as_seed(seed), lookup::read_json)),
        effects: Cell::default(),
        is_performing: Cell::default(),
        clock: Cell::default(),
    }));
    DRIVER.set(Some(driver));
    driver.handle(Input::Started { page: signal::page(page), visible: flags & VISIBLE != 0 });
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

    /// Has the loader do something.
    pub(crate) fn hand(&self, what: &str, text: &str, number: f64, other: f64) -> JsValue {
        js::call(&self.hands, what, text, number, other)
    }

    fn ask(&self, what: &str) -> JsValue {
        self.hand(what, "", 0.0, 0.0)
    }

    fn perform(&self, effect: Effect) {
        let (mut number, mut other) = (0.0, 0.0);
        let mut text = String::new();
        let what = match effect {
            Effect::Load => {
                if let Some(kept) = self.ask("kept").as_string() {
                    self.handle(Input::Kept(&kept));
                }
                return self.handle(Input::Stored(self.ask("read").as_string().as_deref()));
            }
            Effect::DescribePage => return self.handle(Input::Page(signal::page(&self.ask("page")))),
            Effect::Emit { topic, detail } => {
                (text, number) = (detail, f64::from(topic as u8));
                "emit"
            }
            Effect::Store(it) => {
                text = it;
                "save"
            }
            Effect::Remove => "remove",
            Effect::FetchConfig => "config",
            Effect::Watch { clicks, sightings } => {
                push_list(&mut text, &clicks);
                text.push(BETWEEN_LISTS);
                push_list(&mut text, &sightings);
                "watch"
            }
            Effect::Observe(level) => {
                number = f64::from(level as u8);
                "observe"
            }
            Effect::Prompt { is_open, texts } => {
                push_list(&mut text, &texts);
                number = f64::from(u8::from(is_open));
                "prompt"
            }
            Effect::Retract => "retract",
            Effect::Lease { id, request, is_alone } => {
                if let Some(request) = request {
                    text = request.body(&self.write_key);
                }
                (number, other) = (f64::from(id), f64::from(u8::from(is_alone)));
                "lease"
            }
            Effect::Release(request) => {
                text = request.body(&self.write_key);
                "release"
            }
            Effect::Unlock => "unlock",
            Effect::Attend => "attend",
            Effect::Draw(it) => {
                text = it;
                "draw"
            }
            Effect::Undraw(it) => {
                text = it;
                "undraw"
            }
            Effect::Keep(it) => {
                text = it;
                "keep"
            }
            Effect::Inspected(it) => {
                text = it;
                "inspected"
            }
            Effect::Introduced(request) => {
                text = request.body(&self.write_key);
                "introduced"
            }
            Effect::Persist(record) => {
                record.push_fields(&mut text);
                "persist"
            }
            Effect::Forget(keys) => {
                push_list(&mut text, &keys);
                "forget"
            }
            Effect::Gather(id) => {
                number = f64::from(id);
                "gather"
            }
            Effect::Ungather => "ungather",
            Effect::Send(batch) => {
                text = batch.body(&self.write_key, Some(self.now_ms()));
                (number, other) = (f64::from(batch.id), f64::from(u8::from(batch.keepalive)));
                "post"
            }
            Effect::WakeAt(at_ms) => {
                number = at_ms.map_or(f64::INFINITY, |it| (it - self.now_ms()) as f64);
                "wake"
            }
        };
        #[cfg(feature = "chaos")]
        crate::chaos::at(what, 0);
        self.hand(what, &text, number, other);
    }

    fn now_ms(&self) -> i64 {
        let mut clock = self.clock.get();
        let now_ms = clock.now_ms(js::now_ms() as i64, js::steady_ms() as i64);
        self.clock.set(clock);
        now_ms
    }
}

/// No CSS selector can hold it, unescaped.
const BETWEEN_LISTS: char = '\u{1}';

/// Texts, each with a NUL after it: no CSS selector can hold one.
fn push_list(list: &mut String, texts: &[String]) {
    for text in texts {
        list.push_str(text);
        list.push('\0');
    }
}

fn as_seed(numbers: &JsValue) -> u128 {
    (0..4).fold(0, |seed, at| seed << 32 | js::at(numbers, at).as_f64().unwrap_or_default() as u128)
}
