//! The loop: input → core → effects → browser. Owns the only clock and the only timer.

use crate::options::{self, Complaint, Settings};
use crate::{listen, lookup, observe, page, routes, send, store};
use gloo_timers::callback::Timeout;
use js_sys::Function;
use sdk_core::{Client, Effect, Input, Topic};
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::VecDeque;
use wasm_bindgen::prelude::*;

struct Driver {
    client: RefCell<Client>,
    emit: Function,
    write_key: String,
    host: String,
    /// The effects of an answer come after those already waiting.
    effects: RefCell<VecDeque<Effect>>,
    is_performing: Cell<bool>,
    clock: Cell<Clock>,
    timer: Cell<Option<Timeout>>,
}

/// The browser's clock, without its steps back: then time stands still.
#[derive(Clone, Copy, Default)]
struct Clock {
    last_ms: i64,
    ahead_ms: i64,
}

thread_local! {
    static DRIVER: OnceCell<Driver> = const { OnceCell::new() };
}

pub(crate) fn start(settings: Settings, emit: Function) {
    let Settings { write_key, host, options, complaints } = settings;
    let driver = Driver {
        client: RefCell::new(Client::new(options, random_seed(), lookup::read_json)),
        emit,
        write_key,
        host,
        effects: RefCell::new(VecDeque::new()),
        is_performing: Cell::new(false),
        clock: Cell::new(Clock::default()),
        timer: Cell::new(None),
    };
    DRIVER.with(|it| {
        if it.set(driver).is_ok() {
            complaints.iter().for_each(|it| complain(it));
            listen::start();
            routes::start();
            with(|driver| store::listen(&driver.write_key));
            handle(Input::Started { page: page::current(), visible: page::is_visible() });
        }
    });
}

/// Hands one input to the core and performs what it asks for.
pub(crate) fn handle(input: Input<'_>) {
    with(|driver| {
        let mut effects = Vec::new();
        if let Ok(mut client) = driver.client.try_borrow_mut() {
            client.handle(driver.now_ms(), input, &mut effects);
        }
        driver.effects.borrow_mut().extend(effects);
        if driver.is_performing.replace(true) {
            return;
        }
        loop {
            // Apart from the loop's head: performing may bring new effects.
            let next = driver.effects.borrow_mut().pop_front();
            let Some(effect) = next else { break };
            driver.perform(effect);
        }
        driver.is_performing.set(false);
    });
}

/// Tells whoever listens for warnings.
pub(crate) fn complain(complaint: Complaint) {
    with(|driver| driver.emit(Topic::Warning, &options::as_json(complaint)));
}

fn with(run: impl FnOnce(&Driver)) {
    DRIVER.with(|it| {
        if let Some(driver) = it.get() {
            run(driver);
        }
    });
}

impl Driver {
    fn perform(&self, effect: Effect) {
        match effect {
            Effect::Load => handle(Input::Stored(store::load(&self.write_key).as_deref())),
            Effect::Store(text) => store::save(&self.write_key, &text),
            Effect::Remove => store::remove(&self.write_key),
            Effect::FetchConfig => send::fetch_config(&self.host, &self.write_key),
            Effect::Watch { clicks, sightings } => {
                listen::watch_clicks(clicks);
                observe::watch(sightings);
            }
            Effect::Send(batch) => {
                let body = batch.body(&self.write_key, Some(self.now_ms()));
                send::post_batch(&self.host, batch.id, &body, batch.keepalive);
            }
            Effect::WakeAt(at_ms) => self.wake_at(at_ms),
            Effect::DescribePage => handle(Input::Page(page::current())),
            Effect::Emit { topic, detail } => self.emit(topic, &detail),
        }
    }

    fn wake_at(&self, at_ms: Option<i64>) {
        // Browsers take longer waits for none at all.
        const LONGEST_MS: i64 = i32::MAX as i64;
        self.timer.set(at_ms.map(|at_ms| {
            let wait_ms = (at_ms - self.now_ms()).clamp(0, LONGEST_MS) as u32;
            Timeout::new(wait_ms, || handle(Input::Woke))
        }));
    }

    fn emit(&self, topic: Topic, detail: &str) {
        // What the vendor's code does with it is the loader's to contain.
        let _ = self.emit.call2(&JsValue::NULL, &topic.as_str().into(), &detail.into());
    }

    fn now_ms(&self) -> i64 {
        let clock = self.clock.get();
        let read_ms = js_sys::Date::now() as i64;
        let now_ms = (read_ms + clock.ahead_ms).max(clock.last_ms);
        self.clock.set(Clock { last_ms: now_ms, ahead_ms: now_ms - read_ms });
        now_ms
    }
}

fn random_seed() -> u128 {
    let mut seed = [0_u8; 16];
    let crypto = web_sys::window().and_then(|it| it.crypto().ok());
    if crypto.and_then(|it| it.get_random_values_with_u8_array(&mut seed).ok()).is_none() {
        for byte in &mut seed {
            *byte = (js_sys::Math::random() * 256.0) as u8;
        }
    }
    u128::from_le_bytes(seed)
}
