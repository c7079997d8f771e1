//! Events of the page that are inputs: clicks on watched elements, signs of activity, coming and going.
//!
//! Reads that something happened, never what was typed.

use crate::driver::Driver;
use crate::js;
use crate::signal::{self, Signal};
use js_sys::Object;
use sdk_core::Input;
use wasm_bindgen::JsValue;

/// Signs of activity are let through this often.
const ACTIVE_SAMPLE_MS: i64 = 1_000;

pub(crate) fn start(driver: &Driver) {
    for (event, signal) in [
        ("pointermove", signal::ACTIVE),
        ("pointerdown", signal::ACTIVE),
        ("keydown", signal::ACTIVE),
        ("scroll", signal::ACTIVE),
        ("click", signal::CLICKED),
        ("online", signal::ONLINE),
        ("pagehide", signal::PAGE_HIDDEN),
        ("pageshow", signal::PAGE_SHOWN),
        // Fires at the document, and comes by here.
        ("visibilitychange", signal::VISIBILITY_CHANGED),
        ("storage", signal::STORED),
    ] {
        listen(driver, &driver.window, event, signal);
    }
}

/// For as long as the page lives: in the capture phase, so that the page cannot stop it, and passive, so that we cannot
/// stop the page.
pub(crate) fn listen(driver: &Driver, target: &JsValue, event: &str, signal: Signal) {
    let options = Object::new().into();
    js::set(&options, "capture", &JsValue::TRUE);
    js::set(&options, "passive", &JsValue::TRUE);
    js::call(target, "addEventListener", &[&event.into(), &driver.callback(signal), &options]);
}

pub(crate) fn active(driver: &'static Driver) {
    let now_ms = driver.now_ms();
    if now_ms - driver.last_active_ms.get() >= ACTIVE_SAMPLE_MS {
        driver.last_active_ms.set(now_ms);
        driver.handle(Input::Active);
    }
}

pub(crate) fn clicked(driver: &'static Driver, event: &JsValue) {
    let selectors = driver.clicks.take();
    driver.clicks.set(selectors.clone());
    // The path as it was when the click began, through shadow roots.
    let path = js::call(event, "composedPath", &[]);
    for selector in &selectors {
        if js::items(&path).any(|node| matches(&node, selector)) {
            driver.handle(Input::Clicked { selector });
        }
    }
}

/// A selector that this browser does not know matches nothing.
pub(crate) fn matches(element: &JsValue, selector: &str) -> bool {
    js::call(element, "matches", &[&selector.into()]).as_bool().unwrap_or_default()
}
