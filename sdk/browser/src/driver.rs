//! The loop: input → core → effects → browser. Owns the only clock and the only timer of the core.

use crate::options::Complaint;
use crate::signal::{Signal, WOKE};
use crate::timer::Timer;
use crate::{js, listen, lookup, options, page, routes, send, store};
use sdk_core::{Client, Effect, Input, Topic};
use std::cell::{Cell, RefCell};
use wasm_bindgen::JsValue;

/// Lives as long as the page.
pub(crate) struct Driver {
    pub(crate) window: JsValue,
    pub(crate) document: JsValue,
    pub(crate) write_key: String,
    pub(crate) host: String,
    /// Selectors whose clicks are inputs.
    pub(crate) clicks: Cell<Vec<String>>,
    pub(crate) last_active_ms: Cell<i64>,
    /// The next look at the URL, where nothing tells us of routes.
    pub(crate) look: Timer,
    client: RefCell<Client>,
    /// What the loader does for us.
    pub(crate) hands: JsValue,
    /// The effects of an answer come after those already waiting.
    effects: Cell<Vec<Effect>>,
    is_performing: Cell<bool>,
    clock: Cell<Clock>,
    timer: Timer,
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

pub(crate) fn start(window: JsValue, script: &JsValue, own_origin: &str, seed: &JsValue, hands: JsValue) {
    let mut complaints = Vec::new();
    let options = options::read(&window, script, &mut complaints);
    let driver: &'static Driver = Box::leak(Box::new(Driver {
        document: js::get(&window, "document"),
        write_key: options::text(script, "data-key").unwrap_or_default(),
        host: options::host(script, own_origin),
        clicks: Cell::default(),
        last_active_ms: Cell::default(),
        look: Timer::default(),
        client: RefCell::new(Client::new(options, as_seed(seed), lookup::read_json)),
        hands,
        effects: Cell::default(),
        is_performing: Cell::default(),
        clock: Cell::default(),
        timer: Timer::default(),
        window,
    }));
    DRIVER.set(Some(driver));
    complaints.into_iter().for_each(|it| driver.complain(it));
    listen::start(driver);
    routes::start(driver);
    driver.handle(Input::Started { page: driver.page(), visible: page::is_visible(&driver.document) });
}

/// `None` until started.
pub(crate) fn driver() -> Option<&'static Driver> {
    DRIVER.get()
}

impl Driver {
    /// Hands one input to the core and performs what it asks for.
    pub(crate) fn handle(&'static self, input: Input<'_>) {
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

    /// A JavaScript function that brings us this signal.
    pub(crate) fn callback(&self, signal: Signal) -> JsValue {
        js::call(&js::get(&self.hands, "arrived"), "bind", &[&JsValue::NULL, &signal.into()])
    }

    /// Tells whoever listens for warnings.
    pub(crate) fn complain(&self, complaint: Complaint) {
        self.emit(Topic::Warning, &options::as_json(complaint));
    }

    pub(crate) fn page(&self) -> sdk_core::Page {
        page::read(&self.window, &self.document)
    }

    pub(crate) fn now_ms(&self) -> i64 {
        let clock = self.clock.get();
        let read_ms = js_sys::Date::now() as i64;
        let now_ms = (read_ms + clock.ahead_ms).max(clock.last_ms);
        self.clock.set(Clock { last_ms: now_ms, ahead_ms: now_ms - read_ms });
        now_ms
    }

    fn perform(&'static self, effect: Effect) {
        match effect {
            Effect::Load => self.handle(Input::Stored(store::load(self).as_deref())),
            Effect::Store(text) => store::save(self, &text),
            Effect::Remove => store::remove(self),
            Effect::FetchConfig => send::fetch_config(self),
            Effect::Watch { clicks, sightings } => {
                self.clicks.set(clicks);
                self.watch_sightings(&sightings);
            }
            Effect::Send(batch) => send::post_batch(self, &batch),
            Effect::WakeAt(at_ms) => self.wake_at(at_ms),
            Effect::DescribePage => self.handle(Input::Page(self.page())),
            Effect::Emit { topic, detail } => self.emit(topic, &detail),
        }
    }

    fn wake_at(&self, at_ms: Option<i64>) {
        // Browsers take longer waits for none at all.
        const LONGEST_MS: i64 = i32::MAX as i64;
        let wait_ms = at_ms.map(|it| (it - self.now_ms()).clamp(0, LONGEST_MS) as f64);
        self.timer.set(self, wait_ms, WOKE);
    }

    fn watch_sightings(&self, selectors: &[String]) {
        let list = js_sys::Array::new();
        for selector in selectors {
            list.push(&selector.into());
        }
        js::call(&self.hands, "watch", &[&list]);
    }

    fn emit(&self, topic: Topic, detail: &str) {
        js::call(&self.hands, "emit", &[&topic.as_str().into(), &detail.into()]);
    }
}

fn as_seed(numbers: &JsValue) -> u128 {
    js::items(numbers).fold(0, |seed, number| seed << 32 | number.as_f64().unwrap_or_default() as u128)
}
